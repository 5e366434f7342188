"""
A process that does tasks, for tests that kill it: it says what it begins and what it has done.

Each attempt writes down in a file, before and after, that it holds the task: so that two who hold
it at once would be seen.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from altyn.adapters.postgres import PostgresTasks, open_bell, open_postgres
from altyn.adapters.sqlite import SqliteTasks, open_sqlite
from altyn.adapters.system import SystemClock
from altyn.core.bells import Bell
from altyn.core.identifiers import TimeOrdered
from altyn.core.tasks import Claimed, Handling, Runner, Tasks

LEASE_SECONDS = 2.0
LASTS_SECONDS = 0.2


@asynccontextmanager
async def tasks_at(place: str) -> AsyncIterator[tuple[Tasks, Bell]]:
    """The tasks at a URL of PostgreSQL, or in a file."""
    async with AsyncExitStack() as stack:
        if place.startswith("postgresql://"):
            store = await stack.enter_async_context(open_postgres(place, connections_max=3))
            yield PostgresTasks(store), await stack.enter_async_context(open_bell(store))
        else:
            file = await stack.enter_async_context(open_sqlite(Path(place)))
            in_file = SqliteTasks(file, SystemClock())
            yield in_file, in_file.bell


def note(journal: Path, *words: object) -> None:
    """A line of its own, in the order in which all processes write theirs."""
    line = " ".join(map(str, (time.monotonic(), os.getpid(), *words))) + "\n"
    handle = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(handle, line.encode())
    finally:
        os.close(handle)


async def work(place: str, journal: Path) -> None:
    """Do tasks until killed."""

    async def do(claimed: Claimed) -> None:
        note(journal, "begins", claimed.task.id, claimed.attempt)
        await asyncio.sleep(LASTS_SECONDS)
        note(journal, "ends", claimed.task.id, claimed.attempt)

    async with tasks_at(place) as (tasks, bell):
        runner = Runner(
            tasks=tasks,
            bell=bell,
            identifiers=TimeOrdered(SystemClock()),
            handlings=[Handling(kind="tell", do=do, at_once=4)],
            lease_seconds=LEASE_SECONDS,
            poll_seconds=0.2,
        )
        async with runner.until(asyncio.Event()):
            print("ready", flush=True)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], Path(sys.argv[2])))
