"""The paybook: what wallets paid becomes transfers and events, inside the transaction of others."""

from collections.abc import Sequence
from uuid import uuid5

from attrs import field, frozen

from ..balances import (
    Account,
    AccountName,
    Ledger,
    Move,
    OpenAccounts,
    Receipt,
    Transfer,
    TransferId,
    account_name,
    granted,
)
from ..clock import Clock
from ..events import Event, EventId, Fact, Outbox
from ..identifiers import Identifiers
from ..money import Money
from .cheque import CHEQUES, Cheque
from .outlay import Outlay

OUTLAY = "outlay"
FEE = "fee"


def purse(wallet: str) -> AccountName:
    """The account that shows what has left a wallet, and what was put into it."""
    return account_name(f"wallet:{wallet}")


def fees(wallet: str) -> AccountName:
    """The account that shows what its payments cost besides."""
    return account_name(f"fees:{wallet}")


@frozen
class Paybook:
    """Books and tells."""

    ledger: Ledger
    outbox: Outbox
    clock: Clock
    identifiers: Identifiers

    accounts: OpenAccounts = field(init=False, eq=False, repr=False)

    @accounts.default
    def _none_yet(self) -> OpenAccounts:
        return OpenAccounts(self.ledger)

    async def ahead(self, outlays: Sequence[Outlay]) -> None:
        """Outside of any transaction: see to it that these can be booked with little ado."""
        await self.accounts.ahead(*_accounts(outlays))

    async def paid(self, outlays: Sequence[Outlay]) -> None:
        """Book that they have left the wallet."""
        await self.accounts.now(*_accounts(outlays))
        await self._post(
            [
                Transfer(
                    id=TransferId(uuid5(CHEQUES, f"{each.id}\npaid")),
                    source=purse(each.wallet),
                    target=each.target,
                    amount=each.amount,
                    kind=OUTLAY,
                    reference=each.reference,
                )
                for each in outlays
            ]
        )

    async def cost(self, cheque: Cheque, fee: Money) -> None:
        """Book what the cheque cost besides."""
        source, target = purse(cheque.wallet), fees(cheque.wallet)
        await self.accounts.now(*(Account.unlimited(each, fee.asset) for each in (source, target)))
        await self._post(
            [
                Transfer(
                    id=TransferId(uuid5(CHEQUES, f"{cheque.id}\nfee")),
                    source=source,
                    target=target,
                    amount=fee,
                    kind=FEE,
                    reference=cheque.draft.hash,
                )
            ]
        )

    async def _post(self, transfers: Sequence[Transfer]) -> None:
        for verdict in await self.ledger.carry_out([Move.of(each) for each in transfers]):
            granted(verdict, Receipt)

    async def tell_outlays(self, outlays: Sequence[Outlay]) -> None:
        """Put into the outbox in which state each of them is now."""
        events = [self._event(f"outlay.{each.state}", _facts(each)) for each in outlays]
        await self.outbox.put(events)

    async def tell_unresolved(self, cheque: Cheque) -> None:
        """Put into the outbox that a person has to find out what became of a cheque."""
        facts: dict[str, Fact] = {
            "cheque": str(cheque.id),
            "wallet": cheque.wallet,
            "hash": cheque.draft.hash,
            "outlays": len(cheque.outlays),
            "told": cheque.told,
        }
        await self.outbox.put([self._event("cheque.unresolved", facts)])

    def _event(self, name: str, facts: dict[str, Fact]) -> Event:
        return Event(id=EventId(self.identifiers()), name=name, at=self.clock.now(), facts=facts)


def _accounts(outlays: Sequence[Outlay]) -> list[Account]:
    """Those between which they move money."""
    pairs = [(purse(each.wallet), each.target, each.amount.asset) for each in outlays]
    places = dict.fromkeys((name, asset) for *names, asset in pairs for name in names)
    return [Account.unlimited(name, asset) for name, asset in places]


def _facts(outlay: Outlay) -> dict[str, Fact]:
    return {
        "outlay": str(outlay.id),
        "wallet": outlay.wallet,
        "reference": outlay.reference,
        "amount": str(outlay.amount),
        "proof": outlay.proof,
        "told": outlay.told,
    }
