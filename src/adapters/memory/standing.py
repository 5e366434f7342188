"""Standing orders, in memory."""

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve, field, frozen

from ...core.payments import StandingId, StandingMissing, StandingOrder
from .store import MemoryStore


@frozen
class MemoryStandings:
    """Standing orders by their id, in the order in which they were made."""

    store: MemoryStore
    _kept: dict[StandingId, StandingOrder] = field(factory=dict, init=False)

    async def add(self, standing: StandingOrder) -> StandingOrder:
        """As the port says."""
        async with self.store.using():
            if standing.id not in self._kept:
                self.store.put(self._kept, standing.id, standing)
            return self._kept[standing.id]

    async def get(self, id: StandingId) -> StandingOrder:
        """As the port says."""
        async with self.store.using():
            return self._of(id)

    async def put(self, standing: StandingOrder) -> None:
        """As the port says."""
        async with self.store.using():
            after = evolve(
                self._of(standing.id),
                provider_id=standing.provider_id,
                link=standing.link,
                ended=standing.ended,
                term=standing.term,
            )
            self.store.put(self._kept, standing.id, after)

    async def of(self, payer: str) -> Sequence[StandingOrder]:
        """As the port says."""
        async with self.store.using():
            theirs = [each for each in self._kept.values() if each.payer == payer]
            return sorted(theirs, key=lambda each: (each.created_at, each.id))

    async def lapsing(self, at: datetime, limit: int) -> Sequence[StandingId]:
        """As the port says."""
        async with self.store.using():
            over = [
                (term.until, id)
                for id, each in self._kept.items()
                if (term := each.term) is not None and term.until <= at and not term.lapsed
            ]
            return [id for _, id in sorted(over)[:limit]]

    def _of(self, id: StandingId) -> StandingOrder:
        try:
            return self._kept[id]
        except KeyError:
            raise StandingMissing(id) from None
