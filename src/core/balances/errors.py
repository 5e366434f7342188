"""How the ledger says no."""

from datetime import datetime

from attrs import define

from ..errors import Conflict, Missing, Refused
from ..money import Asset, Money
from .account import AccountName
from .hold import HoldId, HoldState
from .transfer import TransferId


@define
class AccountMissing(Missing):
    """Nobody opened this account for this asset."""

    account: AccountName
    asset: str

    def __str__(self) -> str:
        return f"{self.account} has no {self.asset} account"


@define
class NothingOpen(Missing):
    """Nobody opened an account of this name, for any asset."""

    account: AccountName

    def __str__(self) -> str:
        return f"{self.account} has no account"


@define
class AccountDiffers(Conflict):
    """The account was opened before with other limits."""

    account: AccountName
    asset: str

    def __str__(self) -> str:
        return f"{self.account} has a {self.asset} account already, with other limits"


@define
class AssetDiffers(Refused):
    """The ledger counts this asset with another scale."""

    given: Asset
    scale: int

    def __str__(self) -> str:
        return (
            f"{self.given.code} is counted with {self.scale} decimals here, "
            f"not with {self.given.scale}"
        )


@define
class InsufficientFunds(Refused):
    """Less may leave the account than was asked for."""

    account: AccountName
    available: Money
    asked: Money

    def __str__(self) -> str:
        return f"{self.account} has {self.available} available, asked for {self.asked}"


@define
class CeilingReached(Refused):
    """The account would hold more than it may."""

    account: AccountName
    ceiling: Money
    balance: Money
    added: Money

    def __str__(self) -> str:
        return (
            f"{self.account} holds {self.balance} and may hold {self.ceiling}: "
            f"no room for {self.added}"
        )


@define
class LimitsBroken(Refused):
    """The account is already beyond the limits it was to get."""

    account: AccountName
    balance: Money
    available: Money

    def __str__(self) -> str:
        return (
            f"{self.account} has {self.balance} with {self.available} available, "
            "which the new limits forbid"
        )


@define
class TransferMissing(Missing):
    """No transfer has this id."""

    transfer: TransferId

    def __str__(self) -> str:
        return f"no transfer {self.transfer}"


@define
class TransferReused(Conflict):
    """The id is known with other contents, or in other company."""

    transfer: TransferId

    def __str__(self) -> str:
        return f"transfer id {self.transfer} was used before with other contents"


@define
class NotOpposite(Refused):
    """A correction runs between the same accounts in the other direction."""

    transfer: TransferId
    corrects: TransferId

    def __str__(self) -> str:
        return f"transfer {self.transfer} does not run opposite to {self.corrects}, which it names"


@define
class OverCorrected(Refused):
    """More would be taken back than was moved."""

    corrects: TransferId
    left: Money
    asked: Money

    def __str__(self) -> str:
        return f"of transfer {self.corrects} {self.left} can still be corrected, not {self.asked}"


@define
class HoldMissing(Missing):
    """No hold has this id."""

    hold: HoldId

    def __str__(self) -> str:
        return f"no hold {self.hold}"


@define
class HoldReused(Conflict):
    """The id is known with other contents."""

    hold: HoldId

    def __str__(self) -> str:
        return f"hold id {self.hold} was used before with other contents"


@define
class HoldClosed(Conflict):
    """The hold was captured, released or expired before."""

    hold: HoldId
    state: HoldState

    def __str__(self) -> str:
        return f"hold {self.hold} is {self.state} already"


@define
class HoldLate(Conflict):
    """The time of the hold is over."""

    hold: HoldId
    expires_at: datetime

    def __str__(self) -> str:
        return f"hold {self.hold} was good until {self.expires_at.isoformat()}"


@define
class HoldNotDue(Conflict):
    """The hold cannot expire yet."""

    hold: HoldId
    expires_at: datetime | None

    def __str__(self) -> str:
        until = f"until {self.expires_at.isoformat()}" if self.expires_at else "without an end"
        return f"hold {self.hold} is good {until}"


@define
class HoldExceeded(Refused):
    """More would be captured than was set aside."""

    hold: HoldId
    held: Money
    asked: Money

    def __str__(self) -> str:
        return f"hold {self.hold} has {self.held} set aside, asked for {self.asked}"


@define
class HoldElsewhere(Refused):
    """A capture takes from the account and the asset that the hold is on."""

    hold: HoldId
    account: AccountName
    asset: str

    def __str__(self) -> str:
        return f"hold {self.hold} is on {self.asset} of {self.account}, the capture is not"
