"""What limits need: one place that counts."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from .policy import Answer, Policy

Demand = tuple[str, Policy, int]
"""A key, the policy that counts it, and the cost. A key is any text: `user:42`, an address."""


class Admission(NamedTuple):
    """What a meter said, demand by demand. A plain tuple for the same reason as `Answer`."""

    demands: Sequence[Demand]
    answers: Sequence[Answer]
    """Of each demand, as though it were alone: wait, remaining, full; see `Policy.take`."""
    at: int
    """When that was, by the clock of the meter."""
    lease: str
    """Names what was spent, for those who give it back; empty when nothing was."""

    admitted: bool
    """Whether all of it may be done; asked to count, the meter has counted it."""

    @property
    def wait(self) -> int:
        """Microseconds until all of it would be admitted if nobody else asks; 0 when it is."""
        return max(answer[0] for answer in self.answers)

    @property
    def remaining(self) -> int:
        """How much more the tightest of the demands has."""
        return min(answer[1] for answer in self.answers)

    @property
    def refused_by(self) -> Policy:
        """The policy to wait for, of those that refused."""
        waits = [answer[0] for answer in self.answers]
        return self.demands[waits.index(max(waits))][1]


class Meter(Protocol):
    """
    Who may, how often: asked and counted in one step.

    Different keys, and policies of another name, kind or length of time, are counted apart. A cost
    of a set that is beyond what its policy ever admits is refused with CostNever, one that is no
    whole number above zero with CostMalformed, a key that is no text with KeyMalformed, and a set
    that is empty, too large, or names one key of a policy twice with DemandsMalformed; nothing of
    such a set is counted. That is so whatever was asked before, however equal it looks.
    """

    async def admit(self, *demands: Demand) -> Admission:
        """
        Count all of them, or none when any policy refuses.

        However many ask at the same moment, from however many processes, a policy never admits
        more than it says. A refusal costs nothing and tells the exact wait.

        Raises:
            Unavailable: whether it was counted is not known; if it was, it stays so.
        """
        ...

    async def peek(self, *demands: Demand) -> Admission:
        """What `admit` would answer, with nothing counted."""
        ...

    async def reset(self, key: str, policy: Policy) -> None:
        """
        Forget what the key has spent and what is leased to it.

        Raises:
            KeyMalformed: it is no text; nothing is forgotten.
        """
        ...

    async def release(self, admission: Admission) -> None:
        """
        End the leases of an admission before their time; rates and windows keep what was spent.

        Once is enough; again, or after their time, it changes nothing.
        """
        ...

    async def forgive(self, admission: Admission) -> None:
        """
        Count the admission as though it had not been, where this can be told.

        Its leases end, and fixed windows that still last count it no more; rates and strict
        windows keep it. Of a refusal or a look nothing is given back. Only once: the caller
        sees to it.
        """
        ...
