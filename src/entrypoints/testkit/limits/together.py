"""Sets of demands: all of them are counted, or none."""

import asyncio
from collections.abc import Sequence
from fractions import Fraction

import pytest

from ....core.limits import DEMANDS_MAX, CostNever, Demand, DemandsMalformed, Meter, Policy
from .ground import (
    FIXED,
    KEY,
    LEASE,
    POLICIES,
    RATE,
    STRICT,
    TASKS,
    Ground,
    HandTicks,
    admitted,
    every_policy,
    free,
    refused,
    spent,
    until_admitted,
)

OTHER = "chat:7"
EVERY_KIND: Sequence[Demand] = [(KEY, policy, cost) for cost, policy in enumerate(POLICIES, 1)]


class Together(Ground):
    """Several keys, several policies, one step."""

    async def test_all_of_a_set_are_counted(self, meter: Meter) -> None:
        """Each by its own cost; each answers in its place."""
        admission = await admitted(meter, *EVERY_KIND)
        assert list(admission.demands) == EVERY_KIND
        assert [remaining for _, remaining, _ in admission.answers] == [4, 3, 2, 1]
        assert [await free(meter, policy) for policy in POLICIES] == [4, 3, 2, 1]
        assert admission.remaining == 1

    @every_policy
    @pytest.mark.parametrize("place", [0, 2, 4])
    async def test_nothing_of_a_set_is_counted_when_one_refuses(
        self, meter: Meter, policy: Policy, place: int
    ) -> None:
        """Whichever it is, wherever it stands."""
        await spent(meter, policy, 5, OTHER)
        demands = list(EVERY_KIND)
        demands.insert(place, (OTHER, policy, 1))
        refusal = await refused(meter, *demands)
        waits = [wait for wait, _, _ in refusal.answers]
        assert waits.pop(place) == refusal.wait
        assert waits == [0, 0, 0, 0]
        assert refusal.refused_by is policy
        assert refusal.remaining == 0
        assert [await free(meter, each) for each in POLICIES] == [5, 5, 5, 5]

    @every_policy
    async def test_a_refused_set_begins_nothing(
        self, meter: Meter, clock: HandTicks, policy: Policy
    ) -> None:
        """Neither a window nor a lease: what comes later has all of its time."""
        await spent(meter, policy, 5, OTHER)
        for cost in (1, 2):
            await refused(meter, (KEY, policy, cost), (OTHER, policy, cost))
            await clock.advance(10)
        alone = (await spent(meter, policy, 5)).answers
        assert alone == (await spent(meter, policy, 5, "somebody else")).answers

    async def test_a_set_waits_for_the_longest(self, meter: Meter, clock: HandTicks) -> None:
        """Then all of it is admitted; the policy that takes longest is the one to name."""
        await spent(meter, FIXED, 5)
        await clock.advance(300_000)
        await spent(meter, STRICT, 5)
        await spent(meter, RATE, 5)
        demands = [(KEY, RATE, 1), (KEY, FIXED, 1), (KEY, STRICT, 1), (KEY, LEASE, 1)]
        refusal = await refused(meter, *demands)
        waits = [wait for wait, _, _ in refusal.answers]
        assert waits == [100_000, 700_000, 1_000_000, 0]
        assert refusal.refused_by is STRICT
        assert await until_admitted(meter, clock, *demands) == 1_000_000

    async def test_looking_at_a_set_counts_nothing_of_it(self, meter: Meter) -> None:
        """It tells what would be answered, admitted or refused."""
        look = await meter.peek(*EVERY_KIND)
        assert look.admitted
        assert look.answers == (await admitted(meter, *EVERY_KIND)).answers
        look = await meter.peek(*EVERY_KIND)
        assert not look.admitted
        assert look.answers == (await refused(meter, *EVERY_KIND)).answers
        assert [await free(meter, policy) for policy in POLICIES] == [4, 3, 2, 1]

    async def test_several_keys_of_a_policy_are_counted_apart(self, meter: Meter) -> None:
        """Each has a limit of its own."""
        await admitted(meter, (KEY, STRICT, 2), (OTHER, STRICT, 4))
        assert (await free(meter, STRICT), await free(meter, STRICT, OTHER)) == (3, 1)

    async def test_of_many_sets_at_once_only_so_many_are_admitted(self, meter: Meter) -> None:
        """In whatever order they name the same things; the refused leave nothing behind."""
        sets = [EVERY_KIND, EVERY_KIND[::-1]]
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(meter.admit(*sets[n % 2])) for n in range(TASKS)]
        assert sum(task.result().admitted for task in asked) == 1
        assert [await free(meter, policy) for policy in POLICIES] == [4, 3, 2, 1]

    async def test_a_set_is_neither_empty_nor_too_large(self, meter: Meter) -> None:
        """As many as are allowed are admitted."""
        demands = [(f"user:{n}", STRICT, 5) for n in range(DEMANDS_MAX + 1)]
        for wrong in ([], demands):
            for ask in (meter.admit, meter.peek):
                with pytest.raises(DemandsMalformed) as malformed:
                    await ask(*wrong)
                assert malformed.value.demands == len(wrong)
        await admitted(meter, *demands[1:])

    @every_policy
    async def test_a_set_names_nothing_twice(self, meter: Meter, policy: Policy) -> None:
        """Not under two roles either."""
        for other in (policy, policy.times(Fraction(2))):
            for ask in (meter.admit, meter.peek):
                with pytest.raises(DemandsMalformed):
                    await ask((KEY, policy, 1), (KEY, other, 1))
                with pytest.raises(DemandsMalformed):
                    await ask((KEY, policy, 1), (OTHER, policy, 1), (KEY, other, 1))
        assert (await free(meter, policy), await free(meter, policy, OTHER)) == (5, 5)

    @every_policy
    async def test_a_cost_that_is_never_admitted_leaves_the_others_alone(
        self, meter: Meter, policy: Policy
    ) -> None:
        """Nothing of such a set is counted."""
        with pytest.raises(CostNever):
            await meter.admit((OTHER, policy, 1), (KEY, policy, 6))
        assert await free(meter, policy, OTHER) == 5
