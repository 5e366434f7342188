"""Calls of the store by somebody who is signed in."""

from typing import Any

from attrs import frozen

from ...core.purchases import SupplierClosed, SupplierRefused
from ...core.resilience import Priority
from .door import Account, Door
from .line import Line
from .wire import STICKERDOM


@frozen
class StickerdomApi:
    """What can be asked of the store."""

    line: Line
    door: Door

    async def account(self, priority: Priority) -> Account:
        """
        As whom we are signed in.

        Raises:
            SupplierClosed: it does not let us in.
            Unavailable: it is not known whether it does.
        """
        return (await self.door.enter(priority)).account

    async def ask(self, operation: str, priority: Priority, **wanted: str) -> Any:
        """
        The data of its answer.

        Raises:
            SupplierRefused: it is a no, and nothing was done.
            SupplierClosed: it does not let us in, though we signed in a moment ago.
            Unavailable: it is not known what became of it.
        """
        visit = await self.door.enter(priority)
        said = await self.line.send(operation, wanted, priority, token=visit.token)
        if not said.let_in:
            # Nothing was done, be it a creation.
            self.door.leave(visit)
            visit = await self.door.enter(priority)
            said = await self.line.send(operation, wanted, priority, token=visit.token)
        if not said.let_in:
            raise SupplierClosed(STICKERDOM, "it does not let us in, signed in or not")
        if said.refusal is not None:
            raise SupplierRefused(STICKERDOM, said.refusal)
        return said.data
