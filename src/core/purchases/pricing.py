"""What a customer pays: what it costs us, at a rate, and what we put on it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Final

from attrs import define, evolve, field, frozen

from ..clock import aware
from ..errors import Refused
from ..money import Asset, AssetsMixed, Money, NotPositive, Percent, Rounding, rounded, zero
from .goods import Goods, Kind

SLIPPAGE: Final = Percent(20_000)
NOTHING: Final = Percent(0)


@define
class RateUnknown(Refused):
    """Nobody said what the one is worth in the other."""

    of: Asset
    to: Asset

    def __str__(self) -> str:
        return f"there is no rate from {self.of} to {self.to}"


@define
class RateMalformed(Refused):
    """A rate says of something what it is worth in something else."""

    of: Money
    to: Money

    def __str__(self) -> str:
        return f"{self.of} for {self.to} is no rate: those are positive amounts of two assets"


@frozen
class Rate:
    """So much is worth so much."""

    of: Money
    to: Money

    def __attrs_post_init__(self) -> None:
        if self.of.asset == self.to.asset or self.of.units <= 0 or self.to.units <= 0:
            raise RateMalformed(self.of, self.to)

    def worth(self, amount: Money) -> Money:
        """What it costs in the other asset; a part of a unit is a whole one, never less."""
        if amount.asset != self.of.asset:
            raise AssetsMixed(amount.asset, self.of.asset)
        units = rounded(amount.units * self.to.units, self.of.units, Rounding.UP)
        return Money(units, self.to.asset)


@frozen
class Rates:
    """Rates that the house has set, by the codes of what they are from and to."""

    by_codes: Mapping[tuple[str, str], Rate] = field(factory=dict)

    @classmethod
    def these(cls, *rates: Rate) -> "Rates":
        """Those; each of them in one direction."""
        return cls({(each.of.asset.code, each.to.asset.code): each for each in rates})

    def tell(self, code: str, asset: Asset) -> bool:
        """Whether they say what the asset of that code costs in the other."""
        return code == asset.code or (code, asset.code) in self.by_codes

    def worth(self, amount: Money, asset: Asset) -> Money:
        """
        What an amount costs in that asset.

        Raises:
            RateUnknown: nobody said.
        """
        if amount.asset == asset:
            return amount
        rate = self.by_codes.get((amount.asset.code, asset.code))
        if rate is None:
            raise RateUnknown(amount.asset, asset)
        return rate.worth(amount)

    def paying(self, amount: Money, asset: Asset) -> Money:
        """
        What somebody pays in that asset to be given so much; a rate tells it in either direction.

        Raises:
            RateUnknown: nobody said.
        """
        back = self.by_codes.get((asset.code, amount.asset.code))
        if back is None or (amount.asset.code, asset.code) in self.by_codes:
            return self.worth(amount, asset)
        return Rate(back.to, back.of).worth(amount)


@frozen(kw_only=True)
class Markup:
    """What is put on the cost."""

    percent: Percent = NOTHING
    tiers: Sequence[tuple[int, Percent]] = ()
    """From which quantity on which other percentage, the smallest quantity first."""
    fixed: Mapping[str, Money] = field(factory=dict)
    """Besides, by the code of the asset in which the price is."""
    least: Mapping[str, Money] = field(factory=dict)
    """What is put on it at least."""
    slippage: Percent = SLIPPAGE
    """By how much the cost may rise until it is paid, before we would rather not buy."""

    def __attrs_post_init__(self) -> None:
        quantities = [quantity for quantity, _ in self.tiers]
        if quantities != sorted(set(quantities)):
            raise ValueError("tiers begin with the smallest quantity")
        for each in (self.percent, *(percent for _, percent in self.tiers)):
            if each.millionths < 0:
                raise ValueError("nothing is sold below its cost by rule")

    def of(self, worth: Money, quantity: int) -> Money:
        """How much of it is put on a cost of so much for that quantity."""
        reached = list(takewhile(lambda tier: tier[0] <= quantity, self.tiers))
        percent = reached[-1][1] if reached else self.percent
        code, nothing = worth.asset.code, zero(worth.asset)
        share = worth.percent(percent, Rounding.UP) + self.fixed.get(code, nothing)
        return max(share, self.least.get(code, nothing))


CAMPAIGN: Final = "campaign"
"""The role of the house when it buys for a campaign."""
AT_COST: Final = Markup(slippage=NOTHING)
"""Nothing is put on it, and not a unit more is paid than was set aside."""


@frozen(kw_only=True)
class PriceList:
    """How everything is priced."""

    rates: Rates = field(factory=Rates)
    markup: Markup = field(factory=Markup)
    of_kind: Mapping[Kind, Markup] = field(factory=dict)
    of_role: Mapping[str, Markup] = field(factory=dict)
    """What goes before that for people of a role."""

    def quote(
        self, goods: Goods, cost: Money, asset: Asset, role: str, expires_at: datetime
    ) -> "Quote":
        """
        The price in that asset of what costs so much.

        Raises:
            RateUnknown: nobody said what the cost is worth in it.
        """
        worth = self.rates.worth(cost, asset)
        markup = AT_COST if role == CAMPAIGN else self._markup(goods, role)
        return Quote(
            price=worth + markup.of(worth, goods.quantity),
            cost=cost,
            cost_max=cost + cost.percent(markup.slippage, Rounding.DOWN),
            worth=worth,
            expires_at=expires_at,
        )

    def _markup(self, goods: Goods, role: str) -> Markup:
        return self.of_role.get(role) or self.of_kind.get(goods.kind) or self.markup


@frozen(kw_only=True)
class Quote:
    """A price that does not move any more, what it is made of, and until when it holds."""

    price: Money
    """What the customer pays; nothing where the house pays for itself."""
    cost: Money
    """What the supplier asked."""
    cost_max: Money
    """What he may ask in the end: above it we refuse, rather than sell at a loss."""
    worth: Money
    """What the cost was worth in the asset of the price."""
    expires_at: datetime

    def __attrs_post_init__(self) -> None:
        aware(self.expires_at)
        if self.cost.units <= 0:
            raise NotPositive(self.cost)
        if self.price.units < 0 or self.cost_max < self.cost:
            raise ValueError("a price is not below nothing, nor a cap below the cost")

    @property
    def margin(self) -> Money:
        """What is left of the price when the cost is as it was quoted."""
        return self.price - self.worth

    def for_the_house(self) -> "Quote":
        """The same without a price: the house pays."""
        return evolve(self, price=zero(self.price.asset))
