"""Whether the file agrees with its own history: each law as a question for its first breach."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.balances import Examined, Finding
from .laws import LAWS, Law
from .schema import SqliteSchema, apply
from .store import SqliteStore

WORD: Final = 2**32  # sums are taken in two halves: the whole may not fit into 64 bits

SOUND: Final = "the file is whole"
PAGES: Final = "PRAGMA page_count"
SOUNDNESS: Final = "PRAGMA integrity_check(1)"

GUARDED: Final = "tables and guards are those of the migrations"
SCHEMA: Final = """
SELECT name, sql
  FROM sqlite_schema
 WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'
 ORDER BY name
"""

ZERO: Final = "every asset sums to zero"
SUMS: Final = f"""
SELECT asset, sum(posted / {WORD}), sum(posted % {WORD}), count(*)
  FROM account
 GROUP BY asset
 ORDER BY asset
"""


@frozen
class SqliteAuditor:
    """Asks the file itself, on a connection of its own, so that nobody waits."""

    store: SqliteStore

    async def examine(self) -> AsyncIterator[Examined]:
        """As the port says."""
        async with self.store.snapshot() as hand:
            yield await hand.do(_whole, hand.connection)
            yield await hand.do(_guarded, hand.connection, SqliteSchema(self.store))
            yield await hand.do(_zero, hand.connection)
            for law in LAWS:
                yield await hand.do(_examined, hand.connection, law)


def _examined(connection: Connection, law: Law) -> Examined:
    (rows,) = connection.execute(law.rows).fetchone()
    breach = connection.execute(law.breach).fetchone()
    if breach is None:
        return Examined(law.words, rows)
    what, which, expected, found = breach
    where = f"{what} {UUID(bytes=which)}" if isinstance(which, bytes) else f"{what} {which}"
    return Examined(law.words, rows, Finding(law.words, where, str(expected), str(found)))


def _whole(connection: Connection) -> Examined:
    """What SQLite itself finds in its pages, indexes, constraints and foreign keys."""
    (pages,) = connection.execute(PAGES).fetchone()
    try:
        (said,) = connection.execute(SOUNDNESS).fetchone()
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said == "ok":
        return Examined(SOUND, pages)
    return Examined(SOUND, pages, Finding(SOUND, "the file", "ok", said))


def _guarded(connection: Connection, schema: SqliteSchema) -> Examined:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as ideal:
        for migration in schema.carried:
            apply(ideal, migration)
        wanted = dict(_schema(ideal))
    present = dict(_schema(connection))
    for name in sorted(wanted.keys() | present.keys()):
        if wanted.get(name) != present.get(name):
            expected = "as migrated" if name in wanted else "nothing"
            found = "something else" if name in present else "nothing"
            return Examined(GUARDED, len(present), Finding(GUARDED, name, expected, found))
    return Examined(GUARDED, len(present))


def _schema(connection: Connection) -> Sequence[tuple[str, str]]:
    return connection.execute(SCHEMA).fetchall()


def _zero(connection: Connection) -> Examined:
    accounts = 0
    finding = None
    for asset, high, low, rows in connection.execute(SUMS):
        accounts += rows
        total = high * WORD + low
        if total and finding is None:
            finding = Finding(ZERO, f"asset {asset}", "0", str(total))
    return Examined(ZERO, accounts, finding)
