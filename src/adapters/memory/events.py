"""The outbox in memory."""

from collections.abc import Sequence

from attrs import field, frozen

from ...core.bells import HandBell
from ...core.events import COUNTED_MAX, Backlog, Event, EventId, EventMissing, EventNotStuck, Stuck
from .store import MemoryStore


@frozen
class MemoryOutbox:
    """Events that wait, and the ids of those that ever did with their places in the queue."""

    store: MemoryStore
    bell: HandBell = field(factory=HandBell)
    _waiting: dict[EventId, Event] = field(factory=dict, init=False)
    _places: dict[EventId, int] = field(factory=dict, init=False)
    _put: dict[int, Event] = field(factory=dict, init=False)
    _stuck: dict[EventId, Stuck] = field(factory=dict, init=False)

    async def put(self, events: Sequence[Event]) -> None:
        """As the port says."""
        async with self.store.using():
            for event in events:
                if event.id not in self._places:
                    place = len(self._places) + 1
                    self.store.put(self._places, event.id, place)
                    self.store.put(self._put, place, event)
                    self.store.put(self._waiting, event.id, event)
        # Whoever hears it inside a transaction looks after its end: he waits for the store.
        self.bell.ring()

    async def pending(self, limit: int) -> Sequence[Event]:
        """As the port says."""
        async with self.store.using():
            waiting = sorted(self._waiting.values(), key=lambda event: self._places[event.id])
            return waiting[:limit]

    async def take(self, limit: int) -> Sequence[Event]:
        """As the port says: one at a time is inside a transaction."""
        return await self.pending(limit)

    async def delivered(self, ids: Sequence[EventId]) -> None:
        """As the port says."""
        async with self.store.using():
            for id in ids:
                self.store.put(self._waiting, id, None)
                self.store.put(self._stuck, id, None)

    async def set_aside(self, id: EventId, why: str) -> None:
        """As the port says."""
        async with self.store.using():
            if (event := self._waiting.get(id)) is not None:
                self.store.put(self._waiting, id, None)
                self.store.put(self._stuck, id, Stuck(event=event, why=why))

    async def again(self, id: EventId) -> None:
        """As the port says."""
        async with self.store.using():
            if id not in self._places:
                raise EventMissing(id)
            if (stuck := self._stuck.get(id)) is None:
                raise EventNotStuck(id)
            self.store.put(self._stuck, id, None)
            self.store.put(self._waiting, id, stuck.event)

    async def stuck(self, limit: int) -> Sequence[Stuck]:
        """As the port says."""
        async with self.store.using():
            stuck = sorted(self._stuck.values(), key=lambda each: self._places[each.event.id])
            return stuck[:limit]

    async def after(self, place: int, limit: int) -> Sequence[tuple[int, Event]]:
        """As the port says."""
        async with self.store.using():
            return [pair for pair in self._put.items() if pair[0] > place][:limit]

    async def place(self) -> int:
        """As the port says."""
        async with self.store.using():
            return len(self._put)

    async def backlog(self) -> Backlog:
        """As the port says."""
        waiting = await self.pending(COUNTED_MAX)
        oldest = waiting[0].at if waiting else None
        return Backlog(waiting=len(waiting), oldest=oldest, stuck=len(self._stuck))
