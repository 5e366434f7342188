"""Whether what we stand on answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from attrs import frozen


@frozen
class Condition:
    """How one dependency is: well, or not and why; the words hold no secret."""

    well: bool
    words: str = ""


class Probe(Protocol):
    """One dependency that can be asked how it is."""

    @property
    def name(self) -> str:
        """What people call the dependency: `database`, `redis`."""
        ...

    async def __call__(self) -> Condition:
        """Ask it, within a deadline of the probe's own; never raises for a sick dependency."""
        ...


Conditions = Mapping[str, Condition]


@frozen(kw_only=True)
class Footing:
    """What a storage says of itself."""

    at: datetime | None = None
    """Its own clock; None where it goes by ours."""
    doubts: tuple[str, ...] = ()
    """Why something that was kept might be lost after all, in words; the settings of the storage
    are named as it names them."""


class AskFooting(Protocol):
    """Asks a storage what may be expected of it; reads a little and writes nothing."""

    async def __call__(self) -> Footing:
        """
        What it says.

        Raises:
            Unavailable, Refused: it cannot be asked.
        """
        ...
