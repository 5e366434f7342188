"""Looking at webhooks: who is told what, and how that went."""

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from ..identity import Caller
from .delivery import Attempt, Delivery, DeliveryId, DeliveryState
from .owning import OwnWebhooks
from .ports import Deliveries, Webhooks
from .webhook import Webhook, WebhookId


@frozen
class SeeWebhooks:
    """
    What is to be seen by whoever looks after webhooks.

    Each call may be refused by:
        NotAllowed: they look after none of that account, or of no account at all.
    """

    webhooks: Webhooks
    deliveries: Deliveries
    own: OwnWebhooks

    async def page(
        self,
        by: Caller,
        account: str,
        limit: int,
        after: tuple[datetime, WebhookId] | None = None,
    ) -> Sequence[Webhook]:
        """Those about that account, or all where none is named, the oldest first, a page of it."""
        self.own.must_tend(by, account)
        found = [
            each
            for each in await self.webhooks.all()
            if account in ("", each.account)
            and (after is None or (each.created_at, each.id) > after)
        ]
        return sorted(found, key=lambda each: (each.created_at, each.id))[:limit]

    async def one(self, by: Caller, id: WebhookId) -> Webhook:
        """
        The webhook as it is.

        Raises:
            WebhookMissing: none has this id.
        """
        self.own.must_tend_some(by)
        webhook = await self.webhooks.get(id)
        self.own.must_tend(by, webhook.account)
        return webhook

    async def told(
        self,
        by: Caller,
        id: WebhookId,
        limit: int,
        before: tuple[datetime, DeliveryId] | None = None,
        state: DeliveryState | None = None,
    ) -> Sequence[Delivery]:
        """
        What it is told, the newest first, a page of it.

        Raises:
            WebhookMissing: none has this id.
        """
        await self.one(by, id)
        return await self.deliveries.of(id, limit, state=state, before=before)

    async def delivery(self, by: Caller, id: DeliveryId) -> tuple[Delivery, Sequence[Attempt]]:
        """
        One thing that a webhook is told, and its log.

        Raises:
            DeliveryMissing: none has this id.
        """
        delivery = await self.deliveries.get(id)
        await self.one(by, delivery.webhook)
        return delivery, await self.deliveries.attempts(id)
