"""The trail of what was done by hand, in SQLite."""

import json
from collections.abc import Sequence
from sqlite3 import Connection
from typing import Final

from attrs import frozen

from ...core.identity import Audited, Link
from ...core.money import UNITS_MAX
from .rows import Row, bounded, moment_of, ticks_of
from .store import SqliteStore

ROWS: Final = """
SELECT number, at, who, what, about, facts, before, digest
  FROM audit"""

LAST: Final = f"""{ROWS}
 ORDER BY number DESC
 LIMIT 1
"""

ADD: Final = """
INSERT INTO audit (number, at, who, what, about, facts, before, digest)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""

PAGE: Final = f"""{ROWS}
 WHERE number < :before"""
ABOUT: Final = " AND about = :about"
BY: Final = " AND who = :who"
NEWEST: Final = """
 ORDER BY number DESC
 LIMIT :limit
"""

ONWARD: Final = f"""{ROWS}
 WHERE number > ?
 ORDER BY number
 LIMIT ?
"""


@frozen
class SqliteTrail:
    """A row for each entry; triggers keep them as they were written."""

    store: SqliteStore

    async def append(self, audited: Audited) -> Link:
        """As the port says."""
        if not self.store.active:
            raise RuntimeError("what is done and what tells of it are one transaction")
        return await self.store.write(_append, audited)

    async def page(
        self, limit: int, before: int | None = None, *, about: str = "", who: str = ""
    ) -> Sequence[Link]:
        """As the port says."""
        first = UNITS_MAX if before is None else bounded(before)
        asked = {"before": first, "about": about, "who": who, "limit": bounded(limit)}
        query = PAGE + (ABOUT if about else "") + (BY if who else "") + NEWEST
        return await self.store.read(_page, query, asked)

    async def onward(self, limit: int, after: int = 0) -> Sequence[Link]:
        """As the port says."""
        return await self.store.read(_onward, bounded(after), bounded(limit))


def _append(connection: Connection, audited: Audited) -> Link:
    row = connection.execute(LAST).fetchone()
    link = Link.after(None if row is None else _link(row), audited)
    told = audited.who, audited.what, audited.about, json.dumps(dict(audited.facts))
    connection.execute(ADD, (link.number, ticks_of(audited.at), *told, link.before, link.digest))
    return link


def _page(connection: Connection, query: str, asked: dict[str, object]) -> list[Link]:
    return [_link(row) for row in connection.execute(query, asked)]


def _onward(connection: Connection, after: int, limit: int) -> list[Link]:
    return [_link(row) for row in connection.execute(ONWARD, (after, limit))]


def _link(row: Row) -> Link:
    number, at, who, what, about, facts, before, digest = row
    audited = Audited(at=moment_of(at), who=who, what=what, about=about, facts=json.loads(facts))
    return Link(number=number, audited=audited, before=before, digest=digest)
