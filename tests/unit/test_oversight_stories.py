"""What operators read: doubts of all kinds in one queue, figures of today, and cases."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from altyn.adapters.memory import (
    ManualClock,
    ManualTicks,
    MemoryArrivals,
    MemoryCheques,
    MemoryInbox,
    MemoryLedger,
    MemoryMeter,
    MemoryNotices,
    MemoryOutlays,
    MemoryPayments,
    MemoryPurchases,
    MemoryRefunds,
    MemoryStore,
    MemoryTallies,
    MemoryUsers,
)
from altyn.core.balances import Account, account_name
from altyn.core.chats import UpdateMissing
from altyn.core.errors import Missing
from altyn.core.identifiers import MalformedId
from altyn.core.identity import Caller, FindUser, NotAllowed, Role, UserMissing
from altyn.core.limits import FixedWindow, Rule, Rulebook
from altyn.core.money import RUB
from altyn.core.oversight import (
    DoubtKind,
    ReadCases,
    ReadDoubts,
    ReadFigures,
    ReadLimits,
    ReadPerson,
    Thing,
    TraceMoney,
)
from altyn.core.payments import ArrivalMissing, Gateways, PaymentMissing, RefundId, RefundState
from altyn.core.purchases import State
from altyn.entrypoints.testkit.chats.inbox import BOT, LATER, update
from altyn.entrypoints.testkit.identity.ground import shown
from altyn.entrypoints.testkit.payments.ground import (
    NOON,
    TICK,
    begun,
    came,
    notice,
    order,
    refund,
    set_aside,
    unmatched,
)
from altyn.entrypoints.testkit.purchases.ground import Market, quoted, wish
from altyn.entrypoints.testkit.wallets.ground import drawn, outlay
from tests.unit.payments_house import Scripted

SUPPORT = Caller(name="support", role=Role.SUPPORT)
CUSTOMER = Caller(name="user:42", role=Role.CUSTOMER)
TAPS = FixedWindow(name="taps", limit=2, seconds=60)
WAITING: dict[str, Any] = {"state": RefundState.WAITING, "check_at": None}


class Office:
    """Where operators look, over one memory."""

    def __init__(self) -> None:
        store = MemoryStore()
        self.payments, self.arrivals = MemoryPayments(store), MemoryArrivals(store)
        self.refunds, self.notices = MemoryRefunds(store), MemoryNotices(store)
        self.purchases, self.outlays = MemoryPurchases(store), MemoryOutlays(store)
        self.cheques, self.users = MemoryCheques(store), MemoryUsers(store)
        self.inbox = MemoryInbox(store)
        self.doubts = ReadDoubts(
            self.payments,
            self.refunds,
            self.arrivals,
            self.notices,
            self.purchases,
            self.outlays,
            self.cheques,
        )
        tallies = MemoryTallies(
            store,
            self.users,
            self.arrivals,
            self.refunds,
            self.purchases,
            self.cheques,
            self.notices,
        )
        self.figures = ReadFigures(tallies, ManualClock(NOON))
        self.cases = ReadCases(BOT, self.inbox)
        clock = ManualClock(NOON)
        self.ledger = MemoryLedger(store, clock)
        find = FindUser(self.users)
        self.person = ReadPerson(find, self.ledger, self.payments, self.purchases)
        gateways = Gateways.these(Scripted(clock))
        self.trace = TraceMoney(gateways, self.payments, self.arrivals, self.refunds)
        book = Rulebook.of([Rule(way_in="bot", action="tap", subject="user", policy=TAPS)])
        self.limits = ReadLimits(MemoryMeter(ManualTicks()), book)


async def one_of_each(office: Office) -> list[Thing]:
    """Something of every kind waits; those that belong to somebody's payment among them."""
    payment = await office.payments.add(begun(order(100)))
    paid = came(payment, 5, "paid", noted_at=NOON - TICK)
    await office.arrivals.add(paid)
    back = refund(paid, created_at=NOON + 4 * TICK, **WAITING)
    await set_aside(office.arrivals, office.refunds, back)
    await office.arrivals.add(unmatched(7, "lost", noted_at=NOON + 1 * TICK))
    told = notice("told", NOON + 2 * TICK)
    await office.notices.add(told)
    await office.notices.put(told.given_up("in vain"))
    market = Market(office.purchases, office.outlays, office.cheques)
    bought = await market.bought(State.REVIEW)
    owed = outlay(wallet="another", created_at=NOON)
    await office.outlays.add(owed)
    stuck = await drawn(
        office.cheques, office.outlays, owed, check_at=None, signed_at=NOON + 3 * TICK
    )
    return [
        Thing(DoubtKind.PURCHASE, str(bought.id)),
        Thing(DoubtKind.ARRIVAL, "lost", "chain"),
        Thing(DoubtKind.NOTICE, "told", "bank"),
        Thing(DoubtKind.CHEQUE, str(stuck.id)),
        Thing(DoubtKind.REFUND, str(back.id)),
    ]


async def test_all_that_waits_is_in_one_queue() -> None:
    """The oldest first, whatever kind it is; page by page."""
    office = Office()
    things = await one_of_each(office)
    found = await office.doubts(SUPPORT, 10)
    assert [each.thing for each in found] == things
    assert all(each.waits for each in found)
    assert [each.thing for each in await office.doubts(SUPPORT, 2, 2)] == things[2:4]
    assert list(await office.doubts(SUPPORT, 2, 5)) == []


async def test_each_doubt_has_what_belongs_to_it() -> None:
    """A payment, bills: what a person needs to decide is read with it."""
    office = Office()
    purchase, lost, told, stuck, back = await one_of_each(office)
    bought = await office.doubts.one(SUPPORT, purchase)
    assert [str(each.reference) for each in bought.outlays] == [purchase.key]
    cheque = await office.doubts.one(SUPPORT, stuck)
    assert len(cheque.outlays) == 1
    refunded = await office.doubts.one(SUPPORT, back)
    assert refunded.payment is not None
    assert refunded.payment.order.payer == "user:alice"
    for thing in (lost, told):
        alone = await office.doubts.one(SUPPORT, thing)
        assert (alone.payment, list(alone.outlays), alone.thing) == (None, [], thing)


async def test_what_is_decided_waits_no_longer() -> None:
    """It can be looked at still."""
    office = Office()
    *_, back = await one_of_each(office)
    kept = await office.refunds.get(RefundId(UUID(back.key)))
    await office.refunds.put(kept.moved(RefundState.DECLINED, None), was=kept.state)
    assert not (await office.doubts.one(SUPPORT, back)).waits
    assert len(await office.doubts(SUPPORT, 10)) == 4


@pytest.mark.parametrize("kind", DoubtKind)
async def test_what_is_not_there_is_missing(kind: DoubtKind) -> None:
    """Of any kind; what is no id is told so."""
    with pytest.raises(Missing):
        await Office().doubts.one(SUPPORT, Thing(kind, str(UUID(int=1)), "bank"))
    if kind not in (DoubtKind.NOTICE, DoubtKind.ARRIVAL):
        with pytest.raises(MalformedId):
            await Office().doubts.one(SUPPORT, Thing(kind, "nothing"))


async def test_figures_are_of_today() -> None:
    """From midnight in UTC until now."""
    office = Office()
    await office.users.seen(shown(), NOON - timedelta(hours=1))
    figures = await office.figures(SUPPORT)
    assert (figures.since, figures.until) == (NOON.replace(hour=0, microsecond=0), NOON)
    assert (figures.people, figures.newcomers) == (1, 1)


async def test_a_case_is_found_by_its_number() -> None:
    """The newest are listed; what was answered well is found by its number only."""
    office = Office()
    for number in range(2):
        await office.inbox.add(update(number, str(number)))
    broken, fine = await office.inbox.claim(BOT, NOON, LATER, 2)
    await office.inbox.put(broken.failed("it broke"))
    await office.inbox.put(fine.done("message"))
    assert [each.number for each in await office.cases(SUPPORT, 9)] == [broken.number]
    assert (await office.cases.one(SUPPORT, fine.number)).outcome == "message"
    with pytest.raises(UpdateMissing):
        await office.cases.one(SUPPORT, 9)


async def test_a_person_is_found_with_what_they_have() -> None:
    """By their number or username: balances, the latest payments and purchases."""
    office = Office()
    await office.users.seen(shown(), NOON)
    await office.ledger.open(Account(account_name("user:42"), RUB))
    payments = [begun(order(payer="user:42"), NOON + n * TICK) for n in range(3)]
    for each in payments:
        await office.payments.add(each)
    await office.purchases.add(quoted(wish(buyer="user:42")))
    for name in ("42", "@ann_lee"):
        person = await office.person(SUPPORT, name, 2)
        assert (person.user.id, len(person.balances), len(person.purchases)) == (42, 1, 1)
        assert [each.id for each in person.payments] == [payments[2].id, payments[1].id]
    with pytest.raises(UserMissing):
        await office.person(SUPPORT, "43", 2)


async def test_money_is_traced_by_either_name() -> None:
    """Ours, or that of its provider; what is nobody's by the latter."""
    office = Office()
    payment = await office.payments.add(begun(order(100, method="fake")))
    paid, lost = came(payment, 5, "paid"), unmatched(7, "lost", method="fake")
    for each in (paid, lost):
        await office.arrivals.add(each)
    back = await set_aside(office.arrivals, office.refunds, refund(paid))
    for name in (str(payment.id), "paid"):
        trace = await office.trace(SUPPORT, name)
        assert trace.payment is not None
        assert trace.payment.id == payment.id
        assert [each.inflow.key for each in trace.arrivals] == ["paid"]
        assert [each.id for each in trace.refunds] == [back.id]
    trace = await office.trace(SUPPORT, "lost")
    assert (trace.payment, len(trace.arrivals), len(trace.refunds)) == (None, 1, 0)
    with pytest.raises(PaymentMissing):
        await office.trace(SUPPORT, str(UUID(int=9)))
    with pytest.raises(ArrivalMissing):
        await office.trace(SUPPORT, "nothing")


async def test_limits_are_read_with_nothing_counted() -> None:
    """However often one looks."""
    office = Office()
    for _ in range(3):
        found = await office.limits(SUPPORT, "bot", "tap", {"user": "42"})
        assert (found.remaining, found.wait) == (1, 0)  # once it is done


READS: dict[str, Callable[[Office], Awaitable[object]]] = {
    "doubts": lambda office: office.doubts(CUSTOMER, 9),
    "a doubt": lambda office: office.doubts.one(CUSTOMER, Thing(DoubtKind.NOTICE, "1", "bank")),
    "figures": lambda office: office.figures(CUSTOMER),
    "cases": lambda office: office.cases(CUSTOMER, 9),
    "a person": lambda office: office.person(CUSTOMER, "42", 9),
    "a payment": lambda office: office.trace(CUSTOMER, str(UUID(int=1))),
    "limits": lambda office: office.limits(CUSTOMER, "bot", "tap", {"user": "42"}),
    "a case": lambda office: office.cases.one(CUSTOMER, 1),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
async def test_customers_see_nothing_of_it(read: Callable[[Office], Awaitable[object]]) -> None:
    """Who may not look at others is told so, whatever is there."""
    with pytest.raises(NotAllowed):
        await read(Office())
