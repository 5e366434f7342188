"""The runner: claims tasks as they become due, and does them side by side."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from random import Random, SystemRandom
from typing import Final, TypeVar

from attrs import define, field

from ..bells import Bell
from ..errors import AltynError
from ..identifiers import Identifiers
from ..lane import Lane
from ..mishaps import mishap
from ..signals import Signals, Unheard
from .attempting import Attempt
from .handling import Handling
from .ports import Tasks
from .task import Claimed, ClaimId, Ending, TaskState

LEASE_SECONDS: Final = 10.0
USED: Final = 0.9
"""So much of a lease is worked in; the rest is for leaving off before somebody else begins."""
POLL_SECONDS: Final = 1.0
GRACE_SECONDS: Final = 5.0
"""For what is under way when somebody says stop; what is cut off then is given back at once."""
LAST_WORDS_SECONDS: Final = 2.0
"""For giving it back."""
INSIST_SECONDS: Final = (0.0, 0.2, 1.0, 3.0)
"""Before each try to write what became of a task."""

Told = TypeVar("Told")

log = logging.getLogger("altyn.tasks")


def _by_kind(handlings: Sequence[Handling]) -> Mapping[str, Handling]:
    by_kind = {each.kind: each for each in handlings}
    if len(by_kind) < len(handlings):
        raise ValueError("each kind of task is done in one way")
    return by_kind


@define(eq=False, kw_only=True)
class Runner:
    """
    Does tasks of the kinds that it has handlings for, as many at once as each of them allows.

    A kind that hangs holds up no other. Leases are extended while tasks are done; whose lease could
    not be extended is broken off before somebody else can have the task. Several runners may run,
    in as many processes as one likes.

    Raises:
        ValueError: there are two handlings of one kind.
    """

    tasks: Tasks
    bell: Bell
    identifiers: Identifiers
    handlings: Mapping[str, Handling] = field(converter=_by_kind)
    signals: Signals = field(factory=Unheard)
    lease_seconds: float = LEASE_SECONDS
    poll_seconds: float = POLL_SECONDS
    grace_seconds: float = GRACE_SECONDS
    random: Random = field(factory=SystemRandom)
    _endings: Lane[Ending, bool] = field(init=False)
    _free: Counter[str] = field(init=False)
    _more: set[str] = field(factory=set, init=False)
    """Kinds of which more may be due than there was room for."""
    _doing: dict[Attempt, asyncio.Task[None]] = field(factory=dict, init=False)
    _wake: asyncio.Event = field(factory=asyncio.Event, init=False)
    _trouble: str = field(default="", init=False)

    def __attrs_post_init__(self) -> None:
        self._endings = Lane(self.tasks.end)
        self._free = Counter({kind: each.at_once for kind, each in self.handlings.items()})

    @asynccontextmanager
    async def until(self, stopping: asyncio.Event) -> AsyncIterator[None]:
        """
        Run: inside the block and on until somebody says stop.

        What is under way when that happens has `grace_seconds` to be done; what is broken off then
        is given back, so that others need not wait for its lease to end.
        """
        claiming = asyncio.create_task(self._claim_until(stopping))
        beside = [asyncio.create_task(each) for each in (self._listen(), self._keep_leases())]
        try:
            yield
            await stopping.wait()
        finally:
            stopping.set()  # whoever leaves the block by an error ends those beside it
            self._wake.set()
            await claiming
            await self._drain()
            for each in beside:
                each.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _claim_until(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            wanted = +self._free  # those of which there are any
            if wanted:
                await self._claim(wanted)
            await self._wake.wait()
            self._wake.clear()

    async def _claim(self, wanted: Mapping[str, int]) -> None:
        until = asyncio.get_running_loop().time() + self.lease_seconds * USED
        claim = ClaimId(self.identifiers())
        claimed = await self._asked(self.tasks.claim(claim, wanted, self.lease_seconds)) or ()
        for each in claimed:
            self._begin(each, until)
        got = Counter(each.task.kind for each in claimed)
        self._more = {kind for kind in self.handlings if got[kind] == wanted.get(kind, 0)}
        if any(self._free[kind] for kind in self._more):  # freed while others were claimed
            self._wake.set()

    def _begin(self, claimed: Claimed, until: float) -> None:
        kind = claimed.task.kind
        self.signals.observe("task_late_seconds", claimed.late_seconds, kind=kind)
        attempt = Attempt(self.handlings[kind], claimed, until)
        self._free[kind] -= 1
        self._doing[attempt] = asyncio.create_task(self._do(attempt))

    async def _do(self, attempt: Attempt) -> None:
        kind = attempt.claimed.task.kind
        began = asyncio.get_running_loop().time()
        try:
            ending = await attempt(self.random)
            seconds = asyncio.get_running_loop().time() - began
            self.signals.observe("task_seconds", seconds, kind=kind)
            kept = ending is not None and await self._kept(ending)
            self._tell(attempt.claimed, ending if kept else None)
        finally:
            del self._doing[attempt]
            self._free[kind] += 1
            if kind in self._more:
                self._wake.set()

    async def _kept(self, ending: Ending) -> bool:
        kept, waits = None, list(INSIST_SECONDS)
        while kept is None and waits:
            await asyncio.sleep(waits.pop(0))
            kept = await self._asked(self._endings.ask([ending]))
        return kept is not None and kept[0]

    def _tell(self, claimed: Claimed, ending: Ending | None) -> None:
        how = "lost" if ending is None else ending.state.value
        self.signals.count("tasks_ended_total", kind=claimed.task.kind, how=how)
        task = f"task {claimed.task.kind} {claimed.task.id}"
        if ending is None:
            log.warning("%s: attempt %d was lost with its lease", task, claimed.attempt)
        elif ending.state is TaskState.DEAD:
            log.error("%s was given up: %s", task, ending.told)
        elif ending.state is TaskState.WAITING:
            log.info("%s is tried again in %.1f s: %s", task, ending.seconds, ending.told)

    async def _listen(self) -> None:
        while True:
            await self.bell.wait(self.poll_seconds)
            self._wake.set()

    async def _keep_leases(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self.lease_seconds / 4)
            if not (attempts := list(self._doing)):
                continue
            until = loop.time() + self.lease_seconds * USED
            claimed = [each.claimed for each in attempts]
            held = await self._asked(self.tasks.extend(claimed, self.lease_seconds))
            # Not known which: then those whose time is over end by themselves.
            for each, still in zip(attempts, held or (), strict=False):
                each.extended(until if still else loop.time())

    async def _asked(self, question: Awaitable[Told]) -> Told | None:
        """What is answered, or None; what is wrong is said once."""
        try:
            answer = await question
        except AltynError as failure:
            if self._trouble != str(failure):
                self._trouble = str(failure)
                log.error("tasks have to wait: %s", failure)
        except Exception as bug:
            mishap("asking for", "tasks", bug)
        else:
            self._trouble = ""
            return answer
        return None

    async def _drain(self) -> None:
        if self._doing:
            await asyncio.wait(self._doing.values(), timeout=self.grace_seconds)
        left = dict(self._doing)
        for task in left.values():
            task.cancel()
        await asyncio.gather(*left.values(), return_exceptions=True)
        if left:
            given_back = [each.claimed.put_off(0, "its worker was stopped") for each in left]
            try:
                async with asyncio.timeout(LAST_WORDS_SECONDS):
                    await self._asked(self.tasks.end(given_back))
            except TimeoutError:
                log.warning("%d tasks are done again after their leases", len(left))
