"""Every day is compared once and told of; what is missing here is put into the books."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import define, evolve, field, frozen

from altyn.adapters.memory import ManualClock
from altyn.core.errors import AltynError
from altyn.core.money import TON, Money
from altyn.core.payments import (
    Case,
    Cursor,
    Gateways,
    Kind,
    Line,
    ListMissing,
    PaymentId,
    ProviderRefused,
    ProviderUnclear,
    Report,
    Stage,
    State,
    TieOut,
    TieOutDays,
    TieOutMethod,
    Uncounted,
)
from altyn.core.payments.daily import TOLD_MAX
from tests.unit.payments_house import House, Overtaken, Scripted, order, usdt
from tests.unit.staff import ANNA

MIDNIGHT = datetime(2026, 1, 5, tzinfo=UTC)
DAY = timedelta(days=1)


@define(slots=False)
class Lister(Scripted):
    """A provider with a list of his own, of which he may say nothing."""

    lot: list[Line] = field(factory=list)
    odd: list[Uncounted] = field(factory=list)
    silence: Exception | None = None
    asked: int = 0

    async def lines(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[Sequence[Line | Uncounted]]:
        """As the port says."""
        self.asked += 1
        if self.silence:
            raise self.silence
        everything: list[Line | Uncounted] = [*self.lot, *self.odd]
        yield [each for each in everything if since <= each.at < until]

    def has(self, key: str, units: int = 5, at: datetime = MIDNIGHT - DAY / 2) -> None:
        """It stands on his list."""
        self.lot.append(Line(key=key, amount=usdt(units), at=at))


@frozen
class Slow:
    """Cursors; between the look at what was told of failures and its end somebody else tells."""

    port: Any
    meanwhile: Callable[[], Awaitable[None]]

    async def get(self, feed: str) -> Cursor:
        """As the port says."""
        cursor: Cursor = await self.port.get(feed)
        if feed.startswith("tie-out-failed"):
            await self.meanwhile()
        return cursor

    def __getattr__(self, name: str) -> Any:
        return getattr(self.port, name)


@define
class Office:
    """A house, two providers, and who compares them."""

    house: House
    his: Lister
    other: Lister
    tie_out: TieOutMethod
    days: TieOutDays

    async def done(self) -> list[tuple[object, ...]]:
        """Of what was told that it was compared."""
        return [
            tuple(event.facts[name] for name in ("method", "since", "until", "differences"))
            for event in await self.house.told()
            if event.name == "tie_out.done"
        ]


@pytest.fixture
def office() -> Office:
    """At three in the morning."""
    his, other = Lister(ManualClock()), Lister(ManualClock(), method="other")
    house = House(gateway=his)
    house.gateway = his
    house.clock.moment = MIDNIGHT + timedelta(hours=3)
    gateways = Gateways.these(his, other)
    tie_out = TieOutMethod(house.arrivals, house.refunds, house.ledger, gateways)
    days = TieOutDays(gateways, house.cursors, tie_out, house.book, house.store, house.clock)
    return Office(house, his, other, tie_out, days)


def day(method: str, since: datetime, until: datetime, differences: int = 0) -> tuple[object, ...]:
    """What is told of one that was compared."""
    return method, since.isoformat(), until.isoformat(), differences


async def test_each_day_is_compared_once_by_each_method(office: Office) -> None:
    """Three hours after it is over."""
    assert await office.days() == 2
    yesterday = MIDNIGHT - DAY, MIDNIGHT
    assert await office.done() == [day("fake", *yesterday), day("other", *yesterday)]
    office.house.clock.advance(hours=23.99)
    assert await office.days() == 0
    assert (office.his.asked, await office.done()) == (1, [])
    office.house.clock.advance(hours=0.01)
    assert await office.days() == 2
    today = MIDNIGHT, MIDNIGHT + DAY
    assert await office.done() == [day("fake", *today), day("other", *today)]


async def test_days_that_were_missed_are_compared_together(office: Office) -> None:
    """Nobody worked meanwhile."""
    await office.days()
    await office.done()
    office.house.clock.advance(hours=24 * 4)
    office.his.has("in-1", at=MIDNIGHT + DAY)
    assert await office.days() == 2
    missed = MIDNIGHT, MIDNIGHT + DAY * 4
    assert await office.done() == [day("fake", *missed, 1), day("other", *missed)]


@pytest.mark.parametrize("silence", [ProviderUnclear("fake", "?"), ProviderRefused("fake", "no")])
async def test_who_is_silent_is_asked_again(office: Office, silence: AltynError) -> None:
    """And keeps nobody else waiting; of his days none is left out."""
    office.his.silence = silence
    assert await office.days() == 1
    assert [each[0] for each in await office.done()] == ["other"]
    office.house.clock.advance(hours=24)
    assert await office.days() == 1
    assert [each[0] for each in await office.done()] == ["other"]
    office.his.silence = None
    assert await office.days() == 1
    assert await office.done() == [day("fake", MIDNIGHT - DAY, MIDNIGHT + DAY)]


async def failures(office: Office) -> list[tuple[object, object]]:
    """Of what was told that it could not be compared."""
    return [
        (event.facts["method"], event.facts["told"])
        for event in await office.house.told()
        if event.name == "tie_out.failed"
    ]


@pytest.mark.parametrize(
    ("silence", "words"),
    [
        (ProviderRefused("fake", "Wrong key"), "fake refused: Wrong key"),
        (ProviderUnclear("fake", "a\nb"), "fake left us in doubt: a b"),
        (ValueError("a secret"), "a mistake inside Altyn: ValueError"),
    ],
    ids=str,
)
async def test_what_fails_is_told_of_once_a_day(
    office: Office, silence: Exception, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    """After an hour in which it was only tried again, in the log too; every day anew."""
    office.his.silence = silence
    assert await office.days() == 1
    office.house.clock.advance(minutes=59)
    await office.days()
    assert await failures(office) == []
    office.house.clock.advance(minutes=1)
    for _ in range(3):
        await office.days()
        office.house.clock.advance(hours=1)
    assert await failures(office) == [("fake", words)]
    office.house.clock.advance(hours=22)
    for _ in range(2):
        await office.days()
    assert await failures(office) == [("fake", words)]
    lines = [each.getMessage() for each in caplog.records if each.name == "altyn.core"]
    assert lines == [f"comparing the books with fake: {words}"] * 2
    office.his.silence = None
    await office.days()
    assert await failures(office) == []


async def test_of_two_who_fail_at_once_one_tells(office: Office) -> None:
    """And a storage that fails meanwhile only puts it off."""
    office.his.silence = ProviderRefused("fake", "no")
    office.house.clock.advance(hours=2)
    told = Cursor("tie-out-failed:fake", until=MIDNIGHT)

    async def meanwhile() -> None:
        await office.house.cursors.put(told, was=Cursor("tie-out-failed:fake"))

    slow = Slow(office.house.cursors, meanwhile)
    assert await evolve(office.days, cursors=slow)() == 1
    assert await failures(office) == []


async def test_who_keeps_no_list_is_not_asked(office: Office) -> None:
    """That is no failure: there is nothing to compare."""
    office.his.lists = False
    office.house.clock.advance(hours=9)
    assert await office.days() == 1
    assert (office.his.asked, await failures(office)) == (0, [])
    with pytest.raises(ListMissing, match="fake keeps no list"):
        await office.tie_out("fake", MIDNIGHT - DAY, MIDNIGHT)


async def test_of_two_at_once_one_tells(office: Office) -> None:
    """Whoever is later has compared in vain."""
    overtaken = Overtaken(office.house.cursors, office.days)
    office.his.has("in-1")
    assert await evolve(office.days, cursors=overtaken)() == 0
    told = await office.house.names()
    assert told == ["tie_out.differs", "tie_out.done", "tie_out.done"]
    assert await office.days() == 0


async def test_what_differs_is_told_with_its_facts(office: Office) -> None:
    """Each of it; then how much was compared."""
    house = office.house
    noon = MIDNIGHT - DAY / 2
    payment = await house.open(order(1))
    await house.comes(payment, evolve(house.inflow(1000), at=noon))
    office.his.has("in-2")
    await house.told()
    await office.days()
    first, second, done, _ = await house.told()
    assert dict(first.facts) == {
        "method": "fake",
        "kind": "missing_there",
        "key": "in-1",
        "back": False,
        "at": noon.isoformat(),
        "ours": "0.001000 USDT",
        "theirs": None,
        "payment": str(payment.id),
    }
    assert dict(second.facts) == {
        "method": "fake",
        "kind": "missing_here",
        "key": "in-2",
        "back": False,
        "at": noon.isoformat(),
        "ours": None,
        "theirs": "0.000005 USDT",
        "payment": None,
    }
    assert [each.name for each in (first, second, done)] == [
        "tie_out.differs",
        "tie_out.differs",
        "tie_out.done",
    ]
    assert (done.facts["compared"], done.facts["differences"]) == (2, 2)


async def test_what_cannot_be_counted_is_told_as_he_says_it(office: Office) -> None:
    """There is no other way to say it."""
    office.his.odd.append(Uncounted(key="in-1", said="0.01 BTC", at=MIDNIGHT - DAY / 2))
    await office.days()
    differs, *_ = await office.house.told()
    assert (differs.facts["kind"], differs.facts["theirs"]) == ("uncounted", "0.01 BTC")


async def test_so_many_are_told_of_and_no_more(office: Office) -> None:
    """How many there are is told in any case."""
    for n in range(TOLD_MAX + 1):
        office.his.has(f"in-{n:03}")
    await office.days()
    names = []
    while some := await office.house.told():
        names += some
    assert [each.name for each in names].count("tie_out.differs") == TOLD_MAX
    assert [e.facts["differences"] for e in names if e.name == "tie_out.done"] == [TOLD_MAX + 1, 0]


async def test_what_is_not_kept_is_not_told(office: Office) -> None:
    """Both or neither."""
    await office.house.cursors.put(
        Cursor("tie-out:fake", until=MIDNIGHT), was=Cursor("tie-out:fake")
    )
    assert await office.days() == 1
    assert [each[0] for each in await office.done()] == ["other"]


# What is missing here.


async def filled(office: Office) -> tuple[TieOut, int]:
    """What was found, and how much of it was looked at."""
    house = office.house
    found = await office.tie_out("fake", MIDNIGHT - DAY, MIDNIGHT)
    return found, await house.fill(found, ANNA)


async def test_what_is_for_a_payment_is_credited_to_it(office: Office) -> None:
    """He is asked about it first; when he says nothing, what he lists counts."""
    house = office.house
    payment = await house.open(order(1))
    line = Line(key="in-1", amount=usdt(1000), at=MIDNIGHT - DAY / 2, payment=payment.id)
    office.his.lot.append(line)
    house.gateway.reports.append(ProviderUnclear("fake", "silence"))
    found, count = await filled(office)
    assert count == 1
    settled = await house.payments.get(payment.id)
    assert (settled.state, settled.came) == (State.SETTLED, usdt(1000))
    assert await house.holds("user:1") == 1000
    assert await house.fill(found, ANNA) == 1
    assert await house.holds("user:1") == 1000
    assert (await filled(office))[1] == 0
    await house.sound()


async def test_he_may_say_more_of_it_than_stands_on_his_list(office: Office) -> None:
    """What is in the books by then is not there twice."""
    house = office.house
    payment = await house.open(order(1))
    office.his.lot.append(
        Line(key="in-1", amount=usdt(1000), at=MIDNIGHT - DAY / 2, payment=payment.id)
    )
    said = evolve(house.inflow(1000), sender="somebody")
    house.gateway.says(Stage.CLOSED, said, house.inflow(7, "in-2"))
    await filled(office)
    first, second = await house.arrivals.of(payment.id)
    assert (first.inflow.sender, second.inflow.key) == ("somebody", "in-2")
    assert await house.holds("user:1") == 1007
    await house.sound()


async def test_what_is_for_nobody_waits(office: Office) -> None:
    """Of no payment, of one that is not ours, in another asset; and once."""
    house = office.house
    stranger = PaymentId(order(9).id)
    office.his.has("in-1")
    office.his.lot.append(evolve(office.his.lot[0], key="in-2", payment=stranger))
    office.his.lot.append(evolve(office.his.lot[0], amount=Money(3, TON)))
    found, count = await filled(office)
    assert (count, len(found.differences)) == (3, 3)
    drawer = await house.drawer()
    assert {each.case for each in drawer} == {Case.UNMATCHED}
    assert sum(each.held.units for each in drawer) == 5 + 5 + 3
    assert len(drawer) == 3
    found, count = await filled(office)
    assert (count, {each.kind for each in found.differences}) == (0, {Kind.UNMATCHED})
    await house.sound()


@pytest.mark.parametrize("speaks", [True, False], ids=["he says so", "he is silent"])
async def test_what_he_has_more_of_is_booked_as_grown(office: Office, speaks: bool) -> None:
    """Once, as when he had told of it: of a payment of which all came nobody asks any more."""
    house = office.house
    payment = await house.open(order(1))
    noon = MIDNIGHT - DAY / 2
    await house.comes(payment, evolve(house.inflow(1000), at=noon))
    line = Line(key="in-1", amount=usdt(1700), at=noon, payment=payment.id)
    office.his.lot.append(line)
    house.gateway.reports.append(
        Report(Stage.CLOSED, [evolve(house.inflow(1700), at=noon)])
        if speaks
        else ProviderUnclear("fake", "silence")
    )
    found, count = await filled(office)
    assert ([each.kind for each in found.differences], count) == ([Kind.AMOUNT_DIFFERS], 1)
    grown = await house.payments.get(payment.id)
    assert (grown.state, grown.came) == (State.OVERPAID, usdt(1700))
    assert [each.inflow.key for each in await house.arrivals.of(payment.id)] == ["in-1", "in-1+1"]
    assert await house.holds("user:1") == 1700
    again, count = await filled(office)
    assert (again.differences, count) == ([], 0)
    await house.sound()


async def test_what_nobody_knew_and_grew_waits_like_before(office: Office) -> None:
    """The more of it goes into the drawer too."""
    house = office.house
    async with house.store():
        await house.book.hold("fake", [evolve(house.inflow(5), at=MIDNIGHT - DAY / 2)])
    office.his.has("in-1", 12)
    assert (await filled(office))[1] == 1
    assert sum(each.held.units for each in await house.drawer()) == 12
    await house.sound()


async def test_what_came_and_went_back_by_hand_is_both_booked(office: Office) -> None:
    """We were told of what was left of it: the rest came, and is not here any more."""
    house = office.house
    payment = await house.open(order(1))
    noon = MIDNIGHT - DAY / 2
    await house.comes(payment, evolve(house.inflow(700), at=noon))
    office.his.lot.append(Line(key="in-1", amount=usdt(1000), at=noon, payment=payment.id))
    office.his.lot.append(evolve(office.his.lot[0], amount=usdt(300), back=True))
    house.gateway.reports.append(ProviderUnclear("fake", "silence"))
    found, count = await filled(office)
    assert (len(found.differences), count) == (2, 2)
    after = await house.payments.get(payment.id)
    assert (after.state, after.came, after.returned) == (State.SETTLED, usdt(1000), usdt(300))
    assert await house.holds("user:1") == 700
    again, count = await filled(office)
    assert (again.differences, count) == ([], 0)
    await house.sound()


async def test_what_went_back_and_nobody_knows_how_much_is_no_growth(office: Office) -> None:
    """We were told of what was left of it, perhaps; a person has to look."""
    house = office.house
    payment = await house.open(order(1))
    await house.comes(payment, evolve(house.inflow(700), at=MIDNIGHT - DAY / 2))
    office.his.has("in-1", 1000)
    office.his.lot.append(evolve(office.his.lot[0], back=True, at_most=True))
    found, count = await filled(office)
    assert (len(found.differences), count) == (2, 0)
    assert await house.holds("user:1") == 700


async def test_nothing_else_is_touched(office: Office) -> None:
    """What is missing there and what differs is for a person, and what went back had not come."""
    house = office.house
    payment = await house.open(order(1))
    await house.comes(payment, evolve(house.inflow(1000), at=MIDNIGHT - DAY / 2))
    office.his.has("in-1", 999)
    office.his.lot.append(evolve(office.his.lot[0], key="in-2", back=True))
    asked = house.gateway.calls.count("inquire")
    found, count = await filled(office)
    assert {each.kind for each in found.differences} == {
        Kind.AMOUNT_DIFFERS,
        Kind.REFUNDED_OUTSIDE,
    }
    assert (count, house.gateway.calls.count("inquire")) == (1, asked)
    assert await house.drawer() == []
    await house.sound()
