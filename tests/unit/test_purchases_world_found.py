"""What the world of purchases found, each in a few lines."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest
from attrs import define, evolve, field

from altyn.core.balances import Release
from altyn.core.purchases import Funding, Kind, PurchaseMoved, Stage, State, Suppliers
from altyn.core.transaction import StorageBusy
from altyn.core.wallets import (
    CLOCKS_APART,
    SEND_WINDOW,
    Bill,
    BillRefused,
    Cheque,
    ChequeAlive,
    ChequeState,
    Draft,
    Look,
    NotItsBills,
    OutlayState,
    WalletUnclear,
)
from tests.unit.purchases_house import ANN, FakeSupplier, FakeWallet, House, wish
from tests.unit.staff import ANNA


@define
class Busy:
    """A storage that nobody gets hold of."""

    active: bool = False

    def __call__(self) -> AbstractAsyncContextManager[None]:
        raise StorageBusy("the books", "others have them")


@define
class Slow(FakeWallet):
    """A wallet on the way to which something happens."""

    on_the_way: list[Callable[[], Awaitable[object]]] = field(factory=list)
    while_signing: list[float] = field(factory=list)
    """How many seconds pass, the last one first."""

    async def draw(self, bills: Sequence[Bill], last: int) -> Draft:
        draft = await super().draw(bills, last)
        if self.while_signing:
            self.clock.advance(seconds=self.while_signing.pop())
        return draft

    async def present(self, cheque: Cheque) -> Look:
        if self.on_the_way:
            await self.on_the_way.pop()()
        return await super().present(cheque)


@pytest.fixture
async def house() -> House:
    """Ann has money."""
    return await House().furnished()


async def test_who_is_refused_may_not_have_been_the_only_one() -> None:
    """Two present a cheque: that the slower one is refused says nothing of the faster one."""
    house = House(kind=Slow)
    outlay = await house.owed("one")
    cheque = await house.draw("ton")
    assert isinstance(house.wallet, Slow)
    assert cheque is not None

    async def another() -> None:
        await house.cash(cheque.id)
        house.wallet.turns_away.append(BillRefused("ton", "its sequence is behind"))

    house.wallet.on_the_way.append(another)
    assert (await house.cash(cheque.id)).state is ChequeState.SIGNED
    assert (await house.cash(cheque.id)).state is ChequeState.CASHED
    assert (await house.outlays.get(outlay.id)).state is OutlayState.PAID


async def test_a_person_waits_for_the_clock_outside(house: House) -> None:
    """It may be behind ours: what was not carried out when our hour struck still can be."""
    await house.owed("one")
    house.wallet.prompt = False
    cheque = await house.draw("ton")
    assert cheque is not None
    await house.cash(cheque.id)
    house.clock.advance(seconds=61)
    with pytest.raises(ChequeAlive) as refused:
        await house.decide_cheque(cheque.id, ANNA, [False], "")
    assert refused.value.expires_at == cheque.draft.expires_at + CLOCKS_APART
    house.clock.advance(minutes=5)
    decided = await house.decide_cheque(cheque.id, ANNA, [False], "")
    assert (decided.state, decided.decided_by) == (ChequeState.VOID, "anna")


async def test_of_each_bill_it_is_said_whether_it_was_paid(house: House) -> None:
    """Of fewer or more it is no answer, and changes nothing; each outlay keeps what was so."""
    outlay = await house.owed("one")
    cheque = await house.draw("ton")
    assert cheque is not None
    house.clock.advance(hours=1)
    for paid in ([], [True, False]):
        with pytest.raises(NotItsBills):
            await house.decide_cheque(cheque.id, ANNA, paid, "")
    await house.decide_cheque(cheque.id, ANNA, [False], "")
    told = (await house.outlays.get(outlay.id)).told
    assert told == "it was not carried out, and never will be"


async def test_who_sells_no_more_keeps_nobody_waiting(house: House) -> None:
    """A supplier is not enabled any more: once the price has run out, the money goes back."""
    id = await house.bought()
    house.go_on = evolve(house.go_on, order=evolve(house.go_on.order, suppliers=Suppliers()))
    house.poll = evolve(house.poll, go_on=house.go_on)
    await house.work(minutes=16)
    refused = await house.purchases.get(id)
    assert (refused.state, refused.told.partition(":")[0]) == (State.REFUSED, "quote_expired")
    assert await house.ann_has() == ("1000.00", "0.00")


async def test_whoever_sold_it_is_asked_for_it(house: House) -> None:
    """Also when somebody else is asked first by now for all that he sells."""
    first = FakeSupplier(house.clock, house.wallet, name="first")
    suppliers = Suppliers.these(first, house.supplier, wallets={})
    assert suppliers.selling(Kind.STARS)[0] is first
    assert suppliers.of("fragment") is house.supplier


async def test_a_proof_is_kept_on_one_line(house: House) -> None:
    """Whatever a supplier says when he has delivered: it is delivered."""
    house.supplier.proof = "seen\nby me\x00" + "x" * 200
    id = await house.bought()
    await house.work()
    bought = await house.purchases.get(id)
    assert (bought.state, bought.proof[:12]) == (State.DELIVERED, "seen by me x")


async def test_a_purchase_begins_soon_after_its_payment_has_come(house: House) -> None:
    """However long that took: its price holds for minutes only."""
    payment = await house.asked_of_ann("165")
    funding = Funding(account=ANN, payment=payment)
    purchase = await house.quote(wish(funding=funding))
    await house.work(minutes=9)
    await house.settled(payment)
    await house.work(minutes=0.5)
    assert await house.state(purchase.id) is not State.QUOTED


async def test_a_wallet_without_caps_pays_nothing(house: House) -> None:
    """It was forgotten to say how much it may: then it may nothing."""
    house.caps.clear()
    outlay = await house.owed("one")
    assert await house.poll_wallets() == 0
    assert (await house.outlays.get(outlay.id)).state is OutlayState.UNPAID


async def test_who_took_long_to_sign_has_less_time_to_present() -> None:
    """A wallet counts from when it began to sign; what was signed for too long nobody sees."""
    house = House(kind=Slow)
    assert isinstance(house.wallet, Slow)
    await house.owed("one")
    house.wallet.while_signing = [5, 20]
    assert await house.draw("ton") is None
    assert (await house.cheques.book("ton")).number == 0
    cheque = await house.draw("ton")
    assert cheque is not None
    assert cheque.present_before - cheque.signed_at == SEND_WINDOW - timedelta(seconds=5)


async def test_what_ran_out_waits_for_no_cheque_before_it(house: House) -> None:
    """A wallet waits for what became of a cheque: bills that nobody can pay any more do not."""
    await house.owed("one")
    house.wallet.prompt = False
    house.wallet.blind = [WalletUnclear("ton", "silence")] * 1000
    await house.poll_wallets()
    waiting = await house.owed("two")
    bill = evolve(waiting.bill, pay_before=house.clock.now() + timedelta(minutes=10))
    short = await house.owed("three", bill=bill)
    await house.work(11)
    assert (await house.cheque()).state is ChequeState.SIGNED
    assert (await house.outlays.get(waiting.id)).state is OutlayState.DUE
    assert "too late" in (await house.outlays.get(short.id)).told


async def test_what_the_books_do_not_take_is_for_a_person(house: House) -> None:
    """Somebody gave back by hand what was set aside; that it was delivered is not lost."""
    quoted = await house.quote(wish())
    reserved = await house.reserve(quoted.id)
    (price,) = reserved.shares
    await house.ledger.carry_out([Release(price.hold.id)])
    await house.work(2)
    doubtful = await house.purchases.get(quoted.id)
    assert (doubtful.state, doubtful.check_at) == (State.REVIEW, None)
    assert doubtful.told.startswith("hold_closed")


async def test_a_wallet_that_keeps_silent_for_long_is_told_of(house: House) -> None:
    """Once; and nothing leads out of it but a fact."""
    house.wallet.prompt, house.wallet.lives = False, timedelta(days=1)
    quoted = await house.quote(wish())
    await house.reserve(quoted.id)
    await house.work(120)
    assert await house.state(quoted.id) is State.PAYING
    assert (await house.told()).count("purchase.waiting") == 1


async def test_a_mistake_of_ours_stops_no_other(house: House) -> None:
    """It is put off, and everything else goes on."""
    first, second = await house.quote(wish()), await house.quote(wish(2))
    for each in (first, second):
        await house.reserve(each.id)
    house.supplier.fails = [TypeError("odd")]
    await house.poll()
    assert {await house.state(each.id) for each in (first, second)} == {
        State.RESERVED,
        State.PAYING,
    }
    await house.work(2)
    assert await house.state(first.id) is State.DELIVERED
    assert await house.state(second.id) is State.DELIVERED


async def test_who_cannot_be_put_off_stops_no_other(house: House) -> None:
    """The storage does not take it that one is looked at later: that is said, when all were."""
    first, second = await house.bought(1), await house.bought(2)
    house.supplier.fails = [TypeError("odd")]
    with pytest.raises(StorageBusy):
        await evolve(house.poll, transaction=Busy())()
    assert await house.state(first) is State.RESERVED
    assert await house.state(second) is State.PAYING


async def test_whoever_asks_second_about_a_delivery_changes_nothing(house: House) -> None:
    """Somebody has decided while the supplier was asked."""
    id = await house.bought()
    house.supplier.stage = Stage.PENDING
    await house.work(12)
    assert await house.state(id) is State.UNKNOWN
    doubtful = await house.purchases.get(id)
    await house.decide(id, ANNA, delivered=True, because="it is there")
    with pytest.raises(PurchaseMoved):
        await house.go_on.await_delivery(doubtful)
    assert await house.state(id) is State.DELIVERED
