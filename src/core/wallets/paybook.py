"""The paybook: what wallets paid becomes transfers and events, inside the transaction of others."""

from contextlib import suppress
from uuid import uuid5

from attrs import frozen

from ..balances import (
    Account,
    AccountDiffers,
    AccountName,
    Ledger,
    Move,
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

    async def paid(self, outlay: Outlay) -> None:
        """Book that it has left the wallet."""
        id = TransferId(uuid5(CHEQUES, f"{outlay.id}\npaid"))
        await self._post(id, outlay.wallet, outlay.target, outlay.amount, OUTLAY, outlay.reference)

    async def cost(self, cheque: Cheque, fee: Money) -> None:
        """Book what the cheque cost besides."""
        id = TransferId(uuid5(CHEQUES, f"{cheque.id}\nfee"))
        await self._post(id, cheque.wallet, fees(cheque.wallet), fee, FEE, cheque.draft.hash)

    async def _post(
        self,
        id: TransferId,
        wallet: str,
        target: AccountName,
        amount: Money,
        kind: str,
        reference: str,
    ) -> None:
        for name in (purse(wallet), target):
            with suppress(AccountDiffers):  # it is open, with limits that somebody chose for it
                await self.ledger.open(Account.unlimited(name, amount.asset))
        transfer = Transfer(
            id=id,
            source=purse(wallet),
            target=target,
            amount=amount,
            kind=kind,
            reference=reference,
        )
        (verdict,) = await self.ledger.carry_out([Move.of(transfer)])
        granted(verdict, Receipt)

    async def tell_outlay(self, outlay: Outlay) -> None:
        """Put into the outbox in which state it is now."""
        facts: dict[str, Fact] = {
            "outlay": str(outlay.id),
            "wallet": outlay.wallet,
            "reference": outlay.reference,
            "amount": str(outlay.amount),
            "proof": outlay.proof,
            "told": outlay.told,
        }
        await self._tell(f"outlay.{outlay.state}", facts)

    async def tell_unresolved(self, cheque: Cheque) -> None:
        """Put into the outbox that a person has to find out what became of a cheque."""
        facts: dict[str, Fact] = {
            "cheque": str(cheque.id),
            "wallet": cheque.wallet,
            "hash": cheque.draft.hash,
            "outlays": len(cheque.outlays),
            "told": cheque.told,
        }
        await self._tell("cheque.unresolved", facts)

    async def _tell(self, name: str, facts: dict[str, Fact]) -> None:
        event = Event(id=EventId(self.identifiers()), name=name, at=self.clock.now(), facts=facts)
        await self.outbox.put([event])
