"""Signatures: of what providers tell us, and of what we ask of them."""

import hashlib
import hmac
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from attrs import frozen

from .expressions import text_of
from .pointers import Pointer
from .shop import Setting, Shop
from .writing import checked_header


class Algorithm(StrEnum):
    """How something becomes a digest."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA512 = "sha512"


class Encoding(StrEnum):
    """How a digest is written."""

    HEX = "hex"
    HEX_UPPER = "hex_upper"
    BASE64 = "base64"

    def written(self, digest: bytes) -> str:
        """The digest in letters."""
        match self:
            case Encoding.BASE64:
                return b64encode(digest).decode()
            case Encoding.HEX_UPPER:
                return digest.hex().upper()
        return digest.hex()


class Ingredient(StrEnum):
    """What goes into a signature over raw bytes."""

    TIMESTAMP = "timestamp"
    METHOD = "method"
    PATH = "path"
    BODY = "body"


@frozen
class Message:
    """Something that was or will be signed."""

    raw: bytes
    said: Mapping[str, Any]
    """What the bytes mean."""
    headers: Mapping[str, str]
    """By their names in small letters."""
    method: str = ""
    path: str = ""


@frozen(kw_only=True)
class Signature(ABC):
    """What all recipes share: whose key, and where the signature stands."""

    secret: Setting
    header: str = ""
    field: Pointer | None = None
    """In the body; where there is a header, it is there."""
    algorithm: Algorithm = Algorithm.SHA256
    encoding: Encoding = Encoding.HEX

    def __attrs_post_init__(self) -> None:
        if bool(self.header) == (self.field is not None):
            raise ValueError("a signature stands either in a header or in a field")
        if self.header:
            checked_header(self.header)
        if self.field is not None and not self.field.flat:
            raise ValueError("a signature stands in a field of the outermost object")

    @abstractmethod
    def made(self, message: Message, key: str) -> str:
        """What belongs to it; the field of the signature itself is left out."""

    def proves(self, message: Message, shop: Shop) -> bool:
        """Whether it was signed with our key; without a key nothing is."""
        key = shop.secret(self.secret)
        told = self.field.read(message.said) if self.field else message.headers.get(self._header)
        made = self.made(message, key)
        alike = hmac.compare_digest(as_bytes(made), as_bytes(told if isinstance(told, str) else ""))
        return bool(key) and alike

    @property
    def _header(self) -> str:
        return self.header.lower()

    def unsigned(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """What is said without the signature."""
        own = self.field.tokens[0] if self.field else None
        return {name: value for name, value in said.items() if name != own}

    def hashed(self, text: bytes) -> str:
        """A digest of it."""
        return self.encoding.written(hashlib.new(self.algorithm, text).digest())

    def keyed(self, text: bytes, key: str) -> str:
        """A digest that only who has the key can make."""
        return self.encoding.written(hmac.digest(key.encode(), text, self.algorithm))


def basic(name: str, password: str) -> str:
    """The header of who signs in by name and password."""
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


def plain(value: object) -> str | None:
    """A plain value as text; None where it is none."""
    match value:
        case None:
            return ""
        case str() | int() | Decimal():
            return text_of(value)
    return None


def as_bytes(text: str) -> bytes:
    """The text as it is signed."""
    # JSON can spell halves of characters, and comparing is no place to fail.
    return text.encode("utf-8", "surrogatepass")
