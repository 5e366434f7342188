"""One connection to the file, and the one thread that may use it."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from typing import Final, ParamSpec, TypeVar

from attrs import define, field

from ...core.transaction import StorageBroken, StorageUnreachable, StorageUnwritable
from .failures import PRIMARY, failure_of

P = ParamSpec("P")
T = TypeVar("T")

APPLICATION_ID: Final = 0x416C7479  # "Alty": what `file` and we tell our databases by
PAUSE_SECONDS: Final = 0.02
STATEMENTS_CACHED: Final = 256
CACHE_KIBIBYTES: Final = 32_000  # the indexes of a busy shop, instead of SQLite's two megabytes
LOG_PAGES: Final = 4_000  # a page changed often is copied from the log once per so many

OURS: Final = """
SELECT (SELECT application_id FROM pragma_application_id) = ?
    OR NOT EXISTS (SELECT 1 FROM sqlite_schema)
"""


@define(eq=False)
class Hand:
    """
    A connection in a thread of its own: what it is given is done in that order, one after another.

    A caller who is cancelled while its work runs leaves the connection as it would have been left
    without that: the work goes on to its end before the next begins.
    """

    path: Path
    busy_seconds: float
    reads_only: bool
    _connection: Connection | None = field(default=None, init=False)
    _inode: int = field(default=0, init=False)
    _thread: ThreadPoolExecutor = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "altyn-sqlite")

    async def open(self) -> None:
        """Connect; the file is created when it is not there."""
        await asyncio.wrap_future(self._thread.submit(self._open))

    async def do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do it in the thread; what SQLite raises comes back as a failure of the core."""
        asked = partial(work, *args, **kwargs)
        try:
            answer = self._thread.submit(self._guarded, asked)
        except RuntimeError:
            raise StorageUnreachable(str(self.path), "it was closed") from None
        return await asyncio.wrap_future(answer)

    def later(self, work: Callable[[], object]) -> None:
        """Do it before anything that is asked for after this, and let nobody wait for it."""
        self._thread.submit(work)

    async def close(self) -> None:
        """Finish what was begun, then close."""
        closed: Future[None] = self._thread.submit(self._close)
        self._thread.shutdown(wait=False)
        await asyncio.shield(asyncio.wrap_future(closed))

    # What follows runs in the thread.

    @property
    def connection(self) -> Connection:
        """The open connection."""
        if self._connection is None:
            raise RuntimeError(f"{self.path} is not open")
        return self._connection

    def whole(self, begin: str, asked: Callable[[Connection], T]) -> T:
        """Do it as one transaction: all of it is kept, or none."""
        self.begin(begin)
        try:
            result = asked(self.connection)
            self.commit()
        except BaseException:
            self.undo()
            raise
        return result

    def begin(self, begin: str) -> None:
        """Begin a transaction."""
        self.undo()
        self.connection.execute(begin)

    def commit(self) -> None:
        """Keep what was done since `begin`, in a file that can be found again."""
        if not self.reads_only:
            self.check_file()
        self.connection.execute("COMMIT")

    def undo(self) -> None:
        """Leave whatever transaction is open; one that SQLite gave up by itself is no longer."""
        with suppress(sqlite3.Error):
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    def check_file(self) -> None:
        """SQLite goes on writing to a file that was deleted; what it acknowledges then is lost."""
        try:
            found = self.path.stat().st_ino
        except OSError:
            found = 0
        if found != self._inode:
            raise StorageUnreachable(str(self.path), "the file was moved or deleted while in use")

    def _guarded(self, asked: Callable[[], T]) -> T:
        try:
            return asked()
        except sqlite3.Error as error:
            raise failure_of(str(self.path), error) from error

    def _open(self) -> None:
        try:
            self._connection = self._connected()
        except sqlite3.Error as error:
            self._close()
            raise failure_of(str(self.path), error) from error
        except BaseException:
            self._close()
            raise

    def _connected(self) -> Connection:
        mode = "rw" if self.reads_only else "rwc"  # only the writer may create the file
        connection = self._connection = sqlite3.connect(
            f"{self.path.as_uri()}?mode={mode}",
            uri=True,
            timeout=self.busy_seconds,
            isolation_level=None,
            cached_statements=STATEMENTS_CACHED,
        )
        (ours,) = connection.execute(OURS, (APPLICATION_ID,)).fetchone()
        if not ours:
            raise StorageBroken(str(self.path), "it is the database of another program")
        if not self.reads_only:
            self._log_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = {-CACHE_KIBIBYTES}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
        connection.execute(f"PRAGMA query_only = {'ON' if self.reads_only else 'OFF'}")
        self._inode = self.path.stat().st_ino
        return connection

    def _log_ahead(self, connection: Connection) -> None:
        """Switch to WAL, which SQLite does not wait for: another program may be doing the same."""
        until = time.monotonic() + self.busy_seconds
        while True:
            try:
                (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
            except sqlite3.OperationalError as error:
                busy = error.sqlite_errorcode & PRIMARY == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() > until:
                    raise
                time.sleep(PAUSE_SECONDS)
                continue
            if mode != "wal":
                reason = "its folder does not allow a write-ahead log (is it on a network?)"
                raise StorageUnwritable(str(self.path), reason)
            return

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
