"""The contract of `core.resilience.Cache`."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ...core.resilience import Cache, Lease

Passing = Callable[[float], Awaitable[None]]
"""Lets so many seconds pass for the cache."""

WHILE = 60.0


async def leased(cache: Cache, key: str, seconds: float = WHILE) -> Lease:
    """The lease to bring a copy that nobody has."""
    lease = await cache.look(key, seconds)
    assert isinstance(lease, Lease)
    return lease


async def filled(cache: Cache, key: str, copy: bytes, seconds: float = WHILE) -> None:
    """Bring a copy that nobody has."""
    await cache.keep(key, await leased(cache, key), copy, seconds)


@pytest.mark.asyncio
class CacheContract:
    """
    What every cache does. Subclass it in a test and override three fixtures: `cache`, empty;
    `other`, which shares its copies as another process would, or is the same; and `passing`,
    which lets time pass for both without waiting.
    """

    @pytest.fixture
    def cache(self) -> Cache:
        """An empty cache."""
        raise NotImplementedError("override the fixture `cache`")

    @pytest.fixture
    def other(self, cache: Cache) -> Cache:
        """Another way to the same copies."""
        return cache

    @pytest.fixture
    def passing(self) -> Passing:
        """What lets time pass."""
        raise NotImplementedError("override the fixture `passing`")

    async def test_who_finds_no_copy_gets_the_lease(self, cache: Cache, other: Cache) -> None:
        """And everybody else nothing, until there is a copy."""
        lease = await leased(cache, "key")
        assert await cache.look("key", WHILE) is None
        assert await other.look("key", WHILE) is None
        await cache.keep("key", lease, b"copy", WHILE)
        assert await cache.look("key", WHILE) == b"copy"
        assert await other.look("key", WHILE) == b"copy"

    async def test_one_of_many_gets_the_lease(self, cache: Cache, other: Cache) -> None:
        """Also when all of them look at once."""
        looks = (each.look("key", WHILE) for _ in range(50) for each in (cache, other))
        told = await asyncio.gather(*looks)
        assert sum(isinstance(each, Lease) for each in told) == 1
        assert told.count(None) == 99

    async def test_keys_do_not_know_each_other(self, cache: Cache) -> None:
        """Each has its own copy and its own lease."""
        one, two = await leased(cache, "one"), await leased(cache, "two")
        await cache.keep("one", two, b"wrong", WHILE)
        await cache.give_up("one", two)
        assert await cache.look("one", WHILE) is None
        await cache.keep("one", one, b"1", WHILE)
        await cache.keep("two", two, b"2", WHILE)
        await cache.forget("one")
        assert await cache.look("two", WHILE) == b"2"

    async def test_a_copy_ends(self, cache: Cache, passing: Passing) -> None:
        """After its time and not before; looking does not make it longer."""
        await filled(cache, "key", b"copy", seconds=60)
        for _ in range(2):
            await passing(25)
            assert await cache.look("key", WHILE) == b"copy"
        await passing(10)
        await filled(cache, "key", b"new")

    async def test_a_lease_ends(self, cache: Cache, passing: Passing) -> None:
        """Whoever had it died: another gets one, and what the first brings late is not kept."""
        late = await leased(cache, "key", seconds=60)
        await passing(50)
        assert await cache.look("key", WHILE) is None
        await passing(10)
        await cache.keep("key", late, b"late", WHILE)
        lease = await leased(cache, "key")
        await cache.keep("key", late, b"late", WHILE)
        assert await cache.look("key", WHILE) is None
        await cache.give_up("key", late)
        await cache.keep("key", lease, b"copy", WHILE)
        assert await cache.look("key", WHILE) == b"copy"

    async def test_a_lease_is_used_once(self, cache: Cache) -> None:
        """What is kept stays, whatever is done with a lease that was."""
        lease = await leased(cache, "key")
        await cache.keep("key", lease, b"copy", WHILE)
        await cache.keep("key", lease, b"again", WHILE)
        await cache.give_up("key", lease)
        assert await cache.look("key", WHILE) == b"copy"

    async def test_a_lease_is_given_up(self, cache: Cache, other: Cache) -> None:
        """The next who looks gets another, and the first is good no more."""
        first = await leased(cache, "key")
        await cache.give_up("key", first)
        second = await leased(other, "key")
        await cache.keep("key", first, b"first", WHILE)
        await cache.give_up("key", first)
        await other.keep("key", second, b"second", WHILE)
        assert await cache.look("key", WHILE) == b"second"

    async def test_a_copy_is_forgotten(self, cache: Cache, other: Cache) -> None:
        """By everybody; forgetting what is not there changes nothing."""
        await cache.forget("key")
        await filled(cache, "key", b"old")
        await other.forget("key")
        await other.forget("key")
        await filled(cache, "key", b"new")
        assert await other.look("key", WHILE) == b"new"

    async def test_what_was_begun_before_is_not_kept_after(
        self, cache: Cache, other: Cache
    ) -> None:
        """A load that began before the key was forgotten may have read the old."""
        old = await leased(cache, "key")
        await other.forget("key")
        await cache.keep("key", old, b"old", WHILE)
        new = await leased(other, "key")
        await cache.keep("key", old, b"old", WHILE)
        await other.keep("key", new, b"new", WHILE)
        await cache.keep("key", old, b"old", WHILE)
        assert await cache.look("key", WHILE) == b"new"

    @pytest.mark.parametrize(
        "copy", [b"", b"\0\xff\r\n", b"?", b"=", b"copy" * 100_000], ids=lambda copy: copy[:4]
    )
    async def test_a_copy_is_any_bytes(self, cache: Cache, copy: bytes) -> None:
        """It comes back as it was."""
        await filled(cache, "key", copy)
        assert await cache.look("key", WHILE) == copy

    async def test_a_key_is_any_text(self, cache: Cache) -> None:
        """Of any length, and no two are taken for one another."""
        keys = [
            *("", " ", "key", "KEY", "key ", "key:1", "{", "}", "{}", "{a}b", "*", "\0", "\r\n"),
            *("ключ", "🪙", "\ud800", "?", "=", "a" * 10_000, "a" * 10_001, "я" * 10_000),
        ]
        for number, key in enumerate(keys):
            await filled(cache, key, str(number).encode())
        copies = [await cache.look(key, WHILE) for key in keys]
        assert copies == [str(number).encode() for number in range(len(keys))]

    async def test_short_times_are_times(self, cache: Cache, passing: Passing) -> None:
        """Less than the cache can measure is no mistake."""
        await filled(cache, "key", b"copy", seconds=0.0001)
        await passing(1)
        await leased(cache, "key", seconds=0.0001)
        await passing(1)
        await leased(cache, "key")
