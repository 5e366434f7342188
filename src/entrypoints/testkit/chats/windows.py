"""The contract of `core.chats.Windows`."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from ....core.chats import Window, WindowMoved, Windows
from ....core.transaction import Transaction
from ..stumbling import undone

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
BOT = 42
FACTS = {"goods": "stars", "shown": 'Анна «A» "it\'s" \\ 🪙', "none": ""}


@pytest.mark.asyncio
class WindowsContract:
    """
    What every memory of windows does. Subclass it in a test and override the fixtures: `windows`,
    empty, `transaction` over the same storage, and `other`, as another process would have it.
    """

    @pytest.fixture
    def windows(self) -> Windows:
        """Nothing was ever shown."""
        raise NotImplementedError("override the fixture `windows`")

    @pytest.fixture
    def transaction(self) -> Transaction:
        """Of the same storage."""
        raise NotImplementedError("override the fixture `transaction`")

    @pytest.fixture
    def other(self, windows: Windows) -> Windows:
        """Another way to the same windows."""
        return windows

    async def test_a_chat_begins_with_nothing(self, windows: Windows) -> None:
        """Turn 0, in no message."""
        assert await windows.get(BOT, 7) == Window(bot=BOT, chat=7)

    async def test_each_turn_is_kept_as_it_was(self, windows: Windows, other: Windows) -> None:
        """In each chat of each bot its own, to the letter and the microsecond."""
        chat = -(2**62)
        first = (await windows.get(BOT, chat)).turned("menu", {})
        await windows.put(first)
        second = first.turned("offer", FACTS, NOON + timedelta(microseconds=1))
        await other.put(second)
        assert await windows.get(BOT, chat) == second
        assert (await windows.get(43, chat)).turn == 0
        assert (await windows.get(BOT, 7)).turn == 0

    async def test_what_is_old_is_forgotten(self, windows: Windows) -> None:
        """By when a turn was last kept: some at a time, and then it begins with nothing."""
        for chat in (7, 8):
            await windows.put(Window(bot=BOT, chat=chat, turn=1))
        await windows.put((await windows.get(BOT, 7)).turned("offer", FACTS))
        now = datetime.now(UTC)
        assert await windows.forget_old(now - timedelta(days=1), 9) == 0
        assert (await windows.get(BOT, 7)).turn == 2
        assert await windows.forget_old(now + timedelta(days=1), 1) == 1
        assert await windows.forget_old(now + timedelta(days=1), 9) == 1
        assert await windows.get(BOT, 7) == Window(bot=BOT, chat=7)
        await windows.put(Window(bot=BOT, chat=7, turn=1))

    async def test_one_of_two_turns_is_kept(self, windows: Windows, other: Windows) -> None:
        """Whoever saw an earlier one is late, at the first turn as at any other."""
        nothing = await windows.get(BOT, 7)
        await windows.put(nothing.turned("menu", {}))
        with pytest.raises(WindowMoved):
            await other.put(nothing.turned("offer", FACTS))
        first = await windows.get(BOT, 7)
        await other.put(first.turned("balance", {}))
        with pytest.raises(WindowMoved):
            await windows.put(first.turned("offer", FACTS))
        with pytest.raises(WindowMoved):
            await windows.put(first)
        assert (await windows.get(BOT, 7)).scene == "balance"

    async def test_many_may_turn_at_once(self, windows: Windows) -> None:
        """One of them does."""

        async def turn() -> bool:
            try:
                await windows.put(Window(bot=BOT, chat=7, turn=1))
            except WindowMoved:
                return False
            return True

        assert sorted(await asyncio.gather(*(turn() for _ in range(8)))) == [False] * 7 + [True]

    async def test_where_it_is_shown_is_kept(self, windows: Windows, other: Windows) -> None:
        """And when to look at it; that is no turn, and of an earlier turn it is not kept."""
        first = (await windows.get(BOT, 7)).turned("menu", FACTS)
        with pytest.raises(WindowMoved):
            await windows.place(first)
        await windows.put(first)
        await windows.place(placed := first.placed(2**53, NOON))
        assert await other.get(BOT, 7) == placed
        await windows.put(placed.turned("balance", {}))
        with pytest.raises(WindowMoved):
            await other.place(first.placed(5, None))
        now = await windows.get(BOT, 7)
        assert (now.message, now.drawn, now.look_at) == (2**53, 1, None)

    async def test_a_chat_is_forgotten(self, windows: Windows) -> None:
        """It begins with nothing again; others stay as they were."""
        for chat in (7, 8):
            await windows.put(Window(bot=BOT, chat=chat, turn=1))
        await windows.forget(BOT, 7)
        await windows.forget(BOT, 7)
        assert await windows.get(BOT, 7) == Window(bot=BOT, chat=7)
        assert (await windows.get(BOT, 8)).turn == 1
        await windows.put(Window(bot=BOT, chat=7, turn=1))

    async def test_those_to_be_looked_at_are_taken(self, windows: Windows, other: Windows) -> None:
        """The longest overdue first, as many as were asked for, of that bot; each by one."""
        for chat, seconds in [(1, 3), (2, 1), (3, 2), (4, 9)]:
            window = Window(bot=BOT, chat=chat, turn=1, look_at=NOON + timedelta(seconds=seconds))
            await windows.put(window)
        await windows.put(Window(bot=BOT, chat=5, turn=1))
        await windows.put(Window(bot=43, chat=6, turn=1, look_at=NOON))
        at, until = NOON + timedelta(seconds=3), NOON + timedelta(seconds=20)
        taken = await windows.claim(BOT, at, until, 2)
        assert [(each.chat, each.look_at) for each in taken] == [(2, until), (3, until)]
        assert await windows.get(BOT, 2) == taken[0]
        assert [each.chat for each in await other.claim(BOT, at, until, 10)] == [1]
        assert list(await other.claim(BOT, at, until, 10)) == []
        assert [each.chat for each in await other.claim(BOT, until, until, 10)] == [4, 1, 2, 3]

    async def test_many_may_look_at_once(self, windows: Windows) -> None:
        """Nobody looks at what somebody else has taken."""
        for chat in range(10):
            await windows.put(Window(bot=BOT, chat=chat, turn=1, look_at=NOON))
        later = NOON + timedelta(seconds=20)
        taken = await asyncio.gather(*(windows.claim(BOT, NOON, later, 3) for _ in range(8)))
        chats = [each.chat for some in taken for each in some]
        assert len(chats) == len(set(chats))

    async def test_turns_are_kept_with_the_transaction(
        self, windows: Windows, transaction: Transaction
    ) -> None:
        """When it is undone nothing was shown."""
        async with undone(transaction):
            await windows.put(Window(bot=BOT, chat=7, turn=1))
        assert (await windows.get(BOT, 7)).turn == 0
