"""A provider who pays back once, twice or never, and says so or not; what he did is the truth."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import define, field

from altyn.core.money import Money
from altyn.core.payments import (
    Arrival,
    Deposit,
    Hint,
    Inflow,
    Invoice,
    Line,
    Payment,
    PaymentId,
    ProviderRefused,
    ProviderUnclear,
    Refund,
    RefundId,
    RefundStage,
    Report,
    Returning,
    Stage,
)
from altyn.core.resilience import NotExecuted

FATES: Final = (
    "done",
    "accepted",
    "failed",
    "refused",
    "not asked",
    "never heard",
    "done in silence",
    "accepted in silence",
    "death before",
    "death after",
)
LOOKS: Final = ("truth", "silence", "not yet")


class Death(BaseException):
    """The process ends here."""


@define
class Till:
    """A provider: what he took and what he paid back is the truth, whatever we hear of it."""

    single: bool
    returning: Returning
    method: str = "fake"
    lifetime_seconds: int = 3600
    took: dict[PaymentId | None, dict[str, Inflow]] = field(factory=dict)
    paid: Counter[RefundId] = field(factory=Counter)
    """How often he has paid it back, or will."""
    stages: dict[RefundId, RefundStage] = field(factory=dict)
    fate: str = "done"
    """What happens when he is asked to pay back."""
    look: str = "truth"
    """What happens when he is asked about it."""
    open_until: dict[PaymentId, datetime] = field(factory=dict)
    now: datetime | None = None
    outside: Counter[str] = field(factory=Counter)
    """In units, how much of what he took by that name he sent back without us."""
    asked: dict[RefundId, Refund] = field(factory=dict)
    """What he was asked to pay back."""

    @property
    def returns_to_sender(self) -> bool:
        """As the port says."""
        return True

    @property
    def lists(self) -> bool:
        """As the port says."""
        return False

    @property
    def refunds_are_single(self) -> bool:
        """As the port says."""
        return self.single

    async def accept(self, amount: Money) -> None:
        """As the port says: anything."""

    async def open(self, payment: Payment) -> Invoice:
        """As the port says."""
        self.open_until[payment.id] = payment.expires_at
        self.took.setdefault(payment.id, {})
        return Invoice(provider_id=payment.id.hex)

    def prove(self, raw: bytes, headers: Mapping[str, str]) -> Hint:
        """As the port says."""
        return Hint(raw.decode(), None)

    async def inquire(self, payment: Payment) -> Report:
        """As the port says."""
        over = self.now is not None and self.now > self.open_until[payment.id]
        stage = Stage.EXPIRED if over else Stage.OPEN
        return Report(stage, list(self.took[payment.id].values()))

    async def find(self, hint: Hint) -> Sequence[Inflow]:
        """As the port says."""
        return list(self.took.setdefault(None, {}).values())

    def told(self, raw: bytes) -> Sequence[Deposit]:
        """As the port says."""
        return ()

    def claims(self, raw: bytes) -> Sequence[Inflow]:
        """As the port says."""
        return ()

    async def refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says: what fate says."""
        match self.fate:
            case "not asked":
                raise NotExecuted("no connection")
            case "death before":
                raise Death
            case "never heard":
                raise ProviderUnclear("fake", "silence")
            case "refused":
                raise ProviderRefused("fake", "no")
        if not (self.single and refund.id in self.stages):
            if refund.amount.units > self.there(refund.key.partition("+")[0]):
                raise ProviderRefused("fake", "it went back before")
            self.asked[refund.id] = refund
            self.paid[refund.id] += self.fate != "failed"
            accepted, failed = self.fate.startswith("accepted"), self.fate == "failed"
            stage = RefundStage.ACCEPTED if accepted else RefundStage.DONE
            self.stages[refund.id] = RefundStage.FAILED if failed else stage
        if self.fate.endswith("in silence"):
            raise ProviderUnclear("fake", "silence")
        if self.fate == "death after":
            raise Death
        return self.stages[refund.id]

    def back(self, key: str, arrived: bool) -> int:
        """How much of that went back, for sure or perhaps."""
        ours = sum(
            self.paid[id] * refund.amount.units
            for id, refund in self.asked.items()
            if refund.key.partition("+")[0] == key
            and not (arrived and self.stages[id] is RefundStage.ACCEPTED)
        )
        return self.outside[key] + ours

    def there(self, key: str) -> int:
        """How much of it is still here."""
        took = sum(of[key].amount.units for of in self.took.values() if key in of)
        return took - self.back(key, arrived=False)

    async def inquire_refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says; he may know of it later than he does it."""
        if self.look == "silence":
            raise ProviderUnclear("fake", "silence")
        if self.look == "not yet":
            return RefundStage.NOTHING
        return self.stages.get(refund.id, RefundStage.NOTHING)

    async def lines(self, since: datetime, until: datetime) -> AsyncIterator[Sequence[Line]]:
        """As the port says: nobody asks."""
        yield ()
