"""What people are told, and what they prefer, in memory."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from attrs import evolve, field, frozen

from ...core.notifications import (
    MOVES,
    Notification,
    NotificationId,
    NotificationMissing,
    NotificationMoved,
    Preference,
    Recipient,
    State,
    Unsent,
)
from .store import MemoryStore


@frozen
class MemoryNotifications:
    """Notifications by their id."""

    store: MemoryStore
    _kept: dict[NotificationId, Notification] = field(factory=dict, init=False)
    _told: dict[tuple[UUID, Recipient, str], NotificationId] = field(factory=dict, init=False)

    async def add(self, notifications: Sequence[Notification]) -> None:
        """As the port says."""
        async with self.store.using():
            for each in notifications:
                key = each.source, each.recipient, each.kind
                if key not in self._told:
                    self.store.put(self._told, key, each.id)
                    self.store.put(self._kept, each.id, each)

    async def get(self, id: NotificationId) -> Notification:
        """As the port says."""
        async with self.store.using():
            return self._of(id)

    async def claim(
        self, at: datetime, until: datetime, limit: int, kinds: Collection[str] | None = None
    ) -> Sequence[Notification]:
        """As the port says."""
        async with self.store.using():
            due = [each for each in self._due(at) if kinds is None or each.kind in kinds]
            claimed = [each.changed(check_at=until) for each in due[:limit]]
            for each in claimed:
                self.store.put(self._kept, each.id, each)
            return claimed

    async def put(self, notification: Notification) -> None:
        """As the port says."""
        async with self.store.using():
            kept = self._of(notification.id)
            moves = MOVES[kept.state] | {kept.state}
            if kept.version + 1 != notification.version or notification.state not in moves:
                raise NotificationMoved(notification.id, kept.state)
            after = evolve(
                notification,
                source=kept.source,
                recipient=kept.recipient,
                kind=kept.kind,
                facts=kept.facts,
                made_at=kept.made_at,
                until=kept.until,
                repeats=kept.repeats,
            )
            self.store.put(self._kept, kept.id, after)

    async def of(
        self,
        recipient: Recipient,
        limit: int,
        before: tuple[datetime, NotificationId] | None = None,
    ) -> Sequence[Notification]:
        """As the port says."""
        async with self.store.using():
            theirs = [
                each
                for each in self._kept.values()
                if each.recipient == recipient and (before is None or _place(each) < before)
            ]
            return sorted(theirs, key=_place, reverse=True)[:limit]

    async def unsent(self, at: datetime) -> Unsent:
        """As the port says."""
        async with self.store.using():
            moments = [each.check_at for each in self._due(at) if each.check_at is not None]
            return Unsent(due=len(moments), oldest=min(moments, default=None))

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        async with self.store.using():
            old = [
                each
                for each in self._kept.values()
                if each.made_at < before and each.state is not State.WAITING
            ]
            return self._without(sorted(old, key=_place)[:limit])

    async def wipe(self, recipient: Recipient) -> int:
        """As the port says."""
        async with self.store.using():
            return self._without([x for x in self._kept.values() if x.recipient == recipient])

    def _without(self, these: Sequence[Notification]) -> int:
        for each in these:
            self.store.put(self._kept, each.id, None)
            self.store.put(self._told, (each.source, each.recipient, each.kind), None)
        return len(these)

    def _due(self, at: datetime) -> list[Notification]:
        due = [
            (not each.repeats, each.check_at, each.id, each)
            for each in self._kept.values()
            if each.check_at is not None and each.check_at <= at
        ]
        return [each for *_, each in sorted(due, key=lambda one: one[:3])]

    def _of(self, id: NotificationId) -> Notification:
        if id not in self._kept:
            raise NotificationMissing(id)
        return self._kept[id]


def _place(notification: Notification) -> tuple[datetime, NotificationId]:
    return notification.made_at, notification.id


@frozen
class MemoryPreferences:
    """Preferences by recipient."""

    store: MemoryStore
    _kept: dict[Recipient, Preference] = field(factory=dict, init=False)

    async def of(self, recipients: Collection[Recipient]) -> Mapping[Recipient, Preference]:
        """As the port says."""
        async with self.store.using():
            return {each: self._kept[each] for each in recipients if each in self._kept}

    async def put(self, preference: Preference) -> None:
        """As the port says."""
        async with self.store.using():
            self.store.put(self._kept, preference.recipient, preference)
