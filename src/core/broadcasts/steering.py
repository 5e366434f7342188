"""Steering a broadcast: what it begins can be stopped, what has begun goes on."""

from attrs import frozen

from ..clock import Clock
from ..identity import Audit, Caller, Permission
from ..transaction import Transaction
from .broadcast import Broadcast, BroadcastId, BroadcastState
from .errors import BroadcastMoved
from .ports import Broadcasts


@frozen
class SteerBroadcast:
    """Begin a broadcast, pause it, let it go on, call it off."""

    broadcasts: Broadcasts
    transaction: Transaction
    clock: Clock
    audit: Audit

    async def begin(self, id: BroadcastId, by: Caller) -> Broadcast:
        """
        Have it sent; one that has begun is answered as it is by then.

        Raises:
            NotAllowed: they may not write to everybody.
            BroadcastMissing: none has this id.
            BroadcastMoved: it was called off before it began.
            AnnouncementMalformed: it says nothing.
        """
        by.must(Permission.BROADCAST)
        async with self.transaction():
            broadcast = await self.broadcasts.get(id)
            if broadcast.begun_at is not None:
                return broadcast
            after = broadcast.begun(self.clock.now())
            await self.broadcasts.put(after)
            facts = {"segment": after.segment.words}
            await self.audit(by, "broadcast.begun", about(after), **facts)
        return after

    async def pause(self, id: BroadcastId, by: Caller) -> Broadcast:
        """
        Begin no letter for a while; those that are being sent are.

        Raises:
            NotAllowed: they may not write to everybody.
            BroadcastMissing: none has this id.
            BroadcastMoved: it is not being sent.
        """
        return await self._to(id, by, BroadcastState.PAUSED)

    async def resume(self, id: BroadcastId, by: Caller) -> Broadcast:
        """
        Go on where it was left off.

        Raises:
            NotAllowed: they may not write to everybody.
            BroadcastMissing: none has this id.
            BroadcastMoved: it is not paused.
        """
        return await self._to(id, by, BroadcastState.SENDING)

    async def cancel(self, id: BroadcastId, by: Caller) -> Broadcast:
        """
        Begin no letter any more.

        Raises:
            NotAllowed: they may not write to everybody.
            BroadcastMissing: none has this id.
            BroadcastMoved: it is done.
        """
        return await self._to(id, by, BroadcastState.CANCELLED)

    async def _to(self, id: BroadcastId, by: Caller, state: BroadcastState) -> Broadcast:
        by.must(Permission.BROADCAST)
        async with self.transaction():
            broadcast = await self.broadcasts.get(id)
            if broadcast.state is state:
                return broadcast
            if state is BroadcastState.CANCELLED:
                after = broadcast.called_off(self.clock.now())
            elif broadcast.begun_at is None:
                raise BroadcastMoved(id, broadcast.state)  # a draft is begun, not resumed
            else:
                after = broadcast.moved(state)
            await self.broadcasts.put(after)
            await self.audit(by, "broadcast.steered", about(after), state=state.value)
        return after


def about(broadcast: Broadcast) -> str:
    """What the trail calls it."""
    return f"broadcast:{broadcast.id}"
