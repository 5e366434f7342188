"""What payments need: places to keep things, and the providers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from attrs import frozen

from ..balances import MalformedText
from ..money import Money
from .arrival import Arrival, Inflow
from .notice import Hint, Notice
from .payment import Payment, PaymentId, Stage, State
from .wording import checked_text

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

    async def put(self, arrival: Arrival) -> None:
        """
        Keep what was decided about what was held of it; what came stays as it was.

        Raises:
            NothingHeld: that was decided before; nothing was written.
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


class Notices(Protocol):
    """What providers told us, kept as it came before we say that we have it."""

    async def add(self, notice: Notice) -> bool:
        """Keep it, unless one of its key is kept already: answers whether it was new."""
        ...

    async def waiting(self, at: datetime, limit: int) -> Sequence[Notice]:
        """Those to be read by that moment, the oldest first."""
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
    """What a provider says of a payment: where its invoice is, and all that came under it."""

    stage: Stage
    inflows: Sequence[Inflow] = ()


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

    async def find(self, hint: Hint) -> Sequence[Inflow]:
        """
        What came under an invoice that is not ours, as far as we know.

        Raises:
            Unavailable: he did not say.
        """
        ...
