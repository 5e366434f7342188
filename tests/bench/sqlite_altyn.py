"""Our own ledger on SQLite, through its public port."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import ClassVar, Final

from attrs import frozen

from altyn.adapters.sqlite import SqliteAuditor, SqliteLedger, SqliteSchema, open_sqlite
from altyn.adapters.system import SystemClock
from altyn.core.balances import MoveMoney

from .books import first_finding, open_accounts, transfer_of
from .contender import Pay
from .traffic import Payment

STORED: Final = "SELECT count(*) FROM transfer"
TOGETHER: Final = "SELECT sum(posted) FROM account"


async def prepare(path: Path, what: str) -> None:
    """Migrate a new file, open the accounts and fund them."""
    async with open_sqlite(path) as store:
        await SqliteSchema(store).migrate()
        await open_accounts(SqliteLedger(store, SystemClock()), what)


@frozen
class Altyn:
    """The real thing: the use case, the port, the lane, and answers as objects."""

    path: Path
    name: ClassVar[str] = "altyn"
    batch_max: ClassVar[int] = 500

    @asynccontextmanager
    async def at_work(self, workers: int) -> AsyncIterator[Sequence[Pay]]:
        """As the protocol says."""
        async with open_sqlite(self.path) as store:
            ledger = SqliteLedger(store, SystemClock())
            ledger._commands.batch_max = self.batch_max
            move_money = MoveMoney(ledger)

            async def pay(payment: Payment) -> None:
                await move_money(transfer_of(payment))

            yield [pay] * workers

    async def stored(self) -> int:
        """As the protocol says."""
        return self._asked(STORED)

    async def fault(self, *, thorough: bool) -> str | None:
        """As the protocol says."""
        if not thorough:
            together = self._asked(TOGETHER)
            return f"all accounts together hold {together}" if together else None
        async with open_sqlite(self.path) as store:
            return await first_finding(SqliteAuditor(store))

    def _asked(self, question: str) -> int:
        with closing(sqlite3.connect(self.path)) as connection:
            return int(connection.execute(question).fetchone()[0])


@frozen
class OneByOne(Altyn):
    """The same ledger with the same laws, its lane narrowed to one: a commit for each transfer."""

    name: ClassVar[str] = "one by one"
    batch_max: ClassVar[int] = 1
