"""The contract of `core.payments.Arrivals`."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from ....core.balances import account_name
from ....core.money import RUB, TON, UNITS_MAX, XTR, zero
from ....core.payments import (
    Arrival,
    ArrivalMissing,
    ArrivalMoved,
    Arrivals,
    Case,
    Inflow,
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

BOB = account_name("user:bob")

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


async def noted(
    arrivals: Arrivals, since: datetime, until: datetime, page: int = 1000
) -> list[Arrival]:
    """All that came by the bank in that time, read in pages."""
    found: list[Arrival] = []
    after = None
    while some := await arrivals.noted("bank", since, until, page, after):
        assert len(some) <= page
        found += some
        after = found[-1].noted_at, found[-1].inflow.key
    return found


def aside(arrival: Arrival) -> Arrival:
    """With all that is held of it on its way back."""
    return arrival.sent_back(zero(arrival.held.asset), arrival.held)


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
            await arrivals.put(stranger.all_credited(), was=stranger)
        assert await arrivals.add(stranger) is True

    async def test_what_was_held_is_decided_about(self, arrivals: Arrivals) -> None:
        """Then it waits no longer, and what came is still known, and who was given it."""
        arrival, other = unmatched(5, "a"), unmatched(6, "b")
        await arrivals.add(arrival)
        await arrivals.add(other)
        given = arrival.all_credited(BOB)
        await arrivals.put(given, was=arrival)
        kept = await arrivals.get(*arrival.key)
        assert kept == given
        assert kept.given_to == BOB
        assert list(await arrivals.held(10)) == [other]
        assert await arrivals.get(*other.key) == other
        assert await arrivals.add(arrival) is False

    async def test_it_is_decided_about_once(self, arrivals: Arrivals, payment: Payment) -> None:
        """The second who decides is told so, and nothing is written."""
        for arrival in (unmatched(), came(payment, 9).all_held("a rule")):
            await arrivals.add(arrival)
            decided = arrival.all_credited(BOB)
            await arrivals.put(decided, was=arrival)
            for other in (decided, arrival, arrival.all_held("again"), aside(arrival)):
                with pytest.raises(ArrivalMoved) as moved:
                    await arrivals.put(other, was=arrival)
                assert (moved.value.method, moved.value.key) == arrival.key
            assert await arrivals.get(*arrival.key) == decided

    async def test_where_its_parts_were_is_all_that_counts(
        self, arrivals: Arrivals, payment: Payment
    ) -> None:
        """Each of them; why it is held, and for whom, is no reason to refuse."""
        parts: dict[str, Any] = {"credited": coins(2), "held": coins(7)}
        arrival = came(payment, 9, why_held="a rule", **parts)
        await arrivals.add(arrival)
        third: dict[str, Any] = {"credited": coins(2), "held": coins(6), "returned": coins(1)}
        for wrong in (
            evolve(arrival, credited=coins(3), held=coins(6)),
            evolve(arrival, credited=coins(1), returned=coins(1)),
            evolve(arrival, **third),
            arrival.all_held("a rule"),
            arrival.all_credited(),
        ):
            with pytest.raises(ArrivalMoved):
                await arrivals.put(arrival.all_credited(), was=wrong)
            assert await arrivals.get(*arrival.key) == arrival
        told = evolve(arrival, why_held="told", given_to=BOB)
        still = evolve(arrival, why_held=QUOTED)
        await arrivals.put(still, was=told)
        assert await arrivals.get(*arrival.key) == still

    async def test_what_was_refused_is_held_first(
        self, arrivals: Arrivals, payment: Payment
    ) -> None:
        """Credited at first, whole or in part, held when that could not be, decided in the end."""
        parts: dict[str, Any] = {"credited": coins(2), "held": coins(7)}
        for arrival in (came(payment, 9), came(payment, 9, **parts)):
            await arrivals.add(arrival)
            await arrivals.put(arrival, was=arrival)  # as it was: that decides nothing
            held = arrival.all_held(QUOTED)
            await arrivals.put(held, was=arrival)
            assert await arrivals.get(*arrival.key) == held
            assert list(await arrivals.held(10)) == [held]
            await arrivals.put(held.all_credited(), was=held)
            assert await arrivals.get(*arrival.key) == held.all_credited()
            assert list(await arrivals.held(10)) == []

    async def test_what_was_credited_goes_back(self, arrivals: Arrivals, payment: Payment) -> None:
        """In part, and is the target's again when it did not arrive."""
        arrival, nothing = came(payment, 9), coins(0)
        await arrivals.add(arrival)
        back = arrival.sent_back(coins(4), nothing)
        await arrivals.put(back, was=arrival)
        kept = await arrivals.get(*arrival.key)
        assert kept == back
        assert (kept.credited, kept.held, kept.returned) == (coins(5), nothing, coins(4))
        again = back.kept_after_all(coins(4), nothing, "refused")
        await arrivals.put(again, was=back)
        assert await arrivals.get(*arrival.key) == again == arrival
        whole = again.sent_back(coins(9), nothing)
        await arrivals.put(whole, was=again)
        assert await arrivals.get(*arrival.key) == whole
        assert list(await arrivals.held(10)) == []

    async def test_what_was_credited_may_end_in_the_drawer(
        self, arrivals: Arrivals, payment: Payment
    ) -> None:
        """It set out, did not arrive, and whoever had it could not take it again."""
        arrival, nothing = came(payment, 9), coins(0)
        await arrivals.add(arrival)
        back = arrival.sent_back(coins(4), nothing)
        await arrivals.put(back, was=arrival)
        held = back.kept_after_all(nothing, coins(4), QUOTED)
        await arrivals.put(held, was=back)
        assert await arrivals.get(*arrival.key) == held
        assert list(await arrivals.held(10)) == [held]
        await arrivals.put(held.all_credited(), was=held)
        assert (await arrivals.get(*arrival.key)).credited == coins(9)

    async def test_what_waits_goes_back(self, arrivals: Arrivals) -> None:
        """It is not in the drawer meanwhile, and is there again when it did not arrive."""
        arrival, nothing = unmatched(9), zero(TON)
        await arrivals.add(arrival)
        part = arrival.sent_back(nothing, coins(4, TON))
        await arrivals.put(part, was=arrival)
        assert list(await arrivals.held(10)) == [part]
        assert part.why_held
        rest = part.kept_after_all(nothing, coins(4, TON), "refused")
        await arrivals.put(rest, was=part)
        assert list(await arrivals.held(10)) == [rest]
        gone = aside(rest)
        await arrivals.put(gone, was=rest)
        assert list(await arrivals.held(10)) == []
        assert await arrivals.get(*arrival.key) == gone
        assert gone.returned == arrival.inflow.amount

    async def test_what_somebody_was_given_goes_back(self, arrivals: Arrivals) -> None:
        """Who that was stays known; when it waits again, somebody else may be given it."""
        arrival, nothing = unmatched(9), zero(TON)
        await arrivals.add(arrival)
        given = arrival.all_credited(BOB)
        await arrivals.put(given, was=arrival)
        back = given.sent_back(given.credited, nothing)
        await arrivals.put(back, was=given)
        assert (await arrivals.get(*arrival.key)).given_to == BOB
        waits = back.kept_after_all(nothing, back.returned, "refused")
        await arrivals.put(waits, was=back)
        carol = waits.all_credited(account_name("user:carol"))
        await arrivals.put(carol, was=waits)
        assert await arrivals.get(*arrival.key) == carol

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
            await arrivals.put(evolve(other, why_held="told"), was=arrival)
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
        await arrivals.put(lot[0].all_held("refused"), was=lot[0])
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
        await arrivals.put(lot[1].all_credited(), was=lot[1])
        await arrivals.put(lot[3].all_credited(), was=lot[3])
        second = list(await arrivals.held(2, place(first[-1])))
        await arrivals.add(lot[7])
        await arrivals.add(lot[8])
        third = list(await arrivals.held(9, place(second[-1])))
        expected = (lot[:2], [lot[2], lot[4]], lot[5:])
        assert (first, second, third) == expected

    async def test_what_was_noted_is_told_by_time(
        self, arrivals: Arrivals, payment: Payment
    ) -> None:
        """The oldest first, of one moment by key, whatever became of it; of no other method."""
        lot = [
            came(payment, 1, "b", noted_at=NOON),
            came(payment, 2, "C", noted_at=NOON + TICK).all_held("a rule"),
            came(payment, 3, "a", noted_at=NOON + TICK),
            came(payment, 4, "é", noted_at=NOON + TICK),
            came(payment, 5, "0", noted_at=NOON + 3 * TICK),
        ]
        for arrival in (lot[3], lot[1], lot[4], lot[0], lot[2]):
            await arrivals.add(arrival)
            await arrivals.add(unmatched(noted_at=arrival.noted_at))
        back = lot[2].sent_back(coins(1), coins(0))
        await arrivals.put(back, was=lot[2])
        lot[2] = back
        for page in (1, 2, 3, 5, 6):
            assert await noted(arrivals, NOON, NOON + 4 * TICK, page) == lot
        assert await noted(arrivals, NOON + TICK, NOON + 3 * TICK) == lot[1:4]
        assert await noted(arrivals, NOON - TICK, NOON) == []
        assert await noted(arrivals, NOON, NOON) == []
        always = NOON + timedelta(days=900)
        assert list(await arrivals.noted("bank", NOON, always, 2**70)) == lot
        nobodys = (NOON + TICK, "D")
        assert list(await arrivals.noted("bank", NOON, always, 2, nobodys)) == lot[2:4]
        assert list(await arrivals.noted("cash", NOON, always, 9)) == []

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
            await arrivals.put(old.all_credited(), was=old)
            assert list(await arrivals.of(payment.id)) == [new]
            assert list(await arrivals.held(10)) == []
        assert await arrivals.get(*old.key) == old
        assert list(await arrivals.of(payment.id)) == []
        assert list(await arrivals.held(10)) == [old]
        async with transaction():
            assert await arrivals.add(new) is True
            await arrivals.put(old.all_credited(), was=old)
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
            await arrivals.put(arrival.all_credited(), was=arrival)
            with pytest.raises(ArrivalMoved):
                await arrivals.put(arrival.all_credited(), was=arrival)
            await arrivals.add(other)
        assert list(await arrivals.held(10)) == [other]

    async def test_nobody_else_sees_what_may_be_undone(
        self, arrivals: Arrivals, transaction: Transaction
    ) -> None:
        """Who looks meanwhile is told what was before, at once or afterwards."""
        arrival = unmatched()
        await arrivals.add(arrival)
        async with undone(transaction):
            await arrivals.put(arrival.all_credited(), was=arrival)
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
            late = await meanwhile(arrivals.put(arrival.all_credited(), was=arrival))
            assert not second.done()
            assert not late.done()
            await arrivals.put(arrival.all_credited(), was=arrival)
        assert await second == arrival.all_credited()
        with pytest.raises(ArrivalMoved):
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
        """The others are told that it was decided, whatever they had in mind."""
        arrival = unmatched()
        await arrivals.add(arrival)
        ends = (arrival.all_credited(), arrival.all_credited(BOB), aside(arrival))
        puts = [arrivals.put(end, was=arrival) for end in ends]
        said = await asyncio.gather(*puts, return_exceptions=True)
        assert said.count(None) == 1
        assert sum(isinstance(each, ArrivalMoved) for each in said) == 2
        assert await arrivals.get(*arrival.key) == ends[said.index(None)]
