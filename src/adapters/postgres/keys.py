"""Keys of programs on PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from ...core.identity import ApiKey, KeyMissing, Permission
from .store import Connection, PostgresStore

ROWS: Final = """
SELECT public, digest, name, scopes, made_by, made_at, expires_at, replaces, root, revoked_at,
       used_at
  FROM altyn.api_key"""
ADD: Final = """
INSERT INTO altyn.api_key (public, digest, name, scopes, made_by, made_at, expires_at, replaces,
                           root, revoked_at, used_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
ONE: Final = f"""{ROWS}
 WHERE public = %s
"""
# Nothing else is locked together with a key, but the one that takes over from it.
LOCKED: Final = f"{ONE} FOR NO KEY UPDATE"
PUT: Final = """
UPDATE altyn.api_key
   SET expires_at = %s, revoked_at = coalesce(revoked_at, %s)
 WHERE public = %s
"""
USED: Final = """
UPDATE altyn.api_key
   SET used_at = %(at)s
 WHERE public = %(public)s AND (used_at IS NULL OR used_at < %(at)s)
"""
ALL: Final = f"""{ROWS}
 ORDER BY made_at DESC, public DESC
"""


@frozen
class PostgresApiKeys:
    """A row for each key there ever was, locked by whoever reads it in a transaction."""

    store: PostgresStore

    async def add(self, key: ApiKey) -> ApiKey:
        """As the port says."""
        row = (
            key.public,
            key.digest,
            key.name,
            sorted(key.scopes),
            key.made_by,
            key.made_at,
            key.expires_at,
            key.replaces,
            key.root,
            key.revoked_at,
            key.used_at,
        )

        async def ask(connection: Connection) -> ApiKey:
            if (await connection.execute(ADD, row)).rowcount:
                return key
            return await _one(connection, ONE, key.public)

        return await self.store.ask(ask)

    async def get(self, public: str) -> ApiKey:
        """As the port says."""
        query = LOCKED if self.store.active else ONE

        async def ask(connection: Connection) -> ApiKey:
            return await _one(connection, query, public)

        return await self.store.ask(ask)

    async def put(self, key: ApiKey) -> None:
        """As the port says."""

        async def ask(connection: Connection) -> None:
            values = key.expires_at, key.revoked_at, key.public
            if not (await connection.execute(PUT, values)).rowcount:
                raise KeyMissing(key.public)

        await self.store.ask(ask)

    async def used(self, public: str, at: datetime) -> None:
        """As the port says."""

        async def ask(connection: Connection) -> None:
            await connection.execute(USED, {"public": public, "at": at})

        await self.store.ask(ask)

    async def all(self) -> Sequence[ApiKey]:
        """As the port says."""

        async def ask(connection: Connection) -> Sequence[ApiKey]:
            rows = await (await connection.execute(ALL.encode())).fetchall()
            return [_key(row) for row in rows]

        return await self.store.ask(ask)


async def _one(connection: Connection, query: str, public: str) -> ApiKey:
    row = await (await connection.execute(query.encode(), (public,))).fetchone()
    if row is None:
        raise KeyMissing(public)
    return _key(row)


def _key(row: tuple[Any, ...]) -> ApiKey:
    (
        public,
        digest,
        name,
        scopes,
        made_by,
        made_at,
        expires_at,
        replaces,
        root,
        revoked_at,
        used_at,
    ) = row
    return ApiKey(
        public=public,
        digest=digest,
        name=name,
        scopes=frozenset(map(Permission, scopes)),
        made_by=made_by,
        made_at=made_at,
        expires_at=expires_at,
        replaces=replaces,
        root=root,
        revoked_at=revoked_at,
        used_at=used_at,
    )
