"""A session: somebody signed in on a device, until they leave, are made to, or stay away."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType, Protocol
from uuid import UUID

from attrs import evolve, field, frozen

from ..clock import aware
from ..wording import one_line
from .user import UserId

SessionId = NewType("SessionId", UUID)

IDLE: Final = timedelta(days=14)
"""Whoever stays away for longer signs in again."""
LIFE: Final = timedelta(days=90)
"""And so does everybody after so long."""
DEVICE_MAX: Final = 128


class Ended(StrEnum):
    """Why a session is over before its time."""

    LEFT = "left"
    """They signed out."""
    FORCED = "forced"
    """They, or whoever may do so, ended it from elsewhere."""
    REUSED = "reused"
    """A refresh token was shown twice: one of the two had stolen it."""


def _device(text: str) -> str:
    return one_line(text, DEVICE_MAX)


@frozen(kw_only=True)
class Session:
    """Somebody who is signed in; what opens it is kept elsewhere, as a digest."""

    id: SessionId
    user: UserId
    device: str = field(default="", converter=_device)
    """What it said of itself; nobody vouches for that."""
    began_at: datetime
    seen_at: datetime
    """When it was last refreshed."""
    expires_at: datetime
    ended_at: datetime | None = None
    ended: Ended | None = None

    def __attrs_post_init__(self) -> None:
        for moment in (self.began_at, self.seen_at, self.expires_at):
            aware(moment)

    @classmethod
    def begin(cls, id: SessionId, user: UserId, device: str, at: datetime) -> "Session":
        """A new one."""
        return cls(id=id, user=user, device=device, began_at=at, seen_at=at, expires_at=at + IDLE)

    def is_good(self, at: datetime) -> bool:
        """Whether it opens anything then."""
        return self.ended_at is None and at < self.expires_at

    def refreshed(self, at: datetime) -> "Session":
        """The same, for as long again; never beyond its life."""
        ends = min(at + IDLE, self.began_at + LIFE)
        return evolve(self, seen_at=at, expires_at=max(ends, self.expires_at))


@frozen
class Spent:
    """A refresh token that was shown, and whether for the first time."""

    session: Session
    first: bool


class Sessions(Protocol):
    """Sessions, and the digests of what refreshes them; kept."""

    async def begin(self, session: Session, launch: bytes, refresh: bytes) -> None:
        """
        Keep a new one: by which launch it began, and what refreshes it, as digests.

        Raises:
            LaunchUsed: one began by that launch before; nothing was written.
        """
        ...

    async def get(self, id: SessionId) -> Session:
        """
        The session as it is; inside a transaction nobody else changes it until the end.

        Raises:
            SessionMissing: there is none of this id.
        """
        ...

    async def of(self, user: UserId, at: datetime) -> Sequence[Session]:
        """Those of somebody that are good then, the newest first."""
        ...

    async def spend(self, refresh: bytes, at: datetime) -> Spent:
        """
        Spend what refreshes a session, and answer with that; inside a transaction nobody else
        changes it until the end. Of all who spend the same, one is the first.

        Raises:
            NotKnown: it never refreshed anything.
        """
        ...

    async def refresh(self, session: Session, refresh: bytes) -> None:
        """
        Keep when it was seen and ends, and what refreshes it from now on.

        Raises:
            SessionMissing: there is none of this id, or it has ended; nothing was written.
        """
        ...

    async def end(
        self,
        user: UserId,
        at: datetime,
        why: Ended,
        only: SessionId | None = None,
        but: SessionId | None = None,
    ) -> Sequence[SessionId]:
        """
        End all of somebody's, or only that one, or all but that one; which ones had not ended.

        What has ended stays as it was.
        """
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Forget so many that were over before that, and what refreshed them; how many it was."""
        ...

    async def wipe(self, user: UserId) -> int:
        """Forget all of somebody's, good or over, and what refreshed them; how many it was."""
        ...
