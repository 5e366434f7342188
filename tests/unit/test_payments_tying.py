"""The tie-out: every difference is found and named, and none is invented."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from attrs import define, evolve, field

from altyn.adapters.memory import ManualClock
from altyn.core.balances import (
    Account,
    AccountDiffers,
    Move,
    Receipt,
    Transfer,
    account_name,
    granted,
)
from altyn.core.errors import AltynError, Unavailable
from altyn.core.money import TON, USDT, Asset, Money
from altyn.core.payments import (
    Arrival,
    Case,
    Difference,
    Kind,
    Line,
    MethodUnknown,
    ProviderUnclear,
    RefundId,
    RefundStage,
    RefundState,
    TieOut,
    TieOutMethod,
    Uncounted,
    returning,
)
from altyn.core.payments.arrival import Entries
from altyn.core.payments.returns import Returns
from altyn.core.payments.tying import MARGIN
from tests.unit.payments_house import House, Scripted, order, usdt, wish

SINCE = datetime(2026, 1, 5, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=1)
SHOP = account_name("income:shop")
NOON = SINCE + timedelta(hours=12)

Named = tuple[Kind, str, bool]


@define(slots=False)
class Lister(Scripted):
    """A provider with a list of his own, which may break off."""

    lot: list[Line] = field(factory=list)
    odd: list[Uncounted] = field(factory=list)
    breaks: AltynError | None = None
    asked: list[tuple[datetime, datetime]] = field(factory=list)

    async def lines(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[Sequence[Line | Uncounted]]:
        """As the port says, a few to a page."""
        self.asked.append((since, until))
        everything: list[Line | Uncounted] = [*self.lot, *self.odd]
        wanted = [each for each in everything if since <= each.at < until]
        for begin in range(0, len(wanted), 7):
            yield wanted[begin : begin + 7]
        if self.breaks:
            raise self.breaks

    def has(
        self,
        key: str,
        units: int,
        at: datetime = NOON,
        *,
        back: bool = False,
        at_most: bool = False,
        asset: Asset = USDT,
    ) -> None:
        """It stands on his list."""
        amount = Money(units, asset)
        self.lot.append(Line(key=key, amount=amount, at=at, back=back, at_most=at_most))

    def cannot_count(self, key: str, at: datetime = NOON) -> None:
        """It stands on his list, and we have no books for it."""
        self.odd.append(Uncounted(key=key, said="0.01 BTC", at=at, payment=order(3).id))


@pytest.fixture
def his() -> Lister:
    """The provider."""
    return Lister(ManualClock())


@pytest.fixture
def house(his: Lister) -> House:
    """A house at the noon of that day."""
    house = House(gateway=his)
    house.gateway = his
    house.clock.moment = NOON
    return house


async def tied(house: House, since: datetime = SINCE, until: datetime = UNTIL) -> TieOut:
    """What comes of it."""
    tie = TieOutMethod(house.arrivals, house.refunds, house.ledger, house.gateways)
    return await tie("fake", since, until)


def named(found: TieOut) -> list[Named]:
    """What is told of each."""
    return [(each.kind, each.key, each.back) for each in found.differences]


async def paid(house: House, n: int, *units: int, key: str = "", at: datetime | None = None) -> str:
    """Somebody paid, as much as was asked; told again each time it had grown."""
    key = key or f"in-{n}"
    payment = await house.open(order(n, units[-1]))
    for each in units:
        inflow = evolve(house.inflow(each, key), at=at or house.clock.now())
        payment = await house.comes(payment, inflow)
    return key


async def strayed(
    house: House, key: str, units: int, asset: Asset = USDT, method: str = "fake"
) -> str:
    """Something came that nobody expected."""
    async with house.store():
        await house.book.hold(method, [house.inflow(units, key, asset)])
    return key


async def refunded(
    house: House, n: int, key: str, units: int | None = None, *, says: RefundStage | None = None
) -> RefundId:
    """It goes back; the provider says that it is there, or something else."""
    refund = await house.ask_back(wish(n, key, units))
    if says:
        house.gateway.refunds.append(says)
    return (await house.carry_out(refund.id)).id


async def posted(house: House, *transfers: Transfer) -> None:
    """They are in the books."""
    for each in transfers:
        for name in (each.source, each.target):
            with suppress(AccountDiffers):
                await house.ledger.open(Account.unlimited(name, each.amount.asset))
    (verdict,) = await house.ledger.carry_out([Move(transfers)])
    granted(verdict, Receipt)


async def written(house: House, key: str, units: int = 1000) -> Arrival:
    """An arrival that was noted, and of which the ledger knows nothing."""
    inflow, nothing = house.inflow(units, key), usdt(0)
    arrival = Arrival(
        method="fake",
        inflow=inflow,
        payment=None,
        case=Case.EXACT,
        credited=nothing,
        held=inflow.amount,
        noted_at=house.clock.now(),
    )
    await house.arrivals.add(arrival)
    return arrival


# The whole of it: 200 differences among what is well.


@define
class Day:
    """What is done on that day, and what must come of it."""

    house: House
    his: Lister
    chance: Random
    n: int = 0
    expected: set[Named] = field(factory=set)

    def number(self) -> int:
        """Of the next thing; a while goes by."""
        self.n += 1
        self.house.clock.advance(seconds=self.chance.randint(1, 100))
        return self.n

    def list(self, key: str, units: int = 1000, *, back: bool = False) -> None:
        """He has it, and dates it as he likes."""
        hours = self.chance.choice((0, 0, 0, -20, 20))
        self.his.has(key, units, self.house.clock.now() + timedelta(hours=hours), back=back)

    async def well(self) -> None:
        """Something of which both say the same."""
        house, n = self.house, self.number()
        match self.chance.randrange(9):
            case 8:  # he says that some of it went back
                self.list(key := await paid(house, n, 1000))
                await refunded(house, n, key, self.chance.choice((1, 999, 1000)))
                self.his.has(key, 1000, house.clock.now(), back=True, at_most=True)
            case 0:
                self.list(await paid(house, n, 1000))
            case 1:
                self.list(await paid(house, n, 300, 700, 1000))
            case 2:
                self.list(key := await paid(house, n, 1000))
                await refunded(house, n, key)
                self.list(key, back=True)
            case 3:
                self.list(key := await paid(house, n, 1000))
                await refunded(house, n, key, says=RefundStage.ACCEPTED)
                if self.chance.random() < 0.5:
                    self.list(key, back=True)
            case 4:
                self.list(key := await paid(house, n, 1000))
                await refunded(house, n, key, says=RefundStage.FAILED)
            case 5:
                self.list(await paid(house, n, 1000, at=house.clock.now() - timedelta(hours=25)))
            case 6:
                await strayed(house, f"in-{n}", 5, method="other")
            case 7:
                self.his.has(f"in-{n}", 5, SINCE - timedelta(seconds=n))
                self.his.has(f"on-{n}", 5, UNTIL + timedelta(seconds=n))

    async def plant(self, kind: Kind) -> None:
        """Something of which they do not."""
        house, n = self.house, self.number()
        key, back = f"in-{n}", self.chance.random() < 0.5
        match kind:
            case Kind.MISSING_HERE:
                back = False
                self.his.has(key, 1000, house.clock.now())
            case Kind.MISSING_THERE:
                await paid(house, n, 1000)
                if back:
                    self.list(key)
                    await refunded(house, n, key)
            case Kind.AMOUNT_DIFFERS:
                await paid(house, n, 400, 1000)
                self.list(key, 1000 if back else self.chance.choice((400, 999, 1001)))
                if back:
                    await refunded(house, n, key, 300)
                    self.list(key, 299, back=True)
            case Kind.REFUNDED_OUTSIDE:
                back = True
                self.list(await paid(house, n, 1000))
                vague, units = self.chance.random() < 0.5, self.chance.choice((1, 1000))
                self.his.has(key, units, house.clock.now(), back=True, at_most=vague)
            case Kind.UNMATCHED:
                back = False
                self.list(await strayed(house, key, 1000))
            case Kind.UNCOUNTED:
                if back := self.chance.random() < 0.5:  # only a rest of it cannot be counted
                    self.list(await paid(house, n, 1000))
                self.his.cannot_count(key, house.clock.now())
                back = False
            case Kind.BOOKS_DIFFER:
                self.list(key)
                if back:
                    await paid(house, n, 1000)
                    self.list(key, back=True)
                    refund = await house.ask_back(wish(n, key))
                    done = evolve(refund, state=RefundState.DONE, check_at=None)
                    await house.refunds.put(done, was=RefundState.DUE)
                else:
                    arrival = await written(house, key)
                    if self.chance.random() < 0.5:
                        transfer = Entries.of(arrival).held(arrival)
                        await posted(house, evolve(transfer, amount=usdt(999)))
        self.expected.add((kind, key, back))


@pytest.mark.parametrize("seed", range(4))
async def test_two_hundred_differences_are_found_and_none_is_invented(seed: int) -> None:
    """Of every kind, among hundreds of payments and refunds that are well."""
    his = Lister(ManualClock())
    house = House(gateway=his)
    house.gateway = his
    house.clock.moment = SINCE
    day = Day(house, his, Random(seed))
    kinds = [list(Kind)[n % len(Kind)] for n in range(200)]
    steps: list[Kind | None] = [*kinds, *[None] * 400]
    day.chance.shuffle(steps)
    for kind in steps:
        await (day.plant(kind) if kind else day.well())
    assert house.clock.now() < UNTIL
    day.chance.shuffle(his.lot)
    found = await tied(house)
    assert Counter(named(found)) == Counter(day.expected)
    assert len(found.differences) == 200
    assert found.compared > 400
    moments = [each.at for each in found.differences]
    assert moments == sorted(moments)


# What he only says that some of it went back.


@pytest.mark.parametrize(
    ("ours", "stage", "theirs", "kind"),
    [
        (1, RefundStage.DONE, 1000, None),
        (1000, RefundStage.DONE, 1000, None),
        (400, RefundStage.ACCEPTED, 1000, None),
        (400, RefundStage.DONE, 399, Kind.AMOUNT_DIFFERS),
        (400, RefundStage.DONE, None, Kind.MISSING_THERE),
        (400, RefundStage.ACCEPTED, None, None),
        (400, RefundStage.FAILED, 1000, Kind.REFUNDED_OUTSIDE),
    ],
)
async def test_some_of_it_went_back(
    house: House, his: Lister, ours: int, stage: RefundStage, theirs: int | None, kind: Kind | None
) -> None:
    """Any part of it agrees with that, and nothing of it does not."""
    his.has(key := await paid(house, 1, 1000), 1000)
    await refunded(house, 1, key, ours, says=stage)
    if theirs:
        his.has(key, theirs, back=True, at_most=True)
    assert [each.kind for each in (await tied(house)).differences] == [kind] * bool(kind)


async def test_how_much_went_back_by_hand_is_told_as_far_as_he_says_it(
    house: House, his: Lister
) -> None:
    """It is no more than that."""
    his.has(key := await paid(house, 1, 1000), 1000)
    his.has(key, 1000, back=True, at_most=True)
    (difference,) = (await tied(house)).differences
    assert difference.kind is Kind.REFUNDED_OUTSIDE
    assert difference.his == "0.001000 USDT at most"


# What is told.


async def test_nothing_is_compared_where_nothing_came(house: House, his: Lister) -> None:
    """He is asked for a little more than the day."""
    assert await tied(house) == TieOut(
        method="fake", since=SINCE, until=UNTIL, compared=0, differences=[]
    )
    assert his.asked == [(SINCE - MARGIN, UNTIL + MARGIN)]
    his.has("in-1", 5)
    assert (await tied(house, NOON, NOON)).compared == 0


async def test_each_side_is_told(house: House, his: Lister) -> None:
    """With the payment, if either side knows it."""
    key = await paid(house, 1, 1000)
    his.has(key, 999)
    his.lot.append(Line(key="in-2", amount=usdt(5), at=NOON, payment=order(2).id))
    await strayed(house, "in-3", 7)
    first, second, *third = (await tied(house)).differences
    assert first == Difference(
        kind=Kind.AMOUNT_DIFFERS,
        key="in-1",
        ours=usdt(1000),
        theirs=usdt(999),
        at=NOON,
        payment=order(1).id,
    )
    assert second == Difference(
        kind=Kind.MISSING_HERE,
        key="in-2",
        ours=None,
        theirs=usdt(5),
        at=NOON,
        payment=order(2).id,
    )
    missing = Difference(
        kind=Kind.MISSING_THERE, key="in-3", ours=usdt(7), theirs=None, at=NOON, payment=None
    )
    assert third == [missing, evolve(missing, kind=Kind.UNMATCHED, theirs=usdt(7))]


async def test_what_cannot_be_counted_is_told_in_his_words(house: House, his: Lister) -> None:
    """Of that day; what has a line of its own beside it is one thing with it."""
    his.has(await paid(house, 1, 1000), 1000)
    his.cannot_count("in-1")
    his.cannot_count("in-2")
    his.cannot_count("in-3", UNTIL)
    found = await tied(house)
    assert found.compared == 2
    assert found.differences == [
        Difference(
            kind=Kind.UNCOUNTED,
            key=key,
            ours=None,
            theirs=None,
            said="0.01 BTC",
            at=NOON,
            payment=order(3).id,
        )
        for key in ("in-1", "in-2")
    ]


async def test_came_and_back_are_two_things(house: House, his: Lister) -> None:
    """Both are counted, and only those of the day."""
    his.has(await paid(house, 1, 1000), 1000)
    await refunded(house, 1, "in-1")
    his.has("in-1", 1000, back=True)
    his.has("in-2", 5, UNTIL)
    his.has("in-3", 5, SINCE - timedelta(microseconds=1))
    found = await tied(house)
    assert (found.compared, found.differences) == (2, [])
    his.has("in-4", 5, SINCE)
    his.has("in-5", 5, UNTIL - timedelta(microseconds=1))
    found = await tied(house)
    assert (found.compared, [each.key for each in found.differences]) == (4, ["in-4", "in-5"])


async def test_a_list_that_breaks_off_says_nothing(house: House, his: Lister) -> None:
    """What is missing on half a list may stand on the other half."""
    his.breaks = ProviderUnclear("fake", "silence")
    his.has("in-1", 5)
    with pytest.raises(Unavailable):
        await tied(house)
    tie = TieOutMethod(house.arrivals, house.refunds, house.ledger, house.gateways)
    with pytest.raises(MethodUnknown):
        await tie("cash", SINCE, UNTIL)


# Dates.


@pytest.mark.parametrize("hours", [-25, -13, 13, 25])
async def test_each_side_may_date_it_otherwise(house: House, his: Lister, hours: int) -> None:
    """By a day and a little."""
    his.has(await paid(house, 1, 1000), 1000, NOON + timedelta(hours=hours))
    for days in (-1, 0, 1):
        move = timedelta(days=days)
        assert (await tied(house, SINCE + move, UNTIL + move)).differences == []


@pytest.mark.parametrize("days", [2, 40])
async def test_what_was_noted_long_after_it_came_is_found_by_its_key(
    house: House, his: Lister, days: int
) -> None:
    """And in the time in which it was noted the ledger is looked at."""
    house.clock.advance(hours=24 * days)
    his.has(await paid(house, 1, 1000, at=NOON), 1000)
    assert (await tied(house)).differences == []
    house.clock.advance(hours=1)
    inflow = evolve(house.inflow(5, "in-2"), at=NOON)
    his.has("in-2", 5)
    async with house.store():
        await house.book.hold("fake", [inflow])
    later = house.clock.now()
    for begin in (SINCE, later - timedelta(hours=2)):
        found = await tied(house, begin, begin + timedelta(days=1))
        assert named(found) == [(Kind.UNMATCHED, "in-2", False)]
    found = await tied(house, later - timedelta(hours=30), later)
    assert found.differences == []


async def test_what_grew_later_is_compared_when_it_grew(house: House, his: Lister) -> None:
    """It is one thing with what it was before."""
    key = await paid(house, 1, 700)
    his.has(key, 700)
    house.clock.advance(hours=24)
    await strayed(house, key, 1000)
    found = await tied(house, UNTIL, UNTIL + timedelta(days=1))
    assert {each[0] for each in named(found)} == {Kind.AMOUNT_DIFFERS, Kind.UNMATCHED}
    assert found.differences[0].ours == usdt(1000)


# Keys.


async def test_a_key_may_end_as_if_it_had_grown(house: House, his: Lister) -> None:
    """It is a thing of its own, alone, beside what it looks like a part of, and if it grows."""
    his.has(await paid(house, 1, 300, 1000, key="a+1"), 1000)
    his.has(await paid(house, 2, 1000, key="b"), 1000)
    his.has(await paid(house, 3, 50, 200, key="b+1"), 200)
    his.has(await paid(house, 4, 200, key="b+7"), 200)
    his.has(await paid(house, 5, 100, 200, key="+1"), 200)
    his.has(await paid(house, 6, 200, key="c+"), 200)
    found = await tied(house)
    assert (found.compared, found.differences) == (6, [])
    await paid(house, 7, 200, key="b+9")
    assert named(await tied(house)) == [(Kind.MISSING_THERE, "b+9", False)]


async def test_a_key_may_have_two_assets(house: House, his: Lister) -> None:
    """Each is compared with its own."""
    payment = await house.open(order(1))
    await house.comes(payment, house.inflow(1000), house.inflow(7, asset=TON))
    his.has("in-1", 1000)
    his.has("in-1", 7, asset=TON)
    found = await tied(house)
    assert (found.compared, found.differences) == (2, [])
    his.lot[1] = evolve(his.lot[1], amount=Money(8, TON))
    (difference,) = (await tied(house)).differences
    assert (difference.ours, difference.theirs) == (Money(7, TON), Money(8, TON))


async def test_he_may_list_parts(house: House, his: Lister) -> None:
    """Together they are the thing."""
    await paid(house, 1, 1000)
    his.has("in-1", 400)
    his.has("in-1", 600)
    assert (await tied(house)).differences == []


# What goes back.


STAGES = {
    RefundStage.DONE: {1000},
    RefundStage.ACCEPTED: {0, 1000},
    RefundStage.FAILED: {0},
}


@pytest.mark.parametrize("says", list(STAGES))
@pytest.mark.parametrize("listed", [0, 1, 1000])
async def test_what_is_on_its_way_he_may_list_or_not(
    house: House, his: Lister, says: RefundStage, listed: int
) -> None:
    """But never another amount of it; and what he was not asked for he must not have done."""
    his.has(await paid(house, 1, 1000), 1000)
    await refunded(house, 1, "in-1", says=says)
    if listed:
        his.has("in-1", listed, back=True)
    ours = says is not RefundStage.FAILED
    kind = Kind.AMOUNT_DIFFERS if ours else Kind.REFUNDED_OUTSIDE
    if not listed:
        kind = Kind.MISSING_THERE
    told = [] if listed in STAGES[says] else [(kind, "in-1", True)]
    assert named(await tied(house)) == told


@pytest.mark.parametrize("units", [1000, 200_000_000])
async def test_he_did_not_do_what_he_was_not_asked_for(
    house: House, his: Lister, units: int
) -> None:
    """It waits here to be asked for, or for a second person; and it is back already."""
    his.has(await paid(house, 1, units), units)
    refund = await house.ask_back(wish())
    assert refund.state is (RefundState.DUE if units == 1000 else RefundState.WAITING)
    assert (await tied(house)).differences == []
    his.has("in-1", units, back=True)
    assert named(await tied(house)) == [(Kind.REFUNDED_OUTSIDE, "in-1", True)]


async def test_what_is_on_its_way_hides_nothing_else(house: House, his: Lister) -> None:
    """Of one key a part is back, another is on its way; he must list the first."""
    his.has(await paid(house, 1, 400, 1000), 1000)
    await refunded(house, 1, "in-1")
    await refunded(house, 2, "in-1+1", says=RefundStage.ACCEPTED)
    assert named(await tied(house)) == [(Kind.MISSING_THERE, "in-1", True)]
    his.has("in-1", 400, back=True)
    assert (await tied(house)).differences == []
    his.has("in-1", 600, back=True)
    assert (await tied(house)).differences == []
    his.has("in-1", 1, back=True)
    assert named(await tied(house)) == [(Kind.AMOUNT_DIFFERS, "in-1", True)]


async def test_what_came_long_ago_goes_back(house: House, his: Lister) -> None:
    """It is compared on the day on which it went back, whether he lists it or not."""
    his.has(await paid(house, 1, 1000), 1000)
    house.clock.advance(hours=24 * 20)
    now = house.clock.now()
    day = now - timedelta(hours=1), now + timedelta(hours=1)
    await refunded(house, 1, "in-1")
    found = await tied(house, *day)
    assert (found.compared, named(found)) == (1, [(Kind.MISSING_THERE, "in-1", True)])
    his.has("in-1", 1000, now, back=True)
    found = await tied(house, *day)
    assert (found.compared, found.differences) == (1, [])
    assert (await tied(house)).differences == []


async def test_a_refund_that_took_long_is_of_the_day_on_which_it_was_done(
    house: House, his: Lister
) -> None:
    """When it was wished for he knew nothing of it; and he may date it any time since."""
    his.has(await paid(house, 1, 1000), 1000)
    wished = await house.ask_back(wish())
    house.clock.advance(hours=24 * 5)
    await house.carry_out(wished.id)
    his.has("in-1", 1000, house.clock.now(), back=True)
    assert (await tied(house)).differences == []
    move = timedelta(days=5)
    found = await tied(house, SINCE + move, UNTIL + move)
    assert (found.compared, found.differences) == (1, [])
    his.lot[0] = evolve(his.lot[0], at=house.clock.now())  # he dates what came anew
    his.lot[1] = evolve(his.lot[1], at=NOON + timedelta(days=2))
    found = await tied(house, SINCE + move, UNTIL + move)
    assert found.differences == []


async def test_what_came_may_be_missing_here_though_it_went_back(his: Lister, house: House) -> None:
    """He lists both, and we have neither."""
    his.has("in-1", 1000)
    his.has("in-1", 1000, back=True)
    assert named(await tied(house)) == [
        (Kind.MISSING_HERE, "in-1", False),
        (Kind.REFUNDED_OUTSIDE, "in-1", True),
    ]
    await paid(house, 1, 1000, key="in-2")
    his.has("in-2", 1000, back=True)
    await refunded(house, 1, "in-2")
    assert (Kind.MISSING_THERE, "in-2", False) in named(await tied(house))
    assert len((await tied(house)).differences) == 3


# The ledger.


@pytest.mark.parametrize(
    "other",
    [
        {"amount": usdt(999)},
        {"amount": Money(1000, TON)},
        {"source": returning("fake")},
        None,
    ],
    ids=str,
)
async def test_the_ledger_must_have_what_was_noted(
    house: House, his: Lister, other: dict[str, Any] | None
) -> None:
    """That much, of that asset, out of the provider's hands."""
    arrival = await written(house, "in-1")
    his.has("in-1", 1000)
    booked = 0
    if other:
        await posted(house, evolve(Entries.of(arrival).held(arrival), **other))
        booked = other["amount"].units if other.get("amount") == usdt(999) else 0
    (difference,) = (await tied(house)).differences
    assert difference == Difference(
        kind=Kind.BOOKS_DIFFER,
        key="in-1",
        ours=usdt(1000),
        theirs=usdt(booked),
        at=NOON,
        payment=None,
    )


async def test_of_an_exchange_the_ledger_has_what_was_paid(house: House, his: Lister) -> None:
    """What is given is another asset."""
    payment = await house.open(order(gives=Money(5, TON)))
    await house.comes(payment, house.inflow(1000))
    his.has("in-1", 1000)
    assert (await tied(house)).differences == []


@pytest.mark.parametrize(
    "other",
    [
        {"amount": usdt(999)},
        {"amount": Money(1000, TON)},
        {"source": SHOP},
        {"target": SHOP},
        None,
    ],
    ids=str,
)
async def test_the_ledger_must_have_what_went_back(
    house: House, his: Lister, other: dict[str, Any] | None
) -> None:
    """To where it came from."""
    his.has(await paid(house, 1, 1000), 1000)
    his.has("in-1", 1000, back=True)
    refund = await house.ask_back(wish())
    if other:
        await posted(house, evolve(Returns(refund).gone(), **other))
    done = evolve(refund, state=RefundState.DONE, check_at=None)
    await house.refunds.put(done, was=RefundState.DUE)
    booked = other["amount"].units if other and other.get("amount") == usdt(999) else 0
    expected = Difference(
        kind=Kind.BOOKS_DIFFER,
        key="in-1",
        back=True,
        ours=usdt(1000),
        theirs=usdt(booked),
        at=NOON,
        payment=order().id,
    )
    assert (await tied(house)).differences == [expected]
    assert (await tied(house, UNTIL, UNTIL + timedelta(days=1))).differences == []


async def test_what_has_not_gone_back_has_not_left_the_ledger(house: House, his: Lister) -> None:
    """The transfer is there, and nobody says that it went back."""
    his.has(await paid(house, 1, 1000), 1000)
    refund = await house.ask_back(wish())
    await posted(house, Returns(refund).gone())
    (difference,) = (await tied(house)).differences
    assert (difference.kind, difference.back) == (Kind.BOOKS_DIFFER, True)
    assert (difference.ours, difference.theirs) == (usdt(1000), usdt(1000))


# How much is read.


@define
class Counting:
    """A port; its calls are counted."""

    port: Any
    count: Counter[str]

    def __getattr__(self, name: str) -> Any:
        self.count[name] += 1
        return getattr(self.port, name)


async def calls(house: House) -> int:
    """How many a tie-out takes."""
    count: Counter[str] = Counter()
    arrivals, refunds, ledger = (
        Counting(each, count) for each in (house.arrivals, house.refunds, house.ledger)
    )
    await TieOutMethod(arrivals, refunds, ledger, house.gateways)("fake", SINCE, UNTIL)
    return count.total()


async def test_as_much_is_read_as_there_is(house: House, his: Lister) -> None:
    """Of twice as many, twice as much."""
    for n in range(5000):
        await written(house, f"in-{n}")
        his.has(f"in-{n}", 1000)
    assert await calls(house) <= 5000 * 8 + 5000 // 200 + 5


async def test_many_parts_of_one_thing_are_read_once(house: House, his: Lister) -> None:
    """It grew again and again."""
    for n in range(400):
        await written(house, f"in-1+{n}" if n else "in-1")
    his.has("in-1", 400_000)
    assert await calls(house) <= 400 * 8


async def test_more_than_a_page_went_back(house: House, his: Lister) -> None:
    """Each of them is seen."""
    for n in range(1, 302):
        his.has(await paid(house, n, 1000, at=NOON - timedelta(days=3)), 1000)
    house.clock.advance(hours=24 * 3)
    for n in range(1, 302):
        await refunded(house, n, f"in-{n}")
    move = timedelta(days=3)
    found = await tied(house, SINCE + move, UNTIL + move)
    assert Counter(each[0] for each in named(found)) == {Kind.MISSING_THERE: 301}
