"""Money that came: a fact, whatever it was meant for, and what was done with it."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from attrs import evolve, frozen

from ..balances import (
    RECHARGE,
    AccountName,
    Transfer,
    TransferId,
    account_name,
)
from ..clock import aware
from ..money import AssetsMixed, Money, NotPositive, zero
from .payment import Payment, PaymentId
from .wording import checked_method, checked_text, one_line

KEY_MAX: Final = 128
SENDER_MAX: Final = 256
WHY_MAX: Final = 500

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
    """How much of it went to whoever it was meant for."""
    held: Money
    """How much of it waits for a person in `suspense:unmatched`."""
    noted_at: datetime
    why_held: str = ""

    def __attrs_post_init__(self) -> None:
        checked_method(self.method)
        checked_text("why_held", self.why_held, WHY_MAX)
        if self.credited + self.held != self.inflow.amount:
            raise ValueError(f"{self.credited} and {self.held} are not {self.inflow.amount}")

    @property
    def key(self) -> tuple[str, str]:
        """What there is only one of."""
        return self.method, self.inflow.key

    def all_credited(self) -> "Arrival":
        """With what was held given to somebody."""
        return evolve(self, credited=self.inflow.amount, held=zero(self.held.asset), why_held="")

    def all_held(self, why: str) -> "Arrival":
        """With nothing of it given to anybody."""
        nothing = zero(self.held.asset)
        return evolve(
            self, credited=nothing, held=self.inflow.amount, why_held=one_line(why, WHY_MAX)
        )


def clearing(method: str) -> AccountName:
    """What the provider has taken for us and we have not yet had from him: never above zero."""
    return account_name(f"clearing:{method}")


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

    def given(self, target: AccountName, amount: Money, reference: str) -> Transfer:
        """Out of the drawer to somebody, as it came."""
        return self._transfer("given", SUSPENSE, target, amount, reference)

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
            id=TransferId(uuid5(TRANSFERS, f"{self.method}\n{self.key}\n{step}")),
            source=source,
            target=target,
            amount=amount,
            kind=RECHARGE,
            reference=reference,
            memo=memo,
        )
