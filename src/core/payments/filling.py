"""What a tie-out found missing here: asked about, booked, or put into the drawer."""

from contextlib import suppress

from attrs import frozen

from ..errors import AltynError
from ..transaction import Transaction
from .arrival import Inflow
from .booking import BookInflows
from .checking import CheckPayment
from .tying import Difference, Kind, TieOut


@frozen
class BookMissing:
    """Put into the books what the provider has and we do not."""

    check: CheckPayment
    book: BookInflows
    transaction: Transaction

    async def __call__(self, found: TieOut) -> int:
        """
        How many of them were looked at: also those of which he has more than we do.

        What is for a payment of ours is asked about first: the provider may say more of it than
        stands on his list. What is in the books by then changes nothing.
        """
        # What went back and not by us was perhaps left out of what we were told: that is no growth.
        gone = {each.key for each in found.differences if each.back}
        missing = [
            (each.payment, Inflow(key=each.key, amount=each.theirs, at=each.at))
            for each in found.differences
            if each.theirs
            and (each.kind is Kind.MISSING_HERE or (_has_grown(each) and each.key not in gone))
        ]
        for payment, inflow in missing:
            if payment is not None:
                with suppress(AltynError):
                    await self.check(payment)
            async with self.transaction():
                await self.book.all(found.method, payment, [inflow])
        return len(missing)


def _has_grown(difference: Difference) -> bool:
    """Whether he has more of what came than we do; what he has less of is for a person."""
    ours, theirs = difference.ours, difference.theirs
    came = difference.kind is Kind.AMOUNT_DIFFERS and not difference.back
    return came and ours is not None and theirs is not None and theirs > ours
