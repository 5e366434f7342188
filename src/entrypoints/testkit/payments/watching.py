"""The contract of `core.payments.Cursors`."""

import asyncio
from datetime import timedelta

import pytest
from attrs import evolve

from ....core.payments import Cursor, CursorMoved, Cursors
from ....core.transaction import Transaction
from ..stumbling import undone
from .ground import NOON, QUOTED, TICK, Ground, meanwhile

START = Cursor("chain")
FIRST = Cursor("chain", "7", NOON)
SECOND = Cursor("chain", "9", NOON + TICK)


class CursorsContract(Ground):
    """
    What everything that keeps cursors does. Subclass it in a test and override the fixtures
    `cursors` and `transaction`, of one empty storage.
    """

    async def test_a_feed_is_read_from_its_beginning(self, cursors: Cursors) -> None:
        """As long as nothing of it was read; asking leaves nothing behind."""
        assert await cursors.get("chain") == START
        await cursors.put(Cursor("other", "7", NOON), was=Cursor("other"))
        assert await cursors.get("chain") == START
        assert (START.position, START.until) == ("", None)

    async def test_a_place_is_kept_as_it_was(self, cursors: Cursors) -> None:
        """Any text, a moment to the microsecond and in UTC or none, and each feed has its own."""
        now = Cursor(QUOTED)
        for position, until in (
            ("7", None),
            (QUOTED, NOON + 7 * TICK),
            ("x" * 128, NOON + timedelta(days=900)),
        ):
            after = Cursor(QUOTED, position, until)
            await cursors.put(after, was=now)
            now = await cursors.get(QUOTED)
            assert now == after
            assert until is None or (now.until or NOON).utcoffset() == timedelta(0)
        assert await cursors.get("chain") == START

    async def test_a_put_expects_a_place(self, cursors: Cursors) -> None:
        """Who was overtaken is told so, and nothing is written: neither at the beginning nor on."""
        with pytest.raises(CursorMoved):
            await cursors.put(SECOND, was=FIRST)
        assert await cursors.get("chain") == START
        await cursors.put(FIRST, was=START)
        for was in (START, SECOND, evolve(FIRST, until=None), evolve(FIRST, until=NOON + TICK)):
            with pytest.raises(CursorMoved) as moved:
                await cursors.put(SECOND, was=was)
            assert moved.value.facts == {"feed": "chain"}
            assert await cursors.get("chain") == FIRST
        with pytest.raises(CursorMoved):
            await cursors.put(SECOND, was=evolve(FIRST, position="8"))
        await cursors.put(FIRST, was=FIRST)  # nothing new came
        await cursors.put(evolve(FIRST, until=NOON + TICK), was=FIRST)
        assert (await cursors.get("chain")).until == NOON + TICK

    async def test_a_feed_without_moments_moves_too(self, cursors: Cursors) -> None:
        """It is not always known by when everything came."""
        one, two = evolve(FIRST, until=None), evolve(SECOND, until=None)
        await cursors.put(one, was=START)
        with pytest.raises(CursorMoved):
            await cursors.put(two, was=START)
        await cursors.put(two, was=one)
        assert await cursors.get("chain") == two

    async def test_a_transaction_keeps_all_or_nothing(
        self, cursors: Cursors, transaction: Transaction
    ) -> None:
        """It sees its own writes; undone, the feed is read again from where it was."""
        for was, after in ((START, FIRST), (FIRST, SECOND)):
            async with undone(transaction):
                await cursors.put(after, was=was)
                assert await cursors.get("chain") == after
            assert await cursors.get("chain") == was
            async with transaction():
                with pytest.raises(CursorMoved):
                    await cursors.put(after, was=Cursor("chain", "other"))
                await cursors.put(after, was=was)
            assert await cursors.get("chain") == after

    async def test_nobody_else_sees_what_may_be_undone(
        self, cursors: Cursors, transaction: Transaction
    ) -> None:
        """Who asks meanwhile is told what was before, at once or afterwards."""
        await cursors.put(FIRST, was=START)
        async with undone(transaction):
            await cursors.put(SECOND, was=FIRST)
            asked = await meanwhile(cursors.get("chain"))
        assert await asked == FIRST

    @pytest.mark.parametrize("begun", [False, True], ids=["at the beginning", "further on"])
    async def test_who_reads_on_meanwhile_waits(
        self, cursors: Cursors, transaction: Transaction, begun: bool
    ) -> None:
        """And is overtaken, unless the first one is undone."""
        now = FIRST if begun else START
        if begun:
            await cursors.put(FIRST, was=START)
        for place, block in (("8", lambda: undone(transaction)), ("9", transaction)):
            async with block():
                mine = Cursor("chain", place, NOON)
                await cursors.put(mine, was=now)
                theirs = Cursor("chain", f"{place}, theirs", NOON)
                other = await meanwhile(cursors.put(theirs, was=now))
                assert not other.done()
            if place == "8":
                await other
                now = theirs
        with pytest.raises(CursorMoved):
            await other
        assert await cursors.get("chain") == mine

    async def test_of_many_who_read_on_one_does(self, cursors: Cursors) -> None:
        """The others are told that they were overtaken."""
        now = START
        for turn in range(2):
            lot = [Cursor("chain", f"{turn}-{n}", NOON) for n in range(4)]
            puts = [cursors.put(each, was=now) for each in lot]
            said = await asyncio.gather(*puts, return_exceptions=True)
            assert said.count(None) == 1
            assert sum(isinstance(each, CursorMoved) for each in said) == 3
            now = await cursors.get("chain")
            assert now == lot[said.index(None)]
