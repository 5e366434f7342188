"""Learning what became of a payment: by asking the provider, whoever gave the hint."""

from contextlib import suppress

from attrs import evolve, frozen

from ..clock import Clock
from ..correlation import concerning
from ..errors import AltynError, Missing, Refused, Unavailable
from ..mishaps import surviving
from ..spans import span
from ..transaction import Transaction
from .cashbook import Cashbook
from .errors import InvoiceMissing, ProviderUnclear
from .gateways import Gateways
from .opening import InvoicePayment, waits_for_invoice
from .payment import UNSETTLED, Payment, PaymentId, State
from .ports import Payments, Report
from .reversing import BookReversal
from .schedule import next_check


@frozen
class CheckPayment:
    """Ask the provider, and put what he says into the books."""

    payments: Payments
    gateways: Gateways
    cashbook: Cashbook
    transaction: Transaction
    clock: Clock
    invoice: InvoicePayment
    reverse: BookReversal

    async def __call__(self, id: PaymentId) -> Payment:
        """
        The payment after what the provider said.

        Raises:
            PaymentMissing: none has this id.
            Refused, Missing, Unavailable: he did not say; that is kept too, and unless all that
                was asked for is here, he is asked again later.
        """
        payment = await self.payments.get(id)
        if waits_for_invoice(payment, self.clock.now()):
            payment = await self.invoice(payment)
            if payment.state is State.FAILED:
                return payment
            if not payment.provider_id:
                raise ProviderUnclear(payment.order.method, payment.told)
        try:
            report = await self.gateways.of(payment.order.method).inquire(payment)
            return await self._keep(id, report)
        except (Refused, Missing, Unavailable) as silence:
            # Also when the books refuse what he says: otherwise it would be due for ever.
            await self._keep(id, silence)
            raise

    async def _keep(self, id: PaymentId, said: Report | Refused | Missing | Unavailable) -> Payment:
        now = self.clock.now()
        async with self.transaction():
            payment = await self.payments.get(id)
            match said:
                case Report():
                    after = await self._booked(payment, said)
                case InvoiceMissing() if payment.state in UNSETTLED:
                    # One that he had told us of is gone; of one that never was nobody has the link.
                    lost = State.UNKNOWN if payment.provider_id else State.EXPIRED
                    after = payment.moved(lost).told_that(said)
                case InvoiceMissing():
                    after = payment  # as was to be expected
                case _:
                    after = payment.told_that(said)
            after = evolve(after, checks=payment.checks + 1)
            after = evolve(after, check_at=next_check(after, now))
            await self.payments.put(after, was=payment.state)
            await self.cashbook.tell_change(payment, after)
        return after

    async def _booked(self, payment: Payment, said: Report) -> Payment:
        after = evolve(await self.cashbook.book(payment, said.inflows), told="")
        for each in said.uncounted:
            await self.cashbook.tell_uncounted(payment.order.method, payment.id, each)
            after = after.told_that(each)
        # Money is there of which we cannot say how much: it is neither paid nor unpaid.
        in_doubt = said.uncounted and not said.inflows
        after = after.moved(State.UNKNOWN) if in_doubt else after.reported(said.stage)
        for back in said.reversals:
            after = (await self.reverse.inside(payment.order.method, back, [after]))[payment.id]
        return after

    async def put_off(self, id: PaymentId, why: str) -> None:
        """Look at it later, as if he had been silent; when nobody does any more, call a person."""
        async with self.transaction():
            payment = await self.payments.get(id)
            after = evolve(payment.told_that(why), checks=payment.checks + 1)
            after = evolve(after, check_at=next_check(after, self.clock.now()))
            await self.payments.put(after, was=payment.state)
            await self.cashbook.tell_change(payment, after, by_mistake=True)


@frozen
class PollPayments:
    """Look at what no notice told."""

    payments: Payments
    check: CheckPayment
    clock: Clock

    async def __call__(self, limit: int = 100) -> int:
        """Check those that are due, the longest overdue first; answers how many."""
        due = await self.payments.due(self.clock.now(), limit)
        for id in due:
            with suppress(AltynError):  # it is kept, and asked again
                await self._look_at(id)
        return len(due)

    async def _look_at(self, id: PaymentId) -> None:
        """One of them; a mistake of ours keeps no other from being looked at."""
        with concerning(payment=id):
            with surviving("asking about payment", id) as asking, span("ask about payment"):
                await self.check(id)
            if asking.mishap:
                with surviving("putting off payment", id):
                    await self.check.put_off(id, asking.mishap)
