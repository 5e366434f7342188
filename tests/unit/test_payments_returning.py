"""What a rule sends back: at once, to whoever sent it, in the transaction in which it came."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta

import pytest
from attrs import evolve

from altyn.adapters.memory import MemoryRefunds, MemoryStore
from altyn.core.balances import Account
from altyn.core.errors import Unavailable
from altyn.core.money import TON, USDT, Asset, Money
from altyn.core.payments import (
    Case,
    Inflow,
    Origin,
    Refund,
    RefundStage,
    RefundState,
    Rules,
    Stage,
    State,
    Treatment,
)
from tests.unit.payments_house import USER, House, order, rubles, usdt
from tests.unit.staff import ANNA

Build = Callable[..., House]


@pytest.fixture
async def build() -> AsyncIterator[Build]:
    """Houses in which some cases go back; they are looked through when the story is over."""
    built: list[House] = []

    def one(*back: Case, others: Mapping[Case, Treatment] | None = None) -> House:
        built.append(House(Rules(dict.fromkeys(back, Treatment.RETURN) | dict(others or {}))))
        return built[-1]

    yield one
    for house in built:
        await house.sound()


def sent(house: House, units: int, key: str = "in-1", asset: Asset = USDT) -> Inflow:
    """So much came, and it is known from whom."""
    return evolve(house.inflow(units, key, asset), sender="somebody")


async def only(house: House, key: str) -> Refund:
    """The only refund of that arrival."""
    (refund,) = await house.refunds.of_arrival("fake", key)
    return refund


async def test_what_is_paid_twice_goes_back(build: Build) -> None:
    """It is set aside with what came, and the provider is asked afterwards."""
    house = build(Case.DOUBLE)
    payment = await house.open(order())
    lot = [sent(house, 1000), sent(house, 1000, "in-2")]
    payment = await house.comes(payment, *lot)
    refund = await only(house, "in-2")
    assert (refund.state, refund.origin, refund.amount) == (
        RefundState.DUE,
        Origin.DRAWER,
        usdt(1000),
    )
    assert (refund.payment, refund.payer, refund.by, refund.to) == (
        payment.id,
        "user:1",
        "rule",
        "",
    )
    assert refund.reason == "returned by rule: double"
    assert (refund.created_at, refund.check_at) == (house.clock.now(), house.clock.now())
    assert (payment.state, payment.credited, payment.returning) == (
        State.REFUNDING,
        usdt(1000),
        usdt(1000),
    )
    assert await house.drawer() == []
    assert (await house.holds(USER), await house.holds("returning:fake")) == (1000, 1000)
    assert "refund" not in house.gateway.calls
    assert await house.names() == [
        "payment.pending",
        "arrival.credited",
        "arrival.held",
        "refund.due",
        "payment.refunding",
    ]
    assert await house.poll_refunds() == 1
    payment = await house.payments.get(payment.id)
    assert (payment.state, payment.returned) == (State.OVERPAID, usdt(1000))
    assert await house.holds("clearing:fake") == -1000


async def test_it_is_told_again_and_goes_back_once(build: Build) -> None:
    """Before and after it is there; what it grows by goes back as well."""
    house = build(Case.DOUBLE)
    payment = await house.open(order())
    lot = [sent(house, 1000), sent(house, 1000, "in-2")]
    for _ in range(3):
        payment = await house.comes(payment, *lot)
        await house.poll_refunds()
    assert house.gateway.calls.count("refund") == 1
    lot[1] = sent(house, 1300, "in-2")
    payment = await house.comes(payment, *lot)
    await house.poll_refunds()
    assert (await only(house, "in-2+1")).amount == usdt(300)
    assert (await house.payments.get(payment.id)).returned == usdt(1300)


async def test_it_is_large_and_goes_back_all_the_same(build: Build) -> None:
    """Nobody has to agree with what the operator has ruled."""
    house = build(Case.DOUBLE)
    payment = await house.open(order(pays=10**12))
    await house.comes(payment, sent(house, 10**12), sent(house, 10**12, "in-2"))
    assert (await only(house, "in-2")).state is RefundState.DUE


async def test_nobody_knows_to_whom(build: Build) -> None:
    """Then it waits for a person, with the rule as the reason."""
    house = build(Case.DOUBLE, Case.UNMATCHED)
    payment = await house.open(order())
    payment = await house.comes(payment, house.inflow(1000), house.inflow(1000, "in-2"))
    async with house.store():
        await house.book.hold("fake", [house.inflow(7, "in-3")])
    assert [each.why_held for each in await house.drawer()] == [
        "held by rule: double",
        "nobody knows what it is for",
    ]
    assert payment.state is State.OVERPAID
    assert await house.poll_refunds() == 0


async def test_only_the_surplus_goes_back(build: Build) -> None:
    """What was missing is credited."""
    house = build(Case.OVER)
    payment = await house.comes(await house.open(order(gives=rubles(7))), sent(house, 1500))
    refund = await only(house, "in-1")
    assert (refund.amount, payment.credited, payment.returning) == (
        usdt(500),
        usdt(1000),
        usdt(500),
    )
    await house.poll_refunds()
    arrival = await house.arrivals.get("fake", "in-1")
    assert (arrival.credited, arrival.held, arrival.returned) == (usdt(1000), usdt(0), usdt(500))
    assert arrival.why_held == ""


@pytest.mark.parametrize("given_up", [State.EXPIRED, State.CANCELLED, State.FAILED, State.PENDING])
async def test_what_comes_late_goes_back(build: Build, given_up: State) -> None:
    """Whatever had become of the payment: it is refunding at once, and refunded in the end."""
    house = build(Case.LATE)
    payment = await house.open(order())
    if given_up is State.CANCELLED:
        payment = await house.cancel(payment.id, ANNA, "changed their mind")
    stages = {State.EXPIRED: Stage.EXPIRED, State.FAILED: Stage.FAILED}
    payment = await house.comes(payment, stage=stages.get(given_up, Stage.OPEN))
    assert payment.state is given_up
    house.clock.moment = payment.expires_at + timedelta(seconds=1)
    payment = await house.comes(payment, sent(house, 1000))
    assert (payment.state, payment.credited) == (State.REFUNDING, usdt(0))
    await house.poll_refunds()
    payment = await house.payments.get(payment.id)
    assert (payment.state, payment.came, payment.returned) == (
        State.REFUNDED,
        usdt(1000),
        usdt(1000),
    )
    assert (await house.names())[-1] == "payment.refunded"


async def test_less_goes_back_while_the_rest_is_awaited(build: Build) -> None:
    """It has come all the same, so the rest is all that is missing; nothing of it is twice."""
    house = build(Case.UNDER)
    payment = await house.comes(await house.open(order()), sent(house, 400))
    assert payment.state is State.REFUNDING
    payment = await house.comes(payment, sent(house, 400), sent(house, 600, "in-2"))
    assert (payment.state, payment.came, payment.credited) == (
        State.REFUNDING,
        usdt(1000),
        usdt(600),
    )
    await house.poll_refunds()
    payment = await house.payments.get(payment.id)
    assert (payment.state, payment.returned) == (State.SETTLED, usdt(400))


async def test_less_from_nobody_waits_until_the_whole_is_here(build: Build) -> None:
    """As though the rule said so."""
    house = build(Case.UNDER)
    payment = await house.comes(await house.open(order()), house.inflow(400))
    assert (payment.state, len(await house.drawer())) == (State.CONFIRMING, 1)
    payment = await house.comes(payment, house.inflow(400), sent(house, 600, "in-2"))
    assert (payment.state, payment.credited) == (State.SETTLED, usdt(1000))


@pytest.mark.parametrize("units", [1, 10**17])
async def test_another_asset_goes_back(build: Build, units: int) -> None:
    """The payment had never counted it, and waits on."""
    house = build(Case.WRONG_ASSET)
    payment = await house.open(order())
    after = await house.comes(payment, sent(house, units, asset=TON))
    assert (after.state, after.came, after.returning) == (State.PENDING, usdt(0), usdt(0))
    refund = await only(house, "in-1")
    assert (refund.amount, refund.payment) == (Money(units, TON), payment.id)
    await house.poll_refunds()
    assert await house.holds("clearing:fake", TON) == 0
    assert await house.payments.get(payment.id) == after


async def test_what_nobody_expected_goes_back(build: Build) -> None:
    """Also what it grows by."""
    house = build(Case.UNMATCHED)
    for units in (500, 500, 700):
        async with house.store():
            await house.book.hold("fake", [sent(house, units)])
    assert await house.poll_refunds() == 2
    assert [(await only(house, key)).amount.units for key in ("in-1", "in-1+1")] == [500, 200]
    assert (await only(house, "in-1")).payer == ""
    assert await house.holds("clearing:fake") == 0


async def test_what_the_target_cannot_take_does_not_go_back(build: Build) -> None:
    """No rule says what is done with that: a person sees it."""
    house = build(Case.OVER)
    await house.ledger.open(Account(USER, USDT, ceiling_units=999))
    payment = await house.comes(await house.open(order()), sent(house, 1500))
    (waits,) = await house.drawer()
    assert (waits.held, payment.state) == (usdt(1500), State.OVERPAID)
    assert await house.refunds.of_arrival("fake", "in-1") == []


async def test_what_goes_by_the_rule_of_its_method() -> None:
    """Others hold it."""
    own = {"fake": {Case.DOUBLE: Treatment.RETURN}}
    for of_method, state in ((own, State.REFUNDING), ({"other": own["fake"]}, State.OVERPAID)):
        house = House(Rules({Case.DOUBLE: Treatment.HOLD}, of_method))
        payment = await house.open(order())
        payment = await house.comes(payment, sent(house, 1000), sent(house, 1000, "in-2"))
        assert payment.state is state
        await house.sound()


async def test_what_did_not_go_back_waits(build: Build) -> None:
    """No rule tries again; a person may."""
    house = build(Case.DOUBLE)
    payment = await house.open(order())
    lot = [sent(house, 1000), sent(house, 1000, "in-2")]
    await house.comes(payment, *lot)
    house.gateway.refunds.append(RefundStage.FAILED)
    await house.poll_refunds()
    (waits,) = await house.drawer()
    assert waits.why_held == "not refunded: he says that it failed"
    payment = await house.comes(payment, *lot)
    assert (payment.state, payment.returning) == (State.OVERPAID, usdt(0))
    await house.credit("fake", "in-2", by=ANNA)
    assert await house.holds(USER) == 2000


class Unwritable(Unavailable):
    """The place for refunds cannot be written."""


class NoPlace(MemoryRefunds):
    """Refunds that cannot be kept."""

    async def add(self, refund: Refund) -> Refund:
        """As the port says."""
        raise Unwritable


async def test_it_comes_and_goes_in_one_transaction(build: Build) -> None:
    """What cannot be set aside did not come either, and is booked when it is told again."""
    house = build(Case.DOUBLE)
    payment = await house.open(order())
    payment = await house.comes(payment, sent(house, 1000))
    lot = [sent(house, 1000), sent(house, 1000, "in-2")]
    there, broken = house.check, evolve(house.book, refunds=NoPlace(MemoryStore()))
    house.check = evolve(there, cashbook=broken)
    with pytest.raises(Unwritable):
        await house.comes(payment, *lot)
    assert [each.inflow.key for each in await house.arrivals.of(payment.id)] == ["in-1"]
    assert await house.holds("clearing:fake") == -1000
    house.check = there
    payment = await house.comes(payment, *lot)
    assert payment.state is State.REFUNDING
