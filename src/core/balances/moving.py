"""Moving money, and taking a mistake back."""

from attrs import frozen

from ..money import Money
from .commands import Move, Receipt, granted
from .ports import Ledger
from .transfer import Transfer, TransferId


@frozen
class MoveMoney:
    """Post transfers that happen together or not at all."""

    ledger: Ledger

    async def __call__(self, *transfers: Transfer) -> Receipt:
        """
        Move it; the same transfers again are answered by the same receipt.

        Raises:
            Refused, Missing, Conflict: nothing moved, and why.
            Unavailable: not known whether it moved; ask again with the same ids.
        """
        (verdict,) = await self.ledger.carry_out([Move(transfers)])
        return granted(verdict, Receipt)


@frozen
class CorrectTransfer:
    """Take a transfer back, whole or in part, by an opposite one that names it."""

    ledger: Ledger

    async def __call__(
        self, mistake: TransferId, *, id: TransferId, amount: Money | None = None, memo: str = ""
    ) -> Receipt:
        """
        Post the opposite of the mistake under the new id.

        Raises:
            TransferMissing: there is no such mistake.
            OverCorrected: more would come back than was moved.
            InsufficientFunds: who got the money no longer has it.
        """
        mistaken = (await self.ledger.transfer(mistake)).transfer
        opposite = mistaken.opposite(id, amount=amount, memo=memo)
        return await MoveMoney(self.ledger)(opposite)
