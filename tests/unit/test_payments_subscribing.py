"""Subscriptions: begun and renewed once for each charge, called off, and lapsed when it is time."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from attrs import define, evolve, field

from altyn.core.balances import MalformedText
from altyn.core.events import Event
from altyn.core.identity import Caller, NotAllowed, Role, UserId
from altyn.core.payments import (
    Arrival,
    ChangeRenewal,
    Checkout,
    Deposit,
    EndStanding,
    LapseStandings,
    MethodUnknown,
    NotRenewable,
    Objection,
    Page,
    PaymentId,
    Period,
    ProviderUnclear,
    Renewal,
    RenewalChange,
    StandingGateways,
    StandingId,
    StandingOrder,
    State,
    Term,
)
from altyn.core.payments.subscribing import GRACE, PERIOD
from tests.unit.payments_house import USER, House, order, usdt
from tests.unit.staff import ANNA
from tests.unit.test_payments_standing import ONE, Scripted, wanted

ID = PaymentId(ONE)


@define
class Renewer(Scripted):
    """A provider with whom what stands renews itself."""

    told: list[tuple[str, bool]] = field(factory=list)

    async def renew(self, standing: StandingOrder, begun: Arrival, renews: bool) -> None:
        """As the port says."""
        if self.answers:
            raise self.answers.pop(0)
        self.told.append((begun.inflow.key, renews))


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A house with a subscription that nobody has paid yet; it is looked through afterwards."""
    house = House()
    await house.standings.add(wanted(house, amount=usdt(100), reference="club"))
    yield house
    await house.sound()


@pytest.fixture
def provider() -> Renewer:
    """He does as he is told."""
    return Renewer()


def changer(house: House, provider: Scripted) -> ChangeRenewal:
    """The use case over what the house keeps."""
    gateways = StandingGateways({provider.method: provider})
    return ChangeRenewal(
        house.standings, house.arrivals, gateways, house.book, house.store, house.audit
    )


async def charged(house: House, key: str = "c-1", first: bool | None = None, **other: Any) -> None:
    """A charge of a hundred is told, which pays for a period from now."""
    period = Period(house.clock.now() + PERIOD, first)
    async with house.store():
        await house.facts.all("fake", ID, [house.inflow(100, key)], period, **other)


async def changed(house: House, renewal: Renewal) -> bool:
    """He says how it goes on."""
    async with house.store():
        return await house.facts.renewal("fake", RenewalChange(ID, renewal))


async def term(house: House) -> Term:
    """For how long it was paid."""
    term = (await house.standings.get(ONE)).term
    assert term is not None
    return term


async def about(house: House) -> list[Event]:
    """What is told of the subscription."""
    return [each for each in await house.told() if each.name.startswith("standing.")]


async def test_the_first_charge_begins_it_and_others_renew_it(house: House) -> None:
    """Each is a payment of its own, told once; it lasts until the end of the last of them."""
    for number in range(3):
        for _ in range(2):
            await charged(house, f"c-{number}", first=number == 0)
        assert (await term(house)).until == house.clock.now() + PERIOD
        house.clock.advance(hours=30 * 24)
    assert await house.holds(USER) == 300
    assert (await term(house)).charge == "c-0"
    payments = await house.payments.of("user:1", 9)
    assert [(each.state, each.order.reference) for each in payments] == [
        (State.SETTLED, "club")
    ] * 3
    events = await about(house)
    assert [each.name for each in events] == [
        "standing.begun",
        "standing.renewed",
        "standing.renewed",
    ]
    assert events[1].facts == {
        "standing": str(ONE),
        "payer": "user:1",
        "reference": "club",
        "method": "fake",
        "charge": "c-0",
        "until": (house.clock.now() - 2 * PERIOD + PERIOD).isoformat(),
    }


async def test_who_does_not_say_how_long_means_a_period(house: House) -> None:
    """A list says only what came."""
    async with house.store():
        await house.facts.all("fake", ID, [house.inflow(100)])
    assert (await term(house)).until == house.clock.now() + PERIOD


async def test_the_same_id_a_period_later_is_another_charge(house: House) -> None:
    """Whether each has its own nobody says for sure: told twice by the clock or so it is one."""
    for _ in range(3):
        await charged(house)
        house.clock.advance(hours=1)
        await charged(house)
        house.clock.advance(hours=30 * 24 - 2)
    assert await house.holds(USER) == 300
    keys = [each.inflow.key for each in house.arrivals._kept.values()]
    assert keys == ["c-1", "c-1@1", "c-1@2"]
    names = [each.name for each in await about(house)]
    assert names == ["standing.begun", "standing.renewed", "standing.renewed"]


async def test_what_was_paid_for_longer_stays_so(house: House) -> None:
    """Facts come in any order: an older charge that is found late is credited, and that is all."""
    begun = house.clock.now()
    house.clock.advance(hours=30 * 24)
    await charged(house, "second", first=False)
    until = (await term(house)).until
    async with house.store():
        late = evolve(house.inflow(100, "first"), at=begun)
        await house.facts.all("fake", ID, [late], Period(begun + PERIOD, True))
    assert (await term(house)).until == until
    assert await house.holds(USER) == 200


async def test_it_may_begin_anew(house: House) -> None:
    """After it has lapsed, or when it is said: the charge it began with is another one then."""
    await charged(house)
    await changed(house, Renewal.CANCELLED)
    await charged(house, "c-2")  # a list that says nothing more
    assert await term(house) == Term(charge="c-1", until=house.clock.now() + PERIOD, renews=False)
    await charged(house, "c-2", first=True)
    assert await term(house) == Term(charge="c-2", until=house.clock.now() + PERIOD)
    house.clock.advance(hours=40 * 24)
    assert await LapseStandings(house.standings, house.book, house.store, house.clock)() == 1
    assert (await term(house)).lapsed
    await charged(house, "c-3")
    assert await term(house) == Term(charge="c-3", until=house.clock.now() + PERIOD)


async def test_it_lapses_when_nobody_paid_again(house: House) -> None:
    """Not at once, for the next charge may be on its way; and it is told once."""
    lapse = LapseStandings(house.standings, house.book, house.store, house.clock)
    assert await lapse() == 0
    await charged(house)
    await about(house)
    house.clock.advance(seconds=(PERIOD + GRACE).total_seconds() - 1)
    assert await lapse() == 0
    house.clock.advance(seconds=1)
    assert [await lapse(), await lapse()] == [1, 0]
    (event,) = await about(house)
    assert (event.name, event.facts["charge"]) == ("standing.lapsed", "c-1")


async def test_who_pays_just_then_keeps_it(house: House) -> None:
    """It is looked at again before it lapses."""
    await charged(house)
    house.clock.advance(hours=31 * 24)

    class Seen:
        """What was seen before it was paid."""

        async def lapsing(self, at: Any, limit: int) -> list[Any]:
            """As the port says."""
            found = await house.standings.lapsing(at, limit)
            await charged(house, "c-2")
            return list(found)

        def __getattr__(self, name: str) -> Any:
            return getattr(house.standings, name)

    standings: Any = Seen()
    assert await LapseStandings(standings, house.book, house.store, house.clock)() == 0
    assert not (await term(house)).lapsed


async def test_another_standing_order_is_no_subscription(house: House) -> None:
    """What comes to an address does not lapse."""
    other = wanted(house, id=StandingId(UUID(int=2)), amount=None)
    await house.standings.add(other)
    async with house.store():
        await house.facts.all("fake", PaymentId(other.id), [house.inflow(5, "x")])
    assert (await house.standings.get(other.id)).term is None
    assert await about(house) == []


async def test_what_renews_itself_is_for_no_payment(house: House) -> None:
    """Somebody has made such a link with its id: a person decides."""
    payment = await house.open(order(7, 100))
    async with house.store():
        period = Period(house.clock.now() + PERIOD)
        assert not await house.facts.all("fake", payment.id, [house.inflow(100, "x")], period)
    assert len(await house.drawer()) == 1


# How it goes on.


async def test_what_he_says_of_it_is_kept(house: House) -> None:
    """Each change is told once; that the payer had too little changes nothing else."""
    assert not await changed(house, Renewal.CANCELLED)  # nothing was paid
    await charged(house)
    await about(house)
    said = (Renewal.FAILED, Renewal.CANCELLED, Renewal.CANCELLED, Renewal.ACTIVE, Renewal.ACTIVE)
    renews = []
    for each in said:
        assert await changed(house, each)
        renews.append((await term(house)).renews)
    assert renews == [True, False, False, True, True]
    names = [each.name for each in await about(house)]
    assert names == ["standing.unpaid", "standing.cancelled", "standing.resumed"]


@pytest.mark.parametrize("payment", [None, PaymentId(UUID(int=9))])
async def test_of_others_nothing_is_kept(house: House, payment: PaymentId | None) -> None:
    """Nor of another method."""
    await charged(house)
    async with house.store():
        told = RenewalChange(payment, Renewal.CANCELLED)
        assert not await house.facts.renewal("fake", told)
        mine = RenewalChange(ID, Renewal.CANCELLED)
        assert not await house.facts.renewal("another", mine)
    assert (await term(house)).renews


async def test_a_notice_may_say_it(house: House) -> None:
    """And one may be the charge."""
    now = house.clock.now()
    house.gateway.tells |= {
        b"paid 1": [Deposit(house.inflow(100, "c-1"), ID, Period(now + PERIOD, True))],
        b"off 1": [RenewalChange(ID, Renewal.CANCELLED)],
    }
    for raw in (b"paid 1", b"off 1"):
        await house.take("fake", raw, {"sign": "his"})
        assert await house.read() == 1
    assert await term(house) == Term(charge="c-1", until=now + PERIOD, renews=False)


async def test_a_feed_may_say_until_when(house: House) -> None:
    """The charge is the same as the one that was told."""
    now = house.clock.now()

    class Feed:
        name = method = "fake"
        every_seconds = 1.0

        async def page(self, position: str) -> Page:
            deposit = Deposit(house.inflow(100, "c-1"), ID, Period(now + PERIOD))
            return Page([deposit], "next", now, True)

    for _ in range(2):
        await house.read_feed(Feed())
    await charged(house)
    assert await house.holds(USER) == 100


async def test_it_is_called_off_with_him(house: House, provider: Renewer) -> None:
    """By the charge it began with; allowed again, the payer has to want it."""
    change = changer(house, provider)
    with pytest.raises(NotRenewable):
        await change(ONE, ANNA, renews=False)
    await charged(house)
    await charged(house, "c-2", first=False)
    await about(house)
    for _ in range(2):
        after = await change(ONE, ANNA, renews=False)
        assert after.term is not None
        assert not after.term.renews
    assert not (await change(ONE, ANNA, renews=True)).term.renews  # type: ignore[union-attr]
    assert provider.told == [("c-1", False), ("c-1", False), ("c-1", True)]
    assert [each.name for each in await about(house)] == ["standing.cancelled"]


async def test_in_doubt_nothing_is_changed(house: House, provider: Renewer) -> None:
    """It is asked for again."""
    await charged(house)
    provider.answers.append(ProviderUnclear("fake", "silence"))
    with pytest.raises(ProviderUnclear):
        await changer(house, provider)(ONE, ANNA, renews=False)
    assert (await term(house)).renews


async def test_with_whom_nothing_renews_itself_nothing_is_called_off(house: House) -> None:
    """Nor where no order can stand any more."""
    await charged(house)
    with pytest.raises(NotRenewable) as refused:
        await changer(house, Scripted())(ONE, ANNA, renews=False)
    assert str(ONE) in str(refused.value)
    with pytest.raises(MethodUnknown):
        await changer(house, Scripted(method="another"))(ONE, ANNA, renews=False)


async def test_who_ends_it_calls_it_off_first(house: House, provider: Renewer) -> None:
    """Else the payer would be charged on and on; in doubt it has not ended."""
    end = EndStanding(house.standings, house.store, changer(house, provider))
    await charged(house)
    provider.answers.append(ProviderUnclear("fake", "silence"))
    with pytest.raises(ProviderUnclear):
        await end(ONE, ANNA)
    assert not (await house.standings.get(ONE)).ended
    for _ in range(2):
        assert (await end(ONE, ANNA)).ended
    assert provider.told == [("c-1", False)]
    await charged(house, "c-2")
    assert [each.inflow.key for each in await house.drawer()] == ["c-2"]


async def test_what_has_lapsed_or_was_never_paid_just_ends(house: House) -> None:
    """There is nothing to call off."""
    end = EndStanding(house.standings, house.store, changer(house, Scripted()))
    await charged(house)
    house.clock.advance(hours=40 * 24)
    await LapseStandings(house.standings, house.book, house.store, house.clock)()
    assert (await end(ONE, ANNA)).ended


# Before anybody is charged.


def asks(**other: Any) -> Checkout:
    """Somebody is about to subscribe."""
    fields: dict[str, Any] = {"method": "fake", "payment": ID, "amount": usdt(100)}
    return Checkout(**{"id": "1", "payer": "7", **fields, **other})


async def test_who_may_subscribe(house: House) -> None:
    """To what stands, at its price, while nobody has."""
    assert await house.allow(asks()) is None
    assert await house.allow(asks(amount=usdt(99))) is Objection.OTHER_TERMS
    nobody = PaymentId(UUID(int=9))
    assert await house.allow(asks(payment=nobody)) is Objection.UNKNOWN
    await house.standings.add(wanted(house, id=StandingId(UUID(int=2)), amount=None))
    await house.standings.add(wanted(house, id=StandingId(UUID(int=3)), method="other"))
    for number in (2, 3):
        address = PaymentId(UUID(int=number))
        assert await house.allow(asks(payment=address)) is Objection.UNKNOWN
    await charged(house)
    assert await house.allow(asks()) is Objection.PAID
    await changed(house, Renewal.CANCELLED)
    assert await house.allow(asks()) is None
    await house.standings.put(evolve(await house.standings.get(ONE), ended=True))
    assert await house.allow(asks()) is Objection.CLOSED


def test_a_term_is_as_it_can_be_kept() -> None:
    """A name that is no name is refused."""
    now = House().clock.now()
    with pytest.raises(MalformedText):
        Term(charge="a\nb", until=now)


async def test_who_may_call_it_off(house: House, provider: Renewer) -> None:
    """The payer; another one only by the right to decide, and then it is in the trail."""
    await charged(house)
    change = changer(house, provider)
    with pytest.raises(NotAllowed):
        await change(ONE, Caller(name="user:2", role=Role.CUSTOMER, user=UserId(2)), renews=False)
    assert provider.told == []
    payer = (await house.standings.get(ONE)).payer
    await change(ONE, Caller(name=payer, role=Role.CUSTOMER, user=UserId(1)), renews=False)
    assert list(await house.trail.onward(9)) == []
    await change(ONE, ANNA, renews=True)
    (link,) = await house.trail.onward(9)
    assert link.audited.what == "standing.renewal_changed"
    assert dict(link.audited.facts) == {"renews": True}
