"""What the machine itself provides, for ways in that need no house."""

from ...adapters.system import SystemClock
from ...core.clock import Clock


def machine_clock() -> Clock:
    """The machine's time."""
    return SystemClock()
