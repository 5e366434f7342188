"""Conversations: updates are kept first and handled then, windows turn one by one."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from altyn.adapters.memory import ManualClock, MemoryInbox, MemoryStore, MemoryWindows
from altyn.core.balances import MalformedText
from altyn.core.bells import HandBell
from altyn.core.chats import (
    FACTS_MAX,
    RAW_MAX,
    TRIES_MAX,
    Doorbell,
    TakeIn,
    TellChats,
    Update,
    Window,
    WindowMalformed,
)
from altyn.core.clock import ZoneMissing
from altyn.entrypoints.testkit.chats.inbox import NOON, update


async def test_what_is_new_is_kept_and_told() -> None:
    """Whoever handles updates hears of it; of what is known nobody does."""
    inbox, bell, clock = MemoryInbox(MemoryStore()), HandBell(), ManualClock()
    take = TakeIn(inbox, Doorbell(bell), clock)
    hearing = asyncio.create_task(bell.wait(60))
    assert await take(42, 7, "1", b"{}")
    await hearing
    kept = await inbox.get(42, 7)
    assert (kept.raw, kept.taken_at, kept.due_at) == (b"{}", clock.now(), clock.now())
    assert not await take(42, 7, "1", b"{}")
    await bell.wait(0.001)  # in vain


async def test_a_bell_that_rang_before_is_heard_once() -> None:
    """So nothing is slept through."""
    bell = HandBell()
    bell.ring()
    bell.ring()
    async with asyncio.timeout(5):
        await bell.wait(60)
    hearing = asyncio.create_task(bell.wait(60))
    await asyncio.sleep(0)
    assert not hearing.done()
    bell.ring()
    await hearing


async def test_more_than_anybody_writes_is_not_kept() -> None:
    """It is acknowledged all the same: told again it would be as long."""
    inbox = MemoryInbox(MemoryStore())
    take = TakeIn(inbox, Doorbell(HandBell()), ManualClock())
    assert await take(42, 7, "1", b" " * RAW_MAX)
    assert not await take(42, 8, "1", b" " * (RAW_MAX + 1))


def test_an_update_that_nobody_survives_is_not_tried_for_ever() -> None:
    """It was given to somebody more often than that."""
    told = update(1)
    assert not told.exhausted
    tried: dict[str, Any] = {"bot": 42, "number": 1, "lane": "1", "raw": b"", "taken_at": NOON}
    assert not Update(**tried, due_at=NOON, tries=TRIES_MAX).exhausted
    assert Update(**tried, due_at=NOON, tries=TRIES_MAX + 1).exhausted


def test_what_became_of_an_update_is_one_line() -> None:
    """Handled, or for a person to look at."""
    assert (update(1).done("a\nb").outcome, update(1).done().trouble) == ("a b", False)
    failed = update(1).failed("it broke")
    assert (failed.due_at, failed.trouble, failed.outcome) == (None, True, "it broke")


def test_an_update_is_of_a_moment_and_a_lane() -> None:
    """Both as they can be kept."""
    with pytest.raises(ZoneMissing):
        update(1, at=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(MalformedText):
        update(1, lane="a\n")


def test_a_window_turns() -> None:
    """What it was about before is gone, where it is shown stays."""
    first = Window(bot=42, chat=7, message=5, look_at=NOON).turned("offer", {"goods": "stars"})
    assert (first.turn, first.scene, first.message, first.look_at) == (1, "offer", 5, None)
    placed = first.placed(6, NOON)
    assert (first.drawn, placed.turn, placed.message, placed.drawn) == (0, 1, 6, 1)
    assert placed.look_at == NOON


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({f"n{number}": "" for number in range(FACTS_MAX + 1)}, WindowMalformed),
        ({"text": "two\nlines"}, WindowMalformed),
        ({"text": "x" * 1025}, WindowMalformed),
        ({"No Word": ""}, MalformedText),
    ],
)
def test_facts_are_a_few_short_lines(facts: dict[str, str], refusal: type[Exception]) -> None:
    """Whatever else somebody wrote is in their chat, not here."""
    with pytest.raises(refusal):
        Window(bot=42, chat=7, facts=facts)


def test_a_window_is_looked_at_at_a_moment_of_a_zone() -> None:
    """Like every moment here."""
    with pytest.raises(ZoneMissing):
        Window(bot=42, chat=7, look_at=datetime(2026, 1, 1))  # noqa: DTZ001
    assert Window(bot=42, chat=7, look_at=datetime(2026, 1, 1, tzinfo=UTC)).turn == 0


async def test_somebody_is_told_what_is_kept_of_them() -> None:
    """What they wrote, to the letter, and what they see; wiped, there is nothing of it."""
    store = MemoryStore()
    inbox, windows = MemoryInbox(store), MemoryWindows(store)
    tell = TellChats(42, inbox, windows)
    assert [row async for row in tell.told(7)] == []
    for number in range(3):
        await inbox.add(update(number, "7"))
    await inbox.add(update(9, "8"))
    await windows.put(Window(bot=42, chat=7).turned("offer", {"goods": "stars"}))
    (first, *_, last) = [row async for row in tell.told(7)]
    assert first == {"at": NOON.isoformat(), "update": update(0).raw.decode()}
    assert last == {"scene": "offer", "goods": "stars"}
    for each in await inbox.claim(42, NOON, NOON, 10):
        await inbox.put(each.done())
    await tell.wipe(7)
    assert [each.number for each in await inbox.of(42, "7", 10)] == [1, 2]
    assert (await windows.get(42, 7)).turn == 0
