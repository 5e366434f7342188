"""What is bought for anybody and is not over, for whoever looks after it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import frozen

from ..clock import Clock
from ..identity import Caller, Permission
from .ports import Purchases
from .purchase import Purchase, PurchaseId, State


@frozen
class PurchasesUnderWay:
    """Purchases that were agreed to and are not over, whosever they are."""

    purchases: Purchases
    clock: Clock

    async def __call__(
        self,
        by: Caller,
        limit: int,
        after: tuple[datetime, PurchaseId] | None = None,
        *,
        state: State | None = None,
        age: timedelta = timedelta(0),
    ) -> Sequence[Purchase]:
        """
        The oldest first, in any state or in that, made so long ago at least; a page of them.

        Raises:
            NotAllowed: they may not see what is others'.
        """
        by.must(Permission.SEE_OTHERS)
        until = self.clock.now() - age
        return await self.purchases.under_way(limit, after, until=until, state=state)
