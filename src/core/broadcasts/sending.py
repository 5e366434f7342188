"""Sending broadcasts: by one process at a time, the first begun first, a page after the other."""

import asyncio
from collections.abc import Iterator
from typing import Final

from attrs import define, field

from ..clock import Clock
from ..events import Event, EventId, Outbox
from ..identifiers import Identifiers
from ..identity import UserId
from ..leases import Lease, Sole
from ..transaction import Transaction
from .broadcast import Broadcast, BroadcastState
from .gathering import GatherRecipients
from .one_letter import SendLetter
from .ports import Broadcasts, Letters

LEASE: Final = "broadcasts"
AT_ONCE: Final = 6
"""So many letters are in doubt at most when a process dies; enough, if each takes a fifth of a
second."""
PAGE: Final = 200
LEFT: Final = "it was being sent when we stopped"
ENDED: Final = "broadcast.ended"


@define(eq=False, kw_only=True)
class SendBroadcasts:
    """
    Send what was begun, as the only one who does.

    Its recipients are fixed first; then it goes from one to the next in the order of their ids,
    and again from the first whose letter waits, until none does. Whatever was in the hands of
    somebody who died is unknown from then on.
    """

    broadcasts: Broadcasts
    letters: Letters
    gather: GatherRecipients
    send: SendLetter
    outbox: Outbox
    transaction: Transaction
    clock: Clock
    identifiers: Identifiers
    sole: Sole
    _leaving: bool = field(default=False, init=False)

    def leave_off(self) -> None:
        """Begin no further letter; those in hand are finished."""
        self._leaving = True

    async def __call__(self) -> None:
        """Send until nothing is left, or there is no point in going on now."""
        if not self._leaving and await self.broadcasts.under_way():
            await self.sole.if_free(self._work)

    async def _work(self, _: Lease) -> None:
        for broadcast in await self.broadcasts.under_way():
            await self.letters.abandon(broadcast.id, self.clock.now(), LEFT)
            if await self._gathered(broadcast):
                await self._send_all(broadcast)
            await self._end(broadcast)

    async def _gathered(self, broadcast: Broadcast) -> bool:
        """Whether all recipients are fixed, and it is being sent."""
        while not self._leaving and broadcast.state is BroadcastState.SENDING:
            if broadcast.gathered:
                return True
            broadcast = await self.gather(broadcast.id)
        return False

    async def _send_all(self, broadcast: Broadcast) -> None:
        going, after = True, None
        while going and (page := await self.letters.waiting(broadcast.id, PAGE, after)):
            going, after = await self._send_page(broadcast, iter(page)), page[-1]

    async def _send_page(self, broadcast: Broadcast, page: Iterator[UserId]) -> bool:
        """Whether all of the page were tried, so that there is a point in the next one."""
        over = False

        def leaving() -> bool:
            return over or self._leaving

        async def hand() -> None:
            nonlocal over
            for recipient in page:
                if leaving():
                    break
                going = False
                try:
                    going = await self.send(broadcast, recipient, leaving)
                finally:
                    over = over or not going

        # Not a group, which would break off letters in hand when one of them comes to grief.
        hands = [hand() for _ in range(AT_ONCE)]
        for ended in await asyncio.gather(*hands, return_exceptions=True):
            if isinstance(ended, BaseException):
                raise ended
        return not leaving()

    async def _end(self, broadcast: Broadcast) -> None:
        """It is over, if it is; whoever wrote it is told once how it went."""
        now = self.clock.now()
        async with self.transaction():
            after = (await self.broadcasts.get(broadcast.id)).ended(now)
            if after is not None:
                await self.broadcasts.put(after)
                id = EventId(self.identifiers())
                await self.outbox.put([Event(id=id, name=ENDED, at=now, facts=told(after))])


def told(broadcast: Broadcast) -> dict[str, str | int]:
    """How it went."""
    counts = broadcast.counts
    return {
        "broadcast": str(broadcast.id),
        "account": broadcast.author,
        "state": broadcast.state.value,
        "letters": counts.letters,
        "sent": counts.sent,
        "gone": counts.gone,
        "declined": counts.declined,
        "refused": counts.refused,
        "unknown": counts.unknown,
    }
