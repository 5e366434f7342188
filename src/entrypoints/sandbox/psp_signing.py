"""How Example Pay signs its notices: in any of the ways that card providers do."""

import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import md5, sha1, sha256
from typing import Final
from urllib.parse import urlencode

from attrs import frozen

Fields = dict[str, str]
Told = tuple[bytes, Mapping[str, str]]
"""The bytes and the headers."""

SIGN: Final = "sign"
HEADER: Final = "X-Example-Signature"
IN_ORDER: Final = ("order_id", "status", "paid_amount")


def compact(said: object) -> bytes:
    """How Example Pay writes JSON."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


@frozen(kw_only=True)
class Signer:
    """Writes notices in one of the ways."""

    family: str
    key: str
    shop: str
    form: bool = False

    def __call__(self, said: Fields) -> Told:
        """The notice that says this."""
        if self.family == "hmac_header_raw":
            raw = self._written(said)
            sign = hmac.digest(self.key.encode(), raw, "sha256").hex()
            return raw, {**self._type, HEADER: sign}
        if self.family == "basic_plus_ip":
            name = b64encode(f"{self.shop}:{self.key}".encode()).decode()
            return self._written(said), {**self._type, "Authorization": f"Basic {name}"}
        sign = IN_FIELD[self.family](said, self.key)
        return self._written({**said, SIGN: sign}), self._type

    @property
    def _type(self) -> Mapping[str, str]:
        kind = "x-www-form-urlencoded" if self.form else "json"
        return {"Content-Type": f"application/{kind}"}

    def _written(self, said: Fields) -> bytes:
        return urlencode(said).encode() if self.form else compact(said)


def sorted_concat_hash(said: Fields, key: str) -> str:
    """All that says something, by name, and the key."""
    words = [f"{name}={said[name]}" for name in sorted(said) if said[name]]
    return sha256(";".join([*words, key]).encode()).hexdigest().upper()


def fixed_order_hash(said: Fields, key: str) -> str:
    """Some fields, and the key."""
    words = [said[name] for name in IN_ORDER]
    return sha1("|".join([*words, key]).encode()).hexdigest()  # noqa: S324 (as many do)


def b64_json_hash(said: Fields, key: str) -> str:
    """All of it, and the key."""
    written = compact(said).replace(b"/", b"\\/")
    return md5(b64encode(written) + key.encode()).hexdigest()  # noqa: S324


IN_FIELD: Final[Mapping[str, Callable[[Fields, str], str]]] = {
    "sorted_concat_hash": sorted_concat_hash,
    "fixed_order_hash": fixed_order_hash,
    "b64_json_hash": b64_json_hash,
}
