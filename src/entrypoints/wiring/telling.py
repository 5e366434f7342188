"""Telling others: what events become, and who brings it to them."""

from collections.abc import AsyncIterator

from attrs import frozen
from dishka import Provider, Scope, provide

from ...core.clock import Clock
from ...core.events import Outbox
from ...core.identifiers import Identifiers
from ...core.limits import Meter
from ...core.notifications import (
    AddWebhook,
    ChangePreferences,
    Deliveries,
    DeliverWebhooks,
    ExpireNotifications,
    KindUnworded,
    Messenger,
    Notification,
    Notifications,
    OutboxProbe,
    OwnWebhooks,
    Preferences,
    RelayEvents,
    ReplayDelivery,
    SeeWebhooks,
    SendNotifications,
    Spoken,
    SteerWebhook,
    Webhooks,
    WebhookSender,
)
from ...core.sealing import Sealer
from ...core.signals import Signals
from ...core.transaction import Transaction
from .sealing import sealer
from .settings import Settings


@frozen
class Speechless:
    """Has words for nothing."""

    async def send(self, notification: Notification) -> None:
        """As the port says: there are none."""
        raise KindUnworded(notification.kind)


class Telling(Provider):
    """What happened leaves the house."""

    scope = Scope.APP

    @provide
    def sealer(self, settings: Settings) -> Sealer:
        """Secrets that are kept."""
        return sealer(settings.sealing)

    @provide
    async def sender(self, settings: Settings) -> AsyncIterator[WebhookSender]:
        """Whoever posts to webhooks."""
        from ...adapters.webhooks import open_sender  # commands that post nothing do without it

        async with open_sender(private=settings.webhooks.private) as sender:
            yield sender

    @provide
    def deliver(
        self,
        webhooks: Webhooks,
        deliveries: Deliveries,
        sender: WebhookSender,
        sealer: Sealer,
        outbox: Outbox,
        transaction: Transaction,
        clock: Clock,
        identifiers: Identifiers,
        signals: Signals,
    ) -> DeliverWebhooks:
        """Makes the attempts that are due, by this process's own ticks and chance."""
        return DeliverWebhooks(
            webhooks,
            deliveries,
            sender,
            sealer,
            outbox,
            transaction,
            clock,
            identifiers,
            signals,
        )

    @provide
    def own(self, settings: Settings) -> OwnWebhooks:
        """How many customers may have."""
        return OwnWebhooks(settings.webhooks.customers)

    @provide
    def spoken(self) -> Spoken:
        """Nobody here has words for people; whoever has provides another one."""
        return Spoken()

    @provide
    def messenger(self) -> Messenger:
        """Whoever finds the words; provided anew together with `Spoken`."""
        return Speechless()

    @provide
    def send(
        self,
        notifications: Notifications,
        preferences: Preferences,
        messenger: Messenger,
        spoken: Spoken,
        meter: Meter,
        clock: Clock,
        signals: Signals,
    ) -> SendNotifications:
        """Sends what people are told, with the pause of this process."""
        return SendNotifications(
            notifications, preferences, messenger, spoken, meter, clock, signals
        )

    outbox_probe = provide(OutboxProbe)
    relay = provide(RelayEvents)
    expire = provide(ExpireNotifications)
    change_wishes = provide(ChangePreferences)
    add_webhook = provide(AddWebhook)
    steer_webhook = provide(SteerWebhook)
    replay_delivery = provide(ReplayDelivery)
    see_webhooks = provide(SeeWebhooks)
