"""Looking after keys: make one, let another take over from it, take it away."""

from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from attrs import frozen

from ..clock import Clock, aware
from ..transaction import Transaction
from .auditing import Audit
from .caller import Caller
from .errors import KeyEnded, KeyMade, ScopesMissing, TermMalformed
from .keys import KIND, ApiKey, ApiKeys
from .permission import Permission
from .token import Token

OVERLAP: Final = timedelta(hours=24)
OVERLAP_MAX: Final = timedelta(days=90)


@frozen
class MadeKey:
    """A new key, and its text, which is shown this once."""

    key: ApiKey
    token: Token


@frozen
class MakeKey:
    """Let a program in."""

    keys: ApiKeys
    audit: Audit
    transaction: Transaction
    clock: Clock

    async def __call__(
        self,
        caller: Caller,
        name: str,
        scopes: Set[Permission],
        expires_at: datetime | None = None,
        id: UUID | None = None,
    ) -> MadeKey:
        """
        A key that opens these and nothing else; of one id there is one.

        Raises:
            NotAllowed: they may not make keys, or not do themselves what it would open.
            NotSure: they have not shown their second factor just now.
            ScopesMissing: it would open nothing.
            TermMalformed: it would be over already.
            MalformedText: the name is none.
            KeyMade: it was made under this id before.
        """
        caller.must(Permission.MANAGE_KEYS)
        caller.must_be_sure()
        for scope in sorted(scopes):
            caller.must(scope)
        now = self.clock.now()
        if not scopes:
            raise ScopesMissing(name)
        if expires_at is not None and aware(expires_at) <= now:
            raise TermMalformed("the moment is past")
        token = new_token(id)
        key = ApiKey(
            public=token.public,
            digest=token.digest,
            name=name,
            scopes=frozenset(scopes),
            made_by=caller.name,
            made_at=now,
            expires_at=expires_at,
        )
        async with self.transaction():
            await add_new(self.keys, key)
            await self.audit(caller, "key.made", about(key), **opening(key))
        return MadeKey(key, token)


@frozen
class RotateKey:
    """A new key takes over from an old one, which is good for a while longer."""

    keys: ApiKeys
    audit: Audit
    transaction: Transaction
    clock: Clock

    async def __call__(
        self,
        caller: Caller,
        public: str,
        overlap: timedelta = OVERLAP,
        expires_at: datetime | None = None,
        id: UUID | None = None,
    ) -> MadeKey:
        """
        The new one, which opens the same and is good until `expires_at`; of one id there is one.

        Raises:
            NotAllowed: they may not look after keys, or not do themselves what this one opens.
            NotSure: they have not shown their second factor just now.
            KeyMissing: there is no such key.
            KeyEnded: it opens nothing any more; a new one has to be made.
            TermMalformed: the overlap is too long, or the new one would be over already.
            KeyMade: it took over under this id before.
        """
        caller.must(Permission.MANAGE_KEYS)
        caller.must_be_sure()
        now = self.clock.now()
        if not timedelta(0) <= overlap <= OVERLAP_MAX:
            raise TermMalformed(f"keys overlap for {OVERLAP_MAX.days} days at most")
        if expires_at is not None and aware(expires_at) <= now:
            raise TermMalformed("the moment is past")
        token = new_token(id)
        async with self.transaction():
            old = await self.keys.get(public)
            for scope in sorted(old.scopes):
                caller.must(scope)
            key = ApiKey(
                public=token.public,
                digest=token.digest,
                name=old.name,
                scopes=old.scopes,
                made_by=caller.name,
                made_at=now,
                expires_at=expires_at,
                replaces=old.public,
                root=old.root,
            )
            await add_new(self.keys, key)
            if not old.is_good(now):  # asked last: it may be over because that one took over
                raise KeyEnded(public)
            await self.keys.put(old.until(now + overlap))
            facts = opening(key)
            await self.audit(caller, "key.rotated", about(old), successor=key.public, **facts)
        return MadeKey(key, token)


@frozen
class ListKeys:
    """Which programs are let in, and which were."""

    keys: ApiKeys

    async def __call__(self, caller: Caller) -> Sequence[ApiKey]:
        """
        Every key there ever was, the newest first.

        Raises:
            NotAllowed: they may not look after keys.
        """
        caller.must(Permission.MANAGE_KEYS)
        return await self.keys.all()


@frozen
class RevokeKey:
    """Let a program in no longer."""

    keys: ApiKeys
    audit: Audit
    transaction: Transaction
    clock: Clock

    async def __call__(self, caller: Caller, public: str) -> ApiKey:
        """
        The key as it is then; one that was revoked before stays as it was.

        Raises:
            NotAllowed: they may not look after keys.
            NotSure: they have not shown their second factor just now.
            KeyMissing: there is no such key.
        """
        caller.must(Permission.MANAGE_KEYS)
        caller.must_be_sure()
        async with self.transaction():
            was = await self.keys.get(public)
            key = was.revoked(self.clock.now())
            if key != was:
                await self.keys.put(key)
                await self.audit(caller, "key.revoked", about(key))
        return key


def new_token(id: UUID | None) -> Token:
    """The text of a new key; its name follows from the id, where it has one."""
    return Token.fresh(KIND) if id is None else Token.named(KIND, id)


async def add_new(keys: ApiKeys, key: ApiKey) -> None:
    """
    Keep it.

    Raises:
        KeyMade: it is there already, with a secret that nobody can be shown again.
    """
    if (await keys.add(key)).digest != key.digest:
        raise KeyMade(key.public)


def about(key: ApiKey) -> str:
    """What the trail calls it."""
    return f"key:{key.public}"


def opening(key: ApiKey) -> dict[str, str | None]:
    """What it opens, and until when."""
    ends = None if key.expires_at is None else str(key.expires_at)
    return {"name": key.name, "scopes": " ".join(sorted(key.scopes)), "ends": ends}
