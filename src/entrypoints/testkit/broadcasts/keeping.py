"""The contract of `core.broadcasts.Broadcasts`."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from attrs import evolve

from ....core.broadcasts import (
    BROADCAST_MOVES,
    Announcement,
    Broadcast,
    BroadcastId,
    BroadcastMissing,
    BroadcastMoved,
    Broadcasts,
    BroadcastState,
    Link,
    Segment,
)
from ....core.identity import Language, Role, UserId
from ....core.transaction import Transaction
from ..stumbling import undone
from .ground import NOON, THERE, TICK, Ground, draft, kept, next_of

FULL = draft(
    announcement=Announcement(
        texts={Language.RU: "«Ж» &lt;\n<a href='https://a.example/?a=1&amp;b'>тут</a> 👋" * 40},
        link=Link("Открыть «всё»", "https://shop.example/?от=нас"),
    ),
    segment=Segment(
        language=Language.RU,
        role=Role.SUPPORT,
        bought_since=NOON - TICK,
        not_bought_since=NOON + TICK,
        seen_since=NOON - timedelta(days=9_000),
    ),
    created_at=NOON + 7 * TICK,
)
MINUTE = timedelta(minutes=1)


class BroadcastsContract(Ground):
    """
    What everything that keeps broadcasts does. Subclass it in a test and override the fixtures
    `broadcasts` and `transaction`, both of one empty storage.
    """

    @pytest.mark.parametrize("new", [draft(), draft(announcement=Announcement()), FULL])
    async def test_each_is_kept_as_it_was(self, broadcasts: Broadcasts, new: Broadcast) -> None:
        """Texts of any kind, segments of any kind, moments to the tick."""
        assert await broadcasts.add(new) == new
        assert await broadcasts.get(new.id) == new
        with pytest.raises(BroadcastMissing):
            await broadcasts.get(BroadcastId(uuid4()))

    async def test_an_id_is_known_once(self, broadcasts: Broadcasts) -> None:
        """Whoever adds it again gets what is there."""
        first = await kept(broadcasts, BroadcastState.SENDING)
        assert await broadcasts.add(evolve(FULL, id=first.id)) == first
        assert await broadcasts.get(first.id) == first

    async def test_a_draft_can_say_something_else(self, broadcasts: Broadcasts) -> None:
        """To others too; who wrote it and when stays."""
        first = await kept(broadcasts)
        other = evolve(FULL, id=first.id, author="user:7", version=1)
        await broadcasts.put(other)
        after = evolve(other, author=first.author, created_at=first.created_at)
        assert await broadcasts.get(first.id) == after

    async def test_what_has_begun_says_the_same(self, broadcasts: Broadcasts) -> None:
        """How far it has come changes, what it says to whom does not."""
        first = await kept(broadcasts, BroadcastState.SENDING)
        after = first.changed(gathered_to=UserId(2**52 - 1), gathered=True)
        await broadcasts.put(
            evolve(after, announcement=FULL.announcement, segment=FULL.segment, begun_at=NOON)
        )
        assert await broadcasts.get(first.id) == after
        over = next_of(after, BroadcastState.DONE)
        await broadcasts.put(over)
        assert await broadcasts.get(first.id) == over

    @pytest.mark.parametrize("one", BroadcastState)
    async def test_it_moves_as_the_table_says(
        self, broadcasts: Broadcasts, one: BroadcastState
    ) -> None:
        """From that state to every state; staying is no move."""
        for two in BroadcastState:
            first = await kept(broadcasts, *THERE[one])
            after = next_of(first, two)
            if two is one or two in BROADCAST_MOVES[one]:
                await broadcasts.put(after)
                assert await broadcasts.get(first.id) == after
            else:
                with pytest.raises(BroadcastMoved) as error:
                    await broadcasts.put(after)
                assert (error.value.broadcast, error.value.state) == (first.id, one)
                assert await broadcasts.get(first.id) == first

    async def test_an_old_version_changes_nothing(self, broadcasts: Broadcasts) -> None:
        """Whoever is late is told in which state it is, and whoever is wrong that it is none."""
        first = await kept(broadcasts, BroadcastState.SENDING)
        for late in (first, evolve(first, version=first.version + 2)):
            with pytest.raises(BroadcastMoved):
                await broadcasts.put(late)
        assert await broadcasts.get(first.id) == first
        with pytest.raises(BroadcastMissing):
            await broadcasts.put(draft(version=1))

    async def test_the_newest_come_first(self, broadcasts: Broadcasts) -> None:
        """Page by page; ids break ties."""
        made = [
            await kept(
                broadcasts,
                id=BroadcastId(UUID(int=number)),
                created_at=NOON + number // 2 * MINUTE,
            )
            for number in range(5)
        ]
        newest = made[::-1]
        page = await broadcasts.newest(3)
        assert list(page) == newest[:3]
        before = page[-1].created_at, page[-1].id
        assert list(await broadcasts.newest(9, before)) == newest[3:]

    async def test_what_is_under_way_is_found(self, broadcasts: Broadcasts) -> None:
        """What is sent, and what was called off until its end is noted; the first begun first."""
        for state in (BroadcastState.DRAFT, BroadcastState.PAUSED, BroadcastState.DONE):
            await kept(broadcasts, *THERE[state])
        await kept(broadcasts, BroadcastState.CANCELLED)
        off = await kept(broadcasts, BroadcastState.SENDING, BroadcastState.CANCELLED)
        late = (await broadcasts.add(draft())).begun(NOON + TICK)
        await broadcasts.put(late)
        assert list(await broadcasts.under_way()) == [off, late]
        await broadcasts.put(off.changed(ended_at=NOON))
        assert list(await broadcasts.under_way()) == [late]

    async def test_changes_go_with_the_transaction(
        self, broadcasts: Broadcasts, transaction: Transaction
    ) -> None:
        """When it is undone, all is as before."""
        first, never = await kept(broadcasts), draft()
        async with undone(transaction):
            await broadcasts.put(next_of(await broadcasts.get(first.id), BroadcastState.SENDING))
            await broadcasts.add(never)
        assert await broadcasts.get(first.id) == first
        assert list(await broadcasts.newest(9)) == [first]
