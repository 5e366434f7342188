"""Having a webhook told again what it has missed."""

from typing import Final

from attrs import frozen

from ..clock import Clock
from ..identity import Audit, Caller, Permission
from ..transaction import Transaction
from .delivery import Delivery, DeliveryId, DeliveryState
from .ports import Deliveries
from .webhook import WebhookId

REPLAYED_MAX: Final = 1000
"""How many are made again at one go."""


@frozen
class ReplayDelivery:
    """Have what was given up, or what was delivered, delivered again."""

    deliveries: Deliveries
    transaction: Transaction
    clock: Clock
    audit: Audit

    async def __call__(self, id: DeliveryId, by: Caller) -> Delivery:
        """
        This one; nothing, where it waits already.

        Raises:
            NotAllowed: they may not decide what is said again.
            DeliveryMissing: none has this id.
            DeliveryMoved: somebody else was faster.
        """
        by.must(Permission.DECIDE)
        async with self.transaction():
            delivery = await self.deliveries.get(id)
            if delivery.state is DeliveryState.WAITING:
                return delivery
            delivery = delivery.again(self.clock.now())
            await self.deliveries.put(delivery)
            await self.audit(by, "delivery.replayed", f"delivery:{id}", event=delivery.name)
        return delivery

    async def dead(self, webhook: WebhookId, by: Caller) -> int:
        """All that was given up of a webhook, the newest first; answers how many."""
        by.must(Permission.DECIDE)
        dead = await self.deliveries.of(webhook, REPLAYED_MAX, state=DeliveryState.DEAD)
        async with self.transaction():
            for each in dead:
                await self.deliveries.put(each.again(self.clock.now()))
            if dead:
                await self.audit(by, "webhook.replayed", f"webhook:{webhook}", many=len(dead))
        return len(dead)
