"""Purchases: the suppliers and wallets that the operator enabled, and the use cases over them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

from dishka import Provider, Scope, provide

from ...adapters.memory import MemoryCache
from ...core.clock import Clock
from ...core.purchases import (
    AskOffer,
    Assortment,
    AwaitDelivery,
    BeginCampaign,
    Browse,
    BuyByHand,
    BuyForHouse,
    CampaignBook,
    CancelPurchase,
    CopiedShowcase,
    DecidePurchase,
    Doorkeeper,
    FollowOutlay,
    GoOn,
    LookForLate,
    OnSale,
    OrderPurchase,
    PayPurchase,
    PollCampaigns,
    PollPurchases,
    PriceList,
    PurchasesUnderWay,
    QuotePurchase,
    ReopenSupplier,
    ReportLate,
    ReservePurchase,
    Salesbook,
    SettleLate,
    Shutters,
    SteerCampaign,
    StepCampaign,
    Suppliers,
    VisitSuppliers,
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
    VisitWallets,
    Wallets,
)
from .caps import caps
from .counters import Counters, TelegramAccount, open_counters
from .extras import with_stars
from .outlook import Outlook, Outside, outside
from .prices import assortment, prices
from .settings import Settings


class Buying(Provider):
    """Goods going out."""

    scope = Scope.APP

    @provide
    async def account(
        self, settings: Settings, clock: Clock
    ) -> AsyncIterator[TelegramAccount | None]:
        """Our account of Telegram, where it is enabled."""
        if not settings.stars.enabled:
            yield None
            return
        with with_stars("ALTYN_STARS_API_ID", "an account of Telegram needs"):
            from .account import open_account
        async with open_account(settings, clock) as account:
            yield account

    @provide
    async def counters(
        self,
        settings: Settings,
        clock: Clock,
        signals: Signals,
        reputations: Reputations,
        account: TelegramAccount | None,
    ) -> AsyncIterator[Counters]:
        """Those that are enabled, and their connections."""
        async with AsyncExitStack() as opened:
            yield await open_counters(opened, settings, clock, signals, reputations, account)

    @provide
    def suppliers(self, counters: Counters) -> Suppliers:
        """Who sells to us."""
        cache = MemoryCache()
        showcases = {
            name: CopiedShowcase(name, each, cache) for name, each in counters.showcases.items()
        }
        return Suppliers.these(*counters.suppliers, wallets=counters.payers, showcases=showcases)

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
        # Whom that on TON may pay is said per supplier: the store may use any address.
        payees = {"stars": {str(settings.stickerdom.bot[1])}}
        most: Mapping[str, Caps] = caps(settings.goods.caps, payees)
        return DrawCheque(outlays, cheques, wallets, most, paybook, transaction, clock)

    @provide
    def quote(
        self,
        salesbook: Salesbook,
        suppliers: Suppliers,
        ask: AskOffer,
        goods: Assortment,
        price_list: PriceList,
        transaction: Transaction,
        clock: Clock,
    ) -> QuotePurchase:
        """A price holds for as long as is shipped."""
        return QuotePurchase(salesbook, suppliers, ask, goods, price_list, transaction, clock)

    @provide
    def outlook(self) -> Outlook:
        """How all of these are, as far as this process has seen."""
        return Outlook()

    @provide
    def outside(self, settings: Settings, outlook: Outlook, shutters: Shutters) -> Outside:
        """The same, for whoever asks whether the process is well."""
        return outside(settings, outlook, shutters)

    paybook = provide(Paybook)
    salesbook = provide(Salesbook)
    doorkeeper = provide(Doorkeeper)
    ask_offer = provide(AskOffer)
    on_sale = provide(OnSale)
    browse = provide(Browse)
    visit_suppliers = provide(VisitSuppliers)
    reopen = provide(ReopenSupplier)
    visit_wallets = provide(VisitWallets)
    request_outlay = provide(RequestOutlay)
    cash_cheque = provide(CashCheque)
    decide_cheque = provide(DecideCheque)
    poll_wallets = provide(PollWallets)
    reserve = provide(ReservePurchase)
    buy_for_house = provide(BuyForHouse)
    buy_by_hand = provide(BuyByHand)
    cancel = provide(CancelPurchase)
    under_way = provide(PurchasesUnderWay)
    order = provide(OrderPurchase)
    pay = provide(PayPurchase)
    follow = provide(FollowOutlay)
    await_delivery = provide(AwaitDelivery)
    decide = provide(DecidePurchase)
    look_for_late = provide(LookForLate)
    report_late = provide(ReportLate)
    settle_late = provide(SettleLate)
    go_on = provide(GoOn)
    poll_purchases = provide(PollPurchases)
    campaign_book = provide(CampaignBook)
    begin_campaign = provide(BeginCampaign)
    steer_campaign = provide(SteerCampaign)
    step_campaign = provide(StepCampaign)
    poll_campaigns = provide(PollCampaigns)
