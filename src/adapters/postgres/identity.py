"""People on PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from ...core.identity import Language, Profile, Role, Seen, User, UserId, UserMissing
from ...core.money import UNITS_MAX
from .store import Connection, PostgresStore

COLUMNS: Final = """
id, name, username, language, role, muted, blocked, since, seen_at, referrer, erased_at"""
ROWS: Final = f"SELECT {COLUMNS} FROM altyn.person"  # noqa: S608 - columns named once

# A row that was there before has another transaction's mark for whoever writes it now.
SEEN: Final = f"""
INSERT INTO altyn.person AS known ({COLUMNS})
VALUES (%(id)s, %(name)s, %(username)s, %(language)s, 'customer', false, false, %(at)s, %(at)s,
        nullif(%(referrer)s::bigint, %(id)s), NULL)
ON CONFLICT (id) DO UPDATE
   SET name = excluded.name, username = excluded.username, blocked = false,
       seen_at = greatest(known.seen_at, excluded.seen_at),
       language = CASE WHEN known.erased_at IS NULL THEN known.language
                       ELSE excluded.language END,
       erased_at = NULL
RETURNING {COLUMNS}, xmax = 0
"""  # noqa: S608
ONE: Final = f"{ROWS} WHERE id = %s"
LOCKED: Final = f"{ONE} FOR NO KEY UPDATE"
CALLED: Final = f"""{ROWS}
 WHERE lower(username) = lower(%s) AND username <> ''
 ORDER BY seen_at DESC, id DESC
 LIMIT 1
"""
PAGE: Final = f"""{ROWS}
 WHERE id > %(after)s
 ORDER BY id
 LIMIT %(limit)s
"""
PAGE_IN_ROLE: Final = f"""{ROWS}
 WHERE id > %(after)s AND role = %(role)s
 ORDER BY id
 LIMIT %(limit)s
"""
BROUGHT: Final = "SELECT count(*) FROM altyn.person WHERE referrer = %s"
OWNERS: Final = f"""{ROWS}
 WHERE role = 'owner'
 ORDER BY id
"""
# In the order of their ids, so that two who lock them all wait instead of deadlocking.
OWNERS_LOCKED: Final = f"{OWNERS} FOR NO KEY UPDATE"
CHANGE: Final = f"""
UPDATE altyn.person
   SET language = coalesce(%s, language), role = coalesce(%s, role), muted = coalesce(%s, muted),
       blocked = coalesce(%s, blocked)
 WHERE id = %s
RETURNING {COLUMNS}
"""  # noqa: S608
ERASE: Final = f"""
UPDATE altyn.person
   SET name = '', username = '', language = 'en', role = 'customer', referrer = NULL,
       erased_at = %s
 WHERE id = %s
RETURNING {COLUMNS}
"""  # noqa: S608


@frozen
class PostgresUsers:
    """A row for each, locked by whoever reads it in a transaction; owners before others."""

    store: PostgresStore

    async def seen(self, profile: Profile, at: datetime, referrer: UserId | None = None) -> Seen:
        """As the port says."""
        told = {
            "id": profile.id,
            "name": profile.name,
            "username": profile.username,
            "language": profile.language.value,
            "at": at,
            "referrer": referrer,
        }

        async def ask(connection: Connection) -> Seen:
            row = await (await connection.execute(SEEN.encode(), told)).fetchone()
            if row is None:
                raise RuntimeError("an upsert answers with its row")
            return Seen(_user(row[:-1]), row[-1])

        return await self.store.ask(ask)

    async def get(self, id: UserId) -> User:
        """As the port says."""
        return await self._one(LOCKED if self.store.active else ONE, (id,), str(id))

    async def by_username(self, username: str) -> User:
        """As the port says."""
        bare = username.removeprefix("@")
        return await self._one(CALLED, (bare,), f"@{bare}")

    async def page(
        self, limit: int, after: UserId | None = None, role: Role | None = None
    ) -> Sequence[User]:
        """As the port says."""
        query = PAGE if role is None else PAGE_IN_ROLE
        values = {"after": after or 0, "limit": min(limit, UNITS_MAX), "role": role}
        return await self._all(query, values)

    async def brought(self, id: UserId) -> int:
        """As the port says."""

        async def ask(connection: Connection) -> int:
            row = await (await connection.execute(BROUGHT.encode(), (id,))).fetchone()
            return 0 if row is None else int(row[0])

        return await self.store.ask(ask)

    async def owners(self) -> Sequence[User]:
        """As the port says."""
        return await self._all(OWNERS_LOCKED if self.store.active else OWNERS, {})

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
        return await self._one(CHANGE, (language, role, muted, blocked, id), str(id))

    async def erase(self, id: UserId, at: datetime) -> User:
        """As the port says."""
        return await self._one(ERASE, (at, id), str(id))

    async def _one(self, query: str, values: tuple[object, ...], who: str) -> User:
        async def ask(connection: Connection) -> User:
            row = await (await connection.execute(query.encode(), values)).fetchone()
            if row is None:
                raise UserMissing(who)
            return _user(row)

        return await self.store.ask(ask)

    async def _all(self, query: str, values: Mapping[str, object]) -> Sequence[User]:
        async def ask(connection: Connection) -> Sequence[User]:
            found = await connection.execute(query.encode(), values)
            return [_user(row) for row in await found.fetchall()]

        return await self.store.ask(ask)


def _user(row: tuple[Any, ...]) -> User:
    id, name, username, language, role, muted, blocked, since, seen_at, referrer, erased_at = row
    return User(
        id=id,
        name=name,
        username=username,
        language=Language(language),
        role=Role(role),
        muted=muted,
        blocked=blocked,
        since=since,
        seen_at=seen_at,
        referrer=referrer,
        erased_at=erased_at,
    )
