"""How long to wait before asking again."""

from random import Random

from attrs import field, frozen

from .bounds import positive


@frozen(kw_only=True)
class Backoff:
    """
    Any time from none up to a bound that doubles with each repetition, but not beyond the cap.

    The whole of it is left to chance, so that those who failed together do not come back together.

    Raises:
        OutOfBounds: a number makes no sense.
    """

    base_seconds: float = field(default=0.1, validator=positive)
    cap_seconds: float = field(default=5.0, validator=positive)

    def seconds(self, repeats: int, random: Random) -> float:
        """The wait after so many repetitions."""
        most = min(self.base_seconds * 2.0 ** min(repeats, 60), self.cap_seconds)
        return random.uniform(0.0, most)
