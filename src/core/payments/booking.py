"""Booking what came for a payment when nobody has to be asked whether it did."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from attrs import evolve, frozen

from ..clock import Clock
from .arrival import Inflow
from .cashbook import Cashbook
from .errors import PaymentMissing
from .payment import Order, Payment, PaymentId, Stage
from .ports import Payments
from .schedule import next_check
from .standing import Standings, order_under

HOLDS: Final = timedelta(hours=1)
"""What comes under a standing order is not late; this long it may be dated after us."""


@frozen
class BookInflows:
    """Put facts about a payment into the books; it belongs into a transaction."""

    payments: Payments
    standings: Standings
    cashbook: Cashbook
    clock: Clock

    async def __call__(self, method: str, id: PaymentId, inflow: Inflow) -> bool:
        """Whether there is such a payment or standing order by that method; else it is not."""
        try:
            payment = await self.payments.get(id)
        except PaymentMissing:
            order = await order_under(self.standings, method, id, inflow)
            if order is None:
                return False
            payment = await self._begun(order, inflow)
        if payment.order.method != method:
            return False
        after = await self.cashbook.book(payment, [inflow])
        if after.came.units:
            after = after.reported(Stage.SEEN)
        after = evolve(after, check_at=next_check(after, self.clock.now()))
        await self.payments.put(after, was=payment.state)
        await self.cashbook.tell_change(payment, after)
        return True

    async def _begun(self, order: Order, inflow: Inflow) -> Payment:
        now = self.clock.now()
        begun = Payment.begun(order, at=now, expires_at=max(now, inflow.at) + HOLDS, check_at=now)
        await self.cashbook.open(begun)
        await self.payments.add(begun)
        return await self.payments.get(order.id)  # alone with it, also when it was known

    async def all(self, method: str, id: PaymentId | None, inflows: Sequence[Inflow]) -> int:
        """Each for that payment or under that order, or else into the drawer; how many fitted."""
        fitted = 0
        for inflow in inflows:
            if id is not None and await self(method, id, inflow):
                fitted += 1
            else:
                await self.cashbook.hold(method, [inflow])
        return fitted
