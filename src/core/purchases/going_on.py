"""A purchase goes on: in each of its states there is one next step."""

import asyncio
from contextlib import suppress
from typing import Final

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

HANDS: Final = 8
"""So many are gone on with side by side: a supplier who hangs is not waited for by all."""


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
        hands = asyncio.Semaphore(HANDS)

        async def one(purchase: Purchase) -> None:
            async with hands:
                await self._as_far_as_it_goes(purchase)

        for ended in await asyncio.gather(*map(one, due), return_exceptions=True):
            if isinstance(ended, BaseException):
                raise ended
        return len(due)

    async def _as_far_as_it_goes(self, purchase: Purchase) -> None:
        """One step after the other, until it has to wait for something."""
        moves = True
        while moves:
            before, moves = purchase, False
            try:
                with (
                    concerning(purchase=before.id),
                    surviving("going on with purchase", before.id) as going,
                ):
                    purchase = await self.go_on.further(before)
                    moves = purchase.state is not before.state and self._is_due(purchase)
                    moves = moves and not purchase.queue  # whose turn has come is told by `due`
                if going.mishap:
                    await self._later(before.id, None)
            except AltynError as no:
                with suppress(Conflict):
                    await self._later(before.id, no)

    def _is_due(self, purchase: Purchase) -> bool:
        return purchase.check_at is not None and purchase.check_at <= self.clock.now()

    async def _later(self, id: PurchaseId, no: AltynError | None) -> None:
        """It could not go on now; so that it is not in the way of others, it is looked at later."""
        async with self.transaction():
            purchase = await self.purchases.get(id)
            if not self._is_due(purchase):
                return  # somebody has gone on with it
            if isinstance(no, LaneTaken):  # from here on it is due when its turn has come
                if purchase.queue != no.lane:  # nor is it any longer in one that it was in before
                    await self.purchases.put(purchase.changed(queue=no.lane, lane=""))
                return
            check_at = next_step(purchase, self.clock.now())
            await self.purchases.put(
                purchase.changed(checks=purchase.checks + 1, check_at=check_at)
            )
