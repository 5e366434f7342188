"""Fixing who gets a letter: page by page, so that no transaction holds a million people."""

from typing import Final

from attrs import frozen

from ..transaction import Transaction
from .broadcast import Broadcast, BroadcastId, BroadcastState
from .ports import Audience, Broadcasts, Letters

PAGE: Final = 1000


@frozen
class GatherRecipients:
    """Look at the next page of people, and have a letter wait for those of the segment."""

    broadcasts: Broadcasts
    letters: Letters
    audience: Audience
    transaction: Transaction

    async def __call__(self, id: BroadcastId) -> Broadcast:
        """The broadcast as it is then; as it is, where all are fixed or it is not being sent."""
        async with self.transaction():
            broadcast = await self.broadcasts.get(id)
            begun_at, sending = broadcast.begun_at, broadcast.state is BroadcastState.SENDING
            if begun_at is None or not sending or broadcast.gathered:
                return broadcast
            crowd = await self.audience.page(
                broadcast.segment, begun_at, PAGE, broadcast.gathered_to
            )
            await self.letters.write(id, crowd.recipients)
            await self.broadcasts.put(broadcast.gathered_up_to(crowd.last))
            return await self.broadcasts.get(id)
