"""Whether suppliers sell to us: who turns us away is closed for everybody, and a person is told."""

from collections.abc import Mapping

from attrs import frozen

from ..clock import Clock
from ..errors import AltynError
from ..events import Event, EventId, Fact, Outbox
from ..health import Condition
from ..identifiers import Identifiers
from ..transaction import Transaction
from ..wording import one_line
from .errors import SupplierClosed
from .shutter import REASON_MAX, Shutter, Shutters, Step, lowered, next_try
from .suppliers import Suppliers


@frozen
class Doorkeeper:
    """Knows who is closed, and tells when that changes, inside a transaction."""

    shutters: Shutters
    outbox: Outbox
    clock: Clock
    identifiers: Identifiers

    async def closed(self, supplier: str) -> SupplierClosed | None:
        """
        Why nothing is bought there now.

        None where he sells, and now and then for one who tries whether he does again.
        """
        shutter = await self.shutters.of(supplier)
        if shutter is None or not shutter.closed:
            return None
        now = self.clock.now()
        if now >= shutter.try_at and await self.shutters.claim(shutter, next_try(shutter, now)):
            return None
        return SupplierClosed(supplier, shutter.reason)

    async def turned_away(self, supplier: str, step: Step, why: SupplierClosed) -> None:
        """He does not sell to us, as was seen at that step."""
        reason = one_line(why.reason, REASON_MAX)
        shutter = lowered(supplier, step, reason, self.clock.now())
        if await self.shutters.lower(shutter):
            await self._tell("closed", shutter)

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

    async def __call__(self, supplier: str, by: str) -> Shutter | None:
        """The shutter, up; None where it was up before."""
        async with self.transaction():
            return await self.doorkeeper.came_through(supplier, Step.ORDER, by)
