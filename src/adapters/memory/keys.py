"""Keys of programs, in memory."""

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve, field, frozen

from ...core.identity import ApiKey, KeyMissing
from .store import MemoryStore


@frozen
class MemoryApiKeys:
    """Keys by their public part."""

    store: MemoryStore
    _kept: dict[str, ApiKey] = field(factory=dict, init=False)

    async def add(self, key: ApiKey) -> ApiKey:
        """As the port says."""
        async with self.store.using():
            if key.public not in self._kept:
                self.store.put(self._kept, key.public, key)
            return self._kept[key.public]

    async def get(self, public: str) -> ApiKey:
        """As the port says."""
        async with self.store.using():
            return self._of(public)

    async def put(self, key: ApiKey) -> None:
        """As the port says."""
        async with self.store.using():
            was = self._of(key.public)
            after = evolve(
                was, expires_at=key.expires_at, revoked_at=was.revoked_at or key.revoked_at
            )
            self.store.put(self._kept, key.public, after)

    async def used(self, public: str, at: datetime) -> None:
        """As the port says."""
        async with self.store.using():
            was = self._kept.get(public)
            if was is not None and (was.used_at is None or was.used_at < at):
                self.store.put(self._kept, public, evolve(was, used_at=at))

    async def all(self) -> Sequence[ApiKey]:
        """As the port says."""
        async with self.store.using():
            return sorted(
                self._kept.values(), key=lambda key: (key.made_at, key.public), reverse=True
            )

    def _of(self, public: str) -> ApiKey:
        try:
            return self._kept[public]
        except KeyError:
            raise KeyMissing(public) from None
