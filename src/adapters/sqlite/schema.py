"""The shape of the file: which migrations it has, and applying those it lacks."""

import sqlite3
from collections.abc import Iterator, Sequence
from sqlite3 import Connection
from typing import Final

from attrs import field, frozen

from ...core.schema import Applied, Migration, due, make_sure, migrations_in
from .connection import APPLICATION_ID
from .store import SqliteStore

MIGRATIONS: Final = f"{__package__}.migrations"

REMEMBERS: Final = """
SELECT 1
  FROM sqlite_schema
 WHERE type = 'table' AND name = 'migration'
"""

REMEMBER: Final = """
CREATE TABLE IF NOT EXISTS migration (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    digest TEXT NOT NULL
) STRICT
"""

APPLIED: Final = """
SELECT number, digest
  FROM migration
"""

ADD: Final = """
INSERT INTO migration (number, name, digest)
VALUES (?, ?, ?)
"""


@frozen
class SqliteSchema:
    """The migrations of this version, and those that the file remembers."""

    store: SqliteStore
    carried: Sequence[Migration] = field(factory=lambda: migrations_in(MIGRATIONS))

    async def check(self) -> None:
        """As the port says."""
        make_sure(self.store.where, self.carried, await self.store.read(_applied))

    async def migrate(self) -> Sequence[Migration]:
        """As the port says."""
        done = []
        # Each is a transaction of its own, and what is due is asked again inside it: another
        # process may have been there first.
        while (migration := await self.store.write(self._apply_next)) is not None:
            done.append(migration)
        return done

    def _apply_next(self, connection: Connection) -> Migration | None:
        waiting = due(self.store.where, self.carried, _applied(connection))
        if not waiting:
            return None
        apply(connection, waiting[0])
        return waiting[0]


def apply(connection: Connection, migration: Migration) -> None:
    """Apply one migration inside the transaction that is open, and remember it."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(REMEMBER)
    for statement in statements_of(migration.sql):
        connection.execute(statement)
    connection.execute(ADD, (migration.number, migration.name, migration.digest))


def statements_of(sql: str) -> Iterator[str]:
    """The statements of a file, each of which ends with its line; triggers stay in one piece."""
    # Connection.executescript would commit what is open before it begins.
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        raise ValueError(f"a migration ends in the middle of a statement: {statement[:80]!r}")


def _applied(connection: Connection) -> list[Applied]:
    if connection.execute(REMEMBERS).fetchone() is None:
        return []
    return [Applied(number, digest) for number, digest in connection.execute(APPLIED)]
