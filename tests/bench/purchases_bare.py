"""
What one would write at first: the same facts stored before the same steps, in plain tables.

No history, no events, no law but one CHECK; whoever dies in the middle is looked after by nobody.
"""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import uuid4

from attrs import define

from .postgres_connections import connect
from .sqlite_plain import SETTINGS

BUYERS: Final = 100
BALANCE: Final = """
CREATE TABLE balance (
    name text PRIMARY KEY, units bigint NOT NULL, held bigint NOT NULL,
    CHECK (units >= held AND held >= 0)
)
"""
PURCHASE: Final = """
CREATE TABLE purchase (
    id text PRIMARY KEY, buyer text NOT NULL, state text NOT NULL,
    price bigint NOT NULL, cost bigint NOT NULL, order_id text
)
"""
PAYMENT: Final = """
CREATE TABLE payment (purchase text PRIMARY KEY, state text NOT NULL, message text NOT NULL)
"""
TABLES: Final = (
    BALANCE,
    PURCHASE,
    PAYMENT,
    *(f"INSERT INTO balance VALUES ('user:{each}', 1000000000000, 0)" for each in range(BUYERS)),
    "INSERT INTO balance VALUES ('income', 0, 0), ('supply', 0, 0)",
)
PRICE: Final = 16_500
COST: Final = 500_000_000
ORDER: Final = """
UPDATE purchase SET state = 'ordered', order_id = id WHERE id = :id AND state = 'reserved'
"""
TRANSACTIONS: Final[Sequence[Sequence[str]]] = (
    ("INSERT INTO purchase VALUES (:id, :buyer, 'quoted', :price, :cost, NULL)",),
    (
        "UPDATE balance SET held = held + :price WHERE name = :buyer",
        "UPDATE purchase SET state = 'reserved' WHERE id = :id AND state = 'quoted'",
    ),
    ("UPDATE purchase SET state = 'ordered', order_id = id WHERE id = :id AND state = 'reserved'",),
    (
        "UPDATE purchase SET state = 'paying' WHERE id = :id AND state = 'ordered'",
        "INSERT INTO payment VALUES (:id, 'signed', :id)",
    ),
    ("UPDATE payment SET state = 'presented' WHERE purchase = :id AND state = 'signed'",),
    (
        "UPDATE payment SET state = 'paid' WHERE purchase = :id AND state = 'presented'",
        "UPDATE balance SET units = units + :cost WHERE name = 'supply'",
        "UPDATE purchase SET state = 'paid' WHERE id = :id AND state = 'paying'",
    ),
    (
        "UPDATE balance SET units = units - :price, held = held - :price WHERE name = :buyer",
        "UPDATE balance SET units = units + :price WHERE name = 'income'",
        "UPDATE purchase SET state = 'delivered' WHERE id = :id AND state = 'paid'",
    ),
)
"""Each is committed before the next step is taken outside."""
DELIVERED: Final = "SELECT count(*) FROM purchase WHERE state = 'delivered'"


def values(number: int) -> dict[str, Any]:
    """Those of one purchase."""
    id = uuid4().hex
    return {"id": id, "buyer": f"user:{number % BUYERS}", "price": PRICE, "cost": COST}


class Shop(Protocol):
    """Whoever sells that many."""

    async def buy(self, purchases: int) -> None:
        """From the price to the goods."""

    async def fault(self) -> str | None:
        """What is wrong about them."""


@define
class BarePostgres:
    """One connection, statement by statement."""

    connection: Any
    bought: int = 0

    async def buy(self, purchases: int) -> None:
        """One after the other."""
        for number in range(purchases):
            given = values(number)
            for transaction in TRANSACTIONS:
                async with self.connection.transaction():
                    for each in transaction:
                        await self.connection.execute(_for_psycopg(each), given)
        self.bought += purchases

    async def fault(self) -> str | None:
        """Whether some are missing."""
        (found,) = await (await self.connection.execute(DELIVERED)).fetchone()
        return None if found == self.bought else f"{found} are delivered"


@asynccontextmanager
async def bare_postgres(url: str) -> AsyncIterator[BarePostgres]:
    """In that empty database."""
    async with await connect(url) as connection:
        for each in TABLES:
            await connection.execute(each.encode())
        yield BarePostgres(connection)


@define
class BareSqlite:
    """One connection in the thread of the caller, which waits for the disk."""

    connection: sqlite3.Connection
    bought: int = 0

    async def buy(self, purchases: int) -> None:
        """One after the other."""
        for number in range(purchases):
            given = values(number)
            for transaction in TRANSACTIONS:
                self.connection.execute("BEGIN IMMEDIATE")
                for each in transaction:
                    self.connection.execute(each, given)
                self.connection.execute("COMMIT")
        self.bought += purchases

    async def fault(self) -> str | None:
        """Whether some are missing."""
        (found,) = self.connection.execute(DELIVERED).fetchone()
        return None if found == self.bought else f"{found} are delivered"


@contextmanager
def bare_sqlite(path: Path) -> Iterator[BareSqlite]:
    """In that file, which is not there yet."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(SETTINGS)
        for each in TABLES:
            connection.execute(each)
        yield BareSqlite(connection)


def _for_psycopg(statement: str) -> bytes:
    for name in ("id", "buyer", "price", "cost"):
        statement = statement.replace(f":{name}", f"%({name})s")
    return statement.encode()
