"""The bell on PostgreSQL: whoever has enqueued notifies, and all others listen."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import psycopg
from attrs import define, field, frozen

from ...core.bells import HandBell
from ...core.errors import AltynError
from .store import Connection, PostgresStore

LISTEN: Final = "LISTEN altyn_tasks"
NOTIFY: Final = "NOTIFY altyn_tasks"
AGAIN_SECONDS: Final = 2.0

log = logging.getLogger("altyn.postgres")


@define(eq=False)
class Rope:
    """
    Rings the bell of every process, soon, and once for all who want it meanwhile.

    It is done after the commit and not with it: a transaction that notifies lets no other one that
    does commit before its own has reached the disk, so that all of them would flush in turn.
    """

    store: PostgresStore
    _wanted: bool = field(default=False, init=False)
    _pulling: asyncio.Task[None] | None = field(default=None, init=False)

    def pull(self) -> None:
        """It is rung before long; if it cannot be, tasks are found by looking."""
        self._wanted = True
        if self._pulling is None:
            self._pulling = asyncio.create_task(self._pull())

    async def _pull(self) -> None:
        try:
            while self._wanted:
                self._wanted = False
                with suppress(AltynError):
                    await self.store.ask(_notify)
        finally:
            self._pulling = None


async def _notify(connection: Connection) -> None:
    await connection.execute(NOTIFY)


@frozen(eq=False)
class PostgresBell:
    """Rings when anybody at this database enqueues what is due."""

    store: PostgresStore
    _here: HandBell = field(factory=HandBell, init=False)

    async def wait(self, seconds: float) -> None:
        """As the port says."""
        await self._here.wait(seconds)

    async def listen(self) -> None:
        """Listen for good, on a connection of its own; a lost one is replaced."""
        while True:
            try:
                await self._listen()
            except psycopg.Error as failure:
                log.info("nobody listens for tasks: %s", type(failure).__name__)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _listen(self) -> None:
        async with self.store.apart() as connection:
            await connection.execute(LISTEN)
            self._here.ring()  # for whatever came while nobody listened
            async for _ in connection.notifies():
                self._here.ring()


@asynccontextmanager
async def open_bell(store: PostgresStore) -> AsyncIterator[PostgresBell]:
    """A bell that listens as long as the block lasts."""
    bell = PostgresBell(store)
    listening = asyncio.create_task(bell.listen())
    try:
        yield bell
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
