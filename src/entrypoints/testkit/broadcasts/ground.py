"""Broadcasts to begin with."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import pytest

from ....core.broadcasts import (
    Announcement,
    Broadcast,
    BroadcastId,
    Broadcasts,
    BroadcastState,
    Letters,
    LetterState,
)
from ....core.identity import Language, UserId
from ....core.transaction import Transaction

NOON: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
TICK: Final = timedelta(microseconds=1)
ANNA, BORIS, CLARA = UserId(1), UserId(2), UserId(7_000_000_001)
NEWS: Final = Announcement(texts={Language.EN: "<b>News</b>", Language.RU: "Новости"})

THERE: Final[Mapping[BroadcastState, Sequence[BroadcastState]]] = {
    BroadcastState.DRAFT: (),
    BroadcastState.SENDING: (BroadcastState.SENDING,),
    BroadcastState.PAUSED: (BroadcastState.SENDING, BroadcastState.PAUSED),
    BroadcastState.DONE: (BroadcastState.SENDING, BroadcastState.DONE),
    BroadcastState.CANCELLED: (BroadcastState.SENDING, BroadcastState.CANCELLED),
}
"""A way from its beginning into each state."""


def draft(**what: Any) -> Broadcast:
    """Something to be said."""
    whole: dict[str, Any] = {
        "id": BroadcastId(uuid4()),
        "author": "user:42",
        "announcement": NEWS,
        "created_at": NOON,
    }
    return Broadcast(**(whole | what))


def next_of(broadcast: Broadcast, state: BroadcastState) -> Broadcast:
    """The same in another state, with all that belongs to that, whether a move leads there."""
    what: dict[str, Any] = {"state": state}
    if state is BroadcastState.DRAFT:
        what["begun_at"] = None
    elif state is not BroadcastState.CANCELLED:
        what["begun_at"] = broadcast.begun_at or NOON
    if state is BroadcastState.DONE:
        what |= {"gathered": True, "ended_at": NOON}
    return broadcast.changed(**what)


async def kept(broadcasts: Broadcasts, *states: BroadcastState, **what: Any) -> Broadcast:
    """One that went through those states."""
    broadcast = await broadcasts.add(draft(**what))
    for state in states:
        broadcast = next_of(broadcast, state)
        await broadcasts.put(broadcast)
    return broadcast


async def in_state(letters: Letters, id: BroadcastId, to: UserId, state: LetterState) -> None:
    """The letter to them goes there by the shortest way; its broadcast is being sent."""
    await letters.write(id, [to])
    if state is LetterState.WAITING:
        return
    if state is not LetterState.DECLINED:
        assert await letters.begin(id, to, NOON)
    if state is not LetterState.SENDING:
        await letters.end(id, to, state, NOON, "«why»")


@pytest.mark.asyncio
class Ground:
    """What the contracts of one storage share."""

    @pytest.fixture
    def broadcasts(self) -> Broadcasts:
        """An empty place."""
        raise NotImplementedError("override the fixture `broadcasts`")

    @pytest.fixture
    def transaction(self) -> Transaction:
        """The transaction of the storage."""
        raise NotImplementedError("override the fixture `transaction`")
