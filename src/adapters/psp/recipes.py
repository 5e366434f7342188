"""The recipes by which card providers sign."""

import hmac
from base64 import b64encode
from typing import Final

from attrs import field, frozen

from .pointers import Pointer
from .shop import Setting, Shop
from .signing import Algorithm, Ingredient, Message, Signature, as_bytes, basic, plain
from .writing import AnyText, checked_header, written

SECRET: Final = "secret"  # noqa: S105
"""Where the key stands in a list of fields."""


@frozen(kw_only=True)
class HmacHeaderRaw(Signature):
    """HMAC of the raw body, perhaps with other things before it, in a header."""

    signed: tuple[Ingredient, ...] = (Ingredient.BODY,)
    separator: AnyText = ""
    timestamp_header: str = ""

    def __attrs_post_init__(self) -> None:
        Signature.__attrs_post_init__(self)
        if not self.header:
            raise ValueError("this signature stands in a header")
        if Ingredient.BODY not in self.signed:
            raise ValueError("a signature without the body signs nothing")
        if (Ingredient.TIMESTAMP in self.signed) != bool(self.timestamp_header):
            raise ValueError("a timestamp that is signed needs its timestamp_header, and only it")
        if self.timestamp_header:
            checked_header(self.timestamp_header)
        if self.algorithm not in (Algorithm.SHA256, Algorithm.SHA512):
            raise ValueError("HMAC is made with sha256 or sha512")

    def made(self, message: Message, key: str) -> str:
        """As promised."""
        parts = {
            Ingredient.TIMESTAMP: message.headers.get(self.timestamp_header.lower(), "").encode(),
            Ingredient.METHOD: message.method.encode(),
            Ingredient.PATH: message.path.encode(),
            Ingredient.BODY: message.raw,
        }
        return self.keyed(self.separator.encode().join(parts[each] for each in self.signed), key)


@frozen(kw_only=True)
class SortedConcatHash(Signature):
    """A hash of all plain fields in the order of their names, with the key at the end."""

    separator: AnyText = ""
    key_separator: AnyText = ""
    """Before the key."""
    with_names: bool = False
    """`name=value` instead of the value."""
    drop_empty: bool = True

    def made(self, message: Message, key: str) -> str:
        """As promised."""
        fields = {name: plain(value) for name, value in self.unsigned(message.said).items()}
        words = [
            f"{name}={value}" if self.with_names else value
            for name, value in sorted(fields.items())
            if value or (value is not None and not self.drop_empty)
        ]
        return self.hashed(as_bytes(self.separator.join(words) + self.key_separator + key))


@frozen(kw_only=True)
class FixedOrderHash(Signature):
    """A hash of named fields in a stated order, with the key among them or as that of an HMAC."""

    order: tuple[str, ...]
    """Pointers, and the word `secret` for the key."""
    separator: AnyText = ""
    hmac: bool = False
    _pointers: tuple[Pointer | None, ...] = field(init=False)

    @_pointers.default
    def _read(self) -> tuple[Pointer | None, ...]:
        return tuple(None if each == SECRET else Pointer.parse(each) for each in self.order)

    def __attrs_post_init__(self) -> None:
        Signature.__attrs_post_init__(self)
        if self.order.count(SECRET) != (not self.hmac):
            raise ValueError("the word secret stands in the order once, and with hmac never")
        if len(self.order) < 2 or (self.field and self.field in self._pointers):
            raise ValueError("the order names the fields that are signed")

    def made(self, message: Message, key: str) -> str:
        """As promised."""
        words = [
            key if each is None else plain(each.read(message.said)) or "" for each in self._pointers
        ]
        text = as_bytes(self.separator.join(words))
        return self.keyed(text, key) if self.hmac else self.hashed(text)


@frozen(kw_only=True)
class B64JsonHash(Signature):
    """A hash of the JSON in base64 with the key behind it."""

    escape_slashes: bool = False
    escape_unicode: bool = False
    """How he writes what surrounds a signature inside the JSON; beside it the bytes are taken."""

    def made(self, message: Message, key: str) -> str:
        """As promised."""
        raw = message.raw
        if self.field is not None:
            text = written(
                self.unsigned(message.said),
                escape_slashes=self.escape_slashes,
                escape_unicode=self.escape_unicode,
            )
            raw = as_bytes(text)
        return self.hashed(b64encode(raw) + key.encode())


@frozen(kw_only=True)
class BasicPlusIp:
    """No signature: a password, and the addresses that the way in lets through."""

    secret: Setting

    def proves(self, message: Message, shop: Shop) -> bool:
        """Whether he knew the password; without one nobody does."""
        key = shop.secret(self.secret)
        told = message.headers.get("authorization", "")
        return bool(key) and hmac.compare_digest(as_bytes(basic(shop.id, key)), as_bytes(told))
