"""Broadcasts and their letters, as they go over a wire."""

from collections.abc import Mapping
from typing import Self

from attrs import asdict, frozen

from ...core.broadcasts import Broadcast, Letter
from .plain import iso


@frozen
class PlainLink:
    """The button below an announcement."""

    label: str
    url: str


@frozen
class PlainBroadcast:
    """What is said to whom, and how far that has come."""

    id: str
    author: str
    state: str
    texts: Mapping[str, str]
    button: PlainLink | None
    to: str
    created_at: str
    begun_at: str | None
    ended_at: str | None
    gathered: bool
    letters: int
    counts: Mapping[str, int]

    @classmethod
    def of(cls, broadcast: Broadcast) -> Self:
        """That broadcast."""
        link = broadcast.announcement.link
        return cls(
            id=str(broadcast.id),
            author=broadcast.author,
            state=broadcast.state,
            texts={str(each): text for each, text in broadcast.announcement.texts.items()},
            button=None if link is None else PlainLink(link.label, link.url),
            to=broadcast.segment.words,
            created_at=iso(broadcast.created_at),
            begun_at=iso(broadcast.begun_at) if broadcast.begun_at else None,
            ended_at=iso(broadcast.ended_at) if broadcast.ended_at else None,
            gathered=broadcast.gathered,
            letters=broadcast.counts.letters,
            counts=asdict(broadcast.counts),
        )


@frozen
class PlainLetter:
    """What is known of the letter to one recipient."""

    recipient: str
    state: str
    told: str
    at: str | None

    @classmethod
    def of(cls, letter: Letter) -> Self:
        """That letter."""
        return cls(
            recipient=f"user:{letter.recipient}",
            state=letter.state,
            told=letter.told,
            at=iso(letter.at) if letter.at else None,
        )
