"""PostgreSQL: the store at scale."""

from .arrivals import PostgresArrivals
from .audit import PostgresAuditor
from .balances import PostgresLedger
from .cursors import PostgresCursors
from .events import PostgresOutbox
from .health import PostgresProbe
from .notices import PostgresNotices
from .payments import PostgresPayments
from .refunds import PostgresRefunds
from .reputation import PostgresReputations
from .schema import PostgresSchema
from .standing import PostgresStandings
from .store import PostgresStore, open_postgres

__all__ = [
    "PostgresArrivals",
    "PostgresAuditor",
    "PostgresCursors",
    "PostgresLedger",
    "PostgresNotices",
    "PostgresOutbox",
    "PostgresPayments",
    "PostgresProbe",
    "PostgresRefunds",
    "PostgresReputations",
    "PostgresSchema",
    "PostgresStandings",
    "PostgresStore",
    "open_postgres",
]
