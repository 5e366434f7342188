"""Asking for money: the order is written down before the provider hears of it."""

from datetime import datetime, timedelta

from attrs import evolve, frozen

from ..clock import Clock
from ..correlation import concerning
from ..errors import Missing, Refused, Unavailable
from ..spans import span
from ..transaction import Transaction
from .cashbook import Cashbook
from .errors import PaymentMissing, PaymentReused
from .gateways import Gateways
from .payment import Order, Payment, PaymentId, Stage, State
from .ports import Invoice, Payments
from .routing import Routes
from .schedule import DOUBT_SECONDS, next_check


@frozen
class InvoicePayment:
    """Have the provider open the invoice of a payment, if he has not."""

    payments: Payments
    gateways: Gateways
    cashbook: Cashbook
    transaction: Transaction
    clock: Clock

    async def __call__(self, payment: Payment) -> Payment:
        """
        The payment with its invoice; failed when the provider refused, unknown when in doubt.

        Asked again it ends with the same invoice: gateways open one for each payment.
        """
        if not waits_for_invoice(payment, self.clock.now()):
            return payment
        with concerning(payment=payment.id), span("open invoice"):
            try:
                outcome = await self.gateways.of(payment.order.method).open(payment)
            except (Refused, Missing, Unavailable) as no:
                return await self._keep(payment.id, no)
            return await self._keep(payment.id, outcome)

    async def _keep(
        self, id: PaymentId, outcome: Invoice | Refused | Missing | Unavailable
    ) -> Payment:
        now = self.clock.now()
        async with self.transaction():
            payment = await self.payments.get(id)
            if not lacks_invoice(payment):
                return payment  # somebody else asked too, and was told before
            match outcome:
                case Invoice(provider_id=provider_id, link=link):
                    after = evolve(payment.reported(Stage.OPEN), provider_id=provider_id, link=link)
                case Refused():
                    after = payment.moved(State.FAILED).told_that(outcome)
                case _:
                    after = payment.moved(State.UNKNOWN).told_that(outcome)
            after = evolve(after, checks=payment.checks + 1)
            after = evolve(after, check_at=next_check(after, now))
            await self.payments.put(after, was=payment.state)
            await self.cashbook.tell_change(payment, after)
        return after


def lacks_invoice(payment: Payment) -> bool:
    """Whether the provider may not know of it yet."""
    return payment.state in (State.CREATED, State.UNKNOWN) and not payment.provider_id


def waits_for_invoice(payment: Payment, now: datetime) -> bool:
    """Whether one is still to be opened: not any more when the rate has run out."""
    return lacks_invoice(payment) and now < payment.expires_at


@frozen
class OpenPayment:
    """Ask somebody for money."""

    payments: Payments
    gateways: Gateways
    cashbook: Cashbook
    transaction: Transaction
    clock: Clock
    invoice: InvoicePayment
    routes: Routes

    async def __call__(self, order: Order) -> Payment:
        """
        Open it; the same order again is answered by the same payment, as it is by then.

        Raises:
            MethodUnknown, MethodForbidden, AssetNotTaken, AmountOutOfBounds: nothing was written.
            PaymentReused: the id is known with other contents.
        """
        try:
            payment = await self.payments.get(order.id)
        except PaymentMissing:
            payment = await self._written(order)
        if payment.order != order:
            raise PaymentReused(order.id)
        return await self.invoice(payment)

    async def _written(self, order: Order) -> Payment:
        gateway = self.gateways.of(order.method)
        self.routes.admit(order.method, order.sale)
        await gateway.accept(order.quote.pays)
        now = self.clock.now()
        begun = Payment.begun(
            order,
            at=now,
            expires_at=now + timedelta(seconds=gateway.lifetime_seconds),
            check_at=now + timedelta(seconds=DOUBT_SECONDS),
        )
        async with self.transaction():
            await self.cashbook.open(begun)
            return await self.payments.add(begun)
