"""The whole world of the sandbox: desks and people, the way between them and Altyn, and Altyn."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from attrs import define, evolve

from ...core.clock import Clock
from .bell import Bell
from .desks import Desk, Desks
from .keeping import Keeping
from .people import OWNER, PEOPLE
from .postman import Postman
from .record import Record
from .shop import Shop
from .stickerdom_shop import assortment
from .weather import Weather

DESKS: Final = ("telegram", "heleket", "ton", "fragment", "stickerdom")
"""Those that Altyn deals with here, in the order of their ports."""
KEPT: Final = "world.state"
KEPT_EVERY_SECONDS: Final = 0.5
COINS_AT_FIRST: Final = 100 * 10**9
DOLLARS_AT_FIRST: Final = 500 * 10**6
CHECKOUT: Final = "https://pay.heleket.com/pay"
"""Where its invoices are paid, as buttons of bots lead nowhere but to such addresses."""
SEALING_KEY: Final = "5a" * 32
"""Everybody knows it: nothing of worth may be sealed with it."""
PRICES: Final = (
    'percent = "10"\nrates = { "TON:RUB" = "300", "USDT:RUB" = "95", "XTR:RUB" = "1.5" }'
)


@define(eq=False)
class World:
    """It goes on where it was left, and is kept as it changes."""

    desks: Desks
    shop: Shop
    record: Record
    postman: Postman
    weathers: Mapping[str, Weather]
    bell: Bell
    clock: Clock
    keeping: Keeping

    @classmethod
    def open(cls, clock: Clock, folder: Path, command: Sequence[str]) -> "World":
        """
        As it was left in that folder, or anew; the command starts Altyn.

        Raises:
            WorldUnreadable: what was left there is none.
        """
        bell, desks, keeping = Bell(), Desks.open(clock), Keeping(folder / KEPT)
        if not keeping.restore(desks):
            _settle(desks)
        desks.heleket.page = CHECKOUT
        for each in PEOPLE:
            desks.telegram.chats.users[each.user.id] = each.user
            desks.fragment.people[each.name] = each.user.first_name
        shop = Shop(command, folder / "altyn.log", bell)
        weathers = {name: Weather() for name in DESKS}
        for name, weather in weathers.items():
            getattr(desks, name).faults.weather = weather
        return cls(
            desks=desks,
            shop=shop,
            record=Record(clock, bell, _secrets(desks)),
            postman=Postman(desks.heleket, bell, lambda: shop.address),
            weathers=weathers,
            bell=bell,
            clock=clock,
            keeping=keeping,
        )

    @property
    def doors(self) -> Sequence[Desk]:
        """The desks that Altyn deals with, each behind its weather, in the order of their ports."""
        known = {each.name: each for each in self.desks.listed()}
        return [
            evolve(known[name], app=self.record.noting(name, known[name].app, self.weathers[name]))
            for name in DESKS
        ]

    @asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """Notices are brought and the world is kept while the block lasts; and kept after it."""
        errands = [asyncio.create_task(each) for each in (self.postman.walk(), self._keep())]
        try:
            yield
        finally:
            for each in errands:
                each.cancel()
            await asyncio.gather(*errands, return_exceptions=True)
            for weather in self.weathers.values():
                weather.turn()  # the doors are shut next: nobody is held at them
            self.keep()

    def calm(self) -> None:
        """Nothing goes wrong any more, and the shop is open."""
        for name, weather in self.weathers.items():
            weather.turn()
            getattr(self.desks, name).faults.clear()
        self.postman.copies = self.postman.backwards = False
        self.desks.ton.catch_up()
        self.shop.reopen()
        self.bell.ring()

    def keep(self) -> None:
        """Write down how it is."""
        self.keeping.keep(self.desks)

    async def _keep(self) -> None:
        heard = 0
        while True:
            heard = await self.bell.after(heard)
            self.keep()
            await asyncio.sleep(KEPT_EVERY_SECONDS)


def settings_file(settings: Mapping[str, str], database: str, port: int) -> str:
    """What Altyn is told of the world: a file of settings, for it and for the command line."""
    tables: dict[str, dict[str, str]] = {}
    for name, value in settings.items():
        table, _, key = name.removeprefix("ALTYN_").lower().partition("_")
        tables.setdefault(table, {})[key] = value
    tables["ton"]["api_key"] = "whoever-shows-one-is-not-kept-waiting"
    tables["sealing"] = {"keys": SEALING_KEY}
    tables.setdefault("bot", {}).update(asset="RUB", support=f"@{OWNER.name}")
    lines = [
        "# Written anew by each `altyn up` that starts the sandbox: there is no secret in it",
        f"database = {_quoted(database)}",
        f"owners = [{OWNER.user.id}]",
        "",
        "[api]",
        f"port = {port}",
        "",
        "[metrics]",
        "port = 0",
        "",
        '[limits."api.address"]',
        "count = 60000",
        "burst = 1000",
        "",
        '[limits."api.caller"]',
        "count = 60000",
        "burst = 1000",
        "",
        "[payments.routes.cards]",
        "not_for = []",
        "",
        "[goods.prices]",
        *PRICES.splitlines(),
    ]
    for table, values in tables.items():
        lines += ["", f"[{table}]", *(f"{key} = {_quoted(text)}" for key, text in values.items())]
    return "\n".join(lines) + "\n"


def _settle(desks: Desks) -> None:
    """In a new world everybody has something to spend, and packs are on sale."""
    desks.stickerdom.collections = assortment()
    for each in PEOPLE:
        desks.ton.give(each.wallet, COINS_AT_FIRST)
        desks.ton.send_jetton(each.wallet, DOLLARS_AT_FIRST, notify=False)


def _secrets(desks: Desks) -> Sequence[str]:
    """What is never shown."""
    telegram, heleket = desks.telegram, desks.heleket
    shown = [telegram.token, telegram.provider_token, heleket.payment_key, heleket.payout_key]
    return [*shown, *desks.fragment.cookies.values()]


def _quoted(text: str) -> str:
    return json.dumps(text)
