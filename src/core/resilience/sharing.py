"""Breakers of many processes that learn from each other; each goes on alone when it must."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, NewType, Protocol
from uuid import uuid4

from attrs import define, field, frozen

from ..clock import Ticks
from ..errors import Unavailable
from .breaker_policy import BreakerPolicy, microseconds

Place = NewType("Place", str)
"""What one probe of one process is known by."""

LOOK_TICKS: Final = 1_000_000
"""How old the news of others may be, and for how long one who cannot be reached is left alone."""


@frozen
class Trip:
    """A dependency was found broken and rests for all."""

    id: int
    """No other trip of the dependency has it."""
    ticks_left: int


class SharedTrips(Protocol):
    """
    What the breakers of one dependency in many processes tell each other.

    Every method may raise Unavailable, and does so soon: a guard then goes on by itself.
    """

    async def look(self, name: str) -> Trip | None:
        """The trip that is not over yet."""
        ...

    async def trip(self, name: str, open_ticks: int) -> Trip:
        """Let it rest for so long, unless it rests already; the trip that holds now."""
        ...

    async def probe(self, name: str, place: Place, probes: int, probe_ticks: int) -> Trip | bool:
        """
        Whether the place is among so many for all processes together; a trip that is not over.

        It is, until it is given back, or for so long.
        """
        ...

    async def give_back(self, name: str, place: Place) -> None:
        """The place is free; giving it back again, or one that never was, changes nothing."""
        ...


@define(eq=False)
class Sharing:
    """
    The part of a guard that talks to the others.

    Only a probe waits for an answer. Everything else is an errand: nobody waits for it, and one
    that fails is not made up for. `opened` is told until when another process found it broken.
    """

    _name: str
    _policy: BreakerPolicy
    _shared: SharedTrips
    _ticks: Ticks
    _opened: Callable[[int], None]
    _look_at: int = field(default=0, init=False)
    _alone: bool = field(default=False, init=False)
    _known: int | None = field(default=None, init=False)
    _errands: set[asyncio.Task[None]] = field(factory=set, init=False)

    def look(self) -> None:
        """Ask for news, unless they were asked for a moment ago."""
        now = self._ticks()
        if now >= self._look_at:
            self._look_at = now + LOOK_TICKS
            self._send(self._look())

    def tell(self, open_ticks: int) -> None:
        """It was found broken here."""
        self._send(self._tell(open_ticks))

    def give_back(self, place: Place) -> None:
        """The probe is over."""
        self._send(self._shared.give_back(self._name, place))

    async def place(self) -> Place | None:
        """One among the probes of all processes; None when they are all taken."""
        place = Place(uuid4().hex)
        if self._alone:
            return place
        probe_ticks = microseconds(self._policy.probe_seconds)
        try:
            told = await self._shared.probe(self._name, place, self._policy.probes, probe_ticks)
        except Unavailable:
            self._leave_alone()
            return place
        except asyncio.CancelledError:
            self.give_back(place)  # it may have been granted
            raise
        if isinstance(told, Trip):
            self._learn(told)
            return None
        return place if told else None

    async def _look(self) -> None:
        trip = await self._shared.look(self._name)
        self._alone = False
        if trip is not None and trip.id != self._known:
            self._learn(trip)

    async def _tell(self, open_ticks: int) -> None:
        self._learn(await self._shared.trip(self._name, open_ticks))

    def _learn(self, trip: Trip) -> None:
        # Counted from the answer on, so never over before it is for the others.
        self._known = trip.id
        self._opened(self._ticks() + trip.ticks_left)

    def _leave_alone(self) -> None:
        self._alone = True
        self._look_at = self._ticks() + LOOK_TICKS

    def _send(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._run(errand))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _run(self, errand: Coroutine[Any, Any, None]) -> None:
        try:
            await errand
        except Unavailable:
            self._leave_alone()
