"""A token: text that opens something, of which only a digest is ever kept."""

import re
import secrets
from base64 import b32encode
from collections.abc import Callable
from hashlib import sha256
from typing import Final, Self
from uuid import UUID

from attrs import field, frozen

PUBLIC_BYTES: Final = 10
SECRET_BYTES: Final = 32
FORM: Final = re.compile(r"([a-z]{2})_([a-z2-7]{16})_([a-z2-7]{52})")


@frozen
class Token:
    """
    A kind, a public name, and a secret of 256 random bits, which no repr shows.

    Nobody guesses that much, however fast they try: a plain SHA-256 is all that has to be kept.
    Slow hashes are for what people make up.
    """

    kind: str
    public: str
    _secret: str = field(repr=False)

    @classmethod
    def fresh(cls, kind: str, random: Callable[[int], bytes] = secrets.token_bytes) -> Self:
        """One that there never was."""
        return cls(kind, _text(random(PUBLIC_BYTES)), _text(random(SECRET_BYTES)))

    @classmethod
    def named(cls, kind: str, after: UUID) -> Self:
        """A fresh secret under the name that follows from that id, always the same one."""
        name = sha256(after.bytes).digest()[:PUBLIC_BYTES]
        return cls(kind, _text(name), _text(secrets.token_bytes(SECRET_BYTES)))

    @classmethod
    def read(cls, kind: str, text: str) -> Self | None:
        """What is written there, if it has the form of that kind."""
        found = FORM.fullmatch(text)
        return cls(*found.groups()) if found and found[1] == kind else None

    def reveal(self) -> str:
        """What its holder shows."""
        return f"{self.kind}_{self.public}_{self._secret}"

    @property
    def digest(self) -> bytes:
        """What is kept of it."""
        return sha256(self.reveal().encode()).digest()


def _text(raw: bytes) -> str:
    return b32encode(raw).decode().rstrip("=").lower()
