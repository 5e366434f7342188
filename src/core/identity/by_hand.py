"""Money that somebody moves by hand."""

from contextlib import suppress

from attrs import frozen

from ..balances import Ledger, Move, Posted, Receipt, Transfer, TransferMissing, granted
from ..transaction import Transaction
from .auditing import Audit
from .caller import Caller
from .permission import Permission


@frozen
class MoveByHand:
    """Post a transfer that no use case asked for, or the correction of one."""

    ledger: Ledger
    audit: Audit
    transaction: Transaction

    async def __call__(self, by: Caller, transfer: Transfer) -> Posted:
        """
        Move it; the same transfer again is answered by what stands in the books.

        Raises:
            NotAllowed: they may not move money by hand.
            NotSure: they have not shown their second factor just now.
            Refused, Missing, Conflict: nothing moved, and why; it is remembered.
            Unavailable: not known whether it moved; ask again with the same id.
        """
        by.must(Permission.ADJUST)
        by.must_be_sure()
        async with self.transaction():
            new = await self._is_new(transfer)
            (verdict,) = await self.ledger.carry_out([Move.of(transfer)])
            if new and isinstance(verdict, Receipt):
                await self.audit(by, "money.moved", f"transfer:{transfer.id}", **told(transfer))
        (posted,) = granted(verdict, Receipt).posted  # outside, or the refusal would be forgotten
        return posted

    async def _is_new(self, transfer: Transfer) -> bool:
        with suppress(TransferMissing):
            await self.ledger.transfer(transfer.id)
            return False
        return True


def told(transfer: Transfer) -> dict[str, str | None]:
    """What the trail tells of it."""
    return {
        "source": transfer.source,
        "target": transfer.target,
        "amount": str(transfer.amount),
        "kind": transfer.kind,
        "reference": transfer.reference,
        "memo": transfer.memo,
        "corrects": None if transfer.corrects is None else str(transfer.corrects),
    }
