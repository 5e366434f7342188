"""Limits counted by this process alone."""

from collections import deque
from collections.abc import Iterator
from itertools import count
from secrets import token_hex
from typing import Any, Final

from attrs import define, field

from ...core.clock import Ticks, ticks
from ...core.limits import (
    KEY_LENGTH_MAX,
    Admission,
    Demand,
    MeterFull,
    Policy,
    check_demands,
    check_key,
    digest,
)

PLACES_MAX: Final = 500_000
SWEPT: Final = 4
"""Old keys looked at for each new place: more than one, so garbage goes faster than it comes."""

ROOMY: Final = 8
"""Which part of all places may be taken before anybody looks for old keys."""

ONE: Final = 1
NO_LEASE: Final = "-"

Kept = str | bytes
Table = dict[Kept, Any]


@define
class MemoryMeter:
    """
    Counts on a clock that never goes back, in bounded memory.

    Keys that owe nothing any more are forgotten as others come. One that still owes is never
    forgotten: when no room is found for what else there is to remember, that is refused with
    MeterFull.
    """

    _ticks: Ticks = ticks
    _places_max: int = PLACES_MAX
    # With fewer taken nobody looks for old keys: they may be back soon, and there is room.
    _roomy: int = field(init=False)
    _places: int = field(default=0, init=False)
    # By what is counted together, then by key; None where a key is kept that owes nothing.
    _tables: dict[str, Table] = field(factory=dict, init=False)
    # Every key that is kept, once; the hand of a clock goes round them.
    _round: deque[tuple[Policy, Kept]] = field(factory=deque, init=False)
    # No other meter has leases of this name: one stands in for another sometimes.
    _name: str = field(factory=lambda: token_hex(8), init=False)
    _leases: Iterator[int] = field(factory=count, init=False)

    def __attrs_post_init__(self) -> None:
        self._roomy = self._places_max // ROOMY

    async def admit(self, *demands: Demand) -> Admission:
        """As the port says."""
        now = self._ticks()
        if len(demands) == 1:
            # Nearly everything asked is one demand of a known key: no sets, no loops for it.
            key, policy, cost = demands[0]
            try:
                table = self._tables[policy.table]
                state = table[key]
            except (KeyError, TypeError):
                return self._admit(demands, now)
            if type(key) is str and (not policy.grows or self._places < self._roomy):
                if cost is not ONE:
                    policy.check(cost)
                lease = f"{self._name}.{next(self._leases):x}" if policy.grows else NO_LEASE
                answer, after = policy.take(state, now, cost, lease)
                if policy.grows:
                    self._places += places(policy, after) - places(policy, state)
                table[key] = after
                told = (answer,)
                if answer[0]:
                    return tuple.__new__(Admission, (demands, told, now, "", False))
                return tuple.__new__(Admission, (demands, told, now, lease, True))
        return self._admit(demands, now)

    async def peek(self, *demands: Demand) -> Admission:
        """As the port says."""
        check_demands(demands)
        now = self._ticks()
        asked = [(self._kept(key, policy), policy, cost) for key, policy, cost in demands]
        answers = [policy.take(state, now, cost, "")[0] for state, policy, cost in asked]
        return Admission(demands, answers, now, "", not any(answer[0] for answer in answers))

    async def reset(self, key: str, policy: Policy) -> None:
        """As the port says."""
        check_key(key, policy)
        if self._kept(key, policy) is not None:
            self._keep(short(key), policy, None)

    async def release(self, admission: Admission) -> None:
        """As the port says."""
        for key, policy, _ in admission.demands:
            if (state := self._kept(key, policy)) is not None:
                self._keep(short(key), policy, policy.release(state, admission.lease))

    async def forgive(self, admission: Admission) -> None:
        """As the port says."""
        if admission.lease:
            for (key, policy, cost), answer in zip(
                admission.demands, admission.answers, strict=True
            ):
                if (state := self._kept(key, policy)) is not None:
                    end = admission.at + answer[2]
                    left = policy.forgive(state, end, cost, admission.lease)
                    self._keep(short(key), policy, left)

    def _admit(self, demands: tuple[Demand, ...], now: int) -> Admission:
        check_demands(demands)
        self._tidy(demands, now)
        lease = f"{self._name}.{next(self._leases):x}"
        taken = [
            (short(key), policy, *policy.take(self._kept(key, policy), now, cost, lease))
            for key, policy, cost in demands
        ]
        answers = [answer for _, _, answer, _ in taken]
        if any(answer[0] for answer in answers):
            return Admission(demands, answers, now, "", False)
        more = sum(
            places(policy, state) - self._places_of(key, policy) for key, policy, _, state in taken
        )
        if self._places + more > self._places_max:
            raise MeterFull(self._places)
        for key, policy, _, state in taken:
            self._keep(key, policy, state)
        return Admission(demands, answers, now, lease, True)

    def _kept(self, key: str, policy: Policy) -> Any:
        return self._tables.get(policy.table, {}).get(short(key))

    def _keep(self, key: Kept, policy: Policy, state: Any) -> None:
        self._places += places(policy, state) - self._places_of(key, policy)
        table = self._tables.setdefault(policy.table, {})
        if key not in table:
            self._round.append((policy, key))
        table[key] = state

    def _places_of(self, key: Kept, policy: Policy) -> int:
        table = self._tables.get(policy.table, {})
        return places(policy, table[key]) if key in table else 0

    def _tidy(self, demands: tuple[Demand, ...], now: int) -> None:
        """Look at a few old keys for each that may need room."""
        new = sum(
            policy.grows or not self._places_of(short(key), policy) for key, policy, _ in demands
        )
        if self._places >= self._roomy:
            for _ in range(min(SWEPT * new, len(self._round))):
                self._sweep(now)

    def _sweep(self, now: int) -> None:
        policy, key = self._round.popleft()
        table = self._tables[policy.table]
        state = table[key]
        if state is not None and policy.idle_at(state) > now:
            self._round.append((policy, key))
            return
        del table[key]
        self._places -= places(policy, state)


def short(key: str) -> Kept:
    """The key as it is kept; a digest in bytes, so that no text is ever taken for it."""
    return key if len(key) <= KEY_LENGTH_MAX else digest(key).encode()


def places(policy: Policy, state: Any) -> int:
    """A key takes a place even while it owes nothing."""
    return 1 if state is None else policy.places(state)
