"""Payments: the ways of paying that the operator enabled, and the use cases over them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from dishka import Provider, Scope, provide

from ...core.clock import Clock
from ...core.payments import (
    Cashbook,
    CheckPayment,
    CreditHeld,
    Gateway,
    Gateways,
    GiveHeld,
    InvoicePayment,
    OpenPayment,
    PollPayments,
    ReadNotices,
    Rules,
    TakeNotice,
)
from ...core.signals import Signals
from .methods import methods
from .settings import Settings


class Paying(Provider):
    """Money coming in."""

    scope = Scope.APP

    @provide
    def rules(self) -> Rules:
        """What is done with money that is not what was asked for."""
        return Rules()

    @provide
    async def gateways(
        self, settings: Settings, clock: Clock, signals: Signals
    ) -> AsyncIterator[Gateways]:
        """Those that are enabled, and their connections."""
        async with AsyncExitStack() as opened:
            gateways: list[Gateway] = []
            for method in methods(settings):
                if method.enabled:
                    from .heleket import open_heleket  # a client of HTTP takes a while to import

                    gateway = open_heleket(method, settings, clock, signals)
                    gateways.append(await opened.enter_async_context(gateway))
            yield Gateways.these(*gateways)

    cashbook = provide(Cashbook)
    invoice_payment = provide(InvoicePayment)
    open_payment = provide(OpenPayment)
    check_payment = provide(CheckPayment)
    poll_payments = provide(PollPayments)
    take_notice = provide(TakeNotice)
    read_notices = provide(ReadNotices)
    credit_held = provide(CreditHeld)
    give_held = provide(GiveHeld)
