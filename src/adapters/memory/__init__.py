"""Everything in this process's memory: for tests, for learning, for other people's tests."""

from .balances import MemoryLedger
from .clock import ManualClock
from .events import MemoryOutbox
from .store import MemoryStore

__all__ = ["ManualClock", "MemoryLedger", "MemoryOutbox", "MemoryStore"]
