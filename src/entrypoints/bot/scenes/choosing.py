"""The shop of sticker packs: collections, what is in them, and which one it is."""

from collections.abc import Sequence
from typing import Final, TypeVar

from attrs import frozen

from ....core.errors import Missing, Refused, Unavailable
from ....core.purchases import Browse, Collection, Kind
from ..views import packs
from .buying import Buying
from .guest import Facts, Front, Guest, Shown
from .wares import Ware

COLLECTIONS: Final = 8
ARTICLES: Final = 6
"""On a page: the supplier is asked for the price of each."""

Each = TypeVar("Each")


@frozen
class Choosing:
    """
    Scenes in which something on show is chosen.

    What a button names is its place on the page, and the names of all of them are facts: those of
    suppliers may be longer than what a button keeps.
    """

    front: Front
    browse: Browse
    buying: Buying

    async def collections(self, guest: Guest, facts: Facts) -> Shown:
        """Which collection."""
        try:
            found = await self.browse.collections()
        except (Refused, Missing, Unavailable):
            return Shown(scene="packs", view=packs.closed(guest.words))
        page, shown, more = _page(found, facts, COLLECTIONS)
        view = packs.collections(guest.words, shown, page=page, more=more)
        return Shown(scene="packs", view=view, facts=_told(page, [each.id for each in shown]))

    async def anew(self, guest: Guest, facts: Facts) -> Shown:
        """From the beginning."""
        return await self.collections(guest, {})

    async def turn(self, guest: Guest, facts: Facts, page: str) -> Shown:
        """To another page of them."""
        return await self.collections(guest, {"page": page})

    async def opened(self, guest: Guest, facts: Facts, place: str) -> Shown:
        """The one at that place."""
        if (id := _named(facts, place)) is None:
            return await self.collections(guest, facts)
        return await self.articles(guest, {"collection": id})

    async def articles(self, guest: Guest, facts: Facts) -> Shown:
        """What is in a collection, with prices."""
        try:
            collection = await self._collection(facts["collection"])
            found = await self.browse.articles(collection.id)
            page, shown, more = _page(found, facts, ARTICLES)
            priced = await self.browse.priced(shown, self.front.asset, "")
        except Refused:
            return await self.collections(guest, {})  # it is not on sale any more
        except (Missing, Unavailable):
            return Shown(scene="packs", view=packs.closed(guest.words))
        view = packs.articles(guest.words, collection.title, priced, page=page, more=more)
        told = _told(page, [each.item for each in shown])
        return Shown(scene="articles", view=view, facts={"collection": collection.id, **told})

    async def _collection(self, id: str) -> Collection:
        for each in await self.browse.collections():
            if each.id == id:
                return each
        return Collection(id=id, title="…")

    async def leaf(self, guest: Guest, facts: Facts, page: str) -> Shown:
        """To another page of a collection."""
        return await self.articles(guest, {**facts, "page": page})

    async def chosen(self, guest: Guest, facts: Facts, place: str) -> Shown:
        """That one: who gets it?"""
        try:
            articles = await self.browse.articles(facts["collection"])
            collection = await self._collection(facts["collection"])
        except (Refused, Missing, Unavailable):
            return await self.articles(guest, facts)
        item = _named(facts, place)
        for each in articles:
            if each.item == item and each.left:
                title = f"{collection.title} – {each.title}"
                ware = Ware(kind=Kind.PACK.value, quantity="1", item=each.item, title=title)
                return await self.buying.for_whom(guest, ware.facts())
        return await self.articles(guest, facts)


def _page(found: Sequence[Each], facts: Facts, size: int) -> tuple[int, Sequence[Each], bool]:
    """Which page it is, what is on it, and whether there is another one after it."""
    asked = facts.get("page", "0")
    last = max(len(found) - 1, 0) // size
    page = min(int(asked) if asked.isdecimal() else 0, last)
    return page, found[page * size : (page + 1) * size], page < last


def _told(page: int, names: Sequence[str]) -> dict[str, str]:
    return {"page": str(page), **{f"name_{place}": each for place, each in enumerate(names)}}


def _named(facts: Facts, place: str) -> str | None:
    return facts.get(f"name_{place}")
