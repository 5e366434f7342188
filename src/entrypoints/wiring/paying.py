"""Payments: the ways of paying that the operator enabled, and the use cases over them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from dishka import Provider, Scope, provide

from ...core.clock import Clock
from ...core.payments import (
    AllowCheckout,
    Approvals,
    AskMethods,
    BookInflows,
    BookMissing,
    BookReversal,
    CancelPayment,
    CarryOutRefund,
    Cashbook,
    ChangeRenewal,
    CheckPayment,
    Counter,
    CreditHeld,
    Cursors,
    DecideNotice,
    DecideRefund,
    EndStanding,
    Gateways,
    GiveHeld,
    InvoicePayment,
    LapseStandings,
    OfferMethods,
    OpenPayment,
    OpenStanding,
    PaymentsUnderWay,
    PollPayments,
    PollRefunds,
    Pulses,
    ReadFeed,
    ReadFeeds,
    ReadHistory,
    ReadNotices,
    RequestRefund,
    Routes,
    Rules,
    StandingGateways,
    TakeNotice,
    TakeUpdate,
    TieOutDays,
    TieOutMethod,
)
from ...core.resilience import Reputations
from ...core.signals import Signals
from .approvals import approvals
from .methods import CARDS_ROUTE, Ways, methods
from .routes import routes
from .settings import Settings
from .tills import Tills, open_tills
from .treatments import treatments


class Paying(Provider):
    """Money coming in."""

    scope = Scope.APP

    @provide
    def rules(self, settings: Settings) -> Rules:
        """What is done with money that is not what was asked for."""
        return treatments(settings.payments.rules)

    @provide
    def ways(self, settings: Settings) -> Ways:
        """What the operator decided about each."""
        return Ways(methods(settings))

    @provide
    async def tills(
        self,
        settings: Settings,
        clock: Clock,
        signals: Signals,
        cursors: Cursors,
        reputations: Reputations,
    ) -> AsyncIterator[Tills]:
        """Those that are enabled, and their connections."""
        async with AsyncExitStack() as opened:
            yield await open_tills(opened, settings, clock, signals, cursors, reputations)

    @provide
    def gateways(self, tills: Tills, rules: Rules) -> Gateways:
        """The ways of paying that are enabled, and can do what the rules ask of them."""
        gateways = Gateways.these(*tills.gateways, feeds=tills.feeds)
        rules.check(gateways)
        return gateways

    @provide
    def pulses(self, tills: Tills) -> Pulses:
        """How their providers seem to be."""
        return Pulses(tills.pulses)

    @provide
    def standing(self, tills: Tills) -> StandingGateways:
        """Those with whom an order can stand."""
        return StandingGateways({each.method: each for each in tills.standing})

    @provide
    def counter(self, tills: Tills) -> Counter:
        """Where Telegram asks before it charges anybody."""
        return tills.counter

    @provide
    def routes(self, settings: Settings, ways: Ways) -> Routes:
        """For which sales each of them is; cards go by Telegram's rule, whoever charges them."""
        others = {each.name: CARDS_ROUTE for each in ways.known}
        return Routes({**others, **routes(settings.payments.routes)})

    @provide
    def approvals(self, settings: Settings) -> Approvals:
        """What one person may give back alone."""
        return approvals(settings.payments.approvals, settings.assets)

    cashbook = provide(Cashbook)
    book_inflows = provide(BookInflows)
    book_reversal = provide(BookReversal)
    cancel_payment = provide(CancelPayment)
    allow_checkout = provide(AllowCheckout)
    request_refund = provide(RequestRefund)
    carry_out_refund = provide(CarryOutRefund)
    decide_refund = provide(DecideRefund)
    poll_refunds = provide(PollRefunds)
    read_feed = provide(ReadFeed)
    read_feeds = provide(ReadFeeds)
    read_history = provide(ReadHistory)
    payments_under_way = provide(PaymentsUnderWay)
    tie_out = provide(TieOutMethod)
    tie_out_days = provide(TieOutDays)
    book_missing = provide(BookMissing)
    ask_methods = provide(AskMethods)
    offer_methods = provide(OfferMethods)
    invoice_payment = provide(InvoicePayment)
    open_payment = provide(OpenPayment)
    check_payment = provide(CheckPayment)
    poll_payments = provide(PollPayments)
    take_notice = provide(TakeNotice)
    take_update = provide(TakeUpdate)
    open_standing = provide(OpenStanding)
    end_standing = provide(EndStanding)
    change_renewal = provide(ChangeRenewal)
    lapse_standings = provide(LapseStandings)
    read_notices = provide(ReadNotices)
    decide_notice = provide(DecideNotice)
    credit_held = provide(CreditHeld)
    give_held = provide(GiveHeld)
