"""Telling webhooks what they want to know, until they have heard it."""

import asyncio
import logging
from collections.abc import Awaitable
from datetime import timedelta
from random import Random
from typing import Final

from attrs import field, frozen

from ..clock import Clock, Ticks, ticks
from ..correlation import concerning
from ..errors import AltynError, Conflict, Unavailable
from ..events import Event, EventId, Outbox
from ..identifiers import Identifiers
from ..mishaps import surviving
from ..sealing import Sealer
from ..signals import Signals
from ..spans import span
from ..transaction import StorageUnwritable, Transaction
from .delivery import Attempt, Delivery
from .judging import judged
from .ports import Answered, Deliveries, Webhooks, WebhookSender
from .signing import signed
from .webhook import Webhook, WebhookId

AT_ONCE_MAX: Final = 50
AT_ONCE_EACH: Final = 5
"""How many attempts at a time, and of them for one webhook: one that is dead delays no other."""
LEASE: Final = timedelta(minutes=1)
"""After which whoever began an attempt is taken for lost; longer than any attempt lasts."""
LOOK_SECONDS: Final = 0.5
"""How often to look for more while attempts are under way."""
DOING: Final = "telling a webhook of"

log = logging.getLogger("altyn.core")


@frozen
class DeliverWebhooks:
    """
    Make every attempt that is due.

    An attempt is counted before it is made, and its outcome written after it; between the two
    nobody else has the delivery. A process that dies between them leaves it to the next one after
    a while: whoever is told may be told again, under the same id, and is never left out. What
    trips us is an attempt like any other: put off by the plan, and given up at its end.
    """

    webhooks: Webhooks
    deliveries: Deliveries
    sender: WebhookSender
    sealer: Sealer
    outbox: Outbox
    transaction: Transaction
    clock: Clock
    identifiers: Identifiers
    signals: Signals
    ticks: Ticks = ticks
    random: Random = field(factory=Random)

    async def __call__(self) -> int:
        """Answers how many attempts it was; ends when nothing is due and nothing under way."""
        begun = 0
        under_way: dict[asyncio.Task[None], WebhookId] = {}
        try:
            while True:
                for each in await self._claimed(under_way):
                    under_way[asyncio.create_task(self._attempt(each))] = each.webhook
                    begun += 1
                if not under_way:
                    await self._tell_how_far()
                    return begun
                ended, _ = await asyncio.wait(
                    under_way, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                for task in ended:
                    del under_way[task]
                    task.result()
        except AltynError:
            await asyncio.gather(*under_way)  # what is being told is told to its end
            raise
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _claimed(self, under_way: dict[asyncio.Task[None], WebhookId]) -> list[Delivery]:
        free = AT_ONCE_MAX - len(under_way)
        if free < 1:
            return []
        now = self.clock.now()
        busy = set(under_way.values())
        return list(await self.deliveries.claim(now, now + LEASE, free, AT_ONCE_EACH, busy))

    async def _attempt(self, delivery: Delivery) -> None:
        """Make it. Whatever goes wrong about it is in no other's way."""
        if trouble := await _trouble(self._make(delivery), delivery):
            # Only what it takes: perhaps it was all the rest that could not be written.
            after = delivery.failed(trouble, self.clock.now(), self.random.random())
            await _trouble(self.deliveries.put(after), delivery)

    async def _make(self, delivery: Delivery) -> None:
        webhook = await self.webhooks.get(delivery.webhook)
        at, began = self.clock.now(), self.ticks()
        answered, trouble = await self._send(delivery, webhook)
        lasted = max(self.ticks() - began, 0) // 1000
        attempt = Attempt(
            delivery=delivery.id,
            number=delivery.attempts,
            at=at,
            milliseconds=lasted,
            status=answered.status if answered else None,
            answer=answered.beginning if answered else "",
            told="" if answered and 200 <= answered.status < 300 else trouble,
        )
        await self._note(delivery, attempt, answered)

    async def _send(self, delivery: Delivery, webhook: Webhook) -> tuple[Answered | None, str]:
        """What was answered, and why it is no success."""
        now, body = self.clock.now(), delivery.body.encode()
        try:
            with surviving(DOING, delivery.id) as telling:
                opened = [
                    self.sealer.open(each, webhook.about).decode() for each in webhook.secrets(now)
                ]
                headers = signed(opened, delivery.message_id, now, body)
                answered = await self.sender.send(webhook.url, headers, body)
        except AltynError as failed:
            return None, str(failed)
        if telling.mishap:
            return None, telling.mishap
        return answered, f"status {answered.status}"

    async def _note(self, delivery: Delivery, attempt: Attempt, answered: Answered | None) -> None:
        outcome = "delivered" if not attempt.told else "failed"
        self.signals.count("webhook_attempts_total", outcome=outcome)
        self.signals.observe("webhook_attempt_seconds", attempt.milliseconds / 1000)
        now, chance = self.clock.now(), self.random.random()
        async with self.transaction():
            # A webhook is locked before its deliveries.
            webhook = await self.webhooks.get(delivery.webhook)
            verdict = judged(delivery, webhook, answered, attempt.told, now, chance)
            await self.deliveries.put(verdict.delivery, attempt)
            if verdict.webhook is not webhook:
                await self.webhooks.put(verdict.webhook)
            await self.outbox.put(
                [
                    Event(id=EventId(self.identifiers()), name=name, at=now, facts=facts)
                    for name, facts in verdict.told
                ]
            )

    async def _tell_how_far(self) -> None:
        now = self.clock.now()
        undelivered = await self.deliveries.undelivered(now)
        age = (now - (undelivered.oldest or now)).total_seconds()
        self.signals.gauge("webhook_due", undelivered.due)
        self.signals.gauge("webhook_due_age_seconds", max(age, 0.0))
        self.signals.gauge("webhook_dead", undelivered.dead)


async def _trouble(doing: Awaitable[None], delivery: Delivery) -> str:
    """Why nothing came of it, where that would happen again; it is logged in any case."""
    try:
        with (
            concerning(delivery=delivery.id),
            surviving(DOING, delivery.id) as attempt,
            span("tell webhook", told_of=delivery.name, event_id=str(delivery.event)),
        ):
            await doing
    except Conflict:
        return ""  # it took so long that somebody else has it, or a person did something about it
    except AltynError as failed:
        log.error("%s %s: %s", DOING, delivery.id, failed)
        return "" if isinstance(failed, Unavailable | StorageUnwritable) else str(failed)
    return attempt.mishap
