"""What whoever owns a webhook does about it, and about what it is told."""

from typing import Final
from uuid import UUID

from attrs import frozen

from ..clock import Clock
from ..sealing import Sealer
from ..transaction import Transaction
from ..wording import one_line
from .catalogue import is_known
from .delivery import Delivery, DeliveryId, DeliveryState
from .errors import WebhookMalformed, WebhookMoved
from .ports import Deliveries, Webhooks, WebhookSender
from .signing import new_secret
from .webhook import WEBHOOK_MOVES, Webhook, WebhookId, WebhookState

REPLAYED_MAX: Final = 1000
"""How many are made again at one go."""


@frozen
class Shown:
    """A webhook with its new secret, which nobody is shown again."""

    webhook: Webhook
    secret: str


@frozen
class AddWebhook:
    """Begin to tell an address of events."""

    webhooks: Webhooks
    sender: WebhookSender
    sealer: Sealer
    clock: Clock

    async def __call__(
        self, id: UUID, url: str, events: tuple[str, ...], account: str = ""
    ) -> Shown:
        """
        The webhook and its secret.

        Raises:
            WebhookMalformed: it is no address, or nobody will ever tell of such an event.
            AddressRefused: nothing is ever sent there.
            WebhookMoved: one with this id is there already.
            NothingSeals: there is no key with which its secret could be sealed.
        """
        for each in events:
            if not is_known(each):
                raise WebhookMalformed(one_line(each, 40), "there is no such event")
        secret = new_secret()
        draft = Webhook(
            id=WebhookId(id),
            url=url,
            events=events,
            account=account,
            secret=b"",
            created_at=self.clock.now(),
        )
        self.sender.check(url)
        sealed = self.sealer.seal(secret.encode(), draft.about)
        webhook = draft.changed(secret=sealed)
        kept = await self.webhooks.add(webhook)
        if kept.secret != sealed:
            raise WebhookMoved(kept.id, kept.state)
        return Shown(webhook, secret)


@frozen
class SteerWebhook:
    """Enable it, disable it, remove it, give it another secret."""

    webhooks: Webhooks
    deliveries: Deliveries
    sealer: Sealer
    transaction: Transaction
    clock: Clock

    async def rotate(self, id: WebhookId) -> Shown:
        """
        Another secret; with the one before, it is signed for a day longer.

        Raises:
            WebhookMissing: none has this id.
            WebhookMoved: it was removed.
        """
        secret = new_secret()
        async with self.transaction():
            webhook = await self.webhooks.get(id)
            if webhook.state is WebhookState.REMOVED:
                raise WebhookMoved(id, webhook.state)
            sealed = self.sealer.seal(secret.encode(), webhook.about)
            webhook = webhook.rotated(sealed, self.clock.now())
            await self.webhooks.put(webhook)
        return Shown(webhook, secret)

    async def disable(self, id: WebhookId, why: str) -> Webhook:
        """Tell it nothing until it is enabled; nothing, where that is so already."""
        return await self._moved(id, WebhookState.DISABLED, why)

    async def enable(self, id: WebhookId) -> Webhook:
        """Tell it again, first what it waits for; nothing, where that is so already."""
        return await self._moved(id, WebhookState.ENABLED)

    async def remove(self, id: WebhookId) -> Webhook:
        """Tell it nothing ever again, and forget its secrets; nothing, where that is so already."""
        return await self._moved(id, WebhookState.REMOVED)

    async def _moved(self, id: WebhookId, state: WebhookState, why: str = "") -> Webhook:
        async with self.transaction():
            webhook = await self.webhooks.get(id)
            if webhook.state is state:
                return webhook
            if state not in WEBHOOK_MOVES[webhook.state]:
                raise WebhookMoved(id, webhook.state)
            if state is WebhookState.REMOVED:
                webhook = webhook.removed()
                await self.deliveries.drop(id, "the webhook was removed")
            else:
                enabled = state is WebhookState.ENABLED
                webhook = webhook.enabled() if enabled else webhook.disabled(why)
            await self.webhooks.put(webhook)
            return webhook


@frozen
class ReplayDelivery:
    """Have what was given up, or what was delivered, delivered again."""

    deliveries: Deliveries
    transaction: Transaction
    clock: Clock

    async def __call__(self, id: DeliveryId) -> Delivery:
        """
        This one; nothing, where it waits already.

        Raises:
            DeliveryMissing: none has this id.
            DeliveryMoved: somebody else was faster.
        """
        delivery = await self.deliveries.get(id)
        if delivery.state is DeliveryState.WAITING:
            return delivery
        delivery = delivery.again(self.clock.now())
        await self.deliveries.put(delivery)
        return delivery

    async def dead(self, webhook: WebhookId) -> int:
        """All that was given up of a webhook, the newest first; answers how many."""
        dead = await self.deliveries.of(webhook, REPLAYED_MAX, state=DeliveryState.DEAD)
        async with self.transaction():
            for each in dead:
                await self.deliveries.put(each.again(self.clock.now()))
        return len(dead)
