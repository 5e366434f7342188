"""What Fragment's refusals mean: all of them come with the status of success."""

from enum import Enum
from typing import Final

from ...core.purchases import RecipientRefused, SupplierClosed, SupplierRefused, SupplierUnclear
from ...core.wording import one_line
from ..http import Said
from .wire import FRAGMENT

WORDS_MAX: Final = 200


class Meaning(Enum):
    """What is to be done about it."""

    STALE = "stale"
    """The hash was of another page or session, or has grown old; nothing was done."""
    RECIPIENT = "recipient"
    GOODS = "goods"
    PRICE = "price"
    CLOSED = "closed"


MEANINGS: Final[tuple[tuple[str, Meaning, str], ...]] = (
    ("bad request", Meaning.STALE, "its session has ended, or it is asked in another way by now"),
    ("invalid method", Meaning.CLOSED, "it calls this by another name by now"),
    ("access denied", Meaning.CLOSED, "its session may not buy: log in, connect the wallet again"),
    ("assigned to a user", Meaning.RECIPIENT, "the name is no person's"),
    ("no telegram users found", Meaning.RECIPIENT, "nobody is called that"),
    ("no telegram channels found", Meaning.RECIPIENT, "no channel is called that"),
    ("already subscribed to telegram premium", Meaning.RECIPIENT, "they have Premium already"),
    ("price was changed", Meaning.PRICE, "the price moved"),
    ("minimum", Meaning.GOODS, ""),
)
"""By what their words contain, in small letters; and in our words, where theirs say less."""
FLAGS: Final = (
    ("need_verify", "it wants the account to be verified"),
    ("need_ton", "its session has no wallet: connect it again"),
)
"""Refusals that are no errors there."""


def meaning_of(said: Said) -> tuple[Meaning | None, str]:
    """What an error means, with its words; nothing, and none, where there is no error."""
    error = said.get("error")
    if error is None:
        return None, ""
    text = one_line(str(error), WORDS_MAX)
    for part, meaning, ours in MEANINGS:
        if part in text.lower():
            return meaning, f"{ours} ({text})" if ours else text
    return None, text


def heard(said: Said, recipient: str) -> Said:
    """
    What was said, if it was no refusal.

    Raises:
        RecipientRefused, SupplierRefused: it is a definite no.
        SupplierClosed: it does not sell to us before somebody has seen to it.
        SupplierUnclear: it may go well another time.
    """
    for flag, words in FLAGS:
        if said.get(flag):
            raise SupplierClosed(FRAGMENT, words)
    meaning, words = meaning_of(said)
    match meaning:
        case Meaning.RECIPIENT:
            raise RecipientRefused(recipient, words)
        case Meaning.GOODS:
            raise SupplierRefused(FRAGMENT, words)
        case Meaning.CLOSED | Meaning.STALE:
            raise SupplierClosed(FRAGMENT, words)
    if words:
        raise SupplierUnclear(FRAGMENT, words)
    return said
