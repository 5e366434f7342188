"""What all policies have in common: so much and no more, and exact words about when."""

import asyncio
from fractions import Fraction
from typing import Any

import pytest

from ....core.limits import CostMalformed, CostNever, Meter, Policy
from .ground import (
    KEY,
    RATE,
    TASKS,
    Ground,
    HandTicks,
    every_policy,
    free,
    looked,
    only,
    refused,
    spent,
    until_admitted,
)


class Counting(Ground):
    """One key of one policy."""

    @every_policy
    async def test_so_much_is_admitted_and_no_more(self, meter: Meter, policy: Policy) -> None:
        """And each time one hears what remains."""
        for remaining in (4, 3, 2, 1, 0):
            assert only(await spent(meter, policy))[1] == remaining
        assert only(await refused(meter, (KEY, policy, 1)))[1] == 0

    @every_policy
    async def test_a_cost_counts_as_so_many(self, meter: Meter, policy: Policy) -> None:
        """Three and two are five."""
        assert (await spent(meter, policy, 3)).remaining == 2
        assert (await refused(meter, (KEY, policy, 3))).remaining == 2
        assert (await spent(meter, policy, 2)).remaining == 0

    @every_policy
    async def test_the_most_is_admitted_at_once(self, meter: Meter, policy: Policy) -> None:
        """It is what was promised."""
        assert policy.most == 5
        assert (await spent(meter, policy, policy.most)).remaining == 0
        await refused(meter, (KEY, policy, 1))

    @every_policy
    @pytest.mark.parametrize("cost", [1, 2, 5])
    async def test_the_wait_is_exact(
        self, meter: Meter, clock: HandTicks, policy: Policy, cost: int
    ) -> None:
        """A microsecond sooner it is refused."""
        for each in (2, 1, 2):
            await spent(meter, policy, each)
            await clock.advance(1001)
        await until_admitted(meter, clock, (KEY, policy, cost))

    @every_policy
    async def test_what_remains_is_exact(
        self, meter: Meter, clock: HandTicks, policy: Policy
    ) -> None:
        """So much would be admitted, and one more would not, whether one is refused or not."""
        for step in (2, 2, 1):
            admission = await spent(meter, policy, step)
            assert admission.remaining == await free(meter, policy)
            await clock.advance(150_000)
            most = await free(meter, policy)
            assert most < policy.most
            assert (await looked(meter, policy, most + 1))[1] == most
            assert (await looked(meter, policy, policy.most))[1] == most

    @every_policy
    async def test_everything_is_there_again_exactly_when_it_was_said(
        self, meter: Meter, clock: HandTicks, policy: Policy
    ) -> None:
        """A microsecond sooner it is not."""
        for cost in (2, 1):
            full = only(await spent(meter, policy, cost))[2]
            await clock.advance(7)
            assert (await looked(meter, policy, 5))[2] == full - 7
        await clock.advance(full - 8)
        assert (await looked(meter, policy, 5))[0] == 1
        await clock.advance(1)
        assert await free(meter, policy) == 5

    @every_policy
    async def test_a_refusal_costs_nothing(
        self, meter: Meter, clock: HandTicks, policy: Policy
    ) -> None:
        """However often it is heard, the wait gets no longer."""
        await spent(meter, policy, 3)
        wait = (await refused(meter, (KEY, policy, 3))).wait
        for passed in range(1, 6):
            await clock.advance(1000)
            again = await refused(meter, (KEY, policy, 3))
            assert again.wait == wait - 1000 * passed
        await spent(meter, policy, 2)

    @every_policy
    async def test_looking_counts_nothing(self, meter: Meter, policy: Policy) -> None:
        """It tells what would be answered, of a key that owes nothing too."""
        looks = [await meter.peek((KEY, policy, 4)) for _ in range(3)]
        admission = await spent(meter, policy, 4)
        assert [only(look) for look in looks] == [only(admission)] * 3
        look = await meter.peek((KEY, policy, 4))
        assert only(look) == only(await refused(meter, (KEY, policy, 4)))
        assert await free(meter, policy) == 1

    @every_policy
    async def test_looking_begins_nothing(
        self, meter: Meter, clock: HandTicks, policy: Policy
    ) -> None:
        """Time that passes before the first spending is not counted."""
        await meter.peek((KEY, policy, 5))
        await clock.advance(policy_full(policy) - 1)
        assert only(await spent(meter, policy, 5))[2] == policy_full(policy)

    @every_policy
    async def test_looking_between_spendings_leaves_no_trace(
        self, meter: Meter, clock: HandTicks, policy: Policy
    ) -> None:
        """What would be spent and is not does not mix with what is."""
        for _ in range(2):
            await spent(meter, policy, 2)
            await clock.advance(1000)
            await looked(meter, policy, 1)
            await looked(meter, policy, 5)
        assert await free(meter, policy) == 1

    @every_policy
    async def test_it_goes_on_for_ever(
        self, meter: Meter, clock: HandTicks, policy: Policy
    ) -> None:
        """Whatever was spent long ago is of no account, and what was just spent is."""
        for _ in range(40):
            await spent(meter, policy, 5)
            await refused(meter, (KEY, policy, 1))
            await clock.advance(policy_full(policy))

    @every_policy
    async def test_of_many_at_once_only_so_many_are_admitted(
        self, meter: Meter, policy: Policy
    ) -> None:
        """However many ask at the same moment."""
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(meter.admit((KEY, policy, 1))) for _ in range(TASKS)]
        remaining = [task.result().remaining for task in asked if task.result().admitted]
        assert sorted(remaining) == [0, 1, 2, 3, 4]

    @every_policy
    async def test_of_many_costs_at_once_only_so_much_is_admitted(
        self, meter: Meter, policy: Policy
    ) -> None:
        """Whoever asks for less is not let in beyond the rest."""
        costs = [3, 2, 4, 1] * (TASKS // 4)
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(meter.admit((KEY, policy, cost))) for cost in costs]
        let_in = [cost for cost, task in zip(costs, asked, strict=True) if task.result().admitted]
        assert sum(let_in) == 5

    @every_policy
    async def test_a_role_goes_on_with_the_debt(self, meter: Meter, policy: Policy) -> None:
        """Policies of one name, kind and length of time count together."""
        larger = policy.times(Fraction(2))
        await spent(meter, policy, 2)
        assert await free(meter, larger) == (6 if policy is RATE else 8)
        await spent(meter, larger, 1)
        assert await free(meter, policy) == 2

    @every_policy
    async def test_a_debt_above_a_smaller_limit_leaves_nothing(
        self, meter: Meter, clock: HandTicks, policy: Policy
    ) -> None:
        """Never less than nothing, and the wait is exact all the same."""
        larger, smaller = policy.times(Fraction(4)), policy.times(Fraction(1, 2))
        await spent(meter, larger, 10)
        await clock.advance(5)
        await spent(meter, larger, 7)
        assert (await looked(meter, policy))[1] == 0
        assert (await refused(meter, (KEY, smaller, 2))).remaining == 0
        await until_admitted(meter, clock, (KEY, smaller, 2))

    @every_policy
    @pytest.mark.parametrize("cost", [0, -1, 1.0, True, "1", None], ids=repr)
    async def test_a_cost_is_a_whole_number_above_zero(
        self, meter: Meter, policy: Policy, cost: Any
    ) -> None:
        """Of a key that is known and of one that is not."""
        for _ in range(2):
            for ask in (meter.admit, meter.peek):
                with pytest.raises(CostMalformed):
                    await ask((KEY, policy, cost))
            assert only(await spent(meter, policy))[0] == 0
        assert await free(meter, policy) == 3

    @every_policy
    @pytest.mark.parametrize("cost", [1.0, True, Fraction(1)], ids=repr)
    async def test_what_equals_a_refused_cost_is_malformed_all_the_same(
        self, meter: Meter, policy: Policy, cost: Any
    ) -> None:
        """A refusal that is remembered answers the very question that was asked, and no other."""
        await spent(meter, policy, 5)
        for _ in range(2):
            await refused(meter, (KEY, policy, 1))
            for ask in (meter.admit, meter.peek):
                with pytest.raises(CostMalformed):
                    await ask((KEY, policy, cost))

    @every_policy
    async def test_more_than_the_most_is_never_admitted(self, meter: Meter, policy: Policy) -> None:
        """That is not told as a wait."""
        for _ in range(2):
            for ask in (meter.admit, meter.peek):
                with pytest.raises(CostNever) as never:
                    await ask((KEY, policy, 6))
                assert (never.value.cost, never.value.most) == (6, 5)
            assert only(await spent(meter, policy))[0] == 0
        assert await free(meter, policy) == 3


def policy_full(policy: Policy) -> int:
    """How long it takes from nothing to everything."""
    return 500_000 if policy is RATE else 1_000_000
