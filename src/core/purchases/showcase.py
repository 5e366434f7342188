"""What a supplier has to choose from, where there are several things of a kind."""

from collections.abc import Sequence
from typing import Final, Protocol

from attrs import field, frozen

from ..money import Money
from ..wording import checked_text, one_line

TITLE_MAX: Final = 80
ID_MAX: Final = 64
COLLECTIONS_MAX: Final = 200
ARTICLES_MAX: Final = 200


def _id(_: object, __: object, id: str) -> None:
    checked_text("collection", id, ID_MAX)


def _title(text: str) -> str:
    return one_line(text, TITLE_MAX)


@frozen(kw_only=True)
class Collection:
    """Things that are shown together."""

    id: str = field(validator=_id)
    title: str = field(converter=_title)


@frozen(kw_only=True)
class Article:
    """One of them."""

    item: str
    """As goods name it."""
    title: str = field(converter=_title)
    left: int
    """How much of it there is to be had."""


class Showcase(Protocol):
    """
    What a supplier shows; nothing is ordered by looking, and nothing is promised.

    His failures are ours: Refused is a definite no, Unavailable any doubt at all.
    """

    async def collections(self) -> Sequence[Collection]:
        """
        Those on sale, in his order, `COLLECTIONS_MAX` of them at most.

        Raises:
            SupplierClosed: he does not let us in.
            Unavailable: he did not say.
        """
        ...

    async def articles(self, collection: str) -> Sequence[Article]:
        """
        What is in it, sold out or not, `ARTICLES_MAX` at most; nothing of one not on sale.

        Raises:
            SupplierRefused: he has no such collection.
            SupplierClosed: he does not let us in.
            Unavailable: he did not say.
        """
        ...

    async def cost(self, item: str) -> Money:
        """
        What he asks for one of it now; what it costs in the end an offer says.

        Raises:
            SupplierRefused: he does not sell it.
            SupplierClosed: he does not let us in.
            Unavailable: he did not say.
        """
        ...
