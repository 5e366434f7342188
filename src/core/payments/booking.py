"""Booking what came for a payment when nobody has to be asked whether it did."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from attrs import evolve, frozen

from ..clock import Clock
from ..money import Money
from .arrival import Deposit, Inflow, Period
from .cashbook import Cashbook
from .errors import PaymentMissing
from .notice import RenewalChange
from .payment import Order, Payment, PaymentId, Stage
from .ports import Payments
from .schedule import next_check
from .standing import StandingOrder, Standings, standing_under
from .subscribing import apart, change, facts_of, paid_for

HOLDS: Final = timedelta(hours=1)
"""What comes under a standing order is not late; this long it may be dated after us."""


@frozen
class BookInflows:
    """Put facts about a payment into the books; it belongs into a transaction."""

    payments: Payments
    standings: Standings
    cashbook: Cashbook
    clock: Clock

    async def _booked(
        self, method: str, id: PaymentId, inflow: Inflow, period: Period | None
    ) -> str | None:
        """Its key in the books, if there is such a payment or standing order by that method."""
        standing = None
        try:
            payment = await self.payments.get(id)
        except PaymentMissing:
            standing = await standing_under(self.standings, method, id, inflow)
            if standing is None:
                return None
            if standing.amount is not None:
                inflow = await apart(self.cashbook.arrivals, method, inflow)
            payment = await self._begun(standing.order(inflow), inflow)
        if payment.order.method != method or (period is not None and standing is None):
            return None  # what renews itself is for an order that stands
        after = await self.cashbook.book(payment, [inflow])
        if after.came.units:
            after = after.reported(Stage.SEEN)
        after = evolve(after, check_at=next_check(after, self.clock.now()))
        await self.payments.put(after, was=payment.state)
        await self.cashbook.tell_change(payment, after)
        if standing is not None and standing.amount is not None:
            await self._paid_for(standing, inflow, period, is_new=after.came != payment.came)
        return inflow.key

    async def _paid_for(
        self, standing: StandingOrder, inflow: Inflow, period: Period | None, is_new: bool
    ) -> None:
        after = paid_for(standing, inflow, period)
        if after != standing:
            await self.standings.put(after)
        if is_new:
            begun = after.term is not None and after.term.charge == inflow.key
            await self.cashbook.tell(f"standing.{'begun' if begun else 'renewed'}", facts_of(after))

    async def _begun(self, order: Order, inflow: Inflow) -> Payment:
        now = self.clock.now()
        begun = Payment.begun(order, at=now, expires_at=max(now, inflow.at) + HOLDS, check_at=now)
        await self.cashbook.open(begun)
        await self.payments.add(begun)
        return await self.payments.get(order.id)  # alone with it, also when it was known

    async def all(
        self,
        method: str,
        id: PaymentId | None,
        inflows: Sequence[Inflow],
        period: Period | None = None,
        fee: Money | None = None,
    ) -> int:
        """
        Each for that payment or under that order, or else into the drawer; how many fitted.

        Whoever paid has all of it, also what others have had a share of.
        """
        fitted = 0
        for inflow in inflows:
            key = None if id is None else await self._booked(method, id, inflow, period)
            if key is not None:
                fitted += 1
            else:
                await self.cashbook.hold(method, [inflow])
            if fee is not None:
                await self.cashbook.pay_fee(method, key or inflow.key, fee)
        return fitted

    async def told(self, method: str, deposit: Deposit) -> int:
        """The same of what a provider tells by itself."""
        inflows = [deposit.inflow]
        return await self.all(method, deposit.payment, inflows, deposit.period, deposit.fee)

    async def renewal(self, method: str, told: RenewalChange) -> bool:
        """Keep how a subscription goes on; whether there is one."""
        return await change(self.standings, self.cashbook, method, told)
