"""Whether suppliers sell to us: who turns us away is closed for everybody, and a person is told."""

from collections.abc import Mapping

from attrs import frozen

from ..clock import Clock
from ..errors import AltynError
from ..events import Event, EventId, Fact, Outbox
from ..health import Condition
from ..identifiers import Identifiers
from ..identity import Audit, Caller, Permission
from ..transaction import Transaction
from ..wording import one_line
from .errors import RecipientRefused, SupplierClosed, SupplierRefused
from .goods import Goods
from .ports import Offer, Supplier
from .shutter import REASON_MAX, Shutter, Shutters, Step, lowered, next_try
from .suppliers import Suppliers


@frozen
class Doorkeeper:
    """Knows who is closed, and tells when that changes, inside a transaction."""

    shutters: Shutters
    outbox: Outbox
    clock: Clock
    identifiers: Identifiers

    async def tried(self, supplier: str, *, looking: bool = False) -> bool:
        """
        Whether he is closed, and we try now whether he sells again; False where he is open.

        Of all who would try one does; whoever is only looking leaves the try to others.

        Raises:
            SupplierClosed: nothing is bought there now.
        """
        shutter = await self.shutters.of(supplier)
        if shutter is None or not shutter.closed:
            return False
        now = self.clock.now()
        if shutter.keeps_out(now):
            raise SupplierClosed(supplier, shutter.reason)
        if not looking and not await self.shutters.claim(shutter, next_try(shutter, now)):
            raise SupplierClosed(supplier, shutter.reason)
        return True

    async def turned_away(self, supplier: str, step: Step, why: SupplierClosed) -> None:
        """He does not sell to us, as was seen at that step; whoever saw it has tried."""
        now, reason = self.clock.now(), one_line(why.reason, REASON_MAX)
        if await self.shutters.lower(shutter := lowered(supplier, step, reason, now)):
            await self._tell("closed", shutter)
        elif (known := await self.shutters.of(supplier)) is not None and now >= known.try_at:
            await self.shutters.claim(known, next_try(known, now))

    async def came_through(self, supplier: str, step: Step, by: str = "") -> Shutter | None:
        """We came that far with him, or somebody says that we will; answers what was lifted."""
        lifted = await self.shutters.lift(supplier, step, self.clock.now())
        if lifted is not None:
            await self._tell("opened", lifted, by)
        return lifted

    async def _tell(self, what: str, shutter: Shutter, by: str = "") -> None:
        facts: Mapping[str, Fact] = {
            "supplier": shutter.supplier,
            "step": shutter.step.name.lower(),
            "reason": shutter.reason,
            "decided_by": by,
        }
        id = EventId(self.identifiers())
        event = Event(id=id, name=f"supplier.{what}", at=self.clock.now(), facts=facts)
        await self.outbox.put([event])


@frozen
class AskOffer:
    """Ask a supplier what something costs, unless he is closed."""

    doorkeeper: Doorkeeper
    transaction: Transaction

    async def __call__(
        self, supplier: Supplier, goods: Goods, recipient: str, *, looking: bool = False
    ) -> Offer:
        """
        What he asks; who turns us away does so to all who come after us.

        Raises:
            SupplierClosed: he does not sell to us now.
            RecipientRefused, SupplierRefused, Unavailable: as he says.
        """
        trying = await self.doorkeeper.tried(supplier.name, looking=looking)
        try:
            offer = await supplier.offer(goods, recipient)
        except SupplierClosed as closed:
            async with self.transaction():
                await self.doorkeeper.turned_away(supplier.name, Step.OFFER, closed)
            raise
        except (RecipientRefused, SupplierRefused):
            # He answers, so he sells: it is one customer's wish that he does not fulfil.
            await self._answered(supplier, trying)
            raise
        await self._answered(supplier, trying)
        return offer

    async def _answered(self, supplier: Supplier, trying: bool) -> None:
        if trying:
            async with self.transaction():
                await self.doorkeeper.came_through(supplier.name, Step.OFFER)


@frozen
class VisitSuppliers:
    """See whether every supplier lets us in, before a customer finds out."""

    suppliers: Suppliers
    doorkeeper: Doorkeeper
    transaction: Transaction

    async def __call__(self) -> Mapping[str, Condition]:
        """How each of them is, by name; a silence closes nobody."""
        return {each.name: await self._visited(each.name) for each in self.suppliers.all}

    async def _visited(self, name: str) -> Condition:
        try:
            await self.suppliers.of(name).visit()
        except SupplierClosed as closed:
            async with self.transaction():
                await self.doorkeeper.turned_away(name, Step.VISIT, closed)
            return Condition(False, closed.reason)
        except AltynError as unclear:
            return Condition(False, str(unclear))
        async with self.transaction():
            await self.doorkeeper.came_through(name, Step.VISIT)
        return Condition(True)


@frozen
class ReopenSupplier:
    """A person says that a supplier sells to us again, having seen to it."""

    doorkeeper: Doorkeeper
    transaction: Transaction
    audit: Audit

    async def __call__(self, supplier: str, by: Caller) -> Shutter | None:
        """
        The shutter, up; None where it was up before.

        Raises:
            NotAllowed: they may not decide that.
        """
        by.must(Permission.DECIDE)
        async with self.transaction():
            lifted = await self.doorkeeper.came_through(supplier, Step.ORDER, by.name)
            if lifted is not None:
                about, why = f"supplier:{supplier}", lifted.reason
                await self.audit(by, "supplier.reopened", about, why=why)
            return lifted
