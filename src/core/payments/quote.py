"""What is paid, and what one gets for it: a rate that does not move any more."""

from attrs import define, frozen

from ..errors import Refused
from ..money import AssetsMixed, Money, NotPositive


@define
class QuoteMixed(Refused):
    """One asset is credited as it comes; only different assets have a rate."""

    pays: Money
    gives: Money

    def __str__(self) -> str:
        return f"{self.pays} are worth {self.pays}, not {self.gives}"


@frozen
class Quote:
    """So much for so much; more or less of it at the same rate."""

    pays: Money
    gives: Money

    def __attrs_post_init__(self) -> None:
        for amount in (self.pays, self.gives):
            if amount.units <= 0:
                raise NotPositive(amount)
        if self.pays.asset == self.gives.asset and self.pays != self.gives:
            raise QuoteMixed(self.pays, self.gives)

    @classmethod
    def plain(cls, amount: Money) -> "Quote":
        """What is paid is what one gets."""
        return cls(amount, amount)

    @property
    def exchanges(self) -> bool:
        """Whether another asset is credited than is paid."""
        return self.pays.asset != self.gives.asset

    def worth(self, before: Money, more: Money) -> Money:
        """
        What `more` is worth after `before`: the parts of any division sum to the whole.

        Each part alone may be a unit less than its share; the next one makes up for it.
        """
        if before.asset != self.pays.asset:
            raise AssetsMixed(before.asset, self.pays.asset)
        return Money(self._given(before + more) - self._given(before), self.gives.asset)

    def _given(self, paid: Money) -> int:
        return paid.units * self.gives.units // self.pays.units
