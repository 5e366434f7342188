"""The other end of a supplier, as the contract plays with it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from ....core.purchases import Goods, Ordered
from ..gateway import Trouble

__all__ = ["Call", "Outside", "Trait", "Trouble"]


class Call(StrEnum):
    """What a supplier is called for."""

    VISIT = "visit"
    OFFER = "offer"
    ORDER = "order"
    DELIVERY = "delivery"
    STOCK = "stock"


class Trait(StrEnum):
    """What a supplier is like; whoever lacks one is tested for the opposite."""

    KNOWS_PEOPLE = "knows_people"
    """He gives things to people, and knows them by name; else what is bought is ours to give."""
    SETTLES = "settles"
    """He says for each order by itself what became of it; else only for the one under way."""
    GIVES_UP = "gives_up"
    """He says of some orders that they never will be delivered; else he never does."""
    COUNTS = "counts"
    """He says how much of it there is to be had."""
    NAMES_ORDERS = "names_orders"
    """Whoever is paid sees by the bill which order it is for, and each order has a bill of its
    own."""


class Outside:
    """
    A supplier who does as he is told. Subclass it and override what his traits ask for.

    What belongs to a trait that he lacks is never called.
    """

    goods: Goods
    """What is bought of him."""
    more: Goods
    """More of the same."""
    not_sold: Goods
    """What he does not sell, or not so much of it."""
    recipient: str = "bob"
    """Somebody whom he knows, if he knows anybody."""
    traits: frozenset[Trait] = frozenset()
    secrets: Sequence[str] = ()
    """What nobody may read in an error, nor in what a supplier looks like."""

    @property
    def now(self) -> datetime:
        """What time it is, for everybody."""
        raise NotImplementedError

    def pass_time(self, time: timedelta) -> None:
        """It gets later, for everybody."""
        raise NotImplementedError

    def trouble(self, call: Call, *troubles: Trouble) -> None:
        """The next calls of that kind go wrong like this, one each."""
        raise NotImplementedError

    def bought(self) -> int:
        """How many orders were paid for."""
        raise NotImplementedError

    # What changes with him.

    def reprice(self) -> None:
        """Everything gets dearer."""
        raise NotImplementedError

    def close(self) -> None:
        """He does not sell to us before somebody has seen to it."""
        raise NotImplementedError

    def reopen(self) -> None:
        """Somebody has."""
        raise NotImplementedError

    def stocked(self, count: int) -> None:
        """So much of it is left."""
        raise NotImplementedError

    # People.

    def forget(self) -> None:
        """Nobody has the name of the recipient any more."""
        raise NotImplementedError

    def rename(self, shown: str) -> None:
        """Whoever has the name of the recipient is shown like that from now on."""
        raise NotImplementedError

    def refuse(self) -> None:
        """The recipient is there, and cannot be given this."""
        raise NotImplementedError

    # Money and goods.

    def pay(self, ordered: Ordered) -> str:
        """The bill is paid for good; answers the message that paid it."""
        raise NotImplementedError

    def deliver(self, ordered: Ordered) -> None:
        """What was paid for is handed over."""
        raise NotImplementedError

    def fail(self, ordered: Ordered) -> None:
        """What was paid for will never be handed over."""
        raise NotImplementedError
