"""Queues on PostgreSQL as their manuals would have them used, and our own on both storages."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import uuid4

from attrs import frozen

from altyn.adapters.postgres import PostgresSchema, PostgresTasks, open_bell, open_postgres
from altyn.adapters.sqlite import SqliteSchema, SqliteTasks, open_sqlite
from altyn.adapters.system import SystemClock
from altyn.core.bells import Bell
from altyn.core.identifiers import TimeOrdered
from altyn.core.tasks import Claimed, Handling, Runner, Task, TaskId, Tasks

from .peers import peer

AT_ONCE: Final = 200
"""Tasks side by side, for each of them."""
CONNECTIONS: Final = 10

Ran = Callable[[int], None]


class Queue(Protocol):
    """Something that has tasks done."""

    async def enqueue(self, numbers: Sequence[int]) -> None:
        """These, in one go, durably."""
        ...

    def working(self) -> AbstractAsyncContextManager[None]:
        """Somebody does tasks inside the block."""
        ...


@frozen
class Contender:
    """A queue by its name, and how it is opened at a database of its own."""

    name: str
    opened: Callable[[str, Ran], AbstractAsyncContextManager[Queue]]
    in_file: bool = False


@frozen
class Ours:
    """Tasks of Altyn."""

    tasks: Tasks
    bell: Bell
    ran: Ran

    async def enqueue(self, numbers: Sequence[int]) -> None:
        """As the benchmark says."""
        lot = [Task(id=TaskId(uuid4()), kind="noop", facts={"number": each}) for each in numbers]
        await self.tasks.enqueue(lot)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """As the benchmark says."""

        async def do(claimed: Claimed) -> None:
            number = claimed.task.facts["number"]
            assert isinstance(number, int)
            self.ran(number)

        runner = Runner(
            tasks=self.tasks,
            bell=self.bell,
            identifiers=TimeOrdered(SystemClock()),
            handlings=[Handling(kind="noop", do=do, at_once=AT_ONCE)],
        )
        stopping = asyncio.Event()
        async with runner.until(stopping):
            yield
            stopping.set()


@asynccontextmanager
async def ours_on_postgres(url: str, ran: Ran) -> AsyncIterator[Queue]:
    """In a database."""
    async with open_postgres(url, connections_max=CONNECTIONS) as store:
        await PostgresSchema(store).migrate()
        async with open_bell(store) as bell:
            yield Ours(PostgresTasks(store), bell, ran)


@asynccontextmanager
async def ours_in_sqlite(path: str, ran: Ran) -> AsyncIterator[Queue]:
    """In a file."""
    async with open_sqlite(Path(path)) as store:
        await SqliteSchema(store).migrate()
        tasks = SqliteTasks(store, SystemClock())
        yield Ours(tasks, tasks.bell, ran)


@frozen
class Procrastinate:
    """An app with one task, and a worker in this process."""

    app: Any
    noop: Any

    async def enqueue(self, numbers: Sequence[int]) -> None:
        """As the benchmark says."""
        if len(numbers) == 1:
            await self.noop.defer_async(number=numbers[0])
        else:
            await self.noop.batch_defer_async(*({"number": each} for each in numbers))

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """As the benchmark says."""
        worker = asyncio.create_task(
            self.app.run_worker_async(concurrency=AT_ONCE, install_signal_handlers=False)
        )
        try:
            yield
        finally:
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker


@asynccontextmanager
async def procrastinate(url: str, ran: Ran) -> AsyncIterator[Queue]:
    """On psycopg, which it is made for."""
    library = peer("procrastinate")
    app = library.App(connector=library.PsycopgConnector(conninfo=url, max_size=CONNECTIONS))

    @app.task(name="noop")  # type: ignore[untyped-decorator]
    async def noop(number: int) -> None:
        ran(number)

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        yield Procrastinate(app, noop)


@frozen
class PgQueuer:
    """A queue with one entrypoint, and a worker in this process."""

    library: Any
    driver: Any
    queries: Any
    ran: Ran

    async def enqueue(self, numbers: Sequence[int]) -> None:
        """As the benchmark says."""
        payloads = [str(each).encode() for each in numbers]
        await self.queries.enqueue(["noop"] * len(payloads), payloads, [0] * len(payloads))

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """As the benchmark says."""
        queuer = self.library.PgQueuer(self.driver)

        @queuer.entrypoint("noop")  # type: ignore[untyped-decorator]
        async def noop(job: Any) -> None:
            self.ran(int(job.payload))

        worker = asyncio.create_task(queuer.run(batch_size=AT_ONCE))
        try:
            yield
        finally:
            queuer.shutdown.set()
            await worker


@asynccontextmanager
async def pgqueuer(url: str, ran: Ran) -> AsyncIterator[Queue]:
    """On asyncpg, which it is fastest on."""
    library, db, queries = peer("pgqueuer"), peer("pgqueuer.db"), peer("pgqueuer.queries")
    pool = peer("asyncpg").create_pool(url, min_size=1, max_size=CONNECTIONS)
    async with pool:
        driver = db.AsyncpgPoolDriver(pool)
        asked = queries.Queries(driver)
        await asked.install()
        yield PgQueuer(library, driver, asked, ran)


CONTENDERS: Final = (
    Contender("altyn, PostgreSQL", ours_on_postgres),
    Contender("altyn, SQLite", ours_in_sqlite, in_file=True),
    Contender("pgqueuer", pgqueuer),
    Contender("procrastinate", procrastinate),
)
