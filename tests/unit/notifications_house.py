"""A house that tells others what happened, and whoever is at the other end."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from attrs import define, field, frozen

from altyn.adapters.memory import (
    ManualClock,
    ManualTicks,
    MemoryDeliveries,
    MemoryMeter,
    MemoryNotifications,
    MemoryOutbox,
    MemoryPreferences,
    MemorySignals,
    MemoryStore,
    MemoryTrail,
    MemoryUsers,
    MemoryWebhooks,
)
from altyn.core.events import Event, EventId, Fact
from altyn.core.identifiers import TimeOrdered
from altyn.core.identity import Audit
from altyn.core.notifications import (
    TOLD,
    AddressRefused,
    AddWebhook,
    Answered,
    ChangePreferences,
    DeliverWebhooks,
    Delivery,
    ExpireNotifications,
    OwnWebhooks,
    RelayEvents,
    ReplayDelivery,
    SeeWebhooks,
    SendNotifications,
    Shown,
    Spoken,
    SteerWebhook,
    Webhook,
)
from altyn.entrypoints.testkit import FakeMessenger, FakeSealer
from tests.unit.staff import ANNA

URL = "https://shop.example/altyn"


@define
class Posted:
    """What reached an address."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@define
class FakeSender:
    """The other end of all webhooks: it takes everything, unless it was told what to do."""

    posted: list[Posted] = field(factory=list)
    says: defaultdict[str, list[Any]] = field(factory=lambda: defaultdict(list))
    """By address, what is answered next: a status, an `Answered`, an error, seconds to wait."""
    always: dict[str, Any] = field(factory=dict)
    """The same for all that is not said one by one."""

    def check(self, url: str) -> None:
        if urlsplit(url).hostname == "localhost":
            raise AddressRefused("localhost", "it is this machine")

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered:
        self.posted.append(Posted(url, headers, body))
        says = self.says[url].pop(0) if self.says[url] else self.always.get(url, 200)
        if isinstance(says, float):
            await asyncio.sleep(says)
            says = 200
        if isinstance(says, Exception):
            raise says
        return says if isinstance(says, Answered) else Answered(status=says, beginning="oh")


@frozen
class Outbox(MemoryOutbox):
    """An outbox that may be away."""

    away: list[Exception] = field(factory=list)
    """What happens to whoever puts something into it, each once."""

    async def put(self, events: Sequence[Event]) -> None:
        if self.away:
            raise self.away.pop()
        await super().put(events)


@define(slots=False)
class House:
    """Everything over memory."""

    clock: ManualClock = field(factory=ManualClock)
    ticks: ManualTicks = field(factory=ManualTicks)
    store: MemoryStore = field(factory=MemoryStore)
    sender: FakeSender = field(factory=FakeSender)
    sealer: FakeSealer = field(factory=FakeSealer)
    signals: MemorySignals = field(factory=MemorySignals)
    messenger: FakeMessenger = field(factory=FakeMessenger)
    own: OwnWebhooks = field(factory=lambda: OwnWebhooks(2))

    def __attrs_post_init__(self) -> None:
        self.identifiers = TimeOrdered(self.clock)
        self.outbox = Outbox(self.store)
        self.webhooks = MemoryWebhooks(self.store)
        self.deliveries = MemoryDeliveries(self.store, self.webhooks)
        self.notifications = MemoryNotifications(self.store)
        self.preferences = MemoryPreferences(self.store)
        self.relay = RelayEvents(
            outbox=self.outbox,
            webhooks=self.webhooks,
            deliveries=self.deliveries,
            notifications=self.notifications,
            preferences=self.preferences,
            transaction=self.store,
            clock=self.clock,
            identifiers=self.identifiers,
            signals=self.signals,
        )
        self.deliver = DeliverWebhooks(
            webhooks=self.webhooks,
            deliveries=self.deliveries,
            sender=self.sender,
            sealer=self.sealer,
            outbox=self.outbox,
            transaction=self.store,
            clock=self.clock,
            identifiers=self.identifiers,
            signals=self.signals,
            ticks=self.ticks,
            random=Random(7),
        )
        self.trail, self.users = MemoryTrail(self.store), MemoryUsers(self.store)
        audit = Audit(self.trail, self.clock)
        self.add = AddWebhook(
            self.webhooks,
            self.sender,
            self.sealer,
            self.clock,
            self.store,
            audit,
            self.users,
            self.own,
        )
        self.steer = SteerWebhook(
            self.webhooks,
            self.deliveries,
            self.sealer,
            self.store,
            self.clock,
            audit,
            self.own,
        )
        self.replay = ReplayDelivery(
            self.webhooks, self.deliveries, self.store, self.clock, audit, self.own
        )
        self.see = SeeWebhooks(self.webhooks, self.deliveries, self.own)
        self.expire = ExpireNotifications(self.notifications, self.clock, self.signals)
        self.change = ChangePreferences(self.preferences, self.store)
        self.send = SendNotifications(
            self.notifications,
            self.preferences,
            self.messenger,
            Spoken(TOLD),
            MemoryMeter(self.ticks),
            self.clock,
            self.signals,
        )

    async def listens(self, *events: str, url: str = URL, account: str = "") -> Shown:
        """Somebody wants to be told."""
        return await self.add(ANNA, uuid4(), url, events or ("*",), account)

    async def happens(self, name: str = "payment.settled", **facts: Fact) -> Event:
        """Something of which the house tells."""
        event = Event(id=EventId(self.identifiers()), name=name, at=self.clock.now(), facts=facts)
        await self.outbox.put([event])
        return event

    async def told(self, webhook: Webhook) -> Sequence[Delivery]:
        """What that webhook is told, the newest first."""
        return await self.deliveries.of(webhook.id, 1000)

    async def later(self, **time: float) -> int:
        """It gets later, and whatever is due by then is tried."""
        hours = time.pop("hours", 0) + 24 * time.pop("days", 0)
        self.clock.advance(hours=hours, **time)
        return await self.deliver()

    async def passes(self, seconds: float) -> int:
        """Time passes, for limits too, and whatever is due by then is sent; how many were."""
        self.clock.advance(seconds=seconds)
        self.ticks.advance(seconds=seconds)
        return await self.send()

    async def now(self, webhook: Webhook) -> Webhook:
        """As it is by now."""
        return await self.webhooks.get(webhook.id)


SECOND = timedelta(seconds=1)
