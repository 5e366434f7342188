"""Whom we buy from, and what we pay with: opened as the operator enabled them."""

from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from typing import Any, Final

from attrs import field, frozen

from ...core.clock import Clock
from ...core.money import TON, USDT
from ...core.purchases import Showcase, Supplier
from ...core.resilience import Reputations
from ...core.signals import Signals
from ...core.wallets import Wallet
from .extras import with_ton
from .packs import COINS, STARS
from .settings import Settings

PAYERS: Final = (TON, USDT)
"""What the wallet on TON pays Fragment in."""
PAYER: Final[Mapping[str, str]] = {COINS: "ton", STARS: "stars"}
"""Which wallet pays what Stickerdom is paid in."""


@frozen
class TelegramAccount:
    """What our account of Telegram is used for."""

    wallet: Wallet
    """Its Stars."""
    init_data: Callable[[], Coroutine[Any, Any, str]]
    """What Telegram tells Stickerdom of it."""


@frozen
class Counters:
    """Everything that is bought with and from."""

    suppliers: tuple[Supplier, ...] = ()
    wallets: tuple[Wallet, ...] = ()
    payers: Mapping[tuple[str, str], str] = field(factory=dict)
    """Which wallet pays, by the supplier and the asset."""
    showcases: Mapping[str, Showcase] = field(factory=dict)
    """What can be chosen from, by the supplier."""


async def open_counters(
    opened: AsyncExitStack,
    settings: Settings,
    clock: Clock,
    signals: Signals,
    reputations: Reputations,
    account: TelegramAccount | None,
) -> Counters:
    """All that are enabled; they close with the stack."""
    suppliers: list[Supplier] = []
    wallets: list[Wallet] = []
    payers: dict[tuple[str, str], str] = {}
    showcases: dict[str, Showcase] = {}
    if settings.ton.wallet:
        with with_ton("ALTYN_TON_WALLET", "a wallet on TON needs"):
            from .spending import open_fragment, open_wallet
        wallet = await opened.enter_async_context(
            open_wallet(settings, clock, signals, reputations)
        )
        wallets.append(wallet)
        if settings.fragment.cookies.reveal():
            fragment = await opened.enter_async_context(
                open_fragment(settings, wallet, clock, signals, reputations)
            )
            suppliers.append(fragment)
            payers |= {(fragment.name, asset.code): wallet.name for asset in PAYERS}
    if account is not None:
        wallets.append(account.wallet)
    if settings.stickerdom.paid_in:
        with with_ton("ALTYN_STICKERDOM_PAID_IN", "Stickerdom needs"):
            from .stickerdom import open_stickerdom
        stickerdom = await opened.enter_async_context(
            open_stickerdom(settings, account, clock, signals, reputations)
        )
        for asset, (supplier, showcase) in zip(
            settings.stickerdom.paid_in, stickerdom, strict=True
        ):
            suppliers.append(supplier)
            payers[supplier.name, asset] = PAYER[asset]
            showcases[supplier.name] = showcase
    return Counters(tuple(suppliers), tuple(wallets), payers, showcases)
