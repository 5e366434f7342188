"""PostgreSQL: the store at scale."""

from .arrivals import PostgresArrivals
from .audit import PostgresAuditor
from .balances import PostgresLedger
from .bell import EVENTS, TASKS, PostgresBell, open_bell
from .campaigns import PostgresCampaigns
from .chats import PostgresInbox, PostgresWindows
from .cheques import PostgresCheques
from .cursors import PostgresCursors
from .deliveries import PostgresDeliveries
from .errands import PostgresErrands
from .events import PostgresOutbox
from .footing import PostgresFooting
from .health import PostgresProbe
from .identity import PostgresUsers
from .keys import PostgresApiKeys
from .leases import PostgresLeases
from .notices import PostgresNotices
from .notifications import PostgresNotifications, PostgresPreferences
from .outlays import PostgresOutlays
from .oversight import PostgresTallies
from .payments import PostgresPayments
from .purchases import PostgresPurchases
from .refunds import PostgresRefunds
from .reputation import PostgresReputations
from .schema import PostgresSchema
from .second_factors import PostgresSecondFactors
from .sessions import PostgresSessions
from .shutters import PostgresShutters
from .standing import PostgresStandings
from .standstill import PostgresStandstill
from .store import PostgresStore, open_postgres
from .tasks import PostgresTasks
from .tickets import PostgresTickets
from .trail import PostgresTrail
from .vitals import PostgresVitals
from .webhooks import PostgresWebhooks

__all__ = [
    "EVENTS",
    "TASKS",
    "PostgresApiKeys",
    "PostgresArrivals",
    "PostgresAuditor",
    "PostgresBell",
    "PostgresCampaigns",
    "PostgresCheques",
    "PostgresCursors",
    "PostgresDeliveries",
    "PostgresErrands",
    "PostgresFooting",
    "PostgresInbox",
    "PostgresLeases",
    "PostgresLedger",
    "PostgresNotices",
    "PostgresNotifications",
    "PostgresOutbox",
    "PostgresOutlays",
    "PostgresPayments",
    "PostgresPreferences",
    "PostgresProbe",
    "PostgresPurchases",
    "PostgresRefunds",
    "PostgresReputations",
    "PostgresSchema",
    "PostgresSecondFactors",
    "PostgresSessions",
    "PostgresShutters",
    "PostgresStandings",
    "PostgresStandstill",
    "PostgresStore",
    "PostgresTallies",
    "PostgresTasks",
    "PostgresTickets",
    "PostgresTrail",
    "PostgresUsers",
    "PostgresVitals",
    "PostgresWebhooks",
    "PostgresWindows",
    "open_bell",
    "open_postgres",
]
