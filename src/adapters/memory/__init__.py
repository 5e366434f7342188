"""Everything in this process's memory: for tests, for learning, for other people's tests."""

from .balances import MemoryLedger
from .breakers import MemoryTrips
from .cache import MemoryCache
from .chats import MemoryInbox, MemoryWindows
from .clock import ManualClock, ManualTicks
from .errands import MemoryErrands
from .events import MemoryOutbox
from .identity import MemoryTrail, MemoryUsers
from .keys import MemoryApiKeys
from .leases import MemoryLeases
from .limits import MemoryMeter
from .notifications import MemoryNotifications, MemoryPreferences
from .oversight import MemoryTallies
from .payments import MemoryArrivals, MemoryNotices, MemoryPayments
from .purchases import MemoryCampaigns, MemoryPurchases
from .refunds import MemoryCursors, MemoryRefunds
from .reputation import MemoryReputations
from .second_factors import MemorySecondFactors
from .sessions import MemorySessions
from .shutters import MemoryShutters
from .signals import MemorySignals
from .standing import MemoryStandings
from .standstill import MemoryStandstill
from .store import MemoryStore
from .tasks import MemoryTasks
from .tickets import MemoryTickets
from .vitals import MemoryVitals
from .wallets import MemoryCheques, MemoryOutlays
from .webhooks import MemoryDeliveries, MemoryWebhooks

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
    "MemoryInbox",
    "MemoryLeases",
    "MemoryLedger",
    "MemoryMeter",
    "MemoryNotices",
    "MemoryNotifications",
    "MemoryOutbox",
    "MemoryOutlays",
    "MemoryPayments",
    "MemoryPreferences",
    "MemoryPurchases",
    "MemoryRefunds",
    "MemoryReputations",
    "MemorySecondFactors",
    "MemorySessions",
    "MemoryShutters",
    "MemorySignals",
    "MemoryStandings",
    "MemoryStandstill",
    "MemoryStore",
    "MemoryTallies",
    "MemoryTasks",
    "MemoryTickets",
    "MemoryTrail",
    "MemoryTrips",
    "MemoryUsers",
    "MemoryVitals",
    "MemoryWebhooks",
    "MemoryWindows",
]
