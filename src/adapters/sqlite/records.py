"""The books in SQLite, read through from one end to the other."""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from sqlite3 import Connection, Cursor
from typing import Any, Final
from uuid import UUID

from attrs import frozen

from ...core.safekeeping import SHEETS, Kind, View
from .connection import Hand
from .rows import moment_of
from .store import SqliteStore

PAGE: Final = 2000
FROM: Final[Mapping[str, str]] = {
    "accounts": "account ORDER BY id",
    "transfers": "transfer AS t JOIN account AS s ON s.id = t.source"
    " JOIN account AS d ON d.id = t.target ORDER BY t.sequence",
    "holds": "hold AS h JOIN account AS a ON a.id = h.account ORDER BY h.sequence",
    "payments": "payment ORDER BY created_at, id",
    "arrivals": "arrival ORDER BY sequence",
    "refunds": "refund ORDER BY created_at, id",
    "purchases": "purchase ORDER BY created_at, id",
    "campaigns": "campaign ORDER BY created_at, id",
    "users": "person ORDER BY id",
    "audit": "audit ORDER BY number",
}
SAID: Final[Mapping[tuple[str, str], str]] = {
    **{("transfers", name): f't."{name}"' for name in ("id", "asset", "hold")},
    ("transfers", "source"): "s.name",
    ("transfers", "target"): "d.name",
    ("holds", "account"): "a.name",
    ("holds", "id"): "h.id",
    ("audit", "digest"): "lower(hex(digest))",
}
"""Where a column is not called as it is told."""
SCALES: Final = "SELECT code, scale FROM asset"
READ: Final[Mapping[Kind, Callable[[Any], Any]]] = {
    Kind.ID: lambda raw: str(UUID(bytes=raw)),
    Kind.TIME: lambda ticks: moment_of(ticks).isoformat(),
    Kind.YES: bool,
    Kind.JSON: json.loads,
}


@frozen
class SqliteView:
    """One reading transaction."""

    hand: Hand

    async def scales(self) -> Mapping[str, int]:
        """As the port says."""
        return await self.hand.do(_scales, self.hand.connection)

    async def rows(self, sheet: str) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """As the port says."""
        columns = SHEETS[sheet]
        names = ", ".join(SAID.get((sheet, each.name), f'"{each.name}"') for each in columns)
        statement = f"SELECT {names} FROM {FROM[sheet]}"
        readers = [READ.get(each.kind) for each in columns]
        cursor = await self.hand.do(self.hand.connection.execute, statement)
        while page := await self.hand.do(_page, cursor):
            yield [
                [
                    value if read is None or value is None else read(value)
                    for read, value in zip(readers, row, strict=True)
                ]
                for row in page
            ]


@frozen
class SqliteRecords:
    """The file."""

    store: SqliteStore

    @asynccontextmanager
    async def read(self) -> AsyncIterator[View]:
        """As the port says."""
        async with self.store.snapshot() as hand:
            yield SqliteView(hand)


def _scales(connection: Connection) -> dict[str, int]:
    return dict(connection.execute(SCALES).fetchall())


def _page(cursor: Cursor) -> list[Any]:
    return cursor.fetchmany(PAGE)
