"""Purchases: the suppliers and wallets that the operator enabled, and the use cases over them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Final

from attrs import field, frozen
from dishka import Provider, Scope, provide

from ...core.clock import Clock
from ...core.money import TON, USDT
from ...core.purchases import (
    Assortment,
    AwaitDelivery,
    BeginCampaign,
    CampaignBook,
    CancelPurchase,
    DecidePurchase,
    FollowOutlay,
    GoOn,
    OrderPurchase,
    PayPurchase,
    PollCampaigns,
    PollPurchases,
    PriceList,
    QuotePurchase,
    ReservePurchase,
    Salesbook,
    SteerCampaign,
    StepCampaign,
    Supplier,
    Suppliers,
)
from ...core.resilience import Reputations
from ...core.signals import Signals
from ...core.transaction import Transaction
from ...core.wallets import (
    Caps,
    CashCheque,
    Cheques,
    DecideCheque,
    DrawCheque,
    Outlays,
    Paybook,
    PollWallets,
    RequestOutlay,
    Wallet,
    Wallets,
)
from .caps import caps
from .extras import with_ton
from .prices import assortment, prices
from .settings import Settings

PAYERS: Final = (TON, USDT)
"""What the wallet on TON pays suppliers in."""


@frozen
class Counters:
    """Everything that is bought with and from."""

    suppliers: tuple[Supplier, ...] = ()
    wallets: tuple[Wallet, ...] = ()
    payers: Mapping[tuple[str, str], str] = field(factory=dict)
    """Which wallet pays, by the supplier and the asset."""


async def open_counters(
    opened: AsyncExitStack,
    settings: Settings,
    clock: Clock,
    signals: Signals,
    reputations: Reputations,
) -> Counters:
    """All that are enabled; they close with the stack."""
    if not settings.ton.wallet:
        return Counters()
    with with_ton("ALTYN_TON_WALLET", "a wallet on TON needs"):
        from .spending import open_fragment, open_wallet
    wallet = await opened.enter_async_context(open_wallet(settings, clock, signals, reputations))
    if not settings.fragment.cookies.reveal():
        return Counters(wallets=(wallet,))
    fragment = await opened.enter_async_context(open_fragment(settings, wallet, clock, signals))
    payers = {(fragment.name, asset.code): wallet.name for asset in PAYERS}
    return Counters(suppliers=(fragment,), wallets=(wallet,), payers=payers)


class Buying(Provider):
    """Goods going out."""

    scope = Scope.APP

    @provide
    async def counters(
        self, settings: Settings, clock: Clock, signals: Signals, reputations: Reputations
    ) -> AsyncIterator[Counters]:
        """Those that are enabled, and their connections."""
        async with AsyncExitStack() as opened:
            yield await open_counters(opened, settings, clock, signals, reputations)

    @provide
    def suppliers(self, counters: Counters) -> Suppliers:
        """Who sells to us."""
        return Suppliers.these(*counters.suppliers, wallets=counters.payers)

    @provide
    def wallets(self, counters: Counters) -> Wallets:
        """What we pay with."""
        return Wallets.these(*counters.wallets)

    @provide
    def prices(self, settings: Settings) -> PriceList:
        """What goods cost here."""
        return prices(settings.goods.prices, settings.assets)

    @provide
    def assortment(self, settings: Settings) -> Assortment:
        """How much of them is sold at once."""
        return assortment(settings.goods.most)

    @provide
    def draw(
        self,
        settings: Settings,
        outlays: Outlays,
        cheques: Cheques,
        wallets: Wallets,
        paybook: Paybook,
        transaction: Transaction,
        clock: Clock,
    ) -> DrawCheque:
        """With what the operator lets wallets pay."""
        most: Mapping[str, Caps] = caps(settings.goods.caps, {})
        return DrawCheque(outlays, cheques, wallets, most, paybook, transaction, clock)

    @provide
    def quote(
        self,
        salesbook: Salesbook,
        suppliers: Suppliers,
        goods: Assortment,
        price_list: PriceList,
        transaction: Transaction,
        clock: Clock,
    ) -> QuotePurchase:
        """A price holds for as long as is shipped."""
        return QuotePurchase(salesbook, suppliers, goods, price_list, transaction, clock)

    paybook = provide(Paybook)
    salesbook = provide(Salesbook)
    request_outlay = provide(RequestOutlay)
    cash_cheque = provide(CashCheque)
    decide_cheque = provide(DecideCheque)
    poll_wallets = provide(PollWallets)
    reserve = provide(ReservePurchase)
    cancel = provide(CancelPurchase)
    order = provide(OrderPurchase)
    pay = provide(PayPurchase)
    follow = provide(FollowOutlay)
    await_delivery = provide(AwaitDelivery)
    decide = provide(DecidePurchase)
    go_on = provide(GoOn)
    poll_purchases = provide(PollPurchases)
    campaign_book = provide(CampaignBook)
    begin_campaign = provide(BeginCampaign)
    steer_campaign = provide(SteerCampaign)
    step_campaign = provide(StepCampaign)
    poll_campaigns = provide(PollCampaigns)
