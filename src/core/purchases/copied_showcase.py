"""A showcase that is looked at by many, and asked once in a while."""

import json
from collections.abc import Sequence
from typing import Final

from attrs import asdict, field, frozen

from ..money import Asset, Money
from ..resilience import Aside, Cache
from .showcase import Article, Collection, Showcase

FRESH_SECONDS: Final = 60.0
"""For so long what is shown may be old: what is left, and what it costs."""


@frozen
class CopiedShowcase:
    """Shows copies; whoever buys is told what is so then."""

    name: str
    """Whose it is."""
    showcase: Showcase
    cache: Cache
    _collections: Aside[Sequence[Collection]] = field(init=False, eq=False, repr=False)
    _articles: Aside[Sequence[Article]] = field(init=False, eq=False, repr=False)
    _costs: Aside[Money] = field(init=False, eq=False, repr=False)

    @_collections.default
    def _no_collections(self) -> Aside[Sequence[Collection]]:
        return Aside(
            name=f"{self.name}_collections",
            cache=self.cache,
            encode=lambda found: json.dumps([asdict(each) for each in found]).encode(),
            decode=lambda copy: [Collection(**each) for each in json.loads(copy)],
            fresh_seconds=FRESH_SECONDS,
        )

    @_articles.default
    def _no_articles(self) -> Aside[Sequence[Article]]:
        return Aside(
            name=f"{self.name}_articles",
            cache=self.cache,
            encode=lambda found: json.dumps([asdict(each) for each in found]).encode(),
            decode=lambda copy: [Article(**each) for each in json.loads(copy)],
            fresh_seconds=FRESH_SECONDS,
        )

    @_costs.default
    def _no_costs(self) -> Aside[Money]:
        return Aside(
            name=f"{self.name}_costs",
            cache=self.cache,
            encode=lambda cost: json.dumps([cost.units, *_asset(cost.asset)]).encode(),
            decode=_cost,
            fresh_seconds=FRESH_SECONDS,
        )

    async def collections(self) -> Sequence[Collection]:
        """As the port says."""
        return (await self._collections("", self.showcase.collections)).to_show

    async def articles(self, collection: str) -> Sequence[Article]:
        """As the port says."""
        copy = await self._articles(collection, lambda: self.showcase.articles(collection))
        return copy.to_show

    async def cost(self, item: str) -> Money:
        """As the port says."""
        return (await self._costs(item, lambda: self.showcase.cost(item))).to_show


def _asset(asset: Asset) -> tuple[str, int]:
    return asset.code, asset.scale


def _cost(copy: bytes) -> Money:
    units, code, scale = json.loads(copy)
    return Money(units, Asset(code, scale))
