"""What our account has there; what was bought is known by it alone, since no order tells."""

from datetime import datetime, timedelta
from typing import Final

from attrs import define, field

from ...core.clock import Clock
from ...core.purchases import SupplierRefused
from ...core.resilience import Priority
from ..http import Unintelligible
from .api import StickerdomApi
from .operations import PROFILE
from .wire import Item, owned_in, understood

DOUBT_LASTS: Final = timedelta(minutes=15)
"""Longer than the core waits between two questions about what is in doubt."""


@define(eq=False)
class Shelf:
    """
    Packs of our account, by item; everybody who buys for it shares one.

    Packs are alike. So what comes is only known to be of a certain order while no other one of the
    same item is on its way.
    """

    api: StickerdomApi
    clock: Clock
    _doubts: dict[Item, datetime] = field(factory=dict, init=False, repr=False)

    async def owned(self, item: Item, priority: Priority) -> int:
        """
        How many packs of it there are.

        Raises:
            SupplierRefused: it does not say.
            Unavailable: it is not known.
        """
        data = await self._profile(priority)
        with understood():
            return owned_in(data, item)

    async def before(self, item: Item) -> int | None:
        """
        The same before one is ordered; None where that is not said, and never will be.

        Raises:
            Unavailable: it is not known now.
        """
        try:
            return owned_in(await self._profile(Priority.CRITICAL), item)
        except (SupplierRefused, Unintelligible):
            return None

    def doubt(self, item: Item) -> None:
        """Something of that was paid for, may come yet, and is not awaited any more."""
        self._doubts[item] = self.clock.now() + DOUBT_LASTS

    def doubted(self, item: Item) -> bool:
        """Whether that is so."""
        until = self._doubts.get(item)
        return until is not None and self.clock.now() < until

    async def _profile(self, priority: Priority) -> object:
        account = await self.api.account(priority)
        return await self.api.ask(PROFILE, priority, user=str(account.id))
