"""How the way to a desk is: slow, lossy, stormy or silent, for every call until it clears up."""

import random

from attrs import define, field

from .bell import Bell
from .faults import Fault


@define
class Weather:
    """Of one desk; calm at first."""

    latency_seconds: float = 0.0
    errors_percent: int = 0
    """So many of hundred calls are answered with 500; half of them are done all the same."""
    storm: bool = False
    """Whether every call is refused as one too many: 429."""
    silence: bool = False
    """Whether every call is accepted and never answered; half of them are done all the same."""
    turned: Bell = field(factory=Bell, init=False, repr=False)
    """Rung when calls that are held are let go: they are broken off, and not answered."""
    _dice: random.Random = field(factory=lambda: random.Random(8), init=False, repr=False)  # noqa: S311

    @property
    def is_calm(self) -> bool:
        """Nothing is wrong."""
        return not (self.latency_seconds or self.errors_percent or self.storm or self.silence)

    def turn(
        self,
        *,
        latency_seconds: float = 0.0,
        errors_percent: int = 0,
        storm: bool = False,
        silence: bool = False,
    ) -> None:
        """Be like that from now on; where there is no silence, no call is held any more."""
        self.latency_seconds, self.errors_percent = latency_seconds, errors_percent
        self.storm, self.silence = storm, silence
        if not silence:
            self.turned.ring()

    def __call__(self) -> Fault | None:
        """What happens to the next call."""
        if self.storm:
            return Fault.BUSY
        if self.silence:
            return self._dice.choice((Fault.HANG_BEFORE, Fault.HANG_AFTER))
        if self._dice.random() * 100 >= self.errors_percent:
            return None
        return self._dice.choice((Fault.FAIL_BEFORE, Fault.FAIL_AFTER))
