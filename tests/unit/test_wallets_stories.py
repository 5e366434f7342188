"""Wallets pay: a cheque is drawn, presented, looked for, and decided about."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from attrs import define, evolve, field

from altyn.core.balances import Account, account_name
from altyn.core.health import Condition
from altyn.core.money import RUB, TON, Money
from altyn.core.standstill import StandsStill
from altyn.core.wallets import (
    Bill,
    BillRefused,
    Caps,
    ChequeAlive,
    ChequebookMoved,
    ChequeId,
    ChequeMissing,
    ChequeMoved,
    ChequeOpen,
    ChequeState,
    Draft,
    Look,
    OutlayDoubled,
    OutlayId,
    OutlayMissing,
    OutlayReused,
    OutlayState,
    Sight,
    WalletPoor,
    Wallets,
    WalletUnclear,
    WalletUnknown,
    purse,
)
from tests.unit.payments_house import Overtaken
from tests.unit.purchases_house import COST, FakeWallet, House
from tests.unit.staff import ANNA, BORIS

DOUBT = WalletUnclear("ton", "silence")
NO = BillRefused("ton", "no")


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Ann has money; in the end the books sum to nothing."""
    house = await House().furnished()
    yield house
    await house.sound()


# Asking for it.


async def test_a_bill_is_written_down_once(house: House) -> None:
    """The same one again is answered as it is by then; another one under its id is refused."""
    outlay = await house.owed("one")
    await house.poll_wallets()
    await house.work(0.5)
    again = await house.request(outlay)
    assert again.state is OutlayState.PAID
    with pytest.raises(OutlayReused):
        await house.request(evolve(outlay, reference="two"))


async def test_the_same_thing_is_not_paid_twice(house: House) -> None:
    """Unless it was certainly not paid."""
    outlay = await house.owed("one")
    other = evolve(outlay, id=OutlayId(UUID(int=7)))
    with pytest.raises(OutlayDoubled):
        await house.request(other)
    house.wallet.refuses.append(NO)
    await house.poll_wallets()
    assert (await house.request(other)).state is OutlayState.DUE


async def test_an_outlay_that_nobody_asked_for_is_not_there(house: House) -> None:
    """Nor is a cheque that nobody drew."""
    with pytest.raises(OutlayMissing):
        await house.outlays.get(OutlayId(UUID(int=7)))
    with pytest.raises(ChequeMissing):
        await house.cash(ChequeId(UUID(int=7)))


async def test_a_wallet_pays_in_what_it_has(house: House) -> None:
    """And one that is not there pays nothing."""
    with pytest.raises(BillRefused):
        await house.owed("one", Money(1, RUB))
    with pytest.raises(WalletUnknown):
        await house.owed("one", wallet="stars")


# Drawing.


async def test_bills_are_paid_together(house: House) -> None:
    """As many as the wallet can at once; what it cost besides is booked too."""
    outlays = [await house.owed(f"thing {number}") for number in range(5)]
    await house.work(0.2)
    states = [(await house.outlays.get(each.id)).state for each in outlays]
    assert states == [OutlayState.PAID] * 5
    assert [len(each) for each in house.wallet.drawn] == [4, 1]
    balance = await house.ledger.balance(purse("ton"), TON)
    assert balance.posted == Money.parse("-2.52", TON)
    assert await house.outlays.of("thing 1") == [await house.outlays.get(outlays[1].id)]


async def test_nothing_to_pay_is_no_cheque(house: House) -> None:
    """Nor is anything drawn while one is open."""
    assert await house.draw("ton") is None
    await house.owed("one")
    assert await house.draw("ton") is not None
    await house.owed("two")
    assert await house.draw("ton") is None


async def test_what_may_not_be_paid_is_unpaid(house: House) -> None:
    """It is in nobody's way: others are paid."""
    large = await house.owed("large", Money.parse("11", TON))
    late = await house.owed("late", bill=evolve(large.bill, pay_before=house.clock.now()))
    good = await house.owed("good")
    await house.work(0.2)
    assert (await house.outlays.get(large.id)).told.startswith("the wallet ton pays 10")
    assert "too late" in (await house.outlays.get(late.id)).told
    assert (await house.outlays.get(good.id)).state is OutlayState.PAID
    assert (await house.told()).count("outlay.unpaid") == 2


async def test_what_is_spent_today_is_paid_no_more(house: House) -> None:
    """Tomorrow it is again; what was void is given back to the day."""
    house.caps["ton"] = Caps(a_bill={"TON": COST}, a_day={"TON": COST})
    house.wallet.turns_away.append(NO)
    void = await house.owed("void")
    await house.work(0.1)
    paid = await house.owed("paid")
    await house.work(0.2)
    over = await house.owed("over")
    await house.work(0.2)
    house.clock.advance(hours=24)
    tomorrow = await house.owed("tomorrow")
    await house.work(0.2)
    states = [(await house.outlays.get(each.id)).state for each in (void, paid, over, tomorrow)]
    unpaid, is_paid = OutlayState.UNPAID, OutlayState.PAID
    assert states == [unpaid, is_paid, unpaid, is_paid]


async def test_one_bad_bill_is_not_in_the_way_of_others(house: House) -> None:
    """The oldest is tried alone: it is paid, or it is the bad one."""
    first, second = await house.owed("first"), await house.owed("second")
    house.wallet.refuses.append(WalletPoor("ton", COST, COST + COST))
    await house.work(0.2)
    assert [len(each) for each in house.wallet.drawn] == [1, 1]
    assert (await house.outlays.get(second.id)).state is OutlayState.PAID
    third, fourth = await house.owed("third"), await house.owed("fourth")
    house.wallet.refuses.extend([NO, NO])
    await house.work(0.2)
    assert (await house.outlays.get(third.id)).state is OutlayState.UNPAID
    assert (await house.outlays.get(fourth.id)).state is OutlayState.PAID
    assert (await house.outlays.get(first.id)).state is OutlayState.PAID


async def test_a_bill_that_a_wallet_will_not_have_is_unpaid(house: House) -> None:
    """For certain, because nothing was signed."""
    outlay = await house.owed("one")
    house.wallet.refuses.append(NO)
    assert await house.draw("ton") is None
    assert (await house.outlays.get(outlay.id)).told == str(NO)


async def test_what_cannot_be_read_now_is_drawn_later(house: House) -> None:
    """Nothing was signed, and nothing is unpaid."""
    outlay = await house.owed("one")
    house.wallet.refuses.append(DOUBT)
    assert await house.poll_wallets() == 0
    assert (await house.outlays.get(outlay.id)).state is OutlayState.DUE
    assert await house.poll_wallets() == 1


@define
class Busy(FakeWallet):
    """A wallet that takes so long to sign that something happens meanwhile."""

    meanwhile: list[Callable[[], Awaitable[object]]] = field(factory=list)

    async def draw(self, bills: Sequence[Bill], last: int) -> Draft:
        if self.meanwhile:
            await self.meanwhile.pop()()
        return await super().draw(bills, last)


async def busy() -> tuple[House, Busy]:
    """A house with one."""
    house = House(kind=Busy)
    assert isinstance(house.wallet, Busy)
    return house, house.wallet


async def test_who_is_slower_has_drawn_nothing() -> None:
    """Two sign for the same bill: one cheque is kept, and the other was seen by nobody."""
    house, wallet = await busy()
    await house.owed("one")
    wallet.meanwhile.append(lambda: house.draw("ton"))
    with pytest.raises(ChequebookMoved):
        await house.draw("ton")
    assert (await house.cheques.book("ton")).number == 1


async def test_a_bill_that_was_signed_meanwhile_is_not_given_up() -> None:
    """Whoever is refused a signature says nothing of what somebody else has signed."""
    house, wallet = await busy()
    outlay = await house.owed("one")

    async def another() -> None:
        await house.draw("ton")
        wallet.refuses.append(NO)

    wallet.meanwhile.append(another)
    assert await house.draw("ton") is None
    assert (await house.outlays.get(outlay.id)).state is OutlayState.SIGNED


async def test_a_cheque_is_drawn_under_its_number(house: House) -> None:
    """And only if none is open, whatever somebody has read before."""
    await house.owed("one")
    cheque = await house.draw("ton")
    assert cheque is not None
    book = await house.cheques.book("ton")
    with pytest.raises(ChequebookMoved):
        await house.cheques.draw(cheque, book)
    with pytest.raises(ChequeOpen):
        await house.cheques.draw(evolve(cheque, number=2), book)


# Presenting.


async def test_a_cheque_is_written_down_before_anybody_sees_it(house: House) -> None:
    """And that it is being presented, before it is."""
    outlay = await house.owed("one")
    house.wallet.fails.append(DOUBT)
    cheque = await house.draw("ton")
    assert cheque is not None
    assert (await house.outlays.get(outlay.id)).cheque == cheque.id
    doubtful = await house.cash(cheque.id)
    assert (doubtful.state, doubtful.presented) == (ChequeState.SIGNED, 1)
    assert doubtful.told == str(DOUBT)
    cashed = await house.cash(cheque.id)
    assert (cashed.state, cashed.presented) == (ChequeState.CASHED, 1)
    assert await house.cash(cheque.id) == cashed
    assert (await house.outlays.get(outlay.id)).proof == "tx"


async def test_nothing_is_presented_after_a_restore(house: House) -> None:
    """Neither first nor again, also by who was at it already; it goes on when it may."""
    await house.owed("one")
    cheque = await house.draw("ton")
    assert cheque is not None
    await house.standstill.begin(house.clock.now())
    with pytest.raises(StandsStill):
        await house.cash(cheque.id)
    assert (await house.cheques.get(cheque.id), house.wallet.presents) == (cheque, 0)
    await house.standstill.end()
    house.wallet.turns_away.append(DOUBT)
    await house.cash(cheque.id)
    await house.standstill.begin(house.clock.now())
    with pytest.raises(StandsStill):
        await house.cash(cheque.id)
    assert house.wallet.presents == 1
    await house.standstill.end()
    await house.cash(cheque.id)
    assert (house.wallet.presents, house.wallet.carried_out) == (2, ["message 1"])


async def test_it_is_presented_again_to_the_letter(house: House) -> None:
    """As long as it can be carried out, where that is no harm."""
    await house.owed("one")
    house.wallet.turns_away.append(DOUBT)
    await house.work(0.5)
    assert house.wallet.presents == 2
    assert house.wallet.carried_out == ["message 1"]


async def test_it_is_not_presented_again_where_that_could_pay_twice(house: House) -> None:
    """It is looked for until it ran out; then it is void."""
    house.wallet.presents_are_single = False
    outlay = await house.owed("one")
    house.wallet.turns_away.append(DOUBT)
    await house.work(0.9)
    assert (await house.outlays.get(outlay.id)).state is OutlayState.SIGNED
    await house.work(2)
    assert house.wallet.presents == 1
    assert (await house.outlays.get(outlay.id)).state is OutlayState.UNPAID
    assert (await house.cheque()).state is ChequeState.VOID


async def test_whoever_is_refused_the_first_time_knows(house: House) -> None:
    """It was not carried out, and never will be."""
    outlay = await house.owed("one")
    house.wallet.turns_away.append(NO)
    await house.poll_wallets()
    assert (await house.outlays.get(outlay.id)).told == str(NO)
    assert (await house.cheques.book("ton")).open is None


async def test_who_slept_after_signing_presents_nothing(house: House) -> None:
    """Others may have decided about it; it runs out."""
    house.wallet.presents_are_single = False
    outlay = await house.owed("one")
    cheque = await house.draw("ton")
    assert cheque is not None
    house.clock.advance(seconds=20)
    slept = await house.cash(cheque.id)
    assert slept.told == "it was not presented in time"
    await house.work(2)
    assert house.wallet.presents == 0
    assert (await house.outlays.get(outlay.id)).state is OutlayState.UNPAID


async def test_two_do_not_present_for_the_first_time(house: House) -> None:
    """Who comes second reads that somebody does."""
    await house.owed("one")
    cheque = await house.draw("ton")
    assert cheque is not None
    slow = Overtaken(house.cheques, lambda: house.cash(cheque.id))
    with pytest.raises(ChequeMoved):
        await evolve(house.cash, cheques=slow)(cheque.id)


async def test_a_cheque_whose_end_was_seen_by_another_is_as_that_saw_it(house: House) -> None:
    """The second look changes nothing, and books nothing again."""
    await house.owed("one")
    cheque = await house.draw("ton")
    assert cheque is not None
    await house.cash(cheque.id)
    cashed = await house.cash(cheque.id)
    nothing = Look(sight=Sight.NEVER, as_of=house.clock.now())
    assert await house.cash.keep(cheque, nothing) == cashed


async def test_a_cheque_may_be_carried_out_and_pay_nothing(house: House) -> None:
    """Then its bills are unpaid, and what it cost is booked all the same."""
    house.wallet.skips = True
    outlay = await house.owed("one")
    await house.work(0.2)
    told = (await house.outlays.get(outlay.id)).told
    assert told == "it was carried out without this payment"
    balance = await house.ledger.balance(purse("ton"), TON)
    assert balance.posted == Money.parse("-0.01", TON)


async def test_a_wallet_may_cost_nothing_besides(house: House) -> None:
    """Then no fee is booked; accounts that somebody opened stay as they are."""
    await house.ledger.open(Account(purse("ton"), TON, floor_units=-(10**12)))
    await house.owed("one")
    cheque = await house.draw("ton")
    assert cheque is not None
    for fee in (None, Money(0, TON)):
        look = Look(sight=Sight.CASHED, as_of=house.clock.now(), paid=[True], fee=fee)
        await house.cash.keep(cheque, look)
    balance = await house.ledger.balance(purse("ton"), TON)
    assert balance.posted == Money.parse("-0.5", TON)


# A person.


async def test_a_person_is_called_when_nobody_can_say(house: House) -> None:
    """Once; from then on it waits for them, and so does its wallet."""
    outlay = await house.owed("one")
    house.wallet.prompt = False
    house.wallet.blind = [DOUBT] * 1000
    await house.work(65)
    (waiting,) = await house.cheques.waiting(10)
    assert waiting.check_at is None
    await house.owed("two")
    await house.work(5)
    assert (await house.told()).count("cheque.unresolved") == 1
    await house.cash(waiting.id)
    assert (await house.told()).count("cheque.unresolved") == 1
    decided = await house.decide_cheque(waiting.id, ANNA, [True], "seen in the explorer")
    assert (decided.state, decided.decided_by) == (ChequeState.CASHED, "anna")
    assert (await house.outlays.get(outlay.id)).proof == "seen in the explorer"
    assert await house.cheques.waiting(10) == []
    with pytest.raises(ChequeMoved):
        await house.decide_cheque(waiting.id, BORIS, [False], "")


async def test_a_person_does_not_call_void_what_is_alive(house: House) -> None:
    """They may say that it was paid, though."""
    await house.owed("one")
    cheque = await house.draw("ton")
    assert cheque is not None
    with pytest.raises(ChequeAlive):
        await house.decide_cheque(cheque.id, ANNA, [False], "")
    await house.decide_cheque(cheque.id, ANNA, [True], "tx")


@pytest.mark.parametrize("said", [True, False])
async def test_what_is_there_for_all_to_see_is_no_matter_of_opinion(
    house: House, said: bool
) -> None:
    """It is looked at once more when somebody decides; what it cost is booked, too."""
    outlay = await house.owed("one")
    house.wallet.blind = [DOUBT] * 1000
    await house.work(65)
    house.wallet.blind = []
    (waiting,) = await house.cheques.waiting(10)
    decided = await house.decide_cheque(waiting.id, ANNA, [said], "seen in the explorer")
    assert (decided.state, decided.decided_by) == (ChequeState.CASHED, "anna")
    assert (await house.outlays.get(outlay.id)).proof == "tx"
    assert (
        await house.ledger.balance(account_name("fees:ton"), TON)
    ).posted.decimal == "0.010000000"


# Going on.


async def test_one_wallet_is_not_in_the_way_of_another() -> None:
    """Whatever goes wrong with it; and what is not due yet is left alone."""
    house = await House().furnished()
    stars = FakeWallet(house.clock, name="stars")
    poll = house.poll_wallets
    wallets = Wallets.these(stars, house.wallet)
    changed: dict[str, Any] = {"wallets": wallets}
    cash, draw = evolve(house.cash, **changed), evolve(house.draw, **changed)
    poll = evolve(poll, wallets=wallets, cash=cash, draw=draw)
    house.caps["stars"] = house.caps["ton"]
    house.request = evolve(house.request, wallets=wallets)
    outlay, other = await house.owed("one"), await house.owed("two", wallet="stars")
    stars.refuses.append(DOUBT)
    house.wallet.prompt = False
    assert await poll() == 1
    assert (await house.outlays.get(outlay.id)).state is OutlayState.SIGNED
    assert await poll() == 1
    assert (await house.outlays.get(other.id)).state is OutlayState.SIGNED
    house.clock.advance(seconds=0.5)
    assert await poll() == 0


async def test_wallets_are_visited(house: House) -> None:
    """To know that they can be asked; what they have only the signals are told."""
    assert await house.visit_wallets() == {"ton": Condition(True)}
    told = {(name, *sorted(labels)): n for (name, labels), n in house.told_numbers.gauges.items()}
    assert told["wallet_balance", ("asset", "TON"), ("wallet", "ton")] > 0
    house.wallet.keeps_silent = True
    said = (await house.visit_wallets())["ton"]
    assert (said.well, "no answer" in said.words) == (False, True)
