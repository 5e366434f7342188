"""Payments and what came for them, as they go over a wire."""

from typing import Self

from attrs import frozen

from ...core.money import Money
from ...core.payments import (
    Arrival,
    Difference,
    Event,
    Notice,
    Offer,
    Payment,
    Refund,
    StandingOrder,
    TieOut,
)
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
    returning: Amount
    returned: Amount
    link: str
    provider_id: str
    reference: str
    goods: str
    place: str
    country: str
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
            returning=Amount.of(payment.returning),
            returned=Amount.of(payment.returned),
            link=payment.link,
            provider_id=payment.provider_id,
            reference=order.reference,
            goods=order.sale.goods,
            place=order.sale.place,
            country=order.sale.country,
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
    returned: Amount
    why_held: str
    given_to: str | None
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
            returned=Amount.of(arrival.returned),
            why_held=arrival.why_held,
            given_to=arrival.given_to,
            sender=arrival.inflow.sender,
            at=iso(arrival.inflow.at),
            noted_at=iso(arrival.noted_at),
        )


@frozen
class PlainRefund:
    """Money on its way back, and how far it has come."""

    id: str
    state: str
    method: str
    key: str
    payment: str | None
    payer: str
    amount: Amount
    origin: str
    to: str
    reason: str
    by: str
    approved_by: str
    told: str
    created_at: str

    @classmethod
    def of(cls, refund: Refund) -> Self:
        """That refund."""
        return cls(
            id=str(refund.id),
            state=refund.state,
            method=refund.method,
            key=refund.key,
            payment=str(refund.payment) if refund.payment else None,
            payer=refund.payer,
            amount=Amount.of(refund.amount),
            origin=refund.origin,
            to=refund.to,
            reason=refund.reason,
            by=refund.by,
            approved_by=refund.approved_by,
            told=refund.told,
            created_at=iso(refund.created_at),
        )


@frozen
class PlainNotice:
    """What a provider told us, and what became of it."""

    method: str
    key: str
    payment: str | None
    provider_id: str
    tries: int
    outcome: str
    unresolved: bool
    taken_at: str
    read_at: str | None

    @classmethod
    def of(cls, notice: Notice) -> Self:
        """That notice, without its bytes: they are signed, and nobody's business."""
        hint = notice.hint
        return cls(
            method=notice.method,
            key=hint.key,
            payment=str(hint.payment) if hint.payment else None,
            provider_id=hint.provider_id,
            tries=notice.tries,
            outcome=notice.outcome,
            unresolved=notice.unresolved,
            taken_at=iso(notice.taken_at),
            read_at=iso(notice.read_at) if notice.read_at else None,
        )


@frozen
class PlainStanding:
    """An order under which somebody pays again and again."""

    id: str
    payer: str
    account: str
    method: str
    asset: str
    amount: Amount | None
    reference: str
    goods: str
    place: str
    country: str
    link: str
    provider_id: str
    ended: bool
    until: str | None
    renews: bool | None
    lapsed: bool | None
    created_at: str

    @classmethod
    def of(cls, standing: StandingOrder) -> Self:
        """That order."""
        term = standing.term
        return cls(
            id=str(standing.id),
            payer=standing.payer,
            account=standing.target,
            method=standing.method,
            asset=standing.asset.code,
            amount=_amount(standing.amount),
            reference=standing.reference,
            goods=standing.sale.goods,
            place=standing.sale.place,
            country=standing.sale.country,
            link=standing.link,
            provider_id=standing.provider_id,
            ended=standing.ended,
            until=iso(term.until) if term else None,
            renews=term.renews if term else None,
            lapsed=term.lapsed if term else None,
            created_at=iso(standing.created_at),
        )


@frozen
class PlainOffer:
    """A way of paying, and what speaks against it."""

    method: str
    offered: bool
    obstacle: str | None
    least: Amount | None
    most: Amount | None
    why: str

    @classmethod
    def of(cls, offer: Offer) -> Self:
        """That offer."""
        return cls(
            method=offer.method,
            offered=offer.obstacle is None,
            obstacle=offer.obstacle,
            least=_amount(offer.least),
            most=_amount(offer.most),
            why=offer.why,
        )


@frozen
class PlainEvent:
    """One line of what somebody paid and got back."""

    id: str
    kind: str
    state: str
    at: str
    amount: Amount
    method: str
    payment: str | None
    note: str

    @classmethod
    def of(cls, event: Event) -> Self:
        """That line."""
        return cls(
            id=str(event.id),
            kind=event.kind,
            state=event.progress,
            at=iso(event.at),
            amount=Amount.of(event.amount),
            method=event.method,
            payment=str(event.payment) if event.payment else None,
            note=event.note,
        )


@frozen
class PlainDifference:
    """One difference of a tie-out."""

    kind: str
    key: str
    back: bool
    ours: Amount | None
    theirs: Amount | None
    said: str
    at: str
    payment: str | None

    @classmethod
    def of(cls, difference: Difference) -> Self:
        """That difference."""
        return cls(
            kind=difference.kind,
            key=difference.key,
            back=difference.back,
            ours=_amount(difference.ours),
            theirs=_amount(difference.theirs),
            said=difference.said,
            at=iso(difference.at),
            payment=str(difference.payment) if difference.payment else None,
        )


@frozen
class PlainTieOut:
    """What came of comparing our books with a provider's list."""

    method: str
    since: str
    until: str
    compared: int
    differences: list[PlainDifference]

    @classmethod
    def of(cls, found: TieOut) -> Self:
        """That tie-out."""
        return cls(
            method=found.method,
            since=iso(found.since),
            until=iso(found.until),
            compared=found.compared,
            differences=[PlainDifference.of(each) for each in found.differences],
        )


def _amount(money: Money | None) -> Amount | None:
    return None if money is None else Amount.of(money)
