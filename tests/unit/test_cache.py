"""Copies kept aside: loaded once for all who ask, never older than said, and never relied on."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from random import Random
from typing import Any

import pytest
from attrs import define, field, frozen

from altyn.adapters.memory import ManualTicks, MemoryCache, MemorySignals, MemoryStore
from altyn.core.errors import Missing, Refused, Unavailable
from altyn.core.resilience import Aside, Cache, CacheUnreachable, Copy, Lease
from altyn.entrypoints.testkit import VirtualLoop, run_virtually

Load = Callable[[], Awaitable[str]]


@define
class ProfileMissing(Missing):
    """There is no such profile."""

    profile: str


@define
class SourceAway(Unavailable):
    """Where profiles come from does not answer."""


AWAY = CacheUnreachable("memory", "it is away")


@define
class Source:
    """Where copies come from: a load begins, waits for the test, and ends as it says."""

    loads: list[asyncio.Future[str]] = field(factory=list)
    _began: asyncio.Event = field(factory=asyncio.Event)

    async def __call__(self) -> str:
        """What the test says, once it does."""
        self.loads.append(asyncio.get_running_loop().create_future())
        self._began.set()
        return await self.loads[-1]

    async def began(self, loads: int) -> None:
        """Wait until so many began."""
        async with asyncio.timeout(100):
            while len(self.loads) < loads:
                self._began.clear()
                await self._began.wait()


@define
class Told:
    """A cache that remembers what it was asked, and can be away."""

    inner: Cache
    away: dict[str, Unavailable] = field(factory=dict)
    asked: Counter[str] = field(factory=Counter)
    seconds: list[float] = field(factory=list)

    async def look(self, key: str, lease_seconds: float) -> bytes | Lease | None:
        self._ask("look")
        return await self.inner.look(key, lease_seconds)

    async def keep(self, key: str, lease: Lease, copy: bytes, seconds: float) -> None:
        self._ask("keep")
        self.seconds.append(seconds)
        await self.inner.keep(key, lease, copy, seconds)

    async def give_up(self, key: str, lease: Lease) -> None:
        self._ask("give_up")
        await self.inner.give_up(key, lease)

    async def forget(self, key: str) -> None:
        self._ask("forget")
        await self.inner.forget(key)

    def _ask(self, what: str) -> None:
        self.asked[what] += 1
        if what in self.away:
            raise self.away[what]


def encode(text: str) -> bytes:
    """A copy is JSON here."""
    return json.dumps(text).encode()


def decode(copy: bytes) -> str:
    """Not everything that was kept can be read."""
    return str(json.loads(copy))


def loop_ticks() -> int:
    """The time of the virtual loop."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop.ticks()


def aside(cache: Cache, signals: MemorySignals | None = None, **choices: Any) -> Aside[str]:
    """Copies of profiles, without surprises from chance."""
    choices.setdefault("jitter", 0.0)
    choices.setdefault("missing", ProfileMissing)
    return Aside(
        name="profile",
        cache=cache,
        encode=encode,
        decode=decode,
        signals=signals or MemorySignals(),
        **choices,
    )


def saying(text: str) -> Load:
    """A load that answers at once."""

    async def load() -> str:
        return text

    return load


def raising(error: Exception) -> Load:
    """A load that fails at once."""

    async def load() -> str:
        raise error

    return load


async def never() -> str:
    """A load that must not be."""
    pytest.fail("nothing should be loaded")


@pytest.fixture
def ticks() -> ManualTicks:
    return ManualTicks()


@pytest.fixture
def cache(ticks: ManualTicks) -> Told:
    return Told(MemoryCache(ticks=ticks))


@pytest.fixture
def signals() -> MemorySignals:
    return MemorySignals()


async def asking(*asked: Coroutine[Any, Any, Copy[str]]) -> list[asyncio.Task[Copy[str]]]:
    """A task for each of these, every one of which waits for the same load by now."""
    tasks = [asyncio.create_task(each) for each in asked]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


async def test_a_copy_is_loaded_once(cache: Told, signals: MemorySignals) -> None:
    """And found afterwards, by those who come by another way too."""
    copies = aside(cache, signals)
    assert await copies("7", saying("Ann")) == Copy("Ann")
    assert (await copies("7", never)).to_show == "Ann"
    assert await aside(cache)("7", never) == Copy("Ann")
    assert await copies("8", saying("Bob")) == Copy("Bob")
    assert signals.counts == {("cache_loads_total", frozenset({("name", "profile")})): 2}


async def test_a_thousand_misses_are_one_load(cache: Told) -> None:
    """Everybody is told what the one load said."""
    copies, source = aside(cache), Source()
    tasks = await asking(*(copies("7", source) for _ in range(1000)))
    await source.began(1)
    source.loads[0].set_result("Ann")
    assert await asyncio.gather(*tasks) == [Copy("Ann")] * 1000
    assert len(source.loads) == 1
    assert cache.asked == {"look": 1, "keep": 1}


async def test_things_of_different_names_are_apart(cache: Told) -> None:
    """One cache serves many kinds of copies."""
    other = Aside(name="pack", cache=cache, encode=encode, decode=decode)
    assert await aside(cache)("7", saying("Ann")) == Copy("Ann")
    assert await other("7", saying("cats")) == Copy("cats")
    assert await aside(cache)("7", never) == Copy("Ann")


async def test_a_failed_load_is_told_to_everybody_and_not_kept(cache: Told) -> None:
    """The next who asks loads again, without waiting for anybody's lease to end."""
    copies, source = aside(cache), Source()
    tasks = await asking(*(copies("7", source) for _ in range(3)))
    failure = SourceAway()
    source.loads[0].set_exception(failure)
    assert await asyncio.gather(*tasks, return_exceptions=True) == [failure] * 3
    assert await aside(cache)("7", saying("Ann")) == Copy("Ann")
    assert cache.asked["give_up"] == 1


async def test_what_cannot_be_encoded_is_a_failed_load(cache: Told) -> None:
    """Nobody waits for a lease that brought nothing."""
    copies: Aside[Any] = Aside(name="profile", cache=cache, encode=bytes.hex, decode=decode)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        await copies("7", saying("Ann"))
    assert await aside(cache)("7", saying("Ann")) == Copy("Ann")


async def test_who_gives_up_leaves_the_load_to_the_others(cache: Told) -> None:
    """Also when it is the one who began it."""
    copies, source = aside(cache), Source()
    first, second = await asking(copies("7", source), copies("7", never))
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    source.loads[0].set_result("Ann")
    assert await second == Copy("Ann")


async def test_a_load_that_nobody_waits_for_ends_quietly(cache: Told) -> None:
    """Its failure is nobody's, and no reason to complain."""
    complaints: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, complaint: complaints.append(complaint))
    copies, source = aside(cache), Source()
    (alone,) = await asking(copies("7", source))
    alone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await alone
    source.loads.pop().set_exception(SourceAway())
    assert await copies("8", saying("Bob")) == Copy("Bob")
    assert await copies("7", saying("Ann")) == Copy("Ann")
    assert complaints == []


async def test_a_load_that_is_cancelled_ends_the_waiting(cache: Told) -> None:
    """As when the loop is torn down; the next who asks begins anew."""
    complaints: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, complaint: complaints.append(complaint))
    copies, source = aside(cache), Source()
    (task,) = await asking(copies("7", source))
    source.loads[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await cache.forget("profile:7")  # its lease would end by itself
    assert await copies("7", saying("Ann")) == Copy("Ann")
    assert complaints == []


async def test_a_copy_ends(cache: Told, ticks: ManualTicks) -> None:
    """After the time it is fresh."""
    copies = aside(cache, fresh_seconds=60)
    await copies("7", saying("Ann"))
    ticks.advance(seconds=59)
    assert await copies("7", never) == Copy("Ann")
    ticks.advance(seconds=1)
    assert await copies("7", saying("Anna")) == Copy("Anna")


async def test_copies_made_together_do_not_end_together(cache: Told) -> None:
    """The times are spread below what was said, never above."""
    copies = aside(cache, fresh_seconds=100, jitter=0.2, random=Random(7))
    for key in range(200):
        await copies(str(key), saying("Ann"))
    assert 80 <= min(cache.seconds) < 82
    assert 98 < max(cache.seconds) <= 100
    assert len(set(cache.seconds)) == 200


async def test_chance_is_its_own_unless_given(cache: Told) -> None:
    """A tenth is spread by default."""
    copies = Aside(name="profile", cache=cache, encode=encode, decode=decode, fresh_seconds=100)
    await copies("7", saying("Ann"))
    assert 90 <= cache.seconds[0] <= 100


async def test_that_there_is_nothing_is_remembered(
    cache: Told, ticks: ManualTicks, signals: MemorySignals
) -> None:
    """In the same words, for a shorter time."""
    copies = aside(cache, signals, missing_seconds=5)
    missing = ProfileMissing("7")
    with pytest.raises(ProfileMissing) as first:
        await copies("7", raising(missing))
    assert first.value is missing
    ticks.advance(seconds=4)
    with pytest.raises(ProfileMissing) as again:
        await copies("7", never)
    assert again.value.like(missing)
    ticks.advance(seconds=1)
    assert await copies("7", saying("Ann")) == Copy("Ann")
    assert signals.total("cache_loads_total") == 2


async def test_nothing_is_not_remembered_without_words_for_it(cache: Told) -> None:
    """And one who has none does not trip over what another remembers."""
    silent = aside(cache, missing=None)
    with pytest.raises(ProfileMissing):
        await silent("7", raising(ProfileMissing("7")))
    assert cache.asked == {"look": 1, "give_up": 1}
    with pytest.raises(ProfileMissing):
        await aside(cache)("7", raising(ProfileMissing("7")))
    assert await silent("7", saying("Ann")) == Copy("Ann")
    assert await aside(cache)("7", never) == Copy("Ann")


async def test_a_forgotten_copy_is_loaded_again(cache: Told) -> None:
    """Also that there was nothing is forgotten."""
    copies = aside(cache)
    await copies("7", saying("Ann"))
    await copies.forget("7")
    with pytest.raises(ProfileMissing):
        await copies("7", raising(ProfileMissing("7")))
    await copies.forget("7")
    assert await copies("7", saying("Anna")) == Copy("Anna")


async def test_a_load_begun_before_forgetting_is_not_kept(cache: Told) -> None:
    """Who asked before may be told the old; who asks after is not, not even by joining it."""
    copies, old, new = aside(cache), Source(), Source()
    (before,) = await asking(copies("7", old))
    await copies.forget("7")
    (after,) = await asking(copies("7", new))
    old.loads[0].set_result("Ann")
    assert await before == Copy("Ann")
    (joined,) = await asking(copies("7", never))
    assert cache.asked["look"] == 2
    new.loads[0].set_result("Anna")
    assert await after == await joined == Copy("Anna")
    assert await copies("7", never) == Copy("Anna")


async def test_a_look_begun_while_forgetting_serves_nobody_after(cache: Told) -> None:
    """It may have seen the copy a moment before it was forgotten."""

    @frozen
    class Slow(Told):
        """Forgets only when the test says so."""

        may: asyncio.Event = field(factory=asyncio.Event)
        seen: asyncio.Event = field(factory=asyncio.Event)

        async def look(self, key: str, lease_seconds: float) -> bytes | Lease | None:
            found = await self.inner.look(key, lease_seconds)
            if not self.may.is_set():
                self.may.set()
                await self.seen.wait()
            return found

        async def forget(self, key: str) -> None:
            await self.may.wait()
            await self.inner.forget(key)

    await aside(cache)("7", saying("Ann"))
    slow = Slow(cache)
    copies = aside(slow)
    forgetting = asyncio.create_task(copies.forget("7"))
    await asyncio.sleep(0)
    (during,) = await asking(copies("7", never))
    await forgetting
    (after,) = await asking(copies("7", saying("Anna")))
    slow.seen.set()
    assert await during == Copy("Ann")
    assert await after == Copy("Anna")


async def test_invalidation_after_commit(cache: Told) -> None:
    """What was about to be replaced comes back in no interleaving of reader and writer."""
    store, copies = MemoryStore(), aside(cache)
    names = {"7": "Ann"}

    async def read() -> str:
        async with store.using():
            return names["7"]

    reading = Source()
    (reader,) = await asking(copies("7", reading))
    old = await read()
    async with store():
        store.put(names, "7", "Anna")
    await copies.forget("7")
    reading.loads[0].set_result(old)
    assert await reader == Copy("Ann")
    assert await copies("7", read) == Copy("Anna")
    assert await copies("7", never) == Copy("Anna")


async def test_loading_is_outside_the_transaction_of_the_caller(cache: Told) -> None:
    """So that nothing is kept that may be undone."""
    store, copies = MemoryStore(), aside(cache)

    async def load() -> str:
        return f"inside: {store.active}"

    async with store():
        assert store.active
        assert await copies("7", load) == Copy("inside: False")


@pytest.mark.parametrize("away", ["look", "keep"])
@pytest.mark.parametrize("error", [AWAY, SourceAway()], ids=str)
async def test_without_the_cache_everything_is_loaded(
    cache: Told, signals: MemorySignals, away: str, error: Unavailable
) -> None:
    """Still once for all who ask together, whatever keeps the cache away; and it is counted."""
    cache.away[away] = error
    copies, source = aside(cache, signals), Source()
    tasks = await asking(*(copies("7", source) for _ in range(9)))
    source.loads[0].set_result("Ann")
    assert await asyncio.gather(*tasks) == [Copy("Ann")] * 9
    assert signals.total("cache_unavailable_total") == 1
    assert signals.total("cache_loads_total") == 1


@pytest.mark.parametrize("away", ["look", "give_up"])
async def test_without_the_cache_a_failure_stays_the_failure(cache: Told, away: str) -> None:
    """That of the source, not that of the cache."""
    cache.away[away] = AWAY
    with pytest.raises(SourceAway):
        await aside(cache)("7", raising(SourceAway()))
    with pytest.raises(ProfileMissing):
        await aside(cache)("8", raising(ProfileMissing("8")))


async def test_forgetting_without_the_cache_is_counted(cache: Told, signals: MemorySignals) -> None:
    """What was committed stays done; those who ask after it do not join what began before."""
    copies, source = aside(cache, signals), Source()
    cache.away = {"look": AWAY, "forget": AWAY}
    (before,) = await asking(copies("7", source))
    await copies.forget("7")
    assert await copies("7", saying("Anna")) == Copy("Anna")
    source.loads[0].set_result("Ann")
    assert await before == Copy("Ann")
    assert signals.total("cache_unavailable_total") == 3


@pytest.mark.parametrize("corrupt", [b"", b"Ann", b'"Ann"', b"+", b"+{", b"-?"])
def test_what_cannot_be_read_is_a_miss(corrupt: bytes) -> None:
    """It is replaced, and counted."""
    signals = MemorySignals()

    async def story() -> None:
        cache = MemoryCache(ticks=loop_ticks)
        lease = await cache.look("profile:7", 60)
        assert isinstance(lease, Lease)
        await cache.keep("profile:7", lease, corrupt, 60)
        assert await aside(cache, signals)("7", saying("Ann")) == Copy("Ann")
        assert await aside(cache)("7", never) == Copy("Ann")

    run_virtually(story())
    assert signals.total("cache_corrupt_total") == 1


def test_one_process_loads_for_the_others() -> None:
    """They wait for its lease, look again, and are told what it brought."""

    async def story() -> None:
        cache, source = MemoryCache(ticks=loop_ticks), Source()
        here = [asyncio.create_task(aside(cache)("7", source)) for _ in range(20)]
        await source.began(1)
        await asyncio.sleep(3)
        source.loads[0].set_result("Ann")
        assert await asyncio.gather(*here) == [Copy("Ann")] * 20
        assert asyncio.get_running_loop().time() == pytest.approx(3.05, abs=0.06)

    run_virtually(story())


def test_a_process_that_failed_leaves_the_load_to_another() -> None:
    """Which tries for itself, at once."""

    async def story() -> None:
        cache, failing = MemoryCache(ticks=loop_ticks), Source()
        first = asyncio.create_task(aside(cache)("7", failing))
        await failing.began(1)
        second = asyncio.create_task(aside(cache)("7", saying("Ann")))
        await asyncio.sleep(1)
        failing.loads[0].set_exception(SourceAway())
        with pytest.raises(SourceAway):
            await first
        assert await second == Copy("Ann")
        assert asyncio.get_running_loop().time() < 1.1

    run_virtually(story())


def test_a_process_that_died_is_outlived() -> None:
    """Its lease ends, and one of those who wait for it loads and keeps."""

    async def story() -> None:
        cache, hanging = MemoryCache(ticks=loop_ticks), Source()
        await asking(aside(cache, load_seconds=10)("7", hanging))
        await hanging.began(1)
        copies = aside(cache, load_seconds=20)
        assert await copies("7", saying("Ann")) == Copy("Ann")
        assert asyncio.get_running_loop().time() == pytest.approx(10, abs=0.06)
        assert await copies("7", never) == Copy("Ann")

    run_virtually(story())


def test_waiting_for_another_has_an_end() -> None:
    """Whoever waited as long as a load may take loads for itself, and keeps nothing."""

    async def story() -> None:
        cache = Told(MemoryCache(ticks=loop_ticks))
        await cache.look("profile:7", 3600)
        copies = aside(cache, load_seconds=10)
        assert await copies("7", saying("Ann")) == Copy("Ann")
        assert asyncio.get_running_loop().time() == pytest.approx(10, abs=0.06)
        with pytest.raises(SourceAway):
            await copies("7", raising(SourceAway()))
        assert cache.asked["keep"] == cache.asked["give_up"] == 0

    run_virtually(story())


@pytest.mark.parametrize(
    "wrong",
    [
        {"fresh_seconds": 0},
        {"missing_seconds": 0},
        {"load_seconds": 0},
        {"poll_seconds": 0},
        {"jitter": -0.1},
        {"jitter": 1},
    ],
    ids=str,
)
def test_numbers_are_checked(cache: Told, wrong: dict[str, Any]) -> None:
    """Times are positive, and something is left of them."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        aside(cache, **wrong)


def test_a_copy_is_not_the_thing() -> None:
    """Nothing that takes the thing takes its copy by accident."""
    copy: object = Copy("Ann")
    assert copy != "Ann"
    assert not isinstance(copy, str)


def test_errors_say_what_happened() -> None:
    """For people, on one line; a cache that is away is asked again at any time."""
    error = CacheUnreachable("redis", "ConnectionError")
    assert str(error) == "cannot use the cache in redis: ConnectionError"
    assert error.retry_after_seconds is None
    assert not isinstance(error, Refused)
