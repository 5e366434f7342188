"""Copying a file of SQLite while others write to it, and putting a copy in its place."""

import asyncio
import os
import secrets
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from sqlite3 import Connection
from typing import Final

from attrs import field, frozen

from ...core.safekeeping import BackupRefused, BooksBroken, Chunks, Copy, RestoreRefused
from .audit import SqliteAuditor
from .rows import Row
from .store import SqliteStore, open_sqlite
from .trail import SqliteTrail

PART: Final = "altyn.db"
CHUNK: Final = 1 << 20
OWNER_ONLY: Final = 0o600
APPLIED: Final = "SELECT number, digest FROM migration ORDER BY number"
HEAD: Final = "SELECT number, lower(hex(digest)) FROM audit ORDER BY number DESC LIMIT 1"


@frozen
class SqliteCopy:
    """A copied file, open to be examined; nobody writes to it any more."""

    file: Path
    migrations: Sequence[tuple[int, str]]
    head: tuple[int, str]
    auditor: SqliteAuditor
    trail: SqliteTrail
    parts: Sequence[str] = (PART,)
    counters: Mapping[str, int] = field(factory=dict)

    async def chunks(self, part: str) -> Chunks:
        """As the port says."""
        with self.file.open("rb") as raw:
            while chunk := await asyncio.to_thread(raw.read, CHUNK):
                yield chunk


@frozen
class SqliteVault:
    """The file, copied by SQLite itself."""

    store: SqliteStore
    kind: str = "sqlite"

    @asynccontextmanager
    async def copied(self, beside: Path) -> AsyncIterator[Copy]:
        """As the port says; in one step, so that nobody's writing has it begin anew."""
        file = beside.with_name(f".{beside.name}.{secrets.token_hex(4)}.db")
        try:
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
        except OSError as failed:
            raise BackupRefused(str(beside), f"cannot be written: {failed.strerror}") from None
        try:
            async with self.store.snapshot() as hand:
                await hand.do(_copy, hand.connection, file)
            async with open_sqlite(file) as copy:
                migrations = await copy.read(_pairs, APPLIED)
                (head,) = await copy.read(_pairs, HEAD)
                yield SqliteCopy(file, migrations, head, SqliteAuditor(copy), SqliteTrail(copy))
        finally:
            for ending in ("", "-wal", "-shm"):
                file.with_name(file.name + ending).unlink(missing_ok=True)


def _copy(connection: Connection, file: Path) -> None:
    with closing(sqlite3.connect(file)) as target:
        connection.backup(target)
        (found,) = target.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise BooksBroken("the file is as SQLite wrote it", str(file), "ok", str(found))


def _pairs(connection: Connection, query: str) -> list[tuple[int, str]]:
    rows: list[Row] = connection.execute(query).fetchall()
    return [(number, digest) for number, digest in rows]


def is_empty(file: Path) -> bool:
    """
    Whether nothing is there that a restored file would take the place of.

    Raises:
        RestoreRefused: there is no file, but the log of one, which would be taken for its own.
    """
    if file.exists():
        return file.stat().st_size == 0
    if file.with_name(file.name + "-wal").exists():
        raise RestoreRefused(str(file), "its write-ahead log lies there without it: move that away")
    return True


async def written_beside(file: Path, chunks: Chunks) -> Path:
    """A file with that in it, beside the one whose place it is to take."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}.restoring")
    handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY)
    try:
        with os.fdopen(handle, "wb") as raw:
            async for chunk in chunks:
                await asyncio.to_thread(raw.write, chunk)
            raw.flush()
            os.fsync(raw.fileno())
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside


def put_in_place(beside: Path, file: Path) -> None:
    """
    Let it take the place of the file, at once; whatever was there must be nobody's.

    Raises:
        RestoreRefused: somebody has the file open, or not all that was written is in the new one;
            nothing was done.
    """
    if beside.with_name(beside.name + "-wal").exists():
        # Its log is not moved with it, and what was written last is that money stands still.
        raise RestoreRefused(str(file), "not all of it could be written: is the disk full?")
    if is_empty(file):
        beside.replace(file)
    else:
        with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as old:
            try:
                # The log of the old file must be gone: it would be taken for that of the new one.
                (mode,) = old.execute("PRAGMA journal_mode = DELETE").fetchone()
                old.execute("BEGIN EXCLUSIVE")
            except sqlite3.Error:
                mode = "wal"
            if mode != "delete":
                raise RestoreRefused(str(file), "somebody has it open: stop Altyn, then restore")
            beside.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
