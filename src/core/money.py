"""Whole numbers of an asset's smallest unit: exact to read, to write, to add and to share out."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, Self, assert_never

from attrs import define, frozen

from .errors import Missing, Refused

UNITS_MAX: Final = 2**63 - 1
"""The most units of anything: what 64 bits hold, on every storage."""

SCALE_MAX: Final = 18
ASSET_CODE: Final = re.compile(r"[A-Z][A-Z0-9]{0,15}(:[A-Za-z0-9][A-Za-z0-9_.-]{0,47})?")
DECIMAL: Final = re.compile(r"([+-]?)([0-9]{1,40})(?:\.([0-9]{1,40}))?")
SHOWN_MAX: Final = 80


@define
class MalformedAsset(Refused):
    """An asset's code or scale is not one."""

    asset_code: str
    scale: object

    def __str__(self) -> str:
        return (
            f"{self.asset_code!r} with scale {self.scale!r} is no asset: a code looks like XTR or "
            f"SKU:mug, a scale is a whole number from 0 to {SCALE_MAX}"
        )


@define
class UnknownAsset(Missing):
    """No asset has this code here."""

    asset_code: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"no asset is called {self.asset_code!r}; known: {', '.join(self.known)}"


@define
class MalformedAmount(Refused):
    """The text is not a decimal number."""

    text: str

    def __str__(self) -> str:
        return f"{self.text!r} is not an amount: write digits and at most one point, like 12.50"


@define
class NotWhole(Refused):
    """Money was made of something that is not a whole number; floats never are."""

    given: str

    def __str__(self) -> str:
        return f"money is a whole number of smallest units, not {self.given}"


@define
class TooManyDecimals(Refused):
    """The text is finer than the asset's smallest unit."""

    text: str
    asset: "Asset"

    def __str__(self) -> str:
        allowed = f"has {self.asset.scale} decimals" if self.asset.scale else "has no decimals"
        return f"{self.text} does not fit: {self.asset.code} {allowed}"


@define
class AmountTooLarge(Refused):
    """The amount does not fit into 64 bits of smallest units."""

    units: int
    asset: "Asset"

    def __str__(self) -> str:
        return f"{self.units} smallest units of {self.asset.code} do not fit into 64 bits"


@define
class NotPositive(Refused):
    """What moves or is set aside is more than nothing."""

    amount: "Money"

    def __str__(self) -> str:
        return f"an amount that moves is positive, not {self.amount}"


@define
class AssetsMixed(Refused):
    """Two amounts of different assets were put together."""

    left: "Asset"
    right: "Asset"

    def __str__(self) -> str:
        return f"cannot mix {self.left} with {self.right}"


@define
class NotShares(Refused):
    """Weights to share by are whole, not negative, and not all zero."""

    weights: tuple[int, ...]

    def __str__(self) -> str:
        shown = ", ".join(map(str, self.weights[:10]))
        return f"cannot share by [{shown}]: weights are whole, not negative, not all zero"


@define
class MalformedPercent(Refused):
    """The text is not a percentage with at most four decimals."""

    text: str

    def __str__(self) -> str:
        return (
            f"{self.text!r} is not a percentage: write a number like 2.5 with up to four decimals"
        )


@frozen
class Asset:
    """Something that is counted: a currency, a coin, a thing in stock."""

    code: str
    scale: int

    def __attrs_post_init__(self) -> None:
        good = type(self.scale) is int and 0 <= self.scale <= SCALE_MAX
        if not good or not isinstance(self.code, str) or not ASSET_CODE.fullmatch(self.code):
            raise MalformedAsset(str(self.code)[:SHOWN_MAX], self.scale)

    def __str__(self) -> str:
        return self.code


XTR: Final = Asset("XTR", 0)
RUB: Final = Asset("RUB", 2)
USD: Final = Asset("USD", 2)
USDT: Final = Asset("USDT", 6)
TON: Final = Asset("TON", 9)


class Rounding(StrEnum):
    """What happens to the part of a unit that a percentage leaves over."""

    DOWN = "down"
    """Towards zero."""
    UP = "up"
    """Away from zero."""
    FLOOR = "floor"
    """Towards the smaller number."""
    CEILING = "ceiling"
    """Towards the greater number."""
    HALF_UP = "half_up"
    """To the nearest; the exact middle away from zero."""
    HALF_EVEN = "half_even"
    """To the nearest; the exact middle to the even neighbour."""


def rounded(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Divide whole numbers (the lower one positive) without ever leaving them."""
    quotient, rest = divmod(abs(numerator), denominator)
    negative = numerator < 0
    match rounding:
        case Rounding.DOWN:
            away = False
        case Rounding.UP:
            away = rest > 0
        case Rounding.FLOOR:
            away = rest > 0 and negative
        case Rounding.CEILING:
            away = rest > 0 and not negative
        case Rounding.HALF_UP:
            away = 2 * rest >= denominator
        case Rounding.HALF_EVEN:
            away = 2 * rest + quotient % 2 > denominator
        case _:
            assert_never(rounding)
    size = quotient + away
    return -size if negative else size


@frozen
class Percent:
    """An exact percentage, in millionths of the whole: 2.5 % is 25 000."""

    millionths: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read `2.5`, `2.5%` or `-0.0001 %`.

        Raises:
            MalformedPercent: it is no number, or finer than four decimals.
        """
        found = DECIMAL.fullmatch(text.removesuffix("%").rstrip())
        if not found or len(found[3] or "") > 4:
            raise MalformedPercent(text[:SHOWN_MAX])
        millionths = int(found[2] + (found[3] or "").ljust(4, "0"))
        return cls(-millionths if found[1] == "-" else millionths)


@frozen
class Money:
    """So many smallest units of an asset; a frozen whole number that knows what it counts."""

    units: int
    asset: Asset

    def __attrs_post_init__(self) -> None:
        if type(self.units) is not int:  # bool and float are turned away, subclasses too
            raise NotWhole(f"{type(self.units).__name__} {self.units!r:.{SHOWN_MAX}}")
        if not -UNITS_MAX <= self.units <= UNITS_MAX:
            raise AmountTooLarge(self.units, self.asset)

    @classmethod
    def parse(cls, text: str, asset: Asset) -> Self:
        """
        Read a decimal number exactly; nothing is rounded, nothing is guessed.

        A number with more decimals than the asset has is refused even when they are zeros:
        whoever writes 1.000 Stars may well mean a thousand.

        Raises:
            MalformedAmount: it is not a plain decimal number.
            TooManyDecimals: it is finer than the asset's smallest unit.
            AmountTooLarge: it does not fit into 64 bits.
        """
        found = DECIMAL.fullmatch(text)
        if not found:
            raise MalformedAmount(text[:SHOWN_MAX])
        sign, whole, decimals = found[1], found[2], found[3] or ""
        if len(decimals) > asset.scale:
            raise TooManyDecimals(text, asset)
        units = int(whole + decimals.ljust(asset.scale, "0"))
        return cls(-units if sign == "-" else units, asset)

    @property
    def decimal(self) -> str:
        """The number alone, with all of the asset's decimals; `parse` reads it back."""
        digits = str(abs(self.units)).rjust(self.asset.scale + 1, "0")
        sign = "-" if self.units < 0 else ""
        if not self.asset.scale:
            return sign + digits
        return f"{sign}{digits[: -self.asset.scale]}.{digits[-self.asset.scale :]}"

    def __str__(self) -> str:
        return f"{self.decimal} {self.asset.code}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.units + self._same(other), self.asset)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.units - self._same(other), self.asset)

    def __neg__(self) -> "Money":
        return Money(-self.units, self.asset)

    def __lt__(self, other: "Money") -> bool:
        return self.units < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.units <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.units > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.units >= self._same(other)

    def _same(self, other: "Money") -> int:
        if self.asset != other.asset:
            raise AssetsMixed(self.asset, other.asset)
        return other.units

    def percent(self, percent: Percent, rounding: Rounding) -> "Money":
        """That share of it, with the rest of a unit rounded as named."""
        return Money(rounded(self.units * percent.millionths, 1_000_000, rounding), self.asset)

    def shared(self, weights: Sequence[int]) -> tuple["Money", ...]:
        """
        Parts in proportion to the weights that always sum to the whole.

        What whole division leaves over goes, unit by unit, to the largest remainders; of equal
        remainders the earlier part comes first.

        Raises:
            NotShares: a weight is negative or not whole, or all are zero.
        """
        whole = sum(weights) if all(type(weight) is int for weight in weights) else 0
        if whole <= 0 or min(weights) < 0:
            raise NotShares(tuple(weights))
        size, sign = abs(self.units), -1 if self.units < 0 else 1
        parts, remainders = zip(*(divmod(size * weight, whole) for weight in weights), strict=True)
        left_over = size - sum(parts)
        by_remainder = sorted(range(len(weights)), key=lambda at: (-remainders[at], at))
        favoured = set(by_remainder[:left_over])
        return tuple(
            Money(sign * (part + (at in favoured)), self.asset) for at, part in enumerate(parts)
        )


def zero(asset: Asset) -> Money:
    """Nothing, of that asset."""
    return Money(0, asset)


@frozen
class Assets:
    """The assets that people here may name."""

    by_code: Mapping[str, Asset]

    @classmethod
    def of(cls, *assets: Asset) -> Self:
        """A catalogue of these."""
        return cls({asset.code: asset for asset in assets})

    def named(self, code: str) -> Asset:
        """
        The asset with this code.

        Raises:
            UnknownAsset: there is none.
        """
        try:
            return self.by_code[code]
        except KeyError:
            raise UnknownAsset(code[:SHOWN_MAX], tuple(sorted(self.by_code))) from None


WELL_KNOWN: Final = Assets.of(XTR, RUB, USD, USDT, TON)
"""What a shop has without configuring anything."""
