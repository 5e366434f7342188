"""The outbox in memory."""

from collections.abc import Sequence

from attrs import field, frozen

from ...core.events import Event, EventId
from .store import MemoryStore


@frozen
class MemoryOutbox:
    """Events that wait, and the ids of those that ever did with their places in the queue."""

    store: MemoryStore
    _waiting: dict[EventId, Event] = field(factory=dict, init=False)
    _places: dict[EventId, int] = field(factory=dict, init=False)

    async def put(self, events: Sequence[Event]) -> None:
        """As the port says."""
        async with self.store.using():
            for event in events:
                if event.id not in self._places:
                    self.store.put(self._places, event.id, len(self._places))
                    self.store.put(self._waiting, event.id, event)

    async def pending(self, limit: int) -> Sequence[Event]:
        """As the port says."""
        async with self.store.using():
            waiting = sorted(self._waiting.values(), key=lambda event: self._places[event.id])
            return waiting[:limit]

    async def delivered(self, ids: Sequence[EventId]) -> None:
        """As the port says."""
        async with self.store.using():
            for id in ids:
                self.store.put(self._waiting, id, None)
