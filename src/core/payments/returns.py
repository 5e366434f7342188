"""The transfers of a refund: set aside, gone, or back where they were."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import uuid5

from attrs import frozen

from ..balances import REFUND, AccountName, Transfer, TransferId
from ..money import Asset, Money, zero
from .arrival import SUSPENSE, TRANSFERS, Arrival, Reversal, clearing, exchange, losses, returning
from .errors import NotReturnable
from .payment import Payment
from .refund import Origin, Refund, RefundId, RefundState

OUTSIDE: Final = "it went back, and not by us"

Purse = tuple[AccountName, Asset]


@frozen
class Away:
    """What of an arrival went back without us, by whose it was."""

    held: Money
    credited: Money
    """Of the target of its payment."""
    given: Money
    """Of whoever a person had chosen."""

    @classmethod
    def of(cls, arrival: Arrival, given: Money, amount: Money) -> "Away":
        """That much of it: what is nobody's first, and last what somebody was given."""
        held = min(amount, arrival.held)
        credited = min(amount - held, arrival.credited - given)
        return cls(held, credited, amount - held - credited)


@frozen
class Returns:
    """Those of one refund; made again, they are the same."""

    refund: Refund

    @property
    def account(self) -> AccountName:
        """Where it waits for the provider."""
        return returning(self.refund.method)

    @property
    def parts(self) -> tuple[Money, Money]:
        """How much of it had been credited, and how much was held."""
        amount, nothing = self.refund.amount, zero(self.refund.amount.asset)
        return (amount, nothing) if self.refund.origin is Origin.TARGET else (nothing, amount)

    def concerns(self, payment: Payment) -> bool:
        """Whether it is a part of what was asked for; another asset never was."""
        return self.refund.amount.asset == payment.asked.asset

    def set_aside(self, payment: Payment | None, arrival: Arrival) -> tuple[Transfer, ...]:
        """From whose it is."""
        steps = self._steps(payment, arrival)
        return tuple(
            self._transfer(f"aside, {step}", source, target, amount)
            for step, source, target, amount in steps
        )

    def gone(self) -> Transfer:
        """Out of our books: the provider has it no more."""
        return self._transfer("gone", self.account, clearing(self.refund.method))

    def undone(self, payment: Payment | None, arrival: Arrival) -> tuple[Transfer, ...]:
        """Back to whose it was."""
        kept = payment
        if payment is not None and self.concerns(payment):
            kept = payment.kept_after_all(self.refund.amount, self.parts[0])
        steps = self._steps(kept, arrival)
        return tuple(
            self._transfer(f"undone, {step}", target, source, amount)
            for step, source, target, amount in reversed(steps)
        )

    def taken(
        self,
        payment: Payment | None,
        arrival: Arrival,
        away: "Away",
        has: Mapping[Purse, Money],
        tries: int,
    ) -> tuple[Transfer, ...]:
        """
        Out of what each has, and what somebody has not out of our losses.

        Each try has names of its own: a ledger remembers refusals.
        """
        transfers = []
        for (source, target), amount in self._ways(payment, away, arrival.given_to).items():
            there = max(min(has.get((source, amount.asset), amount), amount), zero(amount.asset))
            lost = losses(self.refund.method)
            for name, part, memo in (
                (source, there, ""),
                (lost, amount - there, f"{source} had spent it"),
            ):
                if part.units:
                    step = f"{tries}, {name} for {source} to {target}"
                    transfers.append(self._transfer(step, name, target, part, memo))
        return tuple(transfers)

    def _ways(
        self, payment: Payment | None, away: "Away", to: AccountName | None
    ) -> dict[tuple[AccountName, AccountName], Money]:
        """How much goes from whom to where."""
        ways: dict[tuple[AccountName, AccountName], Money] = {}

        def add(source: AccountName, target: AccountName, amount: Money) -> None:
            if amount.units:
                known = ways.get((source, target), zero(amount.asset))
                ways[source, target] = known + amount

        add(SUSPENSE, self.account, away.held)
        if to is not None:
            add(to, self.account, away.given)
        if payment is not None and self.concerns(payment):
            quote, target = payment.order.quote, payment.order.target
            if quote.exchanges:
                middle = exchange(self.refund.method)
                add(target, middle, quote.worth(payment.credited - away.credited, away.credited))
                add(middle, self.account, away.credited)
            else:
                add(target, self.account, away.credited)
        return ways

    def into_drawer(self) -> Transfer:
        """To where a person decides about it."""
        return self._transfer("held", self.account, SUSPENSE)

    def _steps(
        self, payment: Payment | None, arrival: Arrival
    ) -> list[tuple[str, AccountName, AccountName, Money]]:
        """What takes it away from a payment that has it."""
        amount, away = self.refund.amount, self.account
        if self.refund.origin is Origin.DRAWER:
            return [("held", SUSPENSE, away, amount)]
        if arrival.given_to is not None:
            return [("given", arrival.given_to, away, amount)]
        if payment is None:
            raise NotReturnable(self.refund.method, "nobody has it")
        quote, target = payment.order.quote, payment.order.target
        if not quote.exchanges:
            return [("credited", target, away, amount)]
        middle = exchange(self.refund.method)
        worth = quote.worth(payment.credited - amount, amount)
        paid = ("paid", middle, away, amount)
        return [("given", target, middle, worth), paid] if worth.units else [paid]

    def _transfer(
        self,
        step: str,
        source: AccountName,
        target: AccountName,
        amount: Money | None = None,
        memo: str = "",
    ) -> Transfer:
        refund = self.refund
        return Transfer(
            id=TransferId(uuid5(TRANSFERS, f"refund\n{refund.id}\n{step}")),
            source=source,
            target=target,
            amount=amount or refund.amount,
            kind=REFUND,
            reference=str(refund.payment or ""),
            memo=memo or refund.reason,
        )


def by_rule_refund(payment: Payment | None, arrival: Arrival, now: datetime) -> Refund:
    """What is held of an arrival, to go back because a rule says so."""
    return Refund(
        id=RefundId(uuid5(TRANSFERS, f"{arrival.method}\n{arrival.inflow.key}\nreturned by rule")),
        method=arrival.method,
        key=arrival.inflow.key,
        payment=arrival.payment,
        payer=payment.order.payer if payment else "",
        amount=arrival.held,
        origin=Origin.DRAWER,
        to="",
        reason=f"returned by rule: {arrival.case}",
        by="rule",
        state=RefundState.DUE,
        created_at=now,
        check_at=now,
    )


def outside_refund(
    payment: Payment | None, arrival: Arrival, amount: Money, said: Reversal, number: int
) -> Refund:
    """That much of an arrival went back, and not by us; before that, so many did."""
    named = f"{arrival.method}\n{arrival.inflow.key}\nwent back {number}"
    return Refund(
        id=RefundId(uuid5(TRANSFERS, named)),
        method=arrival.method,
        key=arrival.inflow.key,
        payment=arrival.payment,
        payer=payment.order.payer if payment else "",
        amount=amount,
        origin=Origin.OUTSIDE,
        to="",
        reason=OUTSIDE,
        by="outside",
        state=RefundState.DONE,
        created_at=said.at,
        check_at=None,
    )
