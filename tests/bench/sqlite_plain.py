"""What one would write on SQLite instead: one connection, one thread, one commit a transfer."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from pathlib import Path
from sqlite3 import Connection
from typing import ClassVar, Final

from attrs import frozen

from altyn.adapters.sqlite.connection import CACHE_KIBIBYTES, LOG_PAGES

from .contender import Pay
from .traffic import ACCOUNTS, OPENING_UNITS, Payment

# As durable as ours, with as much memory.
SETTINGS: Final = f"""
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA cache_size = {-CACHE_KIBIBYTES};
PRAGMA wal_autocheckpoint = {LOG_PAGES};
"""
TABLES: Final = """
CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    balance INTEGER NOT NULL CHECK (balance >= 0)
);
CREATE TABLE transfer (
    id BLOB NOT NULL PRIMARY KEY,
    source INTEGER NOT NULL,
    target INTEGER NOT NULL,
    units INTEGER NOT NULL CHECK (units > 0)
);
"""
FUND: Final = "INSERT INTO account (id, balance) VALUES (?, ?)"

BALANCE: Final = "SELECT balance FROM account WHERE id = ?"
TAKE: Final = "UPDATE account SET balance = balance - ? WHERE id = ?"
GIVE: Final = "UPDATE account SET balance = balance + ? WHERE id = ?"
RECORD: Final = "INSERT INTO transfer (id, source, target, units) VALUES (?, ?, ?, ?)"

STORED: Final = "SELECT count(*) FROM transfer"
WRONG: Final = f"""
SELECT 'account ' || account.id || ' holds ' || balance || ', not ' || ({OPENING_UNITS} + told)
  FROM account
  JOIN (SELECT id, sum(change) AS told
          FROM (SELECT source AS id, -units AS change FROM transfer
                UNION ALL
                SELECT target, units FROM transfer
                UNION ALL
                SELECT id, 0 FROM account)
         GROUP BY id) AS history ON history.id = account.id
 WHERE balance <> {OPENING_UNITS} + told
 LIMIT 1
"""


@frozen
class _PlainFile:
    path: Path

    def fill(self) -> None:
        """Make the tables, with money for everybody."""
        with closing(_connected(self.path)) as connection:
            connection.executescript(TABLES)
            with connection:
                connection.execute("BEGIN")
                connection.executemany(
                    FUND, [(number, OPENING_UNITS) for number in range(ACCOUNTS + 1)]
                )

    async def stored(self) -> int:
        """As the protocol says."""
        with closing(_connected(self.path)) as connection:
            return int(connection.execute(STORED).fetchone()[0])

    @asynccontextmanager
    async def working(
        self, workers: int, work: Callable[[Connection, Payment], None]
    ) -> AsyncIterator[Sequence[Pay]]:
        """The workers share a thread, which does one payment after the other."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as thread:
            connection = await loop.run_in_executor(thread, _connected, self.path)

            async def pay(payment: Payment) -> None:
                await loop.run_in_executor(thread, work, connection, payment)

            yield [pay] * workers
            await loop.run_in_executor(thread, connection.close)


@frozen
class OneCommit(_PlainFile):
    """Check, change both, record, commit."""

    name: ClassVar[str] = "one commit"

    @asynccontextmanager
    async def at_work(self, workers: int) -> AsyncIterator[Sequence[Pay]]:
        """As the protocol says."""
        async with self.working(workers, _move) as pays:
            yield pays

    async def fault(self, *, thorough: bool) -> str | None:
        """As the protocol says; it is quick enough to be thorough each time."""
        with closing(_connected(self.path)) as connection:
            row = connection.execute(WRONG).fetchone()
            return None if row is None else str(row[0])


@frozen
class BareInsert(_PlainFile):
    """One row, one commit: no balance, no check."""

    name: ClassVar[str] = "insert"

    @asynccontextmanager
    async def at_work(self, workers: int) -> AsyncIterator[Sequence[Pay]]:
        """As the protocol says."""
        async with self.working(workers, _record) as pays:
            yield pays

    async def fault(self, *, thorough: bool) -> str | None:
        """Rows that nothing follows from cannot contradict each other."""
        return None


def _connected(path: Path) -> Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(SETTINGS)
    return connection


def _record(connection: Connection, payment: Payment) -> None:
    id, source, target, units = payment
    connection.execute(RECORD, (id.bytes, source, target, units))


def _move(connection: Connection, payment: Payment) -> None:
    _, source, target, units = payment
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute(BALANCE, (source,)).fetchone()[0] < units:
            raise RuntimeError("nobody should run out of money here")
        connection.execute(TAKE, (units, source))
        connection.execute(GIVE, (units, target))
        _record(connection, payment)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
