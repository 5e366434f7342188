"""What Fragment says, in our words: exactly, or not at all."""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from ...core.errors import AltynError
from ...core.money import Asset, Money
from ...core.purchases import SupplierUnclear
from ...core.wording import one_line
from ..http import Said, Unintelligible, text_of

FRAGMENT: Final = "fragment"
"""What people call it."""

DECIMAL: Final = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,6}|[0-9]{1,20})(?:\.[0-9]{1,20})?")
"""A number of whole coins, perhaps with a comma before each three digits."""
DIGITS: Final = re.compile(r"0|[1-9][0-9]{0,38}")
SHOWN_MAX: Final = 256
SECONDS_MAX: Final = 2**32


@contextmanager
def understood() -> Iterator[None]:
    """What we cannot read leaves us in doubt."""
    try:
        yield
    except Unintelligible as wrong:
        raise SupplierUnclear(FRAGMENT, str(wrong)) from None


def shown_of(said: Said, recipient: str) -> str:
    """How somebody is shown; names of people hold whatever people like."""
    name = said.get("name")
    if not isinstance(name, str):
        raise Unintelligible("name is missing or is no text")
    return one_line(name, SHOWN_MAX).strip() or f"@{recipient.removeprefix('@')}"


def amount_of(said: Said, asset: Asset) -> Money:
    """What is asked for, in whole coins: `0.4609`, `1,000,000`; zeros at its end are no part."""
    text = said.get("amount")
    if not isinstance(text, str) or not DECIMAL.fullmatch(text):
        raise Unintelligible("amount is no amount")
    plain = text.replace(",", "")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    try:
        amount = Money.parse(plain, asset)
    except AltynError:
        raise Unintelligible(f"{text} is no amount of {asset}") from None
    if not amount.units:
        raise Unintelligible("amount is nothing")
    return amount


def units_of(said: Said) -> int:
    """What a message carries, in nano."""
    text = said.get("amount")
    if not isinstance(text, str) or not DIGITS.fullmatch(text):
        raise Unintelligible("the amount of a message is no whole number")
    return int(text)


def moment_of(said: Said, name: str) -> datetime:
    """A moment, in whole seconds since 1970."""
    seconds = said.get(name)
    if type(seconds) is not int or not 0 < seconds < SECONDS_MAX:
        raise Unintelligible(f"{name} is no moment")
    return datetime.fromtimestamp(seconds, UTC)


def bag_of(said: Said, name: str, longest: int) -> str:
    """A bag of cells in the usual base64: that of URLs, or without its end, is the same."""
    text = text_of(said, name, longest)
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        data = b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise Unintelligible(f"{name} is not in base64") from None
    return b64encode(data).decode()
