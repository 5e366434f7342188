"""Tasks and leases in SQLite pass the contracts, and the file itself guards their laws."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, Final

import pytest

from altyn.adapters.memory import ManualClock
from altyn.adapters.sqlite import (
    SqliteLeases,
    SqliteSchema,
    SqliteStore,
    SqliteTasks,
    open_sqlite,
)
from altyn.adapters.sqlite.tasks import DUE
from altyn.core.bells import Bell, HandBell
from altyn.core.leases import Leases
from altyn.core.tasks import Tasks
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import BellContract, LeasesContract, TasksContract, TasksMachine
from altyn.entrypoints.testkit.cache import Passing
from tests.integration.payment_laws import Crime
from tests.integration.task_laws import CRIMES, HONEST, STEPS, law, lived, new, step
from tests.unit.machines import played


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with tables and nothing in them."""
    path = tmp_path_factory.mktemp("tasks") / "altyn.db"

    async def made() -> None:
        async with open_sqlite(path) as store:
            await SqliteSchema(store).migrate()

    asyncio.run(made())
    return path


class InSqlite:
    """All of them in one file, which another process has open too."""

    @pytest.fixture
    def path(self, template: Path, tmp_path: Path) -> Path:
        return Path(shutil.copy(template, tmp_path))

    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock()

    @pytest.fixture
    async def store(self, path: Path) -> AsyncIterator[SqliteStore]:
        async with open_sqlite(path) as store:
            yield store

    @pytest.fixture
    async def neighbour(self, path: Path, store: SqliteStore) -> AsyncIterator[SqliteStore]:
        async with open_sqlite(path) as neighbour:
            yield neighbour

    @pytest.fixture
    def transaction(self, store: SqliteStore) -> Transaction:
        return store

    @pytest.fixture
    def passing(self, clock: ManualClock) -> Passing:
        async def advance(seconds: float) -> None:
            clock.advance(seconds=seconds)

        return advance


class TestSqliteTasks(InSqlite, TasksContract):
    """Every sentence of the port."""

    @pytest.fixture
    def tasks(self, store: SqliteStore, clock: ManualClock) -> Tasks:
        return SqliteTasks(store, clock)

    @pytest.fixture
    def other(self, neighbour: SqliteStore, clock: ManualClock) -> Tasks:
        return SqliteTasks(neighbour, clock)


class TestSqliteBell(InSqlite, BellContract):
    """Every sentence of the port."""

    @pytest.fixture
    def bell(self) -> Bell:
        return HandBell()

    @pytest.fixture
    def tasks(self, store: SqliteStore, clock: ManualClock, bell: HandBell) -> Tasks:
        return SqliteTasks(store, clock, bell)


class TestSqliteLeases(InSqlite, LeasesContract):
    """Every sentence of the port."""

    @pytest.fixture
    def leases(self, store: SqliteStore, clock: ManualClock) -> Leases:
        return SqliteLeases(store, clock)

    @pytest.fixture
    def other(self, neighbour: SqliteStore, clock: ManualClock) -> Leases:
        return SqliteLeases(neighbour, clock)


class SqliteTasksMachine(TasksMachine):
    """Histories as hypothesis invents them."""

    template: ClassVar[Path]

    async def opened(self) -> tuple[Tasks, Passing]:
        clock = ManualClock()

        async def advance(seconds: float) -> None:
            clock.advance(seconds=seconds)

        self.stack = AsyncExitStack()
        folder = self.stack.enter_context(TemporaryDirectory())
        path = Path(shutil.copy(self.template, folder))
        store = await self.stack.enter_async_context(open_sqlite(path))
        return SqliteTasks(store, clock), advance

    async def closed(self) -> None:
        await self.stack.aclose()


TestSqliteTasksMachine = SqliteTasksMachine.TestCase
TestSqliteTasksMachine.settings = played(12, 20)


@pytest.fixture(autouse=True)
def _file_of_the_machine(template: Path) -> None:
    """Copied for each of its histories."""
    SqliteTasksMachine.template = template


# The laws of the file

WORDS: Final = {
    "s": "",
    "uuid": "zeroblob(16)",
    "tick": "1",
    "task_more": "",
    "large": '\'{"a":"' + "x" * 4096 + "\"}'",
}

SQLITE_ONLY: Final = (
    Crime("a task that is none", "task_id_is_uuid", new(id="x'00'")),
    Crime("facts that are none", "task_facts_are_bounded", new(facts="'{{'")),
    Crime(
        "a claim that is none",
        "task_is_in_somebodys_hands",
        "UPDATE task SET state = 'claimed', claim = x'00', attempts = attempts + 1 "
        "WHERE kind = 'waiting'",
    ),
    # What SQLite would let through: another row is deleted without a word.
    Crime(
        "a task replaced",
        "task_is_single",
        new(id="id").replace("INSERT", "INSERT OR REPLACE", 1),
    ),
    Crime(
        "a lease replaced",
        "lease_is_single",
        "INSERT OR REPLACE INTO lease SELECT name, holder, 1, until FROM lease",
    ),
)


@pytest.fixture(scope="module")
def lively(template: Path) -> Path:
    """A file in which everything happened."""
    path = Path(shutil.copy(template, template.with_name("lively.db")))

    async def made() -> None:
        async with open_sqlite(path) as store:
            clock = ManualClock()
            await lived(SqliteTasks(store, clock), SqliteLeases(store, clock))

    asyncio.run(made())
    return path


@pytest.fixture
def raw(lively: Path) -> Iterator[sqlite3.Connection]:
    """Somebody at the file with a plain SQLite, whose deeds are undone in the end."""
    with closing(sqlite3.connect(lively, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


def dump(connection: sqlite3.Connection) -> list[str]:
    return list(connection.iterdump())


def refused(connection: sqlite3.Connection, law: str, statement: str) -> None:
    """It is refused by that law, and nothing is changed."""
    before = dump(connection)
    with pytest.raises(sqlite3.IntegrityError, match=rf"{law}$"):
        connection.execute(statement)
    assert dump(connection) == before


@pytest.mark.parametrize(
    "crime", CRIMES + SQLITE_ONLY, ids=lambda crime: crime.what.replace(" ", "-")
)
def test_what_goes_around_the_code_is_refused(raw: sqlite3.Connection, crime: Crime) -> None:
    """The law is named in the error, and nothing is changed."""
    for trigger in crime.without:
        raw.execute(f"DROP TRIGGER {trigger.partition('.')[2]}")
    refused(raw, crime.law, crime.statement.format(**WORDS))


@pytest.mark.parametrize("statement", HONEST.values(), ids=HONEST)
def test_what_keeps_the_laws_is_let_through(raw: sqlite3.Connection, statement: str) -> None:
    """The crimes above are refused for what is wrong about them, not for being strangers."""
    before = dump(raw)
    raw.execute(statement.format(**WORDS))
    assert dump(raw) != before


def test_tasks_move_as_the_table_of_the_core_says(raw: sqlite3.Connection) -> None:
    """From every state to every state: let through or refused."""
    for before, after in STEPS:
        statement = step(before, after).format(**WORDS)
        raw.execute("SAVEPOINT step")
        if (broken := law(before, after)) is None:
            assert raw.execute(statement).rowcount > 0
        else:
            refused(raw, broken, statement)
        raw.execute("ROLLBACK TO step")
    assert len(STEPS) == 16


def test_what_is_due_is_found_without_reading_the_rest(raw: sqlite3.Connection) -> None:
    """By an index that is in the order in which tasks are claimed."""
    plan = raw.execute(f"EXPLAIN QUERY PLAN {DUE}", ("tell", 0, 1)).fetchall()
    assert [row[3] for row in plan] == [
        "SEARCH task USING INDEX task_due (kind=? AND at<?)",
    ]
