"""People, and the trail of what was done by hand, in memory."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from attrs import evolve, field, frozen

from ...core.identity import (
    Audited,
    Language,
    Link,
    Profile,
    Role,
    Seen,
    User,
    UserId,
    UserMissing,
)
from .store import MemoryStore


@frozen
class MemoryUsers:
    """Users by their id."""

    store: MemoryStore
    _kept: dict[UserId, User] = field(factory=dict, init=False)

    async def seen(self, profile: Profile, at: datetime, referrer: UserId | None = None) -> Seen:
        """As the port says."""
        async with self.store.using():
            known = self._kept.get(profile.id)
            if known is None:
                user = User(
                    id=profile.id,
                    name=profile.name,
                    username=profile.username,
                    language=profile.language,
                    since=at,
                    seen_at=at,
                    referrer=None if referrer == profile.id else referrer,
                )
            else:
                user = evolve(
                    known,
                    name=profile.name,
                    username=profile.username,
                    language=profile.language if known.erased_at else known.language,
                    blocked=False,
                    seen_at=max(at, known.seen_at),
                    erased_at=None,
                )
            self.store.put(self._kept, user.id, user)
            return Seen(user, new=known is None)

    async def get(self, id: UserId) -> User:
        """As the port says."""
        async with self.store.using():
            return self._of(id)

    async def by_username(self, username: str) -> User:
        """As the port says."""
        wanted = username.removeprefix("@").lower()
        async with self.store.using():
            found = [each for each in self._kept.values() if each.username.lower() == wanted != ""]
        if not found:
            raise UserMissing(f"@{wanted}")
        return max(found, key=lambda each: (each.seen_at, each.id))

    async def page(
        self, limit: int, after: UserId | None = None, role: Role | None = None
    ) -> Sequence[User]:
        """As the port says."""
        async with self.store.using():
            found = [self._kept[id] for id in sorted(self._kept) if after is None or id > after]
            return [each for each in found if role in (None, each.role)][:limit]

    async def brought(self, id: UserId) -> int:
        """As the port says."""
        async with self.store.using():
            return sum(each.referrer == id for each in self._kept.values())

    async def owners(self) -> Sequence[User]:
        """As the port says."""
        async with self.store.using():
            found = sorted(self._kept.values(), key=lambda each: each.id)
            return [each for each in found if each.role is Role.OWNER]

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
        named = {"language": language, "role": role, "muted": muted, "blocked": blocked}
        changes: dict[str, Any] = {key: to for key, to in named.items() if to is not None}
        async with self.store.using():
            user = evolve(self._of(id), **changes)
            self.store.put(self._kept, id, user)
            return user

    async def erase(self, id: UserId, at: datetime) -> User:
        """As the port says."""
        async with self.store.using():
            known = self._of(id)
            user = User(
                id=id,
                name="",
                muted=known.muted,
                blocked=known.blocked,
                since=known.since,
                seen_at=known.seen_at,
                erased_at=at,
            )
            self.store.put(self._kept, id, user)
            return user

    def _of(self, id: UserId) -> User:
        try:
            return self._kept[id]
        except KeyError:
            raise UserMissing(str(id)) from None


@frozen
class MemoryTrail:
    """Links by their number."""

    store: MemoryStore
    _kept: dict[int, Link] = field(factory=dict, init=False)

    async def append(self, audited: Audited) -> Link:
        """As the port says."""
        if not self.store.active:
            raise RuntimeError("what is done and what tells of it are one transaction")
        async with self.store.using():
            link = Link.after(self._kept.get(len(self._kept)), audited)
            self.store.put(self._kept, link.number, link)
            return link

    async def page(
        self, limit: int, before: int | None = None, *, about: str = "", who: str = ""
    ) -> Sequence[Link]:
        """As the port says."""
        async with self.store.using():
            older = [self._kept[number] for number in range(len(self._kept), 0, -1)]
        return [
            each
            for each in older
            if (before is None or each.number < before)
            and about in ("", each.audited.about)
            and who in ("", each.audited.who)
        ][:limit]

    async def onward(self, limit: int, after: int = 0) -> Sequence[Link]:
        """As the port says."""
        async with self.store.using():
            return [self._kept[number] for number in sorted(self._kept) if number > after][:limit]
