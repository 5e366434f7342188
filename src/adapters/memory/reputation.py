"""What pools know of their endpoints, in memory."""

from collections.abc import Sequence

from attrs import field, frozen

from ...core.resilience import Reputation
from .store import MemoryStore


@frozen
class MemoryReputations:
    """The newest of each endpoint."""

    store: MemoryStore
    _kept: dict[tuple[str, str, str], Reputation] = field(factory=dict, init=False)

    async def keep(self, reputations: Sequence[Reputation]) -> None:
        """As the port says."""
        async with self.store.using():
            for each in reputations:
                key = each.pool, each.operation, each.candidate
                before = self._kept.get(key)
                if before is None or before.at <= each.at:
                    self.store.put(self._kept, key, each)

    async def of(self, pool: str) -> Sequence[Reputation]:
        """As the port says."""
        async with self.store.using():
            return [self._kept[key] for key in sorted(self._kept) if key[0] == pool]
