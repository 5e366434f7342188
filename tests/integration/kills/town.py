"""The desks of all providers on this machine, who kill their callers, and come with their news."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from enum import StrEnum
from random import Random
from typing import Any, Final, Protocol

import httpx
from attrs import define, field

from altyn.core.money import USDT, Money
from altyn.core.payments import PaymentId
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox import HeleketDesk, PspDesk, TelegramDesk
from altyn.entrypoints.sandbox.faults import answer, read_body
from altyn.entrypoints.sandbox.ton import TonDesk
from altyn.entrypoints.sandbox.ton_cells import friendly, stranger

from .times import LeapingClock

SHOP: Final = stranger("shop")
PUBLIC: Final = "https://shop.example"
COMES_AGAIN_SECONDS: Final = 0.02
ASK_AGAIN_SECONDS: Final = 0.2
UNHURRIED_SECONDS: Final = 0.4
"""So long a notice may be on its way."""


class Moment(StrEnum):
    """When the power fails."""

    ASKED = "asked"
    """A provider was asked for something, and has not done it."""
    DONE = "done"
    """He has done it, and has not answered."""
    ANSWERED = "answered"
    """He has answered, just now or some milliseconds ago."""
    ACKNOWLEDGED = "acknowledged"
    """He was told that we have his notice."""


@define
class Ambush:
    """Strikes once, at the moment for which it was laid."""

    strike: Callable[[], None] = lambda: None
    moment: Moment | None = None
    spared: int = 0
    """So many of those moments pass without harm."""
    struck: Counter[Moment] = field(factory=Counter)

    def lay(self, moment: Moment, spared: int) -> None:
        """Wait for that moment."""
        self.moment, self.spared = moment, spared

    def lift(self) -> None:
        """Go home."""
        self.moment = None

    def at(self, moment: Moment, after_seconds: float = 0.0) -> None:
        """It is that moment."""
        if moment is not self.moment:
            return
        if self.spared:
            self.spared -= 1
            return
        self.moment = None
        self.struck[moment] += 1
        if after_seconds:
            asyncio.get_running_loop().call_later(after_seconds, self.strike)
        else:
            self.strike()


@define(eq=False)
class Town:
    """Everybody around the program."""

    clock: LeapingClock
    random: Random
    ambush: Ambush
    background: asyncio.TaskGroup
    client: httpx.AsyncClient
    heleket: HeleketDesk = field(init=False)
    telegram: TelegramDesk = field(init=False)
    ton: TonDesk = field(init=False)
    psp: PspDesk = field(init=False)
    times_max: int = 3
    """How often a provider tells of the same."""
    address: str | None = None
    """Where the program listens, while it does."""
    settings: dict[str, str] = field(factory=dict, init=False)
    """How the program is told of the town."""
    carried: Counter[str] = field(factory=Counter, init=False)
    """How many of the news of each desk are on their way, or were."""
    sent: Counter[tuple[str, str]] = field(factory=Counter, init=False)
    """In units, what came on the chain, by asset and the id of the payment in hexadecimal."""
    under_way: int = field(default=0, init=False)
    """How many notices are to be acknowledged."""
    told: int = field(default=0, init=False)
    """How many were."""
    change: asyncio.Condition = field(factory=asyncio.Condition, init=False)
    """Something happened that somebody may wait for."""

    def __attrs_post_init__(self) -> None:
        self.heleket, self.psp = HeleketDesk(self.clock), PspDesk(self.clock)
        self.telegram, self.ton = TelegramDesk(self.clock), TonDesk(self.clock)

    def desks(self) -> Mapping[str, Callable[[Any, Any, Any], Awaitable[None]]]:
        """By the settings that say where they are."""
        return {
            "ALTYN_HELEKET_API": self.heleket,
            "ALTYN_TELEGRAM_API": self.telegram,
            "ALTYN_TON_API": self.ton,
            "ALTYN_PSP_API": self.psp,
        }

    async def until(self, so: Callable[[], bool]) -> None:
        """Wait until it is so: asked whenever something has happened, and when time has passed."""
        while not so():
            with suppress(TimeoutError):
                async with asyncio.timeout(ASK_AGAIN_SECONDS), self.change:
                    await self.change.wait()

    async def happened(self) -> None:
        """Tell those who wait."""
        async with self.change:
            self.change.notify_all()

    async def moved(self, address: str | None) -> None:
        """The program listens there now, or nowhere."""
        self.address = address
        await self.happened()

    def send(self, payment: PaymentId, memo: str, amount: Money, who: str) -> None:
        """Somebody sends us coins or jettons on the chain."""
        if amount.asset == USDT:
            self.ton.send_jetton(SHOP, amount.units, memo, source=stranger(who))
        else:
            self.ton.send(SHOP, amount.units, memo, source=stranger(who))
        self.sent[amount.asset.code, payment.hex] += amount.units

    def carry(self) -> None:
        """Providers come with what is new: each notice once or several times, in any order."""
        for raw in self._new("heleket", self.heleket.notices):
            self._send("/webhooks/heleket", raw, {})
        for raw, headers in self._new("psp", self.psp.notices):
            self._send("/webhooks/example", raw, headers)
        for each in self._new("telegram", self.telegram.deliveries):
            self._send(each.url.removeprefix(PUBLIC), each.body, each.headers)

    def _new(self, desk: str, news: list[Any]) -> list[Any]:
        begin = self.carried[desk]
        self.carried[desk] = len(news)
        return news[begin:]

    def _send(self, path: str, raw: bytes, headers: Mapping[str, str]) -> None:
        for again in range(self.random.randint(1, self.times_max)):
            wait = self.random.uniform(0, UNHURRIED_SECONDS) if again else 0
            self.under_way += 1
            self.background.create_task(self._tell(path, raw, headers, wait))

    async def _tell(self, path: str, raw: bytes, headers: Mapping[str, str], wait: float) -> None:
        """Whoever is not acknowledged comes again."""
        await asyncio.sleep(wait)
        while True:
            if await self._acknowledged(path, raw, headers):
                break
            await asyncio.sleep(COMES_AGAIN_SECONDS)
        self.under_way -= 1
        self.told += 1
        self.ambush.at(Moment.ACKNOWLEDGED)
        await self.happened()

    async def _acknowledged(self, path: str, raw: bytes, headers: Mapping[str, str]) -> bool:
        await self.until(lambda: self.address is not None)
        try:
            told = await self.client.post(f"{self.address}{path}", content=raw, headers=headers)
        except httpx.TransportError:
            return False
        assert told.status_code in (200, 429, 503), told.text
        return told.status_code == 200


class Place(Protocol):
    """Where desks are."""

    random: Random
    ambush: Ambush

    def carry(self) -> None:
        """Whoever has news comes with them."""

    async def happened(self) -> None:
        """Tell those who wait."""


@define
class Road:
    """The way to a desk, on which the caller may be struck."""

    desk: Callable[[Any, Any, Any], Awaitable[None]]
    town: Place

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One call of the program."""
        ambush, asked = self.town.ambush, self.town.ambush.moment is Moment.ASKED
        ambush.at(Moment.ASKED)
        if asked and ambush.moment is None:  # nobody is there any more, and it is not done
            await read_body(receive)
            await answer(send, receive, None, 503, b"{}")
            return
        said: list[Any] = []

        async def keep(message: Any) -> None:
            said.append(message)

        await self.desk(scope, receive, keep)
        self.town.carry()
        ambush.at(Moment.DONE)
        for each in said:
            await send(each)
        ambush.at(
            Moment.ANSWERED, self.town.random.choice((0.0, self.town.random.uniform(0, 0.03)))
        )
        await self.town.happened()


@asynccontextmanager
async def open_town(
    clock: LeapingClock, random: Random, ambush: Ambush, background: asyncio.TaskGroup
) -> AsyncIterator[Town]:
    """All desks listen on this machine."""
    stopping = asyncio.Event()
    async with httpx.AsyncClient(timeout=30) as client:
        town = Town(clock, random, ambush, background, client)
        town.settings |= {
            "ALTYN_API_PORT": "0",
            "ALTYN_API_PUBLIC": PUBLIC,
            "ALTYN_HELEKET_MERCHANT": town.heleket.merchant,
            "ALTYN_HELEKET_PAYMENT_KEY": town.heleket.payment_key,
            "ALTYN_TELEGRAM_TOKEN": town.telegram.token,
            "ALTYN_TELEGRAM_PROVIDER_TOKEN": town.telegram.provider_token,
            "ALTYN_TON_ADDRESS": friendly(SHOP, bounceable=False),
            "ALTYN_PSP_PROFILE": "example",
            "ALTYN_PSP_ID": town.psp.shop,
            "ALTYN_PSP_SECRETS": f"key={town.psp.key}, callback_key={town.psp.callback_key}",
            "ALTYN_PSP_SUCCESS": PUBLIC,
        }
        async with AsyncExitStack() as stack:
            for setting, desk in town.desks().items():
                listener = stack.enter_context(closing(listen("127.0.0.1", 0)))
                serving = Serving(Road(desk, town), listener)
                town.settings[setting] = serving.address
                await stack.enter_async_context(serving.until(stopping))
            yield town
            stopping.set()
