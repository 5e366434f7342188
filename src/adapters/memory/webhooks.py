"""Webhooks and what they are told, in memory."""

from collections.abc import Collection, Sequence
from datetime import datetime

from attrs import evolve, field, frozen

from ...core.events import EventId
from ...core.notifications import (
    DELIVERY_MOVES,
    WEBHOOK_MOVES,
    Attempt,
    Delivery,
    DeliveryId,
    DeliveryMissing,
    DeliveryMoved,
    DeliveryState,
    Undelivered,
    Webhook,
    WebhookId,
    WebhookMissing,
    WebhookMoved,
    WebhookState,
)
from .store import MemoryStore


@frozen
class MemoryWebhooks:
    """Webhooks by their id."""

    store: MemoryStore
    _kept: dict[WebhookId, Webhook] = field(factory=dict, init=False)

    async def add(self, webhook: Webhook) -> Webhook:
        """As the port says."""
        async with self.store.using():
            if webhook.id not in self._kept:
                self.store.put(self._kept, webhook.id, webhook)
            return self._kept[webhook.id]

    async def get(self, id: WebhookId) -> Webhook:
        """As the port says."""
        async with self.store.using():
            return self._of(id)

    async def put(self, webhook: Webhook) -> None:
        """As the port says."""
        async with self.store.using():
            kept = self._of(webhook.id)
            moves = WEBHOOK_MOVES[kept.state] | {kept.state}
            if kept.version + 1 != webhook.version or webhook.state not in moves:
                raise WebhookMoved(webhook.id, kept.state)
            after = evolve(webhook, url=kept.url, account=kept.account, created_at=kept.created_at)
            self.store.put(self._kept, webhook.id, after)

    async def all(self) -> Sequence[Webhook]:
        """As the port says."""
        async with self.store.using():
            there = [each for each in self._kept.values() if each.state is not WebhookState.REMOVED]
            return sorted(there, key=lambda each: (each.created_at, each.id))

    def enabled(self) -> list[Webhook]:
        """Those that are told something, for whoever has the store already."""
        return [each for each in self._kept.values() if each.state is WebhookState.ENABLED]

    def _of(self, id: WebhookId) -> Webhook:
        if id not in self._kept:
            raise WebhookMissing(id)
        return self._kept[id]


@frozen
class MemoryDeliveries:
    """Deliveries by their id, and their logs."""

    store: MemoryStore
    webhooks: MemoryWebhooks
    _kept: dict[DeliveryId, Delivery] = field(factory=dict, init=False)
    _told: dict[tuple[EventId, WebhookId], DeliveryId] = field(factory=dict, init=False)
    _log: dict[DeliveryId, tuple[Attempt, ...]] = field(factory=dict, init=False)

    async def add(self, deliveries: Sequence[Delivery]) -> None:
        """As the port says."""
        async with self.store.using():
            for each in deliveries:
                if (each.event, each.webhook) not in self._told:
                    self.store.put(self._told, (each.event, each.webhook), each.id)
                    self.store.put(self._kept, each.id, each)

    async def get(self, id: DeliveryId) -> Delivery:
        """As the port says."""
        async with self.store.using():
            return self._of(id)

    async def claim(
        self,
        at: datetime,
        until: datetime,
        limit: int,
        each: int,
        but: Collection[WebhookId] = (),
    ) -> Sequence[Delivery]:
        """As the port says."""
        claimed: list[Delivery] = []
        left: dict[WebhookId, int] = {}
        async with self.store.using():
            for webhook in self.webhooks.enabled():
                if webhook.resting_until is None or webhook.resting_until <= at:
                    left[webhook.id] = 0 if webhook.id in but else each
            for delivery in self._due(at):
                if len(claimed) < limit and left.get(delivery.webhook, 0) > 0:
                    left[delivery.webhook] -= 1
                    begun = delivery.changed(
                        attempts=delivery.attempts + 1, tries=delivery.tries + 1, check_at=until
                    )
                    self.store.put(self._kept, begun.id, begun)
                    claimed.append(begun)
        return claimed

    async def put(self, delivery: Delivery, attempt: Attempt | None = None) -> None:
        """As the port says."""
        async with self.store.using():
            kept = self._of(delivery.id)
            moves = DELIVERY_MOVES[kept.state] | {kept.state}
            if kept.version + 1 != delivery.version or delivery.state not in moves:
                raise DeliveryMoved(delivery.id, kept.state)
            after = evolve(
                delivery,
                webhook=kept.webhook,
                event=kept.event,
                name=kept.name,
                body=kept.body,
                made_at=kept.made_at,
            )
            self.store.put(self._kept, delivery.id, after)
            if attempt is not None:
                log = (*self._log.get(delivery.id, ()), attempt)
                self.store.put(self._log, delivery.id, log)

    async def drop(self, webhook: WebhookId, told: str) -> None:
        """As the port says."""
        async with self.store.using():
            for each in list(self._kept.values()):
                if each.webhook == webhook and each.state is DeliveryState.WAITING:
                    self.store.put(self._kept, each.id, each.given_up(told))

    async def attempts(self, id: DeliveryId) -> Sequence[Attempt]:
        """As the port says."""
        async with self.store.using():
            return sorted(self._log.get(id, ()), key=lambda each: each.number)

    async def of(
        self,
        webhook: WebhookId,
        limit: int,
        *,
        state: DeliveryState | None = None,
        before: tuple[datetime, DeliveryId] | None = None,
    ) -> Sequence[Delivery]:
        """As the port says."""
        async with self.store.using():
            found = [
                each
                for each in self._kept.values()
                if each.webhook == webhook
                and state in (None, each.state)
                and (before is None or _place(each) < before)
            ]
            return sorted(found, key=_place, reverse=True)[:limit]

    async def undelivered(self, at: datetime) -> Undelivered:
        """As the port says."""
        async with self.store.using():
            enabled = {each.id for each in self.webhooks.enabled()}
            due = [each for each in self._due(at) if each.webhook in enabled]
            dead = [
                each
                for each in self._kept.values()
                if each.webhook in enabled and each.state is DeliveryState.DEAD
            ]
            oldest = due[0].check_at if due else None
            return Undelivered(due=len(due), oldest=oldest, dead=len(dead))

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        async with self.store.using():
            old = [
                each
                for each in self._kept.values()
                if each.made_at < before and each.state is not DeliveryState.WAITING
            ]
            gone = sorted(old, key=_place)[:limit]
            for each in gone:
                self.store.put(self._kept, each.id, None)
                self.store.put(self._log, each.id, None)
                self.store.put(self._told, (each.event, each.webhook), None)
            return len(gone)

    async def reword(self, event: EventId, body: str) -> None:
        """As the port says."""
        async with self.store.using():
            for each in list(self._kept.values()):
                if each.event == event:
                    self.store.put(self._kept, each.id, each.changed(body=body))
                    self.store.put(self._log, each.id, None)

    def tells_of(self, event: EventId) -> bool:
        """Whether any webhook is told of it, for whoever has the store already."""
        return any(told == event for told, _ in self._told)

    def _due(self, at: datetime) -> list[Delivery]:
        due = [
            (each.check_at, each.id, each)
            for each in self._kept.values()
            if each.check_at is not None and each.check_at <= at
        ]
        return [each for _, _, each in sorted(due, key=lambda one: one[:2])]

    def _of(self, id: DeliveryId) -> Delivery:
        if id not in self._kept:
            raise DeliveryMissing(id)
        return self._kept[id]


def _place(delivery: Delivery) -> tuple[datetime, DeliveryId]:
    return delivery.made_at, delivery.id
