"""Tasks and leases on PostgreSQL pass the contracts; races are forced, and the bell comes back."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, ClassVar, Final

import psycopg
import pytest
from attrs import evolve

from altyn.adapters.postgres import (
    EVENTS,
    PostgresLeases,
    PostgresOutbox,
    PostgresStore,
    PostgresTasks,
    open_bell,
    open_postgres,
)
from altyn.core.bells import Bell
from altyn.core.events import Outbox
from altyn.core.leases import Leases
from altyn.core.tasks import TaskReused, Tasks, finish
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import (
    BellContract,
    LeasesContract,
    OutboxBellContract,
    TasksContract,
    TasksMachine,
)
from altyn.entrypoints.testkit.cache import Passing
from altyn.entrypoints.testkit.stumbling import undone
from altyn.entrypoints.testkit.tasks.ground import FAR, LEASE_SECONDS, claimed, one, task
from tests.integration.payment_laws import Crime
from tests.integration.postgres_sessions import (
    copy_of,
    patient_store,
    pid_of,
    session,
    until_gone,
    until_waiting,
    with_guards_off,
)
from tests.integration.task_laws import (
    CLAIMING,
    CRIMES,
    HONEST,
    STEPS,
    law,
    lease,
    lived,
    of,
    step,
)
from tests.unit.machines import played

Connection = psycopg.Connection[tuple[Any, ...]]

GUARDED: Final = ("task", "lease")
TABLES: Final = (*GUARDED, "outbox")
EMPTIED = "TRUNCATE altyn.task, altyn.lease, altyn.outbox"
PASSED = """
UPDATE altyn.task SET at = at - interval '{0} s';
UPDATE altyn.lease SET until = until - interval '{0} s'
"""


@pytest.fixture(scope="module")
def module_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """One database for all contracts: it is emptied for each test, which is faster than a copy."""
    with copy_of(postgres_server, postgres_template) as url:
        yield url


def around(url: str, statement: str) -> None:
    """The owner of the tables does what the laws forbid."""
    with psycopg.connect(url) as connection:
        connection.execute(with_guards_off(statement, TABLES).encode())


class OnPostgres:
    """All of them in one database."""

    @pytest.fixture
    async def store(self, module_url: str) -> AsyncIterator[PostgresStore]:
        around(module_url, EMPTIED)
        async with open_postgres(module_url) as store:
            yield store

    @pytest.fixture
    async def neighbour(
        self, module_url: str, store: PostgresStore
    ) -> AsyncIterator[PostgresStore]:
        async with open_postgres(module_url) as neighbour:
            yield neighbour

    @pytest.fixture
    def transaction(self, store: PostgresStore) -> Transaction:
        return store

    @pytest.fixture
    def passing(self, module_url: str) -> Passing:
        async def advance(seconds: float) -> None:
            await asyncio.to_thread(around, module_url, PASSED.format(seconds))

        return advance

    @pytest.fixture
    def tasks(self, store: PostgresStore) -> Tasks:
        return PostgresTasks(store)


class TestPostgresTasks(OnPostgres, TasksContract):
    """Every sentence of the port."""

    @pytest.fixture
    def other(self, neighbour: PostgresStore) -> Tasks:
        return PostgresTasks(neighbour)


class TestPostgresBell(OnPostgres, BellContract):
    """Every sentence of the port."""

    @pytest.fixture
    async def bell(self, neighbour: PostgresStore) -> AsyncIterator[Bell]:
        async with open_bell(neighbour) as bell:
            yield bell


class TestPostgresOutboxBell(OnPostgres, OutboxBellContract):
    """Every sentence of the port, heard by another process."""

    @pytest.fixture
    def outbox(self, store: PostgresStore) -> Outbox:
        return PostgresOutbox(store)

    @pytest.fixture
    async def bell(self, neighbour: PostgresStore) -> AsyncIterator[Bell]:
        async with open_bell(neighbour, EVENTS) as bell:
            yield bell


class TestPostgresLeases(OnPostgres, LeasesContract):
    """Every sentence of the port."""

    @pytest.fixture
    def leases(self, store: PostgresStore) -> Leases:
        return PostgresLeases(store)

    @pytest.fixture
    def other(self, neighbour: PostgresStore) -> Leases:
        return PostgresLeases(neighbour)


class PostgresTasksMachine(TasksMachine):
    """Histories as hypothesis invents them."""

    url: ClassVar[str]

    async def opened(self) -> tuple[Tasks, Passing]:
        await asyncio.to_thread(around, self.url, EMPTIED)
        self.stack = AsyncExitStack()
        opening = open_postgres(self.url, connections_max=1)
        store = await self.stack.enter_async_context(opening)

        async def advance(seconds: float) -> None:
            await asyncio.to_thread(around, self.url, PASSED.format(seconds))

        return PostgresTasks(store), advance

    async def closed(self) -> None:
        await self.stack.aclose()


TestPostgresTasksMachine = PostgresTasksMachine.TestCase
TestPostgresTasksMachine.settings = played(6, 20)


@pytest.fixture(autouse=True)
def _database_of_the_machine(module_url: str) -> None:
    """Emptied for each of its histories."""
    PostgresTasksMachine.url = module_url


# The laws of the database

WORDS: Final = {
    "s": "altyn.",
    "uuid": "'00000000-0000-0000-0000-000000000000'::uuid",
    "tick": "interval '1 second'",
    "task_more": "",
    "large": """('{{"a":"' || repeat('x', 4096) || '"}}')::json""".replace("{{", "{").replace(
        "}}", "}"
    ),
}

POSTGRES_ONLY: Final = (
    Crime("a claim of what is held", "task_is_held_by_one", of("claimed", CLAIMING)),
    Crime(
        "a lease of what is held",
        "lease_is_held_by_one",
        lease("lasts", "holder = 'bob', token = token + 1"),
    ),
    Crime("tasks emptied", "task_is_never_emptied", "TRUNCATE {s}task"),
    Crime("leases emptied", "lease_is_never_deleted", "TRUNCATE {s}lease"),
)

GUARDS: Final = """
SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE c.relnamespace = 'altyn'::regnamespace AND NOT t.tgisinternal AND c.relname = ANY (%s)
UNION
SELECT k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
 WHERE c.relnamespace = 'altyn'::regnamespace AND k.contype IN ('c', 'f', 'p', 'u')
   AND c.relname = ANY (%s)
"""


@pytest.fixture(scope="module")
def lively_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A database in which everything happened; the tests leave it as it is."""

    async def made(url: str) -> None:
        async with open_postgres(url) as store:
            await lived(PostgresTasks(store), PostgresLeases(store))

    with copy_of(postgres_server, postgres_template) as url:
        asyncio.run(made(url))
        yield url


@pytest.fixture
def raw(lively_url: str) -> Iterator[Connection]:
    """The owner of the tables, whose deeds are undone in the end."""
    with (
        psycopg.connect(lively_url, autocommit=True) as connection,
        connection.transaction(force_rollback=True),
    ):
        yield connection


def rows(connection: Connection) -> list[list[tuple[Any, ...]]]:
    queries = (f"SELECT t::text FROM altyn.{table} AS t ORDER BY 1" for table in TABLES)
    return [connection.execute(query.encode()).fetchall() for query in queries]


def refused(connection: Connection, law: str, statement: str) -> None:
    """It is refused by that law, and nothing is changed."""
    before = rows(connection)
    with pytest.raises(psycopg.errors.IntegrityError) as error, connection.transaction():
        connection.execute(statement.format(**WORDS).encode())
    assert error.value.diag.constraint_name == law, error.value
    assert rows(connection) == before


@pytest.mark.parametrize(
    "crime", CRIMES + POSTGRES_ONLY, ids=lambda crime: crime.what.replace(" ", "-")
)
def test_what_goes_around_the_code_is_refused(raw: Connection, crime: Crime) -> None:
    """The law is named in the error, and nothing is changed."""
    for each in crime.without:
        table, _, trigger = each.partition(".")
        raw.execute(f"DROP TRIGGER {trigger} ON altyn.{table}".encode())
    refused(raw, crime.law, crime.statement)


@pytest.mark.parametrize("statement", HONEST.values(), ids=HONEST)
def test_what_keeps_the_laws_is_let_through(raw: Connection, statement: str) -> None:
    """The crimes above are refused for what is wrong about them, not for being strangers."""
    before = rows(raw)
    raw.execute(statement.format(**WORDS).encode())
    assert rows(raw) != before


def test_tasks_move_as_the_table_of_the_core_says(raw: Connection) -> None:
    """From every state to every state: let through or refused."""
    for before, after in STEPS:
        statement = step(before, after)
        if (broken := law(before, after)) is not None:
            refused(raw, broken, statement)
            continue
        with raw.transaction(force_rollback=True):
            assert raw.execute(statement.format(**WORDS).encode()).rowcount > 0
    assert len(STEPS) == 16


def test_every_law_of_tasks_is_tried(raw: Connection) -> None:
    """No constraint and no trigger of these tables is missing from the lists."""
    there = {name for (name,) in raw.execute(GUARDS.encode(), [list(GUARDED)] * 2)}
    tried = {crime.law for crime in CRIMES + POSTGRES_ONLY} | {"task_moves"}
    assert there == tried


# Races, whose interleaving is forced


async def test_whoever_claims_waits_for_nobody(postgres_url: str) -> None:
    """A task that somebody is about to claim or end is left out, and the next one is taken."""
    async with patient_store(postgres_url) as first, open_postgres(postgres_url) as second:
        tasks, others = PostgresTasks(first), PostgresTasks(second)
        await tasks.enqueue([task(order=number) for number in range(3)])
        async with first():
            (held,) = await claimed(tasks, 1)
            async with asyncio.timeout(10):
                theirs = await claimed(others)
        assert len(theirs) == 2
        assert held.task.id not in {each.task.id for each in theirs}


async def test_a_task_being_ended_is_not_claimed(postgres_url: str) -> None:
    """Though its lease is over: whoever says in a transaction that it is done has the last word."""
    async with patient_store(postgres_url) as first, open_postgres(postgres_url) as second:
        tasks, others = PostgresTasks(first), PostgresTasks(second)
        await tasks.enqueue([task()])
        held = await one(tasks, seconds=-1)
        async with first():
            await finish(tasks, held)
            assert await claimed(others) == []
        assert await claimed(others) == []


async def test_whoever_ends_late_waits_for_the_next_claim(postgres_url: str) -> None:
    """And finds that he has lost the task."""
    async with patient_store(postgres_url) as first, patient_store(postgres_url) as second:
        tasks, others = PostgresTasks(first), PostgresTasks(second)
        await tasks.enqueue([task()])
        lost = await one(tasks, seconds=-1)
        async with second():
            taken = await one(others)
            ending = asyncio.create_task(tasks.end([lost.done()]))
            await until_waiting(postgres_url, 1, behind=await pid_of(second))
        assert list(await ending) == [False]
        assert list(await others.end([taken.done()])) == [True]


async def test_an_id_used_by_two_at_once_stands_for_one_task(postgres_url: str) -> None:
    """The second waits for the first, and is refused or content, as when he had come later."""
    async with patient_store(postgres_url) as first, patient_store(postgres_url) as second:
        tasks, others = PostgresTasks(first), PostgresTasks(second)
        shared, beside = task(order=1), task("beside")
        async with first():
            await tasks.enqueue([shared])
            same = asyncio.create_task(others.enqueue([shared]))
            await until_waiting(postgres_url, 1, behind=await pid_of(first))
        await same
        another = task(order=2)
        async with first():
            await tasks.enqueue([another])
            reused = evolve(another, facts={"order": 3})
            asked = asyncio.create_task(others.enqueue([beside, reused]))
            await until_waiting(postgres_url, 1, behind=await pid_of(first))
        with pytest.raises(TaskReused):
            await asked
        assert await claimed(others, kind="beside") == []
        assert {each.task.id for each in await claimed(others)} == {shared.id, another.id}


async def test_those_who_extend_and_end_do_not_deadlock(postgres_url: str) -> None:
    """Rows are locked by id, in whatever order they are named."""
    async with patient_store(postgres_url) as first, session(postgres_url) as other:
        tasks = PostgresTasks(first)
        await tasks.enqueue([task(order=number) for number in range(2)])
        held = sorted(await claimed(tasks), key=lambda each: each.task.id)
        row = "SELECT 1 FROM altyn.task WHERE id = %s FOR UPDATE NOWAIT"
        for question in (
            tasks.extend(held[::-1], LEASE_SECONDS),
            tasks.end([each.done() for each in held[::-1]]),
        ):
            async with other.transaction():
                await other.execute(row, (held[0].task.id,))
                asked = asyncio.create_task(question)
                await until_waiting(postgres_url, 1, behind=other.info.backend_pid)
                await other.execute(row, (held[1].task.id,))
            assert list(await asked) == [True, True]


async def test_a_proven_lease_keeps_others_out(postgres_url: str) -> None:
    """Also when its time is over before the transaction is: then the next one gets it."""
    async with patient_store(postgres_url) as first, patient_store(postgres_url) as second:
        leases, others = PostgresLeases(first), PostgresLeases(second)
        mine = await leases.take("bot", "ann", 0.5)
        assert mine is not None
        async with first():
            await leases.prove(mine)
            asked = asyncio.create_task(others.take("bot", "bob", LEASE_SECONDS))
            await until_waiting(postgres_url, 1, behind=await pid_of(first), for_ms=600)
        theirs = await asked
        while theirs is None:  # asked before the lease was over
            theirs = await others.take("bot", "bob", LEASE_SECONDS)
        assert theirs.token == mine.token + 1


# Plans, and the bell

READ: Final = """
SELECT seq_tup_read, idx_tup_fetch FROM pg_stat_xact_all_tables
 WHERE relid = 'altyn.task'::regclass
"""


async def test_what_is_due_is_found_without_reading_the_rest(postgres_url: str) -> None:
    """Though the plans were made while the table was empty."""
    async with open_postgres(postgres_url, connections_max=1) as store:
        tasks = PostgresTasks(store)
        await tasks.enqueue([task("early")])
        early = await one(tasks, "early")
        await tasks.extend([early], LEASE_SECONDS)
        await tasks.end([early.done()])
        await store.ask(partial(_question, "ANALYZE altyn.task"))
        many = (
            "INSERT INTO altyn.task SELECT gen_random_uuid(), 'later', '{}', 'waiting', "
            "now() + interval '1 hour', 0, NULL, '' FROM generate_series(1, 5000)"
        )
        await store.ask(partial(_question, many))
        async with store():
            await tasks.enqueue([task(order=number) for number in range(20)])
            held = await claimed(tasks, 20)
            assert await claimed(tasks, kind="later") == []
            await tasks.extend(held, LEASE_SECONDS)
            assert all(await tasks.end([each.done() for each in held]))
            ((by_scan, by_index),) = await store.ask(partial(_question, READ))
        assert by_scan == 0
        assert by_index < 500


async def _question(statement: str, connection: Any, *values: object) -> Any:
    cursor = await connection.execute(statement.encode(), values or None)
    return await cursor.fetchall() if cursor.description else None


async def test_the_bell_listens_again(postgres_url: str) -> None:
    """After its connection was lost it rings once, since something may have come meanwhile."""
    async with open_postgres(postgres_url) as store, open_bell(store) as bell:
        async with asyncio.timeout(30):
            await bell.wait(30)
        async with session(postgres_url) as other:
            pid = await _listener(other)
            await other.execute("SELECT pg_terminate_backend(%s)", (pid,))
        await until_gone(postgres_url, pid)
        async with asyncio.timeout(30):
            await bell.wait(30)
            await PostgresTasks(store).enqueue([task()])
            await bell.wait(30)


async def _listener(other: Any) -> int:
    row = await (
        await other.execute(
            "SELECT pid FROM pg_stat_activity "
            "WHERE datname = current_database() AND query = 'LISTEN \"altyn_tasks\"'"
        )
    ).fetchone()
    assert row is not None
    return int(row[0])


async def test_it_rings_only_for_what_is_due(postgres_url: str) -> None:
    """A task for tomorrow wakes nobody, nor does one of a transaction that is undone."""
    async with session(postgres_url) as listener, open_postgres(postgres_url) as store:
        tasks = PostgresTasks(store)
        await listener.execute("LISTEN altyn_tasks")

        async def heard() -> int:
            return len([each async for each in listener.notifies(timeout=0.2)])

        await tasks.enqueue([task()], FAR)
        async with undone(store):
            await tasks.enqueue([task()])
        assert await heard() == 0
        async with store():
            await tasks.enqueue([task(order=1)])
            await tasks.enqueue([task(order=2)])
            assert await heard() == 0
        assert await heard() >= 1
