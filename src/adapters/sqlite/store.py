"""The place that the SQLite adapters share: a file, one writer, readers who never wait for it."""

import asyncio
import os
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from attrs import define, field

from ...core.errors import AltynError
from ...core.transaction import StorageBroken, StorageUnreachable, StorageUnwritable
from .connection import Hand
from .failures import FAILURES, check_version

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[Concatenate[Connection, P], T]

WRITE: Final = "BEGIN IMMEDIATE"
READ: Final = "BEGIN"
BUSY_SECONDS: Final = 5.0
SMALLEST_PAGE: Final = 512
EFFECTIVE: Final = os.access in os.supports_effective_ids


@define(eq=False)
class SqliteStore:
    """
    A file, and the transaction over it.

    One task at a time writes; others who write wait until it ends, others who read see what was
    there before. Every single write is a transaction of its own unless its task is inside one.
    """

    path: Path
    busy_seconds: float
    _writer: Hand
    _reader: Hand
    _lock: asyncio.Lock = field(factory=asyncio.Lock, init=False)
    _owner: asyncio.Task[Any] | None = field(default=None, init=False)
    _spoilt: AltynError | None = field(default=None, init=False)
    _after: list[Callable[[], None]] = field(factory=list, init=False)

    @property
    def where(self) -> str:
        """What people know the file by."""
        return str(self.path)

    @property
    def active(self) -> bool:
        """Whether the running task is inside a transaction."""
        return self._owner is not None and self._owner is asyncio.current_task()

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        """
        A transaction, as the port says.

        When one of its writes failed or was cut short, it cannot be kept any more, even by a
        program that goes on: the end of the block raises.
        """
        if self.active:
            raise RuntimeError("a transaction is open in this task already")
        async with self._lock:
            self._owner, self._spoilt, self._after = asyncio.current_task(), None, []
            try:
                await self._writer.do(self._writer.begin, WRITE)
                yield
                if self._spoilt is not None:
                    raise self._spoilt
                await self._writer.do(self._writer.commit)
            except BaseException:
                # Before the lock is given on, and even when this task is being cancelled.
                self._writer.later(self._writer.undo)
                raise
            finally:
                self._owner = None
            later = self._after
        for do in later:
            do()

    def after(self, do: Callable[[], None]) -> None:
        """Do it when the transaction of the running task has committed; at once, outside of one."""
        if self.active:
            self._after.append(do)
        else:
            do()

    async def write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """
        Do it on the writing connection, as one transaction or inside that of this task.

        Raises:
            StorageBusy: others kept writing; nothing was done.
            StorageUnreachable: it is not known whether it was done.
            StorageUnwritable, StorageBroken: it was not done.
        """
        if self.active:
            return await self._inside(work, *args, **kwargs)
        async with self._lock:
            return await self._writer.do(
                self._writer.whole, WRITE, lambda connection: work(connection, *args, **kwargs)
            )

    async def read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do it on one unchanging view of the file: the one of this task's transaction, if any."""
        if self.active:
            return await self._inside(work, *args, **kwargs)
        return await self._reader.do(
            self._reader.whole, READ, lambda connection: work(connection, *args, **kwargs)
        )

    async def check_file(self) -> None:
        """
        Make sure that the file is still where it was opened.

        Raises:
            StorageUnreachable: it was moved or deleted.
        """
        await self._reader.do(self._reader.check_file)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Hand]:
        """A reading connection of one's own with a view that never changes, for long work."""
        hand = Hand(self.path, self.busy_seconds, reads_only=True)
        try:
            await hand.open()
            await hand.do(hand.begin, READ)
            yield hand
        finally:
            await hand.close()

    async def _inside(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._spoilt is not None:
            raise self._spoilt
        try:
            return await self._writer.do(work, self._writer.connection, *args, **kwargs)
        except FAILURES as failure:
            self._spoilt = failure
            raise
        except AltynError:
            raise  # a refusal of the core, said before anything was written
        except BaseException:
            reason = "a write was cut short, nothing of its transaction was kept"
            self._spoilt = StorageUnreachable(self.where, reason)
            raise


@asynccontextmanager
async def open_sqlite(path: Path, busy_seconds: float = BUSY_SECONDS) -> AsyncIterator[SqliteStore]:
    """
    The store in that file, which is created with its folder when it is not there.

    Raises:
        SqliteTooOld: this Python's SQLite cannot keep it.
        StorageUnwritable: the file or its folder may not be written.
        StorageBroken: it is something else than a database of ours; it was not touched.
        StorageBusy: another program would not let go of it.
    """
    check_version(sqlite3.sqlite_version_info)
    path = await asyncio.to_thread(_prepared, path)
    writer = Hand(path, busy_seconds, reads_only=False)
    reader = Hand(path, busy_seconds, reads_only=True)
    try:
        await writer.open()
        await reader.open()
        yield SqliteStore(path, busy_seconds, writer, reader)
    finally:
        await reader.close()
        await writer.close()


def _prepared(path: Path) -> Path:
    """Where exactly the file is or will be, in a folder that exists."""
    path = path.absolute()
    if path.is_dir():
        raise StorageUnwritable(str(path), "it is a folder, not a file")
    try:
        # What people have is nobody else's business; a folder that is there stays as it is.
        path.parent.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageUnwritable(str(path), f"no folder for it: {error.strerror}") from error
    # SQLite quietly reads what it may not write, and takes a file of a few bytes for an empty one.
    # The file itself is never opened here: closing it again would drop the locks of every SQLite
    # connection that this process has to it.
    if path.exists() and not os.access(path, os.W_OK, effective_ids=EFFECTIVE):
        raise StorageUnwritable(str(path), "it may only be read")
    if path.exists() and 0 < path.stat().st_size < SMALLEST_PAGE:
        raise StorageBroken(str(path), "it is not an SQLite database")
    return path
