"""How a breaker says that it does not ask, and what else may be wrong with one."""

from attrs import define

from ..errors import Refused, Unavailable


@define
class CircuitOpen(Unavailable):
    """The dependency was found broken and is given a rest; this call was not begun."""

    dependency: str
    retry_after_seconds: float

    def __str__(self) -> str:
        return f"{self.dependency} rests; try again in {self.retry_after_seconds:.3g} s"


@define
class OutOfBounds(Refused):
    """A number of a policy makes no sense."""

    name: str
    value: float
    wanted: str

    def __str__(self) -> str:
        return f"{self.name} must be {self.wanted}, not {self.value:g}"


@define
class SharingAway(Unavailable):
    """The breakers of other processes cannot be reached; each goes on by itself."""

    reason: str

    def __str__(self) -> str:
        return f"breakers are not shared now: {self.reason}"
