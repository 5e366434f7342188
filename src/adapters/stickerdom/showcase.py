"""What the store shows: its collections, their characters, and what one of them costs."""

from collections.abc import Sequence

from attrs import frozen

from ...core.money import Money
from ...core.purchases import (
    ARTICLES_MAX,
    COLLECTIONS_MAX,
    Article,
    Collection,
    SupplierRefused,
)
from ...core.resilience import Priority
from .api import StickerdomApi
from .operations import COLLECTION, COLLECTIONS
from .ways import Way
from .wire import (
    ID,
    STICKERDOM,
    articles_in,
    collections_in,
    is_on_sale,
    item_in,
    understood,
)


@frozen
class StickerdomShowcase:
    """Looks with a low priority: whoever buys goes first."""

    api: StickerdomApi
    way: Way

    async def collections(self) -> Sequence[Collection]:
        """As the port says."""
        said = await self.api.ask(COLLECTIONS, Priority.LOW)
        with understood():
            return collections_in(said)[:COLLECTIONS_MAX]

    async def articles(self, collection: str) -> Sequence[Article]:
        """As the port says."""
        if not ID.fullmatch(collection):
            raise SupplierRefused(STICKERDOM, "it has no such collection")
        said = await self.api.ask(COLLECTION, Priority.LOW, collection=collection)
        with understood():
            return articles_in(said, collection)[:ARTICLES_MAX] if is_on_sale(said) else ()

    async def cost(self, item: str) -> Money:
        """As the port says."""
        return await self.way.price(self.api, item_in(item), Priority.LOW)
