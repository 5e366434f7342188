"""Telling people and systems what happened."""

from .catalogue import PUBLIC, public, whose
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
    TooManyWebhooks,
    WebhookMalformed,
    WebhookMissing,
    WebhookMoved,
)
from .lag import OutboxProbe
from .looking import SeeWebhooks
from .notification import MOVES, Notification, NotificationId, Recipient, State, recipient_of
from .owning import OwnWebhooks, TellWebhooks
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
from .replaying import ReplayDelivery
from .sending import ExpireNotifications, Pause, SendNotifications
from .signing import new_secret, signed
from .steering import AddWebhook, Shown, SteerWebhook
from .told import TellNotifications
from .watching import BEHIND_MAX, TooFarBehind, may_see, must_watch, near
from .webhook import WEBHOOK_MOVES, Webhook, WebhookId, WebhookState

__all__ = [
    "BEHIND_MAX",
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
    "ExpireNotifications",
    "KindMalformed",
    "KindUnworded",
    "Messenger",
    "Notification",
    "NotificationId",
    "NotificationMissing",
    "NotificationMoved",
    "Notifications",
    "OutboxProbe",
    "OwnWebhooks",
    "Pause",
    "Preference",
    "Preferences",
    "Recipient",
    "RecipientGone",
    "RelayEvents",
    "ReplayDelivery",
    "SeeWebhooks",
    "SendNotifications",
    "Shown",
    "Spoken",
    "State",
    "SteerWebhook",
    "TellNotifications",
    "TellWebhooks",
    "TooFarBehind",
    "TooManyWebhooks",
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
    "may_see",
    "must_watch",
    "near",
    "new_secret",
    "notifications_of",
    "public",
    "recipient_of",
    "signed",
    "whose",
]
