"""The contract of `core.wallets.Cheques`."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from attrs import evolve

from ....core.money import TON, UNITS_MAX
from ....core.transaction import Transaction
from ....core.wallets import (
    Cheque,
    Chequebook,
    ChequebookMoved,
    ChequeId,
    ChequeMissing,
    ChequeMoved,
    ChequeOpen,
    Cheques,
    ChequeState,
    OutlayId,
    Outlays,
)
from ..stumbling import undone
from .ground import (
    NOON,
    QUOTED,
    TICK,
    Ground,
    bill,
    cheque,
    draft,
    drawn,
    ended,
    meanwhile,
    outlay,
    part,
)


def presented(cheque: Cheque, **other: Any) -> Cheque:
    """Written down once more that it is being presented."""
    return evolve(cheque, presented=cheque.presented + 1, **other)


async def drew(cheques: Cheques, number: int = 1, **other: Any) -> Cheque:
    """A cheque of that number was drawn."""
    new = cheque(number, **other)
    book = await cheques.book(new.wallet)
    await cheques.draw(new, book.draws(new.id, (), NOON))
    return new


async def had(cheques: Cheques, transaction: Transaction, wallet: str = "ton") -> Chequebook:
    """The book, asked for in a transaction."""
    async with transaction():
        return await cheques.book(wallet)


async def got(cheques: Cheques, transaction: Transaction, id: ChequeId) -> Cheque:
    """The cheque, asked for in a transaction."""
    async with transaction():
        return await cheques.get(id)


class ChequesContract(Ground):
    """
    What everything that keeps cheques does. Subclass it in a test and override the fixtures
    `outlays`, `cheques` and `transaction`, all of one empty storage.
    """

    async def test_a_wallet_begins_with_an_unused_book(
        self, cheques: Cheques, transaction: Transaction
    ) -> None:
        """Nothing drawn, nothing open, nothing spent, inside a transaction and after it too."""
        unused = Chequebook(wallet="ton")
        assert await cheques.book("ton") == unused
        async with transaction():
            assert await cheques.book("ton") == unused
            assert await cheques.book("ton") == unused
        assert await cheques.book("ton") == unused

    async def test_a_new_cheque_is_kept_as_it_was(self, cheques: Cheques) -> None:
        """What was signed to the letter, any text, moments to the microsecond and in UTC."""
        lot: list[dict[str, Any]] = [
            {},
            {"draft": draft(UNITS_MAX, message="m" * 262_144, hash="h" * 128)},
            {"draft": draft(message=QUOTED, hash=QUOTED, expires_at=NOON + 900 * TICK)},
            {"outlays": tuple(OutlayId(uuid4()) for _ in range(255))},
            {"signed_at": NOON + 7 * TICK, "present_before": NOON + 8 * TICK},
            {"told": QUOTED, "decided_by": QUOTED},
        ]
        for turn, other in enumerate(lot):
            new = await drew(cheques, wallet=f"w{turn}", **other)
            kept = await cheques.get(new.id)
            assert kept == new
            assert type(kept.state) is ChequeState
            moments = (kept.signed_at, kept.present_before, kept.draft.expires_at)
            assert [each.utcoffset() for each in moments] == [timedelta(0)] * 3

    async def test_the_book_goes_with_it(self, cheques: Cheques) -> None:
        """Its number, what is open, and what was spent on that day in each asset, however much."""
        lot = [outlay(bill(part(UNITS_MAX))), outlay(bill(part(UNITS_MAX))), outlay(bill(part(1)))]
        new = cheque(1, *lot)
        book = Chequebook(wallet="ton").draws(new.id, lot, NOON)
        book = evolve(book, spent={**book.spent, "XTR": 0, "SKU:mug": 7})
        await cheques.draw(new, book)
        kept = await cheques.book("ton")
        assert kept == book
        assert (kept.number, kept.open, kept.day) == (1, new.id, NOON.date())
        assert kept.spent == {"TON": 2 * UNITS_MAX + 1, "XTR": 0, "SKU:mug": 7}
        assert await cheques.book("other") == Chequebook(wallet="other")

    async def test_a_number_is_drawn_once(self, cheques: Cheques, outlays: Outlays) -> None:
        """Under one that was drawn, or that is not next, nothing is written."""
        first = await drew(cheques)
        await ended(cheques, outlays, first)
        book = await cheques.book("ton")
        for number in (1, 3, 2**62):
            other = cheque(number)
            with pytest.raises(ChequebookMoved) as moved:
                await cheques.draw(other, evolve(book, number=number, open=other.id))
            assert moved.value.facts == {"wallet": "ton"}
            with pytest.raises(ChequeMissing):
                await cheques.get(other.id)
            assert await cheques.book("ton") == book
        unused = cheque(2, wallet="unused")
        with pytest.raises(ChequebookMoved):
            await cheques.draw(unused, Chequebook(wallet="unused", number=2, open=unused.id))
        assert await cheques.book("unused") == Chequebook(wallet="unused")
        second = await drew(cheques, 2)
        assert await cheques.get(first.id) != await cheques.get(second.id) == second

    async def test_one_cheque_is_open_at_a_time(self, cheques: Cheques) -> None:
        """As long as it is not known what became of one, no other of that wallet is written."""
        first = await drew(cheques)
        book = await cheques.book("ton")
        second = cheque(2)
        with pytest.raises(ChequeOpen) as still:
            await cheques.draw(second, evolve(book, number=2, open=second.id))
        assert still.value.facts == {"wallet": "ton", "cheque": first.id}
        with pytest.raises(ChequeMissing):
            await cheques.get(second.id)
        assert await cheques.book("ton") == book
        other = await drew(cheques, wallet="other")
        assert (await cheques.book("other")).open == other.id
        assert await cheques.book("ton") == book

    async def test_what_nobody_drew_is_missing(self, cheques: Cheques) -> None:
        """It can be neither got nor put."""
        await drew(cheques)
        stranger = cheque(1)
        with pytest.raises(ChequeMissing) as missing:
            await cheques.get(stranger.id)
        assert missing.value.facts == {"cheque": stranger.id}
        with pytest.raises(ChequeMissing):
            await cheques.put(presented(stranger), was=stranger)

    @pytest.mark.parametrize("state", ChequeState, ids=str)
    async def test_what_became_of_it_is_kept(self, cheques: Cheques, state: ChequeState) -> None:
        """All of it, and that it is being presented, how often it was looked for, who decided."""
        now = await drew(cheques)
        for turn in range(3):
            at = None if turn == 1 else NOON + turn * TICK
            after = presented(now, checks=turn, check_at=at, told=QUOTED * turn)
            await cheques.put(after, was=now)
            assert await cheques.get(now.id) == after
            now = after
        after = evolve(now, checks=3, state=state, check_at=None, decided_by=QUOTED, told="")
        await cheques.put(after, was=now)
        kept = await cheques.get(now.id)
        assert kept == after
        assert type(kept.state) is ChequeState

    async def test_what_was_signed_stays(self, cheques: Cheques) -> None:
        """Whatever is put, it is the same message, over the same outlays, until the same time."""
        now = await drew(cheques)
        for other in (
            {"wallet": "other"},
            {"number": 2},
            {"draft": draft(7)},
            {"outlays": (OutlayId(uuid4()),)},
            {"present_before": NOON + TICK},
            {"signed_at": NOON + TICK},
        ):
            after = presented(now)
            await cheques.put(evolve(after, **other), was=now)
            assert await cheques.get(now.id) == after
            now = after

    async def test_a_put_expects_it_as_it_was(self, cheques: Cheques) -> None:
        """When somebody went on with it, it says so and writes nothing."""
        old = await drew(cheques)
        now = presented(old, checks=1)
        await cheques.put(now, was=old)
        for was in (
            old,
            evolve(now, presented=0),
            evolve(now, checks=0),
            evolve(now, state=ChequeState.VOID),
        ):
            with pytest.raises(ChequeMoved) as moved:
                await cheques.put(presented(now), was=was)
            assert moved.value.facts == {"cheque": old.id, "state": ChequeState.SIGNED}
            assert await cheques.get(old.id) == now
        void = evolve(now, state=ChequeState.VOID, check_at=None)
        await cheques.put(void, was=now)
        with pytest.raises(ChequeMoved) as ends:
            await cheques.put(evolve(now, state=ChequeState.CASHED), was=now)
        assert ends.value.state == ChequeState.VOID
        assert await cheques.get(old.id) == void

    async def test_a_book_that_is_closed_is_drawn_from_again(
        self, cheques: Cheques, outlays: Outlays
    ) -> None:
        """With what was spent, the newest sequence that was cashed, and no cheque open."""
        lot = [await outlays.add(outlay(bill(part(units)))) for units in (3, 4)]
        first = await drawn(cheques, outlays, *lot, draft=draft(41))
        book = await cheques.book("ton")
        assert book.spent == {"TON": 7}
        cashed = await ended(cheques, outlays, first, [True, False])
        closed = await cheques.book("ton")
        assert closed == book.closes(cashed, lot[1:])
        assert (closed.open, closed.number, closed.sequence) == (None, 1, 41)
        assert closed.spent == {TON.code: 3}
        second = await drawn(cheques, outlays)
        assert (second.number, (await cheques.book("ton")).open) == (2, second.id)
        await ended(cheques, outlays, second)
        assert (await cheques.book("ton")).sequence == 41

    async def test_a_new_day_is_kept(self, cheques: Cheques, outlays: Outlays) -> None:
        """Nothing of the day before is spent on it."""
        first = await drawn(cheques, outlays, await outlays.add(outlay()))
        await ended(cheques, outlays, first, [True])
        book = (await cheques.book("ton")).on(NOON + timedelta(days=1))
        await cheques.draw(new := cheque(2), book.draws(new.id, (), NOON))
        kept = await cheques.book("ton")
        assert (kept.day, kept.spent) == (NOON.date() + timedelta(days=1), {})

    async def test_those_that_wait_for_a_person_are_told(
        self, cheques: Cheques, outlays: Outlays
    ) -> None:
        """The oldest first, of one moment by id; nothing that goes on by itself, or has ended."""
        steps = ((0, 3), (1, 4), (1, 5), (2, 1))
        lot = []
        for step, number in steps:
            id, at = ChequeId(UUID(int=number)), NOON + step * TICK
            lot.append(cheque(1, id=id, wallet=f"w{number}", signed_at=at, check_at=None))
        for place in (2, 0, 3, 1):
            book = await cheques.book(lot[place].wallet)
            await cheques.draw(lot[place], book.draws(lot[place].id, (), NOON))
        going = await drew(cheques, wallet="going")
        await ended(cheques, outlays, await drew(cheques, wallet="over", check_at=None))
        assert list(await cheques.waiting(2**70)) == lot
        assert list(await cheques.waiting(2)) == lot[:2]
        await cheques.put(presented(going, check_at=None), was=going)
        await cheques.put(presented(lot[0], check_at=NOON), was=lot[0])
        waiting = await cheques.waiting(9)
        assert {each.id for each in waiting} == {going.id} | {each.id for each in lot[1:]}

    async def test_a_transaction_keeps_all(
        self, cheques: Cheques, transaction: Transaction
    ) -> None:
        """It sees its own writes, and afterwards everybody does."""
        async with transaction():
            new = await drew(cheques)
            assert (await cheques.book("ton")).open == new.id
            assert await cheques.get(new.id) == new
            await cheques.put(presented(new, check_at=None), was=new)
            assert [each.presented for each in await cheques.waiting(5)] == [1]
        assert (await cheques.book("ton")).open == new.id
        assert (await cheques.get(new.id)).presented == 1

    async def test_an_undone_transaction_keeps_nothing(
        self, cheques: Cheques, outlays: Outlays, transaction: Transaction
    ) -> None:
        """Neither a cheque nor its number, neither that it was presented nor that it ended."""
        async with undone(transaction):
            new = await drew(cheques)
        assert await cheques.book("ton") == Chequebook(wallet="ton")
        with pytest.raises(ChequeMissing):
            await cheques.get(new.id)
        old = await drew(cheques)
        book = await cheques.book("ton")
        async with undone(transaction):
            await cheques.put(presented(old), was=old)
            await ended(cheques, outlays, presented(old))
        assert await cheques.get(old.id) == old
        assert await cheques.book("ton") == book

    async def test_a_caught_error_does_not_end_the_transaction(
        self, cheques: Cheques, transaction: Transaction
    ) -> None:
        """Losing a race or asking for what is missing harms nothing."""
        old = await drew(cheques)
        async with transaction():
            book = await cheques.book("ton")
            with pytest.raises(ChequeMissing):
                await cheques.get(ChequeId(UUID(int=0)))
            with pytest.raises(ChequeMoved):
                await cheques.put(presented(old), was=presented(old))
            with pytest.raises(ChequeOpen):
                await cheques.draw(two := cheque(2), evolve(book, number=2, open=two.id))
            with pytest.raises(ChequebookMoved):
                await cheques.draw(one := cheque(1), evolve(book, open=one.id))
            await cheques.put(presented(old), was=old)
        assert await cheques.get(old.id) == presented(old)
        assert await cheques.book("ton") == book

    async def test_nobody_else_sees_what_may_be_undone(
        self, cheques: Cheques, transaction: Transaction
    ) -> None:
        """Who asks meanwhile is told what was before, at once or afterwards."""
        old = await drew(cheques)
        async with undone(transaction):
            await cheques.put(presented(old), was=old)
            await drew(cheques, wallet="other")
            asked = await meanwhile(cheques.get(old.id))
            book = await meanwhile(cheques.book("other"))
        assert await asked == old
        assert await book == Chequebook(wallet="other")

    async def test_who_has_the_book_in_a_transaction_has_it_alone(
        self, cheques: Cheques, transaction: Transaction
    ) -> None:
        """One that nobody has drawn from too: the second waits, and sees what was drawn."""
        async with undone(transaction):
            await cheques.book("ton")
            second = await meanwhile(had(cheques, transaction))
            assert not second.done()
            await drew(cheques)
        assert await second == Chequebook(wallet="ton")
        async with transaction():
            await cheques.book("ton")
            second = await meanwhile(had(cheques, transaction))
            assert not second.done()
            new = await drew(cheques)
        assert (await second).open == new.id

    async def test_books_do_not_wait_for_each_other_for_ever(
        self, cheques: Cheques, transaction: Transaction
    ) -> None:
        """Another wallet's is had meanwhile, or a moment later."""
        async with transaction():
            await cheques.book("ton")
            second = await meanwhile(had(cheques, transaction, "other"))
        assert await second == Chequebook(wallet="other")

    async def test_who_got_it_in_a_transaction_has_it_alone(
        self, cheques: Cheques, transaction: Transaction
    ) -> None:
        """The second waits for the first to end, and sees what became of it, if anything did."""
        old = await drew(cheques)
        for block, sees in ((lambda: undone(transaction), old), (transaction, presented(old))):
            async with block():
                mine = await cheques.get(old.id)
                second = await meanwhile(got(cheques, transaction, old.id))
                assert not second.done()
                await cheques.put(presented(mine), was=mine)
            assert await second == sees

    async def test_a_put_from_outside_waits_and_loses(
        self, cheques: Cheques, transaction: Transaction
    ) -> None:
        """It is not as it was any more."""
        old = await drew(cheques)
        async with transaction():
            mine = await cheques.get(old.id)
            other = await meanwhile(cheques.put(presented(old, told="other"), was=old))
            assert not other.done()
            await cheques.put(presented(mine), was=mine)
        with pytest.raises(ChequeMoved):
            await other
        assert await cheques.get(old.id) == presented(old)

    async def test_of_many_puts_at_once_one_wins(self, cheques: Cheques) -> None:
        """Of many who would present it one does; the others are told that it moved."""
        old = await drew(cheques)
        lot = [presented(old, told=f"by {n}") for n in range(5)]
        puts = [cheques.put(each, was=old) for each in lot]
        said = await asyncio.gather(*puts, return_exceptions=True)
        assert said.count(None) == 1
        assert await cheques.get(old.id) == lot[said.index(None)]
        assert {type(each) for each in said} == {type(None), ChequeMoved}

    async def test_of_many_who_draw_at_once_one_does(self, cheques: Cheques) -> None:
        """The others are told so, and nothing of theirs is written."""
        book = await cheques.book("ton")
        lot = [cheque(1) for _ in range(8)]
        draws = [cheques.draw(each, book.draws(each.id, (), NOON)) for each in lot]
        said = await asyncio.gather(*draws, return_exceptions=True)
        assert said.count(None) == 1
        assert {type(each) for each in said} == {type(None), ChequebookMoved}
        assert (await cheques.book("ton")).open == lot[said.index(None)].id
        for each, answer in zip(lot, said, strict=True):
            if answer is not None:
                with pytest.raises(ChequeMissing):
                    await cheques.get(each.id)

    async def test_who_draws_the_same_number_waits_for_a_transaction(
        self, cheques: Cheques, transaction: Transaction
    ) -> None:
        """When that is undone, the second one is drawn; else it is not."""
        unused = Chequebook(wallet="ton")
        for block, kept in ((lambda: undone(transaction), 1), (transaction, 0)):
            wallet = f"w{kept}"
            lot = [cheque(1, wallet=wallet) for _ in range(2)]
            books = [evolve(unused, wallet=wallet).draws(each.id, (), NOON) for each in lot]
            async with block():
                await cheques.draw(lot[0], books[0])
                other = await meanwhile(cheques.draw(lot[1], books[1]))
                assert not other.done()
            if kept:
                await other
            else:
                with pytest.raises(ChequebookMoved):
                    await other
            assert (await cheques.book(wallet)).open == lot[kept].id
