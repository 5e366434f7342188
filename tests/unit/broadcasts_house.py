"""A house that writes to many, over memory, and whoever is at the other end."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from attrs import define, field

from altyn.adapters.memory import (
    ManualClock,
    ManualTicks,
    MemoryAudience,
    MemoryBroadcasts,
    MemoryLeases,
    MemoryLetters,
    MemoryMeter,
    MemoryOutbox,
    MemoryPreferences,
    MemoryPurchases,
    MemorySignals,
    MemoryStore,
    MemoryTrail,
    MemoryUsers,
)
from altyn.core.broadcasts import (
    LEASE,
    Announcement,
    Broadcast,
    BroadcastId,
    ComposeBroadcast,
    CountAudience,
    GatherRecipients,
    Letter,
    LetterState,
    Segment,
    SendBroadcasts,
    SendLetter,
    SteerBroadcast,
)
from altyn.core.errors import Unavailable
from altyn.core.events import Event
from altyn.core.identifiers import TimeOrdered
from altyn.core.identity import Audit, Language, Profile, UserId
from altyn.core.leases import Sole
from altyn.core.notifications import Pace, RecipientGone
from altyn.entrypoints.testkit.broadcasts.ground import NEWS
from tests.unit.staff import ANNA


class Killed(BaseException):
    """The process is no more."""


@define
class NothingHeard(Unavailable):
    """It was sent, and nobody said so."""

    def __str__(self) -> str:
        return "nothing was heard of it"


@define
class FakeAnnouncer:
    """The other end: everybody is reached, unless it is told otherwise."""

    reached: list[tuple[UserId, Language]] = field(factory=list)
    before: list[BaseException] = field(factory=list)
    """What happens to the next ones instead."""
    after: list[BaseException] = field(factory=list)
    """What happens to the next ones after they were reached."""
    left: set[UserId] = field(factory=set)
    then: Callable[[], Any] | None = None
    """What happens meanwhile."""

    async def announce(
        self, recipient: UserId, announcement: Announcement, language: Language
    ) -> None:
        await asyncio.sleep(0)
        if self.before:
            raise self.before.pop(0)
        if recipient in self.left:
            raise RecipientGone(recipient, "left")
        self.reached.append((recipient, language))
        if self.then is not None:
            await self.then()
        if self.after:
            raise self.after.pop(0)


@define(slots=False)
class House:
    """Everything over memory."""

    clock: ManualClock = field(factory=ManualClock)
    ticks: ManualTicks = field(factory=ManualTicks)
    store: MemoryStore = field(factory=MemoryStore)
    announcer: FakeAnnouncer = field(factory=FakeAnnouncer)
    signals: MemorySignals = field(factory=MemorySignals)

    def __attrs_post_init__(self) -> None:
        self.identifiers = TimeOrdered(self.clock)
        self.users = MemoryUsers(self.store)
        self.preferences = MemoryPreferences(self.store)
        self.purchases = MemoryPurchases(self.store)
        self.broadcasts = MemoryBroadcasts(self.store)
        self.letters = MemoryLetters(self.store, self.broadcasts)
        self.audience = MemoryAudience(self.users, self.preferences, self.purchases)
        self.outbox = MemoryOutbox(self.store)
        self.trail = MemoryTrail(self.store)
        self.leases = MemoryLeases(self.store, self.clock)
        self.meter = MemoryMeter(self.ticks)
        audit = Audit(self.trail, self.clock)
        self.compose = ComposeBroadcast(self.broadcasts, self.clock, self.store)
        self.count = CountAudience(self.audience, self.clock)
        self.steer = SteerBroadcast(self.broadcasts, self.store, self.clock, audit)
        self.send = self.process("one")

    def process(self, name: str) -> SendBroadcasts:
        """Somebody who sends, beside others."""
        return SendBroadcasts(
            broadcasts=self.broadcasts,
            letters=self.letters,
            gather=GatherRecipients(self.broadcasts, self.letters, self.audience, self.store),
            send=SendLetter(
                broadcasts=self.broadcasts,
                letters=self.letters,
                users=self.users,
                preferences=self.preferences,
                announcer=self.announcer,
                pace=Pace(self.meter, self.clock),
                meter=self.meter,
                clock=self.clock,
                signals=self.signals,
                sleep=self.sleep,
            ),
            outbox=self.outbox,
            transaction=self.store,
            clock=self.clock,
            identifiers=self.identifiers,
            sole=Sole(leases=self.leases, name=LEASE, holder=name),
        )

    async def sleep(self, seconds: float) -> None:
        """Time passes at once, the same for all who sleep, when whatever else can be is done."""
        until = self.clock.now() + timedelta(seconds=seconds)
        for _ in range(20):
            await asyncio.sleep(0)
        if (left := (until - self.clock.now()).total_seconds()) > 0:
            self.clock.advance(seconds=left)
            self.ticks.advance(seconds=left)

    async def come(self, *numbers: int, language: Language = Language.EN) -> None:
        """Somebody is seen."""
        for number in numbers:
            profile = Profile(id=UserId(number), name="Ann", language=language)
            await self.users.seen(profile, self.clock.now())

    async def begun(
        self, announcement: Announcement = NEWS, segment: Segment | None = None
    ) -> Broadcast:
        """Somebody has something to say."""
        draft = await self.compose.draft(BroadcastId(uuid4()), ANNA, announcement, segment)
        return await self.steer.begin(draft.id, ANNA)

    async def passes(self, seconds: float) -> None:
        """Time passes, and whatever is to be sent is."""
        await self.sleep(seconds)
        await self.send()

    async def now(self, broadcast: Broadcast) -> Broadcast:
        """As it is by now."""
        return await self.broadcasts.get(broadcast.id)

    async def those(self, broadcast: Broadcast, state: LetterState) -> Sequence[Letter]:
        """The letters in that state."""
        return await self.letters.of(broadcast.id, state, 1_000_000)

    async def told(self) -> Sequence[Event]:
        """What the rest of the house is told."""
        return await self.outbox.pending(100)

    @property
    def reached(self) -> Sequence[int]:
        """Who was reached, in that order."""
        return [int(recipient) for recipient, _ in self.announcer.reached]
