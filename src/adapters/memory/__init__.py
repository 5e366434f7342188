"""Everything in this process's memory: for tests, for learning, for other people's tests."""

from .balances import MemoryLedger
from .clock import ManualClock, ManualTicks
from .events import MemoryOutbox
from .signals import MemorySignals
from .store import MemoryStore

__all__ = [
    "ManualClock",
    "ManualTicks",
    "MemoryLedger",
    "MemoryOutbox",
    "MemorySignals",
    "MemoryStore",
]
