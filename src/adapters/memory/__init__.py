"""Everything in this process's memory: for tests, for learning, for other people's tests."""

from .balances import MemoryLedger
from .breakers import MemoryTrips
from .cache import MemoryCache
from .clock import ManualClock, ManualTicks
from .errands import MemoryErrands
from .events import MemoryOutbox
from .identity import MemoryTrail, MemoryUsers
from .keys import MemoryApiKeys
from .limits import MemoryMeter
from .notifications import MemoryDeliveries, MemoryWebhooks
from .payments import MemoryArrivals, MemoryNotices, MemoryPayments
from .purchases import MemoryCampaigns, MemoryPurchases
from .refunds import MemoryCursors, MemoryRefunds
from .reputation import MemoryReputations
from .second_factors import MemorySecondFactors
from .sessions import MemorySessions
from .signals import MemorySignals
from .standing import MemoryStandings
from .store import MemoryStore
from .wallets import MemoryCheques, MemoryOutlays

__all__ = [
    "ManualClock",
    "ManualTicks",
    "MemoryApiKeys",
    "MemoryArrivals",
    "MemoryCache",
    "MemoryCampaigns",
    "MemoryCheques",
    "MemoryCursors",
    "MemoryDeliveries",
    "MemoryErrands",
    "MemoryLedger",
    "MemoryMeter",
    "MemoryNotices",
    "MemoryOutbox",
    "MemoryOutlays",
    "MemoryPayments",
    "MemoryPurchases",
    "MemoryRefunds",
    "MemoryReputations",
    "MemorySecondFactors",
    "MemorySessions",
    "MemorySignals",
    "MemoryStandings",
    "MemoryStore",
    "MemoryTrail",
    "MemoryTrips",
    "MemoryUsers",
    "MemoryWebhooks",
]
