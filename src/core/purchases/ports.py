"""What purchases need: a place to keep them, and suppliers."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from attrs import frozen

from ..money import Money
from ..wallets import Bill
from .campaign import Campaign, CampaignId
from .goods import Goods, Kind
from .purchase import Purchase, PurchaseId, State


class Purchases(Protocol):
    """Purchases, kept."""

    async def add(self, purchase: Purchase) -> Purchase:
        """Keep a new one; when the id is known, the purchase that has it is answered instead."""
        ...

    async def get(self, id: PurchaseId) -> Purchase:
        """
        The purchase as it is; inside a transaction nobody else changes it until the end.

        Raises:
            PurchaseMissing: none has this id.
        """
        ...

    async def put(self, purchase: Purchase) -> None:
        """
        Keep its next version; what was wished for and quoted stays as it was.

        Raises:
            PurchaseMoved: the version before is not the newest any more; nothing was written.
            LaneTaken: another purchase is under way in its lane; nothing was written.
            PurchaseMissing: none has this id.
        """
        ...

    async def due(self, at: datetime, limit: int) -> Sequence[Purchase]:
        """
        Those to go on with by that moment, the longest overdue first.

        Of those that queue for a lane it is the one that was reserved first, and only while the
        lane is free; besides, all whose price has run out. They are locked for nobody: whoever
        puts one that has moved since is told so.
        """
        ...

    async def of(
        self, buyer: str, limit: int, before: tuple[datetime, PurchaseId] | None = None
    ) -> Sequence[Purchase]:
        """What somebody bought or wanted to, the newest first, a page of it; ids break ties."""
        ...

    async def in_review(
        self, limit: int, after: tuple[datetime, PurchaseId] | None = None
    ) -> Sequence[Purchase]:
        """Those about which a person decides, the oldest first, a page of it; ids break ties."""
        ...

    async def given_up(
        self, since: datetime, limit: int, after: tuple[datetime, PurchaseId] | None = None
    ) -> Sequence[Purchase]:
        """
        Those given up from then on though they were paid, of which none has come late.

        The longest given up first, a page of it, after that moment and id; ids break ties.
        """
        ...

    async def under_way(
        self,
        limit: int,
        after: tuple[datetime, PurchaseId] | None = None,
        *,
        until: datetime | None = None,
        state: State | None = None,
    ) -> Sequence[Purchase]:
        """
        Anybody's that were agreed to and are not over, the oldest first, a page; ids break ties.

        Where it is said, only those made by `until`, and only those in that state.
        """
        ...


class Campaigns(Protocol):
    """Campaigns, kept."""

    async def add(self, campaign: Campaign) -> Campaign:
        """Keep a new one; when the id is known, the campaign that has it is answered instead."""
        ...

    async def get(self, id: CampaignId) -> Campaign:
        """
        The campaign as it is; inside a transaction nobody else changes it until the end.

        Raises:
            CampaignMissing: none has this id.
        """
        ...

    async def put(self, campaign: Campaign) -> None:
        """
        Keep its next version; its plan stays as it was.

        Raises:
            CampaignMoved: the version before is not the newest any more; nothing was written.
            CampaignMissing: none has this id.
        """
        ...

    async def due(self, at: datetime, limit: int) -> Sequence[CampaignId]:
        """Those to go on with by that moment, the longest overdue first."""
        ...

    async def newest(
        self, limit: int, before: tuple[datetime, CampaignId] | None = None
    ) -> Sequence[Campaign]:
        """The newest first, a page of them; ids break ties."""
        ...


@frozen(kw_only=True)
class Offer:
    """What a supplier would do it for, and for whom he takes the recipient."""

    cost: Money
    shown: str


@frozen(kw_only=True)
class Ordered:
    """What a supplier says when something was ordered; nothing is owed before it is paid."""

    order_id: str
    bill: Bill
    shown: str
    """For whom he takes the recipient now."""


class Stage(StrEnum):
    """What a supplier says of what was paid for."""

    PENDING = "pending"
    """Nothing definite."""
    DELIVERED = "delivered"
    FAILED = "failed"
    """It was not delivered and never will be."""


@frozen(kw_only=True)
class Delivery:
    """What was seen of it."""

    stage: Stage
    proof: str = ""
    words: str = ""


class Supplier(Protocol):
    """
    Somebody who sells to us what we sell on.

    His failures are ours: Refused is a definite no, Unavailable any doubt at all.
    """

    @property
    def name(self) -> str:
        """What people call him."""
        ...

    @property
    def kinds(self) -> Sequence[Kind]:
        """What he sells."""
        ...

    def lane(self, goods: Goods) -> str:
        """Where one purchase at a time is made; empty where it does not matter."""
        ...

    async def visit(self) -> None:
        """
        Nothing, when he lets us in, as far as that is seen without buying anything.

        Raises:
            SupplierClosed: he does not, before somebody has seen to it.
            Unavailable: he did not say.
        """
        ...

    async def offer(self, goods: Goods, recipient: str) -> Offer:
        """
        What he asks for that now; nothing is ordered.

        Raises:
            RecipientRefused: nobody of that name can be given this.
            SupplierRefused: he does not sell it, or not so much of it.
            SupplierClosed: he does not sell to us before somebody has seen to it.
            Unavailable: he did not say.
        """
        ...

    async def stock(self, goods: Goods) -> int | None:
        """
        How much of it there is to be had; None where that is not said.

        Raises:
            SupplierRefused: he has no such thing.
            Unavailable: he did not say.
        """
        ...

    async def order(self, purchase: Purchase) -> Ordered:
        """
        Order it, for its newest attempt.

        Nothing is owed before the bill is paid, so it may be asked again.

        Raises:
            RecipientRefused, SupplierRefused: there is no such order.
            SupplierClosed: nor is there, before somebody has seen to it.
            Unavailable: there may be one, which nobody will pay.
        """
        ...

    async def delivery(self, purchase: Purchase, message: str) -> Delivery:
        """
        What became of what was paid for; `message` is the cheque that paid it, to the letter.

        Raises:
            Unavailable: he did not say.
        """
        ...
