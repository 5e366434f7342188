"""Second factors on PostgreSQL."""

from typing import Final

from attrs import frozen

from ...core.identity import SecondFactor, SecondFactorMissing, UserId, account_of
from .store import Connection, PostgresStore

DIGEST_BYTES: Final = 32

ONE: Final = """
SELECT person, sealed, made_at, confirmed_at, step, recovery
  FROM altyn.second_factor
 WHERE person = %s
"""
# Nothing else is locked together with it but the end of the trail, which comes last.
LOCKED: Final = f"{ONE} FOR NO KEY UPDATE"
PUT: Final = """
INSERT INTO altyn.second_factor (person, sealed, made_at, confirmed_at, step, recovery)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (person) DO UPDATE
   SET sealed = excluded.sealed, made_at = excluded.made_at, step = excluded.step,
       confirmed_at = excluded.confirmed_at, recovery = excluded.recovery
"""
REMOVE: Final = "DELETE FROM altyn.second_factor WHERE person = %s"


@frozen
class PostgresSecondFactors:
    """A row for each user who has one, locked by whoever reads it in a transaction."""

    store: PostgresStore

    async def get(self, user: UserId) -> SecondFactor:
        """As the port says."""
        query = LOCKED if self.store.active else ONE

        async def ask(connection: Connection) -> SecondFactor:
            row = await (await connection.execute(query.encode(), (user,))).fetchone()
            if row is None:
                raise SecondFactorMissing(account_of(user))
            person, sealed, made_at, confirmed_at, step, recovery = row
            return SecondFactor(
                user=UserId(person),
                sealed=sealed,
                made_at=made_at,
                confirmed_at=confirmed_at,
                step=step,
                recovery=tuple(
                    recovery[at : at + DIGEST_BYTES] for at in range(0, len(recovery), DIGEST_BYTES)
                ),
            )

        return await self.store.ask(ask)

    async def put(self, factor: SecondFactor) -> None:
        """As the port says."""
        row = (
            factor.user,
            factor.sealed,
            factor.made_at,
            factor.confirmed_at,
            factor.step,
            b"".join(factor.recovery),
        )

        async def ask(connection: Connection) -> None:
            await connection.execute(PUT, row)

        await self.store.ask(ask)

    async def remove(self, user: UserId) -> bool:
        """As the port says."""

        async def ask(connection: Connection) -> bool:
            return (await connection.execute(REMOVE, (user,))).rowcount > 0

        return await self.store.ask(ask)
