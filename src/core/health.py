"""Whether what we stand on answers."""

from collections.abc import Mapping
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
