"""Files, folders and disks as they should not be: a clear refusal each, and nothing written."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection
from typing import Final
from uuid import uuid4

import pytest

from altyn.adapters.memory import ManualClock
from altyn.adapters.sqlite import (
    SqliteLedger,
    SqliteProbe,
    SqliteSchema,
    SqliteStore,
    SqliteTooOld,
    open_sqlite,
)
from altyn.adapters.sqlite.failures import check_version
from altyn.adapters.sqlite.schema import statements_of
from altyn.core.balances import (
    Account,
    Ledger,
    Move,
    Receipt,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.health import Condition
from altyn.core.money import XTR, Money
from altyn.core.schema import Migration, SchemaAhead, SchemaBehind, SchemaChanged
from altyn.core.transaction import (
    StorageBroken,
    StorageBusy,
    StorageUnreachable,
    StorageUnwritable,
)

NOBODY: Final = 65534
ROOT: Final = Path(__file__).parents[2]
BANK, ALICE = account_name("clearing:bank"), account_name("user:alice")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "altyn.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    async with open_sqlite(path, busy_seconds=0.05) as store:
        await SqliteSchema(store).migrate()
        yield store


@pytest.fixture
async def ledger(store: SqliteStore) -> Ledger:
    ledger = SqliteLedger(store, ManualClock())
    await ledger.open(Account.unlimited(BANK, XTR))
    await ledger.open(Account(ALICE, XTR))
    return ledger


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder of a user who is not root: root may write anywhere."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder:
        if root:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            if root:
                os.seteuid(0)
            Path(folder).chmod(stat.S_IRWXU)


def pay(units: int = 1) -> Move:
    id = TransferId(uuid4())
    return Move.of(Transfer(id=id, source=BANK, target=ALICE, amount=Money(units, XTR)))


async def posted(ledger: Ledger) -> int:
    return (await ledger.balance(ALICE, XTR)).posted.units


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def content_of(path: Path) -> bytes:
    return path.read_bytes()


def put(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def seal(folder: Path) -> None:
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)


async def opened(path: Path) -> None:
    async with open_sqlite(path, busy_seconds=0.05):
        pass


# Opening


async def test_folder_and_file_are_made(tmp_path: Path) -> None:
    """The first start needs nothing; everything survives closing, and is for nobody else."""
    path = tmp_path / "new" / "folder" / "with space #1%?.db"
    async with open_sqlite(path) as store:
        await SqliteSchema(store).migrate()
        await SqliteLedger(store, ManualClock()).open(Account(ALICE, XTR))
    assert path.is_file()
    assert stat.S_IMODE(path.parent.stat().st_mode) == stat.S_IRWXU
    async with open_sqlite(path) as store:
        await SqliteSchema(store).check()
        accounts = await SqliteLedger(store, ManualClock()).accounts()
    assert list(accounts) == [Account(ALICE, XTR)]
    assert files_in(path.parent) == [path]


async def test_writes_are_made_to_last(store: SqliteStore) -> None:
    """The log is ahead of the file and flushed at each commit; foreign keys are looked at."""

    def settings(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    async with store():
        assert await store.read(settings) == ["wal", 2, 1]
    assert await store.read(settings) == ["wal", 2, 1]


async def test_readers_cannot_write(store: SqliteStore) -> None:
    """What was said to be a read is one."""
    with pytest.raises(StorageUnwritable):
        await store.read(lambda connection: connection.execute("CREATE TABLE note (text)"))


async def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """It is refused by its name."""
    with pytest.raises(StorageUnwritable, match=f"cannot write {tmp_path}: it is a folder"):
        await opened(tmp_path)


async def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """Where a folder should be and a file is, nothing can be made."""
    (tmp_path / "file").write_text("hello")
    with pytest.raises(StorageUnwritable, match="no folder for it: "):
        await opened(tmp_path / "file" / "altyn.db")
    assert (tmp_path / "file").read_text() == "hello"


@pytest.mark.parametrize("size", [1, 100, 5000])
async def test_something_else_than_a_database(path: Path, size: int) -> None:
    """It is left as it was."""
    put(path, b"?" * size)
    with pytest.raises(StorageBroken, match="it is not an SQLite database"):
        await opened(path)
    assert content_of(path) == b"?" * size
    assert files_in(path.parent) == [path]


async def test_the_database_of_another_program(path: Path) -> None:
    """It is left as it was, its journal mode too."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmark (url)")
    before = content_of(path)
    with pytest.raises(StorageBroken, match="it is the database of another program"):
        await opened(path)
    assert content_of(path) == before


async def test_a_file_that_may_only_be_read(elsewhere: Path) -> None:
    """It is refused at the start, not at the first payment."""
    path = elsewhere / "altyn.db"
    await opened(path)
    path.chmod(stat.S_IRUSR)
    with pytest.raises(StorageUnwritable, match="it may only be read"):
        await opened(path)


async def test_a_folder_that_may_not_be_written(elsewhere: Path) -> None:
    """Neither a new file nor a new folder can be made in it, and none is."""
    seal(elsewhere)
    with pytest.raises(StorageUnwritable, match="it cannot be opened, or its folder"):
        await opened(elsewhere / "altyn.db")
    with pytest.raises(StorageUnwritable, match="no folder for it: Permission denied"):
        await opened(elsewhere / "data" / "altyn.db")
    assert not files_in(elsewhere)


async def test_a_file_in_a_folder_that_may_not_be_written(elsewhere: Path) -> None:
    """There is no place for the log beside it."""
    path = elsewhere / "altyn.db"
    await opened(path)
    seal(elsewhere)
    with pytest.raises(StorageUnwritable):
        await opened(path)


def test_an_sqlite_that_is_too_old() -> None:
    """The error says which one is there and which one is needed."""
    check_version(sqlite3.sqlite_version_info)
    check_version((3, 37, 0))
    with pytest.raises(SqliteTooOld, match=r"has SQLite 3\.36\.9, Altyn needs 3\.37\.0 or newer"):
        check_version((3, 36, 9))


# Migrations


async def test_an_empty_file_must_be_migrated(path: Path) -> None:
    """Until then it is refused, and nobody can use it."""
    async with open_sqlite(path) as store:
        schema = SqliteSchema(store)
        with pytest.raises(SchemaBehind, match="has not been set up, this version needs"):
            await schema.check()
        assert list(await schema.migrate()) == list(schema.carried)
        await schema.check()
        assert list(await schema.migrate()) == []


async def test_a_half_migrated_file_is_refused(path: Path) -> None:
    """What it lacks is applied by the next migration, and only that."""
    async with open_sqlite(path) as store:
        carried = SqliteSchema(store).carried
        await SqliteSchema(store, carried[:1]).migrate()
        with pytest.raises(
            SchemaBehind, match=rf"is at migration 1, this version needs {carried[-1].number}\b"
        ):
            await SqliteSchema(store).check()
        assert list(await SqliteSchema(store).migrate()) == list(carried[1:])


@pytest.mark.parametrize("ask", ["check", "migrate"])
async def test_a_newer_file_is_refused(store: SqliteStore, ask: str) -> None:
    """Whoever knows less than the file keeps away from it."""
    carried = SqliteSchema(store).carried
    newer = [*carried, Migration(carried[-1].number + 1, "newer", "CREATE TABLE newer (it);\n")]
    await SqliteSchema(store, newer).migrate()
    with pytest.raises(SchemaAhead):
        await getattr(SqliteSchema(store), ask)()


@pytest.mark.parametrize("ask", ["check", "migrate"])
async def test_an_edited_migration_is_refused(store: SqliteStore, ask: str) -> None:
    """A file made by other statements under the same number is not ours."""
    first, *others = SqliteSchema(store).carried
    edited = Migration(first.number, first.name, first.sql + "\n")
    with pytest.raises(SchemaChanged):
        await getattr(SqliteSchema(store, [edited, *others]), ask)()


async def test_a_migration_is_whole_or_not_at_all(path: Path) -> None:
    """One that fails in its middle leaves nothing; those before it stay."""
    good = Migration(1, "good", "CREATE TABLE good (it);\n")
    bad = Migration(2, "bad", "CREATE TABLE bad (it);\nINSERT INTO bad VALUES (1);\nBAD;\n")
    async with open_sqlite(path) as store:
        with pytest.raises(StorageBroken, match='near "BAD"'):
            await SqliteSchema(store, [good, bad]).migrate()
        await SqliteSchema(store, [good]).check()

        def tables(connection: Connection) -> set[str]:
            return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}

        assert await store.read(tables) == {"good", "migration"}


def test_statements_are_told_apart() -> None:
    """A trigger is one statement, whatever is in it; half a statement is a mistake."""
    trigger = "CREATE TRIGGER t AFTER INSERT ON a\nBEGIN\n  SELECT 1;\n  SELECT ';';\nEND;\n"
    assert list(statements_of(f"-- first; of all\nSELECT 1;\n{trigger}SELECT 2;\n")) == [
        "-- first; of all\nSELECT 1;\n",
        trigger,
        "SELECT 2;\n",
    ]
    with pytest.raises(ValueError, match="middle of a statement"):
        list(statements_of("SELECT 1;\nSELECT 2\n"))


# Others at the same file


async def test_a_busy_file_is_said_to_be_busy(store: SqliteStore, ledger: Ledger) -> None:
    """Writers give up after a while and may try again; readers do not even notice."""
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for write in (ledger.carry_out([pay()]), SqliteSchema(store).migrate()):
            with pytest.raises(StorageBusy) as said:
                await write
            assert said.value.retry_after_seconds == 1
        with pytest.raises(StorageBusy):
            async with store():
                pytest.fail("began")
        await opened(store.path)
        assert await posted(ledger) == 0
        other.execute("COMMIT")
    assert isinstance((await ledger.carry_out([pay()]))[0], Receipt)


async def test_a_writer_waits_for_another_program(path: Path) -> None:
    """A lock held for a moment is no reason to refuse."""
    async with open_sqlite(path) as store:
        await SqliteSchema(store).migrate()
        ledger = SqliteLedger(store, ManualClock())
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            opening = asyncio.create_task(ledger.open(Account(ALICE, XTR)))
            assert await asyncio.wait([opening], timeout=0.2) == (set(), {opening})
            other.execute("COMMIT")
        await opening
        assert list(await ledger.accounts()) == [Account(ALICE, XTR)]


async def test_what_another_program_wrote_counts(store: SqliteStore, ledger: Ledger) -> None:
    """Nothing is remembered from one transaction to the next that another process can change."""
    async with open_sqlite(store.path) as other:
        theirs = SqliteLedger(other, ManualClock())
        await theirs.carry_out([pay(5)])
        assert await posted(ledger) == 5
        await ledger.carry_out([pay(6)])
        await theirs.limit(Account(ALICE, XTR, ceiling_units=11))
        (refused,) = await ledger.carry_out([pay(7)])
        assert not isinstance(refused, Receipt)
        assert await posted(theirs) == 11


# Things that break


async def test_a_file_that_was_deleted(store: SqliteStore, ledger: Ledger) -> None:
    """SQLite would go on writing into nowhere: nothing is acknowledged that cannot be found."""
    probe = SqliteProbe(store)
    assert await probe() == Condition(well=True)
    store.path.rename(store.path.with_suffix(".old"))
    with pytest.raises(StorageUnreachable, match="moved or deleted"):
        await ledger.carry_out([pay()])
    with pytest.raises(StorageUnreachable, match="moved or deleted"):
        async with store():
            await ledger.carry_out([pay()])
    condition = await probe()
    assert (probe.name, condition.well) == ("database", False)
    assert "moved or deleted" in condition.words
    with pytest.raises(StorageUnwritable):
        async with store.snapshot():
            pytest.fail("made a new one")
    store.path.with_suffix(".old").rename(store.path)
    assert await posted(ledger) == 0
    assert isinstance((await ledger.carry_out([pay()]))[0], Receipt)


async def test_a_full_disk(store: SqliteStore, ledger: Ledger) -> None:
    """What does not fit is refused whole; when there is room again it goes on."""

    def pages(connection: Connection, most: int) -> int:
        (now,) = connection.execute(f"PRAGMA max_page_count = {most}").fetchone()
        return int(now)

    await ledger.carry_out([pay()])
    await store.write(pages, 1)  # cannot go below what there is: the file may not grow
    refused = [pay() for _ in range(500)]
    with pytest.raises(StorageUnwritable, match="the disk is full"):
        await ledger.carry_out(refused)
    assert await posted(ledger) == 1

    async def regardless() -> None:
        async with store():
            with pytest.raises(StorageUnwritable):
                await ledger.carry_out(refused)
            # The transaction is gone: what comes now must not be written beside it.
            with pytest.raises(StorageUnwritable):
                await ledger.carry_out([pay()])

    with pytest.raises(StorageUnwritable, match="the disk is full"):
        await regardless()
    assert await posted(ledger) == 1
    await store.write(pages, 2**30)
    assert all(isinstance(each, Receipt) for each in await ledger.carry_out(refused))
    assert await posted(ledger) == 501


FILE_SIZE_ENDS: Final = """
import asyncio, resource, sys
from pathlib import Path
from altyn.adapters.sqlite import SqliteLedger, open_sqlite
from altyn.adapters.system import SystemClock
from altyn.core.transaction import StorageUnreachable, StorageUnwritable
from tests.integration.test_sqlite_files import pay, posted

async def main():
    async with open_sqlite(Path(sys.argv[1])) as store:
        ledger = SqliteLedger(store, SystemClock())
        await ledger.carry_out([pay()])
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
        many = [pay() for _ in range(500)]
        for _ in range(2):
            try:
                await ledger.carry_out(many)
            except (StorageUnreachable, StorageUnwritable) as error:
                print(type(error).__name__, error)
        print(await posted(ledger))
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        await ledger.carry_out(many)
        print(await posted(ledger))

asyncio.run(main())
"""


async def test_a_write_that_fails(store: SqliteStore, ledger: Ledger) -> None:
    """An error of the file system is told as one, and nothing of the batch is there."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FILE_SIZE_ENDS, store.path, cwd=ROOT, stdout=subprocess.PIPE
    )
    output, _ = await process.communicate()
    lines = output.decode().splitlines()
    assert process.returncode == 0
    assert len(lines) == 4
    assert all(line.startswith("StorageUnreachable cannot reach") for line in lines[:2])
    assert lines[2:] == ["1", "501"]


async def test_a_damaged_file(path: Path) -> None:
    """It is called damaged by whoever meets the damage."""
    async with open_sqlite(path) as store:
        await SqliteSchema(store).migrate()
    content = bytearray(content_of(path))
    content[4096:] = b"\xff" * (len(content) - 4096)
    put(path, bytes(content))
    with pytest.raises(StorageBroken, match="the file is damaged"):
        await opened(path)


async def test_what_no_statement_of_ours_causes(store: SqliteStore, ledger: Ledger) -> None:
    """A refusal of the file itself is passed on with its name."""

    def steal(connection: Connection) -> None:
        connection.execute("UPDATE account SET posted = posted + 1")

    with pytest.raises(StorageBroken, match="refused: account_posted_is_newest_entry"):
        await store.write(steal)
    assert await posted(ledger) == 0


# Callers who go away


class Gate:
    """Work in a thread of the store that stands still until it is let go."""

    def __init__(self) -> None:
        self.reached, self.go = threading.Event(), threading.Event()

    def __call__(self, connection: Connection, text: str = "") -> None:
        if text:
            connection.execute("INSERT INTO asset VALUES (?, 0)", (text,))
        self.reached.set()
        assert self.go.wait(60)


def codes(connection: Connection) -> list[str]:
    return [code for (code,) in connection.execute("SELECT code FROM asset ORDER BY code")]


async def cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_cancelled_write_ends_before_the_next(store: SqliteStore) -> None:
    """Whoever comes next waits for the work in the thread, not for the caller who left."""
    gate = Gate()
    first = asyncio.create_task(store.write(gate, "A"))
    await asyncio.to_thread(gate.reached.wait)
    await cancelled(first)
    second = asyncio.create_task(store.write(codes))
    assert await asyncio.wait([second], timeout=0.05) == (set(), {second})
    gate.go.set()
    assert await second == ["A"]


async def test_a_write_cancelled_while_it_waits_is_not_begun(store: SqliteStore) -> None:
    """It leaves no trace and nobody behind it waits longer."""
    gate = Gate()
    first = asyncio.create_task(store.write(gate, "A"))
    await asyncio.to_thread(gate.reached.wait)
    second = asyncio.create_task(store.write(Gate(), "B"))
    third = asyncio.create_task(store.write(codes))
    await asyncio.wait([second, third], timeout=0.05)
    await cancelled(second)
    gate.go.set()
    await first
    assert await third == ["A"]


async def test_a_transaction_cancelled_in_a_write_is_undone(store: SqliteStore) -> None:
    """The write goes on to its end in the thread, then all of it is undone, then others begin."""
    gate = Gate()

    async def inside() -> None:
        async with store():
            await store.write(gate, "A")

    task = asyncio.create_task(inside())
    await asyncio.to_thread(gate.reached.wait)
    await cancelled(task)
    assert not store.active
    asked = asyncio.create_task(store.write(codes))
    gate.go.set()
    assert await asked == []


async def test_a_transaction_cancelled_before_it_began(store: SqliteStore) -> None:
    """Waiting for another program is no transaction yet, and none is left open."""
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        async def inside() -> None:
            async with store():
                pytest.fail("began")

        task = asyncio.create_task(inside())
        await asyncio.wait([task], timeout=0.01)
        await cancelled(task)
    async with store():
        await store.write(codes)
    assert not await store.read(lambda connection: connection.total_changes)


async def test_a_write_cut_short_spoils_its_transaction(store: SqliteStore) -> None:
    """A deadline that is caught inside the block cannot turn half of it into the whole."""
    gate = Gate()

    async def regardless() -> None:
        async with store():
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await store.write(gate, "A")
            gate.go.set()
            with pytest.raises(StorageUnreachable, match="cut short"):
                await store.write(codes)

    with pytest.raises(StorageUnreachable, match="cut short"):
        await regardless()
    assert await store.write(codes) == []


async def test_readers_never_wait_for_the_writer(store: SqliteStore, ledger: Ledger) -> None:
    """A write that takes long is not seen, and not felt."""
    gate = Gate()
    writing = asyncio.create_task(store.write(gate, "A"))
    await asyncio.to_thread(gate.reached.wait)
    assert await store.read(codes) == ["XTR"]
    assert await posted(ledger) == 0
    assert await SqliteProbe(store)() == Condition(well=True)
    gate.go.set()
    await writing
    assert await store.read(codes) == ["A", "XTR"]


async def test_closing_ends_what_was_begun(path: Path) -> None:
    """What is under way is finished and kept; what comes later is told that it is too late."""
    gate = Gate()
    async with open_sqlite(path) as store:
        await SqliteSchema(store).migrate()
        writing = asyncio.create_task(store.write(gate, "A"))
        await asyncio.to_thread(gate.reached.wait)
        gate.go.set()
    await writing
    with pytest.raises(StorageUnreachable, match="it was closed"):
        await SqliteLedger(store, ManualClock()).carry_out([pay()])
    async with open_sqlite(path) as store:
        assert await store.read(codes) == ["A"]


async def test_a_probe_has_a_deadline(store: SqliteStore) -> None:
    """A file that does not answer is not well."""
    gate = Gate()
    reading = asyncio.create_task(store.read(gate))
    await asyncio.to_thread(gate.reached.wait)
    condition = await SqliteProbe(store, deadline_seconds=0.01)()
    assert condition == Condition(False, f"{store.path} did not answer within 0.01 s")
    gate.go.set()
    await reading
