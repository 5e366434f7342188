"""What a person is told: whom, of what kind, with which facts. The words are somebody else's."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NewType, Self
from uuid import UUID

from attrs import evolve, field, frozen

from ..clock import aware
from ..events import Fact
from ..wording import checked_text, one_line
from .errors import KindMalformed

NotificationId = NewType("NotificationId", UUID)

Recipient = NewType("Recipient", int)
"""Telegram's id of a chat: a person's own, or that of a group, which is below zero."""

KIND: Final = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
KIND_MAX: Final = 64
TOLD_MAX: Final = 200
PEOPLE: Final = "user:"


class State(StrEnum):
    """Where a notification is in its life."""

    WAITING = "waiting"
    """It is to be sent, or is being sent."""
    SENT = "sent"
    REFUSED = "refused"
    """It was not sent and never will be."""
    UNKNOWN = "unknown"
    """Perhaps it was sent; it is not sent again."""
    EXPIRED = "expired"
    """It could not be sent while it was news."""


MOVES: Final = {
    State.WAITING: frozenset(State) - {State.WAITING},
    State.SENT: frozenset[State](),
    State.REFUSED: frozenset[State](),
    State.UNKNOWN: frozenset[State](),
    State.EXPIRED: frozenset[State](),
}
"""Every move a notification can make."""


def recipient_of(name: object) -> Recipient | None:
    """Whom the house calls so, where that is somebody with whom one can talk: `user:42`."""
    if not isinstance(name, str) or not name.startswith(PEOPLE):
        return None
    digits = name.removeprefix(PEOPLE)
    return Recipient(int(digits)) if digits.isdecimal() and len(digits) < 19 else None


def checked_kind(kind: str) -> str:
    """The name under which words are found, or KindMalformed."""
    if len(kind) > KIND_MAX or not KIND.fullmatch(kind):
        raise KindMalformed(one_line(kind, KIND_MAX))
    return kind


@frozen(kw_only=True)
class Notification:
    """
    One thing that one person is told; a source tells a person of a kind once.

    Raises:
        KindMalformed: no words can be kept under such a kind.
    """

    id: NotificationId
    source: UUID
    """The event that it tells of."""
    recipient: Recipient
    kind: str
    """Which words are to be found for it: `payment.settled`."""
    facts: Mapping[str, Fact] = field(factory=dict)
    made_at: datetime
    until: datetime
    """It is not sent after that: nobody wants to hear old news."""
    repeats: bool
    """Whether it is sent again when it is not known whether it was: rather twice than never."""
    state: State = State.WAITING
    tries: int = 0
    """How often it is known to have been tried."""
    check_at: datetime | None
    """When to try, or when whoever tries is taken for lost; None when nobody is to try."""
    in_doubt: bool = False
    """Whether an attempt was begun of which nobody knows how it ended."""
    told: str = ""
    """Why it is not sent, or not yet."""
    version: int = 0

    def __attrs_post_init__(self) -> None:
        for moment in (self.made_at, self.until):
            aware(moment)
        checked_kind(self.kind)
        checked_text("told", self.told, TOLD_MAX)

    def begun(self) -> Self:
        """From now on it may have been sent."""
        return self.changed(in_doubt=True)

    def ended(self, state: State, told: str = "") -> Self:
        """Nothing more is done about it."""
        told = one_line(told, TOLD_MAX)
        return self.changed(state=state, check_at=None, in_doubt=False, told=told)

    def put_off(self, until: datetime, told: str = "", *, tried: bool = False) -> Self:
        """Nothing was sent, or it is sent again; it is tried then."""
        told = one_line(told, TOLD_MAX)
        return self.changed(check_at=until, in_doubt=False, told=told, tries=self.tries + tried)

    def changed(self, **what: Any) -> Self:
        """The next version of it."""
        return evolve(self, version=self.version + 1, **what)
