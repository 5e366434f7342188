"""The ways of paying over a bot: in Stars, and in everything else by card."""

from typing import Final

from ...core.money import XTR

TELEGRAM: Final = "telegram"
"""Whom we speak with, whichever it is."""
STARS: Final = "stars"
CARDS: Final = "cards"


def method_of(currency: str) -> str:
    """By which of them money of that currency comes."""
    return STARS if currency == XTR.code else CARDS
