"""Tables of values with transactions: what is written inside one can be undone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from attrs import define, field


@define
class MemoryStore:
    """
    The place that memory adapters share, and the transaction over them.

    One task at a time is inside a transaction; others who read or write wait until it ends.
    """

    _lock: asyncio.Lock = field(factory=asyncio.Lock, init=False)
    _owner: asyncio.Task[Any] | None = field(default=None, init=False)
    _before: list[tuple[dict[Any, Any], Any, Any]] = field(factory=list, init=False)

    @property
    def active(self) -> bool:
        """Whether the running task is inside a transaction."""
        return self._owner is not None and self._owner is asyncio.current_task()

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        """A transaction, as the port says."""
        if self.active:
            raise RuntimeError("a transaction is open in this task already")
        async with self._lock:
            self._owner = asyncio.current_task()
            try:
                yield
            except BaseException:
                while self._before:
                    table, key, value = self._before.pop()
                    if value is None:
                        table.pop(key, None)
                    else:
                        table[key] = value
                raise
            finally:
                self._before.clear()
                self._owner = None

    @asynccontextmanager
    async def using(self) -> AsyncIterator[None]:
        """Be alone with the tables: inside this task's transaction, or between those of others."""
        if self.active:
            yield
        else:
            async with self._lock:
                yield

    def put(self, table: dict[Any, Any], key: object, value: object) -> None:
        """Write a value, or remove it by writing None, so that an open transaction can undo it."""
        if self._owner is not None:
            self._before.append((table, key, table.get(key)))
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
