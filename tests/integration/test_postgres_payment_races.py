"""
Stories of payments on PostgreSQL, and races whose interleaving is forced.

An account is in the hands of the test, so that whoever books for it stops in the middle; the
database itself tells who waits for whom. Payments are locked before arrivals, and these before
accounts.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar

import pytest

from altyn.adapters.memory import ManualClock
from altyn.adapters.postgres import (
    PostgresArrivals,
    PostgresAuditor,
    PostgresLedger,
    PostgresNotices,
    PostgresOutbox,
    PostgresPayments,
    PostgresStore,
    open_postgres,
)
from altyn.core.balances import Auditor
from altyn.core.money import XTR, Money
from altyn.core.payments import Case, NothingHeld, Payment, Quote, Report, Rules, Stage, State
from tests.integration.payment_stories import (
    ALICE,
    BOB,
    CLEARING,
    HOLD_PARTS,
    SUSPENSE,
    Bank,
    House,
    PaymentStories,
    flow,
    sound,
)
from tests.integration.postgres_sessions import locked, patient_store, until_waiting

T = TypeVar("T")


def house_in(store: PostgresStore, clock: ManualClock, bank: Bank, rules: Rules) -> House:
    return House(
        payments=PostgresPayments(store),
        arrivals=PostgresArrivals(store),
        notices=PostgresNotices(store),
        ledger=PostgresLedger(store, clock),
        outbox=PostgresOutbox(store),
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
    url: str, first: Coroutine[Any, Any, Any], second: Coroutine[Any, Any, Any]
) -> list[Any]:
    """The first stops at an account in the middle of its work, and the second waits for it."""
    async with locked(url, SUSPENSE) as hand:
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
    credit = two.credit_held("bank", "half", "operator")
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
    gift = two.give_held("bank", "half", BOB, "operator")
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
