"""A ticket: what somebody asks us, perhaps about a payment or a purchase, and what we say."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NewType
from uuid import UUID

from attrs import evolve, field, frozen

from ..clock import aware
from ..identity import UserId
from ..payments import PaymentId
from ..purchases import PurchaseId
from ..wording import MalformedText, checked_text, one_line

TicketId = NewType("TicketId", UUID)

ABOUT_MAX: Final = 64
WORDS_MAX: Final = 1000
BY_MAX: Final = 128


class State(StrEnum):
    """Where a ticket is in its life."""

    OPEN = "open"
    """Somebody waits for an answer."""
    ANSWERED = "answered"
    """A person has answered; there is nothing more to do, unless somebody asks anew."""
    CLOSED = "closed"
    """It is done with, answered or not."""


MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.OPEN: frozenset({State.ANSWERED, State.CLOSED}),
    State.ANSWERED: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
}
"""Every move a ticket can make."""


def about_payment(id: PaymentId) -> str:
    """What a ticket is about, in a word."""
    return f"payment:{id}"


def about_purchase(id: PurchaseId) -> str:
    """The same of a purchase."""
    return f"purchase:{id}"


def _words(text: str) -> str:
    return one_line(text.strip(), WORDS_MAX)


def something_said(words: str) -> str:
    """
    The words.

    Raises:
        MalformedText: there are none.
    """
    if not words.strip():
        raise MalformedText("words", "", "something has to be said")
    return words


@frozen(kw_only=True)
class Ticket:
    """
    One question of one person; the id is the idempotency key.

    It is no case: that is something that the bot could not answer, by a mistake of ours.
    """

    id: TicketId
    number: int = 0
    """What people can say; given by whoever keeps it, 0 before that."""
    user: UserId
    about: str = ""
    """`payment:` or `purchase:` and an id; empty where it is about neither."""
    words: str = field(converter=_words)
    """Theirs; wiped when they are erased."""
    state: State = State.OPEN
    version: int = 0
    opened_at: datetime
    answer: str = field(default="", converter=_words)
    """Ours."""
    by: str = ""
    """Who has answered or closed it."""
    since: datetime
    """Since when it is in this state."""

    def __attrs_post_init__(self) -> None:
        aware(self.opened_at)
        aware(self.since)
        checked_text("about", self.about, ABOUT_MAX)
        checked_text("by", self.by, BY_MAX)

    def moved(self, state: State, at: datetime, by: str, **changes: Any) -> "Ticket":
        """In that state, which the table has to allow, as its next version."""
        if state not in MOVES[self.state]:
            raise ValueError(f"no move leads from {self.state} to {state}")
        return evolve(self, state=state, since=at, by=by, version=self.version + 1, **changes)
