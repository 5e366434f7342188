"""Telegram as two ways of paying; it is imported when it was enabled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from attrs import frozen

from ...adapters.http import open_caller
from ...adapters.telegram import (
    BotApi,
    CardsGateway,
    Polling,
    StarsFeed,
    StarsGateway,
    StarsList,
    StarsSubscriptions,
    TelegramCounter,
    Webhook,
)
from ...core.clock import Clock
from ...core.payments import Counter, Cursors, Feed, Gateway, StandingGateway
from ...core.resilience import DEPENDENCIES, Guard
from ...core.signals import Signals
from .methods import CARDS, STARS, TELEGRAM, Method, bounds_of
from .settings import Settings

POLL_SECONDS_MAX: Final = 40.0
"""Longer than Telegram waits for something to happen."""
POLL_BYTES_MAX: Final = 8 * 1024 * 1024


@frozen
class Shop:
    """Everything about payments that goes over one bot."""

    counter: Counter
    gateways: tuple[Gateway, ...]
    feeds: tuple[Feed, ...]
    standing: tuple[StandingGateway, ...]
    webhook: Webhook
    pulse: Guard


@asynccontextmanager
async def open_api(settings: Settings) -> AsyncIterator[BotApi]:
    """The Bot API alone, for whoever asks it once."""
    telegram = settings.telegram
    async with open_caller(TELEGRAM, telegram.api) as caller:
        guard = Guard(TELEGRAM, DEPENDENCIES[TELEGRAM])
        yield BotApi(caller, guard, telegram.token.reveal())


@asynccontextmanager
async def open_polling(settings: Settings, signals: Signals) -> AsyncIterator[Polling]:
    """Who fetches updates, with connections of its own: it holds one of them all the time."""
    telegram, name = settings.telegram, f"{TELEGRAM}.updates"
    async with open_caller(name, telegram.api, POLL_SECONDS_MAX, POLL_BYTES_MAX) as caller:
        guard = Guard(name, DEPENDENCIES[TELEGRAM], signals=signals)
        api = BotApi(caller, guard, telegram.token.reveal())
        yield Polling(api, telegram.secret.reveal())


@asynccontextmanager
async def open_telegram(
    methods: tuple[Method, ...],
    settings: Settings,
    clock: Clock,
    signals: Signals,
    cursors: Cursors,
) -> AsyncIterator[Shop]:
    """What is enabled of it, and its connections."""
    telegram = settings.telegram
    secret, bounds = telegram.secret.reveal(), bounds_of(settings)
    async with open_caller(TELEGRAM, telegram.api) as caller:
        guard = Guard(TELEGRAM, DEPENDENCIES[TELEGRAM], signals=signals)
        api = BotApi(caller, guard, telegram.token.reveal())
        gateways: list[Gateway] = []
        feeds: list[Feed] = []
        standing: list[StandingGateway] = []
        for method in methods:
            if method.name == STARS:
                stars = StarsList(api)
                gateways.append(
                    StarsGateway(
                        api=api,
                        clock=clock,
                        assets=settings.assets,
                        secret=secret,
                        bounds=bounds[STARS],
                        list=stars,
                        cursors=cursors,
                    )
                )
                feeds.append(StarsFeed(stars, clock))
                standing.append(StarsSubscriptions(api=api, cursors=cursors))
            if method.name == CARDS:
                gateways.append(
                    CardsGateway(
                        api=api,
                        clock=clock,
                        assets=settings.assets,
                        secret=secret,
                        bounds=bounds[CARDS],
                        provider_token=telegram.provider_token.reveal(),
                    )
                )
        yield Shop(
            counter=TelegramCounter(api, settings.assets, secret),
            gateways=tuple(gateways),
            feeds=tuple(feeds),
            standing=tuple(standing),
            webhook=Webhook(api, f"{settings.api.public}/webhooks/{TELEGRAM}", secret),
            pulse=guard,
        )
