"""Who reads the chain for us, as operators write it: a kind, a colon and an address."""

from typing import Final

from attrs import frozen

from .places import website
from .secret import Secret

TONCENTER: Final = "toncenter"
TONCENTER_V2: Final = "toncenter-v2"
TONAPI: Final = "tonapi"
KINDS: Final = (TONCENTER, TONCENTER_V2, TONAPI)
NO_KEY: Final = "-"


@frozen
class ChainReader:
    """Somebody who is asked, by the wire of his kind."""

    kind: str
    website: str


def chain_readers(written: object) -> tuple[ChainReader, ...]:
    """Read `https://…, tonapi:https://…`, or a list of such."""
    words = written.replace(",", " ").split() if isinstance(written, str) else written
    if not isinstance(words, list) or not words:
        raise ValueError("expected one address or several, like https://toncenter.com/api/v3")
    return tuple(map(_reader, words))


def reader_keys(written: object) -> tuple[Secret, ...]:
    """Read keys in the order of the readers, separated by commas, or a list of them."""
    keys = written.split(",") if isinstance(written, str) else written
    if not isinstance(keys, list) or not keys:
        raise ValueError("expected one key, or several separated by commas")
    return tuple(map(_key, keys))


def _reader(written: object) -> ChainReader:
    kind, colon, rest = written.partition(":") if isinstance(written, str) else ("", "", "")
    if not colon or rest.startswith("//"):
        return ChainReader(TONCENTER, website(written))
    if kind not in KINDS:
        raise ValueError(f"before an address and its colon stands one of {', '.join(KINDS)}")
    return ChainReader(kind, website(rest))


def _key(written: object) -> Secret:
    key = written.strip() if isinstance(written, str) else ""
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError(f"a key is printable ASCII without spaces, and {NO_KEY} says none")
    return Secret("" if key == NO_KEY else key)
