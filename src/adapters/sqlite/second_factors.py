"""Second factors in SQLite."""

from sqlite3 import Connection
from typing import Final

from attrs import frozen

from ...core.identity import SecondFactor, SecondFactorMissing, UserId, account_of
from .rows import Row, maybe_moment, maybe_ticks, moment_of, ticks_of
from .store import SqliteStore

DIGEST_BYTES: Final = 32

ONE: Final = """
SELECT person, sealed, made_at, confirmed_at, step, recovery
  FROM second_factor
 WHERE person = ?
"""

PUT: Final = """
INSERT INTO second_factor (person, sealed, made_at, confirmed_at, step, recovery)
VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (person) DO UPDATE
   SET sealed = excluded.sealed, made_at = excluded.made_at, step = excluded.step,
       confirmed_at = excluded.confirmed_at, recovery = excluded.recovery
"""

REMOVE: Final = "DELETE FROM second_factor WHERE person = ?"


@frozen
class SqliteSecondFactors:
    """A row for each user who has one."""

    store: SqliteStore

    async def get(self, user: UserId) -> SecondFactor:
        """As the port says."""
        return await self.store.read(_get, user)

    async def put(self, factor: SecondFactor) -> None:
        """As the port says."""
        await self.store.write(_put, factor)

    async def remove(self, user: UserId) -> bool:
        """As the port says."""
        return await self.store.write(_remove, user)


def _get(connection: Connection, user: UserId) -> SecondFactor:
    row = connection.execute(ONE, (user,)).fetchone()
    if row is None:
        raise SecondFactorMissing(account_of(user))
    return _factor(row)


def _put(connection: Connection, factor: SecondFactor) -> None:
    row = (
        factor.user,
        factor.sealed,
        ticks_of(factor.made_at),
        maybe_ticks(factor.confirmed_at),
        factor.step,
        b"".join(factor.recovery),
    )
    connection.execute(PUT, row)


def _remove(connection: Connection, user: UserId) -> bool:
    return connection.execute(REMOVE, (user,)).rowcount > 0


def _factor(row: Row) -> SecondFactor:
    user, sealed, made_at, confirmed_at, step, recovery = row
    return SecondFactor(
        user=UserId(user),
        sealed=sealed,
        made_at=moment_of(made_at),
        confirmed_at=maybe_moment(confirmed_at),
        step=step,
        recovery=tuple(
            recovery[at : at + DIGEST_BYTES] for at in range(0, len(recovery), DIGEST_BYTES)
        ),
    )
