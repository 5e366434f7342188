"""The transfers of a refund: set aside, gone, or back where they were."""

from datetime import datetime
from uuid import uuid5

from attrs import frozen

from ..balances import REFUND, AccountName, Transfer, TransferId
from ..money import Money, zero
from .arrival import SUSPENSE, TRANSFERS, Arrival, clearing, exchange, returning
from .errors import NotReturnable
from .payment import Payment
from .refund import Origin, Refund, RefundId, RefundState


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
        self, step: str, source: AccountName, target: AccountName, amount: Money | None = None
    ) -> Transfer:
        refund = self.refund
        return Transfer(
            id=TransferId(uuid5(TRANSFERS, f"refund\n{refund.id}\n{step}")),
            source=source,
            target=target,
            amount=amount or refund.amount,
            kind=REFUND,
            reference=str(refund.payment or ""),
            memo=refund.reason,
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
