"""PostgreSQL: the store at scale."""

from .arrivals import PostgresArrivals
from .audit import PostgresAuditor
from .balances import PostgresLedger
from .events import PostgresOutbox
from .health import PostgresProbe
from .notices import PostgresNotices
from .payments import PostgresPayments
from .reputation import PostgresReputations
from .schema import PostgresSchema
from .store import PostgresStore, open_postgres

__all__ = [
    "PostgresArrivals",
    "PostgresAuditor",
    "PostgresLedger",
    "PostgresNotices",
    "PostgresOutbox",
    "PostgresPayments",
    "PostgresProbe",
    "PostgresReputations",
    "PostgresSchema",
    "PostgresStore",
    "open_postgres",
]
