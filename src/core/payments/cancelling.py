"""Calling a payment off: nobody waits for it any more, though money may still come."""

from attrs import frozen

from ..clock import Clock
from ..identity import Audit, Caller, Permission
from ..transaction import Transaction
from .cashbook import Cashbook
from .errors import NotCancellable
from .payment import Payment, PaymentId, State
from .ports import Payments

CALLABLE_OFF = frozenset({State.CREATED, State.UNKNOWN, State.PENDING})


@frozen
class CancelPayment:
    """Call a payment off of which nothing has come."""

    payments: Payments
    cashbook: Cashbook
    transaction: Transaction
    clock: Clock
    audit: Audit

    async def __call__(self, id: PaymentId, by: Caller, why: str) -> Payment:
        """
        The payment, cancelled; what comes all the same is late, and treated so.

        Raises:
            NotAllowed: it is not theirs, and they may not decide about others'.
            PaymentMissing: none has this id.
            NotCancellable: something came, or is on its way, or it is over.
        """
        async with self.transaction():
            payment = await self.payments.get(id)
            own = by.owns(payment.order.payer)
            by.must(Permission.PAY if own else Permission.DECIDE)
            if payment.state is State.CANCELLED:
                return payment
            if payment.state not in CALLABLE_OFF or payment.came.units:
                raise NotCancellable(id, payment.state)
            after = payment.moved(State.CANCELLED).told_that(why)
            await self.payments.put(after, was=payment.state)
            await self.cashbook.tell_change(payment, after)
            if not own:
                await self.audit(by, "payment.called_off", f"payment:{id}", why=after.told)
        return after
