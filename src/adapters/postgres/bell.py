"""Bells on PostgreSQL: whoever has kept something notifies, and all others listen."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import psycopg
from attrs import define, field, frozen
from psycopg import sql

from ...core.bells import HandBell
from ...core.errors import AltynError
from .store import Connection, PostgresStore

TASKS: Final = "altyn_tasks"
EVENTS: Final = "altyn_events"
"""Each kind of thing that may come has a channel of its own."""

# What is told is a hint: that it has reached the disk is waited for by nobody.
NOTIFY: Final = "SET LOCAL synchronous_commit TO off; NOTIFY {}"
LISTEN: Final = "LISTEN {}"
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
    channel: str
    _wanted: bool = field(default=False, init=False)
    _pulling: asyncio.Task[None] | None = field(default=None, init=False)

    def pull(self) -> None:
        """It is rung before long; if it cannot be, what came is found by looking."""
        self._wanted = True
        if self._pulling is None:
            self._pulling = asyncio.create_task(self._pull())

    async def _pull(self) -> None:
        try:
            while self._wanted:
                self._wanted = False
                with suppress(AltynError):
                    await self.store.ask(self._notify)
        finally:
            self._pulling = None

    async def _notify(self, connection: Connection) -> None:
        # Two statements are one transaction only if they are not prepared.
        await connection.execute(naming(NOTIFY, self.channel), prepare=False)


def naming(statement: str, channel: str) -> sql.Composed:
    """The statement about that channel."""
    return sql.SQL(statement).format(sql.Identifier(channel))


@frozen(eq=False)
class PostgresBell:
    """Rings when anybody at this database has told so on that channel."""

    store: PostgresStore
    channel: str = TASKS
    _here: HandBell = field(factory=HandBell, init=False)

    async def wait(self, seconds: float) -> None:
        """As the port says."""
        await self._here.wait(seconds)

    def another(self) -> HandBell:
        """As the port says."""
        return self._here.another()

    async def listen(self) -> None:
        """Listen for good, on a connection of its own; a lost one is replaced."""
        while True:
            try:
                await self._listen()
            except psycopg.Error as failure:
                log.info("nobody hears %s: %s", self.channel, type(failure).__name__)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _listen(self) -> None:
        async with self.store.apart() as connection:
            await connection.execute(naming(LISTEN, self.channel))
            self._here.ring()  # for whatever came while nobody listened
            async for _ in connection.notifies():
                self._here.ring()


@asynccontextmanager
async def open_bell(store: PostgresStore, channel: str = TASKS) -> AsyncIterator[PostgresBell]:
    """A bell that listens as long as the block lasts."""
    bell = PostgresBell(store, channel)
    listening = asyncio.create_task(bell.listen())
    try:
        yield bell
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
