"""Asking for money back: it is set aside at once, from whose it is, or nothing happens."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve

from altyn.core.balances import (
    Account,
    InsufficientFunds,
    Move,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.money import RUB, TON, USD, USDT, XTR, Asset, AssetsMixed, Money, NotPositive
from altyn.core.payments import (
    ArrivalMissing,
    Case,
    MethodUnknown,
    NotReturnable,
    Origin,
    OwnApproval,
    Payment,
    RefundMissing,
    RefundMoved,
    RefundReused,
    RefundStage,
    RefundState,
    Returning,
    Rules,
    Stage,
    State,
    TooMuchBack,
    Treatment,
)
from altyn.core.payments.refunding import Approvals
from tests.unit.payments_house import USER, House, Overtaken, order, rubles, usdt, wish
from tests.unit.staff import ANNA, BORIS, CLARA

HELD = Rules(dict.fromkeys((Case.OVER, Case.DOUBLE), Treatment.HOLD))
SHOP = account_name("income:shop")
BOB = account_name("user:bob")


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A house in which too much is held; it is looked through when the story is over."""
    house = House(HELD)
    yield house
    await house.sound()


async def paid(house: House, *units: int, gives: Money | None = None) -> Payment:
    """A payment over 1000, for which that came."""
    payment = await house.open(order(gives=gives))
    came = [house.inflow(each, f"in-{n}") for n, each in enumerate(units or (1000,), start=1)]
    payment = await house.comes(payment, *came)
    await house.told()
    return payment


def bought(amount: Money) -> Transfer:
    """Somebody spends a part of it."""
    return Transfer(
        id=TransferId(UUID(int=1)), source=USER, target=SHOP, amount=amount, kind="purchase"
    )


async def stray(house: House, units: int = 500) -> None:
    """Something came that nobody expected."""
    async with house.store():
        await house.book.hold("fake", [house.inflow(units)])
    await house.told()


async def test_what_was_credited_goes_back(house: House) -> None:
    """At once it is nobody's any more; when it is there, the provider has taken nothing for us."""
    payment = await paid(house)
    refund = await house.ask_back(wish())
    assert (refund.state, refund.origin, refund.amount) == (
        RefundState.DUE,
        Origin.TARGET,
        usdt(1000),
    )
    assert (refund.payment, refund.payer, refund.by) == (payment.id, "user:1", "anna")
    assert (refund.created_at, refund.check_at) == (house.clock.now(), house.clock.now())
    assert await house.refunds.get(refund.id) == refund
    assert house.gateway.calls.count("refund") == 0
    assert (await house.holds(USER), await house.holds("returning:fake")) == (0, 1000)
    back = await house.payments.get(payment.id)
    assert (back.state, back.came, back.credited) == (State.REFUNDING, usdt(1000), usdt(0))
    assert (back.returning, back.returned) == (usdt(1000), usdt(0))
    assert await house.names() == ["refund.due", "payment.refunding"]

    done = await house.carry_out(refund.id)
    assert (done.state, done.check_at) == (RefundState.DONE, None)
    assert (await house.holds("clearing:fake"), await house.holds("returning:fake")) == (0, 0)
    back = await house.payments.get(payment.id)
    assert (back.state, back.returning, back.returned) == (State.REFUNDED, usdt(0), usdt(1000))
    assert (await house.arrivals.get("fake", "in-1")).returned == usdt(1000)
    assert await house.names() == ["refund.done", "payment.refunded"]


async def test_nothing_moves_under_an_id_that_is_somebody_elses(house: House) -> None:
    """Should two wish for different things under one id at the same moment, one is told so."""
    async with house.store():
        await house.book.hold("fake", [house.inflow(500), house.inflow(500, key="in-2")])
    mine = await house.ask_back(wish())
    other = await house.arrivals.get("fake", "in-2")
    with pytest.raises(RefundReused):
        async with house.store():
            await house.book.send_back(None, other, evolve(mine, key="in-2"))
    assert await house.arrivals.get("fake", "in-2") == other
    assert await house.holds("returning:fake") == 500


async def test_it_is_told_what_goes_back_and_who_said_so(house: House) -> None:
    """With everything that the other end needs to know."""
    payment = await paid(house)
    await house.ask_back(wish(units=400))
    event, _ = await house.told()
    assert dict(event.facts) == {
        "refund": str(UUID(int=1)),
        "payment": str(payment.id),
        "payer": "user:1",
        "method": "fake",
        "key": "in-1",
        "amount": "0.000400 USDT",
        "by": "anna",
        "approved_by": "",
        "told": "",
    }


async def test_a_part_goes_back(house: House) -> None:
    """The rest stays where it is, and the payment is what it was before."""
    payment = await paid(house)
    refund = await house.ask_back(wish(units=400))
    assert await house.holds(USER) == 600
    await house.carry_out(refund.id)
    after = await house.payments.get(payment.id)
    assert (after.state, after.returned, after.credited) == (State.SETTLED, usdt(400), usdt(600))
    assert await house.names() == [
        "refund.due",
        "payment.refunding",
        "refund.done",
        "payment.settled",
    ]


async def test_what_waits_goes_back_first(house: House) -> None:
    """It is nobody's, so nobody is asked for it; what was credited stays."""
    payment = await paid(house, 1500)
    refund = await house.ask_back(wish())
    assert (refund.origin, refund.amount) == (Origin.DRAWER, usdt(500))
    assert (await house.holds(USER), await house.holds("suspense:unmatched")) == (1000, 0)
    assert await house.drawer() == []
    assert (await house.payments.get(payment.id)).credited == usdt(1000)
    await house.carry_out(refund.id)
    after = await house.payments.get(payment.id)
    assert (after.state, after.returned) == (State.OVERPAID, usdt(500))


async def test_what_nobody_expected_goes_back(house: House) -> None:
    """There is no payment, and nobody had been asked for it."""
    await stray(house)
    refund = await house.ask_back(wish(to="address"))
    assert (refund.payment, refund.payer, refund.to) == (None, "", "address")
    await house.carry_out(refund.id)
    assert await house.holds("clearing:fake") == 0
    assert await house.names() == ["refund.due", "refund.done"]


async def test_another_asset_goes_back(house: House) -> None:
    """Its payment had never counted it."""
    payment = await house.comes(await house.open(order()), house.inflow(500, asset=TON))
    refund = await house.ask_back(wish())
    assert (refund.amount, refund.payer) == (Money(500, TON), "user:1")
    assert await house.payments.get(payment.id) == payment
    await house.carry_out(refund.id)
    assert await house.payments.get(payment.id) == payment
    assert await house.holds("clearing:fake", TON) == 0


async def test_what_somebody_was_given_goes_back(house: House) -> None:
    """It is taken from them, and is theirs again when it did not arrive."""
    await stray(house)
    await house.give("fake", "in-1", BOB, by=ANNA)
    refund = await house.ask_back(wish(units=400))
    assert (refund.origin, await house.holds(BOB)) == (Origin.TARGET, 100)
    house.gateway.refunds.append(RefundStage.FAILED)
    await house.carry_out(refund.id)
    assert await house.holds(BOB) == 500
    again = await house.ask_back(wish(2))
    await house.carry_out(again.id)
    assert (await house.holds(BOB), await house.holds("clearing:fake")) == (0, 0)


async def test_what_was_given_to_somebody_else_is_moved_by_hand(house: House) -> None:
    """Of one arrival two have a part: nobody knows from whom to take it."""
    await paid(house, 1500)
    await house.give("fake", "in-1", BOB, by=ANNA)
    with pytest.raises(NotReturnable, match="it was given to user:bob"):
        await house.ask_back(wish())
    assert await house.holds(BOB) == 500


async def test_what_nobody_has_does_not_go_back() -> None:
    """Whatever the books say of it: nobody is asked for it, and nothing is written."""
    house = House()
    await stray(house)
    (arrival,) = await house.drawer()
    await house.arrivals.put(arrival.all_credited(), was=arrival)
    with pytest.raises(NotReturnable, match="nobody has it"):
        await house.ask_back(wish())
    assert await house.refunds.of_arrival("fake", "in-1") == []


# At a rate.


async def test_what_was_exchanged_goes_back_as_it_came(house: House) -> None:
    """The target gives back what it was given, and the parts of a rate sum to the whole."""
    await paid(house, 333, 334, 333, gives=rubles(7))
    asset = rubles(1).asset
    assert await house.holds(USER, asset) == 7
    left = []
    for number, key in enumerate(("in-2", "in-1", "in-3"), start=1):
        refund = await house.ask_back(wish(number, key))
        await house.carry_out(refund.id)
        left.append(await house.holds(USER, asset))
        await house.sound()
    assert left == [4, 2, 0]
    assert await house.holds("exchange:fake") == await house.holds("exchange:fake", asset) == 0


async def test_what_was_worth_nothing_is_taken_from_nobody(house: House) -> None:
    """Less than the smallest unit had been given for it."""
    payment = await paid(house, 250, 250, gives=rubles(2))
    asset = rubles(1).asset
    assert await house.holds(USER, asset) == 1
    refund = await house.ask_back(wish(units=100))
    assert await house.holds(USER, asset) == 0
    other = await house.ask_back(wish(2, "in-2", units=150))
    assert await house.holds(USER, asset) == 0
    house.gateway.refunds.extend([RefundStage.FAILED, RefundStage.FAILED])
    await house.carry_out(refund.id)
    await house.sound()
    await house.carry_out(other.id)
    assert await house.holds(USER, asset) == 1
    assert (await house.payments.get(payment.id)).credited == usdt(500)


async def test_at_a_rate_it_goes_back_and_forth(house: House) -> None:
    """More comes meanwhile and the refund fails: in the end all of it is worth the whole."""
    payment = await paid(house, 400, gives=rubles(7))
    refund = await house.ask_back(wish(units=399))
    parts = [house.inflow(400), house.inflow(600, "in-2")]
    await house.comes(payment, *parts)
    assert await house.holds(USER, rubles(1).asset) == 601 * 7 // 1000
    await house.sound()
    house.gateway.refunds.append(RefundStage.FAILED)
    await house.carry_out(refund.id)
    assert await house.holds(USER, rubles(1).asset) == 7
    after = await house.payments.get(payment.id)
    assert (after.state, after.credited) == (State.SETTLED, usdt(1000))


# What cannot be.


async def test_a_method_gives_back_as_much_as_it_can(house: House) -> None:
    """Nothing, or the whole, or a part; it is refused before anything is written."""
    payment = await paid(house)
    house.gateway.returning = Returning.NEVER
    with pytest.raises(NotReturnable, match="nothing can be given back"):
        await house.ask_back(wish())
    house.gateway.returning = Returning.WHOLE
    with pytest.raises(NotReturnable, match=r"only the whole of 0\.001000 USDT"):
        await house.ask_back(wish(units=999))
    assert await house.payments.get(payment.id) == payment
    assert await house.refunds.of_arrival("fake", "in-1") == []
    assert (await house.ask_back(wish(units=1000))).amount == usdt(1000)


async def test_the_whole_is_all_that_came_at_once(house: House) -> None:
    """Not all that is left of it: a part of one is not given back alone."""
    await paid(house, 1500)
    house.gateway.returning = Returning.WHOLE
    with pytest.raises(NotReturnable):
        await house.ask_back(wish())
    await house.credit("fake", "in-1", by=ANNA)
    refund = await house.ask_back(wish())
    assert (refund.origin, refund.amount) == (Origin.TARGET, usdt(1500))


async def test_what_came_goes_back_once(house: House) -> None:
    """Also in parts; unless it failed, or somebody declined."""
    await paid(house, 600, 400)
    refund = await house.ask_back(wish(units=100))
    for state in (RefundState.DUE, RefundState.DONE):
        assert (await house.refunds.get(refund.id)).state is state
        with pytest.raises(NotReturnable, match="that works once"):
            await house.ask_back(wish(9, units=100))
        await house.carry_out(refund.id)
    second = await house.ask_back(wish(2, "in-2"))
    house.gateway.refunds.append(RefundStage.FAILED)
    await house.carry_out(second.id)
    third = await house.ask_back(wish(3, "in-2"))
    assert third.amount == usdt(400)
    of_both = await house.refunds.of_arrival("fake", "in-2")
    assert [each.state for each in of_both] == [RefundState.FAILED, RefundState.DUE]


@pytest.mark.parametrize(
    ("amount", "error"),
    [
        (usdt(1001), TooMuchBack),
        (usdt(0), NotPositive),
        (usdt(-1), NotPositive),
        (Money(1, TON), AssetsMixed),
    ],
)
async def test_there_has_to_be_so_much(house: House, amount: Money, error: type[Exception]) -> None:
    """More than came, nothing, or another asset cannot go back."""
    payment = await paid(house)
    with pytest.raises(error):
        await house.ask_back(wish(amount=amount))
    assert await house.payments.get(payment.id) == payment
    assert await house.names() == []


@pytest.mark.parametrize("gives", [None, rubles(90)])
async def test_what_was_spent_does_not_go_back(house: House, gives: Money | None) -> None:
    """Nothing is written: neither a refund nor a part of one, nor is anybody told."""
    payment = await paid(house, gives=gives)
    coin = Money(1, payment.order.quote.gives.asset)
    await house.ledger.open(Account(SHOP, coin.asset))
    spent = bought(coin)
    await house.ledger.carry_out([Move((spent,))])
    accounts, arrival = await house.ledger.accounts(), await house.arrivals.get("fake", "in-1")
    with pytest.raises(InsufficientFunds):
        await house.ask_back(wish())
    assert await house.ledger.accounts() == accounts
    assert await house.arrivals.get("fake", "in-1") == arrival
    assert await house.payments.get(payment.id) == payment
    assert await house.names() == []
    with pytest.raises(RefundMissing):
        await house.refunds.get(wish().id)
    again = evolve(spent, id=TransferId(UUID(int=2)), source=SHOP, target=USER)
    await house.ledger.carry_out([Move((again,))])
    assert (await house.ask_back(wish())).state is RefundState.DUE


async def test_only_what_came_goes_back(house: House) -> None:
    """By a way that there is."""
    await paid(house)
    with pytest.raises(ArrivalMissing):
        await house.ask_back(wish(key="in-9"))
    with pytest.raises(MethodUnknown):
        await house.ask_back(wish(method="other"))


# The id.


async def test_the_same_wish_is_the_same_refund(house: House) -> None:
    """As it is by then; whether the amount is named or not."""
    await paid(house)
    refund = await house.ask_back(wish())
    assert await house.ask_back(wish()) == refund
    assert await house.ask_back(wish(units=1000)) == refund
    done = await house.carry_out(refund.id)
    assert await house.ask_back(wish()) == done
    assert house.gateway.calls.count("refund") == 1


@pytest.mark.parametrize(
    "other",
    [
        {"units": 999},
        {"key": "in-2"},
        {"method": "cash"},
        {"to": "elsewhere"},
        {"reason": "another"},
        {"by": BORIS},
    ],
    ids=str,
)
async def test_an_id_has_one_wish(house: House, other: dict[str, Any]) -> None:
    """Another one is refused, and leaves nothing behind."""
    await paid(house, 600, 400)
    await house.ask_back(wish())
    with pytest.raises(RefundReused):
        await house.ask_back(wish(**other))
    assert await house.holds("returning:fake") == 600


async def test_two_who_wish_at_once_get_one_refund(house: House) -> None:
    """The second finds what the first has written, though he had looked before."""
    await paid(house, 600, 400)
    refunds = Overtaken(house.refunds, lambda: house.ask_back(wish()))
    second = await evolve(house.ask_back, refunds=refunds)(wish())
    assert second == await house.refunds.get(wish().id)
    assert await house.holds("returning:fake") == 600
    for other, error in ((wish(2, "in-2", units=1), RefundReused), (wish(3), NotReturnable)):
        refunds = Overtaken(house.refunds, lambda: house.ask_back(wish(2, "in-2")))
        with pytest.raises(error):
            await evolve(house.ask_back, refunds=refunds)(other)
    assert await house.holds("returning:fake") == 1000


# Somebody else has to agree.


@pytest.mark.parametrize(
    ("amount", "needed"),
    [
        (Money.parse("100", USDT), False),
        (Money.parse("100.000001", USDT), True),
        (Money(5000, XTR), False),
        (Money(5001, XTR), True),
        (Money.parse("50", TON), False),
        (Money.parse("50.000000001", TON), True),
        (Money.parse("10000", RUB), False),
        (Money.parse("100", USD), False),
        (Money(1, Asset("SKU:mug", 0)), True),
    ],
    ids=str,
)
def test_of_how_much_one_decides_alone(amount: Money, needed: bool) -> None:
    """Of an asset of which nothing is said, of nothing."""
    assert Approvals().needed(amount) is needed
    assert Approvals({}).needed(amount)
    assert not Approvals({amount.asset.code: amount}).needed(amount)


async def large(house: House) -> Payment:
    """So much is wanted back that two have to agree; it is set aside."""
    payment = await house.open(order(pays=200_000_000))
    payment = await house.comes(payment, house.inflow(200_000_000))
    await house.told()
    refund = await house.ask_back(wish())
    assert (refund.state, refund.check_at) == (RefundState.WAITING, None)
    return payment


async def test_a_large_one_waits(house: House) -> None:
    """It is set aside and on the list, and nobody asks the provider, however long it takes."""
    payment = await large(house)
    assert await house.holds("returning:fake") == 200_000_000
    assert (await house.payments.get(payment.id)).state is State.REFUNDING
    assert [each.id for each in await house.refunds.waiting(9)] == [wish().id]
    house.clock.advance(hours=1000)
    assert await house.poll_refunds() == 0
    assert (await house.carry_out(wish().id)).state is RefundState.WAITING
    assert "refund" not in house.gateway.calls
    assert await house.names() == ["refund.waiting", "payment.refunding"]


async def test_somebody_else_agrees(house: House) -> None:
    """However late; then it goes on as any other one, and it is known who did."""
    await large(house)
    house.clock.advance(hours=1000)
    due = await house.decide.approve(wish().id, by=BORIS)
    assert (due.state, due.approved_by, due.check_at) == (
        RefundState.DUE,
        "boris",
        house.clock.now(),
    )
    assert await house.refunds.waiting(9) == []
    await house.told()
    house.gateway.refunds.append(RefundStage.ACCEPTED)
    assert await house.poll_refunds() == 1
    (accepted,) = await house.told()
    assert (accepted.name, accepted.facts["approved_by"]) == ("refund.accepted", "boris")
    assert (await house.refunds.get(wish().id)).check_at is not None


async def test_nobody_agrees_with_himself(house: House) -> None:
    """It still waits for somebody else; whoever asked may call it off."""
    await large(house)
    with pytest.raises(OwnApproval) as refused:
        await house.decide.approve(wish().id, by=ANNA)
    assert "was asked for by anna" in str(refused.value)
    assert (await house.refunds.get(wish().id)).state is RefundState.WAITING
    declined = await house.decide.decline(wish().id, by=ANNA, why="a mistake")
    assert declined.state is RefundState.DECLINED


async def test_somebody_declines(house: House) -> None:
    """It is whose it was, and may be asked for again."""
    payment = await large(house)
    await house.told()
    declined = await house.decide.decline(wish().id, by=BORIS, why="not\nso")
    assert (declined.approved_by, declined.told, declined.check_at) == ("boris", "not so", None)
    assert await house.payments.get(payment.id) == payment
    assert await house.holds(USER) == 200_000_000
    assert await house.names() == ["refund.declined", "payment.settled"]
    assert (await house.ask_back(wish(2))).state is RefundState.WAITING


async def test_it_is_decided_once(house: House) -> None:
    """Whoever is second is told so; what was never asked for cannot be decided about."""
    await large(house)
    await house.decide.approve(wish().id, by=BORIS)
    with pytest.raises(RefundMoved):
        await house.decide.decline(wish().id, by=CLARA, why="no")
    with pytest.raises(RefundMoved):
        await house.decide.approve(wish().id, by=CLARA)
    for decide in (
        house.decide.approve(wish(9).id, by=CLARA),
        house.decide.decline(wish(9).id, by=CLARA, why=""),
        house.decide.resolve(wish(9).id, by=CLARA, paid=True),
    ):
        with pytest.raises(RefundMissing):
            await decide


async def test_what_is_over_is_not_decided_about(house: House) -> None:
    """Neither way, and nothing moves."""
    await large(house)
    await house.decide.decline(wish().id, by=BORIS, why="no")
    for decide in (
        house.decide.approve(wish().id, by=CLARA),
        house.decide.decline(wish().id, by=CLARA, why=""),
        house.decide.resolve(wish().id, by=CLARA, paid=False),
    ):
        with pytest.raises(RefundMoved) as moved:
            await decide
        assert moved.value.state == RefundState.DECLINED
    assert await house.holds(USER) == 200_000_000


# More comes.


async def test_more_comes_while_some_goes_back(house: House) -> None:
    """It is refunding as long as anything is on its way, and then what both make together."""
    payment = await paid(house)
    refund = await house.ask_back(wish())
    more = [house.inflow(1000), house.inflow(1000, "in-2")]
    during = await house.comes(payment, *more)
    assert (during.state, during.came) == (State.REFUNDING, usdt(2000))
    await house.carry_out(refund.id)
    after = await house.payments.get(payment.id)
    assert (after.state, after.returned) == (State.OVERPAID, usdt(1000))
    (waits,) = await house.drawer()
    assert (waits.case, waits.held) == (Case.DOUBLE, usdt(1000))


@pytest.mark.parametrize(
    ("first", "more", "state"),
    [
        (1000, 1, State.OVERPAID),
        (400, 600, State.SETTLED),
        (400, 599, State.CONFIRMING),
        (400, 700, State.OVERPAID),
    ],
)
async def test_more_comes_after_all_went_back(
    house: House, first: int, more: int, state: State
) -> None:
    """The payment lives again; it may go back too."""
    payment = await paid(house, first)
    await house.carry_out((await house.ask_back(wish())).id)
    assert (await house.payments.get(payment.id)).state is State.REFUNDED
    both = [house.inflow(first), house.inflow(more, "in-2")]
    after = await house.comes(payment, *both)
    assert (after.state, after.came, after.returned) == (state, usdt(first + more), usdt(first))
    for each in await house.drawer():
        await house.credit(*each.key, by=ANNA)
    assert await house.holds(USER) == more
    await house.carry_out((await house.ask_back(wish(2, "in-2"))).id)
    assert (await house.payments.get(payment.id)).state is State.REFUNDED


async def test_what_is_missing_is_still_looked_for_while_a_part_goes_back(house: House) -> None:
    """No notice may tell of it."""
    payment = await paid(house, 400)
    await house.ask_back(wish())
    house.clock.advance(minutes=5)
    assert await house.poll() == 1
    assert (await house.payments.get(payment.id)).check_at is not None
    house.clock.advance(minutes=5)
    house.gateway.says(Stage.CLOSED, house.inflow(400), house.inflow(600, "in-2"))
    assert await house.poll() == 1
    assert (await house.payments.get(payment.id)).came == usdt(1000)
