"""Keys by which programs come in: what each may do, until when, and where they are kept."""

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from attrs import evolve, field, frozen

from ..clock import aware
from ..wording import checked_text
from .caller import Caller
from .permission import Permission, Role
from .token import Token

KIND: Final = "ak"
NAME_MAX: Final = 64


@frozen(kw_only=True)
class ApiKey:
    """What is kept of a key; its secret is not."""

    public: str
    """The part by which people and records name it."""
    digest: bytes = field(repr=False)
    name: str
    """What it is for, in words."""
    scopes: frozenset[Permission]
    """All that it opens."""
    made_by: str
    made_at: datetime
    expires_at: datetime | None = None
    replaces: str = ""
    """The public part of the one that it took over from."""
    root: str = field()
    """The public part of the first of those who took over from each other, all of one program."""
    revoked_at: datetime | None = None
    used_at: datetime | None = None
    """When it was last used, to the minute."""

    @root.default
    def _first(self) -> str:
        return self.public

    def __attrs_post_init__(self) -> None:
        checked_text("name of a key", self.name, NAME_MAX)
        for moment in (self.made_at, self.expires_at, self.revoked_at, self.used_at):
            if moment is not None:
                aware(moment)

    def is_of(self, token: Token) -> bool:
        """Whether that is the text of which this was kept; the time it takes tells nothing."""
        return hmac.compare_digest(self.digest, token.digest)

    def is_good(self, at: datetime) -> bool:
        """Whether it opens anything then."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)

    @property
    def caller(self) -> Caller:
        """Whoever shows it: the same as before it took over."""
        return Caller(name=f"key:{self.root}", role=Role.OWNER, user=None, scopes=self.scopes)

    def until(self, moment: datetime) -> "ApiKey":
        """The same, but not longer than that."""
        ends = moment if self.expires_at is None else min(moment, self.expires_at)
        return evolve(self, expires_at=ends)

    def revoked(self, at: datetime) -> "ApiKey":
        """The same, worth nothing from then on."""
        return self if self.revoked_at is not None else evolve(self, revoked_at=at)


class ApiKeys(Protocol):
    """Keys, kept."""

    async def add(self, key: ApiKey) -> ApiKey:
        """Keep a new one; when its name is known, the key that has it is answered instead."""
        ...

    async def get(self, public: str) -> ApiKey:
        """
        The key as it is; inside a transaction nobody else changes it until the end.

        Raises:
            KeyMissing: none is called so.
        """
        ...

    async def put(self, key: ApiKey) -> None:
        """
        Keep until when it is good and when it was revoked; all else stays as it was.

        A key that was revoked stays revoked as it was.

        Raises:
            KeyMissing: none is called so.
        """
        ...

    async def used(self, public: str, at: datetime) -> None:
        """It was used then; an older moment than the one that is known changes nothing."""
        ...

    async def all(self) -> Sequence[ApiKey]:
        """Every key there ever was, the newest first."""
        ...
