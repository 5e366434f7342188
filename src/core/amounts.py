"""Amounts as people write them: what can be read in two ways is not guessed at."""

import re
from typing import Final

from attrs import define

from .errors import Refused
from .money import SHOWN_MAX, Asset, Money

GROUPED: Final = re.compile(
    r"([+-]?[1-9][0-9]{0,2})((?:[ \u00a0\u202f'’.,_][0-9]{3})+)([.,][0-9]*)?"
)
"""What may be thousands, marked off from each other in whatever way."""
LEADING: Final = re.compile(
    r"([+-]?[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?(?!\S)|\S+)\s*(.*)", re.DOTALL
)


@define
class AmountAmbiguous(Refused):
    """The text may have thousands marked off, or decimals: it can be read in two ways."""

    text: str
    readings: tuple[str, ...]
    """As what it can be read, each written so that it can be read in one."""

    def __str__(self) -> str:
        if len(self.readings) == 1:
            return f"{self.text!r} has its thousands marked off: write {self.readings[0]}"
        return f"{self.text!r} can be read in two ways: write {' or '.join(self.readings)}"


def amount_written(text: str, asset: Asset) -> Money:
    """
    Read what a person wrote: with a point or a comma, and a plus if they like.

    What may have thousands marked off is refused: 1,000 is a thousand to some and one to
    others, and so is 1.000.

    Raises:
        AmountAmbiguous: it says so, and how to write it.
        MalformedAmount, TooManyDecimals, AmountTooLarge: as for `Money.parse`.
    """
    text = text.strip()
    if (grouped := GROUPED.fullmatch(text)) is not None:
        raise AmountAmbiguous(text[:SHOWN_MAX], _readings(grouped, asset))
    return Money.parse(text.replace(",", "."), asset)


def leading_amount(text: str) -> tuple[str, str]:
    """The amount with which somebody's words begin, marked off by spaces too, and the rest."""
    found = LEADING.fullmatch(text.strip())
    return (found[1], found[2]) if found else ("", "")


def _readings(grouped: re.Match[str], asset: Asset) -> tuple[str, ...]:
    """As what it can be read: always as thousands, and as decimals where the asset has them."""
    first, others, decimals = grouped.groups()
    whole = first + re.sub(r"[^0-9]", "", others)
    large = whole + (decimals or "").replace(",", ".").rstrip(".")
    if decimals is not None or len(others) != 4 or others[0] not in ".,":
        return (large,)
    fraction = others[1:].rstrip("0")
    if len(fraction) > asset.scale:
        return (large,)
    # Three decimals are what is doubted, so there is one more, or fewer.
    small = f"{first}.{fraction}" if fraction else first
    return large, f"{small}0" if len(fraction) == 3 else small
