"""What a tie-out found missing here: asked about, booked, put into the drawer, or taken back."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from attrs import frozen

from ..errors import AltynError
from ..identity import Audit, Caller, Permission
from ..money import Money
from ..transaction import Transaction
from .arrival import Inflow, Reversal
from .booking import BookInflows
from .cashbook import parts_of
from .checking import CheckPayment
from .deciding import thing
from .payment import PaymentId
from .ports import Arrivals
from .reversing import BookReversal
from .tying import Difference, Kind, TieOut


@frozen
class BookMissing:
    """Put into the books what the provider has and we do not."""

    check: CheckPayment
    book: BookInflows
    transaction: Transaction
    reverse: BookReversal
    arrivals: Arrivals
    audit: Audit

    async def __call__(self, found: TieOut, by: Caller) -> int:
        """
        How many of them were looked at: also those of which he has more than we do.

        What is for a payment of ours is asked about first: the provider may say more of it than
        stands on his list. What is in the books by then changes nothing, and is no deed.

        Raises:
            NotAllowed: they may not decide what is in doubt.
        """
        by.must(Permission.DECIDE)
        # What went back was perhaps left out of what we were told: unless how much that is can be
        # booked as well, nobody knows whether it has grown.
        doubtful = {each.key for each in found.differences if each.back and not went_back(each)}
        missing = [
            (each.payment, Inflow(key=each.key, amount=paid, at=each.at), each.fee)
            for each in found.differences
            if (each.kind is Kind.MISSING_HERE or (_has_grown(each) and each.key not in doubtful))
            and (paid := paid_of(each))
        ]
        for payment, inflow, fee in missing:
            if payment is not None:
                with suppress(AltynError):
                    await self.check(payment)
            await self._book(found.method, payment, inflow, fee, by)
        back = [
            Reversal(key=each.key, amount=paid, at=each.at, fee=each.fee)
            for each in found.differences
            if went_back(each) and (paid := paid_of(each))
        ]
        for reversal in back:
            await self.reverse(found.method, reversal, self._audited(found.method, reversal, by))
        return len(missing) + len(back)

    async def _book(
        self, method: str, payment: PaymentId | None, inflow: Inflow, fee: Money | None, by: Caller
    ) -> None:
        known = await parts_of(self.arrivals, method, inflow.key)
        async with self.transaction():
            await self.book.all(method, payment, [inflow], fee=fee)
            parts = await parts_of(self.arrivals, method, inflow.key)
            if len(parts) > len(known):
                about = thing("arrival", method, inflow.key)
                facts = {"amount": str(inflow.amount), "key": inflow.key}
                whose = None if payment is None else str(payment)
                await self.audit(by, "arrival.booked", about, payment=whose, **facts)

    def _audited(self, method: str, back: Reversal, by: Caller) -> Callable[[], Awaitable[None]]:
        async def then() -> None:
            about = thing("arrival", method, back.key)
            await self.audit(by, "arrival.reversed", about, amount=str(back.amount), key=back.key)

        return then


def paid_of(difference: Difference) -> Money | None:
    """What was paid, or given back, on his side: also what others had of it."""
    theirs, fee = difference.theirs, difference.fee
    return theirs if theirs is None or fee is None else theirs + fee


def went_back(difference: Difference) -> bool:
    """Whether more of it went back than we know of, and he says how much that is."""
    if not difference.back or difference.said:
        return False
    return difference.kind is Kind.REFUNDED_OUTSIDE or _is_more(difference)


def _has_grown(difference: Difference) -> bool:
    """Whether he has more of what came than we do; what he has less of is for a person."""
    return not difference.back and _is_more(difference)


def _is_more(difference: Difference) -> bool:
    """Whether both have it, and he has more of it."""
    ours, theirs = difference.ours, difference.theirs
    differs = difference.kind is Kind.AMOUNT_DIFFERS
    return differs and ours is not None and theirs is not None and theirs > ours
