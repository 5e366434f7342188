"""What went back without us is booked once, and taken from whoever has it, as far as they do."""

from datetime import timedelta
from typing import Any

import pytest

from altyn.core.balances import (
    PURCHASE,
    Account,
    CeilingReached,
    Move,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.events import Event
from altyn.core.money import TON, USDT, Money
from altyn.core.payments import (
    Case,
    Deposit,
    Difference,
    Kind,
    Line,
    Origin,
    Page,
    Payment,
    ProviderRefused,
    ProviderUnclear,
    Refund,
    RefundStage,
    RefundState,
    Report,
    Reversal,
    Rules,
    Stage,
    State,
    TieOut,
    TieOutMethod,
    Treatment,
    losses,
    returning,
)
from tests.unit.payments_house import House, order, rubles, usdt, wish
from tests.unit.staff import ANNA

LOST = losses("fake")
SHOP = account_name("income:shop")
BOB = account_name("user:bob")
HOLD_MORE = Rules({Case.OVER: Treatment.HOLD})


@pytest.fixture
def house() -> House:
    """A house without any payments."""
    return House()


def back(house: House, units: int = 1000, key: str = "in-1", **other: Any) -> Reversal:
    """So much of it went back, as he says now."""
    return Reversal(key=key, amount=usdt(units), at=house.clock.now(), **other)


async def paid(house: House, units: int = 1000, **ordered: Any) -> Payment:
    """Somebody was asked for a thousand, and so much came."""
    payment = await house.open(order(**ordered))
    return await house.comes(payment, house.inflow(units), stage=Stage.CLOSED)


async def spend(house: House, amount: Money, who: str = "user:1") -> None:
    """They buy something for it."""
    await house.ledger.open(Account(SHOP, amount.asset))
    bought = Transfer(
        id=TransferId(house.book.identifiers()),
        source=account_name(who),
        target=SHOP,
        amount=amount,
        kind=PURCHASE,
    )
    await house.ledger.carry_out([Move.of(bought)])


async def the_one(house: House, key: str = "in-1") -> Refund:
    """The only one of that arrival."""
    (refund,) = await house.refunds.of_arrival("fake", key)
    return refund


async def calls(house: House) -> list[Event]:
    """By which a person is called."""
    return [each for each in await house.told() if each.name == "refund.outside"]


async def test_what_went_back_is_taken_from_whoever_has_it(house: House) -> None:
    """Once, however often it is said; the payment says so, and a person is called."""
    payment = await paid(house)
    house.clock.advance(minutes=5)
    await house.told()
    for _ in range(3):
        assert await house.reverse("fake", back(house))
    assert await house.holds("user:1") == 0
    assert await house.holds("clearing:fake") == 0
    after = await house.payments.get(payment.id)
    assert (after.state, after.returned, after.credited) == (State.REFUNDED, usdt(1000), usdt(0))
    refund = await the_one(house)
    assert (refund.origin, refund.state) == (Origin.OUTSIDE, RefundState.DONE)
    assert (refund.payer, refund.amount, refund.by) == ("user:1", usdt(1000), "outside")
    events = await house.told()
    assert [each.name for each in events] == ["refund.done", "refund.outside", "payment.refunded"]
    assert events[1].facts == {
        "refund": str(refund.id),
        "payment": str(payment.id),
        "payer": "user:1",
        "method": "fake",
        "key": "in-1",
        "amount": "0.001000 USDT",
        "lost": None,
    }
    await house.sound()


async def test_what_they_have_spent_is_our_loss(house: House) -> None:
    """Nobody falls below zero: what is not there stands in an account of its own."""
    payment = await paid(house)
    await spend(house, usdt(700))
    await house.told()
    assert await house.reverse("fake", back(house))
    assert await house.holds("user:1") == 0
    assert await house.holds(LOST) == -700
    assert await house.holds("clearing:fake") == 0
    assert (await house.payments.get(payment.id)).state is State.REFUNDED
    (call,) = await calls(house)
    assert call.facts["lost"] == "0.000700 USDT"
    await house.sound()


async def test_an_account_that_may_owe_owes(house: House) -> None:
    """What somebody declared to be allowed below zero is taken there, and no loss."""
    await house.ledger.open(Account(account_name("user:1"), USDT, floor_units=-600))
    await paid(house)
    await spend(house, usdt(700))
    await house.reverse("fake", back(house))
    assert await house.holds("user:1") == -600
    assert await house.holds(LOST) == -100
    await house.sound()


async def test_what_the_books_refuse_is_not_booked(house: House) -> None:
    """Nothing of it, and whoever tells it may tell it again."""
    payment = await paid(house)
    way = Account(returning("fake"), USDT, ceiling_units=10)
    await house.ledger.open(way)
    with pytest.raises(CeilingReached):
        await house.reverse("fake", back(house))
    assert (await house.payments.get(payment.id)).state is State.SETTLED
    await house.ledger.limit(Account(way.name, USDT))
    await house.reverse("fake", back(house))
    assert (await house.payments.get(payment.id)).state is State.REFUNDED
    await house.sound()


async def test_it_is_taken_at_the_rate_of_the_quote(house: House) -> None:
    """What was credited in another asset, and what of that was spent."""
    payment = await paid(house, gives=rubles(333))
    await house.reverse("fake", back(house, 100))
    assert await house.holds("user:1", rubles(1).asset) == 299
    await spend(house, rubles(290))
    await house.reverse("fake", back(house))
    assert await house.holds("user:1", rubles(1).asset) == 0
    assert await house.holds(LOST, rubles(1).asset) == -290
    assert (await house.payments.get(payment.id)).state is State.REFUNDED
    await house.sound()


async def test_less_than_the_smallest_unit_takes_nothing(house: House) -> None:
    """Of a rate at which it is worth nothing yet."""
    payment = await paid(house, gives=rubles(1))
    await house.reverse("fake", back(house, 1))
    await house.reverse("fake", back(house, 2))
    assert (await house.payments.get(payment.id)).returned == usdt(2)
    await house.sound()


async def test_a_part_that_went_back_is_booked_and_then_the_rest(house: House) -> None:
    """He says how much it is in all; what is known of that is not booked again."""
    payment = await paid(house)
    await house.reverse("fake", back(house, 400))
    after = await house.payments.get(payment.id)
    assert (after.state, after.returned) == (State.SETTLED, usdt(400))
    assert await house.holds("user:1") == 600
    await house.reverse("fake", back(house, 300))  # told late
    await house.reverse("fake", back(house, 1000))
    assert await house.holds("user:1") == 0
    first, second = await house.refunds.of_arrival("fake", "in-1")
    assert {first.amount, second.amount} == {usdt(400), usdt(600)}
    await house.sound()


async def test_what_waits_for_a_decision_goes_first() -> None:
    """Nobody has it, so nobody misses it."""
    house = House(HOLD_MORE)
    await paid(house, 1300)
    await house.reverse("fake", back(house, 400))
    assert await house.drawer() == []
    assert await house.holds("user:1") == 900
    await house.sound()


async def test_what_somebody_was_given_is_taken_from_them() -> None:
    """After what the payer has: it was theirs that came."""
    house = House(HOLD_MORE)
    await paid(house, 1300)
    await house.give("fake", "in-1", BOB, by=ANNA)
    await house.reverse("fake", back(house, 900))
    assert (await house.holds("user:1"), await house.holds(BOB)) == (100, 300)
    await spend(house, usdt(250), BOB)
    await house.reverse("fake", back(house, 1300))
    assert (await house.holds("user:1"), await house.holds(BOB)) == (0, 0)
    assert await house.holds(LOST) == -250
    await house.sound()


async def test_what_the_payer_was_given_too_is_one_with_what_was_credited() -> None:
    """Taken from one balance, as far as it is there."""
    house = House(HOLD_MORE)
    await paid(house, 1300)
    await house.give("fake", "in-1", account_name("user:1"), by=ANNA)
    await spend(house, usdt(1200))
    await house.reverse("fake", back(house, 1300))
    assert (await house.holds("user:1"), await house.holds(LOST)) == (0, -1200)
    await house.sound()


async def test_what_was_nobodys_is_taken_from_whoever_was_given_it(house: House) -> None:
    """Or out of the drawer."""
    async with house.store():
        await house.book.hold("fake", [house.inflow(500), house.inflow(200, "in-2")])
    await house.give("fake", "in-1", BOB, by=ANNA)
    assert await house.reverse("fake", back(house, 500))
    assert await house.reverse("fake", back(house, 200, "in-2"))
    assert await house.holds(BOB) == 0
    assert await house.drawer() == []
    await house.sound()


async def test_another_asset_than_was_asked_for_was_never_credited(house: House) -> None:
    """It is taken from where it is, and the payment stays as it was."""
    payment = await house.open(order())
    payment = await house.comes(payment, house.inflow(5, asset=TON))
    await house.give("fake", "in-1", BOB, by=ANNA)
    said = Reversal(key="in-1", amount=Money(5, TON), at=house.clock.now())
    assert await house.reverse("fake", said)
    assert await house.holds(BOB, TON) == 0
    assert (await house.payments.get(payment.id)).returned == usdt(0)
    await house.sound()


async def test_of_another_asset_nothing_had_come(house: House) -> None:
    """What he says of it is not about what is here."""
    await paid(house)
    said = Reversal(key="in-1", amount=Money(5, TON), at=house.clock.now())
    await house.reverse("fake", said)
    assert await house.holds("user:1") == 1000


async def test_no_more_is_taken_than_came(house: House) -> None:
    """Whatever he says."""
    await paid(house)
    await house.reverse("fake", back(house, 5000))
    assert await house.holds("clearing:fake") == 0
    await house.sound()


async def test_parts_in_which_it_grew_are_one(house: House) -> None:
    """First the first of them."""
    payment = await paid(house)
    await house.comes(payment, house.inflow(1500), stage=Stage.CLOSED)
    await house.reverse("fake", back(house, 1200))
    assert await house.holds("user:1") == 300
    assert (await the_one(house)).amount == usdt(1000)
    assert (await the_one(house, "in-1+1")).amount == usdt(200)
    await house.sound()


async def test_what_never_came_does_not_go_back(house: House) -> None:
    """There is nothing that could be taken."""
    assert not await house.reverse("fake", back(house))
    assert await house.told() == []


# What we had him send back.


async def test_our_own_refund_is_not_taken_once_more(house: House) -> None:
    """Of what he says it is the part that we know."""
    await paid(house)
    refund = await house.ask_back(wish(units=400))
    await house.carry_out(refund.id)
    await house.reverse("fake", back(house, 400))
    assert await house.holds("user:1") == 600
    await house.reverse("fake", back(house, 700))
    assert await house.holds("user:1") == 300
    await house.sound()


@pytest.mark.parametrize(
    "stage", [RefundStage.ACCEPTED, ProviderUnclear("fake", "silence")], ids=["accepted", "unknown"]
)
async def test_a_refund_in_doubt_turns_out_to_be_this_one(house: House, stage: Any) -> None:
    """It is done, and nothing else is taken."""
    payment = await paid(house)
    refund = await house.ask_back(wish())
    house.gateway.refunds.append(stage)
    await house.carry_out(refund.id)
    await house.told()
    await house.reverse("fake", back(house))
    assert (await the_one(house)).state is RefundState.DONE
    assert (await house.payments.get(payment.id)).state is State.REFUNDED
    assert await house.names() == ["refund.done", "payment.refunded"]
    await house.sound()


async def test_a_refund_that_he_was_not_asked_for_is_not_asked_for_any_more(house: House) -> None:
    """Somebody has done it by hand."""
    await paid(house, 1000)
    refund = await house.ask_back(wish())
    await house.reverse("fake", back(house))
    assert (await house.carry_out(refund.id)).state is RefundState.DONE
    assert "refund" not in house.gateway.calls
    await house.sound()


async def test_a_refund_that_waits_for_agreement_is_done_without_it(house: House) -> None:
    """It went back, whoever agreed; what is beyond it went back too."""
    large = usdt(200_000_000)
    payment = await house.open(order(pays=large.units))
    await house.comes(payment, house.inflow(large.units), stage=Stage.CLOSED)
    refund = await house.ask_back(wish(units=150_000_000))
    assert refund.state is RefundState.WAITING
    await house.reverse("fake", back(house, large.units))
    states = {each.state for each in await house.refunds.of_arrival("fake", "in-1")}
    assert states == {RefundState.DONE}
    assert await house.holds("user:1") == 0
    await house.sound()


async def test_a_larger_refund_is_another_one(house: House) -> None:
    """It stays in doubt; what went back is taken from what is left."""
    await paid(house)
    refund = await house.ask_back(wish(units=700))
    house.gateway.refunds.append(ProviderUnclear("fake", "silence"))
    await house.carry_out(refund.id)
    await house.reverse("fake", back(house, 200))
    assert (await house.refunds.get(refund.id)).state is RefundState.UNKNOWN
    assert await house.holds("user:1") == 100
    await house.sound()


async def test_what_is_on_its_way_may_be_ours(house: House) -> None:
    """Then asking about ours will tell; when it failed, he is asked about the payment again."""
    payment = await paid(house)
    refund = await house.ask_back(wish())
    house.gateway.refunds.append(RefundStage.ACCEPTED)
    await house.carry_out(refund.id)
    await house.reverse("fake", back(house, arrived=False))
    assert (await house.refunds.get(refund.id)).state is RefundState.ACCEPTED
    house.gateway.refunds.append(RefundStage.FAILED)
    await house.carry_out(refund.id)
    assert await house.holds("user:1") == 1000
    said = Report(Stage.CLOSED, [house.inflow(1000)], reversals=[back(house, arrived=False)])
    house.gateway.reports.append(said)
    assert await house.poll() == 1
    assert await house.holds("user:1") == 0
    assert (await house.payments.get(payment.id)).state is State.REFUNDED
    await house.sound()


async def test_a_refund_that_was_refused_is_no_part_of_it(house: House) -> None:
    """The money was here again when it went back."""
    await paid(house)
    refund = await house.ask_back(wish())
    house.gateway.refunds.append(ProviderRefused("fake", "no"))
    await house.carry_out(refund.id)
    await house.reverse("fake", back(house))
    assert await house.holds("user:1") == 0
    await house.sound()


# Who tells of it.


async def test_whoever_is_asked_may_say_it(house: House) -> None:
    """Together with what came, also when neither was known."""
    payment = await house.open(order())
    came = house.inflow(1000)
    house.gateway.reports.append(Report(Stage.CLOSED, [came], reversals=[back(house)]))
    payment = await house.check(payment.id)
    assert (payment.state, await house.holds("user:1")) == (State.REFUNDED, 0)
    assert await house.holds("clearing:fake") == 0
    await house.sound()


async def test_what_came_for_another_payment_is_left_alone(house: House) -> None:
    """Whoever is asked about one says nothing of it."""
    await paid(house)
    other = await house.open(order(2))
    house.gateway.reports.append(Report(Stage.OPEN, reversals=[back(house)]))
    await house.check(other.id)
    assert await house.holds("user:1") == 1000


async def test_a_notice_may_be_proof_of_it(house: House) -> None:
    """It is booked when that is read, once."""
    await paid(house)
    house.gateway.tells[b"back 1"] = [back(house)]
    await house.take("fake", b"back 1", {"sign": "his"})
    assert await house.read() == 1
    assert await house.holds("user:1") == 0
    await house.sound()


async def test_a_notice_may_be_faster_than_that_of_what_came(house: House) -> None:
    """It is read again until that is here, and one day is done with."""
    house.gateway.tells[b"back 1"] = [back(house)]
    house.gateway.tells[b"lost 1"] = [back(house, key="never came")]
    for raw in (b"back 1", b"lost 1"):
        await house.take("fake", raw, {"sign": "his"})
    assert await house.read() == 0
    await paid(house)
    house.clock.advance(seconds=5)
    assert await house.read() == 1
    assert await house.holds("user:1") == 0
    for _ in range(5):
        house.clock.advance(hours=1)
        await house.read()
    assert await house.notices.waiting(house.clock.now() + timedelta(days=1), 9) == []
    await house.sound()


async def test_a_feed_may_say_it(house: House) -> None:
    """On the page of what came, or on one after that."""
    house.clock.advance(minutes=1)
    payment = await house.open(order())
    deposits = [Deposit(house.inflow(1000), payment.id)]

    class Feed:
        name = method = "fake"
        every_seconds = 1.0

        async def page(self, position: str) -> Page:
            until = house.clock.now()
            return Page(deposits, "next", until, True, [back(house)])

    for _ in range(2):
        assert await house.read_feed(Feed()) == 1
    assert await house.holds("user:1") == 0
    assert (await house.payments.get(payment.id)).state is State.REFUNDED
    await house.sound()


@pytest.mark.parametrize("before", [0, 400])
async def test_what_a_tie_out_found_is_booked(house: House, before: int) -> None:
    """In the same way; after that both sides agree, and it is booked no more."""
    await paid(house)
    if before:
        await house.carry_out((await house.ask_back(wish(units=before))).id)
    tie_out = TieOutMethod(house.arrivals, house.refunds, house.ledger, house.gateways)
    now = house.clock.now()
    house.gateway.listed = [
        [
            Line(key="in-1", amount=usdt(1000), at=now),
            Line(key="in-1", amount=usdt(1000), at=now, back=True),
        ]
    ]
    house.clock.advance(hours=30)
    day = now - timedelta(hours=1), now + timedelta(hours=1)
    (difference,) = (found := await tie_out("fake", *day)).differences
    kind = Kind.AMOUNT_DIFFERS if before else Kind.REFUNDED_OUTSIDE
    assert (difference.kind, difference.back) == (kind, True)
    assert await house.fill(found, ANNA) == 1
    assert await house.holds("user:1") == 0
    assert (await tie_out("fake", *day)).differences == []
    assert await house.fill(found, ANNA) == 1
    assert (await tie_out("fake", *day)).differences == []
    await house.sound()


async def test_less_than_we_know_of_is_for_a_person(house: House) -> None:
    """Nothing that went back is here again by itself."""
    await paid(house)
    at = house.clock.now()
    lot = [
        Difference(kind=kind, key="in-1", back=is_back, ours=usdt(9), theirs=theirs, at=at)
        for kind, is_back, theirs in (
            (Kind.AMOUNT_DIFFERS, True, usdt(5)),
            (Kind.AMOUNT_DIFFERS, False, usdt(50)),
            (Kind.MISSING_THERE, True, None),
        )
    ]
    found = TieOut(method="fake", since=at, until=at, compared=3, differences=lot)
    assert await house.fill(found, ANNA) == 0
    assert await house.holds("user:1") == 1000
