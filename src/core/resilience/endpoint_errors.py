"""How a pool of endpoints says no, and how an attempt says that nothing happened."""

from attrs import define

from ..errors import Missing, Refused, Unavailable


@define
class NotExecuted(Unavailable):
    """The endpoint certainly did nothing, and it should have: no connection, or no such path."""

    reason: str

    def __str__(self) -> str:
        return f"nothing was done: {self.reason}"


@define
class TurnedAway(Unavailable):
    """The endpoint is well and certainly did nothing: it is too busy, or does not let us in."""

    reason: str
    wait_seconds: float | None = None

    def __str__(self) -> str:
        return f"turned away: {self.reason}"

    @property
    def retry_after_seconds(self) -> float | None:
        """How long it asks to be left alone, if it does."""
        return self.wait_seconds


@define
class NoCandidate(Unavailable):
    """No endpoint of the operation may be called now; none was."""

    operation: str
    wait_seconds: float

    def __str__(self) -> str:
        return f"every endpoint of {self.operation} rests; try again in {self.wait_seconds:.3g} s"

    @property
    def retry_after_seconds(self) -> float:
        """When the first of them may be called again."""
        return self.wait_seconds


@define
class UnknownOperation(Missing):
    """The pool has no operation of this name."""

    operation: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"no operation is called {self.operation!r}; known: {', '.join(self.known)}"


@define
class MisdeclaredOperation(Refused):
    """The operation is declared in a way that cannot work."""

    operation: str
    reason: str

    def __str__(self) -> str:
        return f"operation {self.operation!r}: {self.reason}"
