"""How wallets refuse."""

from datetime import datetime
from uuid import UUID

from attrs import define

from ..errors import Conflict, Missing, Refused, Unavailable
from ..money import Money


@define
class WalletUnknown(Missing):
    """No wallet has this name here."""

    wallet: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        known = f"there are: {', '.join(self.known)}" if self.known else "none is enabled"
        return f"there is no wallet {self.wallet!r}; {known}"


@define
class OutlayMissing(Missing):
    """No outlay has this id."""

    outlay: UUID

    def __str__(self) -> str:
        return f"there is no outlay {self.outlay}"


@define
class OutlayReused(Conflict):
    """The id belongs to an outlay with other contents."""

    outlay: UUID

    def __str__(self) -> str:
        return f"outlay {self.outlay} is known with other contents: use a fresh id"


@define
class OutlayDoubled(Conflict):
    """There is an outlay for the same thing that is paid, or may be."""

    reference: str

    def __str__(self) -> str:
        return f"{self.reference} is being paid already"


@define
class OutlayMoved(Conflict):
    """Somebody else changed the outlay first."""

    outlay: UUID
    state: str

    def __str__(self) -> str:
        return f"outlay {self.outlay} is {self.state} by now"


@define
class ChequeMissing(Missing):
    """No cheque has this id."""

    cheque: UUID

    def __str__(self) -> str:
        return f"there is no cheque {self.cheque}"


@define
class ChequeMoved(Conflict):
    """Somebody else went on with the cheque first."""

    cheque: UUID
    state: str

    def __str__(self) -> str:
        return f"cheque {self.cheque} is {self.state} by now"


@define
class ChequeAlive(Conflict):
    """The cheque can still be carried out, so nobody can know that it never will be."""

    cheque: UUID
    expires_at: datetime

    def __str__(self) -> str:
        return f"cheque {self.cheque} can be carried out until {self.expires_at.isoformat()}"


@define
class NotItsBills(Refused):
    """Of each bill of a cheque it is said whether it was paid, and of nothing else."""

    cheque: UUID
    bills: int
    said: int

    def __str__(self) -> str:
        return f"cheque {self.cheque} pays {self.bills} bills, not {self.said}"


@define
class ChequeOpen(Conflict):
    """The wallet has drawn a cheque of which it is not known what became."""

    wallet: str
    cheque: UUID

    def __str__(self) -> str:
        return f"the wallet {self.wallet} waits for what becomes of cheque {self.cheque}"


@define
class ChequebookMoved(Conflict):
    """Somebody else drew a cheque of this wallet first."""

    wallet: str

    def __str__(self) -> str:
        return f"somebody else has drawn a cheque of the wallet {self.wallet} meanwhile"


@define
class BillTooLarge(Refused):
    """This wallet does not pay bills of that size, or to those payees."""

    wallet: str
    amount: Money
    most: Money
    strangers: str = ""

    def __str__(self) -> str:
        if self.strangers and self.amount <= self.most:
            return f"the wallet {self.wallet} does not pay {self.strangers}"
        return f"the wallet {self.wallet} pays {self.most} at once, not {self.amount}"


@define
class SpentForToday(Refused):
    """It would be more than this wallet pays on one day."""

    wallet: str
    amount: Money
    spent: Money
    most: Money

    def __str__(self) -> str:
        return (
            f"the wallet {self.wallet} pays {self.most} a day and has paid {self.spent}: "
            f"{self.amount} would be too much"
        )


@define
class WalletPoor(Refused):
    """There is not enough in the wallet, with what has to stay in it for fees."""

    wallet: str
    available: Money
    asked: Money

    def __str__(self) -> str:
        return f"the wallet {self.wallet} has {self.available} to spend, asked for {self.asked}"


@define
class BillRefused(Refused):
    """The bill is not as it should be, or whoever is paid would not have it; nothing was paid."""

    wallet: str
    reason: str

    def __str__(self) -> str:
        return f"the wallet {self.wallet} does not pay this bill: {self.reason}"


@define
class WalletUnclear(Unavailable):
    """It is not known what became of what the wallet was told, or what it has."""

    wallet: str
    reason: str
    retry_after_seconds: float | None = None

    def __str__(self) -> str:
        return f"the wallet {self.wallet} left us in doubt: {self.reason}"
