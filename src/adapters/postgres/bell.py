"""The bell on PostgreSQL: whoever enqueues notifies as he commits, and this listens."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import psycopg
from attrs import field, frozen

from ...core.tasks import HandBell
from .store import PostgresStore

LISTEN: Final = "LISTEN altyn_tasks"
AGAIN_SECONDS: Final = 2.0

log = logging.getLogger("altyn.postgres")


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
