"""The migrations of a PostgreSQL database."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

import psycopg
from attrs import frozen
from psycopg import errors

from ...core.schema import Applied, Migration, due, make_sure, migrations_in
from .store import Connection, PostgresStore
from .words import in_our_words

CARRIED: Final = migrations_in(f"{__package__}.migrations")

PATIENT: Final = "SET LOCAL lock_timeout = '60s'"
# Whoever writes to a table queues behind a migration that waits for it, and is patient for two
# seconds; so a migration gives way before that, and comes again.
BRIEF: Final = "SET LOCAL lock_timeout = '1s'"
PATIENCE_SECONDS: Final = 60.0
PAUSE_SECONDS: Final = 2.0
# Any number that nobody else locks on: whoever migrates this database takes its turn here.
TURN: Final = "SELECT pg_advisory_xact_lock(7207119720)"

PREPARE: Final = """
CREATE SCHEMA IF NOT EXISTS altyn;
CREATE TABLE IF NOT EXISTS altyn.migration (
    number     int PRIMARY KEY,
    name       text NOT NULL,
    digest     text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""
EXISTS: Final = "SELECT to_regclass('altyn.migration') IS NOT NULL"
APPLIED: Final = "SELECT number, digest FROM altyn.migration"
REMEMBER: Final = "INSERT INTO altyn.migration (number, name, digest) VALUES (%s, %s, %s)"


@frozen
class PostgresSchema:
    """The shape of the database, by numbered files."""

    store: PostgresStore
    carried: Sequence[Migration] = CARRIED
    patience_seconds: float = PATIENCE_SECONDS
    """For how long a migration comes again for tables that others have in their hands."""

    async def check(self) -> None:
        """As the port says."""
        make_sure(self.store.where, self.carried, await self.store.ask(self._applied))

    async def migrate(self) -> Sequence[Migration]:
        """As the port says; when nothing is due it asks for no right to create anything."""
        applied = await self.store.ask(self._applied)
        if not due(self.store.where, self.carried, applied):
            return []
        await self.store.ask(self._prepare)
        done: list[Migration] = []
        while (migration := await self._apply_next()) is not None:
            done.append(migration)
        return done

    async def _prepare(self, connection: Connection) -> None:
        async with connection.transaction():
            await connection.execute(PATIENT)
            await connection.execute(TURN)
            await connection.execute(PREPARE, prepare=False)

    async def _apply_next(self) -> Migration | None:
        until = time.monotonic() + self.patience_seconds
        while True:
            try:
                return await self._try_next()
            except psycopg.Error as failure:
                if not isinstance(failure, errors.LockNotAvailable) or time.monotonic() >= until:
                    raise in_our_words(self.store.where, failure) from failure
            await asyncio.sleep(PAUSE_SECONDS)  # those who queued behind us come first

    async def _try_next(self) -> Migration | None:
        async with self.store.connection() as connection, connection.transaction():
            await connection.execute(PATIENT)
            await connection.execute("SET LOCAL statement_timeout = 0")
            await connection.execute(TURN)
            waiting = due(self.store.where, self.carried, await self._applied(connection))
            if not waiting:
                return None
            first = waiting[0]
            await connection.execute(BRIEF)
            await connection.execute(first.sql, prepare=False)
            await connection.execute(REMEMBER, (first.number, first.name, first.digest))
            return first

    async def _applied(self, connection: Connection) -> Sequence[Applied]:
        exists = await (await connection.execute(EXISTS)).fetchone()
        if exists is None or not exists[0]:
            return []
        return [Applied(*row) for row in await (await connection.execute(APPLIED)).fetchall()]
