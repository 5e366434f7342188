"""The contract of `core.wallets.Outlays`."""

import asyncio
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest
from attrs import evolve

from ....core.balances import account_name
from ....core.money import TON, UNITS_MAX, USDT, XTR
from ....core.transaction import Transaction
from ....core.wallets import (
    OUTLAY_MOVES,
    Bill,
    Cheques,
    ChequeState,
    Outlay,
    OutlayDoubled,
    OutlayId,
    OutlayMissing,
    OutlayMoved,
    Outlays,
    OutlayState,
)
from ..stumbling import undone
from .ground import (
    LATER,
    NOON,
    QUOTED,
    TICK,
    Ground,
    bill,
    drawn,
    ended,
    meanwhile,
    outlay,
    part,
)

BILLS: Final = {
    "the smallest": bill(part(1)),
    "the greatest": bill(part(UNITS_MAX)),
    "another asset": bill(part(7, USDT)),
    "in Stars": bill(part(7, XTR, to="a_bot", body="a-slug")),
    "with words": bill(part(comment=f"50 Telegram Stars \n\nRef#{QUOTED}", body=QUOTED)),
    "with what is no text": bill(part(comment="\0\x1b\r\ud800")),
    "the longest": bill(part(to="E" * 128, comment="ё" * 512, body="b" * 8192)),
    "of many parts": bill(part(1, to="a"), part(4, to="b"), part(3, to="a"), part(2, to="d")),
}
"""What suppliers may ask for."""


async def got(outlays: Outlays, transaction: Transaction, id: OutlayId) -> Outlay:
    """The outlay, asked for in a transaction."""
    async with transaction():
        return await outlays.get(id)


async def lived(
    cheques: Cheques, outlays: Outlays, state: OutlayState, wallet: str = "ton"
) -> Outlay:
    """An outlay that is in that state."""
    new = await outlays.add(outlay(wallet=wallet))
    if state is not OutlayState.DUE:
        cheque = await drawn(cheques, outlays, new)
        if state is not OutlayState.SIGNED:
            await ended(cheques, outlays, cheque, [state is OutlayState.PAID])
    return await outlays.get(new.id)


class OutlaysContract(Ground):
    """
    What everything that keeps outlays does. Subclass it in a test and override the fixtures
    `outlays`, `cheques` and `transaction`, all of one empty storage.
    """

    @pytest.mark.parametrize("of", BILLS.values(), ids=BILLS)
    async def test_a_new_outlay_is_kept_as_it_was(self, outlays: Outlays, of: Bill) -> None:
        """Bills to the letter, any text, moments to the microsecond and in UTC."""
        new = outlay(of, reference=QUOTED, created_at=NOON + 7 * TICK)
        assert await outlays.add(new) == new
        kept = await outlays.get(new.id)
        assert kept == new
        assert type(kept.state) is OutlayState
        moments = (kept.created_at, kept.bill.pay_before)
        assert [each.utcoffset() for each in moments] == [timedelta(0)] * 2

    async def test_a_known_id_is_answered_by_its_outlay(
        self, cheques: Cheques, outlays: Outlays
    ) -> None:
        """As it is by then, whatever the new one says; nothing changes."""
        first = await outlays.add(outlay())
        other = outlay(bill(part(7, USDT)), id=first.id, reference="other", wallet="stars")
        assert await outlays.add(other) == first
        assert await outlays.add(first) == first
        await drawn(cheques, outlays, first)
        signed = await outlays.get(first.id)
        assert signed.state is OutlayState.SIGNED
        assert await outlays.add(first) == signed
        assert list(await outlays.of("other")) == []

    async def test_what_nobody_added_is_missing(self, outlays: Outlays) -> None:
        """It can be neither got nor put."""
        await outlays.add(outlay())
        stranger = outlay()
        with pytest.raises(OutlayMissing) as missing:
            await outlays.get(stranger.id)
        assert missing.value.facts == {"outlay": stranger.id}
        with pytest.raises(OutlayMissing):
            await outlays.put(stranger.unpaid("no"))

    @pytest.mark.parametrize("state", OutlayState, ids=str)
    async def test_a_thing_is_paid_once(
        self, cheques: Cheques, outlays: Outlays, state: OutlayState
    ) -> None:
        """As long as an outlay for it is not certainly unpaid, there is no other."""
        first = await lived(cheques, outlays, state)
        assert first.state is state
        second = outlay(reference=first.reference, wallet="other")
        if state is OutlayState.UNPAID:
            assert await outlays.add(second) == second
            assert list(await outlays.of(first.reference)) == sorted(
                [first, second], key=lambda each: each.id
            )
            return
        with pytest.raises(OutlayDoubled) as doubled:
            await outlays.add(second)
        assert doubled.value.facts == {"reference": first.reference}
        with pytest.raises(OutlayMissing):
            await outlays.get(second.id)
        assert list(await outlays.of(first.reference)) == [first]
        other = evolve(second, reference="other")
        assert await outlays.add(other) == other

    async def test_every_move_is_kept(self, cheques: Cheques, outlays: Outlays) -> None:
        """With the cheque, the proof and what was told."""
        lot = [await outlays.add(outlay()) for _ in range(3)]
        cheque = await drawn(cheques, outlays, *lot[:2])
        signed = [each.signed(cheque.id) for each in lot[:2]]
        assert [await outlays.get(each.id) for each in signed] == signed
        await outlays.put(lot[2].unpaid(QUOTED * 9))
        assert await outlays.get(lot[2].id) == lot[2].unpaid(QUOTED * 9)
        after = evolve(cheque, state=ChequeState.CASHED, check_at=None)
        await cheques.put(after, was=cheque)
        ends = [signed[0].paid(QUOTED), signed[1].unpaid(QUOTED)]
        for each in ends:
            await outlays.put(each)
            kept = await outlays.get(each.id)
            assert kept == each
            assert (type(kept.state), kept.cheque) == (OutlayState, cheque.id)

    @pytest.mark.parametrize("one", OutlayState, ids=str)
    async def test_where_no_move_leads_nothing_is_written(
        self, cheques: Cheques, outlays: Outlays, one: OutlayState
    ) -> None:
        """Not even to where it is already."""
        kept = await lived(cheques, outlays, one)
        for two in set(OutlayState) - OUTLAY_MOVES[one]:
            with pytest.raises(OutlayMoved) as moved:
                await outlays.put(evolve(kept, state=two, told="other", proof="other"))
            assert moved.value.facts == {"outlay": kept.id, "state": one}
            assert await outlays.get(kept.id) == kept

    async def test_what_is_to_be_paid_stays(self, outlays: Outlays) -> None:
        """Whatever is put, by whom, to whom, how much and for what is as it was."""
        for other in (
            {"wallet": "other"},
            {"bill": bill(part(6))},
            {"target": account_name("supply:other")},
            {"reference": "other"},
            {"created_at": NOON + TICK},
        ):
            new = await outlays.add(outlay())
            await outlays.put(evolve(new.unpaid("no"), **other))
            assert await outlays.get(new.id) == new.unpaid("no")

    async def test_one_put_changes_one_outlay(self, outlays: Outlays) -> None:
        """Others are left alone."""
        one, other = await outlays.add(outlay()), await outlays.add(outlay())
        await outlays.put(one.unpaid("no"))
        assert await outlays.get(other.id) == other

    async def test_those_that_are_due_are_told(self, cheques: Cheques, outlays: Outlays) -> None:
        """The oldest first, of one moment by id; nothing of other wallets, nothing signed."""
        steps = ((0, 3), (1, 4), (1, 5), (1, 6), (2, 1))
        lot = [
            outlay(id=OutlayId(UUID(int=number)), created_at=NOON + step * TICK)
            for step, number in steps
        ]
        for place in (3, 0, 4, 1, 2):
            await outlays.add(lot[place])
            await outlays.add(outlay(wallet="other", created_at=lot[place].created_at))
        assert list(await outlays.due("ton", 2**70)) == lot
        assert list(await outlays.due("ton", 3)) == lot[:3]
        assert len(await outlays.due("other", 9)) == 5
        assert list(await outlays.due("nobody", 9)) == []
        await outlays.put(lot[0].unpaid("no"))
        await drawn(cheques, outlays, lot[2])
        assert list(await outlays.due("ton", 9)) == [lot[1], lot[3], lot[4]]

    async def test_all_of_one_thing_is_told(self, outlays: Outlays) -> None:
        """The oldest first, of one moment by id, whatever became of it."""
        steps = ((0, 9), (1, 7), (1, 8), (2, 6))
        lot = []
        for step, number in steps:
            id = OutlayId(UUID(int=number))
            lot.append(outlay(id=id, reference="thing", created_at=NOON + step * TICK))
        for place in (1, 3, 0, 2):
            await outlays.add(lot[place])
            if place != 2:
                lot[place] = lot[place].unpaid("no")
                await outlays.put(lot[place])
        await outlays.add(outlay())
        assert list(await outlays.of("thing")) == lot
        assert list(await outlays.of("nothing")) == []

    async def test_a_transaction_keeps_all(
        self, cheques: Cheques, outlays: Outlays, transaction: Transaction
    ) -> None:
        """It sees its own writes, and afterwards everybody does."""
        new = outlay()
        async with transaction():
            assert await outlays.add(new) == new
            assert await outlays.get(new.id) == new
            assert list(await outlays.due("ton", 5)) == [new]
            with pytest.raises(OutlayDoubled):
                await outlays.add(outlay(reference=new.reference))
            cheque = await drawn(cheques, outlays, new)
            assert await outlays.get(new.id) == new.signed(cheque.id)
            assert list(await outlays.due("ton", 5)) == []
        assert await outlays.get(new.id) == new.signed(cheque.id)

    async def test_an_undone_transaction_keeps_nothing(
        self, outlays: Outlays, transaction: Transaction
    ) -> None:
        """What was moved is as it was, what was added is not there, nor in the way of others."""
        old, new = await outlays.add(outlay()), outlay()
        async with undone(transaction):
            await outlays.add(new)
            await outlays.put(old.unpaid("no"))
        assert await outlays.get(old.id) == old
        assert list(await outlays.due("ton", 5)) == [old]
        with pytest.raises(OutlayMissing):
            await outlays.get(new.id)
        other = outlay(reference=new.reference)
        assert await outlays.add(other) == other

    async def test_a_caught_error_does_not_end_the_transaction(
        self, outlays: Outlays, transaction: Transaction
    ) -> None:
        """Losing a race or asking for what is missing harms nothing."""
        old = await outlays.add(outlay())
        async with transaction():
            with pytest.raises(OutlayMissing):
                await outlays.get(OutlayId(UUID(int=0)))
            with pytest.raises(OutlayMoved):
                await outlays.put(old)
            with pytest.raises(OutlayDoubled):
                await outlays.add(outlay(reference=old.reference))
            await outlays.put(old.unpaid("no"))
        assert await outlays.get(old.id) == old.unpaid("no")

    async def test_nobody_else_sees_what_may_be_undone(
        self, outlays: Outlays, transaction: Transaction
    ) -> None:
        """Who asks meanwhile is told what was before, at once or afterwards."""
        old = await outlays.add(outlay())
        async with undone(transaction):
            await outlays.put(old.unpaid("no"))
            asked = await meanwhile(outlays.get(old.id))
            due = await meanwhile(outlays.due("ton", 5))
        assert await asked == old
        assert list(await due) == [old]

    async def test_who_got_it_in_a_transaction_has_it_alone(
        self, outlays: Outlays, transaction: Transaction
    ) -> None:
        """The second waits for the first to end, and sees what became of it, if anything did."""
        for block, sees in ((transaction, True), (lambda: undone(transaction), False)):
            old = await outlays.add(outlay())
            async with block():
                mine = await outlays.get(old.id)
                second = await meanwhile(got(outlays, transaction, old.id))
                assert not second.done()
                await outlays.put(mine.unpaid("no"))
            assert await second == (old.unpaid("no") if sees else old)

    async def test_a_put_from_outside_waits_and_loses(
        self, outlays: Outlays, transaction: Transaction
    ) -> None:
        """From where it is by then no move leads there."""
        old = await outlays.add(outlay())
        async with transaction():
            mine = await outlays.get(old.id)
            other = await meanwhile(outlays.put(old.unpaid("other")))
            assert not other.done()
            await outlays.put(mine.unpaid("mine"))
        with pytest.raises(OutlayMoved) as moved:
            await other
        assert moved.value.state == OutlayState.UNPAID
        assert await outlays.get(old.id) == old.unpaid("mine")

    async def test_of_many_puts_at_once_one_wins(self, outlays: Outlays) -> None:
        """The others are told that it moved."""
        old = await outlays.add(outlay())
        lot = [old.unpaid(f"by {n}") for n in range(5)]
        said = await asyncio.gather(*map(outlays.put, lot), return_exceptions=True)
        assert said.count(None) == 1
        assert await outlays.get(old.id) == lot[said.index(None)]
        assert {type(each) for each in said} == {type(None), OutlayMoved}

    async def test_of_many_who_add_one_id_all_are_answered_alike(self, outlays: Outlays) -> None:
        """There is one outlay, and everybody is told which."""
        id = OutlayId(UUID(int=7))
        lot = [outlay(bill(part(1 + n, TON)), id=id) for n in range(8)]
        answers = await asyncio.gather(*map(outlays.add, lot))
        kept = await outlays.get(id)
        assert kept in lot
        assert answers == [kept] * 8

    async def test_of_many_who_pay_one_thing_one_does(self, outlays: Outlays) -> None:
        """The others are told that it is being paid."""
        lot = [outlay(reference="thing") for _ in range(8)]
        said = await asyncio.gather(*map(outlays.add, lot), return_exceptions=True)
        (kept,) = await outlays.of("thing")
        assert kept in lot
        assert [each for each in said if isinstance(each, Outlay)] == [kept]
        assert sum(isinstance(each, OutlayDoubled) for each in said) == 7

    async def test_who_pays_the_same_waits_for_a_transaction(
        self, outlays: Outlays, transaction: Transaction
    ) -> None:
        """When that is undone, the second one is the outlay; else it is doubled."""
        for block, kept in ((lambda: undone(transaction), True), (transaction, False)):
            lot = [outlay(created_at=LATER)]
            lot.append(outlay(reference=lot[0].reference))
            async with block():
                await outlays.add(lot[0])
                other = await meanwhile(outlays.add(lot[1]))
                assert not other.done()
            if kept:
                assert await other == lot[1]
            else:
                with pytest.raises(OutlayDoubled):
                    await other
            assert list(await outlays.of(lot[0].reference)) == [lot[kept]]
