"""Connections for the contenders on PostgreSQL: equally many, equally durable, all prepared."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool

from .contender import Pay

Connection = AsyncConnection[tuple[Any, ...]]


async def connect(url: str) -> Connection:
    """
    Durable, whatever the server's or the role's default is.

    Every statement is prepared when it is first sent, so while the workers warm up.
    """
    conninfo = make_conninfo(url, options="-c synchronous_commit=on")
    return await AsyncConnection.connect(conninfo, autocommit=True, prepare_threshold=0)


@asynccontextmanager
async def connections(
    url: str, workers: int, pay: Callable[[Connection], Pay]
) -> AsyncIterator[Sequence[Pay]]:
    """One for each worker, and what it does with it."""
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(await connect(url)) for _ in range(workers)]
        yield [pay(connection) for connection in opened]


@asynccontextmanager
async def pool(url: str, workers: int) -> AsyncIterator[AsyncConnectionPool[Connection]]:
    """As many as there are workers, all open before the work begins."""
    opened: AsyncConnectionPool[Connection] = AsyncConnectionPool(
        make_conninfo(url, options="-c synchronous_commit=on"),
        min_size=workers,
        max_size=workers,
        kwargs={"autocommit": True, "prepare_threshold": 0},
        open=False,
    )
    async with opened:
        await opened.wait()
        yield opened


async def counted(url: str, question: LiteralString) -> int:
    """The number that answers."""
    return int(await _answer(url, question))


async def found(url: str, question: LiteralString) -> str | None:
    """The text that answers, if there is a row at all."""
    answer = await _answer(url, question)
    return None if answer is None else str(answer)


async def _answer(url: str, question: LiteralString) -> Any:
    async with await connect(url) as connection:
        row = await (await connection.execute(question)).fetchone()
        return None if row is None else row[0]
