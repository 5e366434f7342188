"""The outbox in memory."""

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve, field, frozen

from ...core.bells import HandBell
from ...core.events import COUNTED_MAX, Backlog, Event, EventId, EventMissing, EventNotStuck, Stuck
from .store import MemoryStore
from .webhooks import MemoryDeliveries


@frozen
class MemoryOutbox:
    """Events that wait, and the ids of those that ever did with their places in the queue."""

    store: MemoryStore
    bell: HandBell = field(factory=HandBell)
    deliveries: MemoryDeliveries | None = None
    """Of the same store, where there are webhooks."""
    _waiting: dict[EventId, Event] = field(factory=dict, init=False)
    _places: dict[EventId, int] = field(factory=dict, init=False)
    _put: dict[int, Event] = field(factory=dict, init=False)
    _stuck: dict[EventId, Stuck] = field(factory=dict, init=False)
    _counted: dict[str, int] = field(factory=dict, init=False)

    async def put(self, events: Sequence[Event]) -> None:
        """As the port says."""
        async with self.store.using():
            for event in events:
                if event.id not in self._places:
                    place = self._counted.get("put", 0) + 1
                    self.store.put(self._counted, "put", place)
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
            return self._counted.get("put", 0)

    async def forgotten(self) -> int:
        """As the port says."""
        async with self.store.using():
            return self._counted.get("forgotten", 0)

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        async with self.store.using():
            old = [one for one in self._put.items() if self._is_over(one[1], before)]
            old = sorted(old, key=lambda one: (one[1].at, one[0]))[:limit]
            for place, each in old:
                self.store.put(self._put, place, None)
                self.store.put(self._places, each.id, None)
                if place > self._counted.get("forgotten", 0):
                    self.store.put(self._counted, "forgotten", place)
            return len(old)

    def _is_over(self, event: Event, before: datetime) -> bool:
        waits = event.id in self._waiting or event.id in self._stuck
        told = self.deliveries is not None and self.deliveries.tells_of(event.id)
        return event.at < before and not waits and not told

    async def naming(self, account: str, limit: int) -> Sequence[Event]:
        """As the port says."""
        async with self.store.using():
            return [
                each
                for each in self._put.values()
                if each.facts.get("buyer") == account and each.facts.get("recipient") is not None
            ][:limit]

    async def reword(self, event: Event) -> None:
        """As the port says."""
        async with self.store.using():
            place = self._places[event.id]
            after = evolve(self._put[place], facts=event.facts)
            self.store.put(self._put, place, after)
            if event.id in self._waiting:
                self.store.put(self._waiting, event.id, after)
            elif (stuck := self._stuck.get(event.id)) is not None:
                self.store.put(self._stuck, event.id, evolve(stuck, event=after))

    async def backlog(self) -> Backlog:
        """As the port says."""
        waiting = await self.pending(COUNTED_MAX)
        oldest = waiting[0].at if waiting else None
        return Backlog(waiting=len(waiting), oldest=oldest, stuck=len(self._stuck))
