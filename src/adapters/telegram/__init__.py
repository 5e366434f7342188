"""Telegram: being paid in Stars and by card, and telling people what happened."""

from .bot import BotApi, ChatClosed
from .cards import CardsGateway
from .counter import TelegramCounter
from .launches import TelegramLaunches
from .messenger import TelegramMessenger, Worded
from .methods import CARDS, STARS
from .stars import StarsFeed, StarsGateway
from .subscriptions import StarsSubscriptions
from .transactions import StarsList
from .webhook import Webhook

__all__ = [
    "CARDS",
    "STARS",
    "BotApi",
    "CardsGateway",
    "ChatClosed",
    "StarsFeed",
    "StarsGateway",
    "StarsList",
    "StarsSubscriptions",
    "TelegramCounter",
    "TelegramLaunches",
    "TelegramMessenger",
    "Webhook",
    "Worded",
]
