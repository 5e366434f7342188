"""Something is said to many over HTTP: whoever is killed meanwhile, nobody gets it twice."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from altyn.core.broadcasts import BroadcastState, LetterState, SendBroadcasts
from altyn.core.broadcasts.sending import AT_ONCE
from altyn.core.events import Outbox
from altyn.entrypoints.sandbox import Fault
from tests.integration.broadcast_town import (
    FORKS,
    PATIENCE_SECONDS,
    RECIPIENTS,
    Town,
    sends,
    town_at,
)

KILLS = 2


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each storage."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/shop.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def town(database: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with town_at(database, tmp_path) as town:
        yield town


async def test_storms_and_the_gone(town: Town) -> None:
    """Who is turned away is written to later, who is gone never; what broke off is in doubt."""
    await town.settle(30)
    gone = {each.id for each in list(town.desk.chats.users.values())[:3]}
    town.desk.chats.blocked |= gone
    # Not at once, or the breaker would have to recover first.
    town.executioner.storm_at = 15
    town.executioner.storm = [Fault.BUSY] * 4 + [Fault.FAIL_AFTER, Fault.FAIL_BEFORE]
    broadcast = await town.begun()
    send = await town.container.get(SendBroadcasts)
    await town.ended(broadcast, send)
    after = await town.now(broadcast)
    assert after.state is BroadcastState.DONE
    unknown = await town.those(broadcast, LetterState.UNKNOWN)
    assert await town.those(broadcast, LetterState.GONE) == gone - unknown
    assert len(unknown) == 2
    assert set(town.reached.values()) == {1}
    assert await town.those(broadcast, LetterState.SENT) <= set(town.reached)
    assert after.counts.sent + after.counts.gone + after.counts.unknown == 30
    outbox: Outbox = await town.container.get(Outbox)
    assert [each.name for each in await outbox.pending(9)] == ["broadcast.ended"]


async def test_two_kills(tmp_path: Path) -> None:
    """
    Nobody gets it twice; all get it but those whose letters were in hand at a kill, at most.

    Of those it is said that nobody knows, and here it can be counted how many of them got it.
    """
    async with town_at(f"sqlite:///{tmp_path}/shop.db", tmp_path) as town:
        await town.settle(RECIPIENTS)
        broadcast = await town.begun()
        for life in range(KILLS + 1):
            last = life == KILLS
            town.executioner.kills_at = 0 if last else RECIPIENTS * (life + 1) // (KILLS + 1)
            given = (town.settings, town.folder, life * 2)
            process = FORKS.Process(target=sends, args=given, daemon=True)
            process.start()
            town.executioner.pid = process.pid or 0
            if last:
                await town.ended(broadcast)
                process.kill()
            await asyncio.to_thread(process.join, PATIENCE_SECONDS)
            process.kill()
            assert process.exitcode == -signal.SIGKILL, "it was not met"
        after, reached = await town.now(broadcast), town.reached
        sent = await town.those(broadcast, LetterState.SENT)
        unknown = await town.those(broadcast, LetterState.UNKNOWN)
    got = unknown & set(reached)
    print(
        f"\n{RECIPIENTS} recipients, {KILLS} kills: {len(sent)} sent, {len(unknown)} unknown, "
        f"of whom {len(got)} got it; {len(reached)} reached, nobody twice"
    )
    assert after.state is BroadcastState.DONE
    assert set(reached.values()) == {1}
    assert set(reached) == sent | got
    assert len(sent) + len(unknown) == RECIPIENTS
    assert KILLS <= len(unknown) <= KILLS * AT_ONCE
