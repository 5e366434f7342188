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
    NotificationMissing,
    NotificationMoved,
    RecipientGone,
    WebhookMalformed,
    WebhookMissing,
    WebhookMoved,
)
from .notification import MOVES, Notification, NotificationId, Recipient, State, recipient_of
from .people import TOLD, Spoken, notifications_of
from .ports import (
    Answered,
    Deliveries,
    Messenger,
    Notifications,
    Preference,
    Preferences,
    Undelivered,
    Unsent,
    Webhooks,
    WebhookSender,
)
from .preferring import ChangePreferences
from .relaying import RelayEvents
from .sending import Pause, SendNotifications
from .signing import new_secret, signed
from .steering import AddWebhook, ReplayDelivery, Shown, SteerWebhook
from .webhook import WEBHOOK_MOVES, Webhook, WebhookId, WebhookState

__all__ = [
    "DELAYS",
    "DELIVERY_MOVES",
    "MOVES",
    "PUBLIC",
    "TOLD",
    "WEBHOOK_MOVES",
    "AddWebhook",
    "AddressRefused",
    "Answered",
    "Attempt",
    "ChangePreferences",
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
    "NotificationMissing",
    "NotificationMoved",
    "Notifications",
    "Pause",
    "Preference",
    "Preferences",
    "Recipient",
    "RecipientGone",
    "RelayEvents",
    "ReplayDelivery",
    "SendNotifications",
    "Shown",
    "Spoken",
    "State",
    "SteerWebhook",
    "Undelivered",
    "Unsent",
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
    "notifications_of",
    "recipient_of",
    "signed",
    "whose",
]
