"""Leases in memory."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import field, frozen

from ...core.clock import Clock
from ...core.leases import Lease, LeaseLost, SeenLease
from .store import MemoryStore


@frozen
class MemoryLeases:
    """The last lease of each name, and until when it lasts."""

    store: MemoryStore
    clock: Clock
    _kept: dict[str, tuple[Lease, datetime]] = field(factory=dict, init=False)

    async def take(self, name: str, holder: str, seconds: float) -> Lease | None:
        """As the port says."""
        async with self.store.using():
            lease = Lease(name=name, holder=holder, token=1)
            if name in self._kept:
                last, until = self._kept[name]
                lasts = until > self.clock.now()
                if lasts and last.holder != holder:
                    return None
                token = last.token if lasts else last.token + 1
                lease = Lease(name=name, holder=holder, token=token)
            self._keep(lease, seconds)
            return lease

    async def extend(self, lease: Lease, seconds: float) -> None:
        """As the port says."""
        async with self.store.using():
            self._prove(lease)
            self._keep(lease, seconds)

    async def prove(self, lease: Lease) -> None:
        """As the port says."""
        async with self.store.using():
            self._prove(lease)

    async def give_back(self, lease: Lease) -> None:
        """As the port says."""
        async with self.store.using():
            last, until = self._kept.get(lease.name, (None, self.clock.now()))
            if last == lease and until > self.clock.now():
                self._keep(lease, 0)

    async def seen(self) -> Sequence[SeenLease]:
        """As the port says."""
        async with self.store.using():
            now = self.clock.now()
            return [
                SeenLease(lease, (until - now).total_seconds())
                for lease, until in (self._kept[name] for name in sorted(self._kept))
            ]

    def _keep(self, lease: Lease, seconds: float) -> None:
        until = self.clock.now() + timedelta(seconds=seconds)
        self.store.put(self._kept, lease.name, (lease, until))

    def _prove(self, lease: Lease) -> None:
        last, until = self._kept.get(lease.name, (None, self.clock.now()))
        if last != lease or until <= self.clock.now():
            raise LeaseLost(lease.name, lease.holder)
