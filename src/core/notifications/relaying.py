"""The relay: events leave the outbox and become what is told of them."""

import logging
from collections.abc import Sequence
from typing import Final

from attrs import frozen

from ..clock import Clock
from ..correlation import concerning
from ..errors import AltynError, Refused
from ..events import WHY_MAX, Event, Outbox
from ..identifiers import Identifiers
from ..mishaps import surviving
from ..signals import Signals
from ..spans import span
from ..transaction import StorageUnwritable, Transaction
from ..wording import one_line
from .delivery import Delivery, deliveries_of
from .notification import Notification
from .people import notifications_of
from .ports import Deliveries, Notifications, Preferences, Webhooks
from .webhook import Webhook

log = logging.getLogger("altyn.core")

BATCH: Final = 200
SUBJECTS: Final = ("payment", "refund", "purchase", "campaign")
BATCHES_MAX: Final = 50
"""How many at one go: then it is told how far it has come, and begins anew."""


@frozen
class RelayEvents:
    """
    Turn events into what systems and people are told of them, and take them out of the outbox in
    the same transaction.

    Each is taken at least once and works once, from however many processes. One that cannot be
    passed on is set aside for a person, and those behind it go on.
    """

    outbox: Outbox
    webhooks: Webhooks
    deliveries: Deliveries
    notifications: Notifications
    preferences: Preferences
    transaction: Transaction
    clock: Clock
    identifiers: Identifiers
    signals: Signals

    async def __call__(self) -> int:
        """Relay what is pending; answers how many events it was."""
        relayed = 0
        for _ in range(BATCHES_MAX):
            batch = await self._some()
            relayed += batch
            if batch < BATCH:
                break
        backlog = await self.outbox.backlog()
        oldest = backlog.oldest or self.clock.now()
        age = (self.clock.now() - oldest).total_seconds()
        self.signals.gauge("outbox_waiting", backlog.waiting)
        self.signals.gauge("outbox_stuck", backlog.stuck)
        self.signals.gauge("outbox_age_seconds", max(age, 0.0))
        return relayed

    async def _some(self) -> int:
        try:
            async with self.transaction():
                events = await self.outbox.take(BATCH)
                if events:
                    await self._relay(events, await self.webhooks.all())
                return len(events)
        except StorageUnwritable:
            raise  # a full disk refuses every event, so it is the fault of none
        except Refused:
            # The storage cannot keep what follows from one of them, and does not say from which.
            return await self._one_by_one()

    async def _one_by_one(self) -> int:
        """What another process relays meanwhile works once all the same."""
        events = await self.outbox.pending(BATCH)
        # Apart from them: webhooks that cannot be read are no event's fault. After them: whoever
        # listened before something happened is told of it.
        webhooks = await self.webhooks.all()
        for event in events:
            try:
                async with self.transaction():
                    await self._relay([event], webhooks)
            except StorageUnwritable:
                raise
            except Refused as no:
                await self._set_aside(event, f"{no.code}: {no}")
        return len(events)

    async def _relay(self, events: Sequence[Event], webhooks: Sequence[Webhook]) -> None:
        deliveries: list[Delivery] = []
        notifications: list[Notification] = []
        passed = []
        for event in events:
            try:
                with (
                    concerning(event_id=event.id),
                    surviving("relaying event", event.id) as relaying,
                    span("relay event", told_of=event.name, **_subject(event)),
                ):
                    told, people = self._follows(event, webhooks)
                    deliveries += told
                    notifications += people
                    passed.append(event.id)
                trouble = relaying.mishap
            except AltynError as no:
                trouble = f"{no.code}: {no}"
            if trouble:
                await self._set_aside(event, trouble)
        await self.deliveries.add(deliveries)
        await self.notifications.add(await self._wanted(notifications))
        await self.outbox.delivered(passed)

    def _follows(
        self, event: Event, webhooks: Sequence[Webhook]
    ) -> tuple[list[Delivery], list[Notification]]:
        """What webhooks and people are told of it."""
        now = self.clock.now()
        told = deliveries_of(event, webhooks, now, self.identifiers)
        return told, notifications_of(event, now, self.identifiers)

    async def _wanted(self, notifications: Sequence[Notification]) -> Sequence[Notification]:
        """Those that their recipients want to be told."""
        if not notifications:
            return []
        preferences = await self.preferences.of({each.recipient for each in notifications})
        return [
            each
            for each in notifications
            if each.recipient not in preferences or preferences[each.recipient].wants(each.kind)
        ]

    async def _set_aside(self, event: Event, why: str) -> None:
        log.error("event %s (%s) is set aside: %s", event.id, event.name, why)
        await self.outbox.set_aside(event.id, one_line(why, WHY_MAX))


def _subject(event: Event) -> dict[str, str]:
    """The ids of what it is about, where whoever follows that looks for them."""
    return {name: str(event.facts[name]) for name in SUBJECTS if event.facts.get(name)}
