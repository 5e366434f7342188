"""Asking what something would cost: the recipient is checked, and the price does not move."""

from contextlib import suppress
from datetime import timedelta

from attrs import frozen

from ..clock import Clock
from ..transaction import Transaction
from .closing import AskOffer
from .errors import PurchaseMissing, PurchaseReused, SupplierClosed
from .goods import Assortment
from .ports import Offer, Supplier
from .pricing import PriceList
from .purchase import Purchase, Wish
from .salesbook import Salesbook
from .schedule import QUOTE_HOLDS
from .suppliers import Suppliers


@frozen
class QuotePurchase:
    """Make a price for what somebody wishes for."""

    salesbook: Salesbook
    suppliers: Suppliers
    ask: AskOffer
    assortment: Assortment
    prices: PriceList
    transaction: Transaction
    clock: Clock
    holds_for: timedelta = QUOTE_HOLDS

    async def __call__(self, wish: Wish) -> Purchase:
        """
        The purchase with its price; the same wish again is answered as it is by then.

        Raises:
            NotForSale, SupplierUnknown: it is not sold here.
            RecipientRefused, SupplierRefused: it cannot be had for them.
            SupplierClosed: nobody who sells it sells to us now.
            RateUnknown: it has no price in that asset.
            Unavailable: the supplier did not say; nothing was written.
            PurchaseReused: the id is known with other contents.
        """
        with suppress(PurchaseMissing):
            return same(await self.salesbook.purchases.get(wish.id), wish)
        self.assortment.check(wish.goods)
        supplier, offer = await self._offered(wish)
        now = self.clock.now()
        quote = self.prices.quote(
            wish.goods, offer.cost, wish.asset, wish.role, now + self.holds_for
        )
        purchase = Purchase(
            wish=wish,
            supplier=supplier.name,
            shown=offer.shown,
            quote=quote if wish.funding.account is not None else quote.for_the_house(),
            created_at=now,
            since=now,
            check_at=now if wish.funding.payment is not None else quote.expires_at,
        )
        async with self.transaction():
            kept = same(await self.salesbook.purchases.add(purchase), wish)
            if kept == purchase:
                await self.salesbook.tell(purchase)
        return kept

    async def _offered(self, wish: Wish) -> tuple[Supplier, Offer]:
        """Of the first who sells to us."""
        refusals: list[SupplierClosed] = []
        for supplier in self.suppliers.selling(wish.goods.kind, wish.supplier):
            try:
                return supplier, await self.ask(supplier, wish.goods, wish.recipient)
            except SupplierClosed as closed:
                refusals.append(closed)
        raise refusals[0]


def same(kept: Purchase, wish: Wish) -> Purchase:
    """The one that is kept, if it is what is wished for."""
    if kept.wish != wish:
        raise PurchaseReused(kept.id)
    return kept
