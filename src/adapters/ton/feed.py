"""Our address on the chain, read in order from when somebody was first asked to pay there."""

from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import frozen

from ...core.clock import Clock
from ...core.payments import Page
from .chain import METHOD, Chain
from .purses import Purses

EARLIER: Final = timedelta(hours=1)
"""So much of what came before is read too: clocks differ."""


def beginning(at: datetime) -> str:
    """The place from which on everything is read that comes from that moment on."""
    return f"@{int((at - EARLIER).timestamp())}"


@frozen
class TonFeed:
    """Deposits by the logical time of their transactions."""

    chain: Chain
    purses: Purses
    clock: Clock
    name: str = METHOD
    method: str = METHOD
    every_seconds: float = 5.0

    async def page(self, position: str) -> Page:
        """As the port says. A place is a logical time, and before the first of them a moment."""
        purse = await self.purses.ours()
        position = position or beginning(self.clock.now())
        if position.startswith("@"):
            since = datetime.fromtimestamp(int(position[1:]), UTC)
            page = await self.chain.page(purse.owner, since=since)
        else:
            page = await self.chain.page(purse.owner, start_lt=int(position) + 1)
        transactions = page.transactions
        return Page(
            deposits=[each for each in map(purse.deposit, transactions) if each is not None],
            position=str(transactions[-1].lt) if transactions else position,
            until=page.head.at if page.last else None,
            last=page.last,
        )
