"""Connections to one database, and the transaction that adapters on it share."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

import psycopg
from attrs import define, field
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg_pool import AsyncConnectionPool

from ...core.errors import AltynError
from ...core.transaction import StorageBusy
from .words import in_our_words, is_lost, is_transient, where_of

Answer = TypeVar("Answer")
Connection = AsyncConnection[tuple[Any, ...]]

ALL_TAKEN: Final = "others have all of its connections"
BROKEN_OFF: Final = "a statement was broken off, which undid the transaction"

TRIES: Final = 5
CONNECT_SECONDS: Final = 5.0
QUEUE_SECONDS: Final = 10.0
"""So long others may have all connections before whoever waits for one is told so."""

# Every wait has an end; an address may choose other ends in its own options.
PATIENCE: Final = (
    "-c lock_timeout=2s -c statement_timeout=30s -c idle_in_transaction_session_timeout=5s"
)
# What the money functions rely on, whatever the server, the role or the address would have.
RELIED_ON: Final = (
    "-c timezone=UTC -c synchronous_commit=on -c default_transaction_isolation=read\\ committed"
)
# A peer that vanished without a word is given up after this long.
LINK: Final = {"keepalives_idle": 10, "keepalives_interval": 5, "tcp_user_timeout": 15_000}


@define(eq=False)
class PostgresStore:
    """
    The database that the PostgreSQL adapters of one process share, and the transaction over it.

    A transaction belongs to the task that began it; other tasks, its children too, are outside.
    """

    where: str
    pool: AsyncConnectionPool[Connection]
    _conninfo: str
    _queue_seconds: float
    _turns: asyncio.Semaphore
    _inside: WeakKeyDictionary[asyncio.Task[Any], Connection] = field(
        factory=WeakKeyDictionary, init=False
    )
    _failed: WeakKeyDictionary[asyncio.Task[Any], AltynError] = field(
        factory=WeakKeyDictionary, init=False
    )
    _after: WeakKeyDictionary[asyncio.Task[Any], list[Callable[[], None]]] = field(
        factory=WeakKeyDictionary, init=False
    )

    @property
    def active(self) -> bool:
        """Whether the running task is inside a transaction."""
        return asyncio.current_task() in self._inside

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        """A transaction, as the port says."""
        task = asyncio.current_task()
        if task is None or task in self._inside:
            raise RuntimeError("a task is inside one transaction at a time")
        later: list[Callable[[], None]] = []
        try:
            async with self.connection() as connection, connection.transaction():
                self._inside[task], self._after[task] = connection, later
                try:
                    yield
                finally:
                    del self._inside[task], self._after[task]
                    failed = self._failed.pop(task, StorageBusy(self.where, BROKEN_OFF))
                if connection.info.transaction_status == TransactionStatus.INERROR:
                    # Somebody inside kept the failure to himself, and PostgreSQL would answer
                    # COMMIT with a silent ROLLBACK: nothing is kept, so it is said.
                    raise failed
        except psycopg.Error as failure:
            raise in_our_words(self.where, failure) from failure
        for do in later:
            do()

    def after(self, do: Callable[[], None]) -> None:
        """Do it when the transaction of the running task has committed; at once, outside of one."""
        task = asyncio.current_task()
        if task is not None and (later := self._after.get(task)) is not None:
            later.append(do)
        else:
            do()

    async def ask(self, question: Callable[[Connection], Awaitable[Answer]]) -> Answer:
        """
        Put a question that is safe to repeat: inside the task's transaction, else on its own.

        Outside a transaction it is put again when others were in the way or the connection broke
        on the way; ids make that harmless, and the second answer tells what the first one was.
        """
        task = asyncio.current_task()
        if task is not None and (connection := self._inside.get(task)) is not None:
            try:
                return await question(connection)
            except psycopg.Error as failure:
                failed = in_our_words(self.where, failure)
                self._failed[task] = failed
                raise failed from failure
        already = 0
        while True:
            try:
                async with self.connection() as connection:
                    return await question(connection)
            except psycopg.Error as failure:
                already += 1
                if already == TRIES or not is_transient(failure):
                    raise in_our_words(self.where, failure) from failure
                if is_lost(failure):  # its neighbours in the pool will be just as dead
                    await self.pool.check()
            await asyncio.sleep(random.uniform(0, 0.02 * 2**already))  # noqa: S311 - not a secret

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """
        A connection of the pool, in the order in which they are asked for; psycopg's errors pass.

        Many more than there are connections may ask at once, and wait here: the pool's own time
        is for a database that gives none.

        Raises:
            StorageBusy: others had all of them for too long.
        """
        if self._turns.locked():
            try:
                async with asyncio.timeout(self._queue_seconds):
                    await self._turns.acquire()
            except TimeoutError:
                raise StorageBusy(self.where, ALL_TAKEN) from None
        else:
            await self._turns.acquire()
        try:
            async with self.pool.connection() as connection:
                yield connection
        finally:
            self._turns.release()

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[Connection]:
        """A connection beside the pool, for as long as the block lasts; psycopg's errors pass."""
        connection = await _connected(self._conninfo)
        async with connection:
            yield connection


async def _connected(conninfo: str) -> Connection:
    seconds = int(CONNECT_SECONDS)
    return await AsyncConnection.connect(conninfo, autocommit=True, connect_timeout=seconds)


def _as_we_need_it(url: str) -> str:
    parts = LINK | conninfo_to_dict(url)
    options = f"{PATIENCE} {parts.get('options') or ''} {RELIED_ON}"
    return make_conninfo("", **parts | {"options": options})


@asynccontextmanager
async def open_postgres(
    url: str, *, connections_max: int = 10, queue_seconds: float = QUEUE_SECONDS
) -> AsyncIterator[PostgresStore]:
    """
    Connect, for as long as the block lasts.

    Raises:
        StorageUnreachable: nobody answers there, or the address is not one.
    """
    where = where_of(url)
    try:
        conninfo = _as_we_need_it(url)
        # One plain connection first: the pool would only say that it took too long.
        first = await _connected(conninfo)
        await first.close()
    except psycopg.Error as failure:
        raise in_our_words(where, failure) from failure
    pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
        conninfo,
        min_size=1,
        max_size=connections_max,
        timeout=CONNECT_SECONDS,
        # The pool doubles its pauses while nobody answers: started anew by the next question, it is
        # back at once after a long outage too, not after as long again.
        reconnect_timeout=CONNECT_SECONDS,
        kwargs={"autocommit": True, "prepare_threshold": 0},
        open=False,
    )
    async with pool:
        turns = asyncio.Semaphore(connections_max)
        yield PostgresStore(where, pool, conninfo, queue_seconds, turns)
