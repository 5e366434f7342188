"""How long after a commit those who watch `/v1/live` are told, here and at another process."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack
from random import Random
from statistics import quantiles
from time import monotonic
from typing import Final

import httpx
import websockets
from attrs import field, frozen

from .api_processes import process
from .table import Table

Reader = tuple[str, str]
"""Where somebody watches, and how."""

SERVING: Final = "tests.bench.api_live_serving"
WHERE: Final = ("the same process", "another process")
PATIENCE_SECONDS: Final = 10.0
APART_SECONDS: Final = 0.5
"""At most: as long as a process sleeps that only looks, so that nothing happens by its clock."""
WARM_UP: Final = 3
STORAGES: Final = {"postgres": "PostgreSQL", "sqlite": "SQLite"}


@frozen
class Ear:
    """When somebody was told of what, by the clock of the machine."""

    _told: dict[str, float] = field(factory=dict, init=False)
    _news: asyncio.Event = field(factory=asyncio.Event, init=False)
    ready: asyncio.Event = field(factory=asyncio.Event, init=False)

    async def listen(self, lines: AsyncIterator[str]) -> None:
        """Note whatever comes."""
        async for line in lines:
            self.ready.set()
            if line.startswith("{"):
                self._told[json.loads(line)["id"]] = monotonic()
                self._news.set()

    async def told(self, id: str) -> float:
        """When it came."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while id not in self._told:
                self._news.clear()
                await self._news.wait()
        return self._told.pop(id)


async def heard(place: str, events: int, core: int | None) -> Mapping[Reader, Sequence[float]]:
    """The seconds from before each commit until each reader was told."""
    random = Random(7)
    with ExitStack() as stack:
        first, second = (stack.enter_context(process(SERVING, place, core=core)) for _ in WHERE)
        ears: dict[Reader, Ear] = {}
        waits: dict[Reader, list[float]] = {}
        watching = []
        for where, port in zip(WHERE, (first.port, second.port), strict=True):
            for how, lines in (("WebSocket", _socket(port)), ("server-sent events", _stream(port))):
                ear = ears[where, how] = Ear()
                waits[where, how] = []
                watching.append(asyncio.create_task(ear.listen(lines)))
        async with asyncio.timeout(PATIENCE_SECONDS):
            for ear in ears.values():
                await ear.ready.wait()
        for number in range(WARM_UP + events):
            await asyncio.sleep(random.uniform(0, APART_SECONDS))
            id, began = (await asyncio.to_thread(first.ask)).split()
            for reader, ear in ears.items():
                took = await ear.told(id) - float(began)
                if number >= WARM_UP:
                    waits[reader].append(took)
        for each in watching:
            each.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
    return waits


async def _socket(port: int) -> AsyncIterator[str]:
    async with websockets.connect(f"ws://127.0.0.1:{port}/v1/live") as socket:
        yield "here"
        async for message in socket:
            yield str(message)


async def _stream(port: int) -> AsyncIterator[str]:
    async with (
        httpx.AsyncClient(timeout=None) as client,
        client.stream("GET", f"http://127.0.0.1:{port}/v1/live") as answer,
    ):
        async for line in answer.aiter_lines():
            yield line.removeprefix("data: ")


def table_of(told: Mapping[str, Mapping[Reader, Sequence[float]]]) -> Table:
    """What came of it."""
    return Table(
        "From a commit to whoever watches",
        ["", "watches at", "by", "p50, ms", "p95, ms", "p99, ms"],
        [
            [STORAGES[storage], *reader, *(f"{each * 1000:.1f}" for each in _percentiles(waits))]
            for storage, lot in told.items()
            for reader, waits in lot.items()
        ],
        words=3,
        notes=["Counted from before the commit, so with it."],
    )


def _percentiles(waits: Sequence[float]) -> tuple[float, float, float]:
    hundred = quantiles(waits, n=100, method="inclusive")
    return hundred[49], hundred[94], hundred[98]
