"""A broadcast in words, and live as long as somebody watches."""

import asyncio
from typing import Final

from ....core.broadcasts import Broadcast, BroadcastId, Broadcasts
from ...wiring.plain_broadcasts import PlainBroadcast
from ..output import Output
from ..session import Session
from ..table import Column

WATCH_SECONDS: Final = 1.0
COLUMNS: Final = (
    Column("State"),
    Column("Letters", right=True),
    Column("Sent", right=True),
    Column("Gone", right=True),
    Column("Declined", right=True),
    Column("Refused", right=True),
    Column("Unknown", right=True),
    Column("To go", right=True),
    Column("To", shrinks=True),
)


async def told(house: Session, id: BroadcastId, output: Output) -> Broadcast:
    """Say how far it has come."""
    broadcast = await _of(house, id)
    output.document(PlainBroadcast.of(broadcast))
    output.say(f"broadcast {broadcast.id}")
    output.table(COLUMNS, [row(broadcast)])
    return broadcast


async def watched(house: Session, id: BroadcastId, output: Output) -> None:
    """Say so each time that something has changed, until it has ended."""
    last: tuple[str, ...] = ()
    while True:
        broadcast = await _of(house, id)
        if (now := row(broadcast)) != last:
            output.table(COLUMNS, [now], titled=not last)
            last = now
        if broadcast.ended_at is not None:
            output.document(PlainBroadcast.of(broadcast))
            return
        await asyncio.sleep(WATCH_SECONDS)


async def _of(house: Session, id: BroadcastId) -> Broadcast:
    # Checkers let no Protocol pass as a type, hence the annotation.
    broadcasts: Broadcasts = await house.get(Broadcasts)
    return await broadcasts.get(id)


def row(broadcast: Broadcast) -> tuple[str, ...]:
    """One line; as long as recipients are being fixed, there are more letters to come."""
    counts = broadcast.counts
    return (
        broadcast.state,
        str(counts.letters) + ("" if broadcast.gathered else "+"),
        str(counts.sent),
        str(counts.gone),
        str(counts.declined),
        str(counts.refused),
        str(counts.unknown),
        str(counts.open),
        broadcast.segment.words,
    )
