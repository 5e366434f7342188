"""Everything in one file: no servers, one writer, readers that never wait for it."""

from .arrivals import SqliteArrivals
from .audit import SqliteAuditor
from .balances import SqliteLedger
from .events import SqliteOutbox
from .failures import SqliteTooOld
from .health import SqliteProbe
from .notices import SqliteNotices
from .payments import SqlitePayments
from .reputation import SqliteReputations
from .schema import SqliteSchema
from .store import SqliteStore, open_sqlite

__all__ = [
    "SqliteArrivals",
    "SqliteAuditor",
    "SqliteLedger",
    "SqliteNotices",
    "SqliteOutbox",
    "SqlitePayments",
    "SqliteProbe",
    "SqliteReputations",
    "SqliteSchema",
    "SqliteStore",
    "SqliteTooOld",
    "open_sqlite",
]
