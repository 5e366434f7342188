"""What a customer sees of their money: what they paid, got back, bought and were given."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from attrs import frozen

from ..balances import ADJUSTMENT, BONUS, PURCHASE, RECHARGE, REFUND, Entry, Ledger
from ..money import Money
from .movements import Movements, place_of
from .payment import Payment, PaymentId, State
from .ports import Arrivals, Payments, Refunds
from .refund import Refund, RefundId, RefundState


class Progress(StrEnum):
    """How far something is, in the words people know."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


OF_PAYMENTS: Final[Mapping[State, Progress]] = {
    State.CREATED: Progress.PENDING,
    State.UNKNOWN: Progress.PROCESSING,
    State.PENDING: Progress.PENDING,
    State.CONFIRMING: Progress.PROCESSING,
    State.SETTLED: Progress.COMPLETED,
    State.UNDERPAID: Progress.COMPLETED,
    State.OVERPAID: Progress.COMPLETED,
    State.EXPIRED: Progress.EXPIRED,
    State.CANCELLED: Progress.CANCELLED,
    State.FAILED: Progress.FAILED,
    # The money did come; that it goes back is a line of its own.
    State.REFUNDING: Progress.COMPLETED,
    State.REFUNDED: Progress.COMPLETED,
}

OF_REFUNDS: Final[Mapping[RefundState, Progress]] = {
    RefundState.WAITING: Progress.PENDING,
    RefundState.DUE: Progress.PROCESSING,
    RefundState.UNKNOWN: Progress.PROCESSING,
    RefundState.ACCEPTED: Progress.PROCESSING,
    RefundState.DONE: Progress.COMPLETED,
    RefundState.FAILED: Progress.FAILED,
    RefundState.DECLINED: Progress.CANCELLED,
}


KINDS: Final = frozenset({PURCHASE, REFUND, BONUS, ADJUSTMENT, RECHARGE})
"""What people know; any other kind of transfer is an adjustment to them."""


@frozen(kw_only=True)
class Event:
    """One line of the history."""

    id: UUID
    kind: str
    progress: Progress
    at: datetime
    amount: Money
    """
    What was paid or goes back; of what is not paid yet, what was asked for. Of what moved by no
    payment it is the change of the balance, negative where it left.
    """
    method: str
    payment: PaymentId | None
    note: str = ""

    @classmethod
    def of_payment(cls, payment: Payment) -> "Event":
        """What came for it, or was asked for."""
        return cls(
            id=payment.id,
            kind=RECHARGE,
            progress=OF_PAYMENTS[payment.state],
            at=payment.created_at,
            amount=payment.came if payment.came.units else payment.asked,
            method=payment.order.method,
            payment=payment.id,
            note=payment.order.reference,
        )

    @classmethod
    def of_refund(cls, refund: Refund) -> "Event":
        """What goes back."""
        return cls(
            id=refund.id,
            kind=REFUND,
            progress=OF_REFUNDS[refund.state],
            at=refund.created_at,
            amount=refund.amount,
            method=refund.method,
            payment=refund.payment,
            note=refund.reason,
        )

    @classmethod
    def of_entry(cls, entry: Entry) -> "Event":
        """What moved by no payment: it is done as soon as it is in the books."""
        transfer = entry.posted.transfer
        at, id = place_of(entry)
        return cls(
            id=id,
            kind=transfer.kind if transfer.kind in KINDS else ADJUSTMENT,
            progress=Progress.COMPLETED,
            at=at,
            amount=entry.change,
            method="",
            payment=None,
            note=transfer.memo or transfer.reference,
        )


@frozen
class ReadHistory:
    """What somebody paid and got back, and what else came and went on their account."""

    payments: Payments
    refunds: Refunds
    arrivals: Arrivals
    ledger: Ledger

    async def __call__(
        self, payer: str, limit: int, before: tuple[datetime, UUID] | None = None
    ) -> Sequence[Event]:
        """
        The newest first, a page of it; the next begins after the last one's `at` and `id`.

        Of payments and refunds these are those of the payer, of the rest those of the account of
        that name.
        """
        at_payment = (before[0], PaymentId(before[1])) if before else None
        at_refund = (before[0], RefundId(before[1])) if before else None
        events = [
            *map(Event.of_payment, await self.payments.of(payer, limit, at_payment)),
            *map(Event.of_refund, await self.refunds.of(payer, limit, at_refund)),
        ]
        since = newest(events, limit)[-1].at if len(events) >= limit > 0 else None
        movements = Movements(self.ledger, self.payments, self.arrivals)
        entries = await movements.of(payer, limit, before, since)
        return newest([*events, *map(Event.of_entry, entries)], limit)


def newest(events: Sequence[Event], limit: int) -> Sequence[Event]:
    """The newest of them, the newest first; ids break ties."""
    return sorted(events, key=lambda each: (each.at, each.id), reverse=True)[:limit]
