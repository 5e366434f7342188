"""Ordering: the supplier says how he wants to be paid; then a wallet is told to pay, once."""

from attrs import frozen

from ..clock import Clock
from ..errors import Refused, Unavailable
from ..transaction import Transaction
from ..wallets import Outlay, RequestOutlay
from .closing import Doorkeeper
from .errors import PriceRose, QuoteExpired, RecipientChanged, SupplierClosed, SupplierRefused
from .ports import Ordered
from .purchase import Purchase, State, supply
from .salesbook import Salesbook, why
from .schedule import ATTEMPTS_MAX, CALL, PAYING_NEEDS, next_step
from .shutter import Step
from .suppliers import Suppliers


@frozen
class OrderPurchase:
    """Have the supplier make a bill; it is compared with what was quoted before anybody pays."""

    salesbook: Salesbook
    suppliers: Suppliers
    doorkeeper: Doorkeeper
    transaction: Transaction
    clock: Clock

    async def __call__(self, purchase: Purchase) -> Purchase:
        """
        The purchase after what he said: ordered, refused, or to be asked again.

        Raises:
            PurchaseMoved: somebody else goes on with it.
            LaneTaken: another one is under way in its lane.
            SupplierUnknown: he is not enabled any more; once its price has run out it is refused.
        """
        if self.clock.now() >= purchase.quote.expires_at:
            return await self._keep(purchase, QuoteExpired(purchase.id))
        supplier = self.suppliers.of(purchase.supplier)
        claimed = await self._claimed(purchase, supplier.lane(purchase.wish.goods))
        if claimed.state is not State.RESERVED:
            return claimed
        try:
            ordered = await supplier.order(claimed)
            as_quoted(claimed, ordered)
        except Refused as no:
            return await self._keep(claimed, no)
        except Unavailable as silence:
            return await self._keep(claimed, silence)
        return await self._keep(claimed, ordered)

    async def _claimed(self, purchase: Purchase, lane: str) -> Purchase:
        """Written down before he is asked: nobody else orders it meanwhile, nor in its lane."""
        if purchase.attempt >= ATTEMPTS_MAX:
            words = purchase.told or "it was ordered often enough"
            return await self._keep(purchase, SupplierRefused(purchase.supplier, words))
        until = self.clock.now() + CALL
        claimed = purchase.changed(
            attempt=purchase.attempt + 1, lane=lane, queue="", check_at=until
        )
        async with self.transaction():
            return await self.salesbook.keep(purchase, claimed)

    async def _keep(self, purchase: Purchase, said: Ordered | Refused | Unavailable) -> Purchase:
        now = self.clock.now()
        match said:
            case Ordered(order_id=order_id, bill=bill):
                after = purchase.moved(State.ORDERED, now, order_id=order_id, bill=bill)
            case Refused():
                after = purchase.moved(State.REFUSED, now, told=why(said))
            case _:  # an order that nobody pays is nothing: it did not count, and others go first
                after = purchase.changed(
                    attempt=purchase.attempt - 1,
                    lane="",
                    queue=purchase.lane,
                    checks=purchase.checks + 1,
                    check_at=next_step(purchase, now),
                    told=said,
                )
        async with self.transaction():
            kept = await self.salesbook.keep(purchase, after)
            match said:
                case Ordered():
                    await self.doorkeeper.came_through(purchase.supplier, Step.ORDER)
                case SupplierClosed():
                    await self.doorkeeper.turned_away(purchase.supplier, Step.ORDER, said)
        return kept


def as_quoted(purchase: Purchase, ordered: Ordered) -> None:
    """
    That what was ordered is what was quoted.

    Raises:
        RecipientChanged: it is for somebody else.
        PriceRose: it costs too much by now.
    """
    if ordered.shown != purchase.shown:
        raise RecipientChanged(purchase.shown, ordered.shown)
    if ordered.bill.asset != purchase.quote.cost.asset:
        raise SupplierRefused(purchase.supplier, f"he wants to be paid in {ordered.bill.asset}")
    if ordered.bill.total > purchase.quote.cost_max:
        raise PriceRose(ordered.bill.total, purchase.quote.cost_max)


@frozen
class PayPurchase:
    """Tell a wallet to pay the bill; from then on only what becomes of that leads further."""

    salesbook: Salesbook
    suppliers: Suppliers
    request: RequestOutlay
    transaction: Transaction
    clock: Clock

    async def __call__(self, purchase: Purchase) -> Purchase:
        """
        The purchase, being paid; or reserved again if its bill has run out.

        Raises:
            PurchaseMoved: somebody else goes on with it.
        """
        now, bill = self.clock.now(), purchase.bill
        if bill is None or now + PAYING_NEEDS > bill.pay_before:
            return await self._back(purchase, "the bill ran out before it was paid")
        try:
            wallet = self.suppliers.payer(purchase.supplier, bill.asset)
            outlay = Outlay(
                id=purchase.outlay,
                wallet=wallet,
                bill=bill,
                target=supply(purchase.supplier),
                reference=str(purchase.id),
                created_at=now,
            )
            async with self.transaction():
                after = await self.salesbook.keep(purchase, purchase.moved(State.PAYING, now))
                await self.request(outlay)
        except Refused as no:
            async with self.transaction():
                refused = purchase.moved(State.REFUSED, now, told=why(no))
                return await self.salesbook.keep(purchase, refused)
        return after

    async def _back(self, purchase: Purchase, told: str) -> Purchase:
        now = self.clock.now()
        async with self.transaction():
            back = purchase.moved(State.RESERVED, now, bill=None, order_id="", told=told)
            return await self.salesbook.keep(purchase, back)
