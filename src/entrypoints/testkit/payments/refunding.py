"""The contract of `core.payments.Refunds`."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve

from ....core.money import TON, UNITS_MAX, XTR
from ....core.payments import (
    REFUND_MOVES,
    Arrival,
    Arrivals,
    Origin,
    Payment,
    Payments,
    Refund,
    RefundId,
    RefundMissing,
    RefundMoved,
    Refunds,
    RefundState,
)
from ....core.transaction import Transaction
from ..stumbling import undone
from .ground import (
    NOON,
    QUOTED,
    TICK,
    Ground,
    begun,
    came,
    coins,
    failed,
    meanwhile,
    order,
    refund,
    set_aside,
    unmatched,
)

LATE = NOON + timedelta(days=900)

Place = tuple[datetime, RefundId]


def numbered(number: int) -> RefundId:
    """An id with a place among others."""
    return RefundId(UUID(int=number))


def place(refund: Refund) -> Place:
    """Where it is on every list."""
    return refund.created_at, refund.id


def large(**other: Any) -> dict[str, Any]:
    """What a refund says that somebody has to agree to."""
    return {"state": RefundState.WAITING, "check_at": None, **other}


def outside() -> dict[str, Any]:
    """What a refund says that nobody here asked for."""
    return {"state": RefundState.DONE, "check_at": None, "origin": Origin.OUTSIDE}


def claimed(refund: Refund, check_at: datetime | None = NOON) -> Refund:
    """Written down before the provider is asked."""
    return refund.moved(RefundState.UNKNOWN, check_at)


async def going(
    arrivals: Arrivals, refunds: Refunds, arrival: Arrival | None = None, **other: Any
) -> Refund:
    """Something came, and all of it is to go back."""
    arrival = arrival or unmatched()
    await arrivals.add(arrival)
    return await set_aside(arrivals, refunds, refund(arrival, **other))


async def got(refunds: Refunds, transaction: Transaction, id: RefundId) -> Refund:
    """The refund, asked for in a transaction."""
    async with transaction():
        return await refunds.get(id)


async def theirs(refunds: Refunds, page: int) -> list[Refund]:
    """All that goes back to Alice, read in pages."""
    found: list[Refund] = []
    before = None
    while some := await refunds.of("user:alice", page, before):
        assert len(some) <= page
        found += some
        before = place(found[-1])
    return found


async def undecided(refunds: Refunds, page: int) -> list[Refund]:
    """All that waits for a person, read in pages."""
    found: list[Refund] = []
    after = None
    while some := await refunds.waiting(page, after):
        assert len(some) <= page
        found += some
        after = place(found[-1])
    return found


async def noted(refunds: Refunds, since: datetime, until: datetime, page: int) -> list[Refund]:
    """All that was asked for by that method in that time, read in pages."""
    found: list[Refund] = []
    after = None
    while some := await refunds.noted("chain", since, until, page, after):
        assert len(some) <= page
        found += some
        after = place(found[-1])
    return found


class RefundsContract(Ground):
    """
    What everything that keeps refunds does. Subclass it in a test and override the fixtures
    `payments`, `arrivals`, `refunds` and `transaction`, all of one empty storage.
    """

    @pytest.fixture
    async def payment(self, payments: Payments) -> Payment:
        """A payment that is kept, over 100 XTR."""
        return await payments.add(begun())

    async def test_a_new_refund_is_kept_as_it_was(
        self, payments: Payments, arrivals: Arrivals, refunds: Refunds, payment: Payment
    ) -> None:
        """Amounts of any size, any text, moments to the microsecond and in UTC."""
        great = await payments.add(begun(order(UNITS_MAX, TON, payer=QUOTED)))
        words: dict[str, Any] = {"to": QUOTED, "reason": QUOTED[::-1], "by": QUOTED}
        moments: dict[str, Any] = {"created_at": NOON + 7 * TICK, "check_at": LATE}
        lot = [
            (came(payment, 9), {}),
            (came(payment, 9).all_held("a rule"), large()),
            (came(great, UNITS_MAX), {"payer": QUOTED, **words}),
            (unmatched(UNITS_MAX, QUOTED), {"by": "rule", **moments}),
            (came(payment, 9), {"amount": coins(4), "payer": "user:alice"}),
            (came(payment, 9), outside()),
        ]
        kept = []
        for arrival, other in lot:
            await arrivals.add(arrival)
            new = refund(arrival, **other)
            assert await set_aside(arrivals, refunds, new) == new
            kept.append(await refunds.get(new.id))
            assert kept[-1] == new
            assert (type(kept[-1].state), type(kept[-1].origin)) == (RefundState, Origin)
            some = [kept[-1].created_at, kept[-1].check_at or NOON]
            assert [each.utcoffset() for each in some] == [timedelta(0)] * 2
        assert {each.origin for each in kept} == set(Origin)
        states = {RefundState.DUE, RefundState.WAITING, RefundState.DONE}
        assert {each.state for each in kept} == states

    async def test_a_known_id_is_answered_by_its_refund(
        self, arrivals: Arrivals, refunds: Refunds
    ) -> None:
        """As it is by then, whatever the new one says; nothing changes."""
        first = await going(arrivals, refunds)
        assert await refunds.add(first) == first
        arrival = unmatched(7)
        await arrivals.add(arrival)
        await arrivals.put(arrival.sent_back(coins(0, TON), arrival.held), was=arrival)
        other = refund(arrival, id=first.id, reason="other", **large())
        assert await refunds.add(other) == first
        after = claimed(first)
        await refunds.put(after, was=RefundState.DUE)
        assert await refunds.add(first) == after
        assert await refunds.get(first.id) == after
        assert list(await refunds.of_arrival(*arrival.key)) == []

    async def test_what_nobody_added_is_missing(self, arrivals: Arrivals, refunds: Refunds) -> None:
        """It can be neither got nor put."""
        await going(arrivals, refunds)
        stranger = refund(unmatched())
        with pytest.raises(RefundMissing) as missing:
            await refunds.get(stranger.id)
        assert missing.value.facts == {"refund": stranger.id}
        with pytest.raises(RefundMissing):
            await refunds.put(claimed(stranger), was=RefundState.DUE)

    async def test_every_move_is_kept(self, arrivals: Arrivals, refunds: Refunds) -> None:
        """Each way from the beginning of its life to its end, and what was told on it."""
        ways: list[list[RefundState]] = [[RefundState.WAITING], [RefundState.DUE]]
        walked: set[tuple[RefundState, RefundState]] = set()
        while ways:
            way = ways.pop()
            now = await going(
                arrivals, refunds, **(large() if way[0] is RefundState.WAITING else {})
            )
            for turn, state in enumerate(way[1:], start=1):
                walked.add((now.state, state))
                at = None if not REFUND_MOVES[state] else NOON + turn * TICK
                after = evolve(now.moved(state, at), checks=turn, told=QUOTED)
                if now.state is RefundState.WAITING or at is None:
                    after = evolve(after, approved_by=QUOTED)  # a person said so
                if state in (RefundState.FAILED, RefundState.DECLINED):
                    arrival = await arrivals.get(now.method, now.key)
                    kept = arrival.kept_after_all(coins(0, TON), now.amount, "no")
                    await arrivals.put(kept, was=arrival)
                await refunds.put(after, was=now.state)
                assert await refunds.get(now.id) == after
                now = after
            ways += [
                [*way, more]
                for more in REFUND_MOVES[way[-1]]
                if more not in way or (way[-1], more) not in walked
            ]
        assert walked == {(one, two) for one, all in REFUND_MOVES.items() for two in all}

    async def test_what_became_of_it_is_kept(self, arrivals: Arrivals, refunds: Refunds) -> None:
        """All of it, also when there is less to say than before, and without a move."""
        now = await going(arrivals, refunds)
        told = evolve(claimed(now, NOON + 3 * TICK), checks=41, told=QUOTED * 40)
        await refunds.put(told, was=RefundState.DUE)
        assert await refunds.get(now.id) == told
        less = evolve(told, check_at=None, told="", checks=42)
        await refunds.put(less, was=RefundState.UNKNOWN)
        assert await refunds.get(now.id) == less
        await refunds.put(less, was=RefundState.UNKNOWN)
        assert await refunds.get(now.id) == less

    async def test_what_goes_back_and_where_stays(
        self, arrivals: Arrivals, refunds: Refunds
    ) -> None:
        """Whose it is, how much, why, when and by whom it was asked for, whatever is put."""
        now = await going(arrivals, refunds)
        for other in (
            evolve(now, method="other", key="other"),
            evolve(now, payment=begun().id, payer="user:bob"),
            evolve(now, amount=coins(1), origin=Origin.TARGET),
            evolve(now, to="other", reason="other", by="other"),
            evolve(now, created_at=NOON + TICK),
        ):
            await refunds.put(evolve(other, checks=2), was=RefundState.DUE)
            assert await refunds.get(now.id) == evolve(now, checks=2)

    async def test_a_put_expects_a_state(self, arrivals: Arrivals, refunds: Refunds) -> None:
        """When the refund is in another one, it says so and writes nothing."""
        now = await going(arrivals, refunds)
        for was in RefundState:
            if was is not RefundState.DUE:
                with pytest.raises(RefundMoved) as moved:
                    await refunds.put(claimed(now), was=was)
                assert moved.value.facts == {"refund": now.id, "state": RefundState.DUE}
                assert await refunds.get(now.id) == now

    async def test_one_put_changes_one_refund(self, arrivals: Arrivals, refunds: Refunds) -> None:
        """Others are left alone."""
        one, other = await going(arrivals, refunds), await going(arrivals, refunds)
        await refunds.put(claimed(one, LATE), was=RefundState.DUE)
        assert await refunds.get(other.id) == other

    async def test_those_that_are_due_are_told(self, arrivals: Arrivals, refunds: Refunds) -> None:
        """The longest overdue first, from the very microsecond on; asking changes nothing."""
        steps = (3, 1, 0, 2, 4)
        lot = [await going(arrivals, refunds, check_at=NOON + step * TICK) for step in steps]
        in_order = [lot[steps.index(step)].id for step in range(5)]
        assert list(await refunds.due(NOON - TICK, 10)) == []
        for step in range(5):
            assert list(await refunds.due(NOON + step * TICK, 10)) == in_order[: step + 1]
        assert list(await refunds.due(LATE, 3)) == in_order[:3]
        assert list(await refunds.due(LATE, 2**70)) == in_order

    async def test_what_is_looked_at_later_or_never_is_not_due(
        self, arrivals: Arrivals, refunds: Refunds
    ) -> None:
        """A put moves it in the queue, or out of it; what somebody has to agree to is in none."""
        later, never, same = [await going(arrivals, refunds) for _ in range(3)]
        agreed = await going(arrivals, refunds, **large())
        await going(arrivals, refunds, **large())
        await refunds.put(claimed(later, NOON + 2 * TICK), was=RefundState.DUE)
        await refunds.put(claimed(never, None), was=RefundState.DUE)
        assert list(await refunds.due(NOON + TICK, 10)) == [same.id]
        assert list(await refunds.due(NOON + 2 * TICK, 10)) == [same.id, later.id]
        due = agreed.moved(RefundState.DUE, NOON - TICK)
        await refunds.put(due, was=RefundState.WAITING)
        assert list(await refunds.due(NOON + TICK, 10)) == [agreed.id, same.id]

    async def test_what_went_back_of_an_arrival_is_told(
        self, arrivals: Arrivals, refunds: Refunds, payment: Payment
    ) -> None:
        """The oldest first, whatever became of it; of no other key, and no other method."""
        arrival = came(payment, 9, "key").all_held("a rule")
        await going(arrivals, refunds, unmatched(key="key"))
        await going(arrivals, refunds, came(payment, 9, "other"))
        assert list(await refunds.of_arrival("bank", "key")) == []
        lot: list[Refund] = []
        for turn in range(3):
            # Each is younger than the one before, and its id comes before that one's.
            new: dict[str, Any] = {"id": numbered(9 - turn), "created_at": NOON + turn * TICK}
            now = await going(arrivals, refunds, arrival, **new)
            assert list(await refunds.of_arrival("bank", "key")) == [*lot, now]
            lot.append(await failed(arrivals, refunds, now))
            assert list(await refunds.of_arrival("bank", "key")) == lot
        assert len(await refunds.of_arrival("chain", "key")) == 1

    async def test_what_goes_back_to_somebody_is_told(
        self, payments: Payments, arrivals: Arrivals, refunds: Refunds, payment: Payment
    ) -> None:
        """The newest first, of one moment by id; nothing of anybody else."""
        bob = await payments.add(begun(order(payer="user:bob")))
        steps = ((0, 3), (1, 5), (1, 4), (1, 6), (2, 1))
        lot = []
        for step, number in (steps[3], steps[0], steps[4], steps[2], steps[1]):
            new: dict[str, Any] = {"id": numbered(number), "created_at": NOON + step * TICK}
            lot.append(await going(arrivals, refunds, came(payment, 9), **new))
            await going(arrivals, refunds, came(bob, 9), payer="user:bob")
            await going(arrivals, refunds)
        lot.sort(key=place, reverse=True)
        for page in (1, 2, 3, 5, 6):
            assert await theirs(refunds, page) == lot
        assert [each.id.int for each in lot] == [1, 6, 5, 4, 3]
        assert list(await refunds.of("user:alice", 2**70)) == lot
        nobodys = (NOON + TICK, numbered(2**128 - 1))
        assert list(await refunds.of("user:alice", 2, nobodys)) == lot[1:3]
        assert len(await refunds.of("user:bob", 9)) == 5
        assert list(await refunds.of("user:carol", 9)) == []

    async def test_what_waits_for_a_person_is_told(
        self, arrivals: Arrivals, refunds: Refunds
    ) -> None:
        """Large ones, and those in doubt of which nobody asks any more; nothing that has ended."""
        lot = [
            await going(arrivals, refunds, id=numbered(9), **large()),
            await going(arrivals, refunds, id=numbered(4), created_at=NOON + TICK),
            await going(arrivals, refunds, id=numbered(5), **large(created_at=NOON + TICK)),
            await going(arrivals, refunds, id=numbered(1), created_at=NOON + 2 * TICK),
        ]
        ended = await going(arrivals, refunds)
        await failed(arrivals, refunds, ended)
        asked = claimed(await going(arrivals, refunds))
        await refunds.put(asked, was=RefundState.DUE)
        assert await undecided(refunds, 9) == [lot[0], lot[2]]
        lot[1] = evolve(claimed(lot[1], None), told="silence")
        await refunds.put(lot[1], was=RefundState.DUE)
        lot[3], before = claimed(lot[3]), lot[3]
        await refunds.put(lot[3], was=before.state)
        lot[3] = lot[3].moved(RefundState.ACCEPTED, None)
        await refunds.put(lot[3], was=RefundState.UNKNOWN)
        for page in (1, 2, 3, 4, 5):
            assert await undecided(refunds, page) == lot
        assert list(await refunds.waiting(2**70)) == lot
        assert list(await refunds.waiting(1, (NOON + TICK, numbered(4)))) == [lot[2]]
        agreed = lot[0].moved(RefundState.DUE, NOON)
        await refunds.put(agreed, was=RefundState.WAITING)
        assert await undecided(refunds, 9) == lot[1:]

    async def test_what_was_asked_for_is_told_by_time(
        self, arrivals: Arrivals, refunds: Refunds, payment: Payment
    ) -> None:
        """The oldest first, of one moment by id, whatever became of it; of no other method."""
        lot = []
        for step, number in ((1, 5), (0, 7), (3, 1), (1, 2), (1, 6)):
            new: dict[str, Any] = {"id": numbered(number), "created_at": NOON + step * TICK}
            lot.append(await going(arrivals, refunds, **new))
            await going(arrivals, refunds, came(payment, 9), created_at=NOON + step * TICK)
        lot.sort(key=place)
        lot[1] = await failed(arrivals, refunds, lot[1])
        assert [each.id.int for each in lot] == [7, 2, 5, 6, 1]
        for page in (1, 2, 3, 5, 6):
            assert await noted(refunds, NOON, NOON + 4 * TICK, page) == lot
        assert await noted(refunds, NOON + TICK, NOON + 3 * TICK, 9) == lot[1:4]
        assert await noted(refunds, NOON - TICK, NOON, 9) == []
        assert await noted(refunds, NOON, NOON, 9) == []
        assert list(await refunds.noted("chain", NOON, LATE, 2**70)) == lot
        nobodys = (NOON + TICK, numbered(3))
        assert list(await refunds.noted("chain", NOON, LATE, 2, nobodys)) == lot[2:4]
        assert list(await refunds.noted("cash", NOON, LATE, 9)) == []

    async def test_a_transaction_keeps_all(
        self, arrivals: Arrivals, refunds: Refunds, transaction: Transaction
    ) -> None:
        """It sees its own writes, and afterwards everybody does."""
        arrival = unmatched()
        async with transaction():
            now = await going(arrivals, refunds, arrival)
            assert await refunds.get(now.id) == now
            assert list(await refunds.of_arrival(*arrival.key)) == [now]
            assert list(await refunds.due(NOON, 5)) == [now.id]
            await refunds.put(claimed(now, None), was=RefundState.DUE)
            assert list(await refunds.waiting(5)) == [claimed(now, None)]
        assert await refunds.get(now.id) == claimed(now, None)
        assert list(await refunds.due(NOON, 5)) == []

    async def test_an_undone_transaction_keeps_nothing(
        self, arrivals: Arrivals, refunds: Refunds, transaction: Transaction
    ) -> None:
        """A refund that was moved is as it was; of one that was added its arrival knows nothing."""
        old, arrival = await going(arrivals, refunds), unmatched()
        await arrivals.add(arrival)
        async with undone(transaction):
            new = await going(arrivals, refunds, arrival)
            await refunds.put(claimed(old, LATE), was=RefundState.DUE)
        assert await refunds.get(old.id) == old
        assert list(await refunds.due(NOON, 5)) == [old.id]
        with pytest.raises(RefundMissing):
            await refunds.get(new.id)
        assert await arrivals.get(*arrival.key) == arrival
        assert list(await refunds.of_arrival(*arrival.key)) == []

    async def test_a_caught_error_does_not_end_the_transaction(
        self, arrivals: Arrivals, refunds: Refunds, transaction: Transaction
    ) -> None:
        """Losing a race or asking for what is missing harms nothing."""
        now = await going(arrivals, refunds)
        async with transaction():
            with pytest.raises(RefundMissing):
                await refunds.get(numbered(1))
            with pytest.raises(RefundMoved):
                await refunds.put(claimed(now), was=RefundState.ACCEPTED)
            await refunds.put(claimed(now), was=RefundState.DUE)
        assert await refunds.get(now.id) == claimed(now)

    async def test_nobody_else_sees_what_may_be_undone(
        self, arrivals: Arrivals, refunds: Refunds, transaction: Transaction
    ) -> None:
        """Who asks meanwhile is told what was before, at once or afterwards."""
        now = await going(arrivals, refunds)
        async with undone(transaction):
            await refunds.put(claimed(now, None), was=RefundState.DUE)
            asked = await meanwhile(refunds.get(now.id))
            due = await meanwhile(refunds.due(NOON, 5))
            waits = await meanwhile(refunds.waiting(5))
        assert await asked == now
        assert list(await due) == [now.id]
        assert list(await waits) == []

    async def test_who_got_it_in_a_transaction_has_it_alone(
        self, arrivals: Arrivals, refunds: Refunds, transaction: Transaction
    ) -> None:
        """The second waits for the first to end, and sees what became of it."""
        for block, state in (
            (lambda: undone(transaction), RefundState.DUE),
            (transaction, RefundState.UNKNOWN),
        ):
            now = await going(arrivals, refunds)
            async with block():
                mine = await refunds.get(now.id)
                second = await meanwhile(got(refunds, transaction, now.id))
                assert not second.done()
                await refunds.put(claimed(mine), was=RefundState.DUE)
            assert (await second).state is state

    async def test_a_put_from_outside_waits_and_loses(
        self, arrivals: Arrivals, refunds: Refunds, transaction: Transaction
    ) -> None:
        """Of two who are about to ask the provider one is told that the other does."""
        now = await going(arrivals, refunds)
        async with transaction():
            mine = await refunds.get(now.id)
            other = await meanwhile(refunds.put(claimed(now, LATE), was=RefundState.DUE))
            assert not other.done()
            await refunds.put(claimed(mine), was=RefundState.DUE)
        with pytest.raises(RefundMoved) as moved:
            await other
        assert moved.value.state == RefundState.UNKNOWN
        assert await refunds.get(now.id) == claimed(now)

    async def test_of_many_puts_at_once_one_wins(
        self, arrivals: Arrivals, refunds: Refunds
    ) -> None:
        """The others are told that it moved."""
        now = await going(arrivals, refunds)
        lot = [claimed(now, NOON + turn * TICK) for turn in range(4)]
        puts = [refunds.put(each, was=RefundState.DUE) for each in lot]
        said = await asyncio.gather(*puts, return_exceptions=True)
        assert said.count(None) == 1
        assert sum(isinstance(each, RefundMoved) for each in said) == 3
        assert await refunds.get(now.id) == lot[said.index(None)]

    async def test_who_adds_a_known_id_waits_for_its_transaction(
        self, arrivals: Arrivals, refunds: Refunds, transaction: Transaction
    ) -> None:
        """When that is undone, the second one is the refund; else the first one is."""
        for block, winner in ((lambda: undone(transaction), 1), (transaction, 0)):
            id = numbered(winner + 1)
            came_ = [unmatched(asset=XTR), unmatched(asset=XTR)]
            for arrival in came_:
                await arrivals.add(arrival)
            lot = [refund(arrival, id=id) for arrival in came_]
            back = came_[1].sent_back(coins(0), came_[1].held)
            await arrivals.put(back, was=came_[1])
            async with block():
                await set_aside(arrivals, refunds, lot[0])
                other = await meanwhile(refunds.add(lot[1]))
                assert not other.done()
            assert await other == lot[winner]
            assert await refunds.get(id) == lot[winner]
