"""What became of the payment, and of the goods: only a fact or a person leads out of doubt."""

from attrs import frozen

from ..clock import Clock
from ..errors import AltynError, Conflict, Missing, Refused
from ..identity import Audit, Caller, Permission
from ..spans import innermost
from ..transaction import Transaction
from ..wallets import Cheques, DrawCheque, Outlays, OutlayState
from ..wording import one_line
from .closing import Doorkeeper
from .errors import PurchaseMoved, SupplierClosed
from .ports import Delivery, Stage
from .purchase import PROOF_MAX, Purchase, PurchaseId, State
from .salesbook import Salesbook, why
from .schedule import ATTEMPTS_MAX, WAITED_FOR, next_step, patience
from .shutter import Step
from .suppliers import Suppliers


@frozen
class FollowOutlay:
    """See whether the wallet has paid."""

    salesbook: Salesbook
    outlays: Outlays
    draw: DrawCheque
    transaction: Transaction
    clock: Clock

    async def __call__(self, purchase: Purchase) -> Purchase:
        """
        The purchase: paid, or not paid for certain, or still being paid.

        Raises:
            PurchaseMoved: somebody else goes on with it.
        """
        now = self.clock.now()
        outlay = await self.outlays.get(purchase.outlay)
        if outlay.state is OutlayState.DUE and now >= outlay.bill.pay_before:
            # Perhaps its wallet is not enabled any more, and nobody else gives it up.
            await self.draw.lapse(outlay.wallet)
            outlay = await self.outlays.get(purchase.outlay)
        if outlay.cheque is not None:
            innermost().tell(cheque=str(outlay.cheque))
        match outlay.state:
            case OutlayState.PAID:
                after = purchase.moved(State.PAID, now, paid=True, proof=outlay.proof)
            case OutlayState.UNPAID:
                again = purchase.attempt < ATTEMPTS_MAX and now < purchase.quote.expires_at
                state = State.RESERVED if again else State.RELEASED
                after = purchase.moved(state, now, bill=None, order_id="", told=outlay.told)
            case _:
                after = purchase.changed(
                    checks=purchase.checks + 1, check_at=next_step(purchase, now)
                )
        async with self.transaction():
            if after.checks == WAITED_FOR:
                await self.salesbook.tell(after, "waiting")
            return await self.salesbook.keep(purchase, after)


@frozen
class AwaitDelivery:
    """Ask the supplier whether what was paid for is there."""

    salesbook: Salesbook
    outlays: Outlays
    cheques: Cheques
    suppliers: Suppliers
    doorkeeper: Doorkeeper
    transaction: Transaction
    clock: Clock

    async def __call__(self, purchase: Purchase) -> Purchase:
        """
        The purchase after what he said.

        Raises:
            PurchaseMoved: somebody else goes on with it.
        """
        closed: SupplierClosed | None = None
        try:
            message = await message_of(purchase, self.outlays, self.cheques)
            said = await self.suppliers.of(purchase.supplier).delivery(purchase, message)
        except AltynError as silence:
            said = Delivery(stage=Stage.PENDING, words=str(silence))
            closed = silence if isinstance(silence, SupplierClosed) else None
        now = self.clock.now()
        match said.stage:
            case Stage.DELIVERED:
                proof = one_line(said.proof, PROOF_MAX) or purchase.proof
                after = purchase.moved(State.DELIVERED, now, proof=proof)
            case Stage.FAILED:
                after = purchase.moved(State.RELEASED, now, told=said.words)
            case _:
                after = self._waiting(purchase, said)
        try:
            return await self._kept(purchase, after, closed)
        except PurchaseMoved:
            raise
        except (Conflict, Missing, Refused) as no:
            # The books do not take what he says: a person has to see why, and it is not lost.
            return await self._kept(purchase, self._doubted(purchase, no))

    async def _kept(
        self, purchase: Purchase, after: Purchase, closed: SupplierClosed | None = None
    ) -> Purchase:
        if after.state is State.DELIVERED:
            await self.salesbook.ahead(after)
        async with self.transaction():
            kept = await self.salesbook.keep(purchase, after)
            if closed is not None:
                await self.doorkeeper.turned_away(purchase.supplier, Step.VISIT, closed)
        return kept

    def _doubted(self, purchase: Purchase, no: AltynError) -> Purchase:
        now = self.clock.now()
        if purchase.state is State.PAID:
            return purchase.moved(State.UNKNOWN, now, told=why(no))
        return purchase.moved(State.REVIEW, now, told=why(no), check_at=None)

    def _waiting(self, purchase: Purchase, said: Delivery) -> Purchase:
        now = self.clock.now()
        state = patience(purchase, now)
        if state is not purchase.state:
            check_at = None if state is State.REVIEW else now
            return purchase.moved(state, now, told=said.words, check_at=check_at)
        check_at = next_step(purchase, now)
        return purchase.changed(checks=purchase.checks + 1, check_at=check_at, told=said.words)


async def message_of(purchase: Purchase, outlays: Outlays, cheques: Cheques) -> str:
    """The cheque that paid it, to the letter."""
    outlay = await outlays.get(purchase.outlay)
    if outlay.cheque is None:
        return ""
    return (await cheques.get(outlay.cheque)).draft.message


@frozen
class DecidePurchase:
    """A person says what became of the goods, having seen it."""

    salesbook: Salesbook
    transaction: Transaction
    clock: Clock
    audit: Audit

    async def __call__(
        self, id: PurchaseId, by: Caller, *, delivered: bool, because: str
    ) -> Purchase:
        """
        The purchase, delivered; or given up, and the customer has their money.

        Raises:
            NotAllowed: they may not say what became of things.
            NotSure: they have not shown their second factor just now.
            PurchaseMissing: none has this id.
            PurchaseMoved: it is not in doubt.
        """
        by.must(Permission.DECIDE)
        by.must_be_sure()
        async with self.transaction():
            purchase = await self.salesbook.purchases.get(id)
            if purchase.state not in (State.UNKNOWN, State.REVIEW):
                raise PurchaseMoved(id, purchase.state)
            state = State.DELIVERED if delivered else State.RELEASED
            after = purchase.moved(state, self.clock.now(), told=because, decided_by=by.name)
            kept = await self.salesbook.keep(purchase, after)
            facts = {"state": state.value, "because": because, "price": str(purchase.price)}
            await self.audit(by, "purchase.decided", f"purchase:{id}", **facts)
        return kept
