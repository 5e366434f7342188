"""What anybody was asked for and is not over, for whoever looks after it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import frozen

from ..clock import Clock
from ..identity import Caller, Permission
from .payment import Payment, PaymentId, State
from .ports import Payments


@frozen
class PaymentsUnderWay:
    """Payments for which something is still to come, or to go back, whosever they are."""

    payments: Payments
    clock: Clock

    async def __call__(
        self,
        by: Caller,
        limit: int,
        after: tuple[datetime, PaymentId] | None = None,
        *,
        state: State | None = None,
        age: timedelta = timedelta(0),
    ) -> Sequence[Payment]:
        """
        The oldest first, in any state or in that, made so long ago at least; a page of them.

        Raises:
            NotAllowed: they may not see what is others'.
        """
        by.must(Permission.SEE_OTHERS)
        until = self.clock.now() - age
        return await self.payments.under_way(limit, after, until=until, state=state)
