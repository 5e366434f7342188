"""The contract of `core.payments.Payments`."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from attrs import evolve

from ....core.money import RUB, TON, UNITS_MAX, USDT, XTR
from ....core.payments import (
    UNDER_WAY,
    Arrivals,
    Case,
    Goods,
    Order,
    Payment,
    PaymentId,
    PaymentMissing,
    PaymentMoved,
    Payments,
    Place,
    Quote,
    Refund,
    Refunds,
    RefundState,
    Sale,
    State,
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
    grown,
    meanwhile,
    order,
    payment_id,
    refund,
    set_aside,
)

CAME = {State.UNDERPAID: 99, State.SETTLED: 100, State.OVERPAID: 101, State.CONFIRMING: 1}
"""What has to have come for a payment over 100 to be in that state."""

BACK = {State.REFUNDING, State.REFUNDED}

BEFORE = [each for each in State if each not in BACK | (set(CAME) - {State.CONFIRMING})]
"""States in which nothing may have come yet."""

ORDERS = {
    "a recharge": order(),
    "with words": order(payer=QUOTED, reference=QUOTED[::-1]),
    "the smallest": order(1),
    "the greatest": order(UNITS_MAX, TON),
    "another asset": order(quote=Quote(coins(1_500_000, USDT), coins(UNITS_MAX, RUB))),
    "goods elsewhere": order(sale=Sale(goods=Goods.PHYSICAL, place=Place.ELSEWHERE, country="DE")),
    "a service": order(sale=Sale(goods=Goods.SERVICE)),
    "the longest method": order(method="a" * 30 + "_0"),
}


async def theirs(payments: Payments, page: int) -> list[Payment]:
    """All that Alice was asked for, read in pages."""
    found: list[Payment] = []
    before = None
    while some := await payments.of("user:alice", page, before):
        assert len(some) <= page
        found += some
        before = found[-1].created_at, found[-1].id
    return found


async def sent_back(
    payments: Payments, arrivals: Arrivals, refunds: Refunds, paid: Payment, units: int
) -> Refund:
    """So much of what came for a payment in one piece is on its way back."""
    (arrival,) = await arrivals.of(paid.id)
    due = await set_aside(arrivals, refunds, refund(arrival, amount=coins(units)))
    await payments.put(paid.sent_back(coins(units), coins(units)), was=paid.state)
    return due


async def got(payments: Payments, transaction: Transaction, id: PaymentId) -> Payment:
    """The payment, asked for in a transaction."""
    async with transaction():
        return await payments.get(id)


class PaymentsContract(Ground):
    """
    What everything that keeps payments does. Subclass it in a test and override the fixtures
    `payments`, `arrivals`, `refunds` and `transaction`, all of one empty storage.
    """

    @pytest.mark.parametrize("asked", ORDERS.values(), ids=ORDERS)
    async def test_a_new_payment_is_kept_as_it_was(self, payments: Payments, asked: Order) -> None:
        """Amounts of any size and asset, any text, moments to the microsecond and in UTC."""
        payment = begun(asked, at=NOON + 7 * TICK, check_at=NOON + timedelta(days=900))
        assert await payments.add(payment) == payment
        kept = await payments.get(payment.id)
        assert kept == payment
        assert type(kept.state) is State
        moments = (kept.created_at, kept.expires_at, kept.check_at or NOON)
        assert [each.utcoffset() for each in moments] == [timedelta(0)] * 3

    async def test_a_known_id_is_answered_by_its_payment(self, payments: Payments) -> None:
        """As it is by then, whatever the new one says; nothing changes."""
        payment = begun()
        await payments.add(payment)
        other = begun(order(7, RUB, id=payment.id, payer="user:bob"), at=NOON + TICK)
        assert await payments.add(other) == payment
        assert await payments.add(payment) == payment
        moved = payment.moved(State.PENDING)
        await payments.put(moved, was=State.CREATED)
        assert await payments.add(payment) == moved
        assert await payments.get(payment.id) == moved

    async def test_what_nobody_added_is_missing(self, payments: Payments) -> None:
        """It can be neither got nor put."""
        stranger = begun()
        await payments.add(begun())
        with pytest.raises(PaymentMissing) as missing:
            await payments.get(stranger.id)
        assert missing.value.payment == stranger.id
        with pytest.raises(PaymentMissing):
            await payments.put(stranger.moved(State.PENDING), was=State.CREATED)
        assert await payments.add(stranger) == stranger

    @pytest.mark.parametrize("state", [each for each in State if each not in BACK], ids=str)
    async def test_every_state_is_kept(
        self, payments: Payments, arrivals: Arrivals, state: State
    ) -> None:
        """With what came and was credited."""
        payment = begun()
        await payments.add(payment)
        after = await grown(payments, arrivals, payment, CAME.get(state, 0))
        moved = evolve(after, state=state, checks=1)
        await payments.put(moved, was=after.state)
        kept = await payments.get(payment.id)
        assert kept == moved
        assert type(kept.state) is State
        assert moved.came.units == moved.credited.units == CAME.get(state, 0)
        assert moved.returning.units == moved.returned.units == 0

    @pytest.mark.parametrize("units", [100, 40])
    @pytest.mark.parametrize("before", [State.CONFIRMING, State.SETTLED, State.OVERPAID], ids=str)
    async def test_what_goes_back_is_kept(
        self,
        payments: Payments,
        arrivals: Arrivals,
        refunds: Refunds,
        before: State,
        units: int,
    ) -> None:
        """On its way, and when it is there; in the part that it is of what came."""
        whole = {State.CONFIRMING: 99, State.SETTLED: 100, State.OVERPAID: 101}[before]
        units = min(units, whole)
        payment = await payments.add(begun())
        paid = await grown(payments, arrivals, payment, whole)
        due = await sent_back(payments, arrivals, refunds, paid, units)
        back = await payments.get(payment.id)
        assert (back.state, back.returning, back.returned) == (
            State.REFUNDING,
            coins(units),
            coins(0),
        )
        assert (back.came, back.credited) == (coins(whole), coins(whole - units))
        gone = back.given_back(coins(units))
        await refunds.put(due.moved(RefundState.UNKNOWN, NOON), was=RefundState.DUE)
        done = due.moved(RefundState.UNKNOWN, NOON).moved(RefundState.DONE, None)
        await refunds.put(done, was=RefundState.UNKNOWN)
        await payments.put(gone, was=State.REFUNDING)
        kept = await payments.get(payment.id)
        assert kept == gone
        assert (kept.returning, kept.returned) == (coins(0), coins(units))
        assert (kept.state is State.REFUNDED) is (units == whole)

    async def test_what_does_not_go_back_is_the_targets_again(
        self, payments: Payments, arrivals: Arrivals, refunds: Refunds
    ) -> None:
        """It was refused, and more comes afterwards."""
        payment = await payments.add(begun())
        paid = await grown(payments, arrivals, payment, 100)
        due = await sent_back(payments, arrivals, refunds, paid, 100)
        back = await payments.get(payment.id)
        await failed(arrivals, refunds, due)
        again = back.kept_after_all(coins(100), coins(100))
        await payments.put(again, was=State.REFUNDING)
        assert await payments.get(payment.id) == again == paid
        more = await grown(payments, arrivals, again, 1)
        assert await payments.get(payment.id) == more
        assert (more.state, more.credited) == (State.OVERPAID, coins(101))

    @pytest.mark.parametrize("before", BEFORE, ids=str)
    async def test_what_comes_may_go_back_at_once(
        self, payments: Payments, arrivals: Arrivals, refunds: Refunds, before: State
    ) -> None:
        """A rule says so, and it is one step from any state; then more comes, and is credited."""
        payment = await payments.add(begun())
        waits = payment.moved(before)
        if before is not State.CREATED:
            await payments.put(waits, was=State.CREATED)
        late = came(payment, 100, case=Case.LATE).all_held("held by rule: late")
        await arrivals.add(late)
        await set_aside(arrivals, refunds, refund(late))
        back = waits.grown(coins(100), coins(0)).sent_back(coins(100), coins(0))
        await payments.put(back, was=before)
        kept = await payments.get(payment.id)
        assert kept == back
        assert (kept.state, kept.credited) == (State.REFUNDING, coins(0))
        more = await grown(payments, arrivals, back, 1)
        assert (await payments.get(payment.id)) == more

    async def test_what_became_of_it_is_kept(self, payments: Payments) -> None:
        """All of it, also when there is less to say than before."""
        payment = begun()
        await payments.add(payment)
        told = evolve(
            payment,
            state=State.UNKNOWN,
            check_at=None,
            checks=41,
            provider_id=QUOTED,
            link=f"https://pay.example/?a=1&b={QUOTED}",
            told=QUOTED * 40,
        )
        await payments.put(told, was=State.CREATED)
        assert await payments.get(payment.id) == told
        less = evolve(told, check_at=NOON + 3 * TICK, link="", told="", checks=42)
        await payments.put(less, was=State.UNKNOWN)
        assert await payments.get(payment.id) == less

    async def test_what_is_held_came_without_being_credited(
        self, payments: Payments, arrivals: Arrivals
    ) -> None:
        """The greatest amount there is comes, and nothing of it is credited."""
        payment = begun(order(UNITS_MAX, TON))
        await payments.add(payment)
        settled = await grown(payments, arrivals, payment, UNITS_MAX)
        other = begun(order(UNITS_MAX, TON))
        await payments.add(other)
        nothing = evolve(settled, order=other.order, credited=coins(0, TON))
        arrival = (await arrivals.of(payment.id))[0]
        inflow = evolve(arrival.inflow, key="other")
        held = evolve(arrival.all_held("a rule"), inflow=inflow, payment=other.id)
        await arrivals.add(held)
        await payments.put(nothing, was=State.CREATED)
        assert await payments.get(other.id) == nothing
        assert (await payments.get(payment.id)).credited.units == UNITS_MAX

    async def test_the_order_stays(self, payments: Payments) -> None:
        """What was asked of whom, when, and until when the rate holds, whatever is put."""
        payment = begun()
        await payments.add(payment)
        for other in (
            evolve(payment, order=order(id=payment.id, payer="user:bob", reference="other")),
            evolve(payment, order=order(id=payment.id, method="other")),
            evolve(payment, order=evolve(payment.order, sale=Sale(goods=Goods.SERVICE))),
            evolve(payment, created_at=NOON + TICK),
            evolve(payment, expires_at=NOON + TICK),
        ):
            await payments.put(evolve(other, checks=2), was=State.CREATED)
            assert await payments.get(payment.id) == evolve(payment, checks=2)

    async def test_a_put_expects_a_state(self, payments: Payments) -> None:
        """When the payment is in another one, it says so and writes nothing."""
        payment = begun()
        await payments.add(payment)
        pending = payment.moved(State.PENDING)
        for was in State:
            if was is not State.CREATED:
                with pytest.raises(PaymentMoved) as moved:
                    await payments.put(pending, was=was)
                assert moved.value.facts == {"payment": payment.id, "state": State.CREATED}
                assert await payments.get(payment.id) == payment
        again = evolve(payment, checks=1)
        await payments.put(again, was=State.CREATED)
        assert await payments.get(payment.id) == again

    async def test_one_put_changes_one_payment(self, payments: Payments) -> None:
        """Others are left alone."""
        payment, other = begun(), begun()
        await payments.add(payment)
        await payments.add(other)
        await payments.put(payment.moved(State.EXPIRED), was=State.CREATED)
        assert await payments.get(other.id) == other

    async def test_those_that_are_due_are_told(self, payments: Payments) -> None:
        """The longest overdue first, from the very microsecond on; asking changes nothing."""
        steps = (3, 1, 0, 2, 4)
        lot = [begun(check_at=NOON + step * TICK) for step in steps]
        for payment in lot:
            await payments.add(payment)
        in_order = [lot[steps.index(step)].id for step in range(5)]
        assert list(await payments.due(NOON - TICK, 10)) == []
        for step in range(5):
            assert list(await payments.due(NOON + step * TICK, 10)) == in_order[: step + 1]
        assert list(await payments.due(NOON + timedelta(days=900), 3)) == in_order[:3]
        assert list(await payments.due(NOON + timedelta(days=900), 2**70)) == in_order

    async def test_what_is_looked_at_later_or_never_is_not_due(self, payments: Payments) -> None:
        """A put moves it in the queue, or out of it."""
        later, never, same = begun(), begun(), begun()
        for payment in (later, never, same):
            await payments.add(payment)
        await payments.put(evolve(later, check_at=NOON + 2 * TICK), was=State.CREATED)
        await payments.put(evolve(never, check_at=None), was=State.CREATED)
        assert list(await payments.due(NOON + TICK, 10)) == [same.id]
        assert list(await payments.due(NOON + 2 * TICK, 10)) == [same.id, later.id]

    async def test_what_somebody_was_asked_for_is_told(
        self, payments: Payments, arrivals: Arrivals
    ) -> None:
        """The newest first, of one moment by id, whatever became of it; nothing of others."""
        steps = ((2, 1), (1, 6), (1, 5), (1, 4), (0, 3))
        lot = [
            begun(order(id=PaymentId(UUID(int=number))), at=NOON + step * TICK)
            for step, number in steps
        ]
        for place in (3, 0, 4, 1, 2):
            await payments.add(lot[place])
            await payments.add(begun(order(payer="user:bob"), at=lot[place].created_at))
        lot[2] = await grown(payments, arrivals, lot[2], 100)
        for page in (1, 2, 3, 5, 6):
            assert await theirs(payments, page) == lot
        assert list(await payments.of("user:alice", 2**70)) == lot
        nobodys = (NOON + TICK, PaymentId(UUID(int=2**128 - 1)))
        assert list(await payments.of("user:alice", 2, nobodys)) == lot[1:3]
        assert list(await payments.of("user:alice", 9, (NOON, lot[4].id))) == []
        assert len(await payments.of("user:bob", 9)) == 5
        assert list(await payments.of("user:carol", 9)) == []

    async def test_what_is_under_way_is_told(
        self, payments: Payments, arrivals: Arrivals, refunds: Refunds
    ) -> None:
        """Anybody's, the oldest first, of one moment by id; nothing that came or will not come."""
        steps = ((0, 9), (1, 5), (1, 6), (1, 7), (2, 1))
        lot = [
            begun(order(id=PaymentId(UUID(int=id)), payer=f"user:{id}"), at=NOON + step * TICK)
            for step, id in steps
        ]
        for each in lot:
            await payments.add(each)
        for place, state in ((1, State.UNKNOWN), (2, State.PENDING)):
            after = lot[place].moved(state)
            await payments.put(after, was=lot[place].state)
            lot[place] = after
        lot[3] = await grown(payments, arrivals, lot[3], 1)
        paid = await grown(payments, arrivals, lot[4], 100)
        await sent_back(payments, arrivals, refunds, paid, 100)
        lot[4] = await payments.get(paid.id)
        assert {each.state for each in lot} == UNDER_WAY
        over = await payments.add(begun())
        await payments.put(over.moved(State.EXPIRED), was=over.state)
        await grown(payments, arrivals, await payments.add(begun()), 100)
        second = lot[1].created_at, lot[1].id
        assert list(await payments.under_way(2**70)) == lot
        assert list(await payments.under_way(1, second)) == lot[2:3]
        assert list(await payments.under_way(9, until=NOON)) == lot[:1]
        assert list(await payments.under_way(9, second, until=NOON + TICK)) == lot[2:4]
        for each in lot:
            assert list(await payments.under_way(9, state=each.state)) == [each]
        for state in set(State) - UNDER_WAY:
            assert list(await payments.under_way(9, state=state)) == []

    async def test_a_transaction_keeps_all(
        self, payments: Payments, transaction: Transaction
    ) -> None:
        """It sees its own writes, and afterwards everybody does."""
        payment = begun()
        pending = payment.moved(State.PENDING)
        async with transaction():
            assert await payments.add(payment) == payment
            assert await payments.get(payment.id) == payment
            await payments.put(pending, was=State.CREATED)
            assert await payments.get(payment.id) == pending
            assert list(await payments.due(NOON, 5)) == [payment.id]
        assert await payments.get(payment.id) == pending

    async def test_an_undone_transaction_keeps_nothing(
        self, payments: Payments, transaction: Transaction
    ) -> None:
        """A payment that was moved is as it was, one that was added is not there."""
        old, new = begun(), begun()
        await payments.add(old)
        async with undone(transaction):
            await payments.add(new)
            await payments.put(old.moved(State.FAILED), was=State.CREATED)
        assert await payments.get(old.id) == old
        assert list(await payments.due(NOON, 5)) == [old.id]
        with pytest.raises(PaymentMissing):
            await payments.get(new.id)

    async def test_a_caught_error_does_not_end_the_transaction(
        self, payments: Payments, transaction: Transaction
    ) -> None:
        """Losing a race or asking for what is missing harms nothing."""
        payment = begun()
        await payments.add(payment)
        pending = payment.moved(State.PENDING)
        async with transaction():
            with pytest.raises(PaymentMissing):
                await payments.get(payment_id())
            with pytest.raises(PaymentMoved):
                await payments.put(pending, was=State.SETTLED)
            await payments.put(pending, was=State.CREATED)
        assert await payments.get(payment.id) == pending

    async def test_nobody_else_sees_what_may_be_undone(
        self, payments: Payments, transaction: Transaction
    ) -> None:
        """Who asks meanwhile is told what was before, at once or afterwards."""
        payment = begun()
        await payments.add(payment)
        async with undone(transaction):
            await payments.put(payment.moved(State.PENDING), was=State.CREATED)
            asked = await meanwhile(payments.get(payment.id))
            due = await meanwhile(payments.due(NOON, 5))
        assert await asked == payment
        assert list(await due) == [payment.id]

    async def test_who_got_it_in_a_transaction_has_it_alone(
        self, payments: Payments, transaction: Transaction
    ) -> None:
        """The second waits for the first to end, and sees what became of it."""
        payment = begun()
        await payments.add(payment)
        async with transaction():
            mine = await payments.get(payment.id)
            second = await meanwhile(got(payments, transaction, payment.id))
            assert not second.done()
            await payments.put(mine.moved(State.PENDING), was=State.CREATED)
        assert (await second).state is State.PENDING

    async def test_who_waited_for_nothing_sees_what_was_before(
        self, payments: Payments, transaction: Transaction
    ) -> None:
        """When the first is undone, the second goes on from there."""
        payment = begun()
        await payments.add(payment)
        async with undone(transaction):
            mine = await payments.get(payment.id)
            second = await meanwhile(got(payments, transaction, payment.id))
            assert not second.done()
            await payments.put(mine.moved(State.PENDING), was=State.CREATED)
        assert await second == payment

    async def test_a_put_from_outside_waits_and_loses(
        self, payments: Payments, transaction: Transaction
    ) -> None:
        """It finds another state than it expects."""
        payment = begun()
        await payments.add(payment)
        async with transaction():
            mine = await payments.get(payment.id)
            other = await meanwhile(payments.put(payment.moved(State.FAILED), was=State.CREATED))
            assert not other.done()
            await payments.put(mine.moved(State.PENDING), was=State.CREATED)
        with pytest.raises(PaymentMoved) as moved:
            await other
        assert moved.value.state == State.PENDING
        assert await payments.get(payment.id) == payment.moved(State.PENDING)

    async def test_of_many_puts_at_once_one_wins(self, payments: Payments) -> None:
        """The others are told that it moved."""
        payment = begun()
        await payments.add(payment)
        states = (State.PENDING, State.FAILED, State.EXPIRED, State.CANCELLED)
        puts = [payments.put(payment.moved(each), was=State.CREATED) for each in states]
        said = await asyncio.gather(*puts, return_exceptions=True)
        winner = (await payments.get(payment.id)).state
        assert said.count(None) == 1
        assert states[said.index(None)] is winner
        for each in said:
            if each is not None:
                assert isinstance(each, PaymentMoved)
                assert each.state == winner

    async def test_of_many_who_add_one_id_all_are_answered_alike(self, payments: Payments) -> None:
        """There is one payment, and everybody is told which."""
        id = payment_id()
        lot = [begun(order(100 + n, XTR, id=id)) for n in range(8)]
        answers = await asyncio.gather(*(payments.add(each) for each in lot))
        kept = await payments.get(id)
        assert kept in lot
        assert answers == [kept] * 8

    async def test_who_adds_a_known_id_waits_for_its_transaction(
        self, payments: Payments, transaction: Transaction
    ) -> None:
        """When that is undone, the second one is the payment; else the first one is."""
        for block, winner in ((lambda: undone(transaction), 1), (transaction, 0)):
            id = payment_id()
            lot = [begun(order(100, id=id)), begun(order(200, id=id))]
            async with block():
                await payments.add(lot[0])
                other = await meanwhile(payments.add(lot[1]))
                assert not other.done()
            assert await other == lot[winner]
            assert await payments.get(id) == lot[winner]
