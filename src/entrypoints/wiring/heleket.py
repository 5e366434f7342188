"""Heleket as a way of paying; it is imported when it was enabled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ...adapters.heleket import HeleketGateway, Merchant
from ...adapters.http import open_caller
from ...core.clock import Clock
from ...core.payments import Gateway
from ...core.resilience import DEPENDENCIES, Guard
from ...core.signals import Signals
from .methods import BOUNDS, HELEKET, Method
from .settings import Settings


@asynccontextmanager
async def open_heleket(
    method: Method, settings: Settings, clock: Clock, signals: Signals
) -> AsyncIterator[Gateway]:
    """The gateway and its connections."""
    heleket = settings.heleket
    async with open_caller(HELEKET, heleket.api) as caller:
        yield HeleketGateway(
            merchant=Merchant(
                id=heleket.merchant,
                payment_key=heleket.payment_key.reveal(),
                callback_url=method.notices,
            ),
            caller=caller,
            guard=Guard(HELEKET, DEPENDENCIES[HELEKET], signals=signals),
            clock=clock,
            assets=settings.assets,
            bounds=BOUNDS[HELEKET],
        )
