"""The contract of `core.broadcasts.Letters`."""

import asyncio

import pytest
from attrs import evolve

from ....core.broadcasts import (
    LETTER_MOVES,
    Broadcasts,
    BroadcastState,
    Counts,
    Letter,
    LetterMoved,
    Letters,
    LetterState,
)
from ....core.identity import UserId
from ....core.transaction import Transaction
from ..stumbling import undone
from .ground import ANNA, BORIS, CLARA, NOON, TICK, Ground, in_state, kept, next_of

LATER = NOON + TICK
NOBODY = UserId(99)


class LettersContract(Ground):
    """
    What everything that keeps letters does. Subclass it in a test and override the fixtures
    `letters`, `broadcasts` and `transaction`, all of one empty storage.
    """

    @pytest.fixture
    def letters(self) -> Letters:
        """An empty place."""
        raise NotImplementedError("override the fixture `letters`")

    async def test_each_gets_one(self, letters: Letters, broadcasts: Broadcasts) -> None:
        """Of each broadcast, however often somebody is named; it is said how many are new."""
        one, two = await kept(broadcasts, BroadcastState.SENDING), await kept(broadcasts)
        assert await letters.write(one.id, [ANNA, CLARA]) == 2
        assert await letters.write(one.id, [CLARA, BORIS, ANNA]) == 1
        assert await letters.write(one.id, []) == 0
        assert await letters.write(two.id, [ANNA]) == 1
        assert list(await letters.waiting(one.id, 9)) == [ANNA, BORIS, CLARA]
        assert await letters.begin(one.id, ANNA, NOON)
        assert await letters.write(one.id, [ANNA]) == 0
        assert list(await letters.waiting(one.id, 9)) == [BORIS, CLARA]
        assert (await broadcasts.get(one.id)).counts == Counts(waiting=2, sending=1)
        assert (await broadcasts.get(two.id)).counts == Counts(waiting=1)

    async def test_those_who_wait_come_page_by_page(
        self, letters: Letters, broadcasts: Broadcasts
    ) -> None:
        """By their ids."""
        sent = await kept(broadcasts, BroadcastState.SENDING)
        people = [UserId(number) for number in range(1, 8)]
        await letters.write(sent.id, people)
        page = await letters.waiting(sent.id, 3)
        assert list(page) == people[:3]
        assert list(await letters.waiting(sent.id, 9, page[-1])) == people[3:]
        assert list(await letters.waiting(sent.id, 9, people[-1])) == []

    async def test_it_is_begun_once(self, letters: Letters, broadcasts: Broadcasts) -> None:
        """By one of all who begin it at the same moment."""
        sent = await kept(broadcasts, BroadcastState.SENDING)
        await letters.write(sent.id, [ANNA])
        begun = await asyncio.gather(*(letters.begin(sent.id, ANNA, NOON) for _ in range(6)))
        assert sorted(begun) == [False] * 5 + [True]
        assert not await letters.begin(sent.id, NOBODY, NOON)
        (letter,) = await letters.of(sent.id, LetterState.SENDING, 9)
        assert letter == Letter(recipient=ANNA, state=LetterState.SENDING, at=NOON)

    @pytest.mark.parametrize(
        "state", [each for each in BroadcastState if each is not BroadcastState.SENDING]
    )
    async def test_it_is_begun_only_while_its_broadcast_is_sent(
        self, letters: Letters, broadcasts: Broadcasts, state: BroadcastState
    ) -> None:
        """Whoever pauses it or calls it off can rely on that."""
        sent = await kept(broadcasts, BroadcastState.SENDING)
        if state in (BroadcastState.PAUSED, BroadcastState.CANCELLED):
            await letters.write(sent.id, [ANNA])
            await broadcasts.put(next_of(sent, state))
            assert not await letters.begin(sent.id, ANNA, NOON)
            assert (await broadcasts.get(sent.id)).counts == Counts(waiting=1)
        else:
            other = await kept(broadcasts)
            await letters.write(other.id, [ANNA])
            assert not await letters.begin(other.id, ANNA, NOON)

    @pytest.mark.parametrize("one", LetterState)
    async def test_it_moves_as_the_table_says(
        self, letters: Letters, broadcasts: Broadcasts, one: LetterState
    ) -> None:
        """From that state to every state but that of being sent, and each move is counted."""
        for two in set(LetterState) - {LetterState.SENDING}:
            id = (await kept(broadcasts, BroadcastState.SENDING)).id
            await in_state(letters, id, ANNA, one)
            assert (await broadcasts.get(id)).counts == Counts(**{one.value: 1})
            if two in LETTER_MOVES[one]:
                await letters.end(id, ANNA, two, LATER, "«so»")
                (letter,) = await letters.of(id, two, 9)
                assert letter == Letter(recipient=ANNA, state=two, told="«so»", at=LATER)
                assert (await broadcasts.get(id)).counts == Counts(**{two.value: 1})
            else:
                with pytest.raises(LetterMoved) as error:
                    await letters.end(id, ANNA, two, LATER)
                assert (error.value.broadcast, error.value.recipient) == (id, ANNA)
                assert (await broadcasts.get(id)).counts == Counts(**{one.value: 1})

    @pytest.mark.parametrize(
        "state", [each for each in LetterState if each is not LetterState.WAITING]
    )
    async def test_only_what_waits_is_begun(
        self, letters: Letters, broadcasts: Broadcasts, state: LetterState
    ) -> None:
        """Nothing that may have been sent ever is again."""
        sent = await kept(broadcasts, BroadcastState.SENDING)
        await in_state(letters, sent.id, ANNA, state)
        assert not await letters.begin(sent.id, ANNA, LATER)

    async def test_what_somebody_got_is_told(
        self, letters: Letters, broadcasts: Broadcasts
    ) -> None:
        """Of every broadcast, page by page; nothing of others."""
        ids = [(await kept(broadcasts, BroadcastState.SENDING)).id for _ in range(3)]
        for id in ids:
            await in_state(letters, id, ANNA, LetterState.SENT)
            await letters.write(id, [BORIS])
        got = Letter(recipient=ANNA, state=LetterState.SENT, told="«why»", at=NOON)
        ids.sort(key=lambda id: id.bytes)
        assert list(await letters.to(ANNA, 9)) == [(id, got) for id in ids]
        assert list(await letters.to(ANNA, 2)) == [(id, got) for id in ids[:2]]
        assert list(await letters.to(ANNA, 9, ids[1])) == [(ids[2], got)]
        assert list(await letters.to(NOBODY, 9)) == []

    async def test_what_is_over_is_forgotten(
        self, letters: Letters, broadcasts: Broadcasts
    ) -> None:
        """So many at a time, some time after the end; they stay counted for good."""
        over, later, sent = [await kept(broadcasts, BroadcastState.SENDING) for _ in range(3)]
        for each in (over, later, sent):
            for to in (ANNA, BORIS, CLARA):
                await in_state(letters, each.id, to, LetterState.SENT)
        for each, ended_at in ((over, NOON), (later, LATER)):
            done = next_of(await broadcasts.get(each.id), BroadcastState.DONE)
            await broadcasts.put(evolve(done, ended_at=ended_at))
        assert await letters.forget(NOON, 9) == 0
        assert await letters.forget(LATER, 2) == 2
        assert await letters.forget(LATER, 2) == 1
        assert list(await letters.of(over.id, LetterState.SENT, 9)) == []
        await letters.wipe(ANNA)
        left = [each.recipient for each in await letters.of(later.id, LetterState.SENT, 9)]
        assert left == [BORIS, CLARA]
        assert len(await letters.of(sent.id, LetterState.SENT, 9)) == 3
        for each in (over, later, sent):
            assert (await broadcasts.get(each.id)).counts == Counts(sent=3)

    async def test_what_was_not_sent_waits_again(
        self, letters: Letters, broadcasts: Broadcasts
    ) -> None:
        """And is begun anew."""
        sent = await kept(broadcasts, BroadcastState.SENDING)
        await in_state(letters, sent.id, ANNA, LetterState.SENDING)
        await letters.end(sent.id, ANNA, LetterState.WAITING, NOON)
        assert list(await letters.waiting(sent.id, 9)) == [ANNA]
        assert await letters.begin(sent.id, ANNA, LATER)

    async def test_what_was_left_is_unknown(self, letters: Letters, broadcasts: Broadcasts) -> None:
        """All that was being sent, of that broadcast and nothing else."""
        sent, other = [await kept(broadcasts, BroadcastState.SENDING) for _ in range(2)]
        for id in (sent.id, other.id):
            for to in (ANNA, BORIS):
                await in_state(letters, id, to, LetterState.SENDING)
            await in_state(letters, id, CLARA, LetterState.WAITING)
        assert await letters.abandon(sent.id, LATER, "«left»") == 2
        assert await letters.abandon(sent.id, LATER, "again") == 0
        assert list(await letters.of(sent.id, LetterState.UNKNOWN, 9)) == [
            Letter(recipient=each, state=LetterState.UNKNOWN, told="«left»", at=LATER)
            for each in (ANNA, BORIS)
        ]
        (second,) = await letters.of(sent.id, LetterState.UNKNOWN, 1, ANNA)
        assert second.recipient == BORIS
        assert (await broadcasts.get(sent.id)).counts == Counts(waiting=1, unknown=2)
        assert (await broadcasts.get(other.id)).counts == Counts(waiting=1, sending=2)

    async def test_a_pause_with_a_letter_in_hand_is_under_way(
        self, letters: Letters, broadcasts: Broadcasts
    ) -> None:
        """Until it is known what became of that."""
        sent = await kept(broadcasts, BroadcastState.SENDING)
        await in_state(letters, sent.id, ANNA, LetterState.SENDING)
        await broadcasts.put(next_of(sent, BroadcastState.PAUSED))
        assert [each.id for each in await broadcasts.under_way()] == [sent.id]
        await letters.end(sent.id, ANNA, LetterState.SENT, NOON)
        assert list(await broadcasts.under_way()) == []

    async def test_letters_leave_the_version_alone(
        self, letters: Letters, broadcasts: Broadcasts
    ) -> None:
        """Whoever steers a broadcast is in nobody's way who sends it."""
        sent = await kept(broadcasts, BroadcastState.SENDING)
        await in_state(letters, sent.id, ANNA, LetterState.SENT)
        await broadcasts.put(next_of(sent, BroadcastState.PAUSED))
        after = await broadcasts.get(sent.id)
        assert (after.state, after.counts) == (BroadcastState.PAUSED, Counts(sent=1))

    async def test_changes_go_with_the_transaction(
        self, letters: Letters, broadcasts: Broadcasts, transaction: Transaction
    ) -> None:
        """When it is undone, all is as before, counted too."""
        sent = await kept(broadcasts, BroadcastState.SENDING)
        await letters.write(sent.id, [ANNA])
        async with undone(transaction):
            await letters.write(sent.id, [BORIS])
            await in_state(letters, sent.id, ANNA, LetterState.GONE)
        assert list(await letters.waiting(sent.id, 9)) == [ANNA]
        assert (await broadcasts.get(sent.id)).counts == Counts(waiting=1)
