"""Giving back: reset, release and forgive."""

import asyncio
from fractions import Fraction

from ....core.limits import Admission, Meter, Policy
from .ground import (
    FIXED,
    KEY,
    LEASE,
    POLICIES,
    RATE,
    SECOND,
    STRICT,
    TASKS,
    Ground,
    HandTicks,
    admitted,
    every_policy,
    free,
    looked,
    only,
    refused,
    spent,
)

OTHER = "chat:7"


async def all_kinds(meter: Meter, cost: int = 2) -> Admission:
    """An admission of every kind of policy."""
    return await admitted(meter, *((KEY, policy, cost) for policy in POLICIES))


async def all_free(meter: Meter) -> list[int]:
    """What could be spent at once: rate, fixed, strict, lease."""
    return [await free(meter, policy) for policy in POLICIES]


class GivingBack(Ground):
    """What was spent is spent no more, where that is possible."""

    # Reset

    @every_policy
    async def test_a_reset_forgets_what_was_spent(
        self, meter: Meter, clock: HandTicks, policy: Policy
    ) -> None:
        """As though it had never been; what comes next begins anew."""
        await spent(meter, policy, 5)
        await clock.advance(3)
        await refused(meter, (KEY, policy, 1))
        await meter.reset(KEY, policy)
        assert only(await spent(meter, policy, 1)) == await looked(meter, policy, 1, OTHER)
        assert await free(meter, policy) == 4

    async def test_a_reset_leaves_others_alone(self, meter: Meter) -> None:
        """Other keys of the policy, and other policies of the key."""
        for key in (KEY, OTHER):
            for policy in POLICIES:
                await spent(meter, policy, 2, key)
        await meter.reset(KEY, STRICT)
        assert await all_free(meter) == [3, 3, 5, 3]
        assert await free(meter, STRICT, OTHER) == 3

    @every_policy
    async def test_a_reset_of_nothing_changes_nothing(self, meter: Meter, policy: Policy) -> None:
        """Before anything was spent, and twice."""
        await meter.reset(KEY, policy)
        await spent(meter, policy, 1)
        await meter.reset(KEY, policy)
        await meter.reset(KEY, policy)
        assert await free(meter, policy) == 5

    # Release

    async def test_a_release_ends_a_lease_before_its_time(
        self, meter: Meter, clock: HandTicks
    ) -> None:
        """All that was leased by that admission, and nothing else."""
        first = await spent(meter, LEASE, 2)
        second = await spent(meter, LEASE, 3)
        await clock.advance(3)
        await meter.release(second)
        assert await free(meter, LEASE) == 3
        assert (await looked(meter, LEASE, 5))[0] == SECOND - 3
        await meter.release(first)
        assert await free(meter, LEASE) == 5

    async def test_a_second_release_changes_nothing(self, meter: Meter) -> None:
        """Nobody else's lease is ended by it."""
        first = await spent(meter, LEASE, 5)
        await meter.release(first)
        await spent(meter, LEASE, 4)
        await meter.release(first)
        assert await free(meter, LEASE) == 1

    async def test_a_late_release_changes_nothing(self, meter: Meter, clock: HandTicks) -> None:
        """The lease had ended by itself."""
        first = await spent(meter, LEASE, 5)
        await clock.advance(SECOND)
        await spent(meter, LEASE, 4)
        await meter.release(first)
        assert await free(meter, LEASE) == 1

    async def test_a_release_after_a_reset_changes_nothing(self, meter: Meter) -> None:
        """What was forgotten cannot be given back."""
        first = await spent(meter, LEASE, 5)
        await meter.reset(KEY, LEASE)
        await spent(meter, LEASE, 4)
        await meter.release(first)
        assert await free(meter, LEASE) == 1

    async def test_a_release_keeps_what_rates_and_windows_counted(self, meter: Meter) -> None:
        """Only leases can be given back."""
        await meter.release(await all_kinds(meter))
        assert await all_free(meter) == [3, 3, 3, 5]
        for policy in (RATE, FIXED, STRICT):
            await meter.release(await spent(meter, policy))
        assert await all_free(meter) == [2, 2, 2, 5]

    async def test_a_release_ends_the_leases_of_all_keys(self, meter: Meter) -> None:
        """Of everything that was admitted in one step."""
        admission = await admitted(meter, (KEY, LEASE, 2), (OTHER, LEASE, 5))
        await meter.release(admission)
        assert (await free(meter, LEASE), await free(meter, LEASE, OTHER)) == (5, 5)

    async def test_leases_taken_at_once_are_told_apart(self, meter: Meter) -> None:
        """Of many who took one at the same moment each gives back his own."""
        wide = LEASE.times(Fraction(20))
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(meter.admit((KEY, wide, 1))) for _ in range(TASKS)]
        async with asyncio.TaskGroup() as group:
            for task in asked[: TASKS // 2]:
                group.create_task(meter.release(task.result()))
        assert await free(meter, wide) == 100 - TASKS // 2

    # Forgiving

    async def test_what_is_forgiven_counts_no_more(self, meter: Meter) -> None:
        """Leases and fixed windows; rates and strict windows keep it."""
        await all_kinds(meter, cost=1)
        await meter.forgive(await all_kinds(meter, cost=2))
        assert await all_free(meter) == [2, 4, 2, 4]

    async def test_a_fixed_window_goes_on_with_what_is_left(
        self, meter: Meter, clock: HandTicks
    ) -> None:
        """Its end stays where it was."""
        first = await spent(meter, FIXED, 2)
        await clock.advance(400_000)
        await spent(meter, FIXED, 2)
        await meter.forgive(first)
        assert await looked(meter, FIXED, 4) == (600_000, 3, 600_000)

    async def test_a_fixed_window_with_nothing_left_is_over(
        self, meter: Meter, clock: HandTicks
    ) -> None:
        """The next spending begins another."""
        first = await spent(meter, FIXED, 2)
        await clock.advance(400_000)
        second = await spent(meter, FIXED, 3)
        await meter.forgive(second)
        await meter.forgive(first)
        assert only(await spent(meter, FIXED, 5)) == (0, 0, SECOND)

    async def test_a_later_window_is_left_alone(self, meter: Meter, clock: HandTicks) -> None:
        """What is forgiven belonged to a window that is over, to the microsecond."""
        first = await spent(meter, FIXED, 5)
        await clock.advance(SECOND)
        second = await spent(meter, FIXED, 3)
        await meter.forgive(first)
        assert await free(meter, FIXED) == 2
        await clock.advance(SECOND - 1)
        await meter.forgive(second)
        assert only(await spent(meter, FIXED, 5)) == (0, 0, SECOND)

    async def test_a_window_after_a_reset_is_left_alone(
        self, meter: Meter, clock: HandTicks
    ) -> None:
        """It is not the one that was forgotten."""
        first = await spent(meter, FIXED, 2)
        await meter.reset(KEY, FIXED)
        await clock.advance(1)
        await spent(meter, FIXED, 3)
        await meter.forgive(first)
        assert await free(meter, FIXED) == 2

    async def test_a_role_s_spending_is_forgiven(self, meter: Meter) -> None:
        """By its own admission, whoever else spent."""
        admission = await spent(meter, FIXED.times(Fraction(2)), 7)
        assert await free(meter, FIXED) == 0
        await meter.forgive(admission)
        assert await free(meter, FIXED) == 5

    async def test_a_forgiven_lease_ends_once(self, meter: Meter) -> None:
        """As a released one does."""
        first = await spent(meter, LEASE, 5)
        await meter.forgive(first)
        await spent(meter, LEASE, 4)
        await meter.forgive(first)
        await meter.release(first)
        assert await free(meter, LEASE) == 1

    # Nothing was spent

    @every_policy
    async def test_of_a_refusal_nothing_is_given_back(self, meter: Meter, policy: Policy) -> None:
        """It cost nothing, and names nothing that did."""
        await spent(meter, policy, 4)
        refusal = await refused(meter, (KEY, policy, 2))
        assert not refusal.lease
        await meter.release(refusal)
        await meter.forgive(refusal)
        assert await free(meter, policy) == 1

    @every_policy
    async def test_of_a_refused_set_nothing_is_given_back(
        self, meter: Meter, policy: Policy
    ) -> None:
        """Of those that would have been admitted neither."""
        await spent(meter, policy, 4)
        await spent(meter, policy, 5, OTHER)
        refusal = await refused(meter, (KEY, policy, 1), (OTHER, policy, 1))
        await meter.release(refusal)
        await meter.forgive(refusal)
        assert (await free(meter, policy), await free(meter, policy, OTHER)) == (1, 0)

    @every_policy
    async def test_of_a_look_nothing_is_given_back(self, meter: Meter, policy: Policy) -> None:
        """It counted nothing, and names nothing that could be."""
        await spent(meter, policy, 3)
        look = await meter.peek((KEY, policy, 1))
        assert not look.lease
        await meter.release(look)
        await meter.forgive(look)
        assert await free(meter, policy) == 2
