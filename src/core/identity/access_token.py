"""Access tokens: who is signed in where, for some minutes, readable by every process of ours."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from attrs import evolve, field, frozen

from .session import SessionId
from .user import UserId, user_id

MINUTES: Final = timedelta(minutes=10)
ISSUER: Final = "altyn"
TOKEN_MAX: Final = 1024
WHAT: Final = "access token"


@frozen(kw_only=True)
class AccessToken:
    """What one says: it was true when it was signed."""

    user: UserId
    session: SessionId
    issued_at: datetime
    expires_at: datetime
    sure_until: datetime | None = None
    """Until when they are sure to be who they are, if they showed a second factor."""

    @classmethod
    def of(
        cls, user: UserId, session: SessionId, at: datetime, sure_until: datetime | None = None
    ) -> "AccessToken":
        """One that is good for as long as they are; to the second, as they are written."""
        at = at.replace(microsecond=0)
        return cls(
            user=user,
            session=session,
            issued_at=at,
            expires_at=at + MINUTES,
            sure_until=None if sure_until is None else sure_until.replace(microsecond=0),
        )


@frozen
class AccessTokens:
    """
    Signs access tokens and reads them: JSON Web Tokens (RFC 7519) under HMAC with SHA-256.

    A token is under one of our own headers, byte by byte, or it is none: what it says of
    algorithms is never followed. The first key signs; the others are read until they are gone.
    """

    keys: Mapping[str, bytes] = field(repr=False)
    """By the name that headers call them."""
    vouches: bool = True
    """Whether tokens can say that somebody is sure: not where others could sign them too."""
    _by_header: Mapping[str, bytes] = field(init=False, repr=False)

    @_by_header.default
    def _headers(self) -> Mapping[str, bytes]:
        return {_header(name): key for name, key in self.keys.items()}

    def sign(self, token: AccessToken) -> str:
        """The token as text."""
        name = next(iter(self.keys))
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "sub": str(token.user),
            "sid": str(token.session),
            "iat": _seconds(token.issued_at),
            "exp": _seconds(token.expires_at),
        }
        if self.vouches and token.sure_until is not None:
            claims["sure"] = _seconds(token.sure_until)
        said = f"{_header(name)}.{_encoded(claims)}"
        return f"{said}.{_text(_signature(self.keys[name], said))}"

    def read(self, text: str) -> AccessToken | None:
        """What it says, if we signed it; it may be over."""
        head, _, rest = text.partition(".")
        payload, _, signature = rest.partition(".")
        key = self._by_header.get(head)
        if key is None or len(text) > TOKEN_MAX or not text.isascii():
            return None
        expected = _text(_signature(key, f"{head}.{payload}"))
        if not hmac.compare_digest(signature, expected):
            return None
        token = _token(json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))
        return token if self.vouches else evolve(token, sure_until=None)


def _token(claims: Mapping[str, Any]) -> AccessToken:
    """Signed by us, so it has all that we write."""
    sure = claims.get("sure")
    return AccessToken(
        user=user_id(int(claims["sub"])),
        session=SessionId(UUID(claims["sid"])),
        issued_at=_moment(claims["iat"]),
        expires_at=_moment(claims["exp"]),
        sure_until=None if sure is None else _moment(sure),
    )


def _header(name: str) -> str:
    return _encoded({"alg": "HS256", "kid": name, "typ": "at+jwt"})


def _encoded(value: Mapping[str, Any]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _signature(key: bytes, said: str) -> bytes:
    return hmac.digest(key, said.encode(), sha256)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
