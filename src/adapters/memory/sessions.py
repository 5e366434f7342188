"""Sessions, in memory."""

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve, field, frozen

from ...core.identity import (
    Ended,
    LaunchUsed,
    NotKnown,
    Session,
    SessionId,
    SessionMissing,
    Spent,
    UserId,
    account_of,
)
from .store import MemoryStore


@frozen
class MemorySessions:
    """Sessions by their id, and which of them each digest began or refreshes."""

    store: MemoryStore
    _kept: dict[SessionId, Session] = field(factory=dict, init=False)
    _launches: dict[bytes, SessionId] = field(factory=dict, init=False)
    _refreshes: dict[bytes, tuple[SessionId, bool]] = field(factory=dict, init=False)

    async def begin(self, session: Session, launch: bytes, refresh: bytes) -> None:
        """As the port says."""
        async with self.store.using():
            if launch in self._launches:
                raise LaunchUsed(account_of(session.user))
            self.store.put(self._kept, session.id, session)
            self.store.put(self._launches, launch, session.id)
            self.store.put(self._refreshes, refresh, (session.id, False))

    async def get(self, id: SessionId) -> Session:
        """As the port says."""
        async with self.store.using():
            return self._of(id)

    async def of(self, user: UserId, at: datetime) -> Sequence[Session]:
        """As the port says."""
        async with self.store.using():
            theirs = [s for s in self._kept.values() if s.user == user and s.is_good(at)]
            return sorted(theirs, key=lambda session: (session.began_at, session.id), reverse=True)

    async def spend(self, refresh: bytes, at: datetime) -> Spent:
        """As the port says."""
        async with self.store.using():
            if refresh not in self._refreshes:
                raise NotKnown("refresh token")
            id, spent = self._refreshes[refresh]
            self.store.put(self._refreshes, refresh, (id, True))
            return Spent(self._kept[id], not spent)

    async def refresh(self, session: Session, refresh: bytes) -> None:
        """As the port says."""
        async with self.store.using():
            was = self._of(session.id)
            if was.ended_at is not None:
                raise SessionMissing(session.id)
            after = evolve(was, seen_at=session.seen_at, expires_at=session.expires_at)
            self.store.put(self._kept, session.id, after)
            self.store.put(self._refreshes, refresh, (session.id, False))

    async def end(
        self,
        user: UserId,
        at: datetime,
        why: Ended,
        only: SessionId | None = None,
        but: SessionId | None = None,
    ) -> Sequence[SessionId]:
        """As the port says."""
        async with self.store.using():
            ending = [
                each
                for each in self._kept.values()
                if each.user == user
                and each.ended_at is None
                and only in (None, each.id)
                and each.id != but
            ]
            for each in ending:
                self.store.put(self._kept, each.id, evolve(each, ended_at=at, ended=why))
            return sorted(each.id for each in ending)

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        async with self.store.using():
            over = [
                id
                for id, each in self._kept.items()
                if each.expires_at < before or (each.ended_at and each.ended_at < before)
            ][:limit]
            return self._without(over)

    async def wipe(self, user: UserId) -> int:
        """As the port says."""
        async with self.store.using():
            return self._without([id for id, each in self._kept.items() if each.user == user])

    def _without(self, over: Sequence[SessionId]) -> int:
        for id in over:
            self.store.put(self._kept, id, None)
            for launch in [key for key, its in self._launches.items() if its == id]:
                self.store.put(self._launches, launch, None)
            for token in [key for key, its in self._refreshes.items() if its[0] == id]:
                self.store.put(self._refreshes, token, None)
        return len(over)

    def _of(self, id: SessionId) -> Session:
        try:
            return self._kept[id]
        except KeyError:
            raise SessionMissing(id) from None
