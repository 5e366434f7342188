"""PostgreSQL: the store at scale."""

from .arrivals import PostgresArrivals
from .audit import PostgresAuditor
from .balances import PostgresLedger
from .bell import PostgresBell, open_bell
from .campaigns import PostgresCampaigns
from .cheques import PostgresCheques
from .cursors import PostgresCursors
from .events import PostgresOutbox
from .health import PostgresProbe
from .leases import PostgresLeases
from .notices import PostgresNotices
from .outlays import PostgresOutlays
from .payments import PostgresPayments
from .purchases import PostgresPurchases
from .refunds import PostgresRefunds
from .reputation import PostgresReputations
from .schema import PostgresSchema
from .standing import PostgresStandings
from .store import PostgresStore, open_postgres
from .tasks import PostgresTasks

__all__ = [
    "PostgresArrivals",
    "PostgresAuditor",
    "PostgresBell",
    "PostgresCampaigns",
    "PostgresCheques",
    "PostgresCursors",
    "PostgresLeases",
    "PostgresLedger",
    "PostgresNotices",
    "PostgresOutbox",
    "PostgresOutlays",
    "PostgresPayments",
    "PostgresProbe",
    "PostgresPurchases",
    "PostgresRefunds",
    "PostgresReputations",
    "PostgresSchema",
    "PostgresStandings",
    "PostgresStore",
    "PostgresTasks",
    "open_bell",
    "open_postgres",
]
