"""What broadcasts need: places to keep them, who knows the recipients, and who writes to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from ..identity import Language, UserId
from .announcement import Announcement
from .broadcast import Broadcast, BroadcastId
from .letter import Letter, LetterState
from .segment import Segment


class Broadcasts(Protocol):
    """Broadcasts, kept for good."""

    async def add(self, broadcast: Broadcast) -> Broadcast:
        """Keep a new one; when the id is known, the broadcast that has it is answered instead."""
        ...

    async def get(self, id: BroadcastId) -> Broadcast:
        """
        The broadcast as it is; inside a transaction nobody else changes it until the end.

        Letters may go on meanwhile, and be counted.

        Raises:
            BroadcastMissing: none has this id.
        """
        ...

    async def put(self, broadcast: Broadcast) -> None:
        """
        Keep its next version.

        Its author and since when it is there stay, and what is said to whom as soon as it has
        begun. Letters are counted by themselves.

        Raises:
            BroadcastMoved: the version before is not the newest, or no move leads to its state;
                nothing was written.
            BroadcastMissing: none has this id.
        """
        ...

    async def newest(
        self, limit: int, before: tuple[datetime, BroadcastId] | None = None
    ) -> Sequence[Broadcast]:
        """The newest first, a page of them; ids break ties."""
        ...

    async def under_way(self) -> Sequence[Broadcast]:
        """
        Those about which something is to be done, the first begun first.

        That is those that are sent, those called off whose end was not noted, and those paused
        while a letter was being sent.
        """
        ...


class Letters(Protocol):
    """The letters of broadcasts, counted with each for good."""

    async def write(self, id: BroadcastId, recipients: Sequence[UserId]) -> int:
        """Have one wait for each; whoever has one gets no second. Answers how many are new."""
        ...

    async def waiting(
        self, id: BroadcastId, limit: int, after: UserId | None = None
    ) -> Sequence[UserId]:
        """Whose letters wait, those after the given one by their ids, a page of them."""
        ...

    async def begin(self, id: BroadcastId, recipient: UserId, at: datetime) -> bool:
        """
        From now on it may have been sent: whether it was waiting, and its broadcast is sent.

        Of many who begin the same letter, one does.
        """
        ...

    async def end(
        self,
        id: BroadcastId,
        recipient: UserId,
        state: LetterState,
        at: datetime,
        told: str = "",
    ) -> None:
        """
        Note what became of it.

        Raises:
            LetterMoved: no move leads from where it is to that state; nothing was written.
        """
        ...

    async def abandon(self, id: BroadcastId, at: datetime, told: str) -> int:
        """Nobody knows what became of those that are being sent; answers how many."""
        ...

    async def of(
        self, id: BroadcastId, state: LetterState, limit: int, after: UserId | None = None
    ) -> Sequence[Letter]:
        """Those in that state by their recipients, a page of them."""
        ...

    async def to(
        self, recipient: UserId, limit: int, after: BroadcastId | None = None
    ) -> Sequence[tuple[BroadcastId, Letter]]:
        """Those to somebody by the ids of their broadcasts, a page of them."""
        ...

    async def wipe(self, recipient: UserId) -> None:
        """Forget those to somebody, of broadcasts that have ended."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Forget so many, of broadcasts that ended before then; answers how many."""
        ...


@frozen
class Crowd:
    """Some of those who were looked at."""

    recipients: Sequence[UserId]
    """Who are of the segment."""
    last: UserId | None
    """Up to whom it was looked; None when there is nobody after them."""


class Audience(Protocol):
    """Whoever knows who is of a segment."""

    async def page(
        self, segment: Segment, at: datetime, limit: int, after: UserId | None = None
    ) -> Crowd:
        """
        Look at so many people by their ids, those after the given one, who were known by then.

        All of the segment among them are answered, and nobody else.
        """
        ...

    async def count(self, segment: Segment, at: datetime) -> Mapping[Language, int]:
        """How many there are, by the language in which they are written to; none: left out."""
        ...


class Announcer(Protocol):
    """
    Whoever brings an announcement to one recipient.

    Nothing is sent twice by one call, and limits are the caller's business.
    """

    async def announce(
        self, recipient: UserId, announcement: Announcement, language: Language
    ) -> None:
        """
        Send it, in that language where there is a text in it.

        Raises:
            RecipientGone: they do not let us talk to them; nothing was sent.
            Refused, Missing: it cannot be sent as it is; nothing was sent, nor will be.
            NotExecuted, TurnedAway, CircuitOpen: nothing was sent, perhaps it can be later.
            Unavailable: perhaps it was sent.
        """
        ...
