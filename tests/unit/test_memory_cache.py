"""The cache in memory passes the contract, and holds no more than it may."""

import pytest

from altyn.adapters.memory import ManualTicks, MemoryCache
from altyn.core.resilience import Cache, Lease
from altyn.entrypoints.testkit import CacheContract, Passing


class TestMemoryCache(CacheContract):
    """Every sentence of the port."""

    @pytest.fixture
    def ticks(self) -> ManualTicks:
        return ManualTicks()

    @pytest.fixture
    def cache(self, ticks: ManualTicks) -> Cache:
        return MemoryCache(ticks=ticks)

    @pytest.fixture
    def passing(self, ticks: ManualTicks) -> Passing:
        async def advance(seconds: float) -> None:
            ticks.advance(seconds=seconds)

        return advance


async def fill(cache: MemoryCache, *keys: str) -> None:
    """Bring a copy for each of these."""
    for key in keys:
        lease = await cache.look(key, 60)
        assert isinstance(lease, Lease)
        await cache.keep(key, lease, key.encode(), 60)


async def kept(cache: MemoryCache, *keys: str) -> list[str]:
    """Which of these it has; looking for the others takes a lease and gives it up."""
    found = []
    for key in keys:
        copy = await cache.look(key, 60)
        if isinstance(copy, Lease):
            await cache.give_up(key, copy)
        else:
            found.append(key)
    return found


async def test_what_was_not_looked_at_for_longest_makes_room() -> None:
    """Looking keeps a copy, as bringing it does."""
    cache = MemoryCache(keys_max=3, ticks=ManualTicks())
    await fill(cache, "a", "b", "c")
    assert await cache.look("a", 60) == b"a"
    await fill(cache, "d")
    assert await kept(cache, "d", "a", "c") == ["d", "a", "c"]
    await fill(cache, "e", "f")
    assert await kept(cache, "f", "e", "c") == ["f", "e", "c"]
    assert await kept(cache, "f", "e", "a") == ["f", "e"]


async def test_a_copy_that_comes_counts_as_looked_at() -> None:
    """It does not stand where its lease stood."""
    cache = MemoryCache(keys_max=2, ticks=ManualTicks())
    lease = await cache.look("a", 60)
    assert isinstance(lease, Lease)
    await fill(cache, "b")
    await cache.keep("a", lease, b"a", 60)
    await fill(cache, "c")
    assert await kept(cache, "a") == ["a"]


async def test_a_lease_may_have_to_make_room() -> None:
    """Then what it brings is not kept."""
    cache = MemoryCache(keys_max=1, ticks=ManualTicks())
    lost = await cache.look("a", 60)
    assert isinstance(lost, Lease)
    await fill(cache, "b")
    await cache.keep("a", lost, b"a", 60)
    assert await kept(cache, "b", "a") == ["b"]


def test_a_cache_has_room() -> None:
    """For one key at least."""
    with pytest.raises(ValueError, match="keys_max"):
        MemoryCache(keys_max=0)
