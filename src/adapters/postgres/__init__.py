"""PostgreSQL: the store at scale."""

from .audit import PostgresAuditor
from .balances import PostgresLedger
from .events import PostgresOutbox
from .health import PostgresProbe
from .schema import PostgresSchema
from .store import PostgresStore, open_postgres

__all__ = [
    "PostgresAuditor",
    "PostgresLedger",
    "PostgresOutbox",
    "PostgresProbe",
    "PostgresSchema",
    "PostgresStore",
    "open_postgres",
]
