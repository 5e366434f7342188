"""Telling people and systems what happened."""

from .catalogue import PUBLIC, whose
from .delivering import DeliverWebhooks
from .delivery import (
    DELAYS,
    DELIVERY_MOVES,
    Attempt,
    Delivery,
    DeliveryId,
    DeliveryState,
    deliveries_of,
)
from .errors import (
    AddressRefused,
    DeliveryMissing,
    DeliveryMoved,
    KindMalformed,
    KindUnworded,
    RecipientGone,
    WebhookMalformed,
    WebhookMissing,
    WebhookMoved,
)
from .notification import Notification, NotificationId, Recipient, State, recipient_of
from .ports import Answered, Deliveries, Messenger, Undelivered, Webhooks, WebhookSender
from .relaying import RelayEvents
from .signing import new_secret, signed
from .steering import AddWebhook, ReplayDelivery, Shown, SteerWebhook
from .webhook import WEBHOOK_MOVES, Webhook, WebhookId, WebhookState

__all__ = [
    "DELAYS",
    "DELIVERY_MOVES",
    "PUBLIC",
    "WEBHOOK_MOVES",
    "AddWebhook",
    "AddressRefused",
    "Answered",
    "Attempt",
    "DeliverWebhooks",
    "Deliveries",
    "Delivery",
    "DeliveryId",
    "DeliveryMissing",
    "DeliveryMoved",
    "DeliveryState",
    "KindMalformed",
    "KindUnworded",
    "Messenger",
    "Notification",
    "NotificationId",
    "Recipient",
    "RecipientGone",
    "RelayEvents",
    "ReplayDelivery",
    "Shown",
    "State",
    "SteerWebhook",
    "Undelivered",
    "Webhook",
    "WebhookId",
    "WebhookMalformed",
    "WebhookMissing",
    "WebhookMoved",
    "WebhookSender",
    "WebhookState",
    "Webhooks",
    "deliveries_of",
    "new_secret",
    "recipient_of",
    "signed",
    "whose",
]
