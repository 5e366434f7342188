"""What of purchases is handed out to the person who bought."""

from collections.abc import AsyncIterator
from typing import Final

from attrs import frozen

from ..events import Fact
from ..identity import UserId, account_of
from .ports import Purchases

PAGE: Final = 200


@frozen
class TellPurchases:
    """What they bought or wanted to; nothing of it is forgotten, since it is history of money."""

    purchases: Purchases
    name: str = "purchases"

    async def told(self, user: UserId) -> AsyncIterator[dict[str, Fact]]:
        """As the port says."""
        place = None
        while page := await self.purchases.of(account_of(user), PAGE, place):
            for each in page:
                yield {
                    "id": str(each.id),
                    "at": each.created_at.isoformat(),
                    "kind": each.wish.goods.kind.value,
                    "quantity": each.wish.goods.quantity,
                    "item": each.wish.goods.item,
                    "recipient": each.wish.recipient,
                    "price": str(each.price),
                    "state": each.state.value,
                    "proof": each.proof,
                }
            place = page[-1].created_at, page[-1].id

    async def wipe(self, user: UserId) -> None:
        """As the port says."""
