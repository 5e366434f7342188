"""Sticker packs, bought for an account of Telegram; it is imported when that is enabled."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

from attrs import define, field

from ...adapters.http import open_caller
from ...adapters.stickerdom import (
    OPERATIONS,
    STICKERDOM,
    CoinsWay,
    Door,
    InitData,
    Line,
    Opener,
    Shelf,
    StarsWay,
    StickerdomApi,
    StickerdomShowcase,
    StickerdomSupplier,
    Way,
)
from ...adapters.stickerdom.opener import ANSWER_BYTES_MAX, DEADLINE_SECONDS, OPENER
from ...adapters.ton import Address
from ...core import resilience  # its `remembering` is a module too, behind the door
from ...core.clock import Clock, Ticks, ticks
from ...core.resilience import DEPENDENCIES, EndpointPool, Guard, Reputations, Turns
from ...core.signals import Signals
from .counters import TelegramAccount
from .packs import COINS, MINI_APP
from .settings import Settings
from .ton import address_of

AT_ONCE: Final = 4
"""So many calls go on at the store side by side."""
APART_SECONDS: Final = 0.1
"""So long at least is from one to the next."""
MICRO: Final = 1_000_000


@define
class Apart:
    """Lets calls begin one after the other, with that long between them."""

    seconds: float = APART_SECONDS
    ticks: Ticks = ticks
    _free_at: int = field(default=0, init=False)

    async def __call__(self) -> float:
        """As turns want it: 0 for go, or how long to wait."""
        now = self.ticks()
        if now < self._free_at:
            return (self._free_at - now) / MICRO
        self._free_at = now + round(self.seconds * MICRO)
        return 0.0


@asynccontextmanager
async def open_stickerdom(
    settings: Settings,
    account: TelegramAccount | None,
    clock: Clock,
    signals: Signals,
    reputations: Reputations,
) -> AsyncIterator[Sequence[tuple[StickerdomSupplier, StickerdomShowcase]]]:
    """
    The store and what it shows, once for each way in which it is paid; they share what the
    account has there. It is entered by our account of Telegram, unless somebody else has it.
    """
    pool = EndpointPool(STICKERDOM, OPERATIONS, clock, signals=signals)
    async with (
        _init_data(settings, account, signals) as init_data,
        open_caller(STICKERDOM, settings.stickerdom.api) as caller,
        resilience.remembering(pool, reputations),
    ):
        line = Line(
            caller=caller,
            pool=pool,
            guard=Guard(STICKERDOM, DEPENDENCIES[STICKERDOM], signals=signals),
            turns=Turns(name=STICKERDOM, admit=Apart(), running_max=AT_ONCE, signals=signals),
        )
        api = StickerdomApi(line, Door(init_data, line, clock))
        shelf = Shelf(api, clock)
        ways = [_way(settings, each) for each in settings.stickerdom.paid_in]
        yield tuple(
            (
                StickerdomSupplier(api=api, shelf=shelf, way=way, clock=clock),
                StickerdomShowcase(api, way),
            )
            for way in ways
        )


@asynccontextmanager
async def _init_data(
    settings: Settings, account: TelegramAccount | None, signals: Signals
) -> AsyncIterator[InitData]:
    """Whoever opens the Mini App."""
    store = settings.stickerdom
    if account is not None and not store.opener:
        yield account.init_data
        return
    place = urlsplit(store.opener)
    async with open_caller(
        OPENER, f"{place.scheme}://{place.netloc}", DEADLINE_SECONDS, ANSWER_BYTES_MAX
    ) as caller:
        guard = Guard(f"{STICKERDOM}.opener", DEPENDENCIES[STICKERDOM], signals=signals)
        key = store.opener_key.reveal()
        yield Opener(caller, place.path or "/", guard, store.bot, MINI_APP, key)


def _way(settings: Settings, asset: str) -> Way:
    if asset == COINS:
        return CoinsWay(ours=frozenset(_ours(settings)))
    return StarsWay(bot=settings.stickerdom.bot[1])


def _ours(settings: Settings) -> Sequence[Address]:
    ton = settings.ton
    written = {"ALTYN_TON_WALLET": ton.wallet, "ALTYN_TON_ADDRESS": ton.address}
    return [address_of(name, each, ton.testnet) for name, each in written.items() if each]
