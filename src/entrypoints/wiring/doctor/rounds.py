"""The doctor's rounds: operators who ask within some seconds of each other are told the same."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from attrs import define, field, frozen

from ....core.clock import Clock
from ....core.errors import AltynError
from ....core.identity import Caller, Permission
from ..settings import Settings
from .examining import examine
from .finding import Finding, Grade, wrong
from .house import checks_of_house
from .machine import check_of_disk
from .outside import apart_from_the_books, checks_outside

KEPT: Final = timedelta(seconds=30)
"""So long nobody is asked again, however many want to know."""
DEADLINE_SECONDS: Final = 10.0
"""Whoever asks over HTTP does not wait as long as whoever asked for the doctor."""


@frozen
class Report:
    """What was found, and when."""

    at: datetime
    findings: Sequence[Finding]

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        return all(each.grade is not Grade.WRONG for each in self.findings)


@define(eq=False)
class Rounds:
    """Looks when somebody asks, unless it has just been done; whoever asks meanwhile waits."""

    clock: Clock
    look: Callable[[], Awaitable[Sequence[Finding]]]
    _latest: Report | None = field(default=None, init=False)
    _looking: asyncio.Lock = field(factory=asyncio.Lock, init=False)

    async def __call__(self, caller: Caller) -> Report:
        """
        How everything is.

        Raises:
            NotAllowed: they may not see what is others'.
        """
        caller.must(Permission.SEE_OTHERS)
        async with self._looking:
            if self._latest is None or not self._is_fresh(self._latest):
                found = await self.look()
                self._latest = Report(self.clock.now(), found)
            return self._latest

    def _is_fresh(self, report: Report) -> bool:
        return timedelta() <= self.clock.now() - report.at < KEPT


async def look_around(container: Any, settings: Settings) -> Sequence[Finding]:
    """What a process that serves finds: about storage, disk, Redis, and everybody outside."""
    checks = [check_of_disk(settings, Path.cwd()), *checks_of_house(container, settings)]
    unasked: list[Finding] = []
    async with AsyncExitStack() as opened:
        try:
            apart = await opened.enter_async_context(apart_from_the_books(settings))
        except (OSError, AltynError) as trouble:
            advice = "make room where files for a while are kept"
            unasked.append(wrong("outside", f"nobody can be asked: {trouble}", advice))
        else:
            checks += checks_outside(apart, settings)
        return [*[each async for each in examine(checks, DEADLINE_SECONDS)], *unasked]
