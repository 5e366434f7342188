"""What a tie-out found missing here: asked about, booked, put into the drawer, or taken back."""

from contextlib import suppress

from attrs import frozen

from ..errors import AltynError
from ..money import Money
from ..transaction import Transaction
from .arrival import Inflow, Reversal
from .booking import BookInflows
from .checking import CheckPayment
from .reversing import BookReversal
from .tying import Difference, Kind, TieOut


@frozen
class BookMissing:
    """Put into the books what the provider has and we do not."""

    check: CheckPayment
    book: BookInflows
    transaction: Transaction
    reverse: BookReversal

    async def __call__(self, found: TieOut) -> int:
        """
        How many of them were looked at.

        What is for a payment of ours is asked about first: the provider may say more of it than
        stands on his list. What is in the books by then changes nothing.
        """
        missing = [
            (each.payment, Inflow(key=each.key, amount=paid, at=each.at), each.fee)
            for each in found.differences
            if each.kind is Kind.MISSING_HERE and (paid := paid_of(each))
        ]
        for payment, inflow, fee in missing:
            if payment is not None:
                with suppress(AltynError):
                    await self.check(payment)
            async with self.transaction():
                await self.book.all(found.method, payment, [inflow], fee=fee)
        back = [
            Reversal(key=each.key, amount=paid, at=each.at, fee=each.fee)
            for each in found.differences
            if went_back(each) and (paid := paid_of(each))
        ]
        for reversal in back:
            await self.reverse(found.method, reversal)
        return len(missing) + len(back)


def paid_of(difference: Difference) -> Money | None:
    """What was paid, or given back, on his side: also what others had of it."""
    theirs, fee = difference.theirs, difference.fee
    return theirs if theirs is None or fee is None else theirs + fee


def went_back(difference: Difference) -> bool:
    """Whether more of it went back than we know of."""
    theirs, ours = difference.theirs, difference.ours
    more = difference.kind is Kind.AMOUNT_DIFFERS and theirs and ours and theirs > ours
    return difference.back and (difference.kind is Kind.REFUNDED_OUTSIDE or bool(more))
