"""What only one may do: who does it, when he leaves off, and who is next."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import define, field

from altyn.adapters.memory import MemoryLeases, MemoryStore
from altyn.core.errors import Unavailable
from altyn.core.leases import Lease, Leases, Sole
from altyn.entrypoints.testkit import run_virtually


def now() -> float:
    return round(asyncio.get_running_loop().time(), 6)


class LoopClock:
    """Noon, and as much later as the loop says."""

    def now(self) -> datetime:
        return datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(seconds=now())


class Away(Unavailable):
    def __str__(self) -> str:
        return "away"


@define
class Faulty:
    """Leases whose keeper can be told to be away, or to hang."""

    leases: MemoryLeases
    away: set[str] = field(factory=set)
    hangs: set[str] = field(factory=set)
    hang_seconds: float = 1000.0

    async def take(self, name: str, holder: str, seconds: float) -> Lease | None:
        await self._meet("take")
        return await self.leases.take(name, holder, seconds)

    async def extend(self, lease: Lease, seconds: float) -> None:
        await self._meet("extend")
        await self.leases.extend(lease, seconds)

    async def give_back(self, lease: Lease) -> None:
        await self._meet("give_back")
        await self.leases.give_back(lease)

    async def _meet(self, what: str) -> None:
        if what in self.away:
            raise Away
        if what in self.hangs:
            await asyncio.sleep(self.hang_seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.leases, name)


@define
class Work:
    """Something that only one may do at a time; lasts until it is cut off, or so long."""

    lasts_seconds: float = 1e9
    unwinds_seconds: float = 0.0
    began: list[tuple[str, float]] = field(factory=list)
    cut: list[tuple[str, float]] = field(factory=list)
    together: int = 0

    async def __call__(self, lease: Lease) -> None:
        assert self.together == 0
        self.together += 1
        self.began.append((lease.holder, now()))
        try:
            await asyncio.sleep(self.lasts_seconds)
        except asyncio.CancelledError:
            self.cut.append((lease.holder, now()))
            await asyncio.sleep(self.unwinds_seconds)
            raise
        finally:
            self.together -= 1


def faulty() -> Faulty:
    return Faulty(MemoryLeases(MemoryStore(), LoopClock()))


def sole(leases: Leases, holder: str = "ann") -> Sole:
    return Sole(leases=leases, name="bot", holder=holder, seconds=20)


async def beside(*running: Coroutine[Any, Any, None], seconds: float) -> None:
    """Run these for so long, then cancel them all."""
    tasks = [asyncio.create_task(each) for each in running]
    await asyncio.sleep(seconds)
    for each in tasks:
        each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def virtually(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    run_virtually(story())


def test_one_does_it() -> None:
    """For as long as he goes on, however long that is; the others wait."""

    async def story() -> None:
        leases, work = faulty(), Work()
        running = [sole(leases, holder)(work) for holder in ("ann", "bob", "eve")]
        await beside(*running, seconds=500)
        assert work.began == [("ann", 0)]

    virtually(story)


def test_the_next_one_goes_on() -> None:
    """Soon after the first was stopped: he gives the lease back. After a death, when it ends."""

    async def story() -> None:
        leases, work = faulty(), Work()
        await leases.take("bot", "dead", 20)
        following = asyncio.create_task(beside(sole(leases, "bob")(work), seconds=100))
        await asyncio.sleep(1)
        await beside(sole(leases)(work), seconds=60)
        await following
        assert work.began == [("bob", 20)]
        assert work.cut == [("bob", 100)]
        await beside(sole(leases)(work), seconds=9)
        assert work.began[1:] == [("ann", 100)]

    virtually(story)


def test_what_ends_by_itself_is_over() -> None:
    """The lease is given back, and nobody is waited for."""

    async def story() -> None:
        leases = faulty()
        await sole(leases)(Work(lasts_seconds=3))
        assert now() == 3
        assert await leases.take("bot", "bob", 20) is not None

    virtually(story)


@pytest.mark.parametrize("failure", [ValueError("oh"), TimeoutError()])
def test_what_the_work_raises_is_raised(failure: Exception) -> None:
    """A timeout of its own too; the lease is given back."""

    async def story() -> None:
        async def fail(_: Lease) -> None:
            raise failure

        leases = faulty()
        with pytest.raises(type(failure)):
            await sole(leases)(fail)
        assert await leases.take("bot", "bob", 20) is not None

    virtually(story)


def test_who_cannot_extend_leaves_off_in_time(caplog: pytest.LogCaptureFixture) -> None:
    """Before anybody else can have the lease; then he waits for his turn like everybody."""

    async def story() -> None:
        work = Work()
        cut_off, fine = faulty(), faulty()
        fine.leases = cut_off.leases
        cut_off.away = {"extend", "give_back"}
        running = [sole(cut_off)(work), sole(fine, "bob")(work)]
        await beside(*running, seconds=100)
        assert work.cut == [("ann", 18), ("bob", 100)]
        assert work.began == [("ann", 0), ("bob", 20)]

    virtually(story)
    words = [each.getMessage() for each in caplog.records]
    assert words == ["bot: away", "bot: ann has lost the lease, and leaves off"]


def test_who_has_lost_the_lease_leaves_off() -> None:
    """As soon as he hears of it."""

    async def story() -> None:
        leases, work = faulty(), Work()

        async def steal() -> None:
            await asyncio.sleep(6)
            (seen,) = await leases.seen()
            await leases.give_back(seen.lease)
            assert await leases.take("bot", "thief", 1000) is not None

        await beside(sole(leases)(work), steal(), seconds=100)
        assert (work.began, work.cut) == ([("ann", 0)], [("ann", 10)])

    virtually(story)


def test_an_extension_that_comes_too_late_is_none() -> None:
    """Whoever is leaving off already does so, and waits for his turn."""

    async def story() -> None:
        leases, work = faulty(), Work(unwinds_seconds=1)
        loop = asyncio.get_running_loop()
        loop.call_later(14, leases.hangs.add, "extend")
        leases.hang_seconds = 13.5
        await beside(sole(leases)(work), seconds=34)
        assert work.cut == [("ann", 28)]

    virtually(story)


def test_a_short_absence_does_no_harm() -> None:
    """What could not be extended once is extended the next time."""

    async def story() -> None:
        leases, work = faulty(), Work()
        loop = asyncio.get_running_loop()
        loop.call_later(4, leases.away.add, "extend")
        loop.call_later(14, leases.away.clear)
        await beside(sole(leases)(work), seconds=200)
        assert work.cut == [("ann", 200)]

    virtually(story)


def test_it_waits_while_nobody_can_be_asked(caplog: pytest.LogCaptureFixture) -> None:
    """And says so once."""

    async def story() -> None:
        leases, work = faulty(), Work()
        leases.away.add("take")
        asyncio.get_running_loop().call_later(18, leases.away.clear)
        await beside(sole(leases)(work), seconds=50)
        assert work.began == [("ann", 20)]

    virtually(story)
    assert [each.getMessage() for each in caplog.records] == ["bot: away"]


def test_who_cannot_give_back_stops_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    """Two seconds later."""

    async def story() -> None:
        leases = faulty()
        leases.hangs.add("give_back")
        await beside(sole(leases)(Work()), seconds=5)
        assert now() == 7

    virtually(story)
    assert [each.getMessage() for each in caplog.records] == ["bot: no answer"]
