"""Looking around in what a supplier shows, with what it would cost here."""

import asyncio
from collections.abc import Sequence

from attrs import frozen

from ..clock import Clock
from ..errors import AltynError
from ..money import Asset, Money
from .closing import Doorkeeper
from .errors import SupplierClosed, SupplierUnknown
from .goods import Goods, Kind
from .pricing import PriceList
from .showcase import Article, Collection, Showcase
from .suppliers import Suppliers


@frozen
class Priced:
    """Something on show, and what one of it would cost here."""

    article: Article
    price: Money | None
    """None where that is not known now."""


@frozen
class Browse:
    """Look at what the first of those shows who sell sticker packs to us."""

    suppliers: Suppliers
    doorkeeper: Doorkeeper
    prices: PriceList
    clock: Clock

    async def collections(self) -> Sequence[Collection]:
        """
        What there is.

        Raises:
            SupplierUnknown: nobody shows anything here.
            SupplierClosed: nobody who does sells to us now.
            Unavailable: he did not say.
        """
        return await (await self._open()).collections()

    async def articles(self, collection: str) -> Sequence[Article]:
        """
        What is in a collection.

        Raises:
            SupplierRefused, SupplierUnknown: there is no such thing.
            SupplierClosed: nobody who shows things sells to us now.
            Unavailable: he did not say.
        """
        return await (await self._open()).articles(collection)

    async def priced(
        self, articles: Sequence[Article], asset: Asset, role: str
    ) -> Sequence[Priced]:
        """
        Those, with what each costs by itself; of what is sold out nobody is asked.

        Raises:
            SupplierUnknown, SupplierClosed: as above.
        """
        showcase = await self._open()
        async with asyncio.TaskGroup() as asking:
            tasks = [
                asking.create_task(self._priced(showcase, each, asset, role)) for each in articles
            ]
        return [each.result() for each in tasks]

    async def _priced(
        self, showcase: Showcase, article: Article, asset: Asset, role: str
    ) -> Priced:
        if not article.left:
            return Priced(article, None)
        try:
            cost = await showcase.cost(article.item)
            goods = Goods(kind=Kind.PACK, quantity=1, item=article.item)
            quote = self.prices.quote(goods, cost, asset, role, self.clock.now())
        except AltynError:
            return Priced(article, None)
        return Priced(article, quote.price)

    async def _open(self) -> Showcase:
        refusals: list[SupplierClosed] = []
        for supplier in self.suppliers.selling(Kind.PACK):
            if (showcase := self.suppliers.showcases.get(supplier.name)) is None:
                continue
            try:
                await self.doorkeeper.tried(supplier.name, looking=True)
            except SupplierClosed as closed:
                refusals.append(closed)
            else:
                return showcase
        raise refusals[0] if refusals else SupplierUnknown(Kind.PACK)
