"""The customer agrees: their money is set aside, and the purchase begins; or they call it off."""

from collections.abc import Awaitable, Callable
from typing import Final

from attrs import frozen

from ..clock import Clock
from ..identity import Audit, Caller, Permission
from ..payments import Payments
from ..transaction import Transaction
from .errors import NotPaidFor, PurchaseMoved, QuoteExpired, TooLateToCancel
from .purchase import Purchase, PurchaseId, State
from .salesbook import Salesbook, why
from .suppliers import Suppliers

BEFORE_PAYING: Final = frozenset({State.QUOTED, State.RESERVED, State.ORDERED})


@frozen
class ReservePurchase:
    """Set the price aside; from then on the purchase goes on by itself, in its turn."""

    salesbook: Salesbook
    suppliers: Suppliers
    payments: Payments
    transaction: Transaction
    clock: Clock

    async def __call__(
        self, id: PurchaseId, last: Callable[[Purchase], Awaitable[object]] | None = None
    ) -> Purchase:
        """
        The purchase; one that has begun is answered as it is by then.

        What is to be done last is done in the same transaction, or neither is.

        Raises:
            PurchaseMissing: none has this id.
            QuoteExpired: its price does not hold any more; it is refused from then on.
            InsufficientFunds: there is too little; once there is enough, ask again.
            NotPaidFor: the payment that is made for it has not come.
            PurchaseMoved: somebody else was faster.
        """
        purchase = await self.salesbook.purchases.get(id)
        if purchase.state is not State.QUOTED:
            return purchase
        if self.clock.now() >= purchase.quote.expires_at:
            await self._expire(purchase)
            raise QuoteExpired(id)
        await self._paid_for(purchase)
        try:
            async with self.transaction():
                await self.salesbook.set_aside(purchase)
                queue = self.suppliers.lane(purchase.supplier, purchase.wish.goods)
                reserved = purchase.moved(State.RESERVED, self.clock.now(), queue=queue)
                kept = await self.salesbook.keep(purchase, reserved)
                if last is not None:
                    await last(purchase)
                return kept
        except PurchaseMoved:
            now = await self.salesbook.purchases.get(id)
            if now.state is State.QUOTED:
                raise
            return now  # somebody else has just agreed to the same

    async def _paid_for(self, purchase: Purchase) -> None:
        """That the payment which is made for it has come, all of it."""
        if (payment := purchase.wish.funding.payment) is not None:
            made = await self.payments.get(payment)
            if made.came < made.asked:
                raise NotPaidFor(purchase.id, payment)

    async def _expire(self, purchase: Purchase) -> None:
        async with self.transaction():
            expired = purchase.moved(
                State.REFUSED, self.clock.now(), told=why(QuoteExpired(purchase.id))
            )
            await self.salesbook.keep(purchase, expired)


@frozen
class CancelPurchase:
    """Call a purchase off before anybody was told to pay."""

    salesbook: Salesbook
    transaction: Transaction
    clock: Clock
    audit: Audit

    async def __call__(self, id: PurchaseId, by: Caller) -> Purchase:
        """
        The purchase, refused; one that was refused before is answered as it is.

        Raises:
            NotAllowed: it is not theirs, and they may not decide about others'.
            PurchaseMissing: none has this id.
            TooLateToCancel: a wallet was told to pay.
        """
        async with self.transaction():
            purchase = await self.salesbook.purchases.get(id)
            own = by.owns(purchase.wish.buyer)
            by.must(Permission.BUY if own else Permission.DECIDE)
            if purchase.state is State.REFUSED:
                return purchase
            if purchase.state not in BEFORE_PAYING:
                raise TooLateToCancel(id, purchase.state)
            now = self.clock.now()
            after = purchase.moved(State.REFUSED, now, told="called off", decided_by=by.name)
            kept = await self.salesbook.keep(purchase, after)
            if not own:
                await self.audit(by, "purchase.called_off", f"purchase:{id}")
        return kept
