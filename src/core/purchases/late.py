"""What comes after it was given up: nobody waits for it any more, and it is asked about still."""

from contextlib import suppress
from datetime import timedelta
from typing import Final

from attrs import frozen

from ..clock import Clock
from ..correlation import concerning
from ..errors import AltynError, Conflict, Missing, Refused
from ..identity import Audit, Caller, Permission
from ..mishaps import surviving
from ..spans import span
from ..transaction import Transaction
from ..wallets import Cheques, Outlays
from ..wording import one_line
from .delivering import message_of
from .errors import PurchaseMoved
from .ports import Delivery, Stage
from .purchase import PROOF_MAX, Late, Purchase, PurchaseId, State
from .salesbook import Salesbook
from .suppliers import Suppliers

ASKED_AFTER: Final = timedelta(days=7)
"""For so long after a purchase was given up."""
PAGE: Final = 100


@frozen
class LookForLate:
    """Ask about what was paid and given up; what has come after all is booked and told."""

    salesbook: Salesbook
    outlays: Outlays
    cheques: Cheques
    suppliers: Suppliers
    transaction: Transaction
    clock: Clock

    async def __call__(self) -> int:
        """Once about each; answers how many have come."""
        since, place, came = self.clock.now() - ASKED_AFTER, None, 0
        while page := await self.salesbook.purchases.given_up(since, PAGE, place):
            for each in page:
                with (
                    concerning(purchase=each.id),
                    surviving("asking after purchase", each.id),
                    span("ask after purchase"),
                ):
                    came += await self._came(each)
            place = page[-1].since, page[-1].id
        return came

    async def _came(self, purchase: Purchase) -> bool:
        said = await self._said(purchase)
        if said.stage is not Stage.DELIVERED:
            return False
        now, told = self.clock.now(), "it was delivered after it was given up"
        proof = one_line(said.proof, PROOF_MAX) or purchase.proof
        # Somebody has said so meanwhile; or the books do not take it, and others go on.
        with suppress(Conflict, Missing, Refused):
            async with self.transaction():
                after = purchase.came_late(now, proof=proof, told=told)
                await self.salesbook.keep(purchase, after)
            return True
        return False

    async def _said(self, purchase: Purchase) -> Delivery:
        try:
            message = await message_of(purchase, self.outlays, self.cheques)
            return await self.suppliers.of(purchase.supplier).delivery(purchase, message)
        except AltynError as silence:
            return Delivery(stage=Stage.PENDING, words=str(silence))


@frozen
class ReportLate:
    """A person has seen that something came which was given up."""

    salesbook: Salesbook
    transaction: Transaction
    clock: Clock
    audit: Audit

    async def __call__(self, id: PurchaseId, by: Caller, because: str) -> Purchase:
        """
        The purchase, of which it is booked what it has cost.

        Raises:
            NotAllowed: they may not say what became of things.
            NotSure: they have not shown their second factor just now.
            PurchaseMissing: none has this id.
            PurchaseMoved: it was not given up after it was paid, or it is known that it came.
        """
        by.must(Permission.DECIDE)
        by.must_be_sure()
        async with self.transaction():
            purchase = await self.salesbook.purchases.get(id)
            if not purchase.given_up:
                raise PurchaseMoved(id, purchase.state)
            after = purchase.came_late(self.clock.now(), told=because, decided_by=by.name)
            kept = await self.salesbook.keep(purchase, after)
            await self.audit(by, "purchase.late", f"purchase:{id}", because=because)
        return kept


@frozen
class SettleLate:
    """A person says who pays for what came after the customer had their money back."""

    salesbook: Salesbook
    transaction: Transaction
    clock: Clock
    audit: Audit

    async def __call__(self, id: PurchaseId, by: Caller, *, charge: bool, because: str) -> Purchase:
        """
        The purchase: the customer pays the price from their balance, or the house bears the cost.

        Raises:
            NotAllowed: they may not say what became of things.
            NotSure: they have not shown their second factor just now.
            PurchaseMissing: none has this id.
            PurchaseMoved: it does not wait for that.
            InsufficientFunds: the customer does not have so much.
        """
        by.must(Permission.DECIDE)
        by.must_be_sure()
        now = self.clock.now()
        async with self.transaction():
            purchase = await self.salesbook.purchases.get(id)
            if purchase.late is not Late.WAITING:
                raise PurchaseMoved(id, purchase.state)
            said = {"told": because, "decided_by": by.name}
            if charge:
                after = purchase.moved(State.DELIVERED, now, late=Late.PAID, **said)
            else:
                after = purchase.changed(late=Late.BORNE, since=now, **said)
            kept = await self.salesbook.keep(purchase, after)
            facts = {"late": after.late.value, "because": because, "price": str(purchase.price)}
            await self.audit(by, "purchase.settled", f"purchase:{id}", **facts)
        return kept
