"""Stars: booked once whoever tells of them, given back once, and compared with Telegram's list."""

import asyncio
import itertools
import json
from bisect import bisect_left
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from altyn.adapters.http import Answer
from altyn.adapters.telegram import STARS, BotApi, StarsList
from altyn.adapters.telegram.stars import LAG
from altyn.core.errors import Unavailable
from altyn.core.money import XTR, Money
from altyn.core.payments import (
    Arrival,
    Case,
    Cursor,
    CursorMoved,
    Deposit,
    Kind,
    Payment,
    ProviderUnclear,
    Refund,
    RefundId,
    RefundState,
    State,
    Wish,
)
from altyn.core.resilience import Guard
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.telegram_invoices import Invoice
from altyn.entrypoints.sandbox.telegram_stars import Charge
from altyn.entrypoints.sandbox.telegram_updates import Delivery
from tests.unit.staff import ANNA
from tests.unit.telegram_outside import LINK, Shop, charge, link_of_another, open_shop

REFUND: Final = "refundStarPayment"
LIST: Final = "getStarTransactions"


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop


# One link, paid twice.

ORDERS: Final = [
    (told, feed)
    for order in itertools.permutations((0, 1))
    for told in (order, order * 3, (order[0], *order, order[0]))
    for feed in (None, *range(len(told) + 1))
]


@pytest.mark.parametrize(("told", "feed"), ORDERS)
async def test_what_is_paid_twice_goes_back_once(
    shop: Shop, told: tuple[int, ...], feed: int | None
) -> None:
    """Two people press the same button: one of them has paid, and the other has it back."""
    payment = await shop.opened(100)
    charges, paid = await pressed_twice(shop, payment)
    for number, which in enumerate(told):
        if number == feed:
            await shop.read_feed()
        await shop.tell(paid[which])
        await shop.house.read()
        await shop.house.poll_refunds()
    if feed == len(told):
        await shop.read_feed()
    shop.house.clock.advance(minutes=1)
    await shop.house.poll_refunds()
    assert shop.desk.calls.count(REFUND) == 1
    assert sorted(each.is_refunded for each in charges) == [False, True]
    exact, double = await shop.came(payment)
    assert (exact.case, exact.credited.units) == (Case.EXACT, 100)
    assert (double.case, double.returned.units) == (Case.DOUBLE, 100)
    assert shop.desk.stars.charges[double.inflow.key].is_refunded
    assert await shop.house.holds("user:1", XTR) == 100
    payment = await shop.now(payment)
    assert (payment.credited.units, payment.came.units, payment.returned.units) == (100, 200, 100)
    await shop.house.sound()
    assert (await shop.tie_out()).differences == []


async def pressed_twice(shop: Shop, payment: Payment) -> tuple[list[Charge], list[Delivery]]:
    """Both are asked about before either is charged; what they are told with afterwards."""
    people = [shop.desk.join(name) for name in ("Anna", "Boris")]
    checkouts = [shop.desk.pay(payment.link, each) for each in people]
    for attempt in list(shop.desk.deliveries):
        await shop.tell(attempt)
    charges = [each.charge for each in checkouts if each.charge]
    assert len(charges) == 2
    return charges, shop.desk.deliveries[-2:]


@pytest.mark.parametrize("fault", list(Fault))
async def test_what_goes_back_by_itself_goes_back_once_in_doubt(shop: Shop, fault: Fault) -> None:
    """Whatever becomes of the call: asked for again, it is said when it was done before."""
    payment = await shop.opened(100)
    charges, paid = await pressed_twice(shop, payment)
    shop.desk.faults.plan(REFUND, fault)
    for each in paid:
        await shop.tell(each)
    await shop.house.read()
    await shop.house.poll_refunds()
    (refund,) = await refunds(shop, payment)
    assert refund.state is (RefundState.DUE if fault is Fault.BUSY else RefundState.UNKNOWN)
    assert sum(each.is_refunded for each in charges) == fault.happens
    shop.house.clock.advance(minutes=5)
    await shop.house.poll_refunds()
    (refund,) = await refunds(shop, payment)
    assert refund.state is RefundState.DONE
    assert sum(each.is_refunded for each in charges) == 1
    await shop.house.sound()


async def test_what_cannot_go_back_by_itself_waits_for_a_person(shop: Shop) -> None:
    """The bot has spent its Stars: what came twice is back where it was, with the reason."""
    payment = await shop.opened(100)
    _, paid = await pressed_twice(shop, payment)
    shop.desk.withdraw(150)
    for each in paid:
        await shop.tell(each)
    await shop.house.read()
    await shop.house.poll_refunds()
    (held,) = await shop.house.drawer()
    assert (held.case, held.held.units) == (Case.DOUBLE, 100)
    assert "BALANCE_TOO_LOW" in held.why_held
    await shop.house.sound()
    await shop.sold(50)  # there are enough now
    refund = await shop.house.ask_back(wish(held))
    await shop.house.poll_refunds()
    assert (await shop.house.refunds.get(refund.id)).state is RefundState.DONE
    assert await shop.house.drawer() == []
    await shop.house.sound()


async def refunds(shop: Shop, payment: Payment) -> list[Refund]:
    return [
        refund
        for arrival in await shop.came(payment)
        for refund in await shop.house.refunds.of_arrival("stars", arrival.inflow.key)
    ]


def wish(arrival: Arrival) -> Wish:
    """Somebody wants that back."""
    key = arrival.inflow.key
    return Wish(id=RefundId(uuid4()), method="stars", key=key, reason="not liked", by=ANNA)


# What no update told.


async def test_a_lost_update_is_found(shop: Shop) -> None:
    """In the list, with the same contents: told afterwards it changes nothing."""
    payment = await shop.opened(100)
    await shop.bought(payment)
    shop.house.clock.advance(minutes=2)
    assert await shop.read_feed() == 1
    assert (await shop.now(payment)).state is State.SETTLED
    found = await shop.came(payment)
    await shop.hear()
    assert await shop.came(payment) == found
    (deposit,) = shop.stars.told(shop.desk.deliveries[-1].body)
    assert isinstance(deposit, Deposit)
    assert found[0].inflow == deposit.inflow
    assert await shop.house.holds("user:1", XTR) == 100
    await shop.house.sound()


async def test_over_a_thousand_lost_updates_are_found(shop: Shop) -> None:
    """Page by page, among what is not ours to book; as many turns as it takes."""
    payments = [await shop.opened(each) for each in (1, 2, 3)]
    anna, strangers = shop.desk.join("Anna"), link_of_another(shop.desk, Money(7, XTR))
    for payment in payments:
        for _ in range(366):
            shop.desk.stars.transactions.append(gift(shop))
        for _ in range(367):
            charge(shop.desk, strangers, anna)
        charge(shop.desk, payment.link, anna)
    assert len(shop.desk.stars.transactions) == 2202
    assert await shop.read_feed() == 20
    assert [(await shop.now(each)).state for each in payments[:2]] == [State.SETTLED] * 2
    assert (await shop.now(payments[2])).state is State.PENDING
    assert (await shop.house.cursors.get("stars")).position == "2000"
    assert await shop.read_feed() == 3
    assert [(await shop.now(each)).state for each in payments] == [State.SETTLED] * 3
    assert (await shop.house.cursors.get("stars")).position == "2202"
    assert await shop.read_feed() == 1
    assert len(shop.house.arrivals._kept) == 3 + 3 * 367
    assert await shop.house.holds("suspense:unmatched", XTR) == 3 * 367 * 7
    await shop.house.sound()


def gift(shop: Shop) -> dict[str, Any]:
    """Stars that left for something that the bot bought."""
    user = {"id": 7, "is_bot": False, "first_name": "Vera"}
    receiver = {"type": "user", "transaction_type": "gift_purchase", "user": user, "gift": {}}
    return {"id": uuid4().hex, "amount": 15, "date": shop.desk.chats.now, "receiver": receiver}


@pytest.mark.parametrize("before", [0, 1, 99, 100, 101, 250, 1500])
async def test_what_was_sold_before_anybody_looked_is_not_booked(shop: Shop, before: int) -> None:
    """A bot may have a long history: the list is read from where we begin, found in few steps."""
    anna, old = shop.desk.join("Anna"), link_of_another(shop.desk, Money(7, XTR))
    for _ in range(before):
        charge(shop.desk, old, anna)
        shop.house.clock.advance(seconds=40)
    shop.house.clock.advance(minutes=5)
    payment = await shop.opened()
    charge(shop.desk, payment.link, anna)
    shop.house.clock.advance(seconds=30)  # the list lags behind
    shop.desk.calls.clear()
    feed = evolve(shop.feed, name="looked at for the first time")
    await shop.house.read_feed(feed)
    assert len(shop.house.arrivals._kept) == 1
    assert (await shop.now(payment)).state is State.SETTLED
    assert (await shop.house.cursors.get(feed.name)).position == str(before + 1)
    assert shop.desk.calls.count(LIST) <= 2 * before.bit_length() + 3


@pytest.mark.parametrize("how", ["payment", "subscription"])
async def test_the_list_is_read_from_when_somebody_was_first_asked(shop: Shop, how: str) -> None:
    """Also when it could not be read then: an update that was lost meanwhile is still found."""
    house, anna = shop.house, shop.desk.join("Anna")
    charge(shop.desk, link_of_another(shop.desk, Money(7, XTR)), anna)
    house.cursors._kept.clear()
    house.clock.advance(minutes=5)
    link = (await shop.opened()).link if how == "payment" else (await shop.stands()).link
    begun = await house.cursors.get(STARS)
    assert begun.position == f"@{int((house.clock.now() - LAG).timestamp())}"
    charge(shop.desk, link, anna)
    shop.desk.faults.plan(LIST, Fault.FAIL_BEFORE)
    with pytest.raises(Unavailable):
        await shop.read_feed()
    house.clock.advance(hours=5)
    await shop.opened()  # where it begins stays
    assert await house.cursors.get(STARS) == begun
    await shop.read_feed()
    assert (await house.cursors.get(STARS)).position == "2"
    assert await house.holds("user:1", XTR) == 100
    assert len(house.arrivals._kept) == 1
    await house.sound()


async def test_of_two_who_begin_one_does(shop: Shop) -> None:
    """The other finds it begun."""
    shop.house.cursors._kept.clear()
    payments = await asyncio.gather(*(shop.opened() for _ in range(5)))
    assert {each.state for each in payments} == {State.PENDING}

    class Overtaken:
        """Somebody else begins right after it was looked at."""

        async def get(self, feed: str) -> Cursor:
            """As the port says."""
            return Cursor(feed)

        async def put(self, cursor: Cursor, was: Cursor) -> None:
            """As the port says."""
            raise CursorMoved(cursor.feed)

    cursors: Any = Overtaken()
    assert (await evolve(shop.stars, cursors=cursors).open(await shop.opened())).link


async def test_what_goes_back_has_not_come(shop: Shop) -> None:
    """Also when nobody had looked yet while it came."""
    old = charge(shop.desk, link_of_another(shop.desk, Money(7, XTR)), shop.desk.join("Anna"))
    shop.house.clock.advance(minutes=5)
    feed = evolve(shop.feed, name="looked at for the first time")
    await shop.house.read_feed(feed)
    shop.desk.refund_outside(old.id)
    await shop.house.read_feed(feed)
    assert (await shop.house.cursors.get(feed.name)).position == "2"
    assert len(shop.house.arrivals._kept) == 0


async def test_a_list_is_believed_as_far_as_it_goes(shop: Shop) -> None:
    """What was paid in time may be missing there for a minute: until then nothing has expired."""
    payment = await shop.opened()
    shop.house.clock.moment = payment.expires_at + timedelta(seconds=59)
    await shop.read_feed()
    assert (await shop.house.check(payment.id)).state is State.PENDING
    shop.house.clock.advance(seconds=2)
    await shop.read_feed()
    assert (await shop.house.check(payment.id)).state is State.EXPIRED


async def test_a_full_page_does_not_say_that_all_is_read(shop: Shop) -> None:
    """There may be more behind it."""
    for _ in range(100):
        shop.desk.stars.transactions.append(gift(shop))
    known = (await shop.house.cursors.get("stars")).until
    page = await shop.feed.page("0")
    assert (page.position, page.until, page.last) == ("100", None, False)
    page = await shop.feed.page("100")
    assert (page.position, page.until, page.last) == ("100", known, True)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"source": {"type": "user"}, "receiver": None},
        {"source": {"type": "user", "transaction_type": "invoice_payment"}},
        "x",
        None,
    ],
)
async def test_a_page_that_makes_no_sense_is_not_skipped(shop: Shop, row: Any) -> None:
    """What came by it would be lost; the page is read when it does."""
    payment = await shop.opened()
    charge(shop.desk, payment.link, shop.desk.join("Anna"))
    shop.desk.stars.transactions.append(row)
    for _ in range(2):
        with pytest.raises(ProviderUnclear, match="makes no sense"):
            await shop.read_feed()
    assert (await shop.house.cursors.get("stars")).position == "0"
    shop.desk.stars.transactions.pop()
    await shop.read_feed()
    assert (await shop.now(payment)).state is State.SETTLED


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        "x",
        {},
        {"transactions": {}},
        {"transactions": None},
        {"transactions": [7]},
        {"transactions": [{"date": "soon"}]},
    ],
)
async def test_what_is_no_list_is_none(shop: Shop, said: Any) -> None:
    """And not an empty one."""
    for ask in (shop.feed.page("0"), shop.feed.page(""), shop.tie_out()):
        shop.wire.says.append((200, {"ok": True, "result": said}))
        with pytest.raises(ProviderUnclear, match="makes no sense"):
            await ask


@frozen
class History:
    """Calls of a bot whose transactions have these dates."""

    dates: list[int]
    asked: list[Any]

    async def __call__(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        said = json.loads(body)
        self.asked.append(said)
        assert path.endswith(LIST)
        dates = self.dates[said["offset"] : said["offset"] + said["limit"]]
        told = {"ok": True, "result": {"transactions": [{"date": each} for each in dates]}}
        return Answer(200, {}, json.dumps(told).encode())


@settings(deadline=None)
@given(
    dates=st.lists(st.integers(min_value=100, max_value=200), max_size=70).map(sorted),
    at=st.integers(min_value=99, max_value=201),
)
def test_a_place_is_how_many_are_older(dates: list[int], at: int) -> None:
    """Found by halves; what is as old is not older."""
    history = History(dates, [])
    found = StarsList(BotApi(history, Guard("telegram"), "1:x"))
    place = asyncio.run(found.place(datetime.fromtimestamp(at, UTC)))
    assert place == bisect_left(dates, at)
    assert len(history.asked) <= 2 * len(dates).bit_length() + 1


# What is given back.


async def test_a_refund_that_was_made_before_is_done(shop: Shop) -> None:
    """By support or by us: Telegram says that it was, and it is not the payer's any more."""
    payment, sold = await shop.sold(100)
    (arrival,) = await shop.came(payment)
    refund = await shop.house.ask_back(wish(arrival))
    shop.desk.refund_outside(sold.id)
    refund = await shop.house.carry_out(refund.id)
    assert refund.state is RefundState.DONE
    assert (await shop.now(payment)).state is State.REFUNDED
    assert await shop.house.holds("user:1", XTR) == 0
    await shop.house.sound()
    assert (await shop.tie_out()).differences == []


@pytest.mark.parametrize("why", ["BALANCE_TOO_LOW", "CHARGE_NOT_FOUND", "PEER_ID_INVALID"])
async def test_a_refund_that_is_refused_leaves_it_where_it_was(shop: Shop, why: str) -> None:
    """The payer has what they had, and it may be asked for again."""
    payment, _ = await shop.sold(100)
    (arrival,) = await shop.came(payment)
    refund = await shop.house.ask_back(wish(arrival))
    assert await shop.house.holds("user:1", XTR) == 0
    shop.wire.refuse(f"Bad Request: {why}")
    refund = await shop.house.carry_out(refund.id)
    assert (refund.state, why in refund.told) == (RefundState.FAILED, True)
    assert await shop.house.holds("user:1", XTR) == 100
    assert (await shop.now(payment)).state is State.SETTLED
    await shop.house.sound()
    again = await shop.house.ask_back(wish(arrival))
    assert (await shop.house.carry_out(again.id)).state is RefundState.DONE
    await shop.house.sound()


async def test_a_refund_names_whoever_paid(shop: Shop) -> None:
    """Not whoever was asked; of whom it is not known who paid, nothing can go back."""
    payment, sold = await shop.sold(100, payer=shop.desk.join("Boris"))
    (arrival,) = await shop.came(payment)
    refund: Any = None
    for sender in ("", "Boris", "-7"):
        unknown = evolve(arrival, inflow=evolve(arrival.inflow, sender=sender))
        with pytest.raises(Exception, match="not known who paid"):
            await shop.stars.refund(refund, unknown)
    await shop.house.ask_back(wish(arrival))
    await shop.house.poll_refunds()
    asked = {"user_id": sold.payer.id, "telegram_payment_charge_id": sold.id}
    assert [said for method, said in shop.wire.asked if method == REFUND] == [asked]


async def test_an_answer_that_is_no_yes_is_a_doubt(shop: Shop) -> None:
    """It may have gone back: it is neither booked as gone nor as here, and asked for again."""
    payment, sold = await shop.sold(100)
    (arrival,) = await shop.came(payment)
    refund = await shop.house.ask_back(wish(arrival))
    shop.wire.says.append((200, {"ok": True, "result": "True"}))
    refund = await shop.house.carry_out(refund.id)
    assert (refund.state, sold.is_refunded) == (RefundState.UNKNOWN, False)
    shop.house.clock.advance(minutes=5)
    await shop.house.poll_refunds()
    assert (await shop.house.refunds.get(refund.id)).state is RefundState.DONE
    assert sold.is_refunded


@pytest.mark.parametrize("told", ["updates", "list", "both", "tie-out"])
async def test_what_was_refunded_outside_is_taken_back(shop: Shop, told: str) -> None:
    """Support gave it back without asking us: whoever tells it first, it is booked once."""
    payment, sold = await shop.sold(100)
    await shop.sold(50)
    shop.desk.refund_outside(sold.id)
    found = await shop.tie_out()
    (difference,) = found.differences
    assert (difference.kind, difference.key) == (Kind.REFUNDED_OUTSIDE, sold.id)
    assert (difference.ours, difference.theirs) == (None, Money(100, XTR))
    assert difference.payment == payment.id
    if told in ("updates", "both"):
        await shop.hear()
    if told in ("list", "both"):
        await shop.read_feed()
    if told == "tie-out":
        house = shop.house
        assert await house.fill(found, ANNA) == 1
    assert (await shop.now(payment)).state is State.REFUNDED
    assert await shop.house.holds("user:1", XTR) == 50
    assert (await shop.tie_out()).differences == []
    await shop.hear()
    await shop.read_feed()
    assert (await shop.tie_out()).differences == []
    assert await shop.house.holds("user:1", XTR) == 50
    await shop.house.sound()


async def test_what_went_back_may_be_told_before_what_came(shop: Shop) -> None:
    """Updates overtake each other: both are in the books in the end."""
    payment = await shop.opened()
    sold = charge(shop.desk, payment.link, shop.desk.join("Anna"))
    shop.desk.refund_outside(sold.id)
    *_, paid, refunded = shop.desk.deliveries
    assert await shop.tell(refunded)
    assert await shop.house.read() == 0
    assert await shop.tell(paid)
    assert await shop.house.read() == 1
    shop.house.clock.advance(seconds=5)
    assert await shop.house.read() == 1
    assert (await shop.now(payment)).state is State.REFUNDED
    await shop.house.sound()


async def test_a_refund_of_ours_is_told_too_and_is_none_of_somebody_elses(shop: Shop) -> None:
    """Telegram tells of every refund; ours is in the books, also when it left us in doubt."""
    payment, _ = await shop.sold(100)
    (arrival,) = await shop.came(payment)
    refund = await shop.house.ask_back(wish(arrival))
    shop.desk.faults.plan(REFUND, Fault.FAIL_AFTER)
    assert (await shop.house.carry_out(refund.id)).state is RefundState.UNKNOWN
    await shop.hear()
    await shop.read_feed()
    (known,) = await shop.house.refunds.of_arrival(*arrival.key)
    assert (known.id, known.state) == (refund.id, RefundState.DONE)
    assert (await shop.now(payment)).state is State.REFUNDED
    assert (await shop.tie_out()).differences == []
    await shop.house.sound()


# Telegram's list.


async def test_a_list_is_of_its_time_and_goes_over_pages(shop: Shop) -> None:
    """From the first of it to the last, and nothing from before or after."""
    anna, link = shop.desk.join("Anna"), link_of_another(shop.desk, Money(7, XTR))
    charges: list[Charge] = []
    begun = shop.house.clock.moment
    for _ in range(350):
        charges.append(charge(shop.desk, link, anna))
        shop.house.clock.advance(minutes=1)
    since, until = begun + timedelta(minutes=20), begun + timedelta(minutes=270)
    shop.desk.calls.clear()
    pages = [page async for page in shop.stars.lines(since, until)]
    lines = [line for page in pages for line in page]
    assert [line.key for line in lines] == [each.id for each in charges[20:270]]
    assert [len(page) for page in pages] == [100, 100, 50]  # and no more of it is read
    everything = [page async for page in shop.stars.lines(begun, begun + timedelta(days=1))]
    assert sum(map(len, everything)) == 350


async def test_a_list_without_an_end_is_not_read_for_ever(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not taken for whole either."""
    monkeypatch.setattr("altyn.adapters.telegram.stars.PAGES_MAX", 2)
    for _ in range(201):
        shop.desk.stars.transactions.append(gift(shop))
    with pytest.raises(Unavailable, match="over 200 transactions"):
        await shop.tie_out()


# An affiliate has a share of it.


@pytest.mark.parametrize("first", ["update", "feed", "feed alone"])
@pytest.mark.parametrize(("paid", "per_mille", "left"), [(100, 155, 84), (1, 500, 0), (7, 1, 6)])
async def test_an_affiliate_costs_the_payer_nothing(
    shop: Shop, first: str, paid: int, per_mille: int, left: int
) -> None:
    """What was paid is credited, once, whoever tells of it; the share is our expense."""
    payment = await shop.opened(paid)
    await shop.bought(payment, commission_per_mille=per_mille)
    if first == "update":
        await shop.hear()
    await shop.read_feed()
    if first != "feed alone":
        await shop.hear()
    payment = await shop.now(payment)
    assert (payment.state, payment.credited.units) == (State.SETTLED, paid)
    (arrival,) = await shop.came(payment)
    assert (arrival.case, arrival.inflow.amount.units) == (Case.EXACT, paid)
    await shop.house.sound()
    assert await shop.house.holds("clearing:stars", XTR) == -left
    assert await shop.house.holds("fees:stars", XTR) == left - paid
    assert (await shop.tie_out()).differences == []


@pytest.mark.parametrize("per_mille", [155, 600])
async def test_what_an_affiliate_had_a_share_of_goes_back_whole(shop: Shop, per_mille: int) -> None:
    """The payer has back what they paid, the affiliate gives his share; nothing is left of it."""
    payment = await shop.opened(100)
    sold = await shop.bought(payment, commission_per_mille=per_mille)
    await shop.read_feed()
    (arrival,) = await shop.came(payment)
    refund = await shop.house.ask_back(wish(arrival))
    await shop.house.poll_refunds()
    await shop.read_feed()
    assert (await shop.house.refunds.get(refund.id)).amount.units == 100
    assert sold.is_refunded
    assert (await shop.now(payment)).state is State.REFUNDED
    assert await shop.house.holds("user:1", XTR) == 0
    await shop.house.sound()
    for name in ("clearing:stars", "fees:stars"):
        assert await shop.house.holds(name, XTR) == 0
    assert (await shop.tie_out()).differences == []
    assert shop.desk.stars.balance == 0


async def test_until_the_list_was_read_a_share_is_a_difference(shop: Shop) -> None:
    """Updates say nothing of it; what the tie-out found is booked whole, with the share."""
    payment = await shop.opened(100)
    told = await shop.bought(payment, commission_per_mille=155)
    await shop.hear()
    lost = await shop.bought(await shop.opened(100), commission_per_mille=155)
    found = await shop.tie_out()
    kinds = {each.key: (each.kind, each.ours, each.theirs) for each in found.differences}
    left = Money(84, XTR)
    assert kinds == {
        told.id: (Kind.AMOUNT_DIFFERS, Money(100, XTR), left),
        lost.id: (Kind.MISSING_HERE, None, left),
    }
    house = shop.house
    assert await house.fill(found, ANNA) == 1
    assert await house.holds("user:1", XTR) == 200
    shop.desk.refund_outside(lost.id)
    found = await shop.tie_out()
    assert await house.fill(found, ANNA) == 1
    assert await house.holds("user:1", XTR) == 100
    await shop.read_feed()
    house.clock.advance(minutes=2)
    await shop.read_feed()
    assert (await shop.tie_out()).differences == []
    await house.sound()


async def test_parts_of_a_star_are_paid_by_nobody(shop: Shop) -> None:
    """Shares that do not make a whole are not understood, and not rounded to something."""
    payment = await shop.opened(100)
    charge(shop.desk, payment.link, shop.desk.join("Anna"), commission_per_mille=155)
    shop.desk.stars.transactions[-1]["source"]["affiliate"]["nanostar_amount"] += 1
    with pytest.raises(ProviderUnclear):
        await shop.read_feed()


# What renews itself.


async def test_no_invoice_renews_itself(shop: Shop) -> None:
    """Nobody asks for one that does."""
    await shop.opened(100)
    await shop.opened(Money.parse("500", shop.cards.bounds["RUB"][0].asset))
    asked = [said for method, said in shop.wire.asked if method == "createInvoiceLink"]
    assert len(asked) == 2
    assert not [said for said in asked if "subscription_period" in said]
    assert [each.period_seconds for each in shop.desk.sales.links.values()] == [0, 0]


@pytest.mark.parametrize("feed_first", [False, True])
async def test_what_renews_itself_waits_for_a_person(shop: Shop, feed_first: bool) -> None:
    """Whoever made that link, with whatever of ours in it: neither credited nor given back."""
    payment, _ = await shop.sold(100)
    renewed = await shop.opened(100)
    for each in (payment, renewed):
        sold = charge(shop.desk, subscription(shop, each), shop.desk.join("Boris"))
        for _ in range(2):
            shop.house.clock.moment += timedelta(days=30)
            shop.desk.renew(sold.id)
    if feed_first:
        await shop.read_feed()
    for told in shop.desk.deliveries:
        await shop.tell(told)
    await shop.house.read()
    await shop.read_feed()
    await shop.house.poll_refunds()
    assert [each.case for each in await shop.house.drawer()] == [Case.UNMATCHED] * 6
    assert await shop.house.holds("user:1", XTR) == 100
    assert await shop.house.holds("suspense:unmatched", XTR) == 600
    assert REFUND not in shop.desk.calls
    assert (await shop.now(renewed)).came.units == 0
    await shop.house.sound()


async def test_a_renewal_without_an_id_of_its_own_is_seen_by_the_tie_out(shop: Shop) -> None:
    """Whether Telegram does that is not known: nothing is booked twice, and nothing is silent."""
    sold = charge(shop.desk, subscription(shop, await shop.opened(100)), shop.desk.join("Boris"))
    shop.desk.renew(sold.id, own_id=False)
    for told in shop.desk.deliveries:
        await shop.tell(told)
    await shop.house.read()
    await shop.read_feed()
    assert await shop.house.holds("suspense:unmatched", XTR) == 100
    found = {each.kind: each for each in (await shop.tie_out()).differences}
    assert set(found) == {Kind.UNMATCHED, Kind.AMOUNT_DIFFERS}
    assert found[Kind.AMOUNT_DIFFERS].theirs == Money(200, XTR)


def subscription(shop: Shop, payment: Payment) -> str:
    """A link that is paid every thirty days, made by somebody else with the token of the bot."""
    shop.desk.sales.links[LINK] = Invoice(
        title="A club",
        description="For members",
        payload=payment.id.hex,
        currency="XTR",
        total_amount=100,
        period_seconds=30 * 24 * 3600,
    )
    return LINK
