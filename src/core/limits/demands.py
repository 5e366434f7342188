"""Whether a set of demands makes sense, and under which name a key of any length is kept."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from .errors import DemandsMalformed, KeyMalformed
from .policy import Policy
from .ports import Demand

DEMANDS_MAX: Final = 16
KEY_LENGTH_MAX: Final = 96
"""Longer keys are known by their digest."""


def check(demands: Sequence[Demand]) -> None:
    """
    Whether that can be asked at all.

    Raises:
        KeyMalformed: a key is no text.
        CostMalformed, CostNever: a cost makes no sense, now or ever.
        DemandsMalformed: there are none, too many, or two of the same.
    """
    count = len(demands)
    if not 0 < count <= DEMANDS_MAX:
        raise DemandsMalformed(count, f"one step takes from 1 to {DEMANDS_MAX}")
    for key, policy, cost in demands:
        check_key(key, policy)
        policy.check(cost)
    if count > 1 and len({(key, policy.table) for key, policy, _ in demands}) < count:
        raise DemandsMalformed(count, "one key of a policy is named twice; add up the costs")


def check_key(key: str, policy: Policy) -> None:
    """
    Whether somebody is counted under that.

    Raises:
        KeyMalformed: it is no text, or of a class of its own that may say anything of itself.
    """
    if type(key) is not str:
        raise KeyMalformed(policy.name, type(key).__name__)


def digest(key: str) -> str:
    """A name that no other key has: it is longer than any that is kept as it is."""
    return blake2b(key.encode("utf-8", "surrogatepass")).hexdigest()
