"""Contracts of what tells people and systems what happened."""

from .delivering import DeliveriesContract
from .ground import delivery, webhook
from .listening import WebhooksContract
from .messenger import FakeMessenger, Mailbox, MessengerContract, notification
from .sealing import FakeSealer, SealerContract

__all__ = [
    "DeliveriesContract",
    "FakeMessenger",
    "FakeSealer",
    "Mailbox",
    "MessengerContract",
    "SealerContract",
    "WebhooksContract",
    "delivery",
    "notification",
    "webhook",
]
