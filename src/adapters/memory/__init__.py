"""Everything in this process's memory: for tests, for learning, for other people's tests."""

from .balances import MemoryLedger
from .breakers import MemoryTrips
from .cache import MemoryCache
from .clock import ManualClock, ManualTicks
from .events import MemoryOutbox
from .limits import MemoryMeter
from .payments import MemoryArrivals, MemoryNotices, MemoryPayments
from .reputation import MemoryReputations
from .signals import MemorySignals
from .store import MemoryStore

__all__ = [
    "ManualClock",
    "ManualTicks",
    "MemoryArrivals",
    "MemoryCache",
    "MemoryLedger",
    "MemoryMeter",
    "MemoryNotices",
    "MemoryOutbox",
    "MemoryPayments",
    "MemoryReputations",
    "MemorySignals",
    "MemoryStore",
    "MemoryTrips",
]
