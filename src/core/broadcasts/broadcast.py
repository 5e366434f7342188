"""A broadcast: one announcement to all of a segment, a letter for each."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NewType, Self
from uuid import UUID

from attrs import evolve, field, frozen

from ..clock import aware
from ..identity import CALLER_MAX, Language, UserId
from ..wording import checked_text
from .announcement import Announcement
from .errors import BroadcastMoved
from .letter import Counts
from .segment import Segment

BroadcastId = NewType("BroadcastId", UUID)


class BroadcastState(StrEnum):
    """Where a broadcast is in its life."""

    DRAFT = "draft"
    """It can be changed still, and nobody gets anything."""
    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


BROADCAST_MOVES: Final[Mapping[BroadcastState, frozenset[BroadcastState]]] = {
    BroadcastState.DRAFT: frozenset({BroadcastState.SENDING, BroadcastState.CANCELLED}),
    BroadcastState.SENDING: frozenset(
        {BroadcastState.PAUSED, BroadcastState.DONE, BroadcastState.CANCELLED}
    ),
    BroadcastState.PAUSED: frozenset({BroadcastState.SENDING, BroadcastState.CANCELLED}),
    BroadcastState.DONE: frozenset(),
    BroadcastState.CANCELLED: frozenset(),
}
"""Every move a broadcast can make."""


@frozen(kw_only=True)
class Broadcast:
    """
    What is said to whom, by whom, and how far that has come.

    What is said and to whom can be changed as long as it is a draft. When it begins its recipients
    are fixed, page by page in the order of their ids: those whom the segment holds by then.
    """

    id: BroadcastId
    author: str
    """The name of the caller who wrote it."""
    announcement: Announcement = field(factory=Announcement)
    segment: Segment = field(factory=Segment)
    state: BroadcastState = BroadcastState.DRAFT
    created_at: datetime
    begun_at: datetime | None = None
    gathered_to: UserId | None = None
    """Up to whom it was looked whether they get one; None before the first."""
    gathered: bool = False
    """Whether all recipients are fixed."""
    ended_at: datetime | None = None
    """When the last of its letters was out of hands; None before, also of one called off."""
    counts: Counts = field(factory=Counts)
    """Kept by whoever keeps the letters."""
    version: int = 0

    def __attrs_post_init__(self) -> None:
        aware(self.created_at)
        checked_text("author", self.author, CALLER_MAX)

    def moved(self, state: BroadcastState) -> Self:
        """
        On to that state.

        Raises:
            BroadcastMoved: no move leads there.
        """
        if state not in BROADCAST_MOVES[self.state]:
            raise BroadcastMoved(self.id, self.state)
        return self.changed(state=state)

    def begun(self, at: datetime) -> Self:
        """From now on it is sent; one that says nothing is refused."""
        self.announcement.text_in(Language.EN)
        return evolve(self.moved(BroadcastState.SENDING), begun_at=at)

    def called_off(self, at: datetime) -> Self:
        """Nothing more is begun; a draft is over at once."""
        after = self.moved(BroadcastState.CANCELLED)
        return evolve(after, ended_at=at) if self.state is BroadcastState.DRAFT else after

    def gathered_up_to(self, last: UserId | None) -> Self:
        """Recipients are fixed up to that one; None: all are."""
        if last is None:
            return self.changed(gathered=True)
        return self.changed(gathered_to=last)

    def ended(self, at: datetime) -> Self | None:
        """Over, if nothing of it is under way any more; None else."""
        if self.ended_at is not None or self.counts.sending:
            return None
        if self.state is BroadcastState.CANCELLED:
            return self.changed(ended_at=at)
        if self.state is BroadcastState.SENDING and self.gathered and not self.counts.waiting:
            return evolve(self.moved(BroadcastState.DONE), ended_at=at)
        return None

    def changed(self, **what: Any) -> Self:
        """The next version of it."""
        return evolve(self, version=self.version + 1, **what)
