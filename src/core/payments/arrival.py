"""Money that came: a fact, whatever it was meant for, and what was done with it."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from attrs import evolve, field, frozen

from ..balances import (
    RECHARGE,
    AccountName,
    Transfer,
    TransferId,
    account_name,
)
from ..clock import aware
from ..money import AssetsMixed, Money, NotPositive, zero
from ..wording import checked_text, checked_word, one_line
from .payment import Payment, PaymentId

KEY_MAX: Final = 256
SENDER_MAX: Final = 256
WHY_MAX: Final = 500
SAID_MAX: Final = 256

TRANSFERS: Final = UUID("5b5f7a52-7d0e-5d0c-9d6e-8f0c3a1b9e41")
"""Transfers of an arrival get their ids from it: booked again, they are the same transfers."""


@frozen(kw_only=True)
class Inflow:
    """What a provider says has come, for good."""

    key: str
    """What tells it from everything else that came by the method; the same each time it is told."""
    amount: Money
    at: datetime
    sender: str = ""
    """Who sent it, as the provider names them."""

    def __attrs_post_init__(self) -> None:
        if self.amount.units <= 0:
            raise NotPositive(self.amount)
        checked_text("key", self.key, KEY_MAX)
        checked_text("sender", self.sender, SENDER_MAX)
        aware(self.at)


@frozen(kw_only=True)
class Uncounted:
    """Money that a provider says has come, and of which our books cannot say how much."""

    key: str
    """As inflows are named; of what is only too fine, that of the inflow of which it is a rest."""
    said: str
    """How much it is, in his words: of an asset that we do not know, or finer than we count."""
    at: datetime
    payment: PaymentId | None = None
    """The payment that he says it is for, where he lists it."""

    def __attrs_post_init__(self) -> None:
        checked_text("key", self.key, KEY_MAX)
        checked_text("said", self.said, SAID_MAX)
        aware(self.at)

    def __str__(self) -> str:
        return f"{self.said} came, which our books cannot count"


@frozen
class Period:
    """For how long a charge of a subscription pays."""

    until: datetime
    first: bool | None = None
    """Whether the subscription began with it; None where that is not said."""


@frozen
class Deposit:
    """An inflow, and the payment that it says it is for."""

    inflow: Inflow
    payment: PaymentId | None = None
    period: Period | None = None
    """Of what is paid for a time."""
    fee: Money | None = None
    """What others had of it before it came to us."""


@frozen(kw_only=True)
class Reversal:
    """What a provider says went back of an inflow: all of it together, whoever asked for it."""

    key: str
    """Of the inflow."""
    amount: Money
    at: datetime
    arrived: bool = True
    """Whether it is there; else a part of it may still be here again, as a refund may be."""
    fee: Money | None = None
    """What others had had of it, and gave for it."""

    def __attrs_post_init__(self) -> None:
        if self.amount.units <= 0:
            raise NotPositive(self.amount)
        checked_text("key", self.key, KEY_MAX)
        aware(self.at)


class Case(StrEnum):
    """How what came compares with what was asked."""

    EXACT = "exact"
    UNDER = "under"
    """Not yet all of it."""
    OVER = "over"
    """More than was still missing."""
    DOUBLE = "double"
    """All of it had come before."""
    LATE = "late"
    """After the rate ran out, or after the payment was given up."""
    WRONG_ASSET = "wrong_asset"
    UNMATCHED = "unmatched"
    """Nobody knows what it is for."""


@frozen(kw_only=True)
class Arrival:
    """An inflow in our books: each part of it is credited or waits for a decision."""

    method: str
    inflow: Inflow
    payment: PaymentId | None
    case: Case
    credited: Money
    """How much of it whoever it was meant for has."""
    held: Money
    """How much of it waits for a person in `suspense:unmatched`."""
    noted_at: datetime
    why_held: str = ""
    returned: Money = field()
    """How much of it went back, or is on its way back."""
    given_to: AccountName | None = None
    """Who was given what had been held of it, where a person chose somebody."""

    @returned.default
    def _nothing(self) -> Money:
        return zero(self.inflow.amount.asset)

    def __attrs_post_init__(self) -> None:
        checked_word("method", self.method)
        checked_text("why_held", self.why_held, WHY_MAX)
        if self.credited + self.held + self.returned != self.inflow.amount:
            parts = f"{self.credited}, {self.held} and {self.returned}"
            raise ValueError(f"{parts} are not {self.inflow.amount}")
        if min(self.credited.units, self.held.units, self.returned.units) < 0:
            raise ValueError("a part of what came is not less than nothing")

    @property
    def key(self) -> tuple[str, str]:
        """What there is only one of."""
        return self.method, self.inflow.key

    def all_credited(self, to: AccountName | None = None) -> "Arrival":
        """With what was held given to whoever it was meant for, or to somebody else."""
        given = self.credited + self.held
        return evolve(self, credited=given, held=zero(self.held.asset), why_held="", given_to=to)

    def all_held(self, why: str) -> "Arrival":
        """With nothing of it given to anybody."""
        held = self.credited + self.held
        nothing = zero(self.held.asset)
        return evolve(self, credited=nothing, held=held, why_held=one_line(why, WHY_MAX))

    def sent_back(self, credited: Money, held: Money) -> "Arrival":
        """With so much of each part on its way back."""
        left = self.held - held
        return evolve(
            self,
            credited=self.credited - credited,
            held=left,
            returned=self.returned + credited + held,
            why_held=self.why_held if left.units else "",
        )

    def kept_after_all(self, credited: Money, held: Money, why: str) -> "Arrival":
        """With so much of each part not going back."""
        return evolve(
            self,
            credited=self.credited + credited,
            held=self.held + held,
            returned=self.returned - credited - held,
            why_held=one_line(why, WHY_MAX) if held.units else self.why_held,
        )


def clearing(method: str) -> AccountName:
    """What the provider has taken for us and we have not yet had from him: never above zero."""
    return account_name(f"clearing:{method}")


def returning(method: str) -> AccountName:
    """What is on its way back to those from whom it came."""
    return account_name(f"returning:{method}")


def losses(method: str) -> AccountName:
    """What went back although whoever had it has spent it: below zero by what we lost."""
    return account_name(f"losses:{method}")


def fees(method: str) -> AccountName:
    """What others had of what people paid us: below zero by what that costs us."""
    return account_name(f"fees:{method}")


def exchange(method: str) -> AccountName:
    """Where one asset becomes another, at the rates that were quoted."""
    return account_name(f"exchange:{method}")


SUSPENSE: Final = account_name("suspense:unmatched")


@frozen
class Entries:
    """The transfers of one arrival; made again, they are the same."""

    method: str
    key: str

    @classmethod
    def of(cls, arrival: Arrival) -> "Entries":
        """Those of that one."""
        return cls(arrival.method, arrival.inflow.key)

    @property
    def out_of_clearing(self) -> tuple[TransferId, ...]:
        """Of all that may take it out of the provider's hands; together they take all of it."""
        return tuple(map(self._id, ("credited", "credited, paid", "held", "all held")))

    def booked(self, payment: Payment, arrival: Arrival) -> tuple[Transfer, ...]:
        """Each part to where it belongs."""
        credited = self.credited(payment, arrival.credited) if arrival.credited.units else ()
        return (*credited, self.held(arrival)) if arrival.held.units else credited

    def held(self, arrival: Arrival) -> Transfer:
        """Out of the provider's hands into the drawer."""
        # A part and the whole are different transfers: the whole follows a refusal of its parts.
        step = "held" if arrival.credited.units else "all held"
        source = clearing(self.method)
        about = str(arrival.payment or "")
        return self._transfer(step, source, SUSPENSE, arrival.held, about, arrival.why_held)

    def credited(
        self, payment: Payment, amount: Money, step: str = "credited"
    ) -> tuple[Transfer, ...]:
        """To whoever it was meant for, at the rate of the quote; later steps take what is held."""
        source = clearing(self.method) if step == "credited" else SUSPENSE
        quote, target = payment.order.quote, payment.order.target
        if amount.asset != quote.pays.asset:
            raise AssetsMixed(amount.asset, quote.pays.asset)
        about = str(payment.id)
        if not quote.exchanges:
            return (self._transfer(step, source, target, amount, about),)
        middle = exchange(self.method)
        paid = self._transfer(f"{step}, paid", source, middle, amount, about)
        worth = quote.worth(payment.credited, amount)
        if not worth.units:  # less than the smallest unit: what comes next makes up for it
            return (paid,)
        return paid, self._transfer(f"{step}, given", middle, target, worth, about)

    def given(
        self, target: AccountName, amount: Money, reference: str, step: str = "given"
    ) -> Transfer:
        """Out of the drawer to somebody, as it came."""
        return self._transfer(step, SUSPENSE, target, amount, reference)

    def fee(self, amount: Money) -> Transfer:
        """What never was in the provider's hands for us, although the payer paid it."""
        return self._transfer(
            "fee", fees(self.method), clearing(self.method), amount, self.key[:128]
        )

    def fee_back(self, amount: Money) -> Transfer:
        """What others gave when it went back."""
        source, target = clearing(self.method), fees(self.method)
        return self._transfer("fee back", source, target, amount, self.key[:128])

    def _id(self, step: str) -> TransferId:
        return TransferId(uuid5(TRANSFERS, f"{self.method}\n{self.key}\n{step}"))

    def _transfer(
        self,
        step: str,
        source: AccountName,
        target: AccountName,
        amount: Money,
        reference: str,
        memo: str = "",
    ) -> Transfer:
        return Transfer(
            id=self._id(step),
            source=source,
            target=target,
            amount=amount,
            kind=RECHARGE,
            reference=reference,
            memo=memo,
        )
