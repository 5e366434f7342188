"""What SQLite says went wrong, in the words of the core."""

import sqlite3
from typing import Final

from attrs import define

from ...core.errors import AltynError, Refused
from ...core.transaction import (
    StorageBroken,
    StorageBusy,
    StorageUnreachable,
    StorageUnwritable,
)

OLDEST: Final = (3, 37, 0)  # the first with STRICT tables
PRIMARY: Final = 0xFF  # the lowest byte of an extended code is the code itself

FAILURES: Final = (StorageBroken, StorageBusy, StorageUnreachable, StorageUnwritable)
"""What `failure_of` makes; every other refusal is the core's own."""


@define
class SqliteTooOld(Refused):
    """The SQLite that this Python was built with lacks what the tables need."""

    found: str

    def __str__(self) -> str:
        needed = ".".join(map(str, OLDEST))
        return f"this Python has SQLite {self.found}, Altyn needs {needed} or newer"


def check_version(found: tuple[int, ...]) -> None:
    """Nothing when that version of SQLite will do, else SqliteTooOld."""
    if found < OLDEST:
        raise SqliteTooOld(".".join(map(str, found)))


def failure_of(where: str, error: sqlite3.Error) -> AltynError:
    """The typed failure that an error of SQLite stands for."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    match code & PRIMARY:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StorageBusy(where, "another program has been writing to it for too long")
        case sqlite3.SQLITE_FULL:
            return StorageUnwritable(where, "the disk is full")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StorageUnwritable(where, "it may only be read")
        case sqlite3.SQLITE_CANTOPEN:
            return StorageUnwritable(where, "it cannot be opened, or its folder cannot be written")
        case sqlite3.SQLITE_IOERR:
            return StorageUnreachable(where, f"reading or writing failed ({error})")
        case sqlite3.SQLITE_NOTADB:
            return StorageBroken(where, "it is not an SQLite database")
        case sqlite3.SQLITE_CORRUPT:
            return StorageBroken(where, f"the file is damaged ({error})")
    return StorageBroken(where, str(error))
