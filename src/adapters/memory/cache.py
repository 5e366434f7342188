"""The cache in memory: as many copies as fit, those looked at last."""

from collections import OrderedDict
from typing import Final
from uuid import uuid4

from attrs import field, frozen
from attrs.validators import ge

from ...core.clock import Ticks, ticks
from ...core.resilience import Lease

MICROSECONDS: Final = 1_000_000


@frozen
class MemoryCache:
    """Copies of this process; beyond `keys_max` the one that nobody looked at for longest goes."""

    keys_max: int = field(default=10_000, validator=ge(1))
    ticks: Ticks = ticks
    _kept: OrderedDict[str, tuple[bytes | Lease, int]] = field(factory=OrderedDict, init=False)

    async def look(self, key: str, lease_seconds: float) -> bytes | Lease | None:
        """As the port says."""
        kept = self._now(key)
        if kept is None:
            lease = Lease(uuid4().hex)
            self._put(key, lease, lease_seconds)
            return lease
        self._kept.move_to_end(key)
        return None if isinstance(kept, Lease) else kept

    async def keep(self, key: str, lease: Lease, copy: bytes, seconds: float) -> None:
        """As the port says."""
        if self._now(key) == lease:
            self._put(key, copy, seconds)

    async def give_up(self, key: str, lease: Lease) -> None:
        """As the port says."""
        if self._now(key) == lease:
            del self._kept[key]

    async def forget(self, key: str) -> None:
        """As the port says."""
        self._kept.pop(key, None)

    def _now(self, key: str) -> bytes | Lease | None:
        kept, end = self._kept.get(key, (None, 0))
        return kept if self.ticks() < end else None

    def _put(self, key: str, kept: bytes | Lease, seconds: float) -> None:
        self._kept[key] = kept, self.ticks() + round(seconds * MICROSECONDS)
        self._kept.move_to_end(key)
        if len(self._kept) > self.keys_max:
            self._kept.popitem(last=False)
