"""What nobody can be faster than with a call for each: a bare row, and a bare round trip."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Final

import psycopg
from attrs import frozen

from .contender import Pay
from .postgres_connections import Connection, connections, counted
from .traffic import Payment

TABLE: Final = """
CREATE TABLE transfer (
    id uuid PRIMARY KEY,
    source bigint NOT NULL,
    target bigint NOT NULL,
    units bigint NOT NULL
)
"""
INSERT: Final = "INSERT INTO transfer (id, source, target, units) VALUES (%b, %b, %b, %b)"
STORED: Final = "SELECT count(*) FROM transfer"
NOTHING: Final = "SELECT 1"


@frozen
class BareInsert:
    """One row, one commit: no balance, no check."""

    url: str
    name: ClassVar[str] = "insert"

    @classmethod
    def prepared(cls, url: str) -> "BareInsert":
        """With its table in that empty database."""
        with psycopg.connect(url) as connection:
            connection.execute(TABLE)
        return cls(url)

    def at_work(self, workers: int) -> AbstractAsyncContextManager[Sequence[Pay]]:
        """As the protocol says."""
        return connections(self.url, workers, _inserting)

    async def stored(self) -> int:
        """As the protocol says."""
        return await counted(self.url, STORED)

    async def fault(self, *, thorough: bool) -> str | None:
        """Rows that nothing follows from cannot contradict each other."""
        return None


@frozen
class RoundTrip:
    """To the server and back, nothing done there."""

    url: str
    name: ClassVar[str] = "select 1"

    def at_work(self, workers: int) -> AbstractAsyncContextManager[Sequence[Pay]]:
        """As the protocol says."""
        return connections(self.url, workers, _asking)

    async def stored(self) -> None:
        """It stores nothing."""

    async def fault(self, *, thorough: bool) -> str | None:
        """It has no books."""
        return None


def _inserting(connection: Connection) -> Callable[[Payment], Awaitable[None]]:
    async def pay(payment: Payment) -> None:
        await connection.execute(INSERT, payment)

    return pay


def _asking(connection: Connection) -> Callable[[Payment], Awaitable[None]]:
    async def pay(_: Payment) -> None:
        await (await connection.execute(NOTHING, binary=True)).fetchone()

    return pay
