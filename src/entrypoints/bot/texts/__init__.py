"""What the bot says, in every language it speaks."""

from .showing import moment, money
from .words import LANGUAGES, Html, TextMissing, Words, words_in

__all__ = [
    "LANGUAGES",
    "Html",
    "TextMissing",
    "Words",
    "moment",
    "money",
    "words_in",
]
