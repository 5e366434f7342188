"""What went back, whoever asked for it: found among what came, and booked once."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Final

from attrs import frozen

from ..money import Money, zero
from ..transaction import Transaction
from .arrival import Reversal
from .cashbook import Cashbook, parts_of
from .payment import Payment, PaymentId
from .ports import Arrivals, Payments, Refunds
from .refund import Refund, RefundState
from .refunding import keep
from .returns import OUTSIDE, outside_refund

ASKED: Final = frozenset({RefundState.UNKNOWN, RefundState.ACCEPTED})
"""States in which the provider was asked for it, and may be doing it."""

Lot = dict[PaymentId | None, Payment | None]
"""Payments by their ids; nothing is for nobody."""


@frozen
class BookReversal:
    """
    Put into the books what a provider says went back.

    What we had him send back is a part of that, and said again it changes nothing: only what is
    beyond it went back without us, and is taken from whoever has it.
    """

    payments: Payments
    arrivals: Arrivals
    refunds: Refunds
    cashbook: Cashbook
    transaction: Transaction

    async def __call__(
        self, method: str, said: Reversal, then: Callable[[], Awaitable[None]] | None = None
    ) -> bool:
        """
        Whether any of what went back had come, as far as we know.

        What is done then is a part of it, and the last; where nothing was new it is not done.
        """
        parts = await parts_of(self.arrivals, method, said.key)
        owners = {each.payment for each in parts if each.payment is not None}
        async with self.transaction():
            # Payments before arrivals before refunds, and those in one order, as everywhere.
            lot = [await self.payments.get(id) for id in sorted(owners)]
            known = await self._gone(method, said.key) if then else []
            after = await self.inside(method, said, lot)
            for payment in lot:
                await keep(self.payments, self.cashbook, payment, after[payment.id])
            if then and await self._gone(method, said.key) != known:
                await then()
        return bool(parts)

    async def _gone(self, method: str, key: str) -> list[Sequence[Refund]]:
        parts = await parts_of(self.arrivals, method, key)
        return [await self.refunds.of_arrival(*each.key) for each in parts]

    async def inside(
        self, method: str, said: Reversal, lot: Iterable[Payment]
    ) -> Mapping[PaymentId, Payment]:
        """
        The same in a transaction that has these payments for itself; answers what becomes of them.

        What came for any other is left alone.
        """
        owners: Lot = {None: None, **{each.id: each for each in lot}}
        parts = [
            each
            for each in await parts_of(self.arrivals, method, said.key)
            if each.payment in owners and each.inflow.amount.asset == said.amount.asset
        ]
        by_part = [await self.refunds.of_arrival(*each.key) for each in parts]
        refunds = [each for of in by_part for each in of]
        done = [each.amount for each in refunds if each.state is RefundState.DONE]
        left = said.amount - sum(done, zero(said.amount.asset))
        left = await self._ours(said, left, refunds, owners)
        for part, before in zip(parts, by_part, strict=True):
            amount = min(left, part.credited + part.held)
            if amount.units > 0:
                left -= amount
                payment = owners[part.payment]
                refund = outside_refund(payment, part, amount, said, len(before))
                owners[part.payment] = await self.cashbook.go_back(payment, part, refund)
        if said.fee is not None and parts:
            await self.cashbook.pay_fee(method, parts[0].inflow.key, said.fee, back=True)
        return {id: payment for id, payment in owners.items() if id and payment}

    async def _ours(
        self, said: Reversal, left: Money, refunds: Sequence[Refund], owners: Lot
    ) -> Money:
        """How much of it is not one that somebody here wished for; of the others it is that one."""
        for refund in sorted(refunds, key=lambda each: each.state not in ASKED):
            if refund.ended or refund.amount > left:
                continue
            left -= refund.amount
            # What is on its way may be ours, and may fail: whoever asks about that will know.
            if said.arrived or refund.state not in ASKED:
                done = refund.moved(RefundState.DONE, None).told_that(OUTSIDE)
                owners[refund.payment] = await self.cashbook.gone_back(owners[refund.payment], done)
                await self.refunds.put(done, was=refund.state)
                await self.cashbook.tell_refund(refund, done)
        return left
