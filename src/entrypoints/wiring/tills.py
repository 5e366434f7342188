"""The ways of paying that are enabled, opened; each is imported when it is."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack

from attrs import field, frozen

from ...core.clock import Clock
from ...core.payments import (
    Checkout,
    Counter,
    Cursors,
    Feed,
    Gateway,
    MethodUnknown,
    Objection,
    Pulse,
    StandingGateway,
    Told,
)
from ...core.resilience import Reputations
from ...core.signals import Signals
from .extras import with_ton
from .methods import CARDS, HELEKET, STARS, TELEGRAM, TON_METHOD, methods
from .settings import Settings


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
    pulses: Mapping[str, Pulse] = field(factory=dict)
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
    pulses: dict[str, Pulse] = {}
    announce: list[Callable[[], Awaitable[None]]] = []
    if heleket := enabled.get(HELEKET):
        from .heleket import open_heleket  # a client of HTTP takes a while to import

        merchant = await opened.enter_async_context(open_heleket(heleket, settings, clock, signals))
        gateways.append(merchant.gateway)
        standing.append(merchant.wallets)
        pulses[HELEKET] = merchant.gateway.guard
    if bot := tuple(enabled[each] for each in (STARS, CARDS) if each in enabled):
        from .telegram import open_telegram

        shop = await opened.enter_async_context(
            open_telegram(bot, settings, clock, signals, cursors)
        )
        gateways += shop.gateways
        feeds += shop.feeds
        standing += shop.standing
        counter = shop.counter
        pulses |= {each.name: shop.pulse for each in bot}
        if settings.api.public:
            announce.append(shop.webhook)
    if TON_METHOD in enabled:
        with with_ton("ALTYN_TON_ADDRESS", "TON needs"):
            from .ton import open_ton
        purse = await opened.enter_async_context(
            open_ton(settings, clock, signals, cursors, reputations)
        )
        gateways.append(purse.gateway)
        feeds.append(purse.feed)
        pulses[TON_METHOD] = purse.pulse
    known = {HELEKET, STARS, CARDS, TON_METHOD}
    if card := next((each for name, each in enabled.items() if name not in known), None):
        from .psp import open_psp

        gateway = await opened.enter_async_context(open_psp(card, settings, clock, signals))
        gateways.append(gateway)
        pulses[card.name] = gateway.guard
    return Tills(
        gateways=tuple(gateways),
        feeds=tuple(feeds),
        standing=tuple(standing),
        counter=counter,
        pulses=pulses,
        announce=tuple(announce),
    )
