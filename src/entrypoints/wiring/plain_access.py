"""Keys and what else lets people in, as they go over a wire: nothing of it opens anything."""

from typing import Self

from attrs import frozen

from ...core.identity import ApiKey, SecondFactor, Session, SessionId
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


@frozen
class PlainSession:
    """Somebody who is signed in on a device."""

    session: str
    user: int
    device: str
    began_at: str
    seen_at: str
    expires_at: str
    current: bool
    """Whether it is the one that asks."""

    @classmethod
    def of(cls, session: Session, current: SessionId | None = None) -> Self:
        """Nothing of it opens anything."""
        return cls(
            session=str(session.id),
            user=session.user,
            device=session.device,
            began_at=iso(session.began_at),
            seen_at=iso(session.seen_at),
            expires_at=iso(session.expires_at),
            current=session.id == current,
        )


@frozen
class PlainFactor:
    """Whether somebody has a second factor."""

    confirmed: bool = False
    recovery_codes_left: int = 0

    @classmethod
    def of(cls, factor: SecondFactor) -> Self:
        """No more than that is told of it."""
        return cls(factor.confirmed_at is not None, len(factor.recovery))
