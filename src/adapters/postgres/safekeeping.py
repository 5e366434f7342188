"""
Copying a database of PostgreSQL while others write to it, and filling an empty one from that.

Tables are copied row by row in one unchanging view and put back into a schema that our own
migrations made: no tools of the server are needed, and any later version of it will do.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from attrs import frozen
from psycopg import sql

from ...core.safekeeping import BackupRefused, Chunks, Copy, Manifest, RestoreRefused
from ...core.schema import Migration
from .audit import PostgresAuditor
from .schema import PREPARE, REMEMBER, TURN
from .store import Connection, PostgresStore
from .trail import PostgresTrail
from .words import in_our_words

CHUNK: Final = 1 << 20
ENDLESS: Final = """
SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL lock_timeout = '60s'
"""
# Nobody migrates meanwhile: whoever wants to waits for his turn.
SHARED_TURN: Final = "SELECT pg_advisory_xact_lock_shared(7207119720)"
APPLIED: Final = "SELECT number, digest FROM altyn.migration ORDER BY number"
HEAD: Final = "SELECT number, encode(digest, 'hex') FROM altyn.audit ORDER BY number DESC LIMIT 1"
COLUMNS: Final = """
SELECT c.relname::text, array_agg(a.attname::text ORDER BY a.attnum)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relnamespace = 'altyn'::regnamespace AND c.relkind = 'r'
   AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
 GROUP BY c.relname ORDER BY c.relname
"""
REFERENCES: Final = """
SELECT c.relname::text, r.relname::text
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid
 WHERE k.contype = 'f' AND c.relnamespace = 'altyn'::regnamespace AND c.oid <> r.oid
"""
COUNTERS: Final = """
SELECT s.relname::text, coalesce(pg_sequence_last_value(s.oid::regclass), 0)
  FROM pg_class s
 WHERE s.relnamespace = 'altyn'::regnamespace AND s.relkind = 'S' ORDER BY s.relname
"""
COUNT_ON: Final = "SELECT setval(%s::regclass, %s)"
EXISTS: Final = "SELECT to_regclass('altyn.migration') IS NOT NULL"
STAND_STILL: Final = "INSERT INTO altyn.standstill (since) VALUES (%s) ON CONFLICT (one) DO NOTHING"

Columns = Mapping[str, Sequence[str]]


@frozen
class PostgresCopy:
    """One transaction that sees the same all the time."""

    connection: Connection
    columns: Columns
    migrations: Sequence[tuple[int, str]]
    parts: Sequence[str]
    counters: Mapping[str, int]
    head: tuple[int, str]
    auditor: PostgresAuditor
    trail: PostgresTrail

    async def chunks(self, part: str) -> Chunks:
        """As the port says."""
        gathered = bytearray()
        async with (
            self.connection.cursor() as cursor,
            cursor.copy(_copying(part, self.columns[part], "TO STDOUT")) as copy,
        ):
            async for row in copy:
                gathered += row
                if len(gathered) >= CHUNK:
                    yield bytes(gathered)
                    gathered.clear()
        if gathered:
            yield bytes(gathered)


@frozen
class PostgresVault:
    """The schema `altyn`, copied table by table."""

    store: PostgresStore
    kind: str = "postgres"

    @asynccontextmanager
    async def copied(self, beside: Path) -> AsyncIterator[Copy]:
        """As the port says; nothing has to lie beside anything."""
        try:
            async with self.store.apart() as connection, connection.transaction():
                await connection.execute(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                )
                await connection.execute(ENDLESS, prepare=False)
                await connection.execute(SHARED_TURN)
                columns = dict(await _rows(connection, COLUMNS))
                (head,) = await _rows(connection, HEAD)
                yield PostgresCopy(
                    connection,
                    columns,
                    await _rows(connection, APPLIED),
                    _ordered(columns, await _rows(connection, REFERENCES)),
                    dict(await _rows(connection, COUNTERS)),
                    head,
                    PostgresAuditor(self.store),
                    PostgresTrail(self.store),
                )
        except psycopg.Error as failure:
            raise in_our_words(self.store.where, failure) from failure


async def is_empty(store: PostgresStore) -> bool:
    """Whether Altyn has never been there."""

    async def ask(connection: Connection) -> bool:
        ((exists,),) = await _rows(connection, EXISTS)
        return not exists

    return await store.ask(ask)


async def fill(
    store: PostgresStore,
    manifest: Manifest,
    migrations: Sequence[Migration],
    read: Callable[[str], Chunks],
    at: datetime,
    *,
    replace: bool,
) -> None:
    """
    Put all of a backup into a schema that these migrations make, in one transaction.

    From then on no money goes out. With `replace` what was there before is gone in the same moment.

    Raises:
        RestoreRefused: something is there, or the tables are others than those of the backup.
    """
    try:
        async with store.apart() as connection, connection.transaction():
            await connection.execute(ENDLESS, prepare=False)
            await connection.execute(TURN)
            ((exists,),) = await _rows(connection, EXISTS)
            if exists and not replace:
                raise RestoreRefused(store.where, "it is not empty")
            await connection.execute("DROP SCHEMA IF EXISTS altyn CASCADE")
            await connection.execute(PREPARE, prepare=False)
            for each in migrations:
                await connection.execute(each.sql, prepare=False)
                await connection.execute(REMEMBER, (each.number, each.name, each.digest))
            columns = dict(await _rows(connection, COLUMNS))
            tables = _ordered(columns, await _rows(connection, REFERENCES))
            if sorted(tables) != sorted(each.name for each in manifest.parts):
                raise RestoreRefused(store.where, "these migrations make other tables")
            await _refill(connection, columns, tables, manifest, read)
            for name, last in manifest.counters.items():
                if last:
                    await connection.execute(COUNT_ON, (f"altyn.{name}", last))
            await connection.execute(STAND_STILL, (at,))
    except psycopg.Error as failure:
        raise in_our_words(store.where, failure) from failure


async def _refill(
    connection: Connection,
    columns: Columns,
    tables: Sequence[str],
    manifest: Manifest,
    read: Callable[[str], Chunks],
) -> None:
    """
    The laws that look at single changes stand aside for what was written under them before.

    Those that look at rows, and references from one to another, do not; nobody sees any of it
    before the others stand again.
    """
    triggers = sql.SQL("ALTER TABLE altyn.{} {} TRIGGER USER")
    for table in tables:
        await connection.execute(triggers.format(sql.Identifier(table), sql.SQL("DISABLE")))
    for table in reversed(tables):  # migrations put a few rows there themselves
        await connection.execute(sql.SQL("DELETE FROM altyn.{}").format(sql.Identifier(table)))
    rows = {each.name: each.rows for each in manifest.parts}
    for table in tables:
        async with connection.cursor() as cursor:
            copying = _copying(table, columns[table], "FROM STDIN")
            async with cursor.copy(copying) as copy:
                async for chunk in read(table):
                    await copy.write(chunk)
            if cursor.rowcount != rows[table]:
                raise BackupRefused(table, f"{rows[table]} rows were expected")
    for table in tables:
        await connection.execute(triggers.format(sql.Identifier(table), sql.SQL("ENABLE")))


def _copying(table: str, columns: Sequence[str], where: str) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY altyn.{} ({}) {}").format(sql.Identifier(table), names, sql.SQL(where))


def _ordered(columns: Columns, references: Sequence[tuple[str, str]]) -> list[str]:
    """Each after those that it refers to."""
    waiting, ordered = sorted(columns), list[str]()
    while waiting:
        for table in waiting:
            if all(to in ordered for it, to in references if it == table):
                break
        ordered.append(table)
        waiting.remove(table)
    return ordered


async def _rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return await (await connection.execute(query.encode())).fetchall()
