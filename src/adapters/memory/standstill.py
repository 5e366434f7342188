"""Whether money may go out, in memory."""

from datetime import datetime

from attrs import field, frozen

from .store import MemoryStore


@frozen
class MemoryStandstill:
    """One moment, or none."""

    store: MemoryStore
    _kept: dict[str, datetime] = field(factory=dict, init=False)

    async def since(self) -> datetime | None:
        """As the port says."""
        async with self.store.using():
            return self._kept.get("since")

    async def begin(self, at: datetime) -> None:
        """As the port says."""
        async with self.store.using():
            if "since" not in self._kept:
                self.store.put(self._kept, "since", at)

    async def end(self) -> None:
        """As the port says."""
        async with self.store.using():
            self.store.put(self._kept, "since", None)
