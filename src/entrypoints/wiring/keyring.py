"""The keys by which we sign and seal what lets people in: named, so that they can be replaced."""

import hmac
import re
from hashlib import sha256
from typing import Final

from attrs import frozen

from .secret import Secret

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
LENGTH_MIN: Final = 32


@frozen
class NamedKey:
    """A secret, and the name by which what it signed or sealed calls it."""

    name: str
    secret: Secret

    def derived(self, purpose: str) -> bytes:
        """The key for one purpose: none of them tells anything of another, or of the secret."""
        return hmac.digest(self.secret.reveal().encode(), f"altyn {purpose}".encode(), sha256)


@frozen(kw_only=True)
class Keyring:
    """All of them, the newest first; without any, what would need one is off."""

    keys: tuple[NamedKey, ...] = ()


def named_keys(written: object) -> tuple[NamedKey, ...]:
    """Read `2026-11:secret, 2026-05:secret`, or a list of such."""
    words = written.replace(",", " ").split() if isinstance(written, str) else written
    if not isinstance(words, list) or not words:
        raise ValueError("expected one key or several, like 2026-11:SECRET")
    keys = tuple(map(_key, words))
    if len({key.name for key in keys}) < len(keys):
        raise ValueError("two keys have one name")
    return keys


def _key(written: object) -> NamedKey:
    name, _, secret = written.partition(":") if isinstance(written, str) else ("", "", "")
    if not NAME.fullmatch(name):
        raise ValueError("before each key stands its name and a colon: small letters and digits")
    if len(secret) < LENGTH_MIN or not secret.isascii() or not secret.isprintable():
        raise ValueError(f"a key has at least {LENGTH_MIN} characters, printable ASCII")
    return NamedKey(name, Secret(secret))
