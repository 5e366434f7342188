"""How amounts and moments look in a language."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Context, Decimal
from typing import Final

from babel.dates import format_datetime
from babel.numbers import format_decimal

from ....core.money import Money

DIGITS: Final = Context(prec=40)
"""Enough for 64 bits of any scale: nothing is rounded."""
SIGNS: Final[Mapping[str, str]] = {"XTR": "⭐", "RUB": "₽", "USD": "$"}
ALL_DECIMALS: Final = "#,##0.00"
AS_NEEDED: Final = "#,##0.##################"
PATTERNS: Final[Mapping[str, str]] = {"RUB": ALL_DECIMALS, "USD": ALL_DECIMALS}


def money(amount: Money, language: str) -> str:
    """An amount with its sign, to the last unit; zeros behind the point are left out of coins."""
    code = amount.asset.code
    exact = Decimal(amount.units).scaleb(-amount.asset.scale, context=DIGITS)
    pattern = PATTERNS.get(code, AS_NEEDED)
    number = format_decimal(exact, pattern, language, decimal_quantization=False)
    return f"{number}\N{NO-BREAK SPACE}{SIGNS.get(code, code)}"


def moment(at: datetime, language: str) -> str:
    """A day and a minute, in UTC, since nobody tells us where they are."""
    return f"{format_datetime(at, 'd MMM y, HH:mm', locale=language)} UTC"
