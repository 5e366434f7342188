"""Payments and what came for them, as they go over a wire."""

from typing import Self

from attrs import frozen

from ...core.payments import Arrival, Payment
from .plain import Amount, iso


@frozen
class PlainPayment:
    """An order, and what became of it."""

    id: str
    state: str
    method: str
    payer: str
    account: str
    asked: Amount
    gives: Amount
    came: Amount
    credited: Amount
    link: str
    provider_id: str
    reference: str
    told: str
    created_at: str
    expires_at: str

    @classmethod
    def of(cls, payment: Payment) -> Self:
        """That payment."""
        order = payment.order
        return cls(
            id=str(payment.id),
            state=payment.state,
            method=order.method,
            payer=order.payer,
            account=order.target,
            asked=Amount.of(payment.asked),
            gives=Amount.of(order.quote.gives),
            came=Amount.of(payment.came),
            credited=Amount.of(payment.credited),
            link=payment.link,
            provider_id=payment.provider_id,
            reference=order.reference,
            told=payment.told,
            created_at=iso(payment.created_at),
            expires_at=iso(payment.expires_at),
        )


@frozen
class PlainArrival:
    """Money that came, and what was done with it."""

    method: str
    key: str
    payment: str | None
    case: str
    amount: Amount
    credited: Amount
    held: Amount
    why_held: str
    sender: str
    at: str
    noted_at: str

    @classmethod
    def of(cls, arrival: Arrival) -> Self:
        """That arrival."""
        return cls(
            method=arrival.method,
            key=arrival.inflow.key,
            payment=str(arrival.payment) if arrival.payment else None,
            case=arrival.case,
            amount=Amount.of(arrival.inflow.amount),
            credited=Amount.of(arrival.credited),
            held=Amount.of(arrival.held),
            why_held=arrival.why_held,
            sender=arrival.inflow.sender,
            at=iso(arrival.inflow.at),
            noted_at=iso(arrival.noted_at),
        )
