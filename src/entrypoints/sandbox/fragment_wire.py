"""How Fragment writes: answers that are always 200, pages with a hash, and words in cells."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell

from .ton_cells import cell_of

BYTES_OF_THE_ROOT: Final = 35
"""So much of a comment stands in the root, though more would fit; the rest is in cells below."""
BYTES_BELOW: Final = 127
TRANSFER: Final = 0x0F8A7EA5
FORWARDED: Final = 1

HASH_AT: Final = '"apiUrl":"https:\\/\\/fragment.com\\/api?hash='


class Refusal(Exception):
    """An answer that is no: an error in words, or a flag."""

    def __init__(self, error: str = "", **flags: bool) -> None:
        self.said: dict[str, Any] = {"error": error} if error else dict(flags)


def written(said: Mapping[str, Any]) -> bytes:
    """How Fragment writes JSON."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return text.replace("/", "\\/").encode()


def page(title: str, hash: str) -> bytes:
    """A page, as far as programs look at it."""
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body>"
        f'<script>ajInit({{"version":552,{HASH_AT}{hash}","state":{{}}}});</script>'
        "</body></html>"
    ).encode()


def amount(coins: Decimal) -> str:
    """An amount in whole coins: `0.4609`, `1,000`."""
    return f"{coins.normalize():,f}"


def comment(text: str) -> Cell:
    """Words to whoever is paid."""
    words = text.encode()
    root = Builder().store_uint(0, 32).store_bytes(words[:BYTES_OF_THE_ROOT])
    rest = words[BYTES_OF_THE_ROOT:]
    parts = [rest[at : at + BYTES_BELOW] for at in range(0, len(rest), BYTES_BELOW)]
    below: Cell | None = None
    for part in reversed(parts):
        cell = Builder().store_bytes(part)
        below = cell_of(cell.store_ref(below) if below else cell)
    return cell_of(root.store_ref(below) if below else root)


def dollars(units: int, to: str, payer: str, words: Cell, query: int, **odd: Any) -> Cell:
    """A transfer of dollars, as the payer's jetton wallet is told to make it."""
    body = Builder().store_uint(TRANSFER, 32).store_uint(query, 64).store_coins(units)
    body = body.store_address(to).store_address(odd.get("response", payer))
    custom: Cell | None = odd.get("custom")
    body = body.store_bit(1).store_ref(custom) if custom else body.store_bit(0)
    body = body.store_coins(odd.get("forwarded", FORWARDED))
    return cell_of(body.store_bit(1).store_ref(words))


def bag(cell: Cell, *, of_urls: bool = True) -> str:
    """It, as it travels: in the alphabet of URLs and without the end, or in the usual one."""
    raw = cell.to_boc()  # type: ignore[no-untyped-call]
    return urlsafe_b64encode(raw).decode().rstrip("=") if of_urls else b64encode(raw).decode()
