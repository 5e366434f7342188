"""Leases on PostgreSQL."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from attrs import frozen

from ...core.leases import Lease, LeaseLost, SeenLease
from .store import Connection, PostgresStore

TAKE: Final = """
INSERT INTO altyn.lease AS kept (name, holder, token, until)
VALUES (%s, %s, 1, clock_timestamp() + %s)
    ON CONFLICT (name) DO UPDATE
   SET holder = excluded.holder,
       token = kept.token + (kept.until <= clock_timestamp())::int,
       until = excluded.until
 WHERE kept.until <= clock_timestamp() OR kept.holder = excluded.holder
RETURNING token
"""
EXTEND: Final = """
UPDATE altyn.lease SET until = clock_timestamp() + %s
 WHERE (name, holder, token) = (%s, %s, %s) AND until > clock_timestamp()
"""
# Shared: its holder may prove it in several transactions at once, and all of them keep others out.
PROVE: Final = """
SELECT FROM altyn.lease
 WHERE (name, holder, token) = (%s, %s, %s) AND until > clock_timestamp()
   FOR SHARE
"""
GIVE_BACK: Final = """
UPDATE altyn.lease SET until = clock_timestamp()
 WHERE (name, holder, token) = (%s, %s, %s) AND until > clock_timestamp()
"""
SEEN: Final = """
SELECT name, holder, token, extract(epoch FROM until - clock_timestamp())::float8
  FROM altyn.lease ORDER BY name
"""


@frozen
class PostgresLeases:
    """A row for each name; time is the server's."""

    store: PostgresStore

    async def take(self, name: str, holder: str, seconds: float) -> Lease | None:
        """As the port says."""
        Lease(name=name, holder=holder, token=1)  # names are words
        values = name, holder, timedelta(seconds=seconds)

        async def ask(connection: Connection) -> Lease | None:
            row = await (await connection.execute(TAKE, values)).fetchone()
            return None if row is None else Lease(name=name, holder=holder, token=row[0])

        return await self.store.ask(ask)

    async def extend(self, lease: Lease, seconds: float) -> None:
        """As the port says."""
        await self._meet(lease, EXTEND, timedelta(seconds=seconds))

    async def prove(self, lease: Lease) -> None:
        """As the port says."""
        await self._meet(lease, PROVE)

    async def give_back(self, lease: Lease) -> None:
        """As the port says."""

        async def ask(connection: Connection) -> None:
            await connection.execute(GIVE_BACK, (lease.name, lease.holder, lease.token))

        await self.store.ask(ask)

    async def seen(self) -> Sequence[SeenLease]:
        """As the port says."""

        async def ask(connection: Connection) -> Sequence[SeenLease]:
            rows = await (await connection.execute(SEEN)).fetchall()
            return [
                SeenLease(Lease(name=name, holder=holder, token=token), seconds_left)
                for name, holder, token, seconds_left in rows
            ]

        return await self.store.ask(ask)

    async def _meet(self, lease: Lease, statement: str, *values: object) -> None:
        """A statement that meets the row only while the lease lasts."""
        all_values = *values, lease.name, lease.holder, lease.token

        async def ask(connection: Connection) -> None:
            if not (await connection.execute(statement.encode(), all_values)).rowcount:
                raise LeaseLost(lease.name, lease.holder)

        await self.store.ask(ask)
