"""Broadcasts, their letters and who gets them, in memory."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import evolve, field, frozen

from ...core.broadcasts import (
    BROADCAST_MOVES,
    LETTER_MOVES,
    Broadcast,
    BroadcastId,
    BroadcastMissing,
    BroadcastMoved,
    BroadcastState,
    Counts,
    Crowd,
    Letter,
    LetterMoved,
    LetterState,
    Segment,
)
from ...core.identity import Language, User, UserId, account_of
from ...core.notifications import ANNOUNCEMENT, Recipient
from ...core.purchases import State
from .identity import MemoryUsers
from .notifications import MemoryPreferences
from .purchases import MemoryPurchases
from .store import MemoryStore

EVERYBODY_MAX = 2**62


@frozen
class MemoryBroadcasts:
    """Broadcasts by their id, each counted with its letters."""

    store: MemoryStore
    _kept: dict[BroadcastId, Broadcast] = field(factory=dict, init=False)
    _letters: dict[tuple[BroadcastId, UserId], Letter] = field(factory=dict, init=False)
    _forgotten: dict[BroadcastId, Counter[str]] = field(factory=dict, init=False)
    """How many letters there were besides, by their state."""

    async def add(self, broadcast: Broadcast) -> Broadcast:
        """As the port says."""
        async with self.store.using():
            if broadcast.id not in self._kept:
                self.store.put(self._kept, broadcast.id, broadcast)
            return self.of(broadcast.id)

    async def get(self, id: BroadcastId) -> Broadcast:
        """As the port says."""
        async with self.store.using():
            return self.of(id)

    async def put(self, broadcast: Broadcast) -> None:
        """As the port says."""
        async with self.store.using():
            kept = self.of(broadcast.id)
            moves = BROADCAST_MOVES[kept.state] | {kept.state}
            if kept.version + 1 != broadcast.version or broadcast.state not in moves:
                raise BroadcastMoved(broadcast.id, kept.state)
            after = evolve(broadcast, author=kept.author, created_at=kept.created_at)
            if kept.state is not BroadcastState.DRAFT:
                after = evolve(after, announcement=kept.announcement, segment=kept.segment)
            self.store.put(self._kept, kept.id, after)

    async def newest(
        self, limit: int, before: tuple[datetime, BroadcastId] | None = None
    ) -> Sequence[Broadcast]:
        """As the port says."""
        async with self.store.using():
            places = sorted(
                ((each.created_at, id) for id, each in self._kept.items()), reverse=True
            )
            older = [id for at, id in places if before is None or (at, id) < before]
            return [self.of(id) for id in older[:limit]]

    async def under_way(self) -> Sequence[Broadcast]:
        """As the port says."""
        async with self.store.using():
            known = [
                (each.begun_at, id)
                for id in self._kept
                for each in [self.of(id)]
                if each.begun_at is not None and each.ended_at is None
                if each.state is not BroadcastState.PAUSED or each.counts.sending
            ]
            return [self.of(id) for _, id in sorted(known)]

    def of(self, id: BroadcastId) -> Broadcast:
        """The broadcast as it is, counted; for whoever is alone with the tables."""
        if id not in self._kept:
            raise BroadcastMissing(id)
        states = Counter(each.state.value for (of, _), each in self._letters.items() if of == id)
        states += self._forgotten.get(id, Counter())
        return evolve(self._kept[id], counts=Counts(**states))


@frozen
class MemoryLetters:
    """Letters by broadcast and recipient."""

    store: MemoryStore
    broadcasts: MemoryBroadcasts

    @property
    def _kept(self) -> dict[tuple[BroadcastId, UserId], Letter]:
        return self.broadcasts._letters

    async def write(self, id: BroadcastId, recipients: Sequence[UserId]) -> int:
        """As the port says."""
        async with self.store.using():
            new = [each for each in dict.fromkeys(recipients) if (id, each) not in self._kept]
            for each in new:
                letter = Letter(recipient=each, state=LetterState.WAITING)
                self.store.put(self._kept, (id, each), letter)
            return len(new)

    async def waiting(
        self, id: BroadcastId, limit: int, after: UserId | None = None
    ) -> Sequence[UserId]:
        """As the port says."""
        found = await self.of(id, LetterState.WAITING, limit, after)
        return [each.recipient for each in found]

    async def begin(self, id: BroadcastId, recipient: UserId, at: datetime) -> bool:
        """As the port says."""
        async with self.store.using():
            letter = self._kept.get((id, recipient))
            waits = letter is not None and letter.state is LetterState.WAITING
            if not waits or self.broadcasts.of(id).state is not BroadcastState.SENDING:
                return False
            self._put(id, recipient, LetterState.SENDING, at)
            return True

    async def end(
        self,
        id: BroadcastId,
        recipient: UserId,
        state: LetterState,
        at: datetime,
        told: str = "",
    ) -> None:
        """As the port says."""
        async with self.store.using():
            letter = self._kept.get((id, recipient))
            if letter is None or state not in LETTER_MOVES[letter.state] - {LetterState.SENDING}:
                raise LetterMoved(id, recipient)
            self._put(id, recipient, state, at, told)

    async def abandon(self, id: BroadcastId, at: datetime, told: str) -> int:
        """As the port says."""
        async with self.store.using():
            left = [
                recipient
                for (of, recipient), each in self._kept.items()
                if of == id and each.state is LetterState.SENDING
            ]
            for each in left:
                self._put(id, each, LetterState.UNKNOWN, at, told)
            return len(left)

    async def of(
        self, id: BroadcastId, state: LetterState, limit: int, after: UserId | None = None
    ) -> Sequence[Letter]:
        """As the port says."""
        async with self.store.using():
            found = [
                each
                for (of, recipient), each in sorted(self._kept.items(), key=lambda one: one[0][1])
                if of == id and each.state is state and (after is None or recipient > after)
            ]
            return found[:limit]

    async def to(
        self, recipient: UserId, limit: int, after: BroadcastId | None = None
    ) -> Sequence[tuple[BroadcastId, Letter]]:
        """As the port says."""
        async with self.store.using():
            found = sorted(
                (id for id, to in self._kept if to == recipient and (after is None or id > after))
            )
            return [(id, self._kept[id, recipient]) for id in found[:limit]]

    async def wipe(self, recipient: UserId) -> None:
        """As the port says."""
        async with self.store.using():
            self._forget([each for each in self._ended() if each[1] == recipient])

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        async with self.store.using():
            return self._forget(self._ended(before)[:limit])

    def _ended(self, before: datetime | None = None) -> list[tuple[BroadcastId, UserId]]:
        ends = {id: self.broadcasts.of(id).ended_at for id, _ in self._kept}
        over = {id for id, end in ends.items() if end and (before is None or end < before)}
        return [each for each in self._kept if each[0] in over]

    def _forget(self, these: Sequence[tuple[BroadcastId, UserId]]) -> int:
        forgotten = self.broadcasts._forgotten
        for each in these:
            counted = forgotten.get(each[0], Counter()) + Counter([self._kept[each].state.value])
            self.store.put(forgotten, each[0], counted)
            self.store.put(self._kept, each, None)
        return len(these)

    def _put(
        self,
        id: BroadcastId,
        recipient: UserId,
        state: LetterState,
        at: datetime,
        told: str = "",
    ) -> None:
        letter = Letter(recipient=recipient, state=state, told=told, at=at)
        self.store.put(self._kept, (id, recipient), letter)


@frozen
class MemoryAudience:
    """Looks at everybody."""

    users: MemoryUsers
    preferences: MemoryPreferences
    purchases: MemoryPurchases

    async def page(
        self, segment: Segment, at: datetime, limit: int, after: UserId | None = None
    ) -> Crowd:
        """As the port says."""
        seen = await self.users.page(limit, after)
        last = seen[-1].id if len(seen) == limit else None
        return Crowd([each.id for each in seen if await self._holds(segment, each, at)], last)

    async def count(self, segment: Segment, at: datetime) -> Mapping[Language, int]:
        """As the port says."""
        seen = await self.users.page(EVERYBODY_MAX)
        return Counter([each.language for each in seen if await self._holds(segment, each, at)])

    async def _holds(self, segment: Segment, user: User, at: datetime) -> bool:
        known = await self.preferences.of([Recipient(user.id)])
        wants = all(each.wants(ANNOUNCEMENT) for each in known.values())
        if not wants or user.muted or user.blocked or user.erased_at or user.since > at:
            return False
        bought = [
            each.created_at
            for each in await self.purchases.of(account_of(user.id), EVERYBODY_MAX)
            if each.state is State.DELIVERED
        ]
        newest = max(bought, default=None)
        since, not_since = segment.bought_since, segment.not_bought_since
        return (
            segment.language in (None, user.language)
            and segment.role in (None, user.role)
            and (segment.seen_since is None or user.seen_at >= segment.seen_since)
            and (since is None or (newest is not None and newest >= since))
            and (not_since is None or newest is None or newest < not_since)
        )
