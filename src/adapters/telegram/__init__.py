"""Telegram: being paid in Stars and by card, and telling people what happened."""

from .bot import BotApi, ChatClosed
from .cards import CardsGateway
from .counter import TelegramCounter
from .launches import TelegramLaunches
from .messenger import TelegramMessenger, Worded
from .methods import CARDS, STARS
from .polling import Polling
from .stars import StarsFeed, StarsGateway
from .subscriptions import StarsSubscriptions
from .transactions import StarsList
from .updates import Place, place_of
from .webhook import UPDATES, Webhook

__all__ = [
    "CARDS",
    "STARS",
    "UPDATES",
    "BotApi",
    "CardsGateway",
    "ChatClosed",
    "Place",
    "Polling",
    "StarsFeed",
    "StarsGateway",
    "StarsList",
    "StarsSubscriptions",
    "TelegramCounter",
    "TelegramLaunches",
    "TelegramMessenger",
    "Webhook",
    "Worded",
    "place_of",
]
