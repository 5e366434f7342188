"""Numbers about ourselves for whoever watches: how often, how much, how long."""

from typing import Protocol

from attrs import frozen


class Signals(Protocol):
    """
    Where numbers go.

    Telling one costs little, never waits and never raises. A name is a subject and what is
    counted, with its unit at the end: `breaker_opened_total`, `endpoint_call_seconds`. One name
    always comes with the same labels; a label's values are few and hold no secret and no person.
    """

    def count(self, name: str, by: int = 1, /, **labels: str) -> None:
        """It happened again: the name's total grows."""
        ...

    def gauge(self, name: str, value: float, /, **labels: str) -> None:
        """How much it is now."""
        ...

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        """One of many values whose spread matters, such as how long a call took."""
        ...


@frozen
class Unheard:
    """Signals that nobody listens to."""

    def count(self, name: str, by: int = 1, /, **labels: str) -> None:
        """As the port says."""

    def gauge(self, name: str, value: float, /, **labels: str) -> None:
        """As the port says."""

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        """As the port says."""
