"""Several processes at one file, and processes that die in the middle of writing to it."""

import asyncio
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from altyn.adapters.sqlite import SqliteAuditor, SqliteLedger, SqliteSchema, open_sqlite
from altyn.adapters.system import SystemClock
from altyn.core.balances import (
    Account,
    Move,
    Receipt,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.money import XTR, Money

BANK: Final = account_name("clearing:bank")
CUSTOMERS: Final = [account_name(f"user:{n}") for n in range(5)]
TASKS: Final = 8
ROOT: Final = Path(__file__).parents[2]


def payment(number: int) -> Move:
    """The same for the same number, in whichever process."""
    customer = CUSTOMERS[number % len(CUSTOMERS)]
    source, target = (customer, BANK) if number % 3 == 2 else (BANK, customer)
    id, amount = TransferId(UUID(int=number)), Money(1 + number % 7, XTR)
    return Move.of(Transfer(id=id, source=source, target=target, amount=amount))


async def write(path: Path, numbers: range) -> None:
    """What a writing process does: pay, and say each number once it is known to be paid."""
    waiting = iter(numbers)

    async def worker(ledger: SqliteLedger) -> None:
        for number in waiting:
            (verdict,) = await ledger.carry_out([payment(number)])
            print(number if isinstance(verdict, Receipt) else f"{number} refused", flush=True)

    async with open_sqlite(path) as store, asyncio.TaskGroup() as group:
        ledger = SqliteLedger(store, SystemClock())
        for _ in range(TASKS):
            group.create_task(worker(ledger))


async def migrate(path: Path) -> None:
    """What a migrating process does: be ready, wait for the word, migrate, say what it applied."""
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    async with open_sqlite(path) as store:
        schema = SqliteSchema(store)
        done = await schema.migrate()
        await schema.check()
    print(*(each.number for each in done), flush=True)


@asynccontextmanager
async def running(call: str) -> AsyncIterator[Process]:
    """Another Python that runs one of the functions above; killed at the end if still there."""
    code = f"import asyncio, pathlib\nfrom {__name__} import *\nasyncio.run({call})"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        code,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def writing(path: Path, first: int, last: int) -> str:
    return f"write(pathlib.Path({str(path)!r}), range({first}, {last}))"


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A file with accounts that may go below zero."""
    path = tmp_path / "altyn.db"
    async with open_sqlite(path) as store:
        await SqliteSchema(store).migrate()
        ledger = SqliteLedger(store, SystemClock())
        for name in (BANK, *CUSTOMERS):
            await ledger.open(Account.unlimited(name, XTR))
    return path


async def lines(process: Process, count: int | None = None) -> list[str]:
    assert process.stdout is not None
    read: list[str] = []
    while count is None or len(read) < count:
        line = await process.stdout.readline()
        if not line.endswith(b"\n"):  # the last one of a process that was killed may be torn
            break
        read.append(line.decode().strip())
    return read


async def audited(path: Path, numbers: list[int]) -> None:
    """Each of these payments is in the books, once, and the books are sound."""
    async with open_sqlite(path) as store:
        assert [e.finding async for e in SqliteAuditor(store).examine() if e.finding] == []
        ledger = SqliteLedger(store, SystemClock())
        before = [await ledger.balances(name) for name in (BANK, *CUSTOMERS)]
        for number in numbers:
            kept = await ledger.transfer(TransferId(UUID(int=number)))
            (again,) = await ledger.carry_out([payment(number)])
            assert again == Receipt((kept,))
        assert [await ledger.balances(name) for name in (BANK, *CUSTOMERS)] == before


async def test_two_processes_write_to_one_file(path: Path) -> None:
    """Each waits for the other; nothing is lost, done twice, or out of step."""
    async with (
        running(writing(path, 1, 600)) as one,
        running(writing(path, 301, 900)) as two,
    ):
        paid = await asyncio.gather(lines(one), lines(two))
        assert [await one.wait(), await two.wait()] == [0, 0]
    assert [sorted(map(int, each)) for each in paid] == [
        [*range(1, 600)],
        [*range(301, 900)],
    ]
    await audited(path, [*range(1, 900)])
    async with open_sqlite(path) as store:
        page = await SqliteLedger(store, SystemClock()).statement(BANK, XTR, limit=10_000)
        assert len(page.entries) == 899


async def test_processes_migrate_at_the_same_time(tmp_path: Path) -> None:
    """The file does not exist yet; each migration is applied by one of them, and all go on."""
    path = tmp_path / "new" / "altyn.db"
    call = f"migrate(pathlib.Path({str(path)!r}))"
    async with (
        running(call) as one,
        running(call) as two,
        running(call) as three,
        running(call) as four,
    ):
        processes = [one, two, three, four]
        for process in processes:
            assert await lines(process, 1) == ["ready"]
        for process in processes:
            assert process.stdin is not None
            process.stdin.write(b"go\n")
        said = await asyncio.gather(*map(lines, processes))
        assert [await process.wait() for process in processes] == [0] * 4
    applied = sorted(int(number) for (line,) in said for number in line.split())
    assert applied == list(range(1, applied[-1] + 1))
    assert len(applied) > 1


@pytest.mark.parametrize("after", [0, 1, 7, 60, 500, 2000])
async def test_a_killed_process_keeps_its_word(path: Path, after: int) -> None:
    """Whatever was said to be paid before kill -9 is in the books when they are opened again."""
    async with running(writing(path, 1, 1_000_000)) as process:
        paid = await lines(process, after)
        process.kill()
        paid += await lines(process)
        assert await process.wait() == -9
    assert len(paid) >= after
    await audited(path, [int(number) for number in paid])


async def test_a_file_is_killed_again_and_again(path: Path) -> None:
    """Five processes in a row die at it, each in other company of the log; nothing is lost."""
    paid: list[int] = []
    for start in range(1, 5001, 1000):
        async with running(writing(path, start, start + 1000)) as process:
            said = await lines(process, 137 + start // 10)
            process.kill()
            said += await lines(process)
        paid += map(int, said)
    assert len(paid) > 5 * 137
    await audited(path, paid)
