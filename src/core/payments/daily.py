"""The tie-out of every day, once, and the word that something differs."""

from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Final

from attrs import evolve, frozen

from ..clock import Clock
from ..errors import AltynError
from ..events import Fact
from ..transaction import Transaction
from .cashbook import Cashbook
from .gateways import Gateways
from .ports import Cursor, Cursors
from .tying import TieOut, TieOutMethod

DAY: Final = timedelta(days=1)
NIGHT: Final = timedelta(hours=3)
"""By then the provider has listed what came until midnight."""
TOLD_MAX: Final = 100
"""Of so many differences each is told of; how many there are is told in any case."""


@frozen
class TieOutDays:
    """Compare each day that is over, and tell of what differs."""

    gateways: Gateways
    cursors: Cursors
    tie_out: TieOutMethod
    cashbook: Cashbook
    transaction: Transaction
    clock: Clock

    async def __call__(self) -> int:
        """
        Answers how many methods were compared.

        A provider who does not let us read his list is asked again, and keeps no other waiting.
        """
        now = self.clock.now()
        until = datetime.combine((now - NIGHT).date(), time(), now.tzinfo)
        count = 0
        for method in self.gateways.by_method:
            cursor = await self.cursors.get(f"tie-out:{method}")
            if cursor.until is None or cursor.until < until:
                with suppress(AltynError):  # or somebody else has told it
                    await self._compare(method, cursor, until)
                    count += 1
        return count

    async def _compare(self, method: str, cursor: Cursor, until: datetime) -> None:
        since = cursor.until or until - DAY
        if cursor.until is None:
            # From here on none is left out, also if he is silent for days.
            begun = evolve(cursor, until=since)
            async with self.transaction():
                await self.cursors.put(begun, was=cursor)
            cursor = begun
        found = await self.tie_out(method, since, until)
        async with self.transaction():
            await self.cursors.put(evolve(cursor, until=until), was=cursor)
            await self._tell(found)

    async def _tell(self, found: TieOut) -> None:
        for each in found.differences[:TOLD_MAX]:
            facts: dict[str, Fact] = {
                "method": found.method,
                "kind": each.kind,
                "key": each.key,
                "back": each.back,
                "at": each.at.isoformat(),
                "ours": str(each.ours) if each.ours else None,
                "theirs": str(each.theirs) if each.theirs else each.said or None,
                "payment": str(each.payment) if each.payment else None,
            }
            await self.cashbook.tell("tie_out.differs", facts)
        await self.cashbook.tell(
            "tie_out.done",
            {
                "method": found.method,
                "since": found.since.isoformat(),
                "until": found.until.isoformat(),
                "compared": found.compared,
                "differences": len(found.differences),
            },
        )
