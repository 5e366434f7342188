"""What somebody is about to buy, as windows keep it."""

from typing import Final, Self

from attrs import asdict, frozen

from ....core.purchases import Goods, Kind
from .guest import Facts

NAMES: Final = ("kind", "quantity", "item", "title")


@frozen(kw_only=True)
class Ware:
    """So much of something, perhaps of one out of several."""

    kind: str
    quantity: str
    item: str = ""
    title: str = ""
    """What people call the item."""

    @classmethod
    def of(cls, facts: Facts, under: str = "") -> Self:
        """The one that was kept."""
        return cls(**{each: facts[under + each] for each in NAMES if under + each in facts})

    @classmethod
    def made_of(cls, goods: Goods, title: str) -> Self:
        """The same of what is being bought."""
        quantity = str(goods.quantity)
        return cls(kind=goods.kind.value, quantity=quantity, item=goods.item, title=title)

    def facts(self, under: str = "") -> dict[str, str]:
        """As it is kept."""
        return {under + name: told for name, told in asdict(self).items() if told}

    @property
    def goods(self) -> Goods:
        """
        As it is bought.

        Raises:
            NotForSale: nobody sells so much of it.
        """
        return Goods(kind=Kind(self.kind), quantity=int(self.quantity), item=self.item)
