"""The store sells packs to our account; what it wants to be paid is looked at before it is."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from attrs import frozen

from ...core.clock import Clock
from ...core.purchases import (
    PAYING_NEEDS,
    Delivery,
    Goods,
    Kind,
    Offer,
    Ordered,
    Purchase,
    Stage,
    State,
    SupplierRefused,
    SupplierUnclear,
)
from ...core.resilience import Priority
from ...core.wallets import Bill
from .api import StickerdomApi
from .operations import COLLECTION
from .shelf import Shelf
from .ways import Way
from .wire import (
    STICKERDOM,
    Item,
    character_of,
    is_on_sale,
    item_of,
    left_of,
    times,
    understood,
)

TOLD_WITHIN: Final = timedelta(seconds=15)
"""So soon after an order a wallet is told to pay it, which takes the core a moment."""
PAYABLE: Final = TOLD_WITHIN + PAYING_NEEDS
"""Nobody knows how long an order holds, and others pay within a minute. This is the least that
lets the core, which does not tell a wallet anything when less than its minute is left."""
UNKNOWN: Final = "-"


@frozen(kw_only=True)
class StickerdomSupplier:
    """
    Buys packs for the account that is signed in; they are ours to give on.

    Of an order itself nothing can be learnt. It was delivered when the account has as many packs
    more than before it, and nobody else can have bought them: orders are made one after the other,
    and none while one of the same item is in doubt. So nothing else may buy for that account.
    """

    api: StickerdomApi
    shelf: Shelf
    """Whoever is paid in another way puts it on the same one."""
    way: Way
    clock: Clock

    @property
    def name(self) -> str:
        """As the port says."""
        return self.way.name

    @property
    def kinds(self) -> Sequence[Kind]:
        """As the port says."""
        return (Kind.PACK,)

    def lane(self, goods: Goods) -> str:
        """As the port says: an account has one order open at a time, however it is paid."""
        return STICKERDOM

    async def visit(self) -> None:
        """As the port says: it signs in where that is due, and asks how the store is paid."""
        await self.way.check(self.api, Priority.LOW)

    async def offer(self, goods: Goods, recipient: str) -> Offer:
        """As the port says; whoever it is for, it is put into our account."""
        item = self._item(goods)
        price = await self.way.price(self.api, item, Priority.HIGH)
        account = await self.api.account(Priority.HIGH)
        return Offer(cost=times(price, goods.quantity), shown=account.shown)

    async def stock(self, goods: Goods) -> int | None:
        """As the port says: nothing of a collection that is not on sale."""
        item = item_of(goods)
        said = await self.api.ask(COLLECTION, Priority.NORMAL, collection=item.collection)
        with understood():
            character = character_of(said, item)
            if character is None:
                raise SupplierRefused(self.name, "the collection has no such character")
            return left_of(character) if is_on_sale(said) else 0

    async def order(self, purchase: Purchase) -> Ordered:
        """As the port says."""
        goods = purchase.wish.goods
        item = self._item(goods)
        if self.shelf.doubted(item):
            raise SupplierUnclear(self.name, "what was paid for before has not come yet")
        account = await self.api.account(Priority.CRITICAL)
        before = await self.shelf.before(item)
        id, part = await self.way.order(self.api, item, goods.quantity)
        return Ordered(
            order_id=f"{UNKNOWN if before is None else before} {id}",
            bill=Bill(parts=(part,), pay_before=self.clock.now() + PAYABLE),
            shown=account.shown,
        )

    async def delivery(self, purchase: Purchase, message: str) -> Delivery:
        """As the port says."""
        if purchase.state is State.RELEASED:  # it may come; that it is this one is never told
            return _pending("it does not tell of which order a pack has come")
        item = item_of(purchase.wish.goods)
        if purchase.state is not State.PAID:
            self.shelf.doubt(item)
        before, _, _ = purchase.order_id.partition(" ")
        if before == UNKNOWN:
            return _pending("it was not said what there was before")
        more = await self.shelf.owned(item, Priority.LOW) - int(before)
        if more < purchase.wish.goods.quantity:
            return _pending(f"{max(more, 0)} have come")
        if purchase.state is not State.PAID:
            return _pending(f"{more} have come, and perhaps of another order")
        return Delivery(stage=Stage.DELIVERED)

    def _item(self, goods: Goods) -> Item:
        if goods.quantity > self.way.most:
            words = f"it sells {self.way.most} at once, not {goods.quantity}"
            raise SupplierRefused(self.name, words)
        return item_of(goods)


def _pending(words: str) -> Delivery:
    return Delivery(stage=Stage.PENDING, words=words)
