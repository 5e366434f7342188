"""What PostgreSQL's failures mean in our four families."""

import re
from typing import Final

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import PoolTimeout, TooManyRequests

from ...core.errors import AltynError
from ...core.transaction import (
    StorageBroken,
    StorageBusy,
    StorageUnreachable,
    StorageUnwritable,
)

TRANSIENT = (errors.DeadlockDetected, errors.SerializationFailure, errors.UniqueViolation)
"""Others were in the way: the same call again meets them finished. Two who use one id at the same
moment meet in a unique index; the second try finds what the first one wrote."""

BUSY = (
    errors.LockNotAvailable,
    errors.QueryCanceled,
    errors.IdleInTransactionSessionTimeout,
    errors.TooManyConnections,
    TooManyRequests,
)
UNWRITABLE = (errors.ReadOnlySqlTransaction, errors.DiskFull)

NO_ADDRESS: Final = "its address is not one, check the URL"
PORTS: Final = re.compile(r"[0-9,]*")


def where_of(url: str) -> str:
    """
    The address of a database in words that hold no password.

    Raises:
        StorageUnreachable: it is no such address; what was given is not repeated.
    """
    try:
        parts = conninfo_to_dict(url)
    except (psycopg.Error, ValueError):  # their words may quote the password
        raise StorageUnreachable("PostgreSQL", NO_ADDRESS) from None
    host, port, name = (parts.get(key) for key in ("host", "port", "dbname"))
    if "@" in f"{host}{name}" or not PORTS.fullmatch(str(port or "")):
        # A password with a bare / or @ in it: what follows was taken for host, port and name.
        raise StorageUnreachable("PostgreSQL", NO_ADDRESS)
    return f"postgresql://{host or 'localhost'}:{port or 5432}/{name or ''}"


def is_transient(failure: psycopg.Error) -> bool:
    """Whether the same call may succeed at once; only for calls that are safe to repeat."""
    return isinstance(failure, TRANSIENT) or is_lost(failure)


def is_lost(failure: psycopg.Error) -> bool:
    """Whether the connection broke: what it carried may have happened or not."""
    if isinstance(failure, PoolTimeout):
        return False
    lost = isinstance(failure, psycopg.OperationalError) and failure.sqlstate is None
    gone = (errors.AdminShutdown, errors.CrashShutdown, errors.CannotConnectNow)
    return lost or isinstance(failure, gone)


def in_our_words(where: str, failure: psycopg.Error) -> AltynError:
    """The typed error that says what the failure means to the caller."""
    reason = _first_line(failure)
    if isinstance(failure, BUSY + TRANSIENT):
        return StorageBusy(where, reason)
    if isinstance(failure, UNWRITABLE):
        return StorageUnwritable(where, reason)
    if isinstance(failure, psycopg.OperationalError):
        return StorageUnreachable(where, reason)
    return StorageBroken(where, reason)


def _first_line(failure: psycopg.Error) -> str:
    """What the server says, or what the client says about several addresses it tried."""
    text = failure.diag.message_primary or str(failure)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if not line.endswith(("?", "All failures were:"))]
    return (telling or lines or [type(failure).__name__])[0][:200]
