"""Telegram: being paid in Stars and by card."""

from .bot import BotApi
from .cards import CardsGateway
from .counter import TelegramCounter
from .launches import TelegramLaunches
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
    "StarsFeed",
    "StarsGateway",
    "StarsList",
    "StarsSubscriptions",
    "TelegramCounter",
    "TelegramLaunches",
    "Webhook",
]
