"""How often one may: what holds unless the operator says otherwise, and how that is said."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, Final

from attrs import evolve, fields

from ...core.errors import AltynError
from ...core.limits import Policy, PolicyMalformed, Rate, Rule

# Reading goes on uncounted by others while the shared meter is away: nothing here moves money.
RULES: Final = (
    Rule(
        way_in="api",
        action="arrive",
        subject="address",
        policy=Rate(name="api.address", count=600, seconds=60, burst=100, fails_closed=False),
    ),
    Rule(
        way_in="api",
        action="ask",
        subject="caller",
        policy=Rate(name="api.caller", count=1200, seconds=60, burst=200, fails_closed=False),
    ),
    Rule(
        way_in="api",
        action="notify",
        subject="address",
        policy=Rate(name="api.webhook", count=6000, seconds=60, burst=1000, fails_closed=False),
    ),
    Rule(
        way_in="bot",
        action="write",
        subject="user",
        policy=Rate(name="bot.write", count=30, seconds=60, burst=10, fails_closed=False),
    ),
    Rule(
        way_in="bot",
        action="tap",
        subject="user",
        policy=Rate(name="bot.tap", count=60, seconds=60, burst=20, fails_closed=False),
    ),
    Rule(
        way_in="bot",
        action="notice",
        subject="user",
        policy=Rate(name="bot.notice", count=2, seconds=60, burst=1, fails_closed=False),
    ),
)
"""
An address is counted before anybody knows who asks there, a caller once they are known; a provider
tells of many payments from one address. Whoever is too fast for the bot is told so, and not often.
"""

ROLES: Final = "roles"
NOT_NUMBERS: Final = {"name", "fails_closed"}


def rules(written: object) -> tuple[Rule, ...]:
    """
    The rules with what the operator wrote: numbers and roles, by the name of the limit.

    Raises:
        ValueError: a limit, a number or a role makes no sense; with the name of the limit.
    """
    if not isinstance(written, Mapping):
        raise ValueError('expected limits by their names, like "api.address" = { count = 300 }')
    changed = {rule.policy.name: rule for rule in RULES}
    for name, values in _named(written, changed):
        if name not in changed:
            raise ValueError(f"no limit is called {name}{_meant(name, changed)}")
        try:
            changed[name] = _changed(changed[name], values)
        except PolicyMalformed as refused:
            raise ValueError(f"{name}: {refused.what}") from None
        except (AltynError, ValueError) as refused:
            raise ValueError(f"{name}: {refused}") from None
    return tuple(changed.values())


def _named(
    written: Mapping[str, object], known: Mapping[str, Rule], before: str = ""
) -> Iterator[tuple[str, object]]:
    """Limits by name: TOML takes the dots of a name that is not in quotes for tables in tables."""
    for key, value in written.items():
        name = before + key
        tables = isinstance(value, Mapping) and all(isinstance(x, Mapping) for x in value.values())
        if isinstance(value, Mapping) and tables and value and name not in known:
            yield from _named(value, known, f"{name}.")
        else:
            yield name, value


def _changed(rule: Rule, values: object) -> Rule:
    said = [each.name for each in fields(type(rule.policy)) if each.init]
    numbers = [name for name in said if name not in NOT_NUMBERS]
    if not isinstance(values, Mapping):
        raise ValueError(f"expected {', '.join(numbers)} or {ROLES}")
    for key in values:
        if key not in (*numbers, ROLES):
            raise ValueError(f"it has no {key}, but {', '.join(numbers)} and {ROLES}")
    given = {key: values[key] for key in numbers if key in values}
    policy: Policy = evolve(rule.policy, **given)
    return evolve(rule, policy=policy, roles=_roles(values.get(ROLES, rule.roles)))


def _roles(written: object) -> dict[str, Fraction]:
    if not isinstance(written, Mapping):
        raise ValueError('expected roles with what they multiply by, like premium = "2"')
    return {role: _multiplier(role, value) for role, value in written.items()}


def _multiplier(role: str, written: Any) -> Fraction:
    try:
        return Fraction(str(written))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f'role {role} multiplies by a number like "2" or "1/2"') from None


def _meant(name: str, known: Mapping[str, Rule]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"
