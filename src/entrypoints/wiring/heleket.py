"""Heleket as a way of paying; it is imported when it was enabled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from attrs import frozen

from ...adapters.heleket import HeleketApi, HeleketGateway, HeleketWallets, Merchant, Services
from ...adapters.http import open_caller
from ...core.clock import Clock
from ...core.resilience import DEPENDENCIES, Guard
from ...core.signals import Signals
from .methods import HELEKET, Method, bounds_of
from .settings import Settings


@frozen
class Shop:
    """Everything about payments that goes over our account there."""

    gateway: HeleketGateway
    wallets: HeleketWallets


@asynccontextmanager
async def open_heleket(
    method: Method, settings: Settings, clock: Clock, signals: Signals
) -> AsyncIterator[Shop]:
    """The gateway and its connections."""
    heleket = settings.heleket
    merchant = Merchant(
        id=heleket.merchant,
        payment_key=heleket.payment_key.reveal(),
        payout_key=heleket.payout_key.reveal(),
        callback_url=method.notices,
    )
    async with open_caller(HELEKET, heleket.api) as caller:
        guard = Guard(HELEKET, DEPENDENCIES[HELEKET], signals=signals)
        api = HeleketApi(merchant, caller, guard)
        yield Shop(
            gateway=HeleketGateway(
                merchant=merchant,
                caller=caller,
                guard=guard,
                clock=clock,
                assets=settings.assets,
                bounds=bounds_of(settings)[HELEKET],
                services=Services(api=api, clock=clock, assets=settings.assets),
            ),
            wallets=HeleketWallets(api=api),
        )
