"""What may be offered to people: nothing that has no price, or that nobody sells to us now."""

from attrs import frozen

from ..clock import Clock
from ..money import Asset
from .goods import Assortment, Kind
from .ports import Supplier
from .pricing import PriceList
from .shutter import Shutters
from .suppliers import Suppliers


@frozen
class OnSale:
    """Knows which kinds can be sold for an asset."""

    suppliers: Suppliers
    assortment: Assortment
    prices: PriceList
    shutters: Shutters
    clock: Clock

    def ever(self, asset: Asset) -> frozenset[Kind]:
        """Those that are sold here, and have a price in that asset."""
        return self._sold(asset, frozenset())

    async def __call__(self, asset: Asset) -> frozenset[Kind]:
        """
        The same, without those that only suppliers sell who are closed.

        When a closed one is to be tried again, what he sells is shown: somebody has to ask him.
        """
        now = self.clock.now()
        shut = {each.supplier for each in await self.shutters.all() if each.keeps_out(now)}
        return self._sold(asset, frozenset(shut))

    def _sold(self, asset: Asset, without: frozenset[str]) -> frozenset[Kind]:
        sellers = [
            each
            for each in self.suppliers.all
            if each.name not in without
            and any(self.prices.rates.tell(code, asset) for code in self.suppliers.paid_in(each))
        ]
        kinds = {kind for each in sellers for kind in each.kinds if self._chosen(each, kind)}
        return frozenset(kinds & set(self.assortment.most))

    def _chosen(self, supplier: Supplier, kind: Kind) -> bool:
        """Whether people can say which one they want, where there are several."""
        return kind is not Kind.PACK or supplier.name in self.suppliers.showcases
