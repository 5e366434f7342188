"""
Stories of payments on PostgreSQL, and races whose interleaving is forced.

An account is in the hands of the test, so that whoever books for it stops in the middle; the
database itself tells who waits for whom. Payments are locked before arrivals, these before refunds,
and these before accounts.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar

import pytest
from attrs import evolve

from altyn.adapters.memory import ManualClock
from altyn.adapters.postgres import (
    PostgresArrivals,
    PostgresAuditor,
    PostgresCursors,
    PostgresLedger,
    PostgresNotices,
    PostgresOutbox,
    PostgresPayments,
    PostgresRefunds,
    PostgresStandings,
    PostgresStore,
    PostgresTrail,
    open_postgres,
)
from altyn.core.balances import AccountName, Auditor
from altyn.core.money import XTR, Money
from altyn.core.payments import (
    Case,
    CursorMoved,
    Deposit,
    NothingHeld,
    NotReturnable,
    Origin,
    Payment,
    Quote,
    RefundMoved,
    RefundReused,
    RefundStage,
    RefundState,
    Report,
    Rules,
    Stage,
    State,
)
from altyn.entrypoints.testkit.payments.ground import begun
from tests.integration.payment_stories import (
    ALICE,
    BOB,
    CLEARING,
    HOLD_PARTS,
    RETURNING,
    SUSPENSE,
    Bank,
    Book,
    House,
    PaymentStories,
    flow,
    sound,
    wish,
)
from tests.integration.postgres_sessions import locked, patient_store, session, until_waiting
from tests.unit.staff import ANNA

T = TypeVar("T")


def house_in(store: PostgresStore, clock: ManualClock, bank: Bank, rules: Rules) -> House:
    return House(
        payments=PostgresPayments(store),
        arrivals=PostgresArrivals(store),
        refunds=PostgresRefunds(store),
        standings=PostgresStandings(store),
        cursors=PostgresCursors(store),
        notices=PostgresNotices(store),
        ledger=PostgresLedger(store, clock),
        outbox=PostgresOutbox(store),
        trail=PostgresTrail(store),
        transaction=store,
        clock=clock,
        bank=bank,
        rules=rules,
    )


class TestPostgresStories(PaymentStories):
    """In one database."""

    @pytest.fixture
    async def store(self, postgres_url: str) -> AsyncIterator[PostgresStore]:
        async with open_postgres(postgres_url) as store:
            yield store

    @pytest.fixture
    def house(self, store: PostgresStore) -> House:
        return house_in(store, ManualClock(), Bank(), Rules())

    @pytest.fixture
    def auditor(self, store: PostgresStore) -> Auditor:
        return PostgresAuditor(store)


Houses = tuple[House, House]


@pytest.fixture
async def houses(postgres_url: str) -> AsyncIterator[Houses]:
    """Two processes that wait patiently; parts of a payment are held until all of it is here."""
    clock, bank = ManualClock(), Bank()
    async with patient_store(postgres_url) as one, patient_store(postgres_url) as two:
        yield house_in(one, clock, bank, HOLD_PARTS), house_in(two, clock, bank, HOLD_PARTS)


@pytest.fixture
async def auditor(houses: Houses) -> Auditor:
    return PostgresAuditor(houses[0].transaction)  # type: ignore[arg-type]


@pytest.fixture
async def payment(houses: Houses) -> Payment:
    """Half of it came, and is held."""
    house = houses[0]
    asked = await house.asked(Quote.plain(Money(100, XTR)))
    part = flow("half", 50, house.clock.now(), XTR)
    house.bank.said[asked.id] = Report(Stage.SEEN, [part])
    payment = await house.check(asked.id)
    assert (payment.came.units, payment.credited.units) == (50, 0)
    assert await house.holds(SUSPENSE, XTR) == 50
    # Only the rest is told now: who books it comes upon the held half by himself, and late.
    house.bank.said[asked.id] = Report(Stage.CLOSED, [flow("rest", 50, part.at, XTR)])
    return payment


async def one_after_the_other(
    url: str,
    first: Coroutine[Any, Any, Any],
    second: Coroutine[Any, Any, Any],
    *,
    stop: AccountName = SUSPENSE,
) -> list[Any]:
    """The first stops at an account in the middle of its work, and the second waits for it."""
    async with locked(url, stop) as hand:
        begun = [asyncio.create_task(first)]
        await until_waiting(url, 1, behind=hand.info.backend_pid)
        begun.append(asyncio.create_task(second))
        await until_waiting(url, 2)
    return await asyncio.gather(*begun, return_exceptions=True)


async def test_two_who_check_at_once_book_once(
    postgres_url: str, houses: Houses, payment: Payment, auditor: Auditor
) -> None:
    """Both were told the same by the bank; the second sees what the first one booked."""
    checks = (house.check(payment.id) for house in houses)
    said = await one_after_the_other(postgres_url, *checks)
    assert [(each.state, each.checks) for each in said] == [
        (State.SETTLED, payment.checks + 1),
        (State.SETTLED, payment.checks + 2),
    ]
    house = houses[0]
    assert await house.holds(ALICE, XTR) == 100
    assert await house.holds(CLEARING, XTR) == -100
    arrivals = await house.arrivals.of(payment.id)
    assert [(each.case, each.credited.units) for each in arrivals] == [
        (Case.UNDER, 50),
        (Case.EXACT, 50),
    ]
    assert (await house.events()).count("payment.settled") == 1
    assert await sound(auditor, house)


@pytest.mark.parametrize("checks_first", [True, False])
async def test_a_check_and_a_decision_do_not_meet(
    postgres_url: str, houses: Houses, payment: Payment, auditor: Auditor, checks_first: bool
) -> None:
    """Whoever comes first credits what was held, and the other one finds that done."""
    one, two = houses
    check = one.check(payment.id)
    credit = two.credit_held("bank", "half", ANNA)
    both = (check, credit) if checks_first else (credit, check)
    said = await one_after_the_other(postgres_url, *both)
    checked, decided = said if checks_first else reversed(said)
    assert checked.state is State.SETTLED
    assert type(decided) is (NothingHeld if checks_first else type(None))
    kept = await one.payments.get(payment.id)
    assert (kept.came.units, kept.credited.units) == (100, 100)
    assert await one.holds(ALICE, XTR) == 100
    assert await one.holds(SUSPENSE, XTR) == 0
    assert await sound(auditor, one)


@pytest.mark.parametrize("checks_first", [True, False])
async def test_a_check_and_a_gift_do_not_meet(
    postgres_url: str, houses: Houses, payment: Payment, auditor: Auditor, checks_first: bool
) -> None:
    """What is held is given once, though somebody else's money lies in the drawer beside it."""
    one, two = houses
    async with one.transaction():
        await one.cashbook.hold("bank", [flow("lost", 500, one.clock.now(), XTR)])
    check = one.check(payment.id)
    gift = two.give_held("bank", "half", BOB, ANNA)
    both = (check, gift) if checks_first else (gift, check)
    said = await one_after_the_other(postgres_url, *both)
    checked, given = said if checks_first else reversed(said)
    assert checked.state is State.SETTLED
    assert type(given) is (NothingHeld if checks_first else type(None))
    credited = 100 if checks_first else 50
    assert (await one.payments.get(payment.id)).credited.units == credited
    assert await one.holds(ALICE, XTR) == credited
    assert await one.holds(SUSPENSE, XTR) == 500
    assert await sound(auditor, one)


async def test_two_who_find_the_same_hold_it_once(
    postgres_url: str, houses: Houses, payment: Payment, auditor: Auditor
) -> None:
    """What nobody expected is told twice, and is in the drawer once."""

    async def holding(house: House) -> int:
        async with house.transaction():
            return await house.cashbook.hold("bank", [flow("lost", 5, house.clock.now(), XTR)])

    said = await one_after_the_other(postgres_url, *(holding(house) for house in houses))
    assert said == [1, 0]
    assert await houses[0].holds(SUSPENSE, XTR) == 55
    assert await sound(auditor, houses[0])


@pytest.mark.parametrize("refund_first", [True, False])
async def test_a_refund_and_a_decision_do_not_meet(
    postgres_url: str, houses: Houses, payment: Payment, auditor: Auditor, refund_first: bool
) -> None:
    """What is held goes back or is given; given first, it goes back from whoever has it."""
    one, two = houses
    refund = one.ask_back(wish("half"))
    credit = two.credit_held("bank", "half", ANNA)
    both = (refund, credit) if refund_first else (credit, refund)
    said = await one_after_the_other(postgres_url, *both)
    asked, decided = said if refund_first else reversed(said)
    assert asked.origin is (Origin.DRAWER if refund_first else Origin.TARGET)
    assert type(decided) is (NothingHeld if refund_first else type(None))
    kept = await one.payments.get(payment.id)
    assert (kept.state, kept.credited.units, kept.returning.units) == (State.REFUNDING, 0, 50)
    held = [await one.holds(name, XTR) for name in (ALICE, SUSPENSE, RETURNING)]
    assert held == [0, 0, 50]
    assert await sound(auditor, one)


@pytest.mark.parametrize("same", [True, False])
async def test_of_two_wishes_one_is_granted(
    postgres_url: str, houses: Houses, payment: Payment, auditor: Auditor, same: bool
) -> None:
    """Wished for twice, it is one refund; two who want the same thing back are told so."""
    one, two = houses
    mine = wish("half")
    theirs = mine if same else wish("half")
    asked = one.ask_back(mine), two.ask_back(theirs)
    granted, other = await one_after_the_other(postgres_url, *asked)
    assert list(await one.refunds.of_arrival("bank", "half")) == [granted]
    assert other == granted if same else type(other) is NotReturnable
    assert await one.holds(RETURNING, XTR) == 50
    assert await sound(auditor, one)


async def test_of_two_who_carry_out_a_refund_one_asks(
    postgres_url: str, houses: Houses, payment: Payment
) -> None:
    """Both found it due; the bank hears of it once."""
    house = houses[0]
    due = await house.ask_back(wish("half"))
    house.bank.refunds = [RefundStage.DONE] * 2
    async with session(postgres_url) as hand, hand.transaction():
        await hand.execute("SELECT 1 FROM altyn.refund FOR UPDATE")
        claims = [asyncio.create_task(each.carry_out(due.id)) for each in houses]
        await until_waiting(postgres_url, 2)
    said = await asyncio.gather(*claims, return_exceptions=True)
    (moved,) = (each for each in said if isinstance(each, Exception))
    assert type(moved) is RefundMoved
    assert house.bank.asked_back == [due.id]
    assert (await house.refunds.get(due.id)).state is RefundState.DONE


async def test_two_who_learn_that_it_is_back_book_once(
    postgres_url: str, houses: Houses, payment: Payment, auditor: Auditor
) -> None:
    """Both were told the same by the bank; the second finds it done."""
    house = houses[0]
    due = await house.ask_back(wish("half"))
    house.bank.refunds = [RefundStage.ACCEPTED, RefundStage.DONE, RefundStage.DONE]
    await house.carry_out(due.id)
    one, two = (each.carry_out(due.id) for each in houses)
    said = await one_after_the_other(postgres_url, one, two, stop=RETURNING)
    assert [each.state for each in said] == [RefundState.DONE] * 2
    kept = await house.payments.get(payment.id)
    assert (kept.state, kept.returned.units) == (State.REFUNDED, 50)
    assert await house.holds(RETURNING, XTR) == await house.holds(CLEARING, XTR) == 0
    assert (await house.events()).count("refund.done") == 1
    assert await sound(auditor, house)


async def test_of_two_who_read_a_feed_one_reads_on(
    postgres_url: str, houses: Houses, payment: Payment, auditor: Auditor
) -> None:
    """Both began at its beginning; what it tells is booked once."""
    house = houses[0]
    now = house.clock.now()
    ours, lost = flow("rest", 50, now, XTR), flow("lost", 5, now, XTR)
    feed = Book([Deposit(ours, payment.id), Deposit(lost)])
    reads = (each.read_feed(feed) for each in houses)
    read, other = await one_after_the_other(postgres_url, *reads)
    assert read == 1
    assert type(other) is CursorMoved
    assert await house.holds(ALICE, XTR) == 100
    assert await house.holds(SUSPENSE, XTR) == 5
    assert await sound(auditor, house)


async def test_who_is_answered_by_a_known_payment_has_it_alone(
    postgres_url: str, houses: Houses, payment: Payment
) -> None:
    """Who books under a standing order goes on from that answer."""
    one, two = houses
    async with one.transaction():
        mine = await one.payments.add(begun(payment.order))
        other = asyncio.create_task(two.payments.put(evolve(payment, checks=9), was=payment.state))
        await until_waiting(postgres_url, 1)
        assert mine == payment
    await other
    assert (await one.payments.get(payment.id)).checks == 9


async def test_of_two_things_under_one_id_one_is_granted(
    postgres_url: str, houses: Houses, auditor: Auditor
) -> None:
    """Who wants something else back under the same id is told so, and nothing of it moves."""
    one, two = houses
    async with one.transaction():
        await one.cashbook.hold("bank", [flow(key, 5, one.clock.now(), XTR) for key in "xy"])
    mine = wish("x")
    granted, other = await one_after_the_other(
        postgres_url, one.ask_back(mine), two.ask_back(evolve(mine, key="y"))
    )
    assert (granted.key, type(other)) == ("x", RefundReused)
    returned = [(await one.arrivals.get("bank", key)).returned.units for key in "xy"]
    assert returned == [5, 0]
    assert await sound(auditor, one)
