"""The same request twice is carried out once, whoever dies in between."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from attrs import define, field

from altyn.adapters.memory import ManualClock, MemoryErrands, MemoryStore
from altyn.core.errands import (
    LEASE,
    PAUSES,
    Answer,
    DoOnce,
    Errand,
    ErrandUnderWay,
    IdempotencyKeyReused,
)
from altyn.core.identifiers import TimeOrdered
from altyn.core.transaction import StorageUnreachable

BUY = Errand.of("ann", "POST /v1/purchases", "k", b"buy")
BOUGHT = Answer(201, "application/json", b"{}")


@define
class House:
    """A process in which errands are done; pauses pass on the clock of the test."""

    clock: ManualClock = field(factory=ManualClock)
    errands: MemoryErrands = field(factory=lambda: MemoryErrands(MemoryStore()))
    done: int = 0
    meanwhile: Callable[[], Awaitable[object]] | None = None
    waited: list[float] = field(factory=list)

    @property
    def once(self) -> DoOnce:
        return DoOnce(self.errands, self.clock, TimeOrdered(self.clock), self.pause)

    async def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.clock.advance(seconds=seconds)
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()

    async def buys(self) -> Answer:
        self.done += 1
        return BOUGHT


async def test_it_is_done_once() -> None:
    """Asked again, the answer is the one that was given, and said to be."""
    house = House()
    assert await house.once(BUY, house.buys) == (BOUGHT, False)
    house.clock.advance(hours=47)
    assert await house.once(BUY, house.buys) == (BOUGHT, True)
    assert (house.done, house.waited) == (1, [])


async def test_other_contents_are_refused() -> None:
    """Under a key that was used nothing else is done, and the words do not repeat the key."""
    house = House()
    await house.once(BUY, house.buys)
    with pytest.raises(IdempotencyKeyReused, match="use a fresh one"):
        await house.once(Errand.of("ann", "POST /v1/purchases", "k", b"sell"), house.buys)
    assert house.done == 1


async def test_who_asks_meanwhile_waits_for_the_same_answer() -> None:
    """They do nothing themselves."""
    house = House()
    begun, ends = asyncio.Event(), asyncio.Event()

    async def slowly() -> Answer:
        begun.set()
        await ends.wait()
        return await house.buys()

    first = asyncio.create_task(house.once(BUY, slowly))
    await begun.wait()

    async def end() -> None:
        ends.set()
        await first

    house.meanwhile = end
    assert await house.once(BUY, house.buys) == (BOUGHT, True)
    assert await first == (BOUGHT, False)
    assert (house.done, house.waited) == (1, [PAUSES[0]])


async def test_nobody_waits_for_ever() -> None:
    """They are told to come again when it takes long."""
    house = House()
    await house.errands.begin(BUY, UUID(int=1), house.clock.now(), house.clock.now() + LEASE)
    with pytest.raises(ErrandUnderWay) as told:
        await house.once(BUY, house.buys)
    assert told.value.retry_after_seconds == 1
    assert (house.done, house.waited) == (0, list(PAUSES))


async def test_who_died_is_succeeded() -> None:
    """What was begun and never answered is done again, under the same id."""
    house = House()

    async def dies() -> Answer:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await house.once(BUY, dies)
    with pytest.raises(ErrandUnderWay):
        await house.once(BUY, house.buys)
    house.clock.advance(seconds=LEASE.total_seconds())
    assert await house.once(BUY, house.buys) == (BOUGHT, False)


@pytest.mark.parametrize("status", [400, 401, 403, 408, 413, 421, 429, 500, 503])
async def test_what_is_not_definite_is_done_again(status: int) -> None:
    """At once: another time the answer may be another."""
    house = House()

    async def not_now() -> Answer:
        return Answer(status, "application/problem+json", b"{}")

    assert (await house.once(BUY, not_now))[0].status == status
    assert await house.once(BUY, house.buys) == (BOUGHT, False)


@pytest.mark.parametrize("status", [200, 201, 404, 409, 422])
async def test_refusals_are_answers_too(status: int) -> None:
    """The same key is answered the same, whatever has changed."""
    house = House()

    async def answered() -> Answer:
        return Answer(status, "application/json", b"{}")

    first, _ = await house.once(BUY, answered)
    assert await house.once(BUY, house.buys) == (first, True)


async def test_a_mistake_of_ours_is_no_answer() -> None:
    """It goes on its way, and the same may be asked at once."""
    house = House()

    async def broken() -> Answer:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await house.once(BUY, broken)
    assert await house.once(BUY, house.buys) == (BOUGHT, False)


async def test_what_cannot_be_given_up_is_over_by_itself() -> None:
    """The answer is told all the same."""

    class Away(MemoryErrands):
        async def give_up(self, id: object, claim: object) -> None:
            raise StorageUnreachable("db", "gone")

    house = House(errands=Away(MemoryStore()))
    busy = Answer(503, "application/problem+json", b"{}")

    async def not_now() -> Answer:
        return busy

    assert await house.once(BUY, not_now) == (busy, False)
    house.clock.advance(seconds=LEASE.total_seconds())
    assert await house.once(BUY, house.buys) == (BOUGHT, False)


def test_ids_follow_from_who_asks_where_and_under_which_key() -> None:
    """From nothing else; and no two of them read the same when they are put together."""
    ask = ("ann", "POST /a", "k")
    same, other = Errand.of(*ask, b"1"), Errand.of(*ask, b"2")
    assert (same.id, same.digest != other.digest) == (other.id, True)
    others = [("bob", *ask[1:]), ("ann", "POST /b", "k"), (*ask[:2], "l"), ("ann 7", "POST /a", "")]
    assert len({Errand.of(*each, b"1").id for each in [ask, *others]}) == 5
