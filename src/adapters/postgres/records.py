"""The books on PostgreSQL, read through from one end to the other."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import psycopg
from attrs import frozen

from ...core.safekeeping import SHEETS, Kind, View
from .store import Connection, PostgresStore
from .words import in_our_words

PAGE: Final = 2000
FROM: Final[Mapping[str, str]] = {
    "accounts": "altyn.account a JOIN altyn.balance b ON b.account = a.id ORDER BY a.id",
    "transfers": "altyn.transfer t JOIN altyn.account s ON s.id = t.source"
    " JOIN altyn.account d ON d.id = t.target ORDER BY t.at, t.id",
    "holds": "altyn.hold h JOIN altyn.account a ON a.id = h.account ORDER BY h.placed_at, h.id",
    "payments": "altyn.payment ORDER BY created_at, id",
    "arrivals": "altyn.arrival ORDER BY position",
    "refunds": "altyn.refund ORDER BY created_at, id",
    "purchases": "altyn.purchase ORDER BY created_at, id",
    "campaigns": "altyn.campaign ORDER BY created_at, id",
    "users": "altyn.person ORDER BY id",
    "audit": "altyn.audit ORDER BY number",
}
SAID: Final[Mapping[tuple[str, str], str]] = {
    ("accounts", "asset"): "a.asset",
    **{("transfers", name): f't."{name}"' for name in ("id", "asset", "hold")},
    ("transfers", "source"): "s.name",
    ("transfers", "target"): "d.name",
    ("holds", "account"): "a.name",
    **{("holds", name): f'h."{name}"' for name in ("id", "asset")},
    ("audit", "digest"): "encode(digest, 'hex')",
}
"""Where a column is not called as it is told, or by others too."""
SCALES: Final = "SELECT code, scale FROM altyn.asset"
ENDLESS: Final = """
SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0
"""
READ: Final[Mapping[Kind, Callable[[Any], Any]]] = {
    Kind.ID: str,
    Kind.TIME: lambda moment: moment.isoformat(),
}


@frozen
class PostgresView:
    """One transaction that sees the same all the time."""

    connection: Connection

    async def scales(self) -> Mapping[str, int]:
        """As the port says."""
        rows = await (await self.connection.execute(SCALES)).fetchall()
        return dict(rows)

    async def rows(self, sheet: str) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """As the port says: the server keeps what was not read yet."""
        columns = SHEETS[sheet]
        names = ", ".join(SAID.get((sheet, each.name), f'"{each.name}"') for each in columns)
        statement = f"SELECT {names} FROM {FROM[sheet]}"  # noqa: S608 - of constants
        readers = [READ.get(each.kind) for each in columns]
        async with self.connection.cursor(f"export_{sheet}") as cursor:
            await cursor.execute(statement.encode())
            while page := await cursor.fetchmany(PAGE):
                yield [
                    [
                        value if read is None or value is None else read(value)
                        for read, value in zip(readers, row, strict=True)
                    ]
                    for row in page
                ]


@frozen
class PostgresRecords:
    """The schema `altyn`."""

    store: PostgresStore

    @asynccontextmanager
    async def read(self) -> AsyncIterator[View]:
        """As the port says."""
        try:
            async with self.store.apart() as connection, connection.transaction():
                await connection.execute(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                )
                await connection.execute(ENDLESS, prepare=False)
                yield PostgresView(connection)
        except psycopg.Error as failure:
            raise in_our_words(self.store.where, failure) from failure
