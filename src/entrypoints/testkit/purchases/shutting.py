"""The contract of `core.purchases.Shutters`."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from attrs import evolve

from ....core.purchases import Shutter, Shutters, Step
from ....core.transaction import Transaction
from ..stumbling import undone

NOON: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER: Final = NOON + timedelta(minutes=7, microseconds=1)


def shutter(supplier: str = "fragment", **other: Any) -> Shutter:
    """One that goes down at noon, at an offer."""
    values: dict[str, Any] = {"step": Step.OFFER, "reason": "log in", "since": NOON}
    return Shutter(supplier=supplier, **{**values, "try_at": LATER, **other})


@pytest.mark.asyncio
class ShuttersContract:
    """
    What every memory of shutters does. Subclass it in a test and override two fixtures:
    `shutters`, empty, and `transaction` of the same storage.
    """

    @pytest.fixture
    def shutters(self) -> Shutters:
        """None was ever down."""
        raise NotImplementedError("override the fixture `shutters`")

    @pytest.fixture
    def transaction(self) -> Transaction:
        """Transactions of the same storage."""
        raise NotImplementedError("override the fixture `transaction`")

    async def test_nobody_is_closed_at_first(self, shutters: Shutters) -> None:
        """Nor can be opened or tried."""
        assert list(await shutters.all()) == []
        assert await shutters.of("fragment") is None
        assert await shutters.lift("fragment", Step.ORDER, NOON) is None
        assert not await shutters.claim(shutter(), LATER)
        assert await shutters.of("fragment") is None

    async def test_it_goes_down_once(self, shutters: Shutters) -> None:
        """Since then, and to the microsecond; others are as they were."""
        assert await shutters.lower(shutter("packs"))
        assert await shutters.lower(shutter())
        assert not await shutters.lower(shutter(since=LATER, try_at=NOON))
        assert list(await shutters.all()) == [shutter(), shutter("packs")]
        assert await shutters.of("fragment") == shutter()

    async def test_the_reason_is_the_newest_and_the_step_the_farthest(
        self, shutters: Shutters
    ) -> None:
        """Whichever came first."""
        await shutters.lower(shutter())
        await shutters.lower(shutter(step=Step.VISIT, reason="gone"))
        assert await shutters.of("fragment") == shutter(reason="gone")
        await shutters.lower(shutter(step=Step.ORDER, reason="verify"))
        assert await shutters.of("fragment") == shutter(step=Step.ORDER, reason="verify")

    @pytest.mark.parametrize("step", list(Step))
    async def test_it_is_lifted_by_whoever_came_as_far(
        self, shutters: Shutters, step: Step
    ) -> None:
        """Once; what is before that proves nothing."""
        await shutters.lower(shutter(step=step))
        for short in [each for each in Step if each < step]:
            assert await shutters.lift("fragment", short, LATER) is None
        lifted = evolve(shutter(step=step), closed=False, since=LATER)
        assert await shutters.lift("fragment", step, LATER) == lifted
        assert await shutters.of("fragment") == lifted
        assert await shutters.lift("fragment", Step.ORDER, LATER) is None

    async def test_it_goes_down_anew(self, shutters: Shutters) -> None:
        """As if it never had been."""
        await shutters.lower(shutter(step=Step.ORDER))
        await shutters.claim(shutter(), LATER)
        await shutters.lift("fragment", Step.ORDER, NOON)
        assert not await shutters.claim(shutter(tries=1), LATER)
        again = shutter(step=Step.VISIT, reason="again", since=LATER)
        assert await shutters.lower(again)
        assert await shutters.of("fragment") == again

    async def test_a_try_is_for_one(self, shutters: Shutters) -> None:
        """Of all who read it the first; it is counted, and so is the next."""
        await shutters.lower(shutter())
        then = LATER + timedelta(minutes=15)
        assert await shutters.claim(shutter(), then)
        assert not await shutters.claim(shutter(), then)
        tried = evolve(shutter(), tries=1, try_at=then)
        assert await shutters.of("fragment") == tried
        assert await shutters.claim(tried, then)

    async def test_it_is_part_of_a_transaction(
        self, shutters: Shutters, transaction: Transaction
    ) -> None:
        """Which is undone as a whole."""
        await shutters.lower(shutter("packs"))
        async with undone(transaction):
            await shutters.lower(shutter())
            await shutters.lift("packs", Step.ORDER, LATER)
        assert list(await shutters.all()) == [shutter("packs")]
        async with transaction():
            assert await shutters.lower(shutter())
            assert await shutters.of("fragment") == shutter()
        assert await shutters.of("fragment") == shutter()
