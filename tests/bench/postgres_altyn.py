"""Our own ledger on PostgreSQL, through its public port and by its function for one transfer."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import ClassVar, Final

from attrs import frozen

from altyn.adapters.postgres import (
    PostgresAuditor,
    PostgresLedger,
    PostgresSchema,
    open_postgres,
)
from altyn.adapters.system import SystemClock
from altyn.core.balances import MoveMoney

from .books import NAMES, first_finding, open_accounts, transfer_of
from .contender import Pay
from .postgres_connections import Connection, connections, counted, found
from .traffic import Payment

CALL: Final = """
SELECT * FROM altyn.post(%b, %b, %b, 'XTR', 0, %b, 'purchase', '', '', NULL, %b)
"""
STORED: Final = "SELECT count(*) FROM altyn.transfer"
WRONG: Final = """
SELECT 'all accounts together hold ' || sum(posted)
  FROM altyn.balance
HAVING sum(posted) <> 0
"""


async def prepare(url: str, what: str) -> None:
    """Migrate that empty database, open the accounts and fund them."""
    async with open_postgres(url) as store:
        await PostgresSchema(store).migrate()
        await open_accounts(PostgresLedger(store, SystemClock()), what)


@frozen
class _OurBooks:
    url: str

    async def stored(self) -> int:
        """As the protocol says."""
        return await counted(self.url, STORED)

    async def fault(self, *, thorough: bool) -> str | None:
        """As the protocol says."""
        if not thorough:
            return await found(self.url, WRONG)
        async with open_postgres(self.url) as store:
            return await first_finding(PostgresAuditor(store))


@frozen
class Altyn(_OurBooks):
    """The real thing: the use case, the port, the lane, and answers as objects."""

    name: ClassVar[str] = "altyn"

    @asynccontextmanager
    async def at_work(self, workers: int) -> AsyncIterator[Sequence[Pay]]:
        """As the protocol says."""
        async with open_postgres(self.url, connections_max=workers) as store:
            move_money = MoveMoney(PostgresLedger(store, SystemClock()))

            async def pay(payment: Payment) -> None:
                await move_money(transfer_of(payment))

            yield [pay] * workers


@frozen
class OneCall(_OurBooks):
    """One call of our function for one transfer: no lane, no objects."""

    name: ClassVar[str] = "one call"

    def at_work(self, workers: int) -> AbstractAsyncContextManager[Sequence[Pay]]:
        """As the protocol says."""
        return connections(self.url, workers, _calling)


def _calling(connection: Connection) -> Callable[[Payment], Awaitable[None]]:
    async def pay(payment: Payment) -> None:
        id, source, target, units = payment
        values = id, NAMES[source], NAMES[target], units, datetime.now(UTC)
        row = await (await connection.execute(CALL, values, binary=True)).fetchone()
        if row is None or row[0] is not None:
            raise RuntimeError(f"refused: {row}")

    return pay
