"""Limits that all processes count together: one script, whatever is asked."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from hashlib import sha1
from importlib.resources import files
from itertools import count
from secrets import token_hex
from typing import Final, NamedTuple

from attrs import define, field
from redis.exceptions import NoScriptError, RedisClusterException, RedisError

from ...core.clock import Ticks, ticks
from ...core.lane import Lane
from ...core.limits import (
    KEY_LENGTH_MAX,
    Admission,
    Concurrency,
    Demand,
    FixedWindow,
    MeterAway,
    Policy,
    PolicyMalformed,
    Rate,
    StrictWindow,
    check_demands,
    check_key,
    digest,
)
from ...core.resilience import Guard
from ...core.signals import Signals, Unheard
from .connection import Client
from .wire import Wire

DEADLINE_SECONDS: Final = 0.5
BATCH_MAX: Final = 128
REMEMBERED_MICROSECONDS: Final = 1_000_000
REMEMBERED_MAX: Final = 10_000

log = logging.getLogger("altyn.redis")


Word = bytes | str | int


class Call(NamedTuple):
    """One decision as the script reads it, and how many numbers it is answered with."""

    keys: Sequence[bytes]
    words: Sequence[Word]
    numbers: int
    failures: int
    """How many calls of the script had failed when it was asked."""


@cache
def lua(name: str) -> str:
    """A piece of a script."""
    return files(__package__).joinpath(f"{name}.lua").read_text("utf-8")


def script() -> str:
    """All of it; what comes first says what time it is."""
    return lua("clock") + lua("limits")


@define
class RedisMeter:
    """
    Counts in Redis, on the clock of its server; what is asked in one turn of the loop travels
    together.

    A refusal is remembered for as long as it surely holds, for a second at most, and answered
    without asking again, with the wait and the rest that were left then; so a reset by another
    process is seen a second later at the latest.

    What Redis forgets when it is wiped is counted anew: each key may then be admitted once more
    what its policy admits to an idle key. When it comes back from a snapshot, or a replica takes
    over, that is true of what had not reached them. That it happened is counted and logged.

    With a guard a Redis that is away costs microseconds. What is guarded is the round trip: it
    counts once, however many decisions travel in it, and what is answered or refused without one
    says nothing about Redis.
    """

    _client: Wire | Client = field(repr=False)
    prefix: str = "altyn:"
    space: str = "limits"
    """Keys of a space live in one slot of a cluster, so that one step can see them all."""
    deadline_seconds: float = DEADLINE_SECONDS
    signals: Signals = field(factory=Unheard)
    ticks: Ticks = ticks
    guard: Guard | None = field(default=None, kw_only=True)
    _script: str = field(factory=script, repr=False, kw_only=True)
    _digest: str = field(init=False)
    _place: str = field(init=False)
    _key_of_all: bytes = field(init=False)
    # Since when the space is counted, and since when by this process of Redis.
    _counts: tuple[int, int] | None = field(default=None, init=False)
    _lane: Lane[Call, list[int]] = field(init=False)
    _failures: int = field(default=0, init=False)
    # What was refused, when that was asked, and until when it surely holds.
    _remembered: dict[Sequence[Demand], tuple[Admission, int, int]] = field(
        factory=dict, init=False
    )
    _name: str = field(factory=lambda: token_hex(8), init=False)
    _leases: Iterator[int] = field(factory=count, init=False)

    def __attrs_post_init__(self) -> None:
        self._digest = sha1(self._script.encode()).hexdigest()  # noqa: S324 (its name for Redis)
        self._place = f"{self.prefix}{{{self.space}}}:"
        self._key_of_all = f"{self._place}since".encode()
        self._lane = Lane(self._travel, batch_max=BATCH_MAX)

    async def admit(self, *demands: Demand) -> Admission:
        """As the port says."""
        asked = self.ticks()
        for key, _, cost in demands:
            if type(key) is not str or type(cost) is not int:
                check_demands(demands)  # True equals 1, and would be answered as 1 was
        if (remembered := self._remembered.get(demands)) is not None:
            refusal, then, until = remembered
            if asked < until:
                return later(refusal, asked - then)
            del self._remembered[demands]
        lease = f"{self._name}.{next(self._leases):x}"
        admission = await self._decide("admit", demands, lease)
        if not admission.admitted:
            admission = admission._replace(lease="")
            surely = min(admission.wait, REMEMBERED_MICROSECONDS)
            self._remember(admission, asked, asked + surely)
        return admission

    async def peek(self, *demands: Demand) -> Admission:
        """As the port says."""
        return await self._decide("peek", demands, "")

    async def reset(self, key: str, policy: Policy) -> None:
        """As the port says."""
        check_key(key, policy)
        await self._ask([self._key(key, policy)], ["reset", 1, "", *wire(policy), 1])
        # Not before: somebody else may have been refused on the same way.
        self._remembered.clear()

    async def release(self, admission: Admission) -> None:
        """As the port says."""
        if any(isinstance(policy, Concurrency) for _, policy, _ in admission.demands):
            await self._give_back("release", admission)

    async def forgive(self, admission: Admission) -> None:
        """As the port says."""
        await self._give_back("forgive", admission)
        self._remembered.clear()

    async def _decide(self, what: str, demands: Sequence[Demand], lease: str) -> Admission:
        check_demands(demands)
        if len(demands) == 1:
            # Nearly everything asked is one demand: no loops for it.
            key, policy, cost = demands[0]
            one = (what, 1, lease, *wire(policy), cost)
            at, wait, remaining, full = await self._ask([self._key(key, policy)], one, 3)
            return Admission(demands, ((wait, remaining, full),), at, lease, not wait)
        words: list[Word] = [what, len(demands), lease]
        for _, policy, cost in demands:
            words += *wire(policy), cost
        keys = [self._key(key, policy) for key, policy, _ in demands]
        at, *told = await self._ask(keys, words, 3 * len(demands))
        answers = list(zip(*[iter(told)] * 3, strict=True))
        return Admission(demands, answers, at, lease, not any(answer[0] for answer in answers))

    async def _give_back(self, what: str, admission: Admission) -> None:
        if not admission.lease:
            return
        words: list[Word] = [what, len(admission.demands), admission.lease]
        for (_, policy, cost), (_, _, full) in zip(
            admission.demands, admission.answers, strict=True
        ):
            kind, length, _ = wire(policy)
            words += kind, length, admission.at + full, cost
        keys = [self._key(key, policy) for key, policy, _ in admission.demands]
        await self._ask(keys, words)

    async def _ask(
        self, keys: Sequence[bytes], words: Sequence[Word], numbers: int = 0
    ) -> list[int]:
        if self.guard is not None:
            self.guard.check()  # nobody waits in the lane for what others find out
        (told,) = await self._lane.ask([Call(keys, words, numbers, self._failures)])
        return told

    async def _travel(self, calls: Sequence[Call]) -> Sequence[list[int]]:
        """One call of the script for all of them."""
        # Whoever waited behind a call that failed is not made to wait for the next one to fail.
        if calls[0].failures < self._failures:
            raise MeterAway
        keys = [self._key_of_all, *(key for call in calls for key in call.keys)]
        words = [word for call in calls for word in call.words]
        if self.guard is None:
            at, since, here, *numbers = await self._run(keys, words)
        else:
            at, since, here, *numbers = await self.guard(lambda: self._run(keys, words))
        self._notice(since, here)
        told, begin = [], 0
        for call in calls:
            told.append([at, *numbers[begin : begin + call.numbers]])
            begin += call.numbers
        return told

    async def _run(self, keys: Sequence[bytes], words: Sequence[Word]) -> list[int]:
        try:
            async with asyncio.timeout(self.deadline_seconds):
                told: list[int]
                try:
                    told = await self._client.execute_command(
                        "EVALSHA", self._digest, len(keys), *keys, *words
                    )
                except NoScriptError:  # nothing was run
                    told = await self._client.execute_command(
                        "EVAL", self._script, len(keys), *keys, *words
                    )
                return told
        except (RedisError, RedisClusterException, OSError, TimeoutError) as failed:
            self._failures += 1
            # Perhaps it was counted. It is not asked again: that would count it twice.
            raise MeterAway from failed

    def _notice(self, since: int, here: int) -> None:
        before, self._counts = self._counts, (since, here)
        if before in (None, self._counts):
            return
        if before[0] != since:
            self.signals.count("limits_forgotten_total", space=self.space)
            log.warning("Redis was wiped: limits of %r are counted anew", self.space)
        else:
            self.signals.count("limits_restored_total", space=self.space)
            log.warning(
                "another Redis goes on: it may have forgotten what limits of %r counted last",
                self.space,
            )

    def _remember(self, refusal: Admission, asked: int, until: int) -> None:
        # A lease may be given back at any moment, so nothing about one surely holds.
        if not any(isinstance(policy, Concurrency) for _, policy, _ in refusal.demands):
            if len(self._remembered) >= REMEMBERED_MAX:
                self._remembered.clear()
            self._remembered[refusal.demands] = refusal, asked, until

    def _key(self, key: str, policy: Policy) -> bytes:
        name = key if len(key) <= KEY_LENGTH_MAX else digest(key)
        return f"{self._place}{policy.table}:{name}".encode("utf-8", "surrogatepass")


@lru_cache(maxsize=4096)
def wire(policy: Policy) -> tuple[str, int, int]:
    """A policy as the script knows it."""
    match policy:
        case Rate():
            return policy.kind, policy.interval, policy.tolerance
        case FixedWindow() | StrictWindow() | Concurrency():
            return policy.kind, policy.length, policy.limit
    raise PolicyMalformed(policy.name, f"Redis does not know how to count {type(policy).__name__}")


def later(refusal: Admission, passed: int) -> Admission:
    """What the same question is answered a little later."""
    answers = [
        (
            wait - passed if wait > passed else 0,
            remaining,
            full - passed if full > passed else 0,
        )
        for wait, remaining, full in refusal.answers
    ]
    return tuple.__new__(Admission, (refusal.demands, answers, refusal.at + passed, "", False))
