"""Limits by definition: all that ever happened is kept, and walked anew at every question."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil

from attrs import field, frozen

from ...core.limits import Answer, Concurrency, Demand, FixedWindow, Policy, Rate, StrictWindow

Place = tuple[str, str]
"""A key, and what is counted together under it."""


@frozen
class Spent:
    """So much was admitted then."""

    admission: int
    at: int
    cost: int
    policy: Policy


@frozen
class GivenBack:
    """The caller says that it was none, or that it is over."""

    admission: int
    forgiven: bool


History = list[Spent | GivenBack]


@frozen
class LimitsModel:
    """A meter that remembers everything and computes nothing in advance."""

    histories: defaultdict[Place, History] = field(factory=lambda: defaultdict(list))

    def answers(self, demands: Sequence[Demand], now: int) -> list[Answer]:
        """What a meter says to these."""
        return [
            answer(self.histories[key, policy.table], now, policy, cost)
            for key, policy, cost in demands
        ]

    def spend(self, admission: int, demands: Sequence[Demand], now: int) -> None:
        """It was admitted."""
        for key, policy, cost in demands:
            self.histories[key, policy.table].append(Spent(admission, now, cost, policy))

    def give_back(self, admission: int, demands: Sequence[Demand], *, forgiven: bool) -> None:
        """It is over, or was none."""
        for key, policy, _ in demands:
            self.histories[key, policy.table].append(GivenBack(admission, forgiven))

    def reset(self, key: str, policy: Policy) -> None:
        """It never was."""
        self.histories[key, policy.table].clear()

    def spendings(self, place: Place) -> list[Spent]:
        """All that was admitted there since it was reset."""
        return [each for each in self.histories[place] if isinstance(each, Spent)]


def answer(history: History, now: int, policy: Policy, cost: int) -> Answer:
    """Wait, remaining and full, found by trying costs and moments."""
    wait = first(lambda passed: fits(history, now + passed, policy, cost))
    after = history if wait else [*history, Spent(-1, now, cost, policy)]
    remaining = first(lambda more: more == policy.most or not fits(after, now, policy, more + 1))
    full = first(lambda passed: fits(after, now + passed, policy, policy.most))
    return wait, remaining, full


def first(holds: Callable[[int], bool]) -> int:
    """The least number of which that holds; of all that are larger it holds too."""
    if holds(0):
        return 0
    below, above = 0, 1
    while not holds(above):
        below, above = above, above * 2
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (below, middle) if holds(middle) else (middle, above)
    return above


def fits(history: History, now: int, policy: Policy, cost: int) -> bool:
    """Whether that much more may be spent, as the docstring of the policy says."""
    match policy:
        case Rate():
            one = interval(policy)
            return debt(history, now) + cost * one <= policy.burst * one
        case FixedWindow():
            return in_fixed_window(history, now, micros(policy)) + cost <= policy.limit
        case StrictWindow():
            begin = now - micros(policy)
            spent = (each for each in history if isinstance(each, Spent))
            return sum(each.cost for each in spent if each.at > begin) + cost <= policy.limit
        case Concurrency():
            return leased(history, now, micros(policy)) + cost <= policy.limit
    raise NotImplementedError(policy)


def micros(policy: FixedWindow | StrictWindow | Concurrency) -> int:
    """Its length of time."""
    return ceil(Fraction(policy.seconds) * 1_000_000)


def interval(policy: Policy) -> int:
    """What one of a rate costs."""
    assert isinstance(policy, Rate)
    return ceil(Fraction(policy.seconds) * 1_000_000 / policy.count)


def debt(history: History, now: int) -> int:
    """Microseconds of paying that are left: everything spent adds some, time takes them off."""
    owed = then = 0
    for each in history:
        if isinstance(each, Spent):
            owed = max(owed - (each.at - then), 0) + each.cost * interval(each.policy)
            then = each.at
    return max(owed - (now - then), 0)


def in_fixed_window(history: History, now: int, length: int) -> int:
    """What was spent in the window that lasts now: they are walked from the first to the last."""
    window: dict[int, int] = {}
    ends = 0
    for each in history:
        if isinstance(each, Spent):
            if not window or each.at >= ends:
                window, ends = {}, each.at + length
            window[each.admission] = each.cost
        elif each.forgiven:
            window.pop(each.admission, None)
    return sum(window.values()) if now < ends else 0


def leased(history: History, now: int, length: int) -> int:
    """What is neither given back nor at its end."""
    given_back = {each.admission for each in history if isinstance(each, GivenBack)}
    return sum(
        each.cost
        for each in history
        if isinstance(each, Spent) and each.admission not in given_back and now < each.at + length
    )
