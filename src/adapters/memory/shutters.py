"""Which suppliers do not sell to us, in memory."""

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve, field, frozen

from ...core.purchases import Shutter, Step
from .store import MemoryStore


@frozen
class MemoryShutters:
    """Shutters by the name of their supplier."""

    store: MemoryStore
    _kept: dict[str, Shutter] = field(factory=dict, init=False)

    async def all(self) -> Sequence[Shutter]:
        """As the port says."""
        async with self.store.using():
            return [self._kept[name] for name in sorted(self._kept)]

    async def of(self, supplier: str) -> Shutter | None:
        """As the port says."""
        async with self.store.using():
            return self._kept.get(supplier)

    async def lower(self, shutter: Shutter) -> bool:
        """As the port says."""
        async with self.store.using():
            kept = self._kept.get(shutter.supplier)
            if kept is None or not kept.closed:
                self.store.put(self._kept, shutter.supplier, shutter)
                return True
            step = max(kept.step, shutter.step)
            after = evolve(kept, reason=shutter.reason, step=step)
            self.store.put(self._kept, shutter.supplier, after)
            return False

    async def lift(self, supplier: str, step: Step, at: datetime) -> Shutter | None:
        """As the port says."""
        async with self.store.using():
            kept = self._kept.get(supplier)
            if kept is None or not kept.closed or kept.step > step:
                return None
            after = evolve(kept, closed=False, since=at)
            self.store.put(self._kept, supplier, after)
            return after

    async def claim(self, shutter: Shutter, try_at: datetime) -> bool:
        """As the port says."""
        async with self.store.using():
            kept = self._kept.get(shutter.supplier)
            if kept is None or (kept.closed, kept.tries) != (True, shutter.tries):
                return False
            after = evolve(kept, tries=kept.tries + 1, try_at=try_at)
            self.store.put(self._kept, shutter.supplier, after)
            return True
