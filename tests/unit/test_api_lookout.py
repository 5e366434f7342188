"""One looks for all who watch; nobody misses anything, and nobody slow holds up the others."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from altyn.adapters.memory import MemoryOutbox, MemoryStore
from altyn.core.bells import HandBell
from altyn.core.events import Event, EventId
from altyn.core.lane import TooManyWaiting
from altyn.core.transaction import StorageUnreachable
from altyn.entrypoints.api.lookout import PAGE, WAITING_MAX, WATCHERS_MAX, Lookout, Seen
from altyn.entrypoints.testkit import run_virtually

Told = AsyncGenerator[Seen | None, None]


class Watched(MemoryOutbox):
    """An outbox that counts how often it is looked at, fails, and hides what is being marked."""

    looks: Counter[str]
    fails: list[Exception]
    hides: list[int]
    """From which place on nothing is shown, one look after the other."""

    async def after(self, place: int, limit: int) -> Sequence[Seen]:
        self.looks["after"] += 1
        if self.fails:
            raise self.fails.pop(0)
        page = await super().after(place, limit)
        if self.hides:
            hidden = self.hides.pop(0)
            return [one for one in page if one[0] < hidden]
        return page


def happened(number: int) -> Event:
    id = EventId(uuid4())
    return Event(id=id, name="payment.settled", at=datetime.now(UTC), facts={"number": number})


@pytest.fixture
def outbox() -> Watched:
    watched = Watched(MemoryStore())
    lists: dict[str, object] = {"looks": Counter(), "fails": [], "hides": []}
    for name, value in lists.items():
        object.__setattr__(watched, name, value)  # it is frozen, as all adapters are
    return watched


async def put(outbox: Watched, *numbers: int) -> None:
    await outbox.put([happened(number) for number in numbers])


async def begun(lookout: Lookout, after: int | None = None) -> Told:
    """Somebody who watches."""
    told = lookout.told(after, beat_seconds=15)
    assert await anext(told) is None
    return told


async def some(told: Told, count: int) -> list[object]:
    """The numbers of the next that are told."""
    numbers: list[object] = []
    while len(numbers) < count:
        one = await anext(told)
        numbers.append(one if one is None else one[1].facts["number"])
    return numbers


def test_from_now_on_and_from_a_place(outbox: Watched) -> None:
    """In order, once each, whoever comes when."""

    async def story() -> None:
        lookout = Lookout(outbox, HandBell())
        await put(outbox, 1, 2)
        async with aclosing(await begun(lookout)) as now, aclosing(await begun(lookout, 1)) as old:
            await put(outbox, 3)
            assert await some(now, 1) == [3]
            assert await some(old, 2) == [2, 3]
            async with aclosing(await begun(lookout, 0)) as all_of_it:
                assert await some(all_of_it, 3) == [1, 2, 3]
                await put(outbox, 4)
                for each in (now, old, all_of_it):
                    assert await some(each, 1) == [4]

    run_virtually(story())


def test_a_bell_is_heard_at_once(outbox: Watched) -> None:
    """Nobody waits for the next look, and a storm of rings is seen at few looks."""

    async def story() -> None:
        loop = asyncio.get_running_loop()
        lookout = Lookout(outbox, outbox.bell, every_seconds=60)
        async with aclosing(await begun(lookout)) as told:
            for number in range(3):
                await asyncio.sleep(5)
                began = loop.time()
                await put(outbox, number)
                assert await some(told, 1) == [number]
                assert loop.time() - began < 0.1
            before, many = outbox.looks.total(), 200
            for number in range(many):
                await put(outbox, number)
                await asyncio.sleep(0.001)
            assert await some(told, many) == list(range(many))
            assert outbox.looks.total() - before < many / 2

    run_virtually(story())


def test_one_looks_for_all(outbox: Watched) -> None:
    """However many watch, and nobody looks when nobody watches."""

    async def story() -> None:
        lookout = Lookout(outbox, HandBell())
        async with AsyncExitStack() as stack:
            for _ in range(50):
                await stack.enter_async_context(aclosing(await begun(lookout)))
            before = outbox.looks.total()
            await asyncio.sleep(10)
            assert outbox.looks.total() - before <= 21
        await asyncio.sleep(1)
        before = outbox.looks.total()
        await asyncio.sleep(10)
        assert outbox.looks.total() == before
        async with aclosing(await begun(lookout)) as again:
            await put(outbox, 1)
            assert await some(again, 1) == [1]

    run_virtually(story())


def test_nothing_happens(outbox: Watched) -> None:
    """That is told from time to time too."""

    async def story() -> None:
        async with aclosing(await begun(Lookout(outbox, HandBell()))) as told:
            began = asyncio.get_running_loop().time()
            assert await some(told, 2) == [None, None]
            assert asyncio.get_running_loop().time() - began == pytest.approx(30, abs=1)

    run_virtually(story())


def test_who_reads_too_slowly(outbox: Watched) -> None:
    """Their stream ends, with a place to go on from; others are told all of it."""

    async def story() -> None:
        lookout = Lookout(outbox, HandBell())
        async with aclosing(await begun(lookout)) as slow, aclosing(await begun(lookout)) as quick:
            many = WAITING_MAX + PAGE
            reading = asyncio.create_task(some(quick, many))
            for start in range(0, many, PAGE):
                await put(outbox, *range(start, start + PAGE))
                await asyncio.sleep(1)
            assert await reading == list(range(many))
            left = [one async for one in slow if one is not None]
            assert len(left) < many
            place = left[-1][0] if left else 0
            async with aclosing(await begun(lookout, place)) as again:
                (next_one,) = await some(again, 1)
                assert next_one == place  # places begin with one, numbers with zero

    run_virtually(story())


def test_too_many_watch(outbox: Watched) -> None:
    """One more is told to come later; when one leaves, there is room."""

    async def story() -> None:
        lookout = Lookout(outbox, HandBell())
        async with AsyncExitStack() as stack:
            watchers = [
                await stack.enter_async_context(aclosing(await begun(lookout)))
                for _ in range(WATCHERS_MAX)
            ]
            with pytest.raises(TooManyWaiting):
                await begun(lookout)
            await watchers[0].aclose()
            await stack.enter_async_context(aclosing(await begun(lookout)))

    run_virtually(story())


def test_trouble_passes(outbox: Watched, caplog: pytest.LogCaptureFixture) -> None:
    """When it cannot be seen what happens, it is seen later."""

    async def story() -> None:
        async with aclosing(await begun(Lookout(outbox, HandBell()))) as told:
            outbox.fails.extend([StorageUnreachable("db", "gone"), RuntimeError("a mistake")])
            await asyncio.sleep(2)
            await put(outbox, 1)
            assert await some(told, 1) == [1]

    run_virtually(story())
    assert "cannot see what happens" in caplog.text
    assert "a mistake inside Altyn: RuntimeError" in caplog.text


def test_what_is_being_marked_is_waited_for(outbox: Watched) -> None:
    """What others have seen by then is shown to who comes, though it is hidden for a moment."""

    async def story() -> None:
        lookout = Lookout(outbox, HandBell())
        await put(outbox, 1, 2, 3)
        async with aclosing(await begun(lookout)):
            await asyncio.sleep(0.1)
            outbox.hides.extend([2, 2])
            async with aclosing(await begun(lookout, 0)) as told:
                assert await some(told, 3) == [1, 2, 3]

    run_virtually(story())
