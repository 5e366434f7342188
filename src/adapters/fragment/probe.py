"""Whether our session at Fragment is alive: somebody is looked up, which changes nothing."""

import asyncio
from typing import Final

from attrs import frozen

from ...core.errors import AltynError
from ...core.health import Condition
from ...core.purchases import RecipientRefused, SupplierClosed
from .supplier import FragmentSupplier
from .wire import FRAGMENT

DEADLINE_SECONDS: Final = 10.0


@frozen
class FragmentProbe:
    """
    Looks somebody up, of whom it is known that they are there.

    People are found without a login too. So what was in the way of the last purchase counts as
    well, until one goes through.
    """

    supplier: FragmentSupplier
    somebody: str
    deadline_seconds: float = DEADLINE_SECONDS

    @property
    def name(self) -> str:
        """What people call it."""
        return FRAGMENT

    async def __call__(self) -> Condition:
        """As the port says."""
        try:
            async with asyncio.timeout(self.deadline_seconds):
                await self.supplier.find(self.somebody)
        except TimeoutError:
            return Condition(False, f"no answer within {self.deadline_seconds:g} s")
        except RecipientRefused as nobody:
            return Condition(False, f"it answers, and does not find {nobody.recipient}")
        except SupplierClosed as closed:
            return Condition(False, closed.reason)
        except AltynError as unclear:
            return Condition(False, "; ".join(filter(None, (str(unclear), self._trouble))))
        return Condition(not self._trouble, self._trouble)

    @property
    def _trouble(self) -> str:
        """It may be the reason why we leave Fragment alone for a while."""
        reason = self.supplier.trouble
        return f"nothing can be bought: {reason}" if reason else ""
