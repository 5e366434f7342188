"""Who sells what, and which of our wallets pays whom."""

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from ..money import Asset
from .errors import SupplierRefused, SupplierUnknown
from .goods import Kind
from .ports import Supplier


@frozen
class Suppliers:
    """Suppliers by what they sell, and their names."""

    by_kind: Mapping[Kind, Supplier] = field(factory=dict)
    by_name: Mapping[str, Supplier] = field(factory=dict)
    wallets: Mapping[tuple[str, str], str] = field(factory=dict)
    """Which wallet pays, by the supplier's name and the code of the asset of his bill."""

    @classmethod
    def these(cls, *suppliers: Supplier, wallets: Mapping[tuple[str, str], str]) -> "Suppliers":
        """Those that were enabled; of several who sell a kind the first is asked."""
        by_kind = {kind: each for each in reversed(suppliers) for kind in each.kinds}
        return cls(by_kind, {each.name: each for each in suppliers}, wallets)

    @property
    def kinds(self) -> Sequence[Kind]:
        """What can be bought at all."""
        return tuple(self.by_kind)

    def selling(self, kind: Kind) -> Supplier:
        """
        Who sells it.

        Raises:
            SupplierUnknown: nobody does.
        """
        try:
            return self.by_kind[kind]
        except KeyError:
            raise SupplierUnknown(kind) from None

    def of(self, name: str) -> Supplier:
        """
        The supplier of that name.

        Raises:
            SupplierUnknown: there is none.
        """
        try:
            return self.by_name[name]
        except KeyError:
            raise SupplierUnknown(name) from None

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
