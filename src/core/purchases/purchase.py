"""A purchase: goods that are bought outside for somebody, and how far that has come."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NewType
from uuid import UUID, uuid5

from attrs import evolve, frozen

from ..balances import PURCHASE as BOUGHT
from ..balances import AccountName, Hold, HoldId, Transfer, TransferId, account_name
from ..clock import aware
from ..money import Asset, AssetsMixed, Money, NotPositive
from ..payments import PaymentId
from ..wallets import Bill, OutlayId
from ..wording import checked_text, checked_word, one_line
from .goods import Goods, checked_recipient
from .pricing import CAMPAIGN, Quote

PurchaseId = NewType("PurchaseId", UUID)

BUYER_MAX: Final = 128
SHOWN_MAX: Final = 256
ORDER_ID_MAX: Final = 256
PROOF_MAX: Final = 128
TOLD_MAX: Final = 500

LOSS: Final = "loss"
"""The kind of transfer by which the house bears what something cost."""

PURCHASES: Final = UUID("3f1c3b0a-9d55-5c0e-8f4c-6d2b3f6f7a21")
"""Ids that follow from a purchase are made in this space."""


class State(StrEnum):
    """Where a purchase is in its life."""

    QUOTED = "quoted"
    """Its price is known and holds for a while; nobody has paid."""
    RESERVED = "reserved"
    """The customer's money is set aside."""
    ORDERED = "ordered"
    """The supplier has said how he wants to be paid; nothing is owed before that is done."""
    PAYING = "paying"
    """A wallet is to pay, or has paid: it is not known yet."""
    PAID = "paid"
    """Our money has left; the goods are awaited."""
    DELIVERED = "delivered"
    """The goods are there, and the customer's money is ours."""
    REFUSED = "refused"
    """Nothing was bought, nothing was paid, and the customer has all of their money."""
    RELEASED = "released"
    """It came to nothing after a wallet was told to pay, and the customer has their money."""
    UNKNOWN = "unknown"
    """Paid, and it is not seen that it was delivered; it is asked about."""
    REVIEW = "review"
    """Asked about in vain for so long that a person decides."""


MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.QUOTED: frozenset({State.RESERVED, State.REFUSED}),
    State.RESERVED: frozenset({State.ORDERED, State.REFUSED}),
    # Back to reserved: the bill ran out before any wallet was told, or was certainly not paid.
    State.ORDERED: frozenset({State.PAYING, State.RESERVED, State.REFUSED}),
    State.PAYING: frozenset({State.PAID, State.RESERVED, State.RELEASED}),
    State.PAID: frozenset({State.DELIVERED, State.UNKNOWN, State.RELEASED}),
    State.UNKNOWN: frozenset({State.DELIVERED, State.REVIEW, State.RELEASED}),
    State.REVIEW: frozenset({State.DELIVERED, State.RELEASED}),
    State.DELIVERED: frozenset(),
    State.REFUSED: frozenset(),
    # The goods came after all, and somebody has paid for them after all.
    State.RELEASED: frozenset({State.DELIVERED}),
}
"""Every move a purchase can make; from where money may have left only a fact or a person leads."""
ENDED: Final = frozenset({State.DELIVERED, State.REFUSED, State.RELEASED})
"""States in which nobody goes on with a purchase."""

IN_LANE: Final = frozenset({State.RESERVED, State.ORDERED, State.PAYING, State.PAID})
"""States in which a purchase keeps others out of its lane."""
SET_ASIDE: Final = frozenset(MOVES) - ENDED - {State.QUOTED}
"""States in which the customer's money is held."""


class Late(StrEnum):
    """Whether goods came after their money had gone back, and who bears what they cost."""

    NOT = ""
    WAITING = "waiting"
    """They came; the house bears it until a person has decided."""
    BORNE = "borne"
    """They came, and the house bears it for good."""
    PAID = "paid"
    """They came, and are paid for as if they had come in time."""


@frozen(kw_only=True)
class Funding:
    """Who pays: somebody's balance, perhaps once a payment has filled it, or the house."""

    account: AccountName | None
    """None: the house pays for itself."""
    payment: PaymentId | None = None
    """The payment that is made for this purchase, and credits that account."""
    quota: Money | None = None
    """What else is taken from that account together with the price: a share of what is counted."""

    def __attrs_post_init__(self) -> None:
        if self.account is not None:
            account_name(self.account)
        elif self.payment is not None or self.quota is not None:
            raise ValueError("the house pays for itself, from no account")
        if self.quota is not None and self.quota.units <= 0:
            raise NotPositive(self.quota)


@frozen(kw_only=True)
class Wish:
    """What somebody wants to buy; the id is the idempotency key."""

    id: PurchaseId
    goods: Goods
    recipient: str
    """A username; for whom it is."""
    buyer: str
    """Who buys, as the house names people: `user:42`."""
    funding: Funding
    asset: Asset
    """In which the price is."""
    role: str = ""
    """By which it is priced."""
    supplier: str = ""
    """From whom, where somebody chose; else from whoever sells that here."""

    def __attrs_post_init__(self) -> None:
        checked_recipient(self.recipient)
        checked_text("buyer", self.buyer, BUYER_MAX)
        if self.supplier:
            checked_word("supplier", self.supplier)
        if self.role:
            checked_word("role", self.role)


@frozen(kw_only=True)
class Purchase:
    """A wish, and what became of it."""

    wish: Wish
    supplier: str
    shown: str
    """How the recipient was shown to the customer."""
    quote: Quote
    state: State = State.QUOTED
    version: int = 0
    """How often it changed: whoever writes says which one they have read."""
    created_at: datetime
    check_at: datetime | None = None
    """When to go on with it; None when it waits for somebody, or has ended."""
    checks: int = 0
    """How often it was gone on with since it is in this state."""
    since: datetime
    """Since when it is in this state."""
    attempt: int = 0
    """How often it was ordered."""
    lane: str = ""
    """Where purchases are made one after the other."""
    queue: str = ""
    """The lane in which its turn is yet to come."""
    order_id: str = ""
    """The supplier's name for the order."""
    bill: Bill | None = None
    paid: bool = False
    """Whether our money has left for it."""
    late: Late = Late.NOT
    proof: str = ""
    """What was seen of the payment, or of the delivery."""
    told: str = ""
    decided_by: str = ""

    def __attrs_post_init__(self) -> None:
        checked_word("supplier", self.supplier)
        checked_text("shown", self.shown, SHOWN_MAX)
        checked_text("lane", self.lane, BUYER_MAX)
        checked_text("queue", self.queue, BUYER_MAX)
        checked_text("order_id", self.order_id, ORDER_ID_MAX)
        checked_text("proof", self.proof, PROOF_MAX)
        checked_text("told", self.told, TOLD_MAX)
        checked_text("decided_by", self.decided_by, BUYER_MAX)
        for moment in (self.created_at, self.since):
            aware(moment)
        for amount in (self.quote.price, self.quote.worth):
            if amount.asset != self.wish.asset:
                raise AssetsMixed(self.wish.asset, amount.asset)

    @property
    def id(self) -> PurchaseId:
        """The wish's."""
        return self.wish.id

    @property
    def price(self) -> Money:
        """What the customer pays."""
        return self.quote.price

    @property
    def ended(self) -> bool:
        """Whether nobody goes on with it any more."""
        return self.state in ENDED

    def moved(self, state: State, at: datetime, **changes: Any) -> "Purchase":
        """In that state, which the table has to allow; it is gone on with at once unless told."""
        if state not in MOVES[self.state]:
            raise ValueError(f"no move leads from {self.state} to {state}")
        changes.setdefault("check_at", None if state in ENDED else at)
        changes.setdefault("told", "")
        changes.setdefault("queue", "")
        return self.changed(state=state, since=at, checks=0, **changes)

    @property
    def given_up(self) -> bool:
        """Whether the customer has their money again though ours has left."""
        return self.state is State.RELEASED and self.paid and self.late is Late.NOT

    def came_late(self, at: datetime, **changes: Any) -> "Purchase":
        """
        Delivered after it was given up.

        A customer has had their money back, and whether they pay is for a person to decide; the
        house wanted it, and a campaign has borne what it paid: these have it, and that is all.
        """
        if self.shares and self.loss is None:
            return self.changed(late=Late.WAITING, since=at, **changes)
        return self.moved(State.DELIVERED, at, late=Late.PAID, **changes)

    def changed(self, **changes: Any) -> "Purchase":
        """With these changes, as its next version."""
        if "told" in changes:
            changes["told"] = one_line(str(changes["told"]), TOLD_MAX)
        return evolve(self, version=self.version + 1, **changes)

    def derived(self, what: str) -> UUID:
        """An id of something that there is once for this purchase."""
        return uuid5(PURCHASES, f"{self.id}\n{what}")

    @property
    def shares(self) -> tuple["Share", ...]:
        """What is set aside for it, and taken once it is delivered."""
        account, quota = self.wish.funding.account, self.wish.funding.quota
        if account is None:
            return ()
        price = Share(self, "price", account, income(self.wish.goods), self.price)
        counted = Share(self, "quota", account, bought(self.wish.goods), quota or self.price)
        return (price,) * (self.price.units > 0) + (counted,) * (quota is not None)

    @property
    def loss(self) -> "Share | None":
        """What is taken though nothing came: a campaign bears what was paid out of its budget."""
        account = self.wish.funding.account
        if self.paid and self.wish.role == CAMPAIGN and account is not None:
            return Share(self, "price", account, lost(self.wish.goods), self.price)
        return None

    @property
    def cost_borne(self) -> Transfer:
        """What the supplier was paid, as a loss: he has delivered, and nobody pays for it."""
        if self.bill is None:
            raise ValueError(f"nothing was paid for {self.id}")
        return Transfer(
            id=TransferId(self.derived("late")),
            source=supply(self.supplier),
            target=late(self.wish.goods),
            amount=self.bill.total,
            kind=LOSS,
            reference=str(self.id),
        )

    @property
    def outlay(self) -> OutlayId:
        """What pays the bill of this attempt."""
        return OutlayId(self.derived(f"outlay {self.attempt}"))


@frozen
class Share:
    """Something of somebody's that a purchase takes: held first, taken when it is delivered."""

    purchase: Purchase
    name: str
    account: AccountName
    target: AccountName
    amount: Money

    @property
    def hold(self) -> Hold:
        """It, set aside."""
        id = HoldId(self.purchase.derived(f"hold {self.name}"))
        return Hold(
            id=id, account=self.account, amount=self.amount, reference=str(self.purchase.id)
        )

    @property
    def transfer(self) -> Transfer:
        """It, taken."""
        return Transfer(
            id=TransferId(self.purchase.derived(f"taken {self.name}")),
            source=self.account,
            target=self.target,
            amount=self.amount,
            kind=BOUGHT,
            reference=str(self.purchase.id),
        )

    @property
    def found(self) -> Transfer:
        """What a campaign had lost, taken as the price of what came after all."""
        goods = self.purchase.wish.goods
        return Transfer(
            id=TransferId(self.purchase.derived("late")),
            source=lost(goods),
            target=income(goods),
            amount=self.amount,
            kind=BOUGHT,
            reference=str(self.purchase.id),
        )


def bought(goods: Goods) -> AccountName:
    """The account that shows which quotas were used up by a kind."""
    return account_name(f"bought:{goods.kind}")


def lost(goods: Goods) -> AccountName:
    """The account that shows what campaigns paid for a kind and never got."""
    return account_name(f"lost:{goods.kind}")


def late(goods: Goods) -> AccountName:
    """The account that shows what was paid for what came after its money had gone back."""
    return account_name(f"late:{goods.kind}")


def income(goods: Goods) -> AccountName:
    """The account that shows what was sold of a kind."""
    return account_name(f"income:{goods.kind}")


def supply(supplier: str) -> AccountName:
    """The account that shows what a supplier was paid."""
    return account_name(f"supply:{supplier}")
