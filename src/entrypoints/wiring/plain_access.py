"""Keys and what else lets people in, as they go over a wire: nothing of it opens anything."""

from typing import Self

from attrs import frozen

from ...core.identity import ApiKey
from .plain import iso


@frozen
class PlainKey:
    """A key, without its secret."""

    key: str
    name: str
    scopes: list[str]
    made_by: str
    made_at: str
    expires_at: str | None
    replaces: str | None
    revoked_at: str | None
    used_at: str | None

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        """All that is kept of it but the digest."""
        return cls(
            key=key.public,
            name=key.name,
            scopes=sorted(key.scopes),
            made_by=key.made_by,
            made_at=iso(key.made_at),
            expires_at=None if key.expires_at is None else iso(key.expires_at),
            replaces=key.replaces or None,
            revoked_at=None if key.revoked_at is None else iso(key.revoked_at),
            used_at=None if key.used_at is None else iso(key.used_at),
        )
