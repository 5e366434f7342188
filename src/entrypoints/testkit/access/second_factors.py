"""The contract of `core.identity.SecondFactors`."""

from datetime import timedelta
from typing import Any

import pytest

from ....core.identity import SecondFactor, SecondFactorMissing, SecondFactors, UserId
from ....core.transaction import Transaction
from ..stumbling import undone
from .ground import HOUR, NOON, TICK, Ground, meanwhile

ANN, BOB = UserId(42), UserId(2**52 - 1)


def second_factor(**other: Any) -> SecondFactor:
    """Ann has just been given one."""
    fields = {"user": ANN, "sealed": b"sealed \x00\xff", "made_at": NOON, **other}
    return SecondFactor(**fields)


class SecondFactorsContract(Ground):
    """
    What everything that keeps second factors does. Subclass it in a test and override the fixtures
    `second_factors` and `transaction`, of one empty storage.
    """

    @pytest.fixture
    def second_factors(self) -> SecondFactors:
        """No second factors."""
        raise NotImplementedError("override the fixture `second_factors`")

    async def test_one_is_kept_as_it_was(self, second_factors: SecondFactors) -> None:
        """Whatever bytes there are in it, moments to the microsecond and in UTC."""
        for factor in (
            second_factor(),
            second_factor(user=BOB, recovery=(bytes(32), b"\xff" * 32), made_at=NOON + TICK),
        ):
            await second_factors.put(factor)
            kept = await second_factors.get(factor.user)
            assert kept == factor
            assert kept.made_at.utcoffset() == timedelta(0)

    async def test_who_has_none_is_told(self, second_factors: SecondFactors) -> None:
        """Whoever looks for it, or takes it away."""
        with pytest.raises(SecondFactorMissing) as missing:
            await second_factors.get(ANN)
        assert missing.value.like(SecondFactorMissing("user:42"))
        assert not await second_factors.remove(ANN)

    async def test_one_takes_the_place_of_another(self, second_factors: SecondFactors) -> None:
        """All of it, and of that user's alone."""
        first, his = second_factor(recovery=(bytes(32),)), second_factor(user=BOB)
        for each in (first, his):
            await second_factors.put(each)
        counted = first.counted(7, b"again", NOON + HOUR).without(bytes(32))
        anew = second_factor(made_at=NOON + HOUR, sealed=b"new")
        for after in (counted, anew):
            await second_factors.put(after)
            assert await second_factors.get(ANN) == after
        assert await second_factors.get(BOB) == his
        assert await second_factors.remove(ANN)
        assert await second_factors.get(BOB) == his
        with pytest.raises(SecondFactorMissing):
            await second_factors.get(ANN)

    async def test_what_a_transaction_undoes_was_never_there(
        self, second_factors: SecondFactors, transaction: Transaction
    ) -> None:
        """New ones, changes and those that were taken away."""
        kept = second_factor()
        await second_factors.put(kept)
        async with undone(transaction):
            await second_factors.put(second_factor(user=BOB))
            await second_factors.put(kept.counted(7, b"", NOON))
            await second_factors.remove(ANN)
        assert await second_factors.get(ANN) == kept
        assert not await second_factors.remove(BOB)

    async def test_whoever_read_it_in_a_transaction_has_it(
        self, second_factors: SecondFactors, transaction: Transaction
    ) -> None:
        """Others who would change it come after."""
        await second_factors.put(second_factor())
        async with transaction():
            read = await second_factors.get(ANN)
            anew = second_factor(made_at=NOON + HOUR)
            other = await meanwhile(second_factors.put(anew))
            assert not other.done()
            await second_factors.put(read.counted(7, b"sealed", NOON))
        await other
        assert await second_factors.get(ANN) == anew
