"""The contract of `core.chats.Inbox`."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from ....core.chats import Inbox, Update, UpdateMissing, UpdateMoved
from ....core.transaction import Transaction
from ..stumbling import undone

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)
BOT = 42


def update(number: int, lane: str = "1", at: datetime = NOON, bot: int = BOT) -> Update:
    """Something that somebody wrote."""
    raw = f'{{"update_id": {number}, "text": "привет 🪙"}}'.encode()
    return Update(bot=bot, number=number, lane=lane, raw=raw, taken_at=at, due_at=at)


@pytest.mark.asyncio
class InboxContract:
    """
    What every inbox does. Subclass it in a test and override the fixtures: `inbox`, empty,
    `transaction` over the same storage, and `other`, as another process would have it.
    """

    @pytest.fixture
    def inbox(self) -> Inbox:
        """An empty inbox."""
        raise NotImplementedError("override the fixture `inbox`")

    @pytest.fixture
    def transaction(self) -> Transaction:
        """Of the same storage."""
        raise NotImplementedError("override the fixture `transaction`")

    @pytest.fixture
    def other(self, inbox: Inbox) -> Inbox:
        """Another way to the same inbox."""
        return inbox

    async def test_an_update_is_kept_as_it_was(self, inbox: Inbox, other: Inbox) -> None:
        """To the letter and the microsecond, with the largest numbers there are."""
        told = evolve(
            update(2**63 - 1, "чат -100", NOON + timedelta(microseconds=7), bot=2**62),
            raw=bytes(range(256)),
        )
        assert await inbox.add(told)
        assert await other.get(2**62, 2**63 - 1) == told
        with pytest.raises(UpdateMissing):
            await inbox.get(BOT, 2**63 - 1)

    async def test_a_number_is_kept_once(self, inbox: Inbox, other: Inbox) -> None:
        """Whatever it says the second time, and after it is done with; each bot has its own."""
        first = update(1)
        assert await inbox.add(first)
        assert not await other.add(update(1, "2"))
        assert await inbox.get(BOT, 1) == first
        (taken,) = await inbox.claim(BOT, NOON, LATER, 10)
        await inbox.put(taken.done())
        assert not await inbox.add(first)
        assert await inbox.add(update(1, bot=43))
        assert list(await inbox.claim(BOT, LATER, LATER, 10)) == []

    async def test_many_may_add_one_at_once(self, inbox: Inbox) -> None:
        """It is new to one of them."""
        news = await asyncio.gather(*(inbox.add(update(1)) for _ in range(8)))
        assert sorted(news) == [False] * 7 + [True]

    async def test_the_first_of_each_lane_is_taken(self, inbox: Inbox, other: Inbox) -> None:
        """In the order in which they were kept; the next one after the first is done with."""
        for number, lane in [(5, "a"), (4, "b"), (3, "a"), (9, "b"), (1, "c")]:
            await inbox.add(update(number, lane))
        taken = await inbox.claim(BOT, NOON, LATER, 10)
        assert [(each.number, each.due_at, each.tries) for each in taken] == [
            (5, LATER, 1),
            (4, LATER, 1),
            (1, LATER, 1),
        ]
        assert list(await other.claim(BOT, NOON, LATER, 10)) == []
        await inbox.put(taken[1].done("answered"))
        (after,) = await other.claim(BOT, NOON, LATER, 10)
        assert after.number == 9
        assert (await inbox.get(BOT, 4)).outcome == "answered"
        assert (await inbox.get(BOT, 4)).due_at is None

    async def test_as_many_are_taken_as_are_asked_for(self, inbox: Inbox) -> None:
        """The others wait for whoever asks next; those of another bot for nobody here."""
        for number in range(5):
            await inbox.add(update(number, str(number)))
        await inbox.add(update(9, "9", bot=43))
        assert [each.number for each in await inbox.claim(BOT, NOON, LATER, 3)] == [0, 1, 2]
        assert list(await inbox.claim(BOT, NOON, LATER, 0)) == []
        assert [each.number for each in await inbox.claim(BOT, NOON, LATER, 3)] == [3, 4]

    async def test_nobody_waits_for_the_dead(self, inbox: Inbox, other: Inbox) -> None:
        """Taken and not put back in time, it is due again; whoever had it is late then."""
        await inbox.add(update(1))
        (taken,) = await inbox.claim(BOT, NOON, LATER, 10)
        assert list(await other.claim(BOT, LATER - timedelta(microseconds=1), LATER, 10)) == []
        (again,) = await other.claim(BOT, LATER, LATER + timedelta(minutes=1), 10)
        assert (again.number, again.tries) == (1, 2)
        with pytest.raises(UpdateMoved):
            await inbox.put(taken.done())
        await other.put(again.done())
        with pytest.raises(UpdateMoved):
            await other.put(again.done())
        with pytest.raises(UpdateMissing):
            await other.put(update(7).done())

    async def test_what_is_put_off_keeps_its_lane_waiting(self, inbox: Inbox) -> None:
        """Those behind it are not handled before it."""
        await inbox.add(update(1))
        await inbox.add(update(2))
        (taken,) = await inbox.claim(BOT, NOON, LATER, 10)
        await inbox.put(evolve(taken, due_at=LATER))
        assert list(await inbox.claim(BOT, NOON, LATER, 10)) == []
        (again,) = await inbox.claim(BOT, LATER, LATER + timedelta(minutes=1), 10)
        assert (again.number, again.tries) == (1, 2)

    async def test_many_claim_at_once(self, inbox: Inbox, other: Inbox) -> None:
        """Each update is given to one of them."""
        for number in range(20):
            await inbox.add(update(number, str(number % 10)))
        claims = [each.claim(BOT, NOON, LATER, 4) for each in (inbox, other) * 4]
        numbers = [each.number for taken in await asyncio.gather(*claims) for each in taken]
        assert sorted(numbers) == sorted(set(numbers))
        assert set(numbers) <= set(range(10))

    async def test_what_went_wrong_waits_for_a_person(self, inbox: Inbox) -> None:
        """The newest first, page by page; what is done with well is not among it."""
        for number in range(4):
            at = NOON + timedelta(seconds=number // 2)
            await inbox.add(update(number, str(number), at))
        for each in await inbox.claim(BOT, LATER, LATER, 10):
            await inbox.put(each.failed(f"it broke: {each.number}") if each.number else each.done())
        numbers = [each.number for each in await inbox.troubled(BOT, 2)]
        assert numbers == [3, 2]
        (last,) = await inbox.troubled(BOT, 2, (NOON + timedelta(seconds=1), 2))
        assert (last.number, last.outcome, last.trouble) == (1, "it broke: 1", True)
        assert list(await inbox.troubled(43, 2)) == []

    async def test_a_secret_is_hushed(self, inbox: Inbox) -> None:
        """Nothing of what was said is kept; that it came, and what becomes of it, is."""
        await inbox.add(update(1))
        await inbox.add(update(2))
        (taken,) = await inbox.claim(BOT, NOON, LATER, 10)
        await inbox.hush(BOT, 1)
        await inbox.hush(BOT, 1)
        await inbox.put(taken.done("message"))
        kept = await inbox.get(BOT, 1)
        assert (kept.raw, kept.outcome, kept.due_at) == (b"", "message", None)
        assert not await inbox.add(update(1))
        assert (await inbox.get(BOT, 2)).raw
        with pytest.raises(UpdateMissing):
            await inbox.hush(BOT, 3)

    async def test_what_is_done_with_is_forgotten(self, inbox: Inbox) -> None:
        """Not before its time, never while it waits, and no more than asked for at once."""
        for number in range(4):
            await inbox.add(update(number, str(number), NOON + timedelta(seconds=number)))
        for each in (await inbox.claim(BOT, LATER, LATER, 10))[:3]:
            await inbox.put(each.done())
        cut = NOON + timedelta(seconds=2)
        assert await inbox.forget(cut, 1) == 1
        assert await inbox.forget(cut, 10) == 1
        assert await inbox.forget(LATER, 10) == 1
        assert await inbox.forget(LATER, 10) == 0
        assert (await inbox.get(BOT, 3)).number == 3
        assert await inbox.add(update(0))

    async def test_those_of_a_lane_are_told_and_wiped(self, inbox: Inbox) -> None:
        """By their numbers, page by page; what is being handled is not wiped, nor are others'."""
        for number, lane in [(5, "a"), (3, "a"), (4, "b"), (9, "a")]:
            await inbox.add(update(number, lane))
        await inbox.add(update(6, "a", bot=43))
        assert [each.number for each in await inbox.of(BOT, "a", 2)] == [3, 5]
        assert [each.number for each in await inbox.of(BOT, "a", 2, after=5)] == [9]
        assert list(await inbox.of(BOT, "nobody", 2)) == []
        for each in await inbox.claim(BOT, NOON, LATER, 10):
            await inbox.put(each.done())
        assert await inbox.wipe(BOT, "a") == 1
        assert [each.number for each in await inbox.of(BOT, "a", 10)] == [3, 9]
        assert [each.number for each in await inbox.of(BOT, "b", 10)] == [4]
        assert await inbox.wipe(BOT, "a") == 0

    async def test_updates_are_kept_with_the_transaction(
        self, inbox: Inbox, transaction: Transaction
    ) -> None:
        """When it is undone nothing was added, taken or done."""
        await inbox.add(update(1))
        async with undone(transaction):
            await inbox.add(update(2, "2"))
            for each in await inbox.claim(BOT, NOON, LATER, 10):
                await inbox.put(each.done())
        (again,) = await inbox.claim(BOT, NOON, LATER, 10)
        assert (again.number, again.tries) == (1, 1)
