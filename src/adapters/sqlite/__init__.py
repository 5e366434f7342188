"""Everything in one file: no servers, one writer, readers that never wait for it."""

from .arrivals import SqliteArrivals
from .audit import SqliteAuditor
from .balances import SqliteLedger
from .campaigns import SqliteCampaigns
from .chats import SqliteInbox, SqliteWindows
from .cheques import SqliteCheques
from .cursors import SqliteCursors
from .deliveries import SqliteDeliveries
from .errands import SqliteErrands
from .events import SqliteOutbox
from .failures import SqliteTooOld
from .footing import SqliteFooting
from .health import SqliteProbe
from .identity import SqliteUsers
from .keys import SqliteApiKeys
from .leases import SqliteLeases
from .notices import SqliteNotices
from .notifications import SqliteNotifications, SqlitePreferences
from .outlays import SqliteOutlays
from .oversight import SqliteTallies
from .payments import SqlitePayments
from .purchases import SqlitePurchases
from .refunds import SqliteRefunds
from .reputation import SqliteReputations
from .schema import SqliteSchema
from .second_factors import SqliteSecondFactors
from .sessions import SqliteSessions
from .shutters import SqliteShutters
from .standing import SqliteStandings
from .standstill import SqliteStandstill
from .store import SqliteStore, open_sqlite
from .tasks import SqliteTasks
from .tickets import SqliteTickets
from .trail import SqliteTrail
from .vitals import SqliteVitals
from .webhooks import SqliteWebhooks

__all__ = [
    "SqliteApiKeys",
    "SqliteArrivals",
    "SqliteAuditor",
    "SqliteCampaigns",
    "SqliteCheques",
    "SqliteCursors",
    "SqliteDeliveries",
    "SqliteErrands",
    "SqliteFooting",
    "SqliteInbox",
    "SqliteLeases",
    "SqliteLedger",
    "SqliteNotices",
    "SqliteNotifications",
    "SqliteOutbox",
    "SqliteOutlays",
    "SqlitePayments",
    "SqlitePreferences",
    "SqliteProbe",
    "SqlitePurchases",
    "SqliteRefunds",
    "SqliteReputations",
    "SqliteSchema",
    "SqliteSecondFactors",
    "SqliteSessions",
    "SqliteShutters",
    "SqliteStandings",
    "SqliteStandstill",
    "SqliteStore",
    "SqliteTallies",
    "SqliteTasks",
    "SqliteTickets",
    "SqliteTooOld",
    "SqliteTrail",
    "SqliteUsers",
    "SqliteVitals",
    "SqliteWebhooks",
    "SqliteWindows",
    "open_sqlite",
]
