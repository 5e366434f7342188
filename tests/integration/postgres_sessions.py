"""Sessions beside the ledger's own: they hold locks, watch who waits, and look at everything."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final
from urllib.parse import quote, urlsplit
from uuid import uuid4

import psycopg
from psycopg import AsyncConnection, sql

from altyn.adapters.postgres import PostgresAuditor, PostgresStore, open_postgres
from altyn.core.balances import Finding

Session = AsyncConnection[tuple[Any, ...]]

PATIENCE_SECONDS: Final = 30.0
TABLES: Final = ("asset", "account", "balance", "hold", "transfer", "refusal")
RESTING_ON_IT: Final = (
    *("payment", "arrival", "refund", "notice", "standing"),
    *("purchase", "outlay", "chequebook", "cheque"),
)
"""Tables of others that refer to those of the ledger."""

WAITING: Final = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock'
   AND (%(behind)s::int IS NULL OR %(behind)s = ANY (pg_blocking_pids(pid)))
   AND clock_timestamp() - query_start >= %(for_ms)s * interval '1 millisecond'
"""
SESSIONS: Final = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s"
HOLD: Final = """
SELECT 1 FROM altyn.balance b JOIN altyn.account a ON a.id = b.account
 WHERE a.name = %s FOR UPDATE OF b
"""


@contextmanager
def copy_of(server: str, template: str) -> Iterator[str]:
    """A database that begins as that one, for as long as the block lasts."""
    name = f"altyn_test_{uuid4().hex}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(drop.format(sql.Identifier(name)))


@asynccontextmanager
async def session(url: str) -> AsyncIterator[Session]:
    """A connection that nobody set up; every statement commits unless a transaction is open."""
    async with await AsyncConnection.connect(url, autocommit=True) as connection:
        yield connection


async def value(connection: Session, query: str, *values: object) -> Any:
    """The first column of the first row."""
    row = await (await connection.execute(query.encode(), values or None)).fetchone()
    assert row is not None
    return row[0]


async def pid_of(store: PostgresStore) -> int:
    """The process that serves the transaction which this task is in."""

    async def ask(connection: Session) -> int:
        return int(await value(connection, "SELECT pg_backend_pid()"))

    assert store.active
    return await store.ask(ask)


@asynccontextmanager
async def locked(url: str, *names: str) -> AsyncIterator[Session]:
    """The balances of these accounts are in the hands of somebody else while the block lasts."""
    async with session(url) as connection, connection.transaction():
        for name in names:
            await connection.execute(HOLD, (name,))
        yield connection


async def until_waiting(
    url: str, count: int, *, behind: int | None = None, for_ms: int = 0
) -> None:
    """
    Return when exactly so many sessions of the database wait for a lock.

    Only those behind a lock of that process count, and those that have waited so long already.
    """
    async with session(url) as connection:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            values = {"behind": behind, "for_ms": for_ms}
            row = await (await connection.execute(WAITING, values)).fetchone()
            if row == (count,):
                return
            assert time.monotonic() < deadline, f"{row} sessions wait for a lock, not {count}"
            await asyncio.sleep(0.002)


async def until_gone(url: str, pid: int) -> None:
    """Return when the server has ended that session."""
    async with session(url) as connection:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while await value(connection, SESSIONS, pid):
            assert time.monotonic() < deadline, f"session {pid} is still there"
            await asyncio.sleep(0.002)


def with_options(url: str, options: str) -> str:
    """The address with options for the server in it."""
    return f"{url}{'&' if urlsplit(url).query else '?'}options={quote(options)}"


@asynccontextmanager
async def patient_store(url: str, *, lock_timeout: str = "60s") -> AsyncIterator[PostgresStore]:
    """
    A process of its own with one connection, which waits for locks as long as is said.

    Tests that hold a lock on purpose take as long as a busy machine needs.
    """
    patient = f"-c lock_timeout={lock_timeout} -c idle_in_transaction_session_timeout=60s"
    async with open_postgres(with_options(url, patient), connections_max=1) as store:
        yield store


async def findings(store: PostgresStore) -> list[Finding]:
    """What an audit finds wrong: nothing, in a sound ledger."""
    return [each.finding async for each in PostgresAuditor(store).examine() if each.finding]


def everything(connection: psycopg.Connection[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """Every row of the ledger, to see that nothing changed."""
    rows: dict[str, list[Any]] = {}
    for table in TABLES:
        query = sql.SQL("SELECT t::text FROM altyn.{} AS t ORDER BY 1").format(
            sql.Identifier(table)
        )
        rows[table] = connection.execute(query).fetchall()
    return rows


def with_guards_off(statement: str, tables: Sequence[str] = TABLES) -> str:
    """The statement, among others that let the owner of the tables do what the laws forbid."""
    off, on = (
        "".join(f"ALTER TABLE altyn.{table} {word} TRIGGER USER;" for table in tables)
        for word in ("DISABLE", "ENABLE")
    )
    return f"{off}{statement};{on}"


def empty(url: str) -> None:
    """Make it as if nobody had ever used the ledger; faster than a new database."""
    tables = (*TABLES, *RESTING_ON_IT)
    truncate = f"TRUNCATE {', '.join(f'altyn.{table}' for table in tables)} RESTART IDENTITY"
    with psycopg.connect(url) as connection:
        connection.execute(with_guards_off(truncate, tables).encode())
