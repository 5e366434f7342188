"""Who sells what, and which of our wallets pays whom."""

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from ..errors import Missing, Refused
from ..money import Asset
from .errors import SupplierRefused, SupplierUnknown
from .goods import Goods, Kind
from .ports import Supplier
from .showcase import Showcase


@frozen
class Suppliers:
    """Suppliers by what they sell, and their names."""

    all: Sequence[Supplier] = ()
    wallets: Mapping[tuple[str, str], str] = field(factory=dict)
    """Which wallet pays, by the supplier's name and the code of the asset of his bill."""
    showcases: Mapping[str, Showcase] = field(factory=dict)
    """What can be chosen from, by the supplier's name."""

    @classmethod
    def these(
        cls,
        *suppliers: Supplier,
        wallets: Mapping[tuple[str, str], str],
        showcases: Mapping[str, Showcase] | None = None,
    ) -> "Suppliers":
        """Those that were enabled; of several who sell a kind the first who is open is asked."""
        if len({each.name for each in suppliers}) < len(suppliers):
            raise ValueError("two suppliers have one name")
        return cls(suppliers, wallets, showcases or {})

    @property
    def kinds(self) -> Sequence[Kind]:
        """What can be bought at all."""
        return tuple(dict.fromkeys(kind for each in self.all for kind in each.kinds))

    def selling(self, kind: Kind, name: str = "") -> Sequence[Supplier]:
        """
        Who sells it, the preferred one first; of that name alone if one is given.

        Raises:
            SupplierUnknown: nobody does.
        """
        found = [each for each in self.all if kind in each.kinds and name in ("", each.name)]
        if not found:
            raise SupplierUnknown(name or kind)
        return found

    def of(self, name: str) -> Supplier:
        """
        The supplier of that name.

        Raises:
            SupplierUnknown: there is none.
        """
        for each in self.all:
            if each.name == name:
                return each
        raise SupplierUnknown(name)

    def lane(self, name: str, goods: Goods) -> str:
        """The lane in which he is to sell that; none where he does not say, or not any more."""
        try:
            return self.of(name).lane(goods)
        except (Missing, Refused):
            return ""

    def paid_in(self, supplier: Supplier) -> Sequence[str]:
        """The codes of the assets in which a wallet of ours pays him."""
        return [code for name, code in self.wallets if name == supplier.name]

    def payer(self, supplier: str, asset: Asset) -> str:
        """
        The wallet that pays him.

        Raises:
            SupplierRefused: none does in that asset.
        """
        try:
            return self.wallets[supplier, asset.code]
        except KeyError:
            raise SupplierRefused(supplier, f"no wallet of ours pays him in {asset}") from None
