"""Having a webhook told again what it has missed."""

from typing import Final

from attrs import frozen

from ..clock import Clock
from ..identity import Audit, Caller, Permission
from ..transaction import Transaction
from .delivery import Delivery, DeliveryId, DeliveryState
from .errors import WebhookMoved
from .owning import OwnWebhooks
from .ports import Deliveries, Webhooks
from .webhook import WebhookId, WebhookState

REPLAYED_MAX: Final = 1000
"""How many are made again at one go."""


@frozen
class ReplayDelivery:
    """Have what was given up, or what was delivered, delivered again."""

    webhooks: Webhooks
    deliveries: Deliveries
    transaction: Transaction
    clock: Clock
    audit: Audit
    own: OwnWebhooks

    async def __call__(self, id: DeliveryId, by: Caller) -> Delivery:
        """
        This one; nothing, where it waits already.

        Raises:
            NotAllowed: it is not their own webhook, and they may not decide what is said again.
            DeliveryMissing: none has this id.
            DeliveryMoved: somebody else was faster.
            WebhookMoved: its webhook was removed.
        """
        self.own.must_tend_some(by, others=Permission.DECIDE)
        webhook = (await self.deliveries.get(id)).webhook  # which never changes
        async with self.transaction():
            await self._must_replay(by, webhook)
            delivery = await self.deliveries.get(id)
            if delivery.state is DeliveryState.WAITING:
                return delivery
            delivery = delivery.again(self.clock.now())
            await self.deliveries.put(delivery)
            await self.audit(by, "delivery.replayed", f"delivery:{id}", event=delivery.name)
        return delivery

    async def dead(self, webhook: WebhookId, by: Caller) -> int:
        """
        All that was given up of a webhook, the newest first; answers how many.

        Raises:
            NotAllowed: it is not their own webhook, and they may not decide what is said again.
            WebhookMissing: none has this id.
            WebhookMoved: it was removed.
        """
        self.own.must_tend_some(by, others=Permission.DECIDE)
        async with self.transaction():
            await self._must_replay(by, webhook)
            dead = await self.deliveries.of(webhook, REPLAYED_MAX, state=DeliveryState.DEAD)
            for each in dead:
                await self.deliveries.put(each.again(self.clock.now()))
            if dead:
                await self.audit(by, "webhook.replayed", f"webhook:{webhook}", many=len(dead))
        return len(dead)

    async def _must_replay(self, by: Caller, id: WebhookId) -> None:
        # Before any delivery, as by whoever removes it or tells it something: until the end of the
        # transaction nobody does.
        webhook = await self.webhooks.get(id)
        self.own.must_tend(by, webhook.account, others=Permission.DECIDE)
        if webhook.state is WebhookState.REMOVED:
            # Nobody would ever post it, and what waits is never forgotten.
            raise WebhookMoved(id, webhook.state)
