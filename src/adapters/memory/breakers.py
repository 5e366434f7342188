"""Trips shared by the guards of one process: what Redis is for many, played by two dictionaries."""

from attrs import field, frozen

from ...core.clock import Ticks, ticks
from ...core.resilience import Place, Trip


@frozen
class MemoryTrips:
    """Trips and the places of probes, as long as the process lives."""

    ticks: Ticks = ticks
    _trips: dict[str, tuple[int, int]] = field(factory=dict, init=False)
    _places: dict[str, dict[Place, int]] = field(factory=dict, init=False)

    async def look(self, name: str) -> Trip | None:
        """As the port says."""
        id, until = self._trips.get(name, (0, 0))
        left = until - self.ticks()
        return Trip(id, left) if left > 0 else None

    async def trip(self, name: str, open_ticks: int) -> Trip:
        """As the port says."""
        holds = await self.look(name)
        if holds is None:
            id, _ = self._trips.get(name, (0, 0))
            holds = Trip(id + 1, open_ticks)
            self._trips[name] = holds.id, self.ticks() + open_ticks
        return holds

    async def probe(self, name: str, place: Place, probes: int, probe_ticks: int) -> Trip | bool:
        """As the port says."""
        if holds := await self.look(name):
            return holds
        now = self.ticks()
        taken = {each: end for each, end in self._places.get(name, {}).items() if end > now}
        granted = len(taken) < probes
        self._places[name] = taken | ({place: now + probe_ticks} if granted else {})
        return granted

    async def give_back(self, name: str, place: Place) -> None:
        """As the port says."""
        self._places.get(name, {}).pop(place, None)
