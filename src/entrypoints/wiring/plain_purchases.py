"""Purchases, cheques and campaigns, as they go over a wire."""

from collections.abc import Mapping
from typing import Self

from attrs import frozen

from ...core.money import Money
from ...core.purchases import Campaign, Purchase, Shutter, Tally
from ...core.wallets import Cheque, Outlay
from .plain import Amount, iso
from .sellers import Seller


@frozen
class PlainPurchase:
    """What somebody wants to buy, and what became of it."""

    id: str
    state: str
    late: str
    kind: str
    quantity: int
    item: str
    recipient: str
    shown: str
    buyer: str
    account: str | None
    payment: str | None
    price: Amount
    cost: Amount
    margin: Amount
    supplier: str
    order_id: str
    proof: str
    told: str
    decided_by: str
    created_at: str
    holds_until: str
    since: str

    @classmethod
    def of(cls, purchase: Purchase) -> Self:
        """That purchase."""
        wish, quote, funding = purchase.wish, purchase.quote, purchase.wish.funding
        return cls(
            id=str(purchase.id),
            state=purchase.state,
            late=purchase.late,
            kind=wish.goods.kind,
            quantity=wish.goods.quantity,
            item=wish.goods.item,
            recipient=wish.recipient,
            shown=purchase.shown,
            buyer=wish.buyer,
            account=funding.account,
            payment=str(funding.payment) if funding.payment else None,
            price=Amount.of(quote.price),
            cost=Amount.of(quote.cost),
            margin=Amount.of(quote.margin),
            supplier=purchase.supplier,
            order_id=purchase.order_id,
            proof=purchase.proof,
            told=purchase.told,
            decided_by=purchase.decided_by,
            created_at=iso(purchase.created_at),
            holds_until=iso(quote.expires_at),
            since=iso(purchase.since),
        )


@frozen
class PlainSupplier:
    """Somebody who may sell to us."""

    name: str
    state: str
    sells: tuple[str, ...]
    enabled_by: str
    why: str
    since: str | None
    try_at: str | None

    @classmethod
    def of(cls, seller: Seller, shutter: Shutter | None) -> Self:
        """That one, with his shutter if there ever was one."""
        if not seller.enabled:
            shutter = None
        closed = shutter is not None and shutter.closed
        state, why = "open", ""
        if not seller.enabled:
            state, why = "off", f"{seller.enabled_by} enables it"
        elif shutter is not None and closed:
            state, why = "closed", shutter.reason
        return cls(
            name=seller.name,
            state=state,
            sells=seller.sells,
            enabled_by=seller.enabled_by,
            why=why,
            since=iso(shutter.since) if shutter is not None else None,
            try_at=iso(shutter.try_at) if shutter is not None and closed else None,
        )


@frozen
class PlainOutlay:
    """A bill that a wallet of ours pays."""

    id: str
    state: str
    wallet: str
    amount: Amount
    to: tuple[str, ...]
    reference: str
    proof: str
    told: str

    @classmethod
    def of(cls, outlay: Outlay) -> Self:
        """That outlay."""
        return cls(
            id=str(outlay.id),
            state=outlay.state,
            wallet=outlay.wallet,
            amount=Amount.of(outlay.amount),
            to=tuple(part.to for part in outlay.bill.parts),
            reference=outlay.reference,
            proof=outlay.proof,
            told=outlay.told,
        )


@frozen
class PlainCheque:
    """What a wallet signed; the message itself stays where it is."""

    id: str
    state: str
    wallet: str
    number: int
    hash: str
    sequence: int
    outlays: tuple[PlainOutlay, ...]
    presented: int
    told: str
    signed_at: str
    expires_at: str

    @classmethod
    def of(cls, cheque: Cheque, outlays: tuple[Outlay, ...]) -> Self:
        """That cheque, with what it pays."""
        return cls(
            id=str(cheque.id),
            state=cheque.state,
            wallet=cheque.wallet,
            number=cheque.number,
            hash=cheque.draft.hash,
            sequence=cheque.draft.sequence,
            outlays=tuple(map(PlainOutlay.of, outlays)),
            presented=cheque.presented,
            told=cheque.told,
            signed_at=iso(cheque.signed_at),
            expires_at=iso(cheque.draft.expires_at),
        )


@frozen
class PlainCampaign:
    """A plan, and what came of it so far."""

    id: str
    state: str
    kind: str
    item: str
    wanted: int
    delivered: int
    under_way: int
    unknown: int
    refused: int
    released: int
    budgets: tuple[Amount, ...]
    spent: tuple[Amount, ...]
    in_doubt: tuple[Amount, ...]
    lost: tuple[Amount, ...]
    told: str
    created_at: str
    deadline: str

    @classmethod
    def of(cls, campaign: Campaign, tally: Tally) -> Self:
        """That campaign."""
        plan = campaign.plan
        return cls(
            id=str(campaign.id),
            state=campaign.state,
            kind=plan.kind,
            item=plan.item,
            wanted=plan.wanted,
            delivered=tally.delivered,
            under_way=tally.under_way,
            unknown=tally.unknown,
            refused=tally.refused,
            released=tally.released,
            budgets=tuple(map(Amount.of, plan.budgets.values())),
            spent=_amounts(tally.spent),
            in_doubt=_amounts(tally.in_doubt),
            lost=_amounts(tally.lost),
            told=campaign.told,
            created_at=iso(campaign.created_at),
            deadline=iso(plan.deadline),
        )


def _amounts(by_asset: Mapping[str, Money]) -> tuple[Amount, ...]:
    return tuple(map(Amount.of, by_asset.values()))
