"""People in SQLite."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final

from attrs import frozen

from ...core.identity import ID_MAX, Language, Profile, Role, Seen, User, UserId, UserMissing
from .rows import Row, bounded, moment_of, ticks_of
from .store import SqliteStore

ROWS: Final = """
SELECT id, name, username, language, role, muted, blocked, since, seen_at, referrer, erased_at
  FROM person"""

ADD: Final = """
INSERT INTO person
       (id, name, username, language, role, muted, blocked, since, seen_at, referrer, erased_at)
VALUES (:id, :name, :username, :language, 'customer', 0, 0, :at, :at, nullif(:referrer, :id), NULL)
"""

RENEW: Final = """
UPDATE person
   SET name = :name, username = :username, blocked = 0, seen_at = max(seen_at, :at),
       language = iif(erased_at IS NULL, language, :language), erased_at = NULL
 WHERE id = :id
"""

ONE: Final = f"""{ROWS}
 WHERE id = ?
"""

CALLED: Final = f"""{ROWS}
 WHERE username = ? AND username <> ''
 ORDER BY seen_at DESC, id DESC
 LIMIT 1
"""

PAGE: Final = f"""{ROWS}
 WHERE id > ?
 ORDER BY id
 LIMIT ?
"""

PAGE_IN_ROLE: Final = f"""{ROWS}
 WHERE id > ? AND role = ?
 ORDER BY id
 LIMIT ?
"""

BROUGHT: Final = "SELECT count(*) FROM person WHERE referrer = ?"

OWNERS: Final = f"""{ROWS}
 WHERE role = 'owner'
 ORDER BY id
"""

CHANGE: Final = """
UPDATE person
   SET language = coalesce(?, language), role = coalesce(?, role), muted = coalesce(?, muted),
       blocked = coalesce(?, blocked)
 WHERE id = ?
"""

ERASE: Final = """
UPDATE person
   SET name = '', username = '', language = 'en', role = 'customer', referrer = NULL,
       erased_at = ?
 WHERE id = ?
"""


@frozen
class SqliteUsers:
    """A row for each; whoever is in the transaction is the only one who writes."""

    store: SqliteStore

    async def seen(self, profile: Profile, at: datetime, referrer: UserId | None = None) -> Seen:
        """As the port says."""
        return await self.store.write(_seen, profile, ticks_of(at), referrer)

    async def get(self, id: UserId) -> User:
        """As the port says."""
        return await self.store.read(_get, id)

    async def by_username(self, username: str) -> User:
        """As the port says."""
        return await self.store.read(_called, username.removeprefix("@"))

    async def page(
        self, limit: int, after: UserId | None = None, role: Role | None = None
    ) -> Sequence[User]:
        """As the port says."""
        return await self.store.read(_page, bounded(limit), after or 0, role)

    async def brought(self, id: UserId) -> int:
        """As the port says."""
        return await self.store.read(_brought, id)

    async def owners(self) -> Sequence[User]:
        """As the port says."""
        return await self.store.read(_owners)

    async def change(
        self,
        id: UserId,
        *,
        language: Language | None = None,
        role: Role | None = None,
        muted: bool | None = None,
        blocked: bool | None = None,
    ) -> User:
        """As the port says."""
        return await self.store.write(_changed, CHANGE, (language, role, muted, blocked, id), id)

    async def erase(self, id: UserId, at: datetime) -> User:
        """As the port says."""
        return await self.store.write(_changed, ERASE, (ticks_of(at), id), id)


def _seen(connection: Connection, profile: Profile, at: int, referrer: UserId | None) -> Seen:
    told = {
        "id": profile.id,
        "name": profile.name,
        "username": profile.username,
        "language": profile.language,
        "at": at,
    }
    new = not connection.execute(RENEW, told).rowcount
    if new:
        connection.execute(ADD, told | {"referrer": referrer})
    return Seen(_get(connection, profile.id), new)


def _get(connection: Connection, id: UserId) -> User:
    row = connection.execute(ONE, (id,)).fetchone() if id <= ID_MAX else None
    if row is None:
        raise UserMissing(str(id))
    return _user(row)


def _called(connection: Connection, username: str) -> User:
    row = connection.execute(CALLED, (username,)).fetchone()
    if row is None:
        raise UserMissing(f"@{username}")
    return _user(row)


def _page(connection: Connection, limit: int, after: int, role: Role | None) -> list[User]:
    if role is None:
        return [_user(row) for row in connection.execute(PAGE, (after, limit))]
    return [_user(row) for row in connection.execute(PAGE_IN_ROLE, (after, role, limit))]


def _brought(connection: Connection, id: UserId) -> int:
    (count,) = connection.execute(BROUGHT, (id,)).fetchone()
    return int(count)


def _owners(connection: Connection) -> list[User]:
    return [_user(row) for row in connection.execute(OWNERS)]


def _changed(connection: Connection, statement: str, values: Row, id: UserId) -> User:
    connection.execute(statement, values)
    return _get(connection, id)


def _user(row: Row) -> User:
    id, name, username, language, role, muted, blocked, since, seen_at, referrer, erased_at = row
    return User(
        id=id,
        name=name,
        username=username,
        language=Language(language),
        role=Role(role),
        muted=bool(muted),
        blocked=bool(blocked),
        since=moment_of(since),
        seen_at=moment_of(seen_at),
        referrer=referrer,
        erased_at=None if erased_at is None else moment_of(erased_at),
    )
