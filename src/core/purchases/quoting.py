"""Asking what something would cost: the recipient is checked, and the price does not move."""

from contextlib import suppress
from datetime import timedelta

from attrs import frozen

from ..clock import Clock
from ..transaction import Transaction
from .closing import Doorkeeper
from .errors import PurchaseMissing, PurchaseReused, SupplierClosed
from .goods import Assortment
from .ports import Offer, Supplier
from .pricing import PriceList
from .purchase import Purchase, Wish
from .salesbook import Salesbook
from .schedule import QUOTE_HOLDS
from .shutter import Step
from .suppliers import Suppliers


@frozen
class QuotePurchase:
    """Make a price for what somebody wishes for."""

    salesbook: Salesbook
    suppliers: Suppliers
    doorkeeper: Doorkeeper
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
            await self.doorkeeper.came_through(supplier.name, Step.OFFER)
        return kept

    async def _offered(self, wish: Wish) -> tuple[Supplier, Offer]:
        """Of the first who sells to us; whoever turns us away does so to all who come after us."""
        refusals: list[SupplierClosed] = []
        for supplier in self.suppliers.selling(wish.goods.kind, wish.supplier):
            closed = await self.doorkeeper.closed(supplier.name)
            if closed is None:
                try:
                    return supplier, await supplier.offer(wish.goods, wish.recipient)
                except SupplierClosed as turned_away:
                    closed = turned_away
                async with self.transaction():
                    await self.doorkeeper.turned_away(supplier.name, Step.OFFER, closed)
            refusals.append(closed)
        raise refusals[0]


def same(kept: Purchase, wish: Wish) -> Purchase:
    """The one that is kept, if it is what is wished for."""
    if kept.wish != wish:
        raise PurchaseReused(kept.id)
    return kept
