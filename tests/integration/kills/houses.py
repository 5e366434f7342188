"""Two processes that serve the API and two that work: each dies at random and is started again."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from random import Random
from typing import Any, Final

import httpx
from attrs import define, field
from dishka import AsyncContainer

from altyn.core.schema import Schema
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox import ListenerDesk
from altyn.entrypoints.sandbox.desks import Desks
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container

from . import mines
from .chatting import OfTheTown
from .mines import Mine
from .processes import KILLED, Life, Nursery, open_nursery
from .times import LeapingClock

UP: Final = "Stop it with Ctrl-C.\n"
SPEED: Final = 20.0
"""So much faster time is here: leases of the dead are over in a few seconds."""
ROLES: Final = ("api", "api", "worker", "worker")
LIVES_SECONDS: Final = 2.5
MINED_SHARE: Final = 0.6
COMES_AGAIN_SECONDS: Final = 0.02
SETTINGS: Final = {
    "ALTYN_API_PORT": "0",
    "ALTYN_GOODS_PRICES": 'percent = "10"\nrates = { "TON:USDT" = "3" }',
    "ALTYN_LIMITS": '"api.address".burst = 100000\n"api.caller".burst = 100000',
    "ALTYN_SEALING_KEYS": "ab" * 32,
    "ALTYN_WEBHOOKS_PRIVATE": "yes",
}


@define(eq=False)
class Houses:
    """The processes, everybody around them, and their books."""

    random: Random
    clock: LeapingClock
    desks: Desks
    listener: ListenerDesk
    hooks: str
    """Where the listener is."""
    nursery: Nursery
    books: AsyncContainer
    client: httpx.AsyncClient
    first_mines: list[Mine] = field(factory=list)
    """On which the first processes that serve the API die."""
    alive: list[Life | None] = field(factory=lambda: [None] * len(ROLES))
    kills: int = 0
    kills_max: int = 0
    """So many are killed; then all of them live on."""
    ends: Counter[str] = field(factory=Counter)
    lost: int = 0
    """How many answers never came."""
    _told: int = 0

    @property
    def addresses(self) -> list[str]:
        """Where processes listen that live."""
        return [
            each.said.partition(" on ")[2].partition(",")[0]
            for each, role in zip(self.alive, ROLES, strict=True)
            if role == "api" and each and each.code is None and UP in each.said
        ]

    async def live(self, place: int) -> None:
        """In that place there is always somebody; whoever dies is followed by the next one."""
        while True:  # ends by being cancelled
            life = await self.nursery.start(ROLES[place], mine=self._mine(ROLES[place]))
            self.alive[place] = life
            assert await life.end() == KILLED, (life.code, life.said)
            self.kills += 1

    def _mine(self, role: str) -> Mine | None:
        if role == "api" and self.first_mines:
            return self.first_mines.pop()
        if self.kills >= self.kills_max or self.random.random() > MINED_SHARE:
            return None
        self.ends["mined"] += 1
        of = mines.while_answering if role == "api" else mines.while_buying
        return of(self.random)

    async def fail(self) -> None:
        """Now and then the power fails for one of them, whatever it does."""
        while self.kills < self.kills_max:
            await asyncio.sleep(self.random.uniform(0, LIVES_SECONDS))
            if life := self.random.choice(self.alive):
                self.ends["struck"] += 1
                life.signal(signal.SIGKILL)

    async def carry(self) -> None:
        """The provider comes with what is new, until it is heard by one or the other."""
        while True:  # ends by being cancelled
            for raw in self.desks.heleket.notices[self._told :]:
                self._told += 1
                await self.ask("POST", "/webhooks/heleket", content=raw)
            await asyncio.sleep(COMES_AGAIN_SECONDS)

    async def ask(self, verb: str, path: str, **what: Any) -> httpx.Response:
        """Ask one or the other, and the very same again until there is a definite answer."""
        while True:
            if addresses := self.addresses:
                try:
                    address = self.random.choice(addresses)
                    answer = await self.client.request(verb, address + path, **what)
                except httpx.TransportError:
                    self.lost += 1
                else:
                    if answer.status_code < 500 and answer.status_code != 429:
                        return answer
            await asyncio.sleep(COMES_AGAIN_SECONDS)

    async def found(self) -> list[Any]:
        """What `altyn check` and `altyn audit verify` have to say against the books."""
        check, verify = [
            await self.nursery.start(*words, "--json") for words in (["check"], ["audit", "verify"])
        ]
        assert await verify.end() == 0, verify.said
        await check.end()
        broken = [each for each in check.document["laws"] if each["finding"]]
        assert verify.document["entries"] > 0
        return broken if verify.document["well"] else [*broken, verify.document]


@asynccontextmanager
async def open_houses(
    folder: Path, database: str, redis: str, random: Random, mistake: str = ""
) -> AsyncIterator[Houses]:
    """Everybody listens on this machine; nothing of the program runs yet."""
    clock, stopping = LeapingClock(), asyncio.Event()
    clock.hasten(SPEED)
    desks, listener = Desks.open(clock), ListenerDesk(clock)
    settings = {**SETTINGS, "ALTYN_DATABASE": database, "ALTYN_REDIS": redis}
    async with AsyncExitStack() as stack:

        async def at(app: Any) -> str:
            socket = stack.enter_context(closing(listen("127.0.0.1", 0)))
            serving = Serving(app, socket)
            await stack.enter_async_context(serving.until(stopping))
            return serving.address

        for desk in desks.listed():
            if desk.name in ("heleket", "fragment", "ton"):
                settings |= desk.settings_at(await at(desk.app))
        del settings["ALTYN_TON_ADDRESS"]  # nobody pays us there
        hooks = await at(listener)
        books = make_container(read_settings(settings, folder), OfTheTown(clock), create=True)
        stack.push_async_callback(books.close)
        await (await books.get(Schema)).migrate()
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=30))
        nursery = await stack.enter_async_context(open_nursery(folder, settings, clock, mistake))
        yield Houses(random, clock, desks, listener, hooks, nursery, books, client)
        stopping.set()


@asynccontextmanager
async def living(houses: Houses, *roles: str) -> AsyncIterator[None]:
    """Those processes are there, and again whenever one has died; at last they are stopped."""
    places = [place for place, role in enumerate(ROLES) if role in roles]
    tasks = [asyncio.create_task(houses.live(place)) for place in places]
    tasks.append(asyncio.create_task(houses.carry()))
    try:
        yield
    finally:
        for each in tasks:
            each.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        lives = [life for life in houses.alive if life is not None]
        for life in lives:
            life.signal(signal.SIGTERM)
        ends = [(await life.end(), life.said) for life in lives]
    # One that has said nothing yet was perhaps ended before it could listen.
    assert {code for code, said in ends if said} <= {0, KILLED}, ends
    assert not [each for each in ended if isinstance(each, Exception)], ended
