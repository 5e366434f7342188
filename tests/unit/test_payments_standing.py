"""Standing orders: whoever pays under one is credited each time, once for each time."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from attrs import define, evolve, field

from altyn.adapters.memory import MemoryPayments
from altyn.core.balances import AccountName, MalformedText, account_name
from altyn.core.clock import ZoneMissing
from altyn.core.errors import AltynError
from altyn.core.identity import Caller, NotAllowed, Role, UserId
from altyn.core.money import TON, USDT, AssetsMixed, Money, NotPositive
from altyn.core.payments import (
    Case,
    ChangeRenewal,
    Deposit,
    EndStanding,
    Goods,
    Invoice,
    MethodForbidden,
    MethodUnknown,
    OpenStanding,
    Page,
    Payment,
    PaymentId,
    Place,
    ProviderRefused,
    ProviderUnclear,
    Route,
    Routes,
    Rules,
    Sale,
    StandingGateways,
    StandingId,
    StandingMissing,
    StandingOrder,
    StandingReused,
    State,
    Treatment,
)
from tests.unit.payments_house import USER, House, order, usdt, wish
from tests.unit.staff import ANNA

ONE = StandingId(UUID(int=1))
TWO = StandingId(UUID(int=2))
DOUBT = ProviderUnclear("fake", "silence")


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A house that is looked through when the story is over."""
    house = House(Rules({Case.LATE: Treatment.HOLD}))
    yield house
    await house.sound()


@define
class Scripted:
    """A provider who tells how to pay, unless he was told to say something else."""

    answers: list[AltynError] = field(factory=list)
    asked: int = 0
    method: str = "fake"
    meanwhile: Callable[[], Awaitable[object]] | None = None
    """What happens while he is asked for the first time."""

    async def stand(self, standing: StandingOrder) -> Invoice:
        """As the port says."""
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            await happens()
        self.asked += 1
        if self.answers:
            raise self.answers.pop(0)
        return Invoice(provider_id=f"s-{self.asked}", link="address")


def wanted(house: House, **other: Any) -> StandingOrder:
    """Somebody wants to pay again and again."""
    fields = {
        "id": ONE,
        "payer": "user:1",
        "target": USER,
        "method": "fake",
        "asset": USDT,
        "created_at": house.clock.now(),
        **other,
    }
    return StandingOrder(**fields)


def opener(house: House, provider: Scripted, route: Route | None = None) -> OpenStanding:
    """The use case over what the house keeps."""
    routes = Routes({} if route is None else {provider.method: route})
    gateways = StandingGateways({provider.method: provider})
    return OpenStanding(house.standings, gateways, house.store, house.clock, routes)


def renewal(house: House, provider: Any = None) -> ChangeRenewal:
    """The use case, with a provider with whom nothing renews itself or that one."""
    gateways = StandingGateways({"fake": provider or Scripted()})
    return ChangeRenewal(
        house.standings, house.arrivals, gateways, house.book, house.store, house.audit
    )


@pytest.fixture
async def standing(house: House) -> StandingOrder:
    """An order that stands."""
    return await opener(house, Scripted())(wanted(house))


# What is agreed.


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"target": AccountName("nobody")}, MalformedText),
        ({"target": account_name("clearing:fake")}, MalformedText),
        ({"method": "Fake"}, MalformedText),
        ({"payer": "x" * 129}, MalformedText),
        ({"reference": "a\nb"}, MalformedText),
        ({"amount": usdt(0)}, NotPositive),
        ({"amount": Money(1, TON)}, AssetsMixed),
    ],
    ids=str,
)
def test_an_order_that_cannot_stand_is_refused(
    wrong: dict[str, Any], error: type[Exception]
) -> None:
    """Before anything is written."""
    with pytest.raises(error):
        wanted(House(), **wrong)
    with pytest.raises(ZoneMissing):
        wanted(House(), created_at=House().clock.now().replace(tzinfo=None))


async def test_a_route_is_kept_to(house: House) -> None:
    """Nothing is written of what it forbids; what stood before it was changed stands."""
    strict = Route(forbidden=frozenset({(Goods.DIGITAL, Place.TELEGRAM)}))
    provider = Scripted()
    with pytest.raises(MethodForbidden):
        await opener(house, provider, strict)(wanted(house))
    assert provider.asked == 0
    with pytest.raises(StandingMissing):
        await house.standings.get(ONE)
    stands = await opener(house, provider)(wanted(house))
    assert await opener(house, provider, strict)(wanted(house)) == stands
    mugs = Sale(goods=Goods.PHYSICAL, country="DE")
    with pytest.raises(StandingReused):
        await opener(house, provider, strict)(wanted(house, sale=mugs))
    other = await opener(house, provider, strict)(wanted(house, id=TWO, sale=mugs))
    assert other.order(house.inflow(5)).sale == mugs


async def test_one_is_told_how_to_pay(house: House) -> None:
    """Once; the same again is answered by the same, whenever it is asked for."""
    provider = Scripted()
    opened = opener(house, provider)
    first = await opened(wanted(house))
    assert (first.provider_id, first.link, first.ended) == ("s-1", "address", False)
    house.clock.advance(hours=1)
    assert await opened(wanted(house)) == first
    assert await house.standings.get(ONE) == first
    assert provider.asked == 1


@pytest.mark.parametrize("answer", [DOUBT, ProviderRefused("fake", "no")])
async def test_who_was_not_told_asks_again(house: House, answer: AltynError) -> None:
    """The order is written down, and there is never a second."""
    provider = Scripted([answer])
    opened = opener(house, provider)
    with pytest.raises(type(answer)):
        await opened(wanted(house))
    assert (await house.standings.get(ONE)).link == ""
    assert (await opened(wanted(house))).provider_id == "s-2"


async def test_of_two_who_ask_the_first_answer_counts(house: House) -> None:
    """Both pay at one place."""
    provider = Scripted()
    opened = opener(house, provider)
    provider.meanwhile = lambda: opened(wanted(house))
    assert (await opened(wanted(house))).provider_id == "s-1"
    assert (await house.standings.get(ONE)).provider_id == "s-1"
    assert provider.asked == 2


@pytest.mark.parametrize(
    "other",
    [
        {"payer": "user:2"},
        {"target": account_name("user:2")},
        {"asset": TON},
        {"amount": usdt(5)},
        {"reference": "order:7"},
    ],
    ids=str,
)
async def test_an_id_has_one_order(
    house: House, standing: StandingOrder, other: dict[str, Any]
) -> None:
    """Another one is refused, and leaves nothing behind."""
    with pytest.raises(StandingReused):
        await opener(house, Scripted())(wanted(house, **other))
    assert await house.standings.get(ONE) == standing


async def test_no_order_stands_with_everybody(house: House) -> None:
    """Nothing is written then."""
    with pytest.raises(MethodUnknown):
        await opener(house, Scripted())(wanted(house, method="cash"))
    with pytest.raises(StandingMissing):
        await house.standings.get(ONE)


# What comes under it.


async def come(house: House, *keys: str, units: int = 1000, method: str = "fake") -> int:
    """That came, as a feed would tell it; answers how much of it fitted."""
    deposits = [Deposit(house.inflow(units, key), PaymentId(ONE)) for key in keys]
    async with house.store():
        fitted = [await house.facts.all(method, each.payment, [each.inflow]) for each in deposits]
    return sum(fitted)


async def payments(house: House) -> list[Payment]:
    """What came of it."""
    return list(await house.payments.of("user:1", 99))


async def test_each_time_is_a_payment_of_its_own(house: House, standing: StandingOrder) -> None:
    """Settled at once; told again it is the same one."""
    assert standing.amount is None
    for _ in range(3):
        assert await come(house, "a", "b") == 2
        house.clock.advance(hours=30)
    lot = await payments(house)
    assert [each.state for each in lot] == [State.SETTLED] * 2
    assert {each.order.target for each in lot} == {USER}
    assert len({each.id for each in lot}) == 2
    assert (await house.holds(USER), await house.holds("clearing:fake")) == (2000, -2000)
    assert (await house.names()).count("payment.settled") == 2


async def test_what_grows_is_credited_for_what_it_grew_by(
    house: House, standing: StandingOrder
) -> None:
    """It is one payment."""
    assert standing.asset == USDT
    await come(house, "a")
    await come(house, "a", units=1500)
    (payment,) = await payments(house)
    assert (payment.state, payment.came) == (State.OVERPAID, usdt(1500))
    assert await house.holds(USER) == 1500


class Overtaken(MemoryPayments):
    """Payments of which one is changed by somebody right after it was answered."""

    async def add(self, payment: Payment) -> Payment:
        """As the port says."""
        known = await super().add(payment)
        await super().put(evolve(known, checks=known.checks + 7), was=known.state)
        return known


async def test_what_becomes_of_it_meanwhile_is_not_forgotten(
    house: House, standing: StandingOrder
) -> None:
    """It is told again while somebody else is at it."""
    assert not standing.ended
    house.payments = Overtaken(house.store)
    house.facts = evolve(house.facts, payments=house.payments)
    for turn in (1, 2):
        await come(house, "a")
        (payment,) = await payments(house)
        assert payment.checks == 7 * turn


@pytest.mark.parametrize("hours", [-9, 0, 9])
async def test_nothing_under_it_is_late(house: House, standing: StandingOrder, hours: int) -> None:
    """Also when it is dated long ago, or after us."""
    assert not standing.ended
    inflow = evolve(house.inflow(1000), at=house.clock.now() + timedelta(hours=hours))
    async with house.store():
        assert await house.facts.all("fake", PaymentId(ONE), [inflow]) == 1
    (arrival,) = await house.arrivals.of((await payments(house))[0].id)
    assert arrival.case is Case.EXACT


async def test_what_does_not_fit_waits(house: House, standing: StandingOrder) -> None:
    """Another asset, another way, another order, or after its end."""
    assert standing.asset == USDT
    async with house.store():
        assert await house.facts.all("fake", PaymentId(ONE), [house.inflow(5, "a", TON)]) == 0
        other = PaymentId(UUID(int=2))
        assert await house.facts.all("fake", other, [house.inflow(5, "c")]) == 0
        assert await house.facts.all("fake", None, [house.inflow(5, "d")]) == 0
    assert await come(house, "b", method="cash") == 0
    ended = await EndStanding(house.standings, house.store, renewal(house))(ONE, ANNA)
    assert ended == evolve(standing, ended=True) == await house.standings.get(ONE)
    assert await come(house, "e") == 0
    assert len(await house.drawer()) == 5
    assert await payments(house) == []


async def test_what_had_come_before_its_end_is_not_there_twice(
    house: House, standing: StandingOrder
) -> None:
    """It is told again afterwards; what it grew by waits."""
    assert not standing.ended
    await come(house, "a")
    for _ in range(2):
        await EndStanding(house.standings, house.store, renewal(house))(ONE, ANNA)
    assert await come(house, "a") == 0
    assert await house.drawer() == []
    assert await come(house, "a", units=1200) == 0
    assert [each.held for each in await house.drawer()] == [usdt(200)]


async def test_what_never_stood_does_not_end(house: House) -> None:
    """It has to be known."""
    with pytest.raises(StandingMissing):
        await EndStanding(house.standings, house.store, renewal(house))(ONE, ANNA)


async def test_what_came_under_it_goes_back(house: House, standing: StandingOrder) -> None:
    """As anything that came; and the next is credited as before."""
    assert not standing.ended
    await come(house, "a")
    await house.carry_out((await house.ask_back(wish(key="a"))).id)
    await come(house, "a", "b")
    states = {each.state for each in await payments(house)}
    assert states == {State.REFUNDED, State.SETTLED}
    assert await house.holds(USER) == 1000


# By whom it is told.


async def test_it_is_told_by_a_notice(house: House, standing: StandingOrder) -> None:
    """Of the order; he is asked what came under it, and says it as often as he likes."""
    assert standing.id == ONE
    for n, keys in enumerate((("a",), ("a", "b")), start=1):
        await house.take("fake", f"n-{n} 1".encode(), {"sign": "his"})
        house.gateway.finds.append([house.inflow(1000, key) for key in keys])
        await house.read()
    assert [each.state for each in await payments(house)] == [State.SETTLED] * 2
    assert await house.drawer() == []


async def test_it_is_told_by_a_notice_that_proves_it(house: House, standing: StandingOrder) -> None:
    """Nobody is asked."""
    assert standing.id == ONE
    house.gateway.tells[b"n-1 1"] = [Deposit(house.inflow(1000, "a"), PaymentId(ONE))]
    await house.take("fake", b"n-1 1", {"sign": "his"})
    await house.read()
    assert [each.state for each in await payments(house)] == [State.SETTLED]
    assert house.gateway.calls == []


async def test_it_is_told_by_a_feed_and_again_by_a_notice(
    house: House, standing: StandingOrder
) -> None:
    """It came once."""
    assert standing.id == ONE
    deposit = Deposit(house.inflow(1000, "a"), PaymentId(ONE))

    @define
    class Tape:
        """A feed of one page."""

        name: str = "tape"
        method: str = "fake"
        every_seconds: float = 1.0

        async def page(self, position: str) -> Page:
            """As the port says."""
            return Page([deposit], "end", None, last=True)

    for _ in range(2):
        assert await house.read_feed(Tape()) == 1
    house.gateway.tells[b"n-1 1"] = [deposit]
    await house.take("fake", b"n-1 1", {"sign": "his"})
    await house.read()
    assert [each.came for each in await payments(house)] == [usdt(1000)]
    assert await house.holds(USER) == 1000


async def test_what_came_by_another_method_is_not_for_the_payment(house: House) -> None:
    """Though it names it, and the payment stays as it was; a promise of money is not money."""
    payment = await house.open(order(1))
    async with house.store():
        assert await house.facts.all("cash", payment.id, [house.inflow(5, "a")]) == 0
    assert await house.payments.get(payment.id) == payment
    assert [each.method for each in await house.drawer()] == ["cash"]


async def test_who_may_end_it(house: House, standing: StandingOrder) -> None:
    """The payer, without a trace here; another one only by the right to decide, in the trail."""
    payer = Caller(name="user:1", role=Role.CUSTOMER, user=UserId(1))
    assert payer.owns(standing.payer)
    end = EndStanding(house.standings, house.store, renewal(house))
    with pytest.raises(NotAllowed):
        await end(ONE, Caller(name="user:2", role=Role.CUSTOMER, user=UserId(2)))
    assert not (await house.standings.get(ONE)).ended
    for by in (ANNA, ANNA, payer):
        assert (await end(ONE, by)).ended
    deeds = [(each.audited.what, each.audited.about) for each in await house.trail.onward(9)]
    assert deeds == [("standing.ended", f"standing:{ONE}")]


async def test_the_payer_ends_it_without_a_trace(house: House, standing: StandingOrder) -> None:
    """What customers do is in the books, and not in the trail."""
    payer = Caller(name=standing.payer, role=Role.CUSTOMER, user=UserId(1))
    assert (await EndStanding(house.standings, house.store, renewal(house))(ONE, payer)).ended
    assert list(await house.trail.onward(9)) == []
