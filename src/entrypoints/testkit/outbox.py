"""The contract of `core.events.Outbox`."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

import pytest
from attrs import evolve

from ...core.events import Backlog, Event, EventId, EventMissing, EventNotStuck, Fact, Outbox
from ...core.transaction import Transaction
from .stumbling import undone

NOON = datetime(2026, 1, 1, 12, 0, 0, 1, tzinfo=UTC)
WAITS_SECONDS: Final = 0.05


def event(name: str = "hold.expired", at: datetime = NOON, **facts: Fact) -> Event:
    """Something that happened just now."""
    return Event(id=EventId(uuid4()), name=name, at=at, facts=facts)


@pytest.mark.asyncio
class OutboxContract:
    """
    What every outbox does. Subclass it in a test and override two fixtures: `outbox`, empty, and
    `transaction` of the same storage.
    """

    @pytest.fixture
    def outbox(self) -> Outbox:
        """An empty outbox."""
        raise NotImplementedError("override the fixture `outbox`")

    @pytest.fixture
    def transaction(self) -> Transaction:
        """The transaction of the storage that the outbox writes to."""
        raise NotImplementedError("override the fixture `transaction`")

    async def test_nothing_waits_at_first(self, outbox: Outbox) -> None:
        """An empty outbox has nothing on its way."""
        assert list(await outbox.pending(10)) == []

    async def test_events_wait_in_the_order_they_were_put(self, outbox: Outbox) -> None:
        """Whenever they happened and whatever their ids; asking does not take them away."""
        events = [event(at=NOON - timedelta(minutes=n)) for n in range(9)]
        await outbox.put(events[:4])
        await outbox.put(events[4:5])
        await outbox.put([])
        await outbox.put(events[5:])
        assert list(await outbox.pending(100)) == events
        assert list(await outbox.pending(100)) == events

    async def test_the_oldest_come_first(self, outbox: Outbox) -> None:
        """As many as were asked for, from the beginning of the queue."""
        events = [event() for _ in range(5)]
        await outbox.put(events)
        for limit in (1, 2, 5):
            assert list(await outbox.pending(limit)) == events[:limit]

    async def test_an_event_is_kept_as_it_was(self, outbox: Outbox) -> None:
        """Name, moment and facts come back: words, numbers of 64 bits, yes and no, nothing."""
        told = event(
            "purchase.delivered",
            NOON + timedelta(microseconds=7),
            text='«кружка» "it\'s" \\ 🪙',
            empty="",
            many=2**63 - 1,
            few=-(2**63),
            zero=0,
            one=1,
            yes=True,
            no=False,
            nothing=None,
        )
        await outbox.put([told])
        (kept,) = await outbox.pending(1)
        assert kept == told
        assert {name: type(fact) for name, fact in kept.facts.items()} == {
            name: type(fact) for name, fact in told.facts.items()
        }
        assert kept.at.utcoffset() == timedelta(0)

    async def test_a_known_event_is_not_kept_twice(self, outbox: Outbox) -> None:
        """In one list, later, with others, and after it was delivered; it keeps its place."""
        first, second, third = event(), event(), event()
        await outbox.put([first, second, first])
        await outbox.put([first, third, second])
        assert list(await outbox.pending(10)) == [first, second, third]
        await outbox.delivered([first.id])
        await outbox.put([first])
        assert list(await outbox.pending(10)) == [second, third]

    async def test_delivered_events_wait_no_longer(self, outbox: Outbox) -> None:
        """The others keep their order; naming one twice or an unknown one changes nothing."""
        events = [event() for _ in range(5)]
        await outbox.put(events)
        await outbox.delivered([events[3].id, events[0].id])
        left = [events[1], events[2], events[4]]
        assert list(await outbox.pending(10)) == left
        await outbox.delivered([events[0].id, EventId(uuid4()), events[0].id])
        await outbox.delivered([])
        assert list(await outbox.pending(10)) == left
        await outbox.put([last := event()])
        assert list(await outbox.pending(10)) == [*left, last]
        await outbox.delivered([each.id for each in [*left, last]])
        assert list(await outbox.pending(10)) == []

    async def test_events_are_kept_with_the_transaction(
        self, outbox: Outbox, transaction: Transaction
    ) -> None:
        """When it commits they wait, and those it delivered do not."""
        old, new = event(), event()
        await outbox.put([old])
        async with transaction():
            await outbox.put([new])
            await outbox.delivered([old.id])
            assert list(await outbox.pending(10)) == [new]
        assert list(await outbox.pending(10)) == [new]

    async def test_events_are_forgotten_with_the_transaction(
        self, outbox: Outbox, transaction: Transaction
    ) -> None:
        """When it is undone they never were, and those it delivered wait again, in place."""
        old, other, new = event(), event(), event()
        await outbox.put([old, other])
        async with undone(transaction):
            await outbox.put([new])
            await outbox.delivered([old.id])
        assert list(await outbox.pending(10)) == [old, other]
        await outbox.put([new])
        assert list(await outbox.pending(10)) == [old, other, new]

    async def test_nobody_else_sees_what_may_be_undone(
        self, outbox: Outbox, transaction: Transaction
    ) -> None:
        """Another task that asks meanwhile does not get the event."""
        async with undone(transaction):
            await outbox.put([event()])
            asked = asyncio.create_task(self._pending(outbox))
            await asyncio.wait([asked], timeout=0.05)
        assert await asked == []

    async def test_many_may_put_at_once(self, outbox: Outbox) -> None:
        """The same event from many tasks is one; those of each task keep their order."""
        shared = event()
        own = [[event() for _ in range(3)] for _ in range(8)]
        async with asyncio.TaskGroup() as group:
            for events in own:
                group.create_task(outbox.put([*events, shared]))
        kept = await self._pending(outbox)
        assert len(kept) == 25
        assert kept.count(shared) == 1
        for events in own:
            places = [kept.index(each) for each in events]
            assert places == sorted(places)

    async def test_what_is_set_aside_is_in_nobody_s_way(self, outbox: Outbox) -> None:
        """It says why, and is not pending until it is put back: into its old place."""
        first, second, third = events = [event() for _ in range(3)]
        await outbox.put(events)
        await outbox.set_aside(second.id, "«why»")
        await outbox.set_aside(second.id, "another reason comes too late")
        await outbox.set_aside(EventId(uuid4()), "nobody knows it")
        assert list(await outbox.pending(10)) == [first, third]
        assert [(each.event, each.why) for each in await outbox.stuck(10)] == [(second, "«why»")]
        await outbox.again(second.id)
        for waiting in (second, first):
            with pytest.raises(EventNotStuck):
                await outbox.again(waiting.id)
        with pytest.raises(EventMissing):
            await outbox.again(EventId(uuid4()))
        assert list(await outbox.pending(10)) == events
        assert list(await outbox.stuck(10)) == []

    async def test_what_is_set_aside_comes_oldest_first(self, outbox: Outbox) -> None:
        """As many as were asked for; what was delivered after all is not stuck any more."""
        events = [event() for _ in range(3)]
        await outbox.put(events)
        for each in reversed(events):
            await outbox.set_aside(each.id, "why")
        assert [each.event for each in await outbox.stuck(2)] == events[:2]
        await outbox.delivered([events[0].id])
        await outbox.set_aside(events[0].id, "too late")
        assert [each.event for each in await outbox.stuck(9)] == events[1:]
        with pytest.raises(EventNotStuck):
            await outbox.again(events[0].id)

    async def test_setting_aside_is_undone_with_the_transaction(
        self, outbox: Outbox, transaction: Transaction
    ) -> None:
        """It waits as before, and so does what was put back."""
        one, two = event(), event()
        await outbox.put([one, two])
        await outbox.set_aside(two.id, "why")
        async with undone(transaction):
            await outbox.set_aside(one.id, "why")
            await outbox.again(two.id)
            assert list(await outbox.pending(10)) == [two]
        assert list(await outbox.pending(10)) == [one]
        assert [each.event for each in await outbox.stuck(10)] == [two]

    async def test_the_backlog_is_counted(self, outbox: Outbox) -> None:
        """How many wait, since when the first in the queue does, and how many are stuck."""
        assert await outbox.backlog() == Backlog(waiting=0, oldest=None, stuck=0)
        events = [event(at=NOON + timedelta(minutes=n)) for n in (3, 1, 2)]
        await outbox.put(events)
        await outbox.set_aside(events[2].id, "why")
        assert await outbox.backlog() == Backlog(waiting=2, oldest=events[0].at, stuck=1)
        await outbox.delivered([events[0].id, events[1].id])
        assert await outbox.backlog() == Backlog(waiting=0, oldest=None, stuck=1)

    async def test_what_is_taken_is_delivered_with_the_transaction(
        self, outbox: Outbox, transaction: Transaction
    ) -> None:
        """The oldest of them; when it is undone they wait as before."""
        events = [event() for _ in range(3)]
        await outbox.put(events)
        async with transaction():
            taken = await outbox.take(2)
            assert list(taken) == events[:2]
            await outbox.delivered([each.id for each in taken])
        async with undone(transaction):
            assert [each.id for each in await outbox.take(9)] == [events[2].id]
            await outbox.delivered([events[2].id])
        assert list(await outbox.pending(9)) == events[2:]

    async def test_nobody_takes_what_another_has_taken(
        self, outbox: Outbox, transaction: Transaction
    ) -> None:
        """Two who relay at once never have the same event, and between them they have all."""
        events = [event() for _ in range(6)]
        await outbox.put(events)
        had: list[Event] = []

        async def relay() -> None:
            async with transaction():
                taken = await outbox.take(3)
                had.extend(taken)
                await outbox.delivered([each.id for each in taken])

        async with transaction():
            first = await outbox.take(3)
            other = asyncio.create_task(relay())
            # It is done with the others by now, or it waits until this transaction has ended.
            await asyncio.wait([other], timeout=WAITS_SECONDS)
            had.extend(first)
            await outbox.delivered([each.id for each in first])
        await other
        assert sorted(had, key=events.index) == events
        assert list(await outbox.pending(9)) == []

    async def test_what_was_put_is_read_by_place(self, outbox: Outbox) -> None:
        """In order, a page of it, delivered or set aside or not; each has its place for good."""
        assert (await outbox.place(), list(await outbox.after(0, 9))) == (0, [])
        events = [event(number=number) for number in range(5)]
        await outbox.put(events)
        await outbox.put(events[:2])
        shown = list(await outbox.after(0, 9))
        assert [each for _, each in shown] == events
        places = [place for place, _ in shown]
        assert places == sorted(set(places))
        assert places[0] > 0
        assert await outbox.place() == places[-1]
        await outbox.delivered([events[1].id])
        await outbox.set_aside(events[2].id, "why")
        assert list(await outbox.after(0, 9)) == shown
        for number, place in enumerate(places):
            assert list(await outbox.after(place, 2)) == shown[number + 1 : number + 3]
        assert list(await outbox.after(2**70, 2**70)) == []

    async def test_nothing_comes_before_what_was_shown(
        self, outbox: Outbox, transaction: Transaction
    ) -> None:
        """Whoever reads on from the last that was shown misses nothing, however late it is kept."""
        seen: list[tuple[int, Event]] = []
        start = await outbox.place()

        async def reads() -> None:
            seen.extend(await outbox.after(seen[-1][0] if seen else start, 100))

        early, late = event(number=1), event(number=2)
        began, ends = asyncio.Event(), asyncio.Event()

        async def slowly() -> None:
            async with transaction():
                await outbox.put([early])
                began.set()
                await ends.wait()

        slow = asyncio.create_task(slowly())
        await began.wait()
        quick = asyncio.create_task(outbox.put([late]))
        await asyncio.wait([quick], timeout=0.05)
        reading = asyncio.create_task(reads())
        await asyncio.wait([reading], timeout=0.05)
        ends.set()
        await asyncio.gather(slow, quick, reading)
        await reads()
        assert sorted(each.id for _, each in seen) == sorted([early.id, late.id])

    async def test_what_was_delivered_is_forgotten(self, outbox: Outbox) -> None:
        """The oldest first; what waits or is stuck stays, and places are never used again."""
        assert await outbox.forgotten() == 0
        events = [event(number=number) for number in range(6)]
        await outbox.put(events)
        places = [place for place, _ in await outbox.after(0, 9)]
        await outbox.set_aside(events[1].id, "why")
        await outbox.delivered([events[n].id for n in (0, 2, 3, 4)])
        later = NOON + timedelta(minutes=1)
        assert await outbox.forget(NOON, 9) == 0
        assert await outbox.forget(later, 1) == 1
        assert await outbox.forgotten() == places[0]
        assert await outbox.forget(later, 9) == 3
        assert [each.event for each in await outbox.stuck(9)] == [events[1]]
        assert list(await outbox.pending(9)) == [events[5]]
        assert await outbox.forgotten() == places[4]
        assert [place for place, _ in await outbox.after(0, 9)] == [places[1], places[5]]
        await outbox.delivered([events[1].id, events[5].id])
        assert await outbox.forget(later, 9) == 2
        assert await outbox.place() == await outbox.forgotten() == places[5]
        await outbox.put([event()])
        ((place, _),) = await outbox.after(0, 9)
        assert place > places[5]
        assert await outbox.forgotten() == places[5]

    async def test_what_was_forgotten_in_vain_is_there(
        self, outbox: Outbox, transaction: Transaction
    ) -> None:
        """Undone, nothing was forgotten."""
        told = event()
        await outbox.put([told])
        await outbox.delivered([told.id])
        async with undone(transaction):
            assert await outbox.forget(NOON + timedelta(minutes=1), 9) == 1
        assert [each for _, each in await outbox.after(0, 9)] == [told]
        assert await outbox.forgotten() == 0

    async def test_who_is_named_is_found_and_reworded(self, outbox: Outbox) -> None:
        """Whether it waits, is stuck or was delivered; only of that buyer, and only named ones."""
        events = [event(buyer="user:1", recipient="ann", number=n) for n in range(3)]
        others = [
            event(buyer="user:2", recipient="ann"),
            event(buyer="user:1", recipient=None),
            event(buyer="user:1"),
            event(payer="user:1", recipient="ann"),
        ]
        await outbox.put([*others, *events])
        await outbox.set_aside(events[1].id, "why")
        await outbox.delivered([events[2].id])
        assert list(await outbox.naming("user:1", 9)) == events
        assert list(await outbox.naming("user:1", 2)) == events[:2]
        reworded = [evolve(each, facts={"buyer": "user:1", "number": 9}) for each in events]
        for each in reworded:
            await outbox.reword(each)
        assert list(await outbox.naming("user:1", 9)) == []
        assert [each for _, each in await outbox.after(0, 9)] == [*others, *reworded]
        assert list(await outbox.pending(9)) == [*others, reworded[0]]
        assert [each.event for each in await outbox.stuck(9)] == [reworded[1]]

    async def _pending(self, outbox: Outbox) -> list[Event]:
        return list(await outbox.pending(1000))
