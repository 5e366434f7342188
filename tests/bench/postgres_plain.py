"""What one would write on PostgreSQL instead, on plain tables, with and without a function."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import ClassVar, Final

import psycopg
from attrs import frozen

from .contender import Pay
from .postgres_connections import Connection, connections, counted, found, pool
from .traffic import ACCOUNTS, OPENING_UNITS, Payment

# Less than ours: no foreign keys, names, limits or holds. The free space that lets a balance
# change on its own page is there for all.
TABLES: Final = f"""
CREATE TABLE account (
    id bigint PRIMARY KEY,
    balance bigint NOT NULL CHECK (balance >= 0)
) WITH (fillfactor = 50);
CREATE TABLE transfer (
    id uuid PRIMARY KEY,
    source bigint NOT NULL,
    target bigint NOT NULL,
    units bigint NOT NULL CHECK (units > 0),
    at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO account SELECT number, {OPENING_UNITS} FROM generate_series(0, {ACCOUNTS}) AS number;
"""
ENTRIES: Final = """
CREATE TABLE entry (
    account bigint NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    transfer uuid NOT NULL,
    change bigint NOT NULL,
    after bigint NOT NULL,
    PRIMARY KEY (account, number)
);
CREATE FUNCTION pay(p_id uuid, p_source bigint, p_target bigint, p_units bigint)
    RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_source bigint;
    v_target bigint;
BEGIN
    PERFORM 1 FROM account WHERE id IN (p_source, p_target) ORDER BY id FOR UPDATE;
    SELECT balance INTO v_source FROM account WHERE id = p_source;
    IF v_source < p_units THEN
        RETURN false;
    END IF;
    INSERT INTO transfer (id, source, target, units) VALUES (p_id, p_source, p_target, p_units)
        ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN
        RETURN true;
    END IF;
    UPDATE account SET balance = balance - p_units WHERE id = p_source
        RETURNING balance INTO v_source;
    UPDATE account SET balance = balance + p_units WHERE id = p_target
        RETURNING balance INTO v_target;
    INSERT INTO entry (account, transfer, change, after)
    VALUES (p_source, p_id, -p_units, v_source), (p_target, p_id, p_units, v_target);
    RETURN true;
END $$;
"""

LOCK: Final = "SELECT id, balance FROM account WHERE id IN (%b, %b) ORDER BY id FOR UPDATE"
TAKE: Final = "UPDATE account SET balance = balance - %b WHERE id = %b"
GIVE: Final = "UPDATE account SET balance = balance + %b WHERE id = %b"
RECORD: Final = "INSERT INTO transfer (id, source, target, units) VALUES (%b, %b, %b, %b)"
CALL: Final = "SELECT pay(%b, %b, %b, %b)"

STORED: Final = "SELECT count(*) FROM transfer"
WRONG: Final = f"""
SELECT 'account ' || account.id || ' holds ' || balance || ', not ' || ({OPENING_UNITS} + told)
  FROM account
  JOIN (SELECT id, sum(change) AS told
          FROM (SELECT source, -units FROM transfer
                UNION ALL
                SELECT target, units FROM transfer
                UNION ALL
                SELECT id, 0 FROM account) AS leg (id, change)
         GROUP BY id) AS history USING (id)
 WHERE balance <> {OPENING_UNITS} + told
 LIMIT 1
"""
WRONG_ENTRIES: Final = f"""
SELECT 'account ' || account.id || ' has entries that do not lead to ' || balance
  FROM account
  JOIN (SELECT account AS id, sum(change) AS told FROM entry GROUP BY account) AS history USING (id)
 WHERE balance <> {OPENING_UNITS} + told
 LIMIT 1
"""


class OutOfMoney(RuntimeError):
    """Nobody should be: it would be another work than the one measured."""


@frozen
class Obvious:
    """A transaction in the program: lock both in order, check, change both, record."""

    url: str
    name: ClassVar[str] = "obvious"

    @classmethod
    def prepared(cls, url: str) -> "Obvious":
        """With its tables in that empty database."""
        with psycopg.connect(url) as connection:
            connection.execute(TABLES)
        return cls(url)

    @asynccontextmanager
    async def at_work(self, workers: int) -> AsyncIterator[Sequence[Pay]]:
        """As the protocol says."""
        async with pool(self.url, workers) as opened:

            async def pay(payment: Payment) -> None:
                async with opened.connection() as connection, connection.transaction():
                    await _pay(connection, payment)

            yield [pay] * workers

    async def stored(self) -> int:
        """As the protocol says."""
        return await counted(self.url, STORED)

    async def fault(self, *, thorough: bool) -> str | None:
        """As the protocol says; it is quick enough to be thorough each time."""
        return await found(self.url, WRONG)


async def _pay(connection: Connection, payment: Payment) -> None:
    id, source, target, units = payment
    cursor = await connection.execute(LOCK, (source, target), binary=True)
    balances: dict[int, int] = dict(await cursor.fetchall())
    if balances[source] < units:
        raise OutOfMoney
    await connection.execute(TAKE, (units, source))
    await connection.execute(GIVE, (units, target))
    await connection.execute(RECORD, (id, source, target, units))


@frozen
class PlainFunction:
    """The same in one short function of the database, with an entry for each of the two."""

    url: str
    name: ClassVar[str] = "plain function"

    @classmethod
    def prepared(cls, url: str) -> "PlainFunction":
        """With its tables in that empty database."""
        with psycopg.connect(url) as connection:
            connection.execute(TABLES)
            connection.execute(ENTRIES)
        return cls(url)

    def at_work(self, workers: int) -> AbstractAsyncContextManager[Sequence[Pay]]:
        """As the protocol says."""
        return connections(self.url, workers, _calling)

    async def stored(self) -> int:
        """As the protocol says."""
        return await counted(self.url, STORED)

    async def fault(self, *, thorough: bool) -> str | None:
        """As the protocol says; it is quick enough to be thorough each time."""
        return await found(self.url, WRONG) or await found(self.url, WRONG_ENTRIES)


def _calling(connection: Connection) -> Callable[[Payment], Awaitable[None]]:
    async def pay(payment: Payment) -> None:
        cursor = await connection.execute(CALL, payment, binary=True)
        if await cursor.fetchone() != (True,):
            raise OutOfMoney

    return pay
