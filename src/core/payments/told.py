"""What of payments is handed out to the person whom they are about."""

from collections.abc import AsyncIterator
from typing import Final

from attrs import frozen

from ..events import Fact
from ..identity import UserId, account_of
from .payment import PaymentId
from .ports import Payments, Refunds
from .refund import RefundId
from .standing import Standings

PAGE: Final = 200


@frozen
class TellPayments:
    """What they were asked to pay; nothing of it is forgotten, since it is history of money."""

    payments: Payments
    name: str = "payments"

    async def told(self, user: UserId) -> AsyncIterator[dict[str, Fact]]:
        """As the port says."""
        place = None
        while page := await self.payments.of(account_of(user), PAGE, place):
            for each in page:
                yield {
                    "id": str(each.id),
                    "at": each.created_at.isoformat(),
                    "method": each.order.method,
                    "state": each.state.value,
                    "asked": str(each.asked),
                    "came": str(each.came),
                    "returned": str(each.returned),
                    "reference": each.order.reference,
                    "country": each.order.sale.country,
                }
            place = page[-1].created_at, PaymentId(page[-1].id)

    async def wipe(self, user: UserId) -> None:
        """As the port says."""


@frozen
class TellRefunds:
    """What went back to them, or is on its way; nothing of it is forgotten."""

    refunds: Refunds
    name: str = "refunds"

    async def told(self, user: UserId) -> AsyncIterator[dict[str, Fact]]:
        """As the port says."""
        place = None
        while page := await self.refunds.of(account_of(user), PAGE, place):
            for each in page:
                yield {
                    "id": str(each.id),
                    "at": each.created_at.isoformat(),
                    "method": each.method,
                    "state": each.state.value,
                    "amount": str(each.amount),
                    "to": each.to,
                    "reason": each.reason,
                }
            place = page[-1].created_at, RefundId(page[-1].id)

    async def wipe(self, user: UserId) -> None:
        """As the port says."""


@frozen
class TellStandings:
    """Under what they pay again and again; nothing of it is forgotten."""

    standings: Standings
    name: str = "standing_orders"

    async def told(self, user: UserId) -> AsyncIterator[dict[str, Fact]]:
        """As the port says."""
        for each in await self.standings.of(account_of(user)):
            yield {
                "id": str(each.id),
                "at": each.created_at.isoformat(),
                "method": each.method,
                "amount": str(each.amount) if each.amount else None,
                "reference": each.reference,
                "ended": each.ended,
                "paid_until": each.term.until.isoformat() if each.term else None,
            }

    async def wipe(self, user: UserId) -> None:
        """As the port says."""
