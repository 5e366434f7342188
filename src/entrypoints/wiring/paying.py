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
    DecideRefund,
    EndStanding,
    Gateways,
    GiveHeld,
    InvoicePayment,
    LapseStandings,
    OfferMethods,
    OpenPayment,
    OpenStanding,
    PollPayments,
    PollRefunds,
    ReadFeed,
    ReadFeeds,
    ReadHistory,
    ReadNotices,
    RequestRefund,
    Rules,
    StandingGateways,
    TakeNotice,
    TakeUpdate,
    TieOutDays,
    TieOutMethod,
)
from ...core.resilience import Reputations
from ...core.signals import Signals
from .methods import TREATMENTS, Ways, methods, routes_of
from .settings import Settings
from .tills import Tills, open_tills


class Paying(Provider):
    """Money coming in."""

    scope = Scope.APP

    @provide
    def rules(self) -> Rules:
        """What is done with money that is not what was asked for."""
        return Rules(of_method=TREATMENTS)

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
    def gateways(self, tills: Tills) -> Gateways:
        """The ways of paying that are enabled."""
        return Gateways.these(*tills.gateways, feeds=tills.feeds)

    @provide
    def standing(self, tills: Tills) -> StandingGateways:
        """Those with whom an order can stand."""
        return StandingGateways({each.method: each for each in tills.standing})

    @provide
    def counter(self, tills: Tills) -> Counter:
        """Where Telegram asks before it charges anybody."""
        return tills.counter

    @provide
    def offer_methods(self, gateways: Gateways, ways: Ways) -> OfferMethods:
        """Which of them somebody is offered."""
        return OfferMethods(gateways, routes_of(ways.known))

    @provide
    def approvals(self) -> Approvals:
        """What one person may give back alone."""
        return Approvals()

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
    tie_out = provide(TieOutMethod)
    tie_out_days = provide(TieOutDays)
    book_missing = provide(BookMissing)
    ask_methods = provide(AskMethods)
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
    credit_held = provide(CreditHeld)
    give_held = provide(GiveHeld)
