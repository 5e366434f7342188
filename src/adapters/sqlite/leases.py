"""Leases in SQLite."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Final

from attrs import frozen

from ...core.clock import Clock
from ...core.leases import Lease, LeaseLost, SeenLease
from .rows import ticks_of
from .store import SqliteStore

ONE: Final = """
SELECT holder, token, until
  FROM lease
 WHERE name = ?
"""

ADD: Final = """
INSERT INTO lease (name, holder, token, until)
VALUES (?, ?, ?, ?)
"""

CHANGE: Final = """
UPDATE lease
   SET holder = ?, token = ?, until = ?
 WHERE name = ?
"""

SEEN: Final = """
SELECT name, holder, token, until
  FROM lease
 ORDER BY name
"""


@frozen
class SqliteLeases:
    """A row for each name; whoever is in a transaction is the only one who writes."""

    store: SqliteStore
    clock: Clock

    async def take(self, name: str, holder: str, seconds: float) -> Lease | None:
        """As the port says."""
        wanted = Lease(name=name, holder=holder, token=1)
        return await self.store.write(_take, wanted, self._now, seconds)

    async def extend(self, lease: Lease, seconds: float) -> None:
        """As the port says."""
        await self.store.write(_extend, lease, self._now, seconds)

    async def prove(self, lease: Lease) -> None:
        """As the port says."""
        await self.store.write(_prove, lease, self._now)

    async def give_back(self, lease: Lease) -> None:
        """As the port says."""
        await self.store.write(_give_back, lease, self._now)

    async def seen(self) -> Sequence[SeenLease]:
        """As the port says."""
        return await self.store.read(_seen, self._now)

    @property
    def _now(self) -> int:
        return ticks_of(self.clock.now())


def _take(connection: Connection, wanted: Lease, now: int, seconds: float) -> Lease | None:
    row = connection.execute(ONE, (wanted.name,)).fetchone()
    until = now + round(seconds * 1_000_000)
    if row is None:
        connection.execute(ADD, (wanted.name, wanted.holder, wanted.token, until))
        return wanted
    holder, token, over = row
    if over > now and holder != wanted.holder:
        return None
    lease = Lease(name=wanted.name, holder=wanted.holder, token=token + (over <= now))
    connection.execute(CHANGE, (lease.holder, lease.token, until, lease.name))
    return lease


def _lasts(connection: Connection, lease: Lease, now: int) -> bool:
    row = connection.execute(ONE, (lease.name,)).fetchone()
    return row is not None and row[:2] == (lease.holder, lease.token) and row[2] > now


def _prove(connection: Connection, lease: Lease, now: int) -> None:
    if not _lasts(connection, lease, now):
        raise LeaseLost(lease.name, lease.holder)


def _extend(connection: Connection, lease: Lease, now: int, seconds: float) -> None:
    _prove(connection, lease, now)
    until = now + round(seconds * 1_000_000)
    connection.execute(CHANGE, (lease.holder, lease.token, until, lease.name))


def _give_back(connection: Connection, lease: Lease, now: int) -> None:
    if _lasts(connection, lease, now):
        connection.execute(CHANGE, (lease.holder, lease.token, now, lease.name))


def _seen(connection: Connection, now: int) -> list[SeenLease]:
    return [
        SeenLease(Lease(name=name, holder=holder, token=token), (until - now) / 1_000_000)
        for name, holder, token, until in connection.execute(SEEN)
    ]
