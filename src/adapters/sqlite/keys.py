"""Keys of programs in SQLite."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from sqlite3 import Connection
from typing import Final

from attrs import frozen

from ...core.identity import ApiKey, KeyMissing, Permission
from .rows import Row, maybe_moment, maybe_ticks, moment_of, ticks_of
from .store import SqliteStore

COLUMNS: Final = """
       public, digest, name, scopes, made_by, made_at, expires_at, replaces, root, revoked_at,
       used_at"""

ADD: Final = f"""
INSERT INTO api_key ({COLUMNS})
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

ONE: Final = f"""
SELECT {COLUMNS}
  FROM api_key
 WHERE public = ?
"""

PUT: Final = """
UPDATE api_key
   SET expires_at = ?, revoked_at = coalesce(revoked_at, ?)
 WHERE public = ?
"""

USED: Final = """
UPDATE api_key
   SET used_at = ?1
 WHERE public = ?2 AND (used_at IS NULL OR used_at < ?1)
"""

ALL: Final = f"""
SELECT {COLUMNS}
  FROM api_key
 ORDER BY made_at DESC, public DESC
"""


@frozen
class SqliteApiKeys:
    """A row for each key there ever was."""

    store: SqliteStore

    async def add(self, key: ApiKey) -> ApiKey:
        """As the port says."""
        return await self.store.write(_add, key)

    async def get(self, public: str) -> ApiKey:
        """As the port says."""
        return await self.store.read(_get, public)

    async def put(self, key: ApiKey) -> None:
        """As the port says."""
        await self.store.write(_put, key)

    async def used(self, public: str, at: datetime) -> None:
        """As the port says."""
        await self.store.write(_used, public, ticks_of(at))

    async def all(self) -> Sequence[ApiKey]:
        """As the port says."""
        return await self.store.read(_all)


def _add(connection: Connection, key: ApiKey) -> ApiKey:
    with suppress(KeyMissing):
        return _get(connection, key.public)
    row = (
        key.public,
        key.digest,
        key.name,
        json.dumps(sorted(key.scopes)),
        key.made_by,
        ticks_of(key.made_at),
        maybe_ticks(key.expires_at),
        key.replaces,
        key.root,
        maybe_ticks(key.revoked_at),
        maybe_ticks(key.used_at),
    )
    connection.execute(ADD, row)
    return key


def _get(connection: Connection, public: str) -> ApiKey:
    row = connection.execute(ONE, (public,)).fetchone()
    if row is None:
        raise KeyMissing(public)
    return _key(row)


def _put(connection: Connection, key: ApiKey) -> None:
    values = maybe_ticks(key.expires_at), maybe_ticks(key.revoked_at), key.public
    if not connection.execute(PUT, values).rowcount:
        raise KeyMissing(key.public)


def _used(connection: Connection, public: str, at: int) -> None:
    connection.execute(USED, (at, public))


def _all(connection: Connection) -> list[ApiKey]:
    return [_key(row) for row in connection.execute(ALL)]


def _key(row: Row) -> ApiKey:
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
        scopes=frozenset(map(Permission, json.loads(scopes))),
        made_by=made_by,
        made_at=moment_of(made_at),
        expires_at=maybe_moment(expires_at),
        replaces=replaces,
        root=root,
        revoked_at=maybe_moment(revoked_at),
        used_at=maybe_moment(used_at),
    )
