"""How the way to a desk is: slow, lossy or stormy, for every call until it clears up."""

import random

from attrs import define, field

from .faults import Fault


@define
class Weather:
    """Of one desk; calm at first."""

    latency_seconds: float = 0.0
    errors_percent: int = 0
    """So many of hundred calls are answered with 500; half of them are done all the same."""
    storm: bool = False
    """Whether every call is refused as one too many: 429."""
    _dice: random.Random = field(factory=lambda: random.Random(8), init=False, repr=False)  # noqa: S311

    @property
    def is_calm(self) -> bool:
        """Nothing is wrong."""
        return not (self.latency_seconds or self.errors_percent or self.storm)

    def __call__(self) -> Fault | None:
        """What happens to the next call."""
        if self.storm:
            return Fault.BUSY
        if self._dice.random() * 100 >= self.errors_percent:
            return None
        return self._dice.choice((Fault.FAIL_BEFORE, Fault.FAIL_AFTER))
