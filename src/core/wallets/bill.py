"""A bill: what a supplier wants to be paid, to whom, and with which words."""

from datetime import datetime
from typing import Final

from attrs import define, field, frozen

from ..clock import aware
from ..errors import Refused
from ..money import Asset, AssetsMixed, Money, NotPositive
from ..wording import MalformedText, checked_text

PAYEE_MAX: Final = 128
COMMENT_MAX: Final = 512
BODY_MAX: Final = 8192
PARTS_MAX: Final = 4


@define
class NotABill(Refused):
    """A bill has from one to a few parts."""

    parts: int

    def __str__(self) -> str:
        return f"a bill has from 1 to {PARTS_MAX} parts, not {self.parts}"


@frozen(kw_only=True)
class Part:
    """So much to somebody; who is paid sees the words and knows by them what it is for."""

    to: str
    """An address on the chain, or a bot."""
    amount: Money
    comment: str = ""
    body: str = ""
    """What travels with it to the letter, as the supplier gave it: a cell, or the slug of an
    invoice. Whoever made the bill has read it."""

    def __attrs_post_init__(self) -> None:
        if self.amount.units <= 0:
            raise NotPositive(self.amount)
        if not self.to:
            raise MalformedText("to", "", "somebody is paid")
        checked_text("to", self.to, PAYEE_MAX)
        if len(self.comment) > COMMENT_MAX:
            raise MalformedText("comment", self.comment[:40], f"{COMMENT_MAX} characters at most")
        checked_text("body", self.body, BODY_MAX)


@frozen(kw_only=True)
class Bill:
    """Parts that are paid together or not at all."""

    parts: tuple[Part, ...] = field()
    pay_before: datetime
    """Nobody begins to pay it from then on."""

    @parts.validator
    def _one_asset(self, _: object, parts: tuple[Part, ...]) -> None:
        if not 1 <= len(parts) <= PARTS_MAX:
            raise NotABill(len(parts))
        for part in parts:
            if part.amount.asset != parts[0].amount.asset:
                raise AssetsMixed(parts[0].amount.asset, part.amount.asset)

    def __attrs_post_init__(self) -> None:
        aware(self.pay_before)

    @property
    def asset(self) -> Asset:
        """In what it is paid."""
        return self.parts[0].amount.asset

    @property
    def total(self) -> Money:
        """What all parts cost, fees of the chain apart."""
        return Money(sum(part.amount.units for part in self.parts), self.asset)
