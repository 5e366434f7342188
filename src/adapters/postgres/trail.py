"""The trail of what was done by hand, on PostgreSQL."""

import json
from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen

from ...core.identity import Audited, Link
from ...core.money import UNITS_MAX
from .store import Connection, PostgresStore

ROWS: Final = """
SELECT number, at, who, what, about, facts::text, before, digest
  FROM altyn.audit"""
# Held to the end of the transaction and taken after every other lock, so nobody waits in a circle.
ALONE: Final = "SELECT pg_advisory_xact_lock(hashtext('altyn.audit'))"
LAST: Final = f"""{ROWS}
 ORDER BY number DESC
 LIMIT 1
"""
ADD: Final = """
INSERT INTO altyn.audit (number, at, who, what, about, facts, before, digest)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
PAGE: Final = f"""{ROWS}
 WHERE number < %(before)s"""
ABOUT: Final = " AND about = %(about)s"
BY: Final = " AND who = %(who)s"
NEWEST: Final = """
 ORDER BY number DESC
 LIMIT %(limit)s
"""
ONWARD: Final = f"""{ROWS}
 WHERE number > %(after)s
 ORDER BY number
 LIMIT %(limit)s
"""


@frozen
class PostgresTrail:
    """A row for each entry; triggers keep them as they were written."""

    store: PostgresStore

    async def append(self, audited: Audited) -> Link:
        """As the port says."""
        if not self.store.active:
            raise RuntimeError("what is done and what tells of it are one transaction")

        async def ask(connection: Connection) -> Link:
            await connection.execute(ALONE)
            row = await (await connection.execute(LAST.encode())).fetchone()
            link = Link.after(None if row is None else _link(row), audited)
            told = audited.who, audited.what, audited.about, json.dumps(dict(audited.facts))
            values = link.number, audited.at, *told, link.before, link.digest
            await connection.execute(ADD, values)
            return link

        return await self.store.ask(ask)

    async def page(
        self, limit: int, before: int | None = None, *, about: str = "", who: str = ""
    ) -> Sequence[Link]:
        """As the port says."""
        first = UNITS_MAX if before is None else min(before, UNITS_MAX)
        asked = {"before": first, "about": about, "who": who, "limit": min(limit, UNITS_MAX)}
        query = PAGE + (ABOUT if about else "") + (BY if who else "") + NEWEST
        return await self._links(query, asked)

    async def onward(self, limit: int, after: int = 0) -> Sequence[Link]:
        """As the port says."""
        asked = {"after": min(after, UNITS_MAX), "limit": min(limit, UNITS_MAX)}
        return await self._links(ONWARD, asked)

    async def _links(self, query: str, asked: dict[str, Any]) -> Sequence[Link]:
        async def ask(connection: Connection) -> Sequence[Link]:
            found = await connection.execute(query.encode(), asked)
            return [_link(row) for row in await found.fetchall()]

        return await self.store.ask(ask)


def _link(row: tuple[Any, ...]) -> Link:
    number, at, who, what, about, facts, before, digest = row
    audited = Audited(at=at, who=who, what=what, about=about, facts=json.loads(facts))
    return Link(number=number, audited=audited, before=bytes(before), digest=bytes(digest))
