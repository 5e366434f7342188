"""Workers are killed in the middle of tasks: all are done, each in one hand at a time, and soon."""

import asyncio
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import define, field

from altyn.adapters.sqlite import SqliteSchema, open_sqlite
from altyn.entrypoints.testkit.tasks.ground import task
from tests.integration.task_worker import LEASE_SECONDS, tasks_at

ROOT = Path(__file__).parents[2]
WORDS = ("-W", "error", "-m", "tests.integration.task_worker")
KILLS = 2
LOT = 8
SOON_SECONDS = 60.0


@define
class Held:
    """One attempt as the journal tells of it."""

    pid: int
    attempt: int
    began: float
    ended: float | None = None


@define
class Journal:
    """What all processes wrote down."""

    path: Path
    by_task: dict[str, list[Held]] = field(factory=lambda: defaultdict(list))

    def read(self) -> None:
        """All of it, in the order in which it was written."""
        if not self.path.exists():
            return
        for line in self.path.read_text().splitlines():
            moment, pid, what, id, attempt = line.split()
            if what == "begins":
                self.by_task[id].append(Held(int(pid), int(attempt), float(moment)))
            else:
                (held,) = [each for each in self.by_task[id] if each.attempt == int(attempt)]
                held.ended = float(moment)


async def started(place: str, journal: Path) -> Process:
    """Another worker, at work."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *WORDS, place, str(journal), cwd=ROOT, stdout=PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def at_work(journal: Path, workers: dict[int, Process]) -> Process:
    """Wait until one of these has begun something that it has not ended; answers which."""
    async with asyncio.timeout(SOON_SECONDS):
        while True:
            await asyncio.sleep(0.01)
            told = Journal(journal)
            told.read()
            for attempts in told.by_task.values():
                if attempts[-1].ended is None and attempts[-1].pid in workers:
                    return workers.pop(attempts[-1].pid)


async def killed(place: str, journal: Path) -> dict[int, float]:
    """Workers do tasks, while one after the other is killed; answers when each was."""
    deaths: dict[int, float] = {}
    async with tasks_at(place) as (tasks, _):
        starting = [started(place, journal) for _ in range(KILLS + 1)]
        workers = {each.pid: each for each in await asyncio.gather(*starting)}
        everybody = list(workers.values())
        try:
            for number in range(KILLS):
                lot = [task(order=number * LOT + each) for each in range(LOT)]
                await tasks.enqueue(lot)
                victim = await at_work(journal, workers)
                victim.kill()
                deaths[victim.pid] = time.monotonic()
            async with asyncio.timeout(SOON_SECONDS):
                while await tasks.backlog():  # noqa: ASYNC110 - they are others' tasks
                    await asyncio.sleep(0.05)
        finally:
            for each in everybody:
                with suppress(ProcessLookupError):
                    each.kill()
                await each.wait()
    return deaths


def judged(journal: Path, deaths: dict[int, float]) -> None:
    """Each task was done; nobody began it while another lived who held it; and all went on soon."""
    told = Journal(journal)
    told.read()
    assert len(told.by_task) == KILLS * LOT
    lost = [each for each in told.by_task.values() if len(each) > 1]
    assert len(lost) >= KILLS
    for attempts in told.by_task.values():
        assert attempts[-1].ended is not None
        _one_at_a_time(attempts, deaths)


def _one_at_a_time(attempts: Sequence[Held], deaths: dict[int, float]) -> None:
    for before, after in pairwise(attempts):
        death = deaths[before.pid]  # nobody else's task is claimed again
        assert before.began < death
        # Not before the lease was over, and not long after it. A slow machine is given its time.
        assert before.began + LEASE_SECONDS * 0.5 < after.began < death + LEASE_SECONDS + 5


async def test_on_postgres(postgres_url: str, tmp_path: Path) -> None:
    """Several at one database."""
    journal = tmp_path / "journal"
    judged(journal, await killed(postgres_url, journal))


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    path = tmp_path / "altyn.db"
    async with open_sqlite(path) as store:
        await SqliteSchema(store).migrate()
    return path


async def test_in_sqlite(file: Path, tmp_path: Path) -> None:
    """Several at one file."""
    journal = tmp_path / "journal"
    judged(journal, await killed(str(file), journal))
