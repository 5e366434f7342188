"""A purchase goes on: in each of its states there is one next step."""

from contextlib import suppress

from attrs import frozen

from ..clock import Clock
from ..correlation import concerning
from ..errors import AltynError, Conflict
from ..mishaps import surviving
from ..spans import span
from ..transaction import Transaction
from .delivering import AwaitDelivery, FollowOutlay
from .errors import LaneTaken
from .ordering import OrderPurchase, PayPurchase
from .ports import Purchases
from .purchase import Purchase, PurchaseId, State
from .reserving import ReservePurchase
from .schedule import next_step


@frozen
class GoOn:
    """Take the next step of a purchase."""

    purchases: Purchases
    reserve: ReservePurchase
    order: OrderPurchase
    pay: PayPurchase
    follow: FollowOutlay
    await_delivery: AwaitDelivery

    async def __call__(self, id: PurchaseId) -> Purchase:
        """
        The purchase after it; as it was where it waits for somebody.

        Raises:
            PurchaseMissing: none has this id.
            Conflict: somebody else goes on with it, or something has to happen before.
        """
        return await self.further(await self.purchases.get(id))

    async def further(self, purchase: Purchase) -> Purchase:
        """The same for one that was just read; whether it has moved since, its next write tells."""
        with concerning(purchase=purchase.id), span("go on with purchase") as step:
            step.tell(state=purchase.state)
            after = await self._further(purchase)
            step.tell(became=after.state)
            return after

    async def _further(self, purchase: Purchase) -> Purchase:
        match purchase.state:
            case State.QUOTED:
                return await self.reserve(purchase.id)
            case State.RESERVED:
                return await self.order(purchase)
            case State.ORDERED:
                return await self.pay(purchase)
            case State.PAYING:
                return await self.follow(purchase)
            case State.PAID | State.UNKNOWN:
                return await self.await_delivery(purchase)
        return purchase


@frozen
class PollPurchases:
    """Go on with the purchases that are due."""

    purchases: Purchases
    go_on: GoOn
    transaction: Transaction
    clock: Clock

    async def __call__(self, limit: int = 100) -> int:
        """Go on with those, the longest overdue first; answers how many."""
        due = await self.purchases.due(self.clock.now(), limit)
        for each in due:
            try:
                with (
                    concerning(purchase=each.id),
                    surviving("going on with purchase", each.id) as going,
                ):
                    await self.go_on.further(each)
                if going.mishap:
                    await self._later(each.id, None)
            except AltynError as no:
                with suppress(Conflict):
                    await self._later(each.id, no)
        return len(due)

    async def _later(self, id: PurchaseId, no: AltynError | None) -> None:
        """It could not go on now; so that it is not in the way of others, it is looked at later."""
        async with self.transaction():
            purchase = await self.purchases.get(id)
            now = self.clock.now()
            if purchase.check_at is None or purchase.check_at > now:
                return  # somebody has gone on with it
            # Whoever waits for their turn in a lane is not made to wait longer each time.
            checks = purchase.checks + (not isinstance(no, LaneTaken))
            later = purchase.changed(checks=checks, check_at=next_step(purchase, now))
            await self.purchases.put(later)
