"""The bot as a program between all desks: it is started, dies when the power fails, starts anew."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
from attrs import define, field, frozen
from dishka import AsyncContainer, Provider, Scope, provide

from altyn.core.clock import Clock
from altyn.core.schema import Schema
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox.desks import Desks
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container

from .mines import Mine
from .processes import DEADLINE_SECONDS, Life, Nursery, open_nursery
from .times import LeapingClock
from .traps import Traps

UP: Final = "Stop it with Ctrl-C.\n"
PUBLIC: Final = "https://shop.example"
SPEED: Final = 4.0
"""So much faster time is here: more, and a slow machine has not answered before it is too late."""
CLAIMED: Final = timedelta(seconds=31)
"""What somebody dies over is given to another one after that."""
COMES_AGAIN_SECONDS: Final = 0.02
LOOKS_AGAIN_SECONDS: Final = 0.02
SETTINGS: Final = {
    "ALTYN_API_PORT": "0",
    "ALTYN_BOT_ASSET": "RUB",
    "ALTYN_GOODS_PRICES": (
        'percent = "10"\nrates = { "TON:RUB" = "300", "XTR:RUB" = "1.5", "USDT:RUB" = "90" }'
    ),
}


class OfTheTown(Provider):
    """The time is that of the town."""

    scope = Scope.APP

    def __init__(self, hand: LeapingClock) -> None:
        super().__init__()
        self.hand = hand

    @provide
    def clock(self) -> Clock:
        """Faster than elsewhere."""
        return self.hand


@frozen(kw_only=True)
class Way:
    """How the program is run."""

    brought: bool
    """Whether Telegram brings updates, or they are fetched."""
    processes: int = 1


@define(eq=False)
class Parlour:
    """The program, everybody whom it deals with, and its books."""

    way: Way
    clock: LeapingClock
    desks: Desks
    nursery: Nursery
    house: AsyncContainer
    client: httpx.AsyncClient
    traps: Traps
    mines: Callable[[], Mine | None] = lambda: None
    """On what the first process of those that start dies, if it comes there."""
    alive: list[Life] = field(factory=list)
    kills: int = 0
    _carried: dict[str, int] = field(factory=dict, init=False)
    _turn: int = field(default=0, init=False)
    _is_mined: bool = field(default=False, init=False)
    """Whether the first of those that live dies if it comes somewhere."""

    async def start(self) -> None:
        """All processes."""
        for number in range(self.way.processes):
            mine = None if number else self.mines()
            self._is_mined = self._is_mined if number else mine is not None
            self.alive.append(await self.nursery.start("up", mine=mine))
        for each in self.alive:
            await each.until(UP)

    async def until(self, so: Callable[[], bool]) -> None:
        """Wait until it is so."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while True:
                if so():
                    return
                await asyncio.sleep(LOOKS_AGAIN_SECONDS)

    def strike(self) -> None:
        """The power fails."""
        for each in self.alive:
            each.signal(signal.SIGKILL)

    async def live_on(self) -> None:
        """Whoever died is started anew, when the claims of the dead are over."""
        while True:  # ends by being cancelled
            await asyncio.wait(
                [asyncio.ensure_future(each.end()) for each in self.alive],
                return_when=asyncio.FIRST_COMPLETED,
            )
            self.strike()  # one machine has them all
            for each in self.alive:
                await each.end()
            self.alive.clear()
            self.kills += 1
            self.clock.leap(CLAIMED)
            await self.start()

    async def stop(self) -> None:
        """As one does; whoever has not come to the mine before may come to it now."""
        for each in self.alive:
            each.signal(signal.SIGTERM)
        for number, each in enumerate(self.alive):
            ended = await each.end()
            on_a_mine = self._is_mined and not number and ended == -signal.SIGKILL
            assert ended == 0 or on_a_mine, each.said
        self.alive.clear()

    async def carry(self) -> None:
        """Providers come with what is new, to one process after the other, until it is heard."""
        while True:  # ends by being cancelled
            for each in self._new("telegram", self.desks.telegram.deliveries):
                await self.brings(each.url.removeprefix(PUBLIC), each.body, each.headers)
            for raw in self._new("heleket", self.desks.heleket.notices):
                await self.brings("/webhooks/heleket", raw, {})
            await asyncio.sleep(COMES_AGAIN_SECONDS)

    def _new(self, desk: str, news: Sequence[Any]) -> Sequence[Any]:
        begin = self._carried.get(desk, 0)
        self._carried[desk] = len(news)
        return news[begin:]

    async def brings(self, path: str, raw: bytes, headers: Any) -> None:
        """One piece of news."""
        while True:
            addresses = self.addresses
            self._turn += 1
            with suppress(httpx.TransportError):
                if addresses:
                    address = addresses[self._turn % len(addresses)]
                    said = await self.client.post(address + path, content=raw, headers=headers)
                    if said.status_code == httpx.codes.OK:
                        return
            await asyncio.sleep(COMES_AGAIN_SECONDS)

    @property
    def addresses(self) -> list[str]:
        """Where processes listen that live."""
        return [
            each.said.partition(" on ")[2].partition(",")[0]
            for each in self.alive
            if each.code is None and UP in each.said
        ]

    async def found(self) -> list[Any]:
        """What `altyn check` has to say against the books."""
        life = await self.nursery.start("check", "--json")
        await life.end()
        return [each for each in life.document["laws"] if each["finding"]]


@asynccontextmanager
async def open_parlour(folder: Path, database: str, way: Way) -> AsyncIterator[Parlour]:
    """Everybody listens on this machine; nothing of the program runs yet."""
    clock, stopping, traps = LeapingClock(), asyncio.Event(), Traps()
    clock.hasten(SPEED)
    desks = Desks.open(clock)
    settings = {**SETTINGS, "ALTYN_DATABASE": database}
    if way.brought:
        settings["ALTYN_API_PUBLIC"] = PUBLIC
    async with AsyncExitStack() as stack:
        for desk in desks.listed():
            if desk.name in ("telegram", "heleket", "fragment", "ton"):
                listener = stack.enter_context(closing(listen("127.0.0.1", 0)))
                serving = Serving(traps.on_the_way_to(desk.app), listener)
                settings |= desk.settings_at(serving.address)
                await stack.enter_async_context(serving.until(stopping))
        for unused in ("ALTYN_TON_ADDRESS", "ALTYN_TELEGRAM_PROVIDER_TOKEN"):
            del settings[unused]  # there are two ways to pay
        house = make_container(read_settings(settings, folder), OfTheTown(clock), create=True)
        stack.push_async_callback(house.close)
        await (await house.get(Schema)).migrate()
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=30))
        nursery = await stack.enter_async_context(open_nursery(folder, settings, clock))
        parlour = Parlour(way, clock, desks, nursery, house, client, traps)
        traps.strike = parlour.strike
        yield parlour
        stopping.set()


@asynccontextmanager
async def living(parlour: Parlour) -> AsyncIterator[None]:
    """The program is there, and again whenever it has died; it is stopped as one does."""
    await parlour.start()
    tasks = [asyncio.create_task(parlour.carry()), asyncio.create_task(parlour.live_on())]
    try:
        yield
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.wait(tasks)
    await parlour.stop()
