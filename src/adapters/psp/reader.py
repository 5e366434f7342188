"""Reading single values of an answer as a profile says they are written."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from attrs import frozen

from ...core.clock import parse_instant
from ...core.errors import AltynError
from ...core.money import Asset, Money
from ...core.payments import Payment
from .calls import Opened, Shown
from .cards import shown
from .currencies import Code, Format
from .pointers import Pointer
from .profile import Profile

NAME_MAX: Final = 120
"""Our books may have to put something behind it."""
SECONDS_MAX: Final = 2**36


class Unintelligible(ValueError):
    """It is not what the profile says he says; the words hold nothing secret."""


@frozen
class Reader:
    """Whoever reads; what makes no sense is Unintelligible."""

    profile: Profile

    def name(self, said: object, pointer: Pointer) -> str:
        """A name that somebody gave to something; some are numbers."""
        value = pointer.read(said)
        text = str(value) if type(value) is int else value
        if not isinstance(text, str) or not 0 < len(text) <= NAME_MAX or not text.isprintable():
            raise Unintelligible(f"{pointer} is no name")
        return text

    def expect(self, said: object, pointer: Pointer | None, name: str) -> None:
        """That a name, where one is said, is the one that we meant."""
        if pointer is not None and self.name(said, pointer) != name:
            raise Unintelligible(f"{pointer} is not the one that was asked about")

    def asset(self, said: object, pointer: Pointer) -> Asset:
        """A currency of the profile."""
        code = self.name(said, pointer)
        numeric = self.profile.currency.code is Code.NUMERIC
        wanted = code.zfill(3) if numeric else code.upper()
        for asset in self.profile.assets.by_code.values():
            if wanted == (self.profile.currencies[asset.code].numeric if numeric else asset.code):
                return asset
        raise Unintelligible(f"{pointer} says {shown(code)!r}, which is none of its currencies")

    def money(self, said: object, pointer: Pointer, asset: Asset) -> Money:
        """An amount; zeros at the end of a decimal number are no part of it."""
        value = pointer.read(said)
        text = str(value) if isinstance(value, str | int | Decimal) else ""
        try:
            if self.profile.amount.format is Format.MINOR_INT:
                return Money(Money.parse(text, Asset(asset.code, 0)).units, asset)
            whole, _, decimals = text.partition(".")
            some = decimals.rstrip("0")
            return Money.parse(f"{whole}.{some}" if some else whole, asset)
        except AltynError:
            raise Unintelligible(f"{pointer} is no amount of {asset}") from None

    def moment(self, said: object, pointer: Pointer | None, otherwise: datetime) -> datetime:
        """When something was, as text or as seconds, if he says it."""
        told: Any = pointer.read(said) if pointer else None
        if type(told) is int and 0 < told < SECONDS_MAX:
            return datetime.fromtimestamp(told, UTC)
        try:
            return parse_instant(told) if isinstance(told, str) else otherwise
        except AltynError:
            return otherwise

    def same_terms(self, said: object, where: Opened | Shown, payment: Payment) -> bool:
        """Whether he was asked for what we asked for, as far as he says it."""
        asset = payment.asked.asset
        if where.currency is not None and self.asset(said, where.currency) != asset:
            return False
        return where.amount is None or self.money(said, where.amount, asset) == payment.asked
