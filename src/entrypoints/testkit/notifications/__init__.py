"""Contracts of what tells people and systems what happened."""

from .delivering import DeliveriesContract
from .ground import delivery, webhook
from .listening import WebhooksContract
from .messenger import FakeMessenger, Mailbox, MessengerContract, notification
from .sealing import FakeSealer, SealerContract
from .telling import NotificationsContract, PreferencesContract

__all__ = [
    "DeliveriesContract",
    "FakeMessenger",
    "FakeSealer",
    "Mailbox",
    "MessengerContract",
    "NotificationsContract",
    "PreferencesContract",
    "SealerContract",
    "WebhooksContract",
    "delivery",
    "notification",
    "webhook",
]
