"""Writing a broadcast, and seeing whom it would reach, before anybody gets anything."""

from collections.abc import Mapping

from attrs import frozen

from ..clock import Clock
from ..identity import Caller, Language, Permission
from ..transaction import Transaction
from .announcement import Announcement
from .broadcast import Broadcast, BroadcastId, BroadcastState
from .errors import BroadcastMoved, BroadcastReused
from .ports import Audience, Broadcasts
from .segment import Segment


@frozen
class ComposeBroadcast:
    """Make drafts and change them."""

    broadcasts: Broadcasts
    clock: Clock
    transaction: Transaction

    async def draft(
        self,
        id: BroadcastId,
        by: Caller,
        announcement: Announcement | None = None,
        segment: Segment | None = None,
    ) -> Broadcast:
        """
        A new one; the same again is answered as it is by then.

        Raises:
            NotAllowed: they may not write to everybody.
            BroadcastReused: the id is known with other contents, where any were given.
        """
        by.must(Permission.BROADCAST)
        new = Broadcast(
            id=id,
            author=by.name,
            announcement=announcement or Announcement(),
            segment=segment or Segment(),
            created_at=self.clock.now(),
        )
        kept = await self.broadcasts.add(new)
        if kept.author != by.name or (
            announcement is not None
            and (kept.announcement, kept.segment) != (new.announcement, new.segment)
        ):
            raise BroadcastReused(id)
        return kept

    async def change(
        self,
        id: BroadcastId,
        by: Caller,
        announcement: Announcement | None = None,
        segment: Segment | None = None,
    ) -> Broadcast:
        """
        Say something else, or to others.

        Raises:
            NotAllowed: they may not write to everybody.
            BroadcastMissing: none has this id.
            BroadcastMoved: it is no draft any more.
        """
        by.must(Permission.BROADCAST)
        async with self.transaction():
            broadcast = await self.broadcasts.get(id)
            if broadcast.state is not BroadcastState.DRAFT:
                raise BroadcastMoved(id, broadcast.state)
            after = broadcast.changed(
                announcement=announcement or broadcast.announcement,
                segment=segment or broadcast.segment,
            )
            await self.broadcasts.put(after)
        return after


@frozen
class CountAudience:
    """Whom something would reach if it began now."""

    audience: Audience
    clock: Clock

    async def __call__(self, by: Caller, segment: Segment) -> Mapping[Language, int]:
        """
        How many, by language.

        Raises:
            NotAllowed: they may not write to everybody.
        """
        by.must(Permission.BROADCAST)
        return await self.audience.count(segment, self.clock.now())
