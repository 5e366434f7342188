"""Telegram: being paid in Stars and by card."""

from .bot import BotApi
from .cards import CardsGateway
from .counter import TelegramCounter
from .methods import CARDS, STARS
from .polling import Polling
from .stars import StarsFeed, StarsGateway
from .subscriptions import StarsSubscriptions
from .transactions import StarsList
from .updates import Place, place_of
from .webhook import Webhook

__all__ = [
    "CARDS",
    "STARS",
    "BotApi",
    "CardsGateway",
    "Place",
    "Polling",
    "StarsFeed",
    "StarsGateway",
    "StarsList",
    "StarsSubscriptions",
    "TelegramCounter",
    "Webhook",
    "place_of",
]
