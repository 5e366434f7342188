"""A provider's own list of payments, page by page."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Final

from ...core.payments import Line, ProviderRefused, ProviderUnclear
from .api import Api
from .calls import Listing
from .expressions import Known
from .known import to_list
from .reader import Unintelligible
from .wire import lines_in

PAGES_MAX: Final = 1000


async def lines_of(api: Api, since: datetime, until: datetime) -> AsyncIterator[Sequence[Line]]:
    """
    What came and what went back in that time.

    Raises:
        Unavailable: he has no list, or it could not be read to the end.
    """
    listing, cursor = api.profile.listing, ""
    if listing is None:
        raise ProviderUnclear(api.profile.name, "it has no list")
    for number in range(1, PAGES_MAX + 1):
        said = await _page(api, listing, to_list(api.shop, since, until, number, cursor))
        with api.understood():
            items = listing.items.read(said)
            if not isinstance(items, list):
                raise Unintelligible(f"{listing.items} is no list")
            pages = [lines_in(api.reader, each, listing.item, since, until) for each in items]
            cursor = _next(api, listing, said)
        yield [line for lines in pages for line in lines]
        if not (items if listing.is_numbered else cursor):
            return
    raise ProviderUnclear(api.profile.name, f"its list goes on after {PAGES_MAX} pages")


async def _page(api: Api, listing: Listing, known: Known) -> dict[str, Any]:
    try:
        said = await api.ask(listing, known)
    except ProviderRefused as no:
        raise ProviderUnclear(api.profile.name, no.reason) from None
    if said is None:
        raise ProviderUnclear(api.profile.name, "it knows no such list")
    return said


def _next(api: Api, listing: Listing, said: object) -> str:
    """Where the next page begins; empty when there is none, or none is told."""
    if listing.next is None or listing.next.read(said) in (None, ""):
        return ""
    return api.reader.name(said, listing.next)
