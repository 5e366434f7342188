"""Which limits stand before which action: data, by way in."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import Final

from attrs import field, frozen

from .demands import DEMANDS_MAX
from .errors import DemandsMalformed, PolicyMalformed, RuleUnknown, SubjectMissing
from .policy import Policy
from .ports import Demand

EVERYBODY: Final = "everybody"
"""The subject of limits that all share."""
MULTIPLIER_MIN: Final = Fraction(1, 1000)
MULTIPLIER_MAX: Final = Fraction(1000)


@frozen(kw_only=True)
class Rule:
    """
    One limit before an action of a way in, counted for each subject of that kind.

    Whoever has several of the roles gets all of their multipliers: premium 2 and first day 1/2
    make 1.
    """

    way_in: str
    action: str
    subject: str = EVERYBODY
    """Whom it counts: `user`, `chat`, `address`; or all together."""
    policy: Policy
    cost: int = 1
    roles: Mapping[str, Fraction] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        for role, multiplier in self.roles.items():
            if not MULTIPLIER_MIN <= multiplier <= MULTIPLIER_MAX:
                raise PolicyMalformed(
                    self.policy.name,
                    f"role {role!r} multiplies by {MULTIPLIER_MIN} to {MULTIPLIER_MAX}",
                )
        # Whoever has all roles that divide may do it still.
        self.policy_for(role for role, by in self.roles.items() if by < 1).check(self.cost)

    def policy_for(self, roles: Iterable[str]) -> Policy:
        """The policy of somebody with these roles."""
        multiplier = Fraction(1)
        for role in set(roles) & self.roles.keys():
            multiplier *= self.roles[role]
        return self.policy if multiplier == 1 else self.policy.times(multiplier)


@frozen
class Rulebook:
    """All rules there are."""

    _rules: Mapping[tuple[str, str], Sequence[Rule]]
    # Policies of roles are made once; there are few roles.
    _made: dict[tuple[str, frozenset[str]], Policy] = field(factory=dict, init=False, eq=False)

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> "Rulebook":
        """
        A book of these.

        Raises:
            PolicyMalformed: two rules have policies of one name, and would count together.
            DemandsMalformed: more rules stand before an action than one step takes.
        """
        book: dict[tuple[str, str], list[Rule]] = {}
        names: set[str] = set()
        for rule in rules:
            if rule.policy.name in names:
                raise PolicyMalformed(rule.policy.name, "two rules have a policy of this name")
            names.add(rule.policy.name)
            before = book.setdefault((rule.way_in, rule.action), [])
            before.append(rule)
            if len(before) > DEMANDS_MAX:
                what = f"{rule.action!r} of {rule.way_in!r} has more than {DEMANDS_MAX} rules"
                raise DemandsMalformed(len(before), what)
        return cls(book)

    def demands(
        self,
        way_in: str,
        action: str,
        subjects: Mapping[str, str],
        roles: Iterable[str] = (),
    ) -> tuple[Demand, ...]:
        """
        What the meter is asked before somebody does that.

        Raises:
            RuleUnknown: nothing is written for it; what is unlimited has no rule to be named.
            SubjectMissing: a rule counts by something that was not named.
        """
        rules = self._rules.get((way_in, action))
        if rules is None:
            raise RuleUnknown(way_in, action, self._nearest(way_in, action))
        roles = frozenset(roles)
        return tuple((_key(rule, subjects), self._policy(rule, roles), rule.cost) for rule in rules)

    def _policy(self, rule: Rule, roles: frozenset[str]) -> Policy:
        # Roles no rule speaks of make no policy of their own, whatever a caller may name.
        mine = roles.intersection(rule.roles)
        if not mine:
            return rule.policy
        made = self._made.get((rule.policy.name, mine))
        if made is None:
            made = self._made[rule.policy.name, mine] = rule.policy_for(mine)
        return made

    def _nearest(self, way_in: str, action: str) -> str | None:
        known = [name for place, name in self._rules if place == way_in]
        return next(iter(get_close_matches(action, known, n=1)), None)


def _key(rule: Rule, subjects: Mapping[str, str]) -> str:
    if rule.subject == EVERYBODY:
        return EVERYBODY
    try:
        return subjects[rule.subject]
    except KeyError:
        raise SubjectMissing(rule.policy.name, rule.subject) from None
