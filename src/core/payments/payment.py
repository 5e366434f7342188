"""A payment: what somebody was asked to pay us, and how far it has come."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from attrs import evolve, field, frozen

from ..balances import AccountName, MalformedText, account_name
from ..clock import aware
from ..money import Money, zero
from ..wording import checked_text, checked_word, one_line
from .quote import Quote
from .sale import Sale

PaymentId = NewType("PaymentId", UUID)

REFERENCE_MAX: Final = 128
PAYER_MAX: Final = 128
TOLD_MAX: Final = 2048

OURS: Final = frozenset({"clearing", "exchange", "fees", "losses", "returning", "suspense"})
"""Purposes of the accounts between a provider and a target: nobody's balance."""


class State(StrEnum):
    """Where a payment is in its life."""

    CREATED = "created"
    """Written down; the provider may not know of it yet."""
    UNKNOWN = "unknown"
    """The provider left us in doubt."""
    PENDING = "pending"
    """The payer was told how to pay."""
    CONFIRMING = "confirming"
    """Money is on its way, or a part of it is here."""
    SETTLED = "settled"
    """What was asked for came."""
    UNDERPAID = "underpaid"
    """Less came, and no more is expected."""
    OVERPAID = "overpaid"
    """More came."""
    EXPIRED = "expired"
    """Nothing came in time."""
    CANCELLED = "cancelled"
    """Called off before anything came."""
    FAILED = "failed"
    """The provider would not have it."""
    REFUNDING = "refunding"
    """Some of what came is on its way back."""
    REFUNDED = "refunded"
    """All that came went back."""


_UNPAID: Final = frozenset({State.EXPIRED, State.CANCELLED, State.FAILED})
_PAID: Final = frozenset({State.UNDERPAID, State.SETTLED, State.OVERPAID})
_BACK: Final = frozenset({State.REFUNDING, State.REFUNDED})
_CAME: Final = _PAID | _BACK
OPEN: Final = frozenset({State.PENDING, State.CONFIRMING, State.UNKNOWN})

UNSETTLED: Final = OPEN | {State.CREATED}
"""States that must not be the last: what became of the money is not known."""

UNDER_WAY: Final = UNSETTLED | {State.REFUNDING}
"""States in which something is still to come of it, or to go back."""

MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.CREATED: OPEN | _UNPAID | _CAME,
    State.UNKNOWN: frozenset({State.PENDING, State.CONFIRMING}) | _UNPAID | _CAME,
    State.PENDING: frozenset({State.CONFIRMING, State.UNKNOWN}) | _UNPAID | _CAME,
    State.CONFIRMING: frozenset({State.UNKNOWN}) | _UNPAID | _CAME,
    # Money may come late, and more may come on top; what came is never taken for not having come.
    # A rule may send it back at once, so every state in which it may come leads there.
    State.EXPIRED: _CAME | {State.CONFIRMING, State.UNKNOWN},
    State.CANCELLED: _CAME | {State.CONFIRMING, State.UNKNOWN},
    State.FAILED: _CAME | {State.CONFIRMING, State.UNKNOWN},
    State.UNDERPAID: frozenset({State.SETTLED, State.OVERPAID}) | _BACK,
    State.SETTLED: frozenset({State.OVERPAID}) | _BACK,
    State.OVERPAID: _BACK,
    # What goes back may be refused, and more may come meanwhile.
    State.REFUNDING: frozenset({State.REFUNDED, State.CONFIRMING}) | _PAID,
    State.REFUNDED: frozenset({State.REFUNDING, State.CONFIRMING}) | _PAID,
}
"""Every move a payment can make."""


class Stage(StrEnum):
    """What the provider says of its invoice."""

    OPEN = "open"
    SEEN = "seen"
    """A transfer was seen and is not final."""
    CLOSED = "closed"
    """It expects no more, and what came came."""
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"
    LOCKED = "locked"
    """It holds the money back, for reasons of its own."""


UNPAID_STATES: Final = {
    Stage.OPEN: State.PENDING,
    Stage.SEEN: State.CONFIRMING,
    Stage.CLOSED: State.UNDERPAID,  # what came is another asset, and waits for a decision
    Stage.EXPIRED: State.EXPIRED,
    Stage.CANCELLED: State.CANCELLED,
    Stage.FAILED: State.FAILED,
    Stage.LOCKED: State.UNKNOWN,
}


@frozen(kw_only=True)
class Order:
    """What is asked of whom; the id is the idempotency key, and the provider gets to see it."""

    id: PaymentId
    payer: str
    """Who was asked, as the house names people: `user:42`."""
    target: AccountName
    """Whose balance grows."""
    method: str
    quote: Quote
    reference: str = ""
    """What it is for, such as a purchase; empty for a recharge."""
    sale: Sale = field(factory=Sale)

    def __attrs_post_init__(self) -> None:
        account_name(self.target)
        if self.target.partition(":")[0] in OURS:
            raise MalformedText("target", self.target, "what comes in passes through that account")
        checked_word("method", self.method)
        checked_text("payer", self.payer, PAYER_MAX)
        checked_text("reference", self.reference, REFERENCE_MAX)


@frozen(kw_only=True)
class Payment:
    """An order, and what became of it."""

    order: Order
    state: State
    came: Money
    """How much of the asked asset has come, whatever was done with it."""
    credited: Money
    """How much of that the target has had, at the rate of the quote, and was not taken back."""
    created_at: datetime
    expires_at: datetime
    """Until when the rate holds; what comes later is late."""
    check_at: datetime | None
    """When to ask the provider again; None when there is nothing left to learn."""
    checks: int = 0
    provider_id: str = ""
    link: str = ""
    """Where the payer pays."""
    told: str = ""
    """Why it is not as hoped, in the provider's words or ours."""
    returning: Money = field()
    """How much of what came is on its way back."""
    returned: Money = field()
    """How much of it is back where it came from."""

    @returning.default
    @returned.default
    def _nothing(self) -> Money:
        return zero(self.came.asset)

    def __attrs_post_init__(self) -> None:
        for moment in (self.created_at, self.expires_at):
            aware(moment)
        checked_text("told", self.told, TOLD_MAX)

    @property
    def id(self) -> PaymentId:
        """The order's."""
        return self.order.id

    @property
    def asked(self) -> Money:
        """What was asked for."""
        return self.order.quote.pays

    @classmethod
    def begun(
        cls, order: Order, at: datetime, expires_at: datetime, check_at: datetime
    ) -> "Payment":
        """A payment of which the provider does not know yet."""
        nothing = zero(order.quote.pays.asset)
        return cls(
            order=order,
            state=State.CREATED,
            came=nothing,
            credited=nothing,
            created_at=at,
            expires_at=expires_at,
            check_at=check_at,
        )

    def told_that(self, words: object) -> "Payment":
        """With these words of somebody else's, as far as they can be kept."""
        return evolve(self, told=one_line(str(words), TOLD_MAX))

    def moved(self, state: State) -> "Payment":
        """In that state if the table allows it, else as it is: facts come in any order."""
        return evolve(self, state=state) if state in MOVES[self.state] else self

    def grown(self, came: Money, credited: Money) -> "Payment":
        """With that much more having come, and that much of it credited."""
        return evolve(self, came=self.came + came, credited=self.credited + credited)

    def reported(self, stage: Stage) -> "Payment":
        """In the state that what came and what the provider says make together."""
        return self.moved(self._state(stage))

    def sent_back(self, amount: Money, credited: Money) -> "Payment":
        """With that much more on its way back, and so much of it taken from the target."""
        after = evolve(self, returning=self.returning + amount, credited=self.credited - credited)
        return after.reported(Stage.CLOSED)

    def given_back(self, amount: Money) -> "Payment":
        """With that much of what was on its way back having got there."""
        back = self.returned + amount
        after = evolve(self, returning=self.returning - amount, returned=back)
        return after.reported(Stage.CLOSED)

    def kept_after_all(self, amount: Money, credited: Money) -> "Payment":
        """With that much not going back, and so much of it the target's again."""
        kept = self.credited + credited
        after = evolve(self, returning=self.returning - amount, credited=kept)
        return after.reported(Stage.CLOSED)

    def gone(self, amount: Money, credited: Money) -> "Payment":
        """With that much back where it came from by itself, and so much of it not credited."""
        back, kept = self.returned + amount, self.credited - credited
        return evolve(self, returned=back, credited=kept).reported(Stage.CLOSED)

    def _state(self, stage: Stage) -> State:
        if self.returning.units:
            return State.REFUNDING
        if self.returned.units and self.returned == self.came:
            return State.REFUNDED
        if self.came > self.asked:
            return State.OVERPAID
        if self.came == self.asked:
            return State.SETTLED
        if self.came.units:
            more_may_come = stage in (Stage.OPEN, Stage.SEEN)
            return State.CONFIRMING if more_may_come else State.UNDERPAID
        if self.state is State.CANCELLED and stage is Stage.SEEN:
            return State.CANCELLED  # else what is on its way would not be late when it is here
        return UNPAID_STATES[stage]
