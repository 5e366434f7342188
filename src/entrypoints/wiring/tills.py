"""The ways of paying that are enabled, opened; each is imported when it is."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Final

from attrs import frozen

from ...core.clock import Clock
from ...core.payments import (
    Checkout,
    Counter,
    Cursors,
    Feed,
    Gateway,
    MethodUnknown,
    Objection,
    StandingGateway,
    Told,
)
from ...core.resilience import Reputations
from ...core.signals import Signals
from .errors import SettingWrong
from .methods import CARDS, HELEKET, STARS, TELEGRAM, TON_METHOD, methods
from .settings import Settings

OF_TON: Final = frozenset({"pytoniq_core", "segno"})
"""What the extra `ton` installs."""


@frozen
class NoCounter:
    """Nobody is expected to tell us anything."""

    def read(self, raw: bytes, headers: Mapping[str, str]) -> Checkout | Told | None:
        """As the port says."""
        raise MethodUnknown(TELEGRAM, ())

    async def answer(self, checkout: Checkout, objection: Objection | None) -> None:
        """As the port says."""
        raise MethodUnknown(TELEGRAM, ())


@frozen
class Tills:
    """Everything that takes money."""

    gateways: tuple[Gateway, ...] = ()
    feeds: tuple[Feed, ...] = ()
    standing: tuple[StandingGateway, ...] = ()
    counter: Counter = NoCounter()
    announce: tuple[Callable[[], Awaitable[None]], ...] = ()
    """What has to be told to providers before they tell us anything."""


async def open_tills(
    opened: AsyncExitStack,
    settings: Settings,
    clock: Clock,
    signals: Signals,
    cursors: Cursors,
    reputations: Reputations,
) -> Tills:
    """All that are enabled; they close with the stack."""
    enabled = {each.name: each for each in methods(settings) if each.enabled}
    gateways: list[Gateway] = []
    feeds: list[Feed] = []
    standing: list[StandingGateway] = []
    counter: Counter = NoCounter()
    announce: list[Callable[[], Awaitable[None]]] = []
    if heleket := enabled.get(HELEKET):
        from .heleket import open_heleket  # a client of HTTP takes a while to import

        merchant = await opened.enter_async_context(open_heleket(heleket, settings, clock, signals))
        gateways.append(merchant.gateway)
        standing.append(merchant.wallets)
    if bot := tuple(enabled[each] for each in (STARS, CARDS) if each in enabled):
        from .telegram import open_telegram

        shop = await opened.enter_async_context(
            open_telegram(bot, settings, clock, signals, cursors)
        )
        gateways += shop.gateways
        feeds += shop.feeds
        standing += shop.standing
        counter = shop.counter
        announce.append(shop.webhook)
    if TON_METHOD in enabled:
        try:
            from .ton import open_ton
        except ModuleNotFoundError as absent:
            if absent.name not in OF_TON:
                raise
            raise SettingWrong(
                "ALTYN_TON_ADDRESS", "TON needs more than is installed: pip install 'altyn[ton]'"
            ) from None

        purse = await opened.enter_async_context(
            open_ton(settings, clock, signals, cursors, reputations)
        )
        gateways.append(purse.gateway)
        feeds.append(purse.feed)
    known = {HELEKET, STARS, CARDS, TON_METHOD}
    if card := next((each for name, each in enabled.items() if name not in known), None):
        from .psp import open_psp

        gateways.append(await opened.enter_async_context(open_psp(card, settings, clock, signals)))
    return Tills(
        gateways=tuple(gateways),
        feeds=tuple(feeds),
        standing=tuple(standing),
        counter=counter,
        announce=tuple(announce),
    )
