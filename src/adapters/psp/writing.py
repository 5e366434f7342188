"""JSON and forms, written and read so that nothing in them means two things."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl, urlencode

from .expressions import Value, text_of

AnyText = Annotated[str, "may be empty"]
"""Text of a profile; all other text says something."""

FIELDS_MAX: Final = 200
HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
NOT_FOR_PROFILES: Final = frozenset({"content-length", "content-type", "host"})
"""Headers that follow from what is sent."""


def checked_header(name: str) -> str:
    """The name of a header that a profile may speak of, or ValueError."""
    if not HEADER.fullmatch(name) or name.lower() in NOT_FOR_PROFILES:
        raise ValueError(f"{name[:64]!r} is no header that a profile may speak of")
    return name


def written(value: object, *, escape_slashes: bool = False, escape_unicode: bool = False) -> str:
    """Compact JSON; decimal numbers keep the digits they have."""

    def write(value: object) -> str:
        match value:
            case Mapping():
                return "{" + ",".join(f"{write(k)}:{write(v)}" for k, v in value.items()) + "}"
            case list():
                return "[" + ",".join(map(write, value)) + "]"
            case Decimal():
                return format(value, "f")
        text = json.dumps(value, ensure_ascii=escape_unicode)
        return text.replace("/", "\\/") if escape_slashes else text

    return write(value)


def form(fields: Mapping[str, Value]) -> str:
    """Fields as a form, or the query of an address, has them."""
    return urlencode({name: text_of(value) for name, value in fields.items()})


def read_json(raw: bytes) -> dict[str, Any]:
    """
    An object of JSON, with the digits that its numbers have.

    Raises:
        ValueError: it is none, or readers disagree on what it says.
    """
    try:
        said = json.loads(
            raw.decode(), parse_float=_decimal, parse_constant=_none, object_pairs_hook=_once
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(said, dict):
        raise ValueError("not an object")
    return said


def read_form(raw: bytes) -> dict[str, Any]:
    """
    The fields of a form.

    Raises:
        ValueError: it is none, or a field is there twice.
    """
    pairs = parse_qsl(
        raw.decode(),
        keep_blank_values=True,
        strict_parsing=True,
        errors="strict",
        max_num_fields=FIELDS_MAX,
    )
    return _once(pairs)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("a member is named twice")
    return found


def _decimal(text: str) -> Decimal:
    if "e" in text.lower():  # a few bytes of it could be written out as millions
        raise ValueError("a number is not written out")
    return Decimal(text)


def _none(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
