"""Errands in memory."""

from datetime import datetime
from uuid import UUID

from attrs import evolve, field, frozen

from ...core.errands import Answer, Errand, ErrandId, ErrandUnderWay, IdempotencyKeyReused
from .store import MemoryStore


@frozen
class Begun:
    """An errand, and whose it is."""

    digest: bytes
    claim: UUID | None
    until: datetime
    answer: Answer | None = None


@frozen
class MemoryErrands:
    """A table by id."""

    store: MemoryStore
    _begun: dict[ErrandId, Begun] = field(factory=dict, init=False)

    async def begin(
        self, errand: Errand, claim: UUID, at: datetime, until: datetime
    ) -> Answer | None:
        """As the port says."""
        async with self.store.using():
            known = self._begun.get(errand.id)
            if known is not None:
                if known.digest != errand.digest:
                    raise IdempotencyKeyReused(errand.id)
                if known.answer is not None:
                    return known.answer
                if known.claim is not None and at < known.until:
                    raise ErrandUnderWay(errand.id)
            self.store.put(self._begun, errand.id, Begun(errand.digest, claim, until))
            return None

    async def answer(self, id: ErrandId, answer: Answer) -> Answer:
        """As the port says."""
        async with self.store.using():
            known = self._begun.get(id)
            if known is None:
                return answer
            if known.answer is None:
                self.store.put(self._begun, id, evolve(known, claim=None, answer=answer))
            return known.answer or answer

    async def give_up(self, id: ErrandId, claim: UUID) -> None:
        """As the port says."""
        async with self.store.using():
            known = self._begun.get(id)
            if known is not None and known.claim == claim:
                self.store.put(self._begun, id, evolve(known, claim=None))

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        async with self.store.using():
            old = [id for id, each in self._begun.items() if each.until < before]
            old.sort(key=lambda id: (self._begun[id].until, id.bytes))
            for id in old[:limit]:
                self.store.put(self._begun, id, None)
            return len(old[:limit])
