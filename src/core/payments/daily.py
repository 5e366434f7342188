"""The tie-out of every day, once, and the word that something differs or could not be compared."""

from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Final

from attrs import evolve, frozen

from ..clock import Clock
from ..errors import AltynError
from ..events import Fact
from ..mishaps import log, mishap
from ..transaction import Transaction
from ..wording import one_line
from .cashbook import Cashbook
from .errors import CursorMoved
from .gateways import Gateways
from .ports import Cursor, Cursors
from .tying import TieOut, TieOutMethod

DAY: Final = timedelta(days=1)
NIGHT: Final = timedelta(hours=3)
"""By then the provider has listed what came until midnight."""
PATIENCE: Final = timedelta(hours=1)
"""For so long after that it is only tried again: a provider who hangs for a while is no news."""
TOLD_MAX: Final = 100
"""Of so many differences each is told of; how many there are is told in any case."""

FAILED_MAX: Final = 500


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

        A provider who does not let us read his list is asked again, keeps no other waiting, and
        is told of once a day. One who keeps none is not asked.
        """
        now = self.clock.now()
        until = datetime.combine((now - NIGHT).date(), time(), now.tzinfo)
        count = 0
        for method, gateway in self.gateways.by_method.items():
            if gateway.lists:
                count += await self._compared(method, until, now)
        return count

    async def _compared(self, method: str, until: datetime, now: datetime) -> bool:
        """Whether it was compared just now."""
        try:
            cursor = await self.cursors.get(f"tie-out:{method}")
            if cursor.until is not None and cursor.until >= until:
                return False
            await self._compare(method, cursor, until)
        except CursorMoved:
            return False  # somebody else has compared it, and told
        except Exception as failed:  # also a mistake of ours keeps no other from being compared
            if now >= until + NIGHT + PATIENCE:
                with suppress(AltynError):  # then it is told of the next time
                    await self._tell_failed(method, until, failed)
            return False
        return True

    async def _tell_failed(self, method: str, until: datetime, failed: Exception) -> None:
        cursor = await self.cursors.get(f"tie-out-failed:{method}")
        if cursor.until == until:
            return
        doing = "comparing the books with"
        if isinstance(failed, AltynError):
            words = one_line(str(failed), FAILED_MAX)
            log.error("%s %s: %s", doing, method, words)
        else:
            words = mishap(doing, method, failed)
        async with self.transaction():
            await self.cursors.put(evolve(cursor, until=until), was=cursor)
            facts: dict[str, Fact] = {
                "method": method,
                "until": until.isoformat(),
                "told": words,
            }
            await self.cashbook.tell("tie_out.failed", facts)

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
                "theirs": each.his or None,
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
