"""Policies are data: what makes no sense is refused where it is written."""

from collections.abc import Callable
from fractions import Fraction
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altyn.core.limits import (
    Concurrency,
    CostMalformed,
    CostNever,
    FixedWindow,
    Policy,
    PolicyMalformed,
    Rate,
    StrictWindow,
)
from altyn.core.limits.policy import ENTRIES_MAX, LIMIT_MAX, microseconds

YEAR = 366 * 24 * 3600
KINDS = (FixedWindow, StrictWindow, Concurrency)
MOST = {FixedWindow: LIMIT_MAX, StrictWindow: ENTRIES_MAX, Concurrency: ENTRIES_MAX}

every_kind = pytest.mark.parametrize("kind", KINDS)
no_number = pytest.mark.parametrize("number", [0, -1, 1.0, True, "1", None, inf, nan], ids=repr)


def rate(**other: Any) -> Rate:
    """A rate that makes sense, but for what is said."""
    numbers: dict[str, Any] = {"name": "messages", "count": 10, "seconds": 1, "burst": 5}
    return Rate(**numbers | other)


class TestNames:
    @pytest.mark.parametrize("name", ["a", "sign_in.account", "ж", "a/b-c@d", "n" * 100])
    def test_a_name_is_a_printable_word(self, name: str) -> None:
        """Of a hundred characters at most."""
        assert rate(name=name).name == name

    @pytest.mark.parametrize(
        "name",
        [
            "",
            " ",
            "a b",
            "a\n",
            "a\0",
            "\ud800",
            "a\u200b",
            "a:b",
            "n" * 101,
            "n" * 999,
            5,
            None,
            b"a",
        ],
    )
    def test_anything_else_is_refused(self, name: Any) -> None:
        """The refusal is short, however long the name."""
        with pytest.raises(PolicyMalformed) as malformed:
            rate(name=name)
        assert "a name" in str(malformed.value)
        assert len(str(malformed.value)) < 200

    def test_the_colon_is_what_separates(self) -> None:
        """What is counted together is told by kind, name and length, whatever they are."""
        tables = [
            policy.table
            for name in ("a", "a.1", "1")
            for policy in (
                rate(name=name),
                *(kind(name=name, limit=1, seconds=n) for kind in KINDS for n in (1, 11)),
            )
        ]
        assert len(set(tables)) == len(tables)
        assert {table.split(":")[1] for table in tables} == {"a", "a.1", "1"}


class TestNumbers:
    @no_number
    @pytest.mark.parametrize("field", ["count", "burst"])
    def test_a_rate_counts_whole_numbers_above_zero(self, field: str, number: Any) -> None:
        """Up to a million."""
        with pytest.raises(PolicyMalformed, match=f"its {field} is a whole number from 1"):
            rate(**{field: number})
        with pytest.raises(PolicyMalformed, match=f"its {field} .* to {LIMIT_MAX}"):
            rate(**{field: LIMIT_MAX + 1})
        assert rate(**{field: LIMIT_MAX})

    @no_number
    @every_kind
    def test_a_limit_is_a_whole_number_above_zero(self, kind: Any, number: Any) -> None:
        """Up to as many as can be remembered."""
        with pytest.raises(PolicyMalformed, match="its limit is a whole number from 1"):
            kind(name="a", limit=number, seconds=1)
        with pytest.raises(PolicyMalformed, match=f"its limit .* to {MOST[kind]}$"):
            kind(name="a", limit=MOST[kind] + 1, seconds=1)
        assert kind(name="a", limit=MOST[kind], seconds=1).most == MOST[kind]

    @pytest.mark.parametrize(
        "seconds", [0, -1, 0.0009, YEAR + 1, inf, -inf, nan, True, "1", None], ids=repr
    )
    @pytest.mark.parametrize("kind", [Rate, *KINDS])
    def test_a_time_is_from_a_thousandth_to_a_year(self, kind: Any, seconds: Any) -> None:
        """Whole, a fraction or a float."""
        numbers = {"count": 1, "burst": 1} if kind is Rate else {"limit": 1}
        with pytest.raises(PolicyMalformed, match=r"its seconds are from 0.001 to 31622400"):
            kind(name="a", seconds=seconds, **numbers)
        for right in (Fraction(1, 1000), 0.001, 0.5, 1, YEAR, float(YEAR)):
            assert kind(name="a", seconds=right, **numbers).seconds == right

    def test_a_burst_comes_back_within_a_year(self) -> None:
        """To the microsecond."""
        assert rate(count=1, seconds=YEAR, burst=1).tolerance == YEAR * 1_000_000
        assert rate(count=2, seconds=YEAR, burst=2)
        with pytest.raises(PolicyMalformed, match="more than a year to refill"):
            rate(count=1, seconds=Fraction(YEAR, 2) + Fraction(1, 1_000_000), burst=2)

    @pytest.mark.parametrize(
        ("seconds", "expected"),
        [
            (0.1, 100_000),
            (1.1, 1_100_000),
            (0.0015, 1500),
            (Fraction(1, 3), 333_334),
            (1, 1_000_000),
            (1.0, 1_000_000),
        ],
    )
    def test_times_are_what_they_are_written_as(self, seconds: Any, expected: int) -> None:
        """In whole microseconds, rounded up."""
        assert microseconds(seconds) == expected
        assert FixedWindow(name="a", limit=1, seconds=seconds).length == expected

    def test_one_of_many_is_rounded_up(self) -> None:
        """A limit is never loosened by a fraction."""
        assert rate(count=3).interval == 333_334
        assert rate(count=3).tolerance == 5 * 333_334
        assert rate(count=999_999).interval == 2

    def test_more_than_one_in_a_microsecond_cannot_be_told_apart(self) -> None:
        """It is refused, or a role gets as much as can be counted."""
        assert rate(count=LIMIT_MAX, seconds=1).interval == 1
        with pytest.raises(PolicyMalformed):
            rate(count=1001, seconds=0.001)
        assert rate(count=1000, seconds=0.001).times(Fraction(9)).count == 1000


class TestCosts:
    @pytest.mark.parametrize("policy", [rate(), *(k(name="a", limit=5, seconds=1) for k in KINDS)])
    def test_a_cost_is_checked(self, policy: Policy) -> None:
        """From one to the most."""
        for cost in (1, 5):
            policy.check(cost)
        with pytest.raises(CostNever) as never:
            policy.check(6)
        assert (never.value.policy, never.value.cost, never.value.most) == (policy.name, 6, 5)
        wrong: Any
        for wrong in (0, -1, 1.0, True, "1", None):
            with pytest.raises(CostMalformed) as malformed:
                policy.check(wrong)
            assert malformed.value.cost is wrong


class TestRoles:
    @every_kind
    def test_a_limit_is_multiplied(self, kind: Any) -> None:
        """Rounded down, but never to nothing, and never beyond what can be counted."""
        policy = kind(name="a", limit=5, seconds=60, fails_closed=False)
        assert policy.times(Fraction(2)) == kind(name="a", limit=10, seconds=60, fails_closed=False)
        assert policy.times(Fraction(1, 2)).limit == 2
        assert policy.times(Fraction(1, 1000)).limit == 1
        assert policy.times(Fraction(1000000)).limit == MOST[kind]
        assert policy.times(Fraction(3)).table == policy.table

    def test_a_rate_is_multiplied(self) -> None:
        """Its burst too."""
        assert rate().times(Fraction(2)) == rate(count=20, burst=10)
        assert rate().times(Fraction(1, 2)) == rate(count=5, burst=2)
        assert rate().times(Fraction(1, 1000)) == rate(count=1, burst=1)
        assert rate().times(Fraction(1000000)) == rate(count=LIMIT_MAX, burst=LIMIT_MAX)
        assert rate().times(Fraction(3)).table == rate().table

    def test_a_multiplied_burst_comes_back_within_a_year(self) -> None:
        """Where rounding would make it longer the burst is smaller."""
        policy = rate(count=3, seconds=YEAR * 3 // 4, burst=4)
        assert policy.times(Fraction(1, 2)) == rate(count=1, seconds=YEAR * 3 // 4, burst=1)

    @given(
        st.integers(1, LIMIT_MAX),
        st.fractions(Fraction(1, 1000), YEAR),
        st.integers(1, LIMIT_MAX),
        st.fractions(Fraction(1, 1000), 1000),
    )
    def test_any_policy_can_be_multiplied(
        self, count: int, seconds: Fraction, burst: int, multiplier: Fraction
    ) -> None:
        """What makes sense for everybody makes sense for every role."""
        count = min(count, microseconds(seconds))
        most = max(YEAR * 1_000_000 // microseconds(seconds, count), 1)
        policy = rate(count=count, seconds=seconds, burst=min(burst, most))
        larger = policy.times(multiplier)
        assert larger.tolerance <= YEAR * 1_000_000
        assert 1 <= larger.burst <= max(policy.burst * multiplier, Fraction(1))
        assert 1 <= larger.count <= max(policy.count * multiplier, Fraction(1))


class TestStates:
    """What only those who keep states see."""

    def test_a_log_does_not_grow_for_ever(self) -> None:
        """What counts no more is dropped, at the latest when it is as much as what counts."""
        policy, state, most = StrictWindow(name="a", limit=10, seconds=1), None, 0
        for now in range(0, 200_000_000, 100_000):
            answer, state = policy.take(state, now, 1, "")
            assert answer == (0, 0 if now >= 900_000 else 9 - now // 100_000, 1_000_000)
            most = max(most, policy.places(state))
            assert len(state[0]) == policy.places(state)
        assert most < 100

    def test_a_log_is_counted_by_what_is_kept_of_it(self) -> None:
        """Not by what somebody looked at and left."""
        policy = StrictWindow(name="a", limit=10, seconds=1)
        _, kept = policy.take(None, 0, 1, "")
        policy.take(kept, 1, 1, "")
        assert policy.places(kept) == 1
        _, later = policy.take(kept, 2, 1, "")
        assert (policy.places(kept), policy.places(later)) == (1, 2)

    @pytest.mark.parametrize("policy", [rate(), *(k(name="a", limit=5, seconds=1) for k in KINDS)])
    def test_a_state_is_idle_when_everything_is_there_again(self, policy: Policy) -> None:
        """Then it says no more than none does."""
        (_, _, _), state = policy.take(None, 50, 2, "x")
        (_, _, full), state = policy.take(state, 70, 1, "y")
        idle = policy.idle_at(state)
        assert idle == 70 + full
        most = policy.most
        assert policy.take(state, idle, most, "z")[0] == policy.take(None, idle, most, "z")[0]
        assert policy.take(state, idle - 1, most, "z")[0][0] == 1

    def test_leases_take_a_place_each(self) -> None:
        """Those that ended make room when others come."""
        policy = Concurrency(name="a", limit=5, seconds=1)
        _, state = policy.take(None, 0, 3, "x")
        _, state = policy.take(state, 10, 2, "y")
        assert policy.places(state) == 2
        assert policy.places(policy.release(state, "x")) == 1
        assert policy.release(policy.release(state, "x"), "y") is None
        assert policy.release(None, "x") is None
        _, state = policy.take(state, 1_000_000, 1, "z")
        assert policy.places(state) == 2

    def test_other_kinds_take_one_place(self) -> None:
        """However much is spent."""
        for policy in (rate(), FixedWindow(name="a", limit=5, seconds=1)):
            _, state = policy.take(None, 0, 5, "")
            assert (policy.places(state), policy.grows) == (1, False)

    def test_a_fixed_window_that_is_not_there_forgives_nothing(self) -> None:
        """There is nothing to take from."""
        policy = FixedWindow(name="a", limit=5, seconds=1)
        assert policy.forgive(None, 1_000_000, 1, "") is None

    def test_a_policy_of_no_kind_can_do_nothing(self) -> None:
        """The kinds say how."""
        policy = Policy(name="a")
        asks: tuple[Callable[[], object], ...] = (
            lambda: policy.times(Fraction(1)),
            lambda: policy.take(None, 0, 1, ""),
            lambda: policy.idle_at(None),
        )
        for ask in asks:
            with pytest.raises(NotImplementedError):
                ask()
