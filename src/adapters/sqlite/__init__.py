"""Everything in one file: no servers, one writer, readers that never wait for it."""

from .audit import SqliteAuditor
from .balances import SqliteLedger
from .events import SqliteOutbox
from .failures import SqliteTooOld
from .health import SqliteProbe
from .schema import SqliteSchema
from .store import SqliteStore, open_sqlite

__all__ = [
    "SqliteAuditor",
    "SqliteLedger",
    "SqliteOutbox",
    "SqliteProbe",
    "SqliteSchema",
    "SqliteStore",
    "SqliteTooOld",
    "open_sqlite",
]
