"""What the bot is made of, over the ports of the house."""

from collections.abc import AsyncIterator
from typing import Final

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from dishka import Provider, Scope, provide

from ...core.broadcasts import Announcer
from ...core.chats import DeepLinks, Windows
from ...core.clock import Clock
from ...core.identity import Trail, Users
from ...core.notifications import TOLD, Messenger, Pace, Spoken
from ...core.payments import Gateways
from ...core.purchases import OnSale, Purchases
from ...core.signals import Signals
from ...core.support import Tickets
from ..wiring import Settings
from ..wiring.access import LINKING, signing_keys
from ..wiring.messenger import Speech, open_speech
from .addresses import Addresses
from .announcing import laid_out
from .following import Followed
from .listing import Listing
from .patience import Patience
from .scenes import Front, Stage
from .scenes.asking import Asking
from .scenes.buying import Buying
from .scenes.choosing import Choosing
from .scenes.linked import Linked
from .scenes.looking import Looking
from .scenes.office import Office
from .scenes.office.adjusting import Adjusting
from .scenes.office.broadcasting import Broadcasting
from .scenes.office.direct import Direct
from .scenes.office.people import People
from .scenes.office.reading import Reading
from .scenes.office.refunding import Refunding
from .scenes.office.reviewing import Reviewing
from .scenes.office.sure import Sureness
from .scenes.preferring import Preferring
from .scenes.recharging import Recharging
from .screen import Screen
from .telling import Worded
from .watching import Watch

TIMEOUT_SECONDS: Final = 20


class Talking(Provider):
    """The bot."""

    scope = Scope.APP

    @provide
    async def bot(self, settings: Settings, pace: Pace) -> AsyncIterator[Bot]:
        """aiogram's client of the Bot API."""
        api = TelegramAPIServer.from_base(settings.telegram.api)
        session = AiohttpSession(api=api, timeout=TIMEOUT_SECONDS)
        session.middleware(Patience(pace))
        session.middleware(Followed())
        plainly = DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True)
        async with Bot(settings.telegram.token.reveal(), session, plainly) as bot:
            yield bot

    @provide
    def front(
        self,
        settings: Settings,
        gateways: Gateways,
        on_sale: OnSale,
    ) -> Front:
        """The shop as people see it."""
        asset = settings.assets.named(settings.bot.asset)
        return Front(
            asset=asset,
            kinds=on_sale.ever(asset),
            can_pay=bool(gateways.by_method),
            contact=settings.bot.support,
            terms=settings.bot.terms,
        )

    @provide
    def screen(self, bot: Bot, windows: Windows, users: Users, clock: Clock) -> Screen:
        """Where windows are shown."""
        return Screen(bot, windows, users, clock)

    @provide
    def listing(self, bot: Bot, users: Users, stage: Stage, trail: Trail) -> Listing:
        """Which commands Telegram shows to whom."""
        return Listing(bot, users, stage, trail)

    @provide
    def watch(
        self,
        bot: Bot,
        windows: Windows,
        users: Users,
        stage: Stage,
        screen: Screen,
        clock: Clock,
    ) -> Watch:
        """Who looks whether they have changed."""
        return Watch(bot.id, windows, users, stage, screen, clock)

    @provide
    def links(self, settings: Settings) -> DeepLinks:
        """Marked by what access tokens are signed by, in a way of their own."""
        return DeepLinks(tuple(signing_keys(settings, LINKING).values()))

    @provide
    def spoken(self) -> Spoken:
        """There are words for all that people are told."""
        return Spoken(TOLD)

    @provide
    async def speech(
        self,
        settings: Settings,
        signals: Signals,
        users: Users,
        windows: Windows,
        purchases: Purchases,
        tickets: Tickets,
    ) -> AsyncIterator[Speech]:
        """Who tells them, in our words or in those of an operator."""
        worded = Worded(settings.telegram.bot, users, windows, purchases, tickets, settings.assets)
        async with open_speech(settings, signals, worded, laid_out) as speech:
            yield speech

    @provide
    def messenger(self, speech: Speech) -> Messenger:
        """Who tells one of what happened."""
        return speech.messenger

    @provide
    def announcer(self, speech: Speech) -> Announcer:
        """Who tells many."""
        return speech.announcer

    looking = provide(Looking)
    preferring = provide(Preferring)
    recharging = provide(Recharging)
    buying = provide(Buying)
    asking = provide(Asking)
    addresses = provide(Addresses)
    choosing = provide(Choosing)
    linked = provide(Linked)
    sureness = provide(Sureness)
    reading = provide(Reading)
    people = provide(People)
    reviewing = provide(Reviewing)
    refunding = provide(Refunding)
    adjusting = provide(Adjusting)
    direct = provide(Direct)
    broadcasting = provide(Broadcasting)
    office = provide(Office)
    stage = provide(Stage)
