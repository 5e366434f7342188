"""Telling people and systems what happened."""

from .errors import KindMalformed, KindUnworded, RecipientGone
from .notification import Notification, NotificationId, Recipient, State, recipient_of
from .ports import Messenger

__all__ = [
    "KindMalformed",
    "KindUnworded",
    "Messenger",
    "Notification",
    "NotificationId",
    "Recipient",
    "RecipientGone",
    "State",
    "recipient_of",
]
