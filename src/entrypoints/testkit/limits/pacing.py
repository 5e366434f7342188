"""What each kind of policy promises of its own, at its exact boundaries."""

from fractions import Fraction

import pytest

from ....core.limits import (
    ENTRIES_MAX,
    LIMIT_MAX,
    Concurrency,
    FixedWindow,
    Meter,
    Policy,
    Rate,
    StrictWindow,
)
from .ground import (
    FIXED,
    KEY,
    LEASE,
    RATE,
    SECOND,
    STRICT,
    YEAR_SECONDS,
    Ground,
    HandTicks,
    free,
    looked,
    only,
    refused,
    spent,
    until_admitted,
)

LARGEST: tuple[Policy, ...] = (
    Rate(name="rate", count=LIMIT_MAX, seconds=YEAR_SECONDS, burst=LIMIT_MAX),
    FixedWindow(name="fixed", limit=LIMIT_MAX, seconds=YEAR_SECONDS),
    StrictWindow(name="strict", limit=ENTRIES_MAX, seconds=YEAR_SECONDS),
    Concurrency(name="lease", limit=ENTRIES_MAX, seconds=YEAR_SECONDS),
)
RAREST: tuple[Policy, ...] = (
    Rate(name="rate", count=1, seconds=YEAR_SECONDS, burst=1),
    FixedWindow(name="fixed", limit=1, seconds=YEAR_SECONDS),
    StrictWindow(name="strict", limit=1, seconds=YEAR_SECONDS),
    Concurrency(name="lease", limit=1, seconds=YEAR_SECONDS),
)
QUICKEST: tuple[Policy, ...] = (
    Rate(name="rate", count=1000, seconds=Fraction(1, 1000), burst=3),
    FixedWindow(name="fixed", limit=3, seconds=Fraction(1, 1000)),
    StrictWindow(name="strict", limit=3, seconds=Fraction(1, 1000)),
    Concurrency(name="lease", limit=3, seconds=Fraction(1, 1000)),
)


def kind(policy: Policy) -> str:
    """What a test is called by."""
    return policy.kind


class Pacing(Ground):
    """Rates, fixed and strict windows, and leases, one by one."""

    # Rates

    async def test_after_its_burst_a_rate_is_even(self, meter: Meter, clock: HandTicks) -> None:
        """One every tenth of a second, and not a microsecond sooner."""
        await spent(meter, RATE, 5)
        for _ in range(3):
            assert await until_admitted(meter, clock, (KEY, RATE, 1)) == 100_000

    async def test_a_burst_comes_back_one_by_one(self, meter: Meter, clock: HandTicks) -> None:
        """As much of it as was not spent in the meantime, and never more than all."""
        await spent(meter, RATE, 5)
        await clock.advance(299_999)
        assert await free(meter, RATE) == 2
        await clock.advance(1)
        assert await free(meter, RATE) == 3
        await clock.advance(3600 * SECOND)
        assert only(await spent(meter, RATE, 1)) == (0, 4, 100_000)

    async def test_a_stretch_may_see_the_burst_on_top_of_the_rate(
        self, meter: Meter, clock: HandTicks
    ) -> None:
        """Fifteen in a second of ten, no more however one asks."""
        let_in = 0
        for _ in range(100):
            while (await meter.admit((KEY, RATE, 1))).admitted:
                let_in += 1
            await clock.advance(10_000)
        assert let_in == 5 + 9
        await spent(meter, RATE, 1)

    async def test_a_fraction_of_a_microsecond_is_never_to_the_loss_of_a_limit(
        self, meter: Meter, clock: HandTicks
    ) -> None:
        """Three in a second are one in 333 334 microseconds."""
        third = Rate(name="third", count=3, seconds=1, burst=1)
        await spent(meter, third)
        assert await until_admitted(meter, clock, (KEY, third, 1)) == 333_334

    # Fixed windows

    async def test_a_fixed_window_begins_with_the_first_spending(
        self, meter: Meter, clock: HandTicks
    ) -> None:
        """It is not moved by the next, and lasts to the microsecond."""
        await spent(meter, FIXED, 2)
        await clock.advance(900_000)
        assert only(await spent(meter, FIXED, 3))[2] == 100_000
        assert await until_admitted(meter, clock, (KEY, FIXED, 1)) == 100_000

    async def test_the_next_fixed_window_begins_with_its_own_first_spending(
        self, meter: Meter, clock: HandTicks
    ) -> None:
        """Not where the last one ended."""
        await spent(meter, FIXED, 5)
        await clock.advance(1_700_000)
        assert only(await spent(meter, FIXED, 5))[2] == SECOND
        assert await until_admitted(meter, clock, (KEY, FIXED, 1)) == SECOND

    async def test_two_fixed_windows_may_meet(self, meter: Meter, clock: HandTicks) -> None:
        """Twice the limit at the place where they do."""
        await spent(meter, FIXED, 1)
        await clock.advance(999_999)
        await spent(meter, FIXED, 4)
        await clock.advance(1)
        await spent(meter, FIXED, 5)
        await refused(meter, (KEY, FIXED, 1))

    # Strict windows

    async def test_a_strict_window_may_begin_anywhere(self, meter: Meter, clock: HandTicks) -> None:
        """What was spent leaves it a second later, each in its turn."""
        await spent(meter, STRICT, 1)
        await clock.advance(999_999)
        await spent(meter, STRICT, 4)
        assert (await looked(meter, STRICT, 2))[0] == SECOND
        assert await until_admitted(meter, clock, (KEY, STRICT, 1)) == 1
        assert await until_admitted(meter, clock, (KEY, STRICT, 4)) == 999_999

    async def test_a_strict_window_waits_until_enough_has_left(
        self, meter: Meter, clock: HandTicks
    ) -> None:
        """A cost of several may have to wait for several."""
        for cost in (1, 2, 1, 1):
            await spent(meter, STRICT, cost)
            await clock.advance(1000)
        waits = [(await looked(meter, STRICT, cost))[0] for cost in (1, 2, 3, 4, 5)]
        assert waits == [996_000, 997_000, 997_000, 998_000, 999_000]

    async def test_several_may_leave_a_strict_window_at_once(
        self, meter: Meter, clock: HandTicks
    ) -> None:
        """What comes after them stays, whoever asked in between."""
        for cost in (1, 1, 1, 2):
            await spent(meter, STRICT, cost)
            await clock.advance(1000)
        await clock.advance(997_999)
        assert await looked(meter, STRICT, 2) == (0, 0, SECOND)
        assert (await looked(meter, STRICT, 3))[:2] == (1, 2)
        await spent(meter, STRICT, 1)
        await clock.advance(1)
        assert await free(meter, STRICT) == 2

    async def test_a_strict_window_remembers_as_long_as_it_must(
        self, meter: Meter, clock: HandTicks
    ) -> None:
        """Through hundreds of spendings one after the other, a limit's worth at any time."""
        await spent(meter, STRICT, 1)
        for number in range(400):
            await clock.advance(200_000)
            assert (await spent(meter, STRICT, 1)).remaining == max(3 - number, 0)
            assert (await looked(meter, STRICT, 5))[0] == 1_000_000

    # Leases

    async def test_a_lease_ends_by_itself(self, meter: Meter, clock: HandTicks) -> None:
        """Each in its own time, to the microsecond."""
        assert only(await spent(meter, LEASE, 2)) == (0, 3, SECOND)
        await clock.advance(400_000)
        await spent(meter, LEASE, 3)
        assert await until_admitted(meter, clock, (KEY, LEASE, 2)) == 600_000
        assert await until_admitted(meter, clock, (KEY, LEASE, 3)) == 400_000

    async def test_a_lease_waits_until_enough_have_ended(
        self, meter: Meter, clock: HandTicks
    ) -> None:
        """If nobody gives back any sooner."""
        for cost in (1, 2, 2):
            await spent(meter, LEASE, cost)
            await clock.advance(1000)
        waits = [(await looked(meter, LEASE, cost))[0] for cost in (1, 2, 3, 4, 5)]
        assert waits == [997_000, 998_000, 998_000, 999_000, 999_000]
        assert (await looked(meter, LEASE, 1))[2] == 999_000

    # Large and small numbers

    @pytest.mark.parametrize("policy", LARGEST, ids=kind)
    async def test_the_largest_numbers_are_exact(
        self, meter: Meter, clock: HandTicks, policy: Policy
    ) -> None:
        """The largest limit of all in a year."""
        await spent(meter, policy, policy.most - 1)
        assert (await spent(meter, policy, 1)).remaining == 0
        wait, remaining, full = await looked(meter, policy, policy.most)
        assert (remaining, wait) == (0, full)
        await clock.advance(full - 1)
        assert (await looked(meter, policy, policy.most))[0] == 1
        await clock.advance(1)
        assert await looked(meter, policy, policy.most) == (0, 0, full)

    @pytest.mark.parametrize("policy", RAREST, ids=kind)
    async def test_one_in_a_year_is_one_in_a_year(
        self, meter: Meter, clock: HandTicks, policy: Policy
    ) -> None:
        """To the microsecond."""
        for _ in range(2):
            await spent(meter, policy)
            assert only(await refused(meter, (KEY, policy, 1)))[0] == YEAR_SECONDS * SECOND
            await clock.advance(YEAR_SECONDS * SECOND)

    @pytest.mark.parametrize("policy", QUICKEST, ids=kind)
    async def test_the_shortest_times_are_exact(
        self, meter: Meter, clock: HandTicks, policy: Policy
    ) -> None:
        """A thousandth of a second, or a microsecond for each."""
        await spent(meter, policy, 3)
        wait = await until_admitted(meter, clock, (KEY, policy, 3))
        assert wait == (3 if policy.kind == "rate" else 1000)
