"""The contract of `core.payments.Arrivals`."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from ....core.money import RUB, TON, UNITS_MAX, XTR
from ....core.payments import (
    Arrival,
    ArrivalMissing,
    Arrivals,
    Case,
    Inflow,
    NothingHeld,
    Payment,
    Payments,
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
    meanwhile,
    order,
    payment_id,
    unmatched,
)

MATCHED = [each for each in Case if each not in (Case.UNMATCHED, Case.WRONG_ASSET)]

Place = tuple[datetime, str, str]


def place(arrival: Arrival) -> Place:
    """Where it is in the drawer."""
    return arrival.noted_at, *arrival.key


async def drawer(arrivals: Arrivals, page: int = 1000) -> list[Arrival]:
    """All that waits, read in pages."""
    found: list[Arrival] = []
    after = None
    while some := await arrivals.held(page, after):
        assert len(some) <= page
        found += some
        after = place(found[-1])
    return found


async def got(arrivals: Arrivals, transaction: Transaction, arrival: Arrival) -> Arrival:
    """The arrival, asked for in a transaction."""
    async with transaction():
        return await arrivals.get(*arrival.key)


class ArrivalsContract(Ground):
    """
    What everything that keeps arrivals does. Subclass it in a test and override the fixtures
    `payments`, `arrivals` and `transaction`, all of one empty storage.
    """

    @pytest.fixture
    async def payment(self, payments: Payments) -> Payment:
        """A payment that is kept, over 100 XTR."""
        return await payments.add(begun())

    async def test_what_came_is_kept_as_it_was(
        self, arrivals: Arrivals, payments: Payments, payment: Payment
    ) -> None:
        """Every case, amounts of any size, any text, moments to the microsecond and in UTC."""
        great = await payments.add(begun(order(UNITS_MAX, TON)))
        inflow = Inflow(key=QUOTED, amount=coins(UNITS_MAX, TON), at=NOON + TICK, sender=QUOTED)
        parts: dict[str, Any] = {"credited": coins(1, TON), "held": coins(UNITS_MAX - 1, TON)}
        lot = [
            *(came(payment, 1, case=case, noted_at=NOON + 3 * TICK) for case in MATCHED),
            came(great, 1, inflow=inflow, case=Case.OVER, why_held=QUOTED, **parts),
            came(great, UNITS_MAX).all_held("x" * 500),
            unmatched(1, asset=RUB, payment=payment.id, case=Case.WRONG_ASSET, method="bank"),
            unmatched(UNITS_MAX, why_held=""),
        ]
        for arrival in lot:
            assert await arrivals.add(arrival) is True
        for arrival in lot:
            kept = await arrivals.get(*arrival.key)
            assert kept == arrival
            assert type(kept.case) is Case
            assert kept.noted_at.utcoffset() == kept.inflow.at.utcoffset() == timedelta(0)
        assert {each.case for each in lot} == set(Case)

    async def test_what_is_known_is_not_kept_again(
        self, arrivals: Arrivals, payment: Payment
    ) -> None:
        """Whatever it says this time; the key is one of its method only."""
        first = unmatched(5, "key")
        assert await arrivals.add(first) is True
        assert await arrivals.add(first) is False
        assert await arrivals.add(unmatched(7, "key", asset=RUB)) is False
        assert await arrivals.get("chain", "key") == first
        assert list(await arrivals.held(10)) == [first]
        other = came(payment, 7, "key")
        assert await arrivals.add(other) is True
        assert await arrivals.get("bank", "key") == other
        assert await arrivals.get("chain", "key") == first

    async def test_what_never_came_is_missing(self, arrivals: Arrivals) -> None:
        """It can be neither got nor put."""
        stranger = unmatched(key="nowhere")
        await arrivals.add(unmatched(key="here"))
        await arrivals.add(unmatched(key="nowhere", method="other"))
        with pytest.raises(ArrivalMissing) as missing:
            await arrivals.get("chain", "nowhere")
        assert missing.value.facts == {"method": "chain", "key": "nowhere"}
        with pytest.raises(ArrivalMissing):
            await arrivals.put(stranger.all_credited())
        assert await arrivals.add(stranger) is True

    async def test_what_was_held_is_decided_about(self, arrivals: Arrivals) -> None:
        """Then it waits no longer, and what came is still known."""
        arrival, other = unmatched(5, "a"), unmatched(6, "b")
        await arrivals.add(arrival)
        await arrivals.add(other)
        await arrivals.put(arrival.all_credited())
        assert await arrivals.get(*arrival.key) == arrival.all_credited()
        assert list(await arrivals.held(10)) == [other]
        assert await arrivals.get(*other.key) == other
        assert await arrivals.add(arrival) is False

    async def test_it_is_decided_about_once(self, arrivals: Arrivals, payment: Payment) -> None:
        """The second who decides is told so, and nothing is written."""
        for arrival in (unmatched(), came(payment, 9).all_held("a rule")):
            await arrivals.add(arrival)
            await arrivals.put(arrival.all_credited())
            for other in (arrival.all_credited(), arrival, arrival.all_held("again")):
                with pytest.raises(NothingHeld) as decided:
                    await arrivals.put(other)
                assert (decided.value.method, decided.value.key) == arrival.key
            assert await arrivals.get(*arrival.key) == arrival.all_credited()

    async def test_what_was_refused_is_held_first(
        self, arrivals: Arrivals, payment: Payment
    ) -> None:
        """Credited at first, whole or in part, held when that could not be, decided in the end."""
        parts: dict[str, Any] = {"credited": coins(2), "held": coins(7)}
        for arrival in (came(payment, 9), came(payment, 9, **parts)):
            await arrivals.add(arrival)
            await arrivals.put(arrival)  # as it was: that decides nothing
            held = arrival.all_held(QUOTED)
            await arrivals.put(held)
            assert await arrivals.get(*arrival.key) == held
            assert list(await arrivals.held(10)) == [held]
            await arrivals.put(held.all_credited())
            assert await arrivals.get(*arrival.key) == held.all_credited()
            assert list(await arrivals.held(10)) == []

    async def test_what_came_stays(self, arrivals: Arrivals, payment: Payment) -> None:
        """Whatever is put: whose it is, how it came, who sent it and when."""
        arrival = came(payment, 9).all_held("a rule")
        await arrivals.add(arrival)
        later = evolve(arrival.inflow, at=NOON + TICK, sender="other")
        for other in (
            evolve(arrival, payment=payment_id()),
            evolve(arrival, case=Case.LATE),
            evolve(arrival, noted_at=NOON + TICK),
            evolve(arrival, inflow=later),
        ):
            await arrivals.put(evolve(other, why_held="told"))
            assert await arrivals.get(*arrival.key) == evolve(arrival, why_held="told")
        assert list(await arrivals.of(payment.id)) == [evolve(arrival, why_held="told")]

    async def test_what_came_for_a_payment_is_told_as_it_was_noted(
        self, arrivals: Arrivals, payments: Payments, payment: Payment
    ) -> None:
        """In that order, of one microsecond too, and when the clock stepped back; of no other."""
        other = await payments.add(begun())
        steps = (0, 0, 0, 2, 1, 2)
        lot = [
            came(payment, n + 1, f"{9 - n}", noted_at=NOON + step * TICK)
            for n, step in enumerate(steps)
        ]
        for n, arrival in enumerate(lot):
            await arrivals.add(arrival)
            await arrivals.add(came(other, 50 + n))
            await arrivals.add(unmatched())
        await arrivals.put(lot[0].all_held("refused"))
        lot[0] = lot[0].all_held("refused")
        assert list(await arrivals.of(payment.id)) == lot
        assert [each.inflow.amount.units for each in await arrivals.of(other.id)] == [
            *range(50, 56)
        ]
        assert list(await arrivals.of(payment_id())) == []

    async def test_the_drawer_has_what_is_held(self, arrivals: Arrivals, payment: Payment) -> None:
        """The oldest first, of one moment by method and key; nothing else is in it."""
        lot = [
            unmatched(key="z", noted_at=NOON),
            unmatched(key="a", noted_at=NOON + TICK, method="bank"),
            unmatched(key="B", noted_at=NOON + TICK),
            unmatched(key="a", noted_at=NOON + TICK),
            unmatched(key="é", noted_at=NOON + TICK),
            came(payment, 9, "0", noted_at=NOON + 2 * TICK, credited=coins(1), held=coins(8)),
        ]
        for arrival in (lot[4], lot[1], lot[5], lot[3], lot[0], lot[2]):
            await arrivals.add(arrival)
            await arrivals.add(came(payment, 3))
        for page in (1, 2, 5, 6, 7):
            assert await drawer(arrivals, page) == lot
        assert list(await arrivals.held(3)) == lot[:3]
        assert list(await arrivals.held(2**70)) == lot
        assert list(await arrivals.held(3, place(lot[5]))) == []
        nobodys = (NOON + TICK, "chain", "C")
        assert list(await arrivals.held(2, nobodys)) == lot[3:5]

    async def test_an_empty_drawer_is_empty(self, arrivals: Arrivals, payment: Payment) -> None:
        """Also when things came."""
        assert list(await arrivals.held(10)) == []
        await arrivals.add(came(payment, 3))
        assert list(await arrivals.held(10)) == []

    async def test_pages_have_no_gaps_and_no_repeats(self, arrivals: Arrivals) -> None:
        """While more comes and some is decided about."""
        lot = [unmatched(key=f"{n}", noted_at=NOON + n * TICK) for n in range(9)]
        for arrival in lot[:6]:
            await arrivals.add(arrival)
        first = list(await arrivals.held(2))
        await arrivals.add(lot[6])
        await arrivals.put(lot[1].all_credited())
        await arrivals.put(lot[3].all_credited())
        second = list(await arrivals.held(2, place(first[-1])))
        await arrivals.add(lot[7])
        await arrivals.add(lot[8])
        third = list(await arrivals.held(9, place(second[-1])))
        expected = (lot[:2], [lot[2], lot[4]], lot[5:])
        assert (first, second, third) == expected

    async def test_a_transaction_keeps_all_or_nothing(
        self, arrivals: Arrivals, payment: Payment, transaction: Transaction
    ) -> None:
        """It sees its own writes; undone, it leaves nothing, and a key is as good as new."""
        old = unmatched(key="old")
        await arrivals.add(old)
        new = came(payment, 3, "new")
        async with undone(transaction):
            assert await arrivals.add(new) is True
            assert await arrivals.add(new) is False
            await arrivals.put(old.all_credited())
            assert list(await arrivals.of(payment.id)) == [new]
            assert list(await arrivals.held(10)) == []
        assert await arrivals.get(*old.key) == old
        assert list(await arrivals.of(payment.id)) == []
        assert list(await arrivals.held(10)) == [old]
        async with transaction():
            assert await arrivals.add(new) is True
            await arrivals.put(old.all_credited())
        assert list(await arrivals.of(payment.id)) == [new]
        assert await arrivals.get(*old.key) == old.all_credited()

    async def test_a_caught_error_does_not_end_the_transaction(
        self, arrivals: Arrivals, transaction: Transaction
    ) -> None:
        """Deciding too late or asking for what is missing harms nothing."""
        arrival, other = unmatched(), unmatched()
        await arrivals.add(arrival)
        async with transaction():
            with pytest.raises(ArrivalMissing):
                await arrivals.get("chain", "nowhere")
            await arrivals.put(arrival.all_credited())
            with pytest.raises(NothingHeld):
                await arrivals.put(arrival.all_credited())
            await arrivals.add(other)
        assert list(await arrivals.held(10)) == [other]

    async def test_nobody_else_sees_what_may_be_undone(
        self, arrivals: Arrivals, transaction: Transaction
    ) -> None:
        """Who looks meanwhile is told what was before, at once or afterwards."""
        arrival = unmatched()
        await arrivals.add(arrival)
        async with undone(transaction):
            await arrivals.put(arrival.all_credited())
            await arrivals.add(unmatched())
            asked = await meanwhile(arrivals.get(*arrival.key))
            looked = await meanwhile(arrivals.held(10))
        assert await asked == arrival
        assert list(await looked) == [arrival]

    async def test_who_got_it_in_a_transaction_has_it_alone(
        self, arrivals: Arrivals, transaction: Transaction
    ) -> None:
        """The second waits for the first to end, and sees what was decided."""
        arrival = unmatched()
        await arrivals.add(arrival)
        async with transaction():
            await arrivals.get(*arrival.key)
            second = await meanwhile(got(arrivals, transaction, arrival))
            late = await meanwhile(arrivals.put(arrival.all_credited()))
            assert not second.done()
            assert not late.done()
            await arrivals.put(arrival.all_credited())
        assert await second == arrival.all_credited()
        with pytest.raises(NothingHeld):
            await late

    async def test_of_many_who_add_one_key_it_is_new_to_one(self, arrivals: Arrivals) -> None:
        """All others are told that it was known."""
        lot = [unmatched(n + 1, "key", asset=XTR) for n in range(8)]
        news = await asyncio.gather(*(arrivals.add(each) for each in lot))
        assert sorted(news) == [False] * 7 + [True]
        assert await arrivals.get("chain", "key") == lot[news.index(True)]

    async def test_who_adds_a_known_key_waits_for_its_transaction(
        self, arrivals: Arrivals, transaction: Transaction
    ) -> None:
        """Whether it was new is only known when that has ended, well or badly."""
        for key, block, new in (
            ("a", lambda: undone(transaction), True),
            ("b", transaction, False),
        ):
            async with block():
                await arrivals.add(unmatched(1, key))
                other = await meanwhile(arrivals.add(unmatched(2, key)))
                assert not other.done()
            assert await other is new
            assert (await arrivals.get("chain", key)).held == coins(1 + new, TON)

    async def test_of_many_who_decide_one_does(self, arrivals: Arrivals) -> None:
        """The others are told that nothing is held any more."""
        arrival = unmatched()
        await arrivals.add(arrival)
        puts = [arrivals.put(arrival.all_credited()) for _ in range(4)]
        said = await asyncio.gather(*puts, return_exceptions=True)
        assert said.count(None) == 1
        assert sum(isinstance(each, NothingHeld) for each in said) == 3
