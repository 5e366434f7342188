"""A second factor: an app on somebody's phone, and codes on paper for when the phone is lost."""

import re
import secrets
from base64 import b32encode
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Final, Protocol

from attrs import evolve, field, frozen

from ..clock import aware
from .user import UserId

RECOVERY_CODES: Final = 10
RECOVERY_BYTES: Final = 10
RECOVERY: Final = re.compile(r"[a-z2-7]{16}")
BETWEEN: Final = re.compile(r"[\s-]+")


@frozen(kw_only=True)
class SecondFactor:
    """What is kept of somebody's second factor; it counts when it was confirmed."""

    user: UserId
    sealed: bytes = field(repr=False)
    """The secret that the app has, sealed."""
    made_at: datetime
    confirmed_at: datetime | None = None
    step: int = 0
    """The half minute of the last code that counted."""
    recovery: tuple[bytes, ...] = field(default=(), repr=False)
    """The digests of codes on paper that were not used."""

    def __attrs_post_init__(self) -> None:
        aware(self.made_at)

    def counted(self, step: int, sealed: bytes, at: datetime) -> "SecondFactor":
        """A code of that half minute counted; the first one confirms."""
        return evolve(self, step=step, sealed=sealed, confirmed_at=self.confirmed_at or at)

    def without(self, digest: bytes) -> "SecondFactor":
        """A code on paper was used."""
        left = tuple(each for each in self.recovery if each != digest)
        return evolve(self, recovery=left)


def recovery_codes(random: Callable[[int], bytes] = secrets.token_bytes) -> tuple[str, ...]:
    """Codes to be written down: 80 random bits each, so that a plain digest is enough."""
    texts = (b32encode(random(RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES))
    return tuple("-".join(re.findall(".{4}", text)) for text in texts)


def recovery_digest(code: str) -> bytes | None:
    """What is kept of such a code, however it was typed; None, where it is none."""
    plain = BETWEEN.sub("", code).lower()
    return sha256(plain.encode()).digest() if RECOVERY.fullmatch(plain) else None


class SecondFactors(Protocol):
    """Second factors, kept: one of a user."""

    async def get(self, user: UserId) -> SecondFactor:
        """
        The one of that user; inside a transaction nobody else changes it until the end.

        Raises:
            SecondFactorMissing: they have none.
        """
        ...

    async def put(self, factor: SecondFactor) -> None:
        """Keep it as it is, in the place of the one that its user had."""
        ...

    async def remove(self, user: UserId) -> bool:
        """Forget it; whether there was one."""
        ...
