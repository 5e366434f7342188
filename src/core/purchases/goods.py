"""What is bought for somebody: Stars, Premium, coins, sticker packs."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from attrs import define, field, frozen

from ..errors import Refused
from ..wording import MalformedText, checked_text

ITEM_MAX: Final = 128
RECIPIENT_MAX: Final = 64


class Kind(StrEnum):
    """What sort of thing it is."""

    STARS = "stars"
    """Telegram Stars; the quantity is how many."""
    PREMIUM = "premium"
    """Telegram Premium; the quantity is for how many months."""
    TON = "ton"
    """Coins on the account for advertisements; the quantity is how many whole coins."""
    PACK = "pack"
    """Sticker packs; the item names the collection and the character."""


MONTHS: Final = frozenset({3, 6, 12})
LEAST: Final[Mapping[Kind, int]] = {Kind.STARS: 50, Kind.PREMIUM: 3, Kind.TON: 1, Kind.PACK: 1}


@define
class NotForSale(Refused):
    """There is no such thing, or not that much of it."""

    kind: str
    quantity: int
    rule: str

    def __str__(self) -> str:
        return f"{self.quantity} of {self.kind} cannot be bought: {self.rule}"


@frozen(kw_only=True)
class Goods:
    """So much of something."""

    kind: Kind
    quantity: int
    item: str = ""
    """Which one, where there are several of a kind."""

    def __attrs_post_init__(self) -> None:
        if type(self.quantity) is not int or self.quantity < LEAST[self.kind]:
            raise NotForSale(self.kind, int(self.quantity), f"at least {LEAST[self.kind]}")
        if self.kind is Kind.PREMIUM and self.quantity not in MONTHS:
            raise NotForSale(self.kind, self.quantity, "3, 6 or 12 months")
        if (self.kind is Kind.PACK) is not bool(self.item):
            raise MalformedText("item", self.item[:40], "packs have one, and nothing else has")
        checked_text("item", self.item, ITEM_MAX)

    def __str__(self) -> str:
        return f"{self.quantity} {self.kind}" + (f" of {self.item}" if self.item else "")


@frozen
class Assortment:
    """What is sold here: the most of each kind at once; a kind that is not named is not sold."""

    most: Mapping[Kind, int] = field(
        factory=lambda: {Kind.STARS: 100_000, Kind.PREMIUM: 12, Kind.TON: 1_000, Kind.PACK: 5}
    )

    def check(self, goods: Goods) -> None:
        """
        That this is sold here.

        Raises:
            NotForSale: it is not, or not so much of it.
        """
        most = self.most.get(goods.kind)
        if most is None:
            raise NotForSale(goods.kind, goods.quantity, "it is not sold here")
        if goods.quantity > most:
            raise NotForSale(goods.kind, goods.quantity, f"at most {most} at once")


def checked_recipient(text: str) -> str:
    """A name such as `durov`, without the @, or MalformedText."""
    name = text.removeprefix("@")
    if not name or not name.isascii() or not name.replace("_", "a").isalnum():
        raise MalformedText("recipient", text[:40], "a username has letters, digits and _")
    return checked_text("recipient", name, RECIPIENT_MAX)
