"""Purchases in doubt: what is not known is asked about, and only a fact or a person ends it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from attrs import evolve

from altyn.core.money import TON, USDT, Money
from altyn.core.purchases import (
    ATTEMPTS_MAX,
    QUOTE_HOLDS,
    Funding,
    LaneTaken,
    PurchaseMissing,
    PurchaseMoved,
    Stage,
    State,
    SupplierClosed,
    SupplierRefused,
    SupplierUnclear,
)
from altyn.core.wallets import BillRefused, OutlayState, WalletUnclear, WalletUnknown
from tests.unit.payments_house import Overtaken
from tests.unit.purchases_house import ANN, House, wish
from tests.unit.staff import ANNA, BORIS

DOUBT = SupplierUnclear("fragment", "silence")
WALLET_DOUBT = WalletUnclear("ton", "silence")


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Ann has money; in the end the books sum to nothing."""
    house = await House().furnished()
    yield house
    await house.sound()


# Ordering.


async def test_who_does_not_answer_is_asked_again(house: House) -> None:
    """An order that nobody pays is nothing: so it does not count either."""
    id = await house.bought()
    house.supplier.fails.extend([DOUBT] * 5)
    silent = await house.go_on(id)
    assert (silent.state, silent.attempt, silent.told) == (State.RESERVED, 0, str(DOUBT))
    await house.work(8)
    assert await house.state(id) is State.DELIVERED
    assert len(house.supplier.orders) == 1


async def test_what_is_not_ordered_in_time_is_refused(house: House) -> None:
    """The price does not hold any more, and the money goes back."""
    id = await house.bought()
    house.supplier.fails.extend([SupplierClosed("fragment", "log in again")] * 100)
    await house.work(16)
    refused = await house.purchases.get(id)
    assert refused.state is State.REFUSED
    assert refused.told.startswith("quote_expired")
    assert await house.ann_has() == ("1000.00", "0.00")


async def test_what_he_does_not_sell_is_refused(house: House) -> None:
    """That is a definite no."""
    id = await house.bought()
    house.supplier.fails.append(SupplierRefused("fragment", "no"))
    assert (await house.go_on(id)).told == "supplier_refused: fragment refused: no"
    assert await house.ann_has() == ("1000.00", "0.00")


async def test_what_is_ordered_is_what_was_quoted(house: House) -> None:
    """For the same recipient, in the same asset, for as much as was said or a little more."""
    ids = [await house.bought(number) for number in range(1, 5)]
    house.supplier.shown = "Rob"
    assert (await house.go_on(ids[0])).told.startswith("recipient_changed")
    house.supplier.shown, house.supplier.cost = "Bob", Money.parse("0.5", USDT)
    assert (await house.go_on(ids[1])).told.startswith("supplier_refused")
    house.supplier.cost = Money.parse("0.510000001", TON)
    assert (await house.go_on(ids[2])).told.startswith("price_rose")
    house.supplier.cost = Money.parse("0.51", TON)
    assert (await house.go_on(ids[3])).state is State.ORDERED
    await house.work()
    assert await house.ann_has() == ("835.00", "0.00")


async def test_one_orders_at_a_time(house: House) -> None:
    """Whoever sees that somebody else goes on with it asks nobody."""
    id = await house.bought()
    reserved = await house.purchases.get(id)
    await house.go_on(id)
    with pytest.raises(PurchaseMoved):
        await house.go_on.order(reserved)
    assert len(house.supplier.orders) == 1


async def test_in_a_lane_one_waits_for_the_other(house: House) -> None:
    """Until that is delivered, or comes to nothing."""
    house.supplier.its_lane = "fragment"
    first, second = await house.bought(1), await house.bought(2)
    await house.go_on(first)
    with pytest.raises(LaneTaken):
        await house.go_on(second)
    house.supplier.stage = Stage.PENDING
    await house.work(1)
    assert await house.state(second) is State.RESERVED
    assert (await house.purchases.get(second)).checks == 0
    house.supplier.stage = Stage.DELIVERED
    await house.work(3)
    assert await house.state(first) is State.DELIVERED
    assert await house.state(second) is State.DELIVERED


async def test_in_a_lane_it_is_served_in_the_order_of_reserving(house: House) -> None:
    """Whoever comes while it is free does not go before those who wait."""
    house.supplier.its_lane = "fragment"
    ids = []
    for number in (3, 2, 1):
        ids.append(await house.bought(number))
        house.clock.advance(seconds=1)
    house.supplier.stage = Stage.PENDING
    await house.work(1)
    house.supplier.stage = Stage.DELIVERED
    ids.append(await house.bought(4))
    for _ in ids:
        await house.work(1)
    assert house.supplier.orders == ids


async def test_who_finds_the_lane_taken_queues(house: House) -> None:
    """Also one that was reserved before he was asked to queue; it is looked at in its turn."""
    first, second = await house.bought(1), await house.bought(2)
    house.supplier.its_lane = "fragment"
    house.supplier.stage = Stage.PENDING
    await house.work(1)
    assert [(await house.purchases.get(each)).queue for each in (first, second)] == ["", "fragment"]
    assert len(house.supplier.orders) == 1
    house.supplier.stage = Stage.DELIVERED
    await house.work(3)
    assert await house.state(second) is State.DELIVERED


async def test_who_is_overtaken_goes_on_waiting(house: House) -> None:
    """By one that was reserved before he was asked to queue; nothing is written about that."""
    first = await house.bought(1)
    house.supplier.its_lane, house.supplier.stage = "fragment", Stage.PENDING
    waiting = await house.purchases.get(await house.bought(2))
    await house.poll()
    assert house.supplier.orders == [first]
    assert await house.purchases.get(waiting.id) == waiting


async def test_what_was_waiting_for_its_payment_queues_too(house: House) -> None:
    """Once that has come it is reserved, behind those who were reserved before."""
    house.supplier.its_lane = "fragment"
    payment = await house.asked_of_ann("165")
    last = (await house.quote(wish(1, funding=Funding(account=ANN, payment=payment)))).id
    ids = [await house.bought(2), await house.bought(3)]
    await house.settled(payment)
    house.clock.advance(seconds=1)
    for _ in range(3):
        await house.work(1)
    assert house.supplier.orders == [*ids, last]


async def test_whose_lane_is_another_by_now_queues_for_that(house: House) -> None:
    """It lets go of the one that it was in, or queued for: his purse is another by now."""
    house.supplier.its_lane, house.supplier.stage = "old", Stage.PENDING
    house.supplier.bill_lives = timedelta(seconds=59)
    inside = await house.bought(1)
    await house.go_on(inside)
    queuing = await house.bought(2)
    house.supplier.its_lane, house.supplier.bill_lives = "new", timedelta(minutes=30)
    await house.go_on(await house.bought(3))
    await house.poll()
    found = [await house.purchases.get(each) for each in (inside, queuing)]
    assert [(each.lane, each.queue) for each in found] == [("", "new"), ("", "old")]
    await house.poll()
    assert (await house.purchases.get(queuing)).queue == "new"


async def test_who_is_not_answered_lets_others_go_first(house: House) -> None:
    """An order that nobody pays is nothing to wait for; its turn comes again."""
    house.supplier.its_lane = "fragment"
    first, second = await house.bought(1), await house.bought(2)
    house.supplier.fails.append(DOUBT)
    await house.poll()
    put_off = await house.purchases.get(first)
    assert (put_off.lane, put_off.queue, put_off.attempt) == ("", "fragment", 0)
    await house.poll()
    assert house.supplier.orders == [second]
    await house.work(2)
    assert house.supplier.orders == [second, first]


async def test_of_a_supplier_who_is_gone_nobody_knows_the_lane(house: House) -> None:
    """It is reserved all the same, and waits in no queue for what does not come."""
    house.supplier.its_lane = "fragment"
    purchase = await house.quote(wish())
    gone = evolve(house.reserve.suppliers, all=())
    reserved = await evolve(house.reserve, suppliers=gone)(purchase.id)
    assert (reserved.state, reserved.queue) == (State.RESERVED, "")


async def test_whose_price_runs_out_in_a_queue_has_the_money_again(house: House) -> None:
    """It is not waited for the lane to be free."""
    house.supplier.its_lane, house.supplier.stage = "fragment", Stage.PENDING
    await house.bought(1)
    second = await house.bought(2)
    await house.work(1)
    house.clock.advance(seconds=QUOTE_HOLDS.total_seconds() - 60)
    await house.work(1)
    assert await house.state(second) is State.REFUSED


# Paying.


async def test_a_bill_that_has_run_out_is_not_paid(house: House) -> None:
    """It is ordered again, but not for ever."""
    house.supplier.bill_lives = timedelta(seconds=59)
    id = await house.bought()
    await house.work(1)
    refused = await house.purchases.get(id)
    assert (refused.state, refused.attempt) == (State.REFUSED, ATTEMPTS_MAX)
    assert "the bill ran out before it was paid" in refused.told
    assert house.wallet.drawn == []


async def test_who_was_often_in_doubt_is_told_so(house: House) -> None:
    """Whoever died while he ordered had an attempt, and nobody knows any words of it."""
    id = await house.bought()
    reserved = await house.purchases.get(id)
    await house.purchases.put(reserved.changed(attempt=ATTEMPTS_MAX))
    assert "it was ordered often enough" in (await house.go_on(id)).told


async def test_what_no_wallet_pays_is_refused(house: House) -> None:
    """None does for this supplier, or that one not in this asset."""
    first, second = await house.bought(1), await house.bought(2)
    await house.go_on(first)
    await house.go_on(second)
    house.wallet.assets = (USDT,)
    assert (await house.go_on(first)).told.startswith("bill_refused")
    pay = house.go_on.pay
    nobody = evolve(pay.suppliers, wallets={})
    paid = await evolve(pay, suppliers=nobody)(await house.purchases.get(second))
    assert paid.told.startswith("supplier_refused")
    assert await house.ann_has() == ("1000.00", "0.00")


async def test_a_wallet_that_is_not_there_now_may_be_later(house: House) -> None:
    """It is not the customer's fault, nor the supplier's: nothing was written."""
    id = await house.bought()
    await house.go_on(id)
    pay = house.go_on.pay
    gone = evolve(pay.suppliers, wallets={("fragment", "TON"): "gone"})
    with pytest.raises(WalletUnknown):
        await evolve(pay, suppliers=gone)(await house.purchases.get(id))
    assert await house.state(id) is State.ORDERED


async def test_what_was_certainly_not_paid_is_ordered_again(house: House) -> None:
    """Under a new attempt, with a new bill; the money stays set aside."""
    house.wallet.turns_away.append(BillRefused("ton", "no"))
    id = await house.bought()
    await house.work(1)
    bought = await house.purchases.get(id)
    assert (bought.state, bought.attempt) == (State.DELIVERED, 2)
    states = [each.state for each in await house.outlays.of(str(id))]
    assert states == [OutlayState.UNPAID, OutlayState.PAID]
    assert await house.ann_has() == ("835.00", "0.00")


async def test_what_is_not_paid_often_enough_is_given_up(house: House) -> None:
    """Or when the price does not hold any more: the customer has their money."""
    house.wallet.turns_away.extend([BillRefused("ton", "no")] * ATTEMPTS_MAX)
    id = await house.bought()
    await house.work(1)
    released = await house.purchases.get(id)
    assert released.state is State.RELEASED
    assert released.told.endswith("does not pay this bill: no")
    house.wallet.prompt, house.wallet.lives = False, timedelta(minutes=11)
    late = await house.bought(2)
    await house.work(10.5)
    assert await house.state(late) is State.PAYING
    await house.work(7)
    given_up = await house.purchases.get(late)
    assert (given_up.state, given_up.attempt) == (State.RELEASED, 1)
    assert await house.ann_has() == ("1000.00", "0.00")


async def test_in_doubt_about_the_payment_nothing_moves(house: House) -> None:
    """No goods are asked for, no money goes back, however long that takes."""
    house.wallet.fails.append(WALLET_DOUBT)
    house.wallet.blind = [WALLET_DOUBT] * 40
    id = await house.bought()
    await house.work(11)
    paying = await house.purchases.get(id)
    assert paying.state is State.PAYING
    assert paying.checks > 4
    assert await house.ann_has() == ("1000.00", "165.00")
    await house.work(60)
    assert await house.state(id) is State.DELIVERED
    assert house.wallet.presents == 1


# Awaiting.


async def test_goods_are_awaited(house: House) -> None:
    """The money is not ours before they are there."""
    house.supplier.stage = Stage.PENDING
    id = await house.bought()
    await house.work(5)
    paid = await house.purchases.get(id)
    assert (paid.state, paid.proof, paid.told) == (State.PAID, "tx", "so he says")
    assert await house.ann_has() == ("1000.00", "165.00")
    house.supplier.stage, house.supplier.proof = Stage.DELIVERED, ""
    await house.work(6)
    delivered = await house.purchases.get(id)
    assert (delivered.state, delivered.proof) == (State.DELIVERED, "tx")


async def test_what_a_supplier_says_that_he_will_not_deliver_goes_back(house: House) -> None:
    """That is his word; our money has left, and shows with him."""
    house.supplier.stage = Stage.FAILED
    id = await house.bought()
    await house.work(1)
    released = await house.purchases.get(id)
    assert (released.state, released.told) == (State.RELEASED, "so he says")
    assert await house.ann_has() == ("1000.00", "0.00")


async def test_after_a_day_of_silence_a_person_is_called(house: House) -> None:
    """Silence is no answer: nobody's money moves before that person decides."""
    house.supplier.stage = Stage.PENDING
    id = await house.bought()
    await house.work(0.5)
    assert await house.state(id) is State.PAID
    house.supplier.fails = [DOUBT] * 10_000
    await house.work(16)
    assert await house.state(id) is State.UNKNOWN
    house.clock.advance(hours=24)
    await house.work(6)
    review = await house.purchases.get(id)
    assert (review.state, review.check_at, review.told) == (State.REVIEW, None, str(DOUBT))
    assert [each.id for each in await house.purchases.in_review(10)] == [id]
    assert (await house.told()).count("purchase.review") == 1
    assert await house.ann_has() == ("1000.00", "165.00")
    assert await house.go_on(id) == review
    decided = await house.decide(id, ANNA, delivered=True, because="Bob has them")
    assert (decided.state, decided.decided_by) == (State.DELIVERED, "anna")
    assert await house.ann_has() == ("835.00", "0.00")


async def test_a_person_decides_once(house: House) -> None:
    """Also of what is still asked about; but not of what is known."""
    house.supplier.stage = Stage.PENDING
    id = await house.bought()
    await house.work(5)
    with pytest.raises(PurchaseMoved):
        await house.decide(id, ANNA, delivered=True, because="I think so")
    await house.work(11)
    released = await house.decide(id, ANNA, delivered=False, because="he closed")
    assert released.state is State.RELEASED
    with pytest.raises(PurchaseMoved):
        await house.decide(id, BORIS, delivered=True, because="Bob has them")
    assert await house.ann_has() == ("1000.00", "0.00")
    with pytest.raises(PurchaseMissing):
        await house.decide(wish(9).id, ANNA, delivered=False, because="")


async def test_what_no_cheque_paid_is_asked_about_without_one(house: House) -> None:
    """Of a payment that was seen otherwise."""
    house.supplier.stage = Stage.PENDING
    id = await house.bought()
    await house.work(0.5)
    paid = await house.purchases.get(id)
    assert paid.state is State.PAID
    outlay = await house.outlays.get(paid.outlay)
    house.supplier.stage = Stage.DELIVERED
    house.outlays._kept[outlay.id] = evolve(outlay, cheque=None)
    house.wallet.carried_out.append("")
    assert (await house.go_on(id)).state is State.DELIVERED


# Going on.


async def test_what_cannot_go_on_is_in_nobodys_way(house: House) -> None:
    """It is looked at later, and ever less often; others go on."""
    id = await house.bought()
    await house.go_on(id)
    house.go_on = evolve(
        house.go_on,
        pay=evolve(
            house.go_on.pay,
            suppliers=evolve(house.go_on.pay.suppliers, wallets={("fragment", "TON"): "gone"}),
        ),
    )
    poll = evolve(house.poll, go_on=house.go_on)
    assert await poll() == 1
    assert await poll() == 0
    ordered = await house.purchases.get(id)
    assert (ordered.state, ordered.checks) == (State.ORDERED, 1)


async def test_what_somebody_else_has_gone_on_with_is_left_alone(house: House) -> None:
    """Whoever lost the race puts nothing off."""
    id = await house.bought()
    overtaken = Overtaken(house.purchases, lambda: house.go_on(id))
    poll = evolve(house.poll, purchases=overtaken)
    house.supplier.fails.append(DOUBT)
    assert await poll() == 1
    assert (await house.purchases.get(id)).checks == 1
    assert house.supplier.orders == []
    id = await house.bought(2)
    overtaken = Overtaken(house.purchases, lambda: house.cancel(id, ANNA))
    await evolve(house.poll, purchases=overtaken)()
    assert await house.state(id) is State.REFUSED


async def test_a_wallet_that_is_not_enabled_any_more_keeps_nobody_waiting(house: House) -> None:
    """Nothing was signed: once the bill has run out it is certainly not paid."""
    house.supplier.bill_lives = timedelta(minutes=2)
    id = await house.bought()
    for _ in range(2):
        await house.poll()
    assert await house.state(id) is State.PAYING
    for _ in range(20):  # and nobody polls wallets
        house.clock.advance(minutes=1)
        await house.poll()
    assert await house.state(id) is State.RELEASED
    assert await house.ann_has() == ("1000.00", "0.00")
    assert house.wallet.presents == 0
