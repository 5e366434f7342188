"""What payments need: places to keep things, and the providers."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol, runtime_checkable

from attrs import frozen

from ..balances import MalformedText
from ..money import Money
from ..wording import checked_text
from .arrival import Arrival, Deposit, Inflow, Reversal, Uncounted
from .notice import Hint, Notice, RenewalChange
from .payment import Payment, PaymentId, Stage, State
from .refund import Refund, RefundId, RefundStage, RefundState, Returning

PROVIDER_ID_MAX: Final = 128
LINK_MAX: Final = 2048


class Payments(Protocol):
    """Payments, kept."""

    async def add(self, payment: Payment) -> Payment:
        """Keep a new one; when the id is known, the payment that has it is answered instead."""
        ...

    async def get(self, id: PaymentId) -> Payment:
        """
        The payment as it is; inside a transaction nobody else changes it until the end.

        Raises:
            PaymentMissing: none has this id.
        """
        ...

    async def put(self, payment: Payment, was: State) -> None:
        """
        Keep what became of it; its order, and when it was made and runs out, stay as they were.

        Raises:
            PaymentMoved: it was not in that state any more; nothing was written.
            PaymentMissing: none has this id.
        """
        ...

    async def due(self, at: datetime, limit: int) -> Sequence[PaymentId]:
        """Those to be asked about by that moment, the longest overdue first."""
        ...

    async def of(
        self, payer: str, limit: int, before: tuple[datetime, PaymentId] | None = None
    ) -> Sequence[Payment]:
        """What somebody was asked for, the newest first, a page of it; ids break ties."""
        ...

    async def under_way(
        self,
        limit: int,
        after: tuple[datetime, PaymentId] | None = None,
        *,
        until: datetime | None = None,
        state: State | None = None,
    ) -> Sequence[Payment]:
        """
        Anybody's of which more is to come, the oldest first, a page of them; ids break ties.

        Where it is said, only those made by `until`, and only those in that state.
        """
        ...


class Arrivals(Protocol):
    """What came, kept for good."""

    async def add(self, arrival: Arrival) -> bool:
        """Keep it, unless one of its key is kept already: answers whether it was new."""
        ...

    async def get(self, method: str, key: str) -> Arrival:
        """
        The arrival; inside a transaction nobody else changes it until the end.

        Raises:
            ArrivalMissing: nothing came under that key.
        """
        ...

    async def put(self, arrival: Arrival, was: Arrival) -> None:
        """
        Keep where its parts are now; what came stays as it was.

        Raises:
            ArrivalMoved: its parts were not there any more; nothing was written.
            ArrivalMissing: nothing came under that key.
        """
        ...

    async def of(self, payment: PaymentId) -> Sequence[Arrival]:
        """Everything that came for that payment, in the order in which it was noted."""
        ...

    async def held(
        self, limit: int, after: tuple[datetime, str, str] | None = None
    ) -> Sequence[Arrival]:
        """The drawer: what waits for a decision, the oldest first, a page of it."""
        ...

    async def noted(
        self,
        method: str,
        since: datetime,
        until: datetime,
        limit: int,
        after: tuple[datetime, str] | None = None,
    ) -> Sequence[Arrival]:
        """What came by a method and was noted in that time, the oldest first, a page of it."""
        ...


class Refunds(Protocol):
    """Money on its way back, kept for good."""

    async def add(self, refund: Refund) -> Refund:
        """Keep a new one; when the id is known, the refund that has it is answered instead."""
        ...

    async def get(self, id: RefundId) -> Refund:
        """
        The refund as it is; inside a transaction nobody else changes it until the end.

        Raises:
            RefundMissing: none has this id.
        """
        ...

    async def put(self, refund: Refund, was: RefundState) -> None:
        """
        Keep how far it has come; what goes back, why and where stays as it was.

        Raises:
            RefundMoved: it was not in that state any more; nothing was written.
            RefundMissing: none has this id.
        """
        ...

    async def due(self, at: datetime, limit: int) -> Sequence[RefundId]:
        """Those to go on with by that moment, the longest overdue first."""
        ...

    async def of_arrival(self, method: str, key: str) -> Sequence[Refund]:
        """Everything that goes or went back of that arrival, the oldest first."""
        ...

    async def of(
        self, payer: str, limit: int, before: tuple[datetime, RefundId] | None = None
    ) -> Sequence[Refund]:
        """What goes or went back to somebody, the newest first, a page of it; ids break ties."""
        ...

    async def waiting(
        self, limit: int, after: tuple[datetime, RefundId] | None = None
    ) -> Sequence[Refund]:
        """Those with which nothing goes on before a person decides, the oldest first, a page."""
        ...

    async def noted(
        self,
        method: str,
        since: datetime,
        until: datetime,
        limit: int,
        after: tuple[datetime, RefundId] | None = None,
    ) -> Sequence[Refund]:
        """What was asked for by a method in that time, the oldest first, a page of it."""
        ...


@frozen
class Cursor:
    """How far a feed was read."""

    feed: str
    position: str = ""
    """As the feed names places; empty at its beginning."""
    until: datetime | None = None
    """Everything that came by then is in our books."""


class Cursors(Protocol):
    """How far feeds were read, kept together with what was read."""

    async def get(self, feed: str) -> Cursor:
        """Where to go on; at the beginning when nothing of it was read."""
        ...

    async def put(self, cursor: Cursor, was: Cursor) -> None:
        """
        Keep it.

        Raises:
            CursorMoved: somebody else has read on from there; nothing was written.
        """
        ...


class Notices(Protocol):
    """What providers told us, kept as it came before we say that we have it."""

    async def add(self, notice: Notice) -> bool:
        """Keep it, unless one of its key is kept already: answers whether it was new."""
        ...

    async def get(self, method: str, key: str) -> Notice:
        """
        The notice as it is.

        Raises:
            NoticeMissing: we were never told that.
        """
        ...

    async def waiting(self, at: datetime, limit: int) -> Sequence[Notice]:
        """Those to be read by that moment, the oldest first."""
        ...

    async def unresolved(
        self, limit: int, after: tuple[datetime, str, str] | None = None
    ) -> Sequence[Notice]:
        """Those that a person has to look at, the oldest first, a page of it."""
        ...

    async def put(self, notice: Notice) -> None:
        """Keep how far we are with it; what we were told stays, and one never added is not kept."""
        ...


@frozen(kw_only=True)
class Invoice:
    """How the payer pays."""

    provider_id: str
    link: str = ""

    def __attrs_post_init__(self) -> None:
        if not self.provider_id:
            raise MalformedText("provider_id", "", "an invoice has a name of its own")
        checked_text("provider_id", self.provider_id, PROVIDER_ID_MAX)
        checked_text("link", self.link, LINK_MAX)


@frozen
class Report:
    """What a provider says of a payment: where its invoice is, what came under it and went back."""

    stage: Stage
    inflows: Sequence[Inflow] = ()
    uncounted: Sequence[Uncounted] = ()
    """What came beside that, and cannot be booked: a person has to look at it."""
    reversals: Sequence[Reversal] = ()
    """Whoever asked for it; nothing where he does not tell."""


@frozen
class Page:
    """What a feed says has come, from one place to the next."""

    deposits: Sequence[Deposit]
    position: str
    """Where the next page begins."""
    until: datetime | None
    """Everything that came by then was on this page or before; None when that is not known."""
    last: bool
    """Whether there is nothing after it now."""
    reversals: Sequence[Reversal] = ()
    """What of it, or of what was on a page before, went back."""


class Feed(Protocol):
    """Everything that comes to an account of ours, in order, from any place on."""

    @property
    def name(self) -> str:
        """What its cursor is kept under."""
        ...

    @property
    def method(self) -> str:
        """The way of paying whose money it is."""
        ...

    @property
    def every_seconds(self) -> float:
        """How long to wait before it is worth reading on."""
        ...

    async def page(self, position: str) -> Page:
        """
        What came from there on; the same each time it is asked.

        Raises:
            Unavailable: it could not be read.
        """
        ...


@frozen(kw_only=True)
class Line:
    """One line of a provider's own list: money that came to us by him, or went back."""

    key: str
    """As inflows are named."""
    amount: Money
    """What came to us, or was taken from us."""
    at: datetime
    back: bool = False
    """Whether it went back."""
    at_most: bool = False
    """Whether he says only that some of that went back, and not how much."""
    payment: PaymentId | None = None
    fee: Money | None = None
    """What others had of it besides, or gave."""


class Acknowledgement(Protocol):
    """What is answered to a provider once his notice is safe."""

    @property
    def status(self) -> int:
        """The status; from 200 to 299."""
        ...

    @property
    def body(self) -> str:
        """The words."""
        ...

    @property
    def content_type(self) -> str:
        """What they are."""
        ...


@runtime_checkable
class Particular(Protocol):
    """A gateway whose provider wants words of his own; everybody else is content with a 200."""

    @property
    def acknowledgement(self) -> Acknowledgement:
        """What he wants to be answered."""
        ...


class Gateway(Protocol):
    """
    A provider that takes money for us.

    Its failures are ours: Refused is a definite no, InvoiceMissing that he knows nothing of it,
    and Unavailable any doubt at all.
    """

    @property
    def method(self) -> str:
        """The name of this way of paying."""
        ...

    @property
    def lifetime_seconds(self) -> int:
        """How long an invoice waits, and a quote holds."""
        ...

    async def accept(self, amount: Money) -> None:
        """
        Whether an invoice over that amount could be opened.

        Raises:
            AssetNotTaken, AmountOutOfBounds: it could not.
            Unavailable: he did not say.
        """
        ...

    async def open(self, payment: Payment) -> Invoice:
        """
        Have the payer asked for the money.

        Asked again about the same payment, the same invoice is answered: there is never a second.

        Raises:
            Refused: there is none and there will be none.
            Unavailable: there may be one.
        """
        ...

    def prove(self, raw: bytes, headers: Mapping[str, str]) -> Hint:
        """
        Who told us, and about what.

        Raises:
            NoticeForged: it was not the provider.
            NoticeUnreadable: it cannot be understood.
        """
        ...

    async def inquire(self, payment: Payment) -> Report:
        """
        What the provider himself says, now.

        Raises:
            InvoiceMissing: he knows no such invoice.
            Unavailable: he did not say.
        """
        ...

    async def find(self, hint: Hint) -> Sequence[Inflow | Uncounted]:
        """
        What came under an invoice that is not ours, as far as we know.

        Raises:
            Unavailable: he did not say.
        """
        ...

    def told(self, raw: bytes) -> Sequence[Deposit | Reversal | RenewalChange]:
        """What a proven notice itself is proof of; nothing where only asking tells."""
        ...

    def claims(self, raw: bytes) -> Sequence[Inflow | Uncounted]:
        """
        What a proven notice says has come, for good, that asking has to confirm.

        Nothing where the notice itself is proof, or does not say how much.
        """
        ...

    @property
    def returning(self) -> Returning:
        """How much of what came can be given back by this way."""
        ...

    @property
    def returns_to_sender(self) -> bool:
        """Whether what came goes back without being told where: else no rule can send it back."""
        ...

    @property
    def refunds_are_single(self) -> bool:
        """Whether asking twice for a refund pays it once."""
        ...

    async def refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """
        Have him pay it back.

        Raises:
            Refused: he did not, and will not.
            NotExecuted: he was not asked.
            Unavailable: perhaps he does.
        """
        ...

    async def inquire_refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """
        What he himself says of it, now.

        Raises:
            Unavailable: he did not say.
        """
        ...

    @property
    def lists(self) -> bool:
        """Whether he keeps a list; else `lines` is not asked for."""
        ...

    def lines(self, since: datetime, until: datetime) -> AsyncIterator[Sequence[Line | Uncounted]]:
        """
        His own list of what came and went back in that time, page by page.

        What our books cannot count stands on it like everything else, and ends it for nobody.

        Raises:
            Unavailable: it could not be read to the end.
        """
        ...
