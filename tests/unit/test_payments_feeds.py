"""Reading feeds: what came is booked together with how far we have read, or not at all."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest
from attrs import define, evolve, field

from altyn.adapters.memory import MemoryArrivals
from altyn.core.errors import AltynError, Unavailable
from altyn.core.money import TON
from altyn.core.payments import (
    Arrival,
    Case,
    Cursor,
    CursorMoved,
    Deposit,
    Gateways,
    Page,
    Payment,
    PaymentId,
    ProviderUnclear,
    ReadFeeds,
    Stage,
    State,
    stage_of,
)
from altyn.core.payments.watching import PAGES_MAX
from tests.unit.payments_house import USER, House, order, usdt
from tests.unit.staff import ANNA

SILENCE = ProviderUnclear("fake", "silence")


def number(n: int) -> PaymentId:
    """The id of that payment."""
    return PaymentId(UUID(int=n))


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A house that is looked through when the story is over."""
    house = House()
    yield house
    await house.sound()


@define
class Tape:
    """A feed: pages by the place where each begins; from where nothing is recorded, nothing."""

    pages: dict[str, Page | AltynError] = field(factory=dict)
    name: str = "tape"
    method: str = "fake"
    every_seconds: float = 1.0
    asked: list[str] = field(factory=list)
    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def page(self, position: str) -> Page:
        """As the port says."""
        self.asked.append(position)
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            await happens()
        page = self.pages.get(position, Page((), position, None, last=True))
        if isinstance(page, AltynError):
            raise page
        return page


def deposit(house: House, units: int, key: str, payment: int | None = None) -> Deposit:
    """So much came for that payment."""
    return Deposit(house.inflow(units, key), number(payment) if payment else None)


# Pages.


async def test_a_feed_is_read_to_its_end(house: House) -> None:
    """Page by page; the next time it is read on from there."""
    payment = await house.open(order())
    now = house.clock.now()
    tape = Tape(
        {
            "": Page([deposit(house, 400, "a", 1)], "5", now - timedelta(hours=1), last=False),
            "5": Page([deposit(house, 600, "b", 1)], "9", now, last=True),
            "9": Page([deposit(house, 5, "c", 1)], "9+", None, last=True),
        }
    )
    await house.names()
    assert await house.read_feed(tape) == 2
    assert await house.cursors.get("tape") == Cursor("tape", "9", now)
    payment = await house.payments.get(payment.id)
    assert (payment.state, payment.came, payment.check_at) == (State.SETTLED, usdt(1000), None)
    assert await house.holds(USER) == 1000
    assert await house.names() == [
        "arrival.credited",
        "payment.confirming",
        "arrival.credited",
        "payment.settled",
    ]
    assert await house.read_feed(tape) == 1
    # Nothing is known of the time by which everything came, so what was known is still true.
    assert await house.cursors.get("tape") == Cursor("tape", "9+", now)
    assert tape.asked == ["", "5", "9"]
    assert "inquire" not in house.gateway.calls


async def test_what_it_says_again_is_booked_once(house: House) -> None:
    """From any place on, and when a notice or an answer says it too."""
    payment = await house.open(order())
    tape = Tape({"": Page([deposit(house, 1000, "in-1", 1)], "", None, last=True)})
    for _ in range(3):
        assert await house.read_feed(tape) == 1
    payment = await house.comes(payment, house.inflow(1000))
    assert (payment.came, await house.holds(USER)) == (usdt(1000), 1000)


async def test_reading_has_an_end(house: House) -> None:
    """A feed that goes on without end is read on the next time."""
    tape = Tape({f"{n or ''}": Page((), f"{n + 1}", None, last=False) for n in range(50)})
    assert [await house.read_feed(tape) for _ in range(3)] == [PAGES_MAX, PAGES_MAX, 11]
    assert (await house.cursors.get("tape")).position == "50"


async def test_what_was_read_before_the_silence_is_kept(house: House) -> None:
    """And it is read on from there."""
    await house.open(order())
    tape = Tape({"": Page([deposit(house, 400, "a", 1)], "5", None, last=False), "5": SILENCE})
    with pytest.raises(Unavailable):
        await house.read_feed(tape)
    assert await house.holds(USER) == 400
    tape.pages["5"] = Page([deposit(house, 600, "b", 1)], "9", None, last=True)
    assert await house.read_feed(tape) == 1
    assert await house.holds(USER) == 1000


async def test_of_two_who_read_on_one_keeps_it(house: House) -> None:
    """The other has written nothing, and nothing is lost or there twice."""
    await house.open(order())
    first = [deposit(house, 1000, "a", 1)]
    tape = Tape({"": Page(first, "5", house.clock.now(), last=True)})
    later = evolve(first[0].inflow, key="b")
    other = Tape({"": Page([*first, Deposit(later, number(1))], "7", None, last=True)})
    other.meanwhile = lambda: house.read_feed(tape)
    with pytest.raises(CursorMoved):
        await house.read_feed(other)
    assert await house.cursors.get("tape") == Cursor("tape", "5", house.clock.now())
    assert await house.holds(USER) == 1000
    other.pages["5"] = Page([Deposit(later, number(1))], "7", None, last=True)
    assert await house.read_feed(other) == 1
    assert await house.holds(USER) == 2000


async def test_a_page_is_kept_with_its_place_or_not_at_all() -> None:
    """What cannot be booked now is read again, and what was booked with it too."""

    class Away(MemoryArrivals):
        async def add(self, arrival: Arrival) -> bool:
            if arrival.inflow.key == "b" and broken:
                raise SILENCE
            return await super().add(arrival)

    broken = True
    house = House(arrivals=Away)
    await house.open(order())
    await house.open(order(2))
    lot = [deposit(house, 400, "a", 1), deposit(house, 600, "b", 2), deposit(house, 7, "c")]
    tape = Tape({"": Page(lot, "5", house.clock.now(), last=True)})
    with pytest.raises(ProviderUnclear):
        await house.read_feed(tape)
    assert await house.cursors.get("tape") == Cursor("tape")
    assert (await house.holds(USER), await house.drawer()) == (0, [])
    broken = False
    await house.read_feed(tape)
    assert (await house.holds(USER), len(await house.drawer())) == (1000, 1)
    await house.sound()


async def test_a_feed_of_no_payment_of_ours_fills_the_drawer(house: House) -> None:
    """For nobody, for an unknown payment, or for one that is to be paid otherwise."""
    await house.open(order())
    lot = [
        deposit(house, 1, "a"),
        deposit(house, 2, "b", 77),
        deposit(house, 3, "c", 1),
    ]
    tape = Tape({"": Page(lot[:2], "5", None, last=True)})
    cash = Tape({"": Page(lot[2:], "5", None, last=True)}, name="cash", method="cash")
    for _ in range(2):
        assert await house.read_feed(tape) == 1
        assert await house.read_feed(cash) == 1
    assert [(each.key, each.held.units, each.payment) for each in await house.drawer()] == [
        (("cash", "c"), 3, None),
        (("fake", "a"), 1, None),
        (("fake", "b"), 2, None),
    ]
    assert {each.case for each in await house.drawer()} == {Case.UNMATCHED}
    assert await house.holds("clearing:cash") == -3


async def test_many_feeds_are_read(house: House) -> None:
    """One that is silent or read by somebody else keeps no other from being read."""
    await house.open(order())
    lot = [
        Tape({"": SILENCE}, name="silent"),
        Tape(name="overtaken"),
        Tape({"": Page([deposit(house, 1000, "a", 1)], "5", None, last=False)}, name="well"),
    ]
    lot[1].meanwhile = lambda: house.cursors.put(Cursor("overtaken", "7"), was=Cursor("overtaken"))
    read = ReadFeeds(Gateways.these(feeds=tuple(lot)), house.read_feed)
    assert await read() == 2
    assert await house.holds(USER) == 1000
    assert [(await house.cursors.get(each.name)).position for each in lot] == ["", "7", "5"]


# What came by itself.


async def test_what_came_late_lives_again(house: House) -> None:
    """The payment had been given up."""
    payment = await house.comes(await house.open(order()), stage=Stage.EXPIRED)
    house.clock.moment = payment.expires_at + timedelta(hours=1)
    tape = Tape({"": Page([deposit(house, 400, "a", 1)], "5", None, last=True)})
    await house.read_feed(tape)
    payment = await house.payments.get(payment.id)
    assert (payment.state, payment.credited) == (State.CONFIRMING, usdt(400))
    assert payment.check_at is not None
    (arrival,) = await house.arrivals.of(payment.id)
    assert arrival.case is Case.LATE


async def test_another_asset_leaves_the_payment_as_it_was(house: House) -> None:
    """Nothing of what was asked for has come."""
    payment = await house.open(order())
    other = Deposit(house.inflow(5, "a", TON), payment.id)
    await house.read_feed(Tape({"": Page([other], "5", None, last=True)}))
    after = await house.payments.get(payment.id)
    assert (after.state, after.came) == (State.PENDING, usdt(0))
    assert [each.case for each in await house.drawer()] == [Case.WRONG_ASSET]


# Where an invoice is that is only a promise to read.


@pytest.mark.parametrize(
    ("seconds", "stage"),
    [(None, Stage.OPEN), (-1, Stage.OPEN), (0, Stage.OPEN), (0.000001, Stage.EXPIRED)],
)
async def test_a_payment_waits_as_long_as_the_feed_lags(
    house: House, seconds: float | None, stage: Stage
) -> None:
    """What was paid in time may still turn up, however late it is now."""
    payment = await house.open(order())
    until = None if seconds is None else payment.expires_at + timedelta(seconds=seconds)
    house.clock.moment = payment.expires_at + timedelta(hours=9)
    assert stage_of(payment, Cursor("tape", "5", until)) is stage
    cancelled = await house.cancel(payment.id, ANNA, "changed their mind")
    assert stage_of(cancelled, Cursor("tape", "5", until)) is Stage.CANCELLED


# What a notice itself proves.


async def tell(house: House, raw: bytes, *deposits: Deposit) -> None:
    """A notice that is proof of that is sent and read."""
    house.gateway.tells[raw] = deposits
    await house.take("fake", raw, {"sign": "his"})
    assert await house.read() == 1


async def test_what_a_notice_proves_is_booked(house: House) -> None:
    """Nobody is asked, and it is booked once, however often it is told."""
    payment = await house.open(order())
    house.gateway.calls.clear()
    for turn in range(3):
        await tell(house, b"k-%d 1" % turn, deposit(house, 1000, "charge", 1))
    payment = await house.payments.get(payment.id)
    assert (payment.state, await house.holds(USER)) == (State.SETTLED, 1000)
    assert house.gateway.calls == []
    assert await house.names() == ["payment.pending", "arrival.credited", "payment.settled"]


async def test_what_a_notice_proves_of_no_payment_waits(house: House) -> None:
    """For nobody, for an unknown one, and together with one that is known."""
    await house.open(order())
    lot = [deposit(house, 1, "a"), deposit(house, 2, "b", 77), deposit(house, 400, "c", 1)]
    await tell(house, b"k 77", *lot)
    assert [each.held.units for each in await house.drawer()] == [1, 2]
    assert await house.holds(USER) == 400


async def test_a_payment_that_is_being_opened_is_paid(house: House) -> None:
    """The process died before it kept the invoice, and somebody pays nevertheless."""
    opened = await house.open(order())
    begun = Payment.begun(order(2), opened.created_at, opened.expires_at, opened.expires_at)
    await house.payments.add(begun)
    await tell(house, b"k 2", deposit(house, 1000, "a", 2))
    assert (await house.payments.get(number(2))).state is State.SETTLED
