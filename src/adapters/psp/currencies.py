"""How amounts and currencies are written."""

import re
from enum import StrEnum

from attrs import frozen


class Format(StrEnum):
    """How amounts are written."""

    MINOR_INT = "minor_int"
    """Whole numbers of the smallest unit."""
    DECIMAL_STRING = "decimal_string"
    DECIMAL_NUMBER = "decimal_number"

    @property
    def expression(self) -> str:
        """What writes them so."""
        return "amount.minor" if self is Format.MINOR_INT else "amount.decimal"


class Code(StrEnum):
    """Which code of a currency is used."""

    ALPHA = "alpha"
    NUMERIC = "numeric"


class Case(StrEnum):
    """How the letters of a currency are written."""

    UPPER = "upper"
    LOWER = "lower"


@frozen(kw_only=True)
class Amounts:
    """How amounts are written."""

    format: Format


@frozen(kw_only=True)
class Codes:
    """How currencies are written."""

    code: Code = Code.ALPHA
    case: Case = Case.UPPER


@frozen(kw_only=True)
class Currency:
    """One that he takes, and how much of it at once."""

    decimals: int
    least: str
    most: str
    numeric: str = ""

    def __attrs_post_init__(self) -> None:
        if self.numeric and not re.fullmatch(r"[0-9]{3}", self.numeric):
            raise ValueError('numeric is three digits, like "643"')
