"""Processes that tell webhooks what happened, and are killed."""

import asyncio
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import Final

from attrs import frozen

from altyn.adapters.postgres import (
    PostgresDeliveries,
    PostgresNotifications,
    PostgresOutbox,
    PostgresPreferences,
    PostgresStore,
    PostgresWebhooks,
    open_postgres,
)
from altyn.adapters.sodium import SodiumSealer
from altyn.adapters.system import SystemClock
from altyn.adapters.webhooks import HttpSender, open_sender
from altyn.core.clock import Clock
from altyn.core.identifiers import TimeOrdered
from altyn.core.notifications import DeliverWebhooks, RelayEvents
from altyn.core.signals import Unheard

KEY: Final = bytes(range(32))
FORKS: Final = get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


@frozen
class Ahead:
    """The machine's clock, that much ahead: leases of whoever was killed are over."""

    by: timedelta

    def now(self) -> datetime:
        return SystemClock().now() + self.by


def tells(url: str, minutes: int) -> None:
    """A process that relays and delivers until somebody kills it."""

    async def go_on() -> None:
        async with open_postgres(url) as store, open_sender(private=True) as sender:
            relay, deliver = telling(store, sender, Ahead(timedelta(minutes=minutes)))
            while True:
                await relay()
                await deliver()

    asyncio.run(go_on())


def telling(
    store: PostgresStore, sender: HttpSender, clock: Clock
) -> tuple[RelayEvents, DeliverWebhooks]:
    """The two chores over one database."""
    outbox, webhooks = PostgresOutbox(store), PostgresWebhooks(store)
    deliveries, ids = PostgresDeliveries(store), TimeOrdered(clock)
    relay = RelayEvents(
        outbox,
        webhooks,
        deliveries,
        PostgresNotifications(store),
        PostgresPreferences(store),
        store,
        clock,
        ids,
        Unheard(),
    )
    deliver = DeliverWebhooks(
        webhooks,
        deliveries,
        sender,
        SodiumSealer((KEY,)),
        outbox,
        store,
        clock,
        ids,
        Unheard(),
    )
    return relay, deliver
