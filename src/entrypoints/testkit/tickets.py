"""The contract of `core.support.Tickets`."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from attrs import evolve

from ...core.identity import UserId
from ...core.support import State, Ticket, TicketId, TicketMissing, TicketMoved, Tickets
from ...core.transaction import Transaction

NOON: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANN, BOB = UserId(42), UserId(2**52 - 1)
QUOTED: Final = "it's “50 %” \\ ;-- 🎁"


def ticket(user: UserId = ANN, **other: Any) -> Ticket:
    """What somebody asks."""
    told: dict[str, Any] = {"words": QUOTED, "opened_at": NOON, "since": NOON, **other}
    return Ticket(id=TicketId(uuid4()), user=user, **told)


@pytest.mark.asyncio
class TicketsContract:
    """
    What everything that keeps tickets does. Subclass it in a test and override the fixtures
    `tickets` and `transaction`, both of one empty storage.
    """

    @pytest.fixture
    def tickets(self) -> Tickets:
        """A place that keeps them."""
        raise NotImplementedError("override the fixture `tickets`")

    @pytest.fixture
    def transaction(self) -> Transaction:
        """Of the same storage."""
        raise NotImplementedError("override the fixture `transaction`")

    async def test_it_is_kept_as_it_is(self, tickets: Tickets) -> None:
        """With a number, and moments to the tick."""
        asked = ticket(about=f"payment:{uuid4()}", opened_at=NOON + timedelta(microseconds=7))
        kept = await tickets.add(asked)
        assert kept == evolve(asked, number=kept.number)
        assert kept.number > 0
        again = await tickets.get(kept.number)
        assert again == kept
        assert type(again.state) is State

    async def test_one_id_is_one_ticket(self, tickets: Tickets) -> None:
        """Asked again it is the one that is there, as it is by then."""
        kept = await tickets.add(asked := ticket())
        await tickets.put(after := kept.moved(State.CLOSED, NOON, "eve"))
        assert await tickets.add(evolve(asked, words="else")) == after
        assert await tickets.of(ANN, 9) == [after]

    async def test_numbers_grow(self, tickets: Tickets) -> None:
        """None is given twice."""
        kept = [await tickets.add(ticket()) for _ in range(3)]
        numbers = [each.number for each in kept]
        assert numbers == sorted(set(numbers))

    async def test_its_next_version_is_kept(self, tickets: Tickets) -> None:
        """What was said, by whom and when; who asked and what stays."""
        kept = await tickets.add(ticket())
        after = kept.moved(State.ANSWERED, NOON + timedelta(hours=1), "eve", answer=QUOTED)
        await tickets.put(evolve(after, words="", user=BOB))
        assert await tickets.get(kept.number) == after

    async def test_whoever_read_an_older_one_is_told_so(self, tickets: Tickets) -> None:
        """Of two who answer the second changes nothing."""
        kept = await tickets.add(ticket())
        first = kept.moved(State.ANSWERED, NOON, "eve", answer="first")
        await tickets.put(first)
        with pytest.raises(TicketMoved) as moved:
            await tickets.put(kept.moved(State.CLOSED, NOON, "bob"))
        assert (moved.value.number, moved.value.state) == (kept.number, State.ANSWERED)
        assert await tickets.get(kept.number) == first

    async def test_what_is_not_there_is_missing(self, tickets: Tickets) -> None:
        """However large its number is."""
        for number in (1, 2**63, 10**30):
            with pytest.raises(TicketMissing):
                await tickets.get(number)
        with pytest.raises(TicketMissing):
            await tickets.put(evolve(ticket(), number=7).moved(State.CLOSED, NOON, "eve"))

    async def test_they_are_read_page_by_page(self, tickets: Tickets) -> None:
        """Of everybody the oldest first, of somebody the newest first, of a state or of any."""
        kept = [await tickets.add(ticket(who)) for who in (ANN, BOB, ANN, ANN)]
        closed = kept[2].moved(State.CLOSED, NOON, "eve")
        await tickets.put(closed)
        kept[2] = closed
        assert await tickets.page(2) == kept[:2]
        assert await tickets.page(9, kept[1].number) == kept[2:]
        assert await tickets.page(9, 0, State.OPEN) == [kept[0], kept[1], kept[3]]
        assert await tickets.page(1, kept[0].number, State.CLOSED) == [closed]
        assert await tickets.of(ANN, 2) == [kept[3], closed]
        assert await tickets.of(ANN, 9, closed.number) == [kept[0]]
        assert await tickets.of(ANN, 9, state=State.OPEN) == [kept[3], kept[0]]
        assert await tickets.of(ANN, 1, kept[3].number, State.OPEN) == [kept[0]]
        assert await tickets.of(ANN, 9, closed.number, State.CLOSED) == []

    async def test_words_are_wiped_and_numbers_stay(self, tickets: Tickets) -> None:
        """Theirs and ours, of one person alone; a ticket goes on all the same."""
        mine, other = await tickets.add(ticket()), await tickets.add(ticket(BOB))
        await tickets.put(mine.moved(State.ANSWERED, NOON, "eve", answer="so"))
        for _ in range(2):
            await tickets.wipe(ANN)
        wiped = await tickets.get(mine.number)
        assert (wiped.words, wiped.answer, wiped.state) == ("", "", State.ANSWERED)
        assert await tickets.get(other.number) == other
        await tickets.put(wiped.moved(State.CLOSED, NOON, "eve"))

    async def test_what_is_undone_was_never_there(
        self, tickets: Tickets, transaction: Transaction
    ) -> None:
        """A ticket is part of the transaction that keeps it."""

        async def undone() -> None:
            async with transaction():
                await tickets.add(ticket())
                raise LookupError

        with pytest.raises(LookupError):
            await undone()
        assert await tickets.of(ANN, 9) == []
