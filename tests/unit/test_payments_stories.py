"""Stories of payments: opening, asking, being told, and deciding about what waits."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve

from altyn.adapters.memory import MemoryArrivals
from altyn.core.balances import Account, AccountMissing, CeilingReached, account_name
from altyn.core.errors import AltynError, Missing, Unavailable
from altyn.core.money import TON, USDT, AmountTooLarge, AssetsMixed, Money
from altyn.core.payments import (
    AmountOutOfBounds,
    Arrival,
    ArrivalMissing,
    Case,
    Goods,
    Inflow,
    Invoice,
    InvoiceMissing,
    MethodForbidden,
    MethodUnknown,
    NothingHeld,
    NoticeForged,
    NoticeUnreadable,
    PaymentId,
    PaymentMissing,
    PaymentReused,
    Place,
    ProviderRefused,
    ProviderUnclear,
    Route,
    Routes,
    Rules,
    Sale,
    Stage,
    State,
    Treatment,
)
from altyn.core.payments.noticing import AGAIN_SECONDS
from tests.unit.payments_house import USER, House, order, rubles, usdt
from tests.unit.staff import ANNA, BORIS, CLARA

DOUBT = ProviderUnclear("fake", "silence")
NO = ProviderRefused("fake", "no")
GONE = InvoiceMissing(UUID(int=1), "fake")
ONE = PaymentId(UUID(int=1))


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A house that is looked through when the story is over."""
    house = House()
    yield house
    await house.sound()


# Opening.


STARS_ONLY = Route(forbidden=frozenset({(Goods.DIGITAL, Place.TELEGRAM)}))


@pytest.mark.parametrize(
    ("route", "sale", "words"),
    [
        (STARS_ONLY, Sale(), "fake is not for digital goods that are sold inside Telegram"),
        (
            Route(forbidden=frozenset({(Goods.SERVICE, Place.ELSEWHERE)})),
            Sale(goods=Goods.SERVICE, place=Place.ELSEWHERE),
            "fake is not for services that are sold outside Telegram",
        ),
        (Route(without=frozenset({"US"})), Sale(country="US"), "fake is not for payers from US"),
        (
            Route(countries=frozenset({"RU"})),
            Sale(),
            "fake is only for payers from some countries: say from where this one is",
        ),
    ],
)
async def test_a_sale_is_not_paid_by_a_method_whose_route_forbids_it(
    route: Route, sale: Sale, words: str
) -> None:
    """It says why; the provider is not asked, and nothing is written."""
    house = House(routes=Routes({"fake": route}))
    with pytest.raises(MethodForbidden) as refused:
        await house.open(order(sale=sale))
    assert str(refused.value) == words
    assert house.gateway.calls == []
    with pytest.raises(PaymentMissing):
        await house.payments.get(ONE)


async def test_what_a_route_allows_is_opened() -> None:
    """Only what is sold, where and to whom decides."""
    house = House(routes=Routes({"fake": STARS_ONLY}))
    allowed = Sale(goods=Goods.PHYSICAL, country="RU")
    payment = await house.open(order(sale=allowed))
    assert (payment.state, payment.order.sale) == (State.PENDING, allowed)
    assert (await house.open(order(2, sale=Sale(place=Place.ELSEWHERE)))).state is State.PENDING


async def test_a_route_that_was_changed_does_not_change_what_was_asked_before(
    house: House,
) -> None:
    """The same order again is answered by the same payment, the same id of another sale is not."""
    before = await house.open(order())
    strict = evolve(house.open, routes=Routes({"fake": STARS_ONLY}))
    assert await strict(order()) == before
    with pytest.raises(PaymentReused):
        await strict(order(sale=Sale(goods=Goods.PHYSICAL)))


async def test_an_order_gets_its_invoice(house: House) -> None:
    """It is pending, and looked at soon."""
    house.gateway.opens.append(Invoice(provider_id="p-1", link="https://pay"))
    payment = await house.open(order(reference="order:7"))
    assert (payment.state, payment.provider_id, payment.link) == (
        State.PENDING,
        "p-1",
        "https://pay",
    )
    assert payment.expires_at - payment.created_at == timedelta(hours=1)
    assert payment.check_at == house.clock.now() + timedelta(seconds=30)
    assert await house.payments.get(ONE) == payment
    (event,) = await house.told()
    assert (event.name, dict(event.facts)) == (
        "payment.pending",
        {
            "payment": str(ONE),
            "payer": "user:1",
            "reference": "order:7",
            "came": "0.000000 USDT",
            "credited": "0.000000 USDT",
            "asked": "0.001000 USDT",
        },
    )


async def test_the_same_order_is_the_same_payment(house: House) -> None:
    """As it is by then, whatever the provider would say to a new one, and nothing is done again."""
    payment = await house.open(order())
    house.gateway.accepts.append(AmountOutOfBounds("fake", usdt(1), usdt(2), usdt(3)))
    assert await house.open(order()) == payment
    settled = await house.comes(payment, house.inflow(1000))
    assert await house.open(order()) == settled
    assert house.gateway.calls == ["accept", "open", "inquire"]


async def test_an_id_has_one_order(house: House) -> None:
    """Another one is refused, and leaves nothing behind."""
    await house.open(order())
    accounts = await house.ledger.accounts()
    with pytest.raises(PaymentReused):
        await house.open(order(pays=1001, target=account_name("user:2")))
    assert (await house.payments.get(ONE)).asked == usdt(1000)
    assert await house.ledger.accounts() == accounts


@pytest.mark.parametrize(
    ("wrong", "answer", "error"),
    [
        ({"method": "other"}, None, MethodUnknown),
        ({}, AmountOutOfBounds("fake", usdt(1), usdt(2), usdt(3)), AmountOutOfBounds),
        ({}, DOUBT, ProviderUnclear),
    ],
)
async def test_what_cannot_be_asked_for_is_not_written(
    house: House, wrong: dict[str, Any], answer: AltynError | None, error: type[AltynError]
) -> None:
    """The caller may try again under the same id."""
    house.gateway.accepts.append(answer)
    with pytest.raises(error):
        await house.open(order(**wrong))
    with pytest.raises(PaymentMissing):
        await house.payments.get(ONE)
    assert await house.ledger.accounts() == []


async def test_two_who_open_at_once_get_one_payment(house: House) -> None:
    """The second finds what the first has written, also when he had looked before."""
    both = await asyncio.gather(house.open(order()), house.open(order()))
    assert both[0] == both[1]
    assert await house.names() == ["payment.pending"]
    outcomes = await asyncio.gather(
        house.open(order(2)), house.open(order(2, pays=7)), return_exceptions=True
    )
    assert [type(each) for each in outcomes].count(PaymentReused) == 1


async def test_a_refused_invoice_is_a_failed_payment(house: House) -> None:
    """It stays so, however often he says that he knows nothing; nobody asks for it again."""
    house.gateway.opens.append(NO)
    payment = await house.open(order())
    assert (payment.state, payment.told) == (State.FAILED, "fake refused: no")
    for _ in range(3):
        house.clock.advance(minutes=1)
        house.gateway.reports.append(GONE)
        assert await house.poll() == 1
    payment = await house.payments.get(ONE)
    assert (payment.state, payment.told) == (State.FAILED, "fake refused: no")
    assert house.gateway.calls.count("open") == 1
    assert await house.names() == ["payment.failed"]
    assert (await house.comes(payment, house.inflow(1000))).state is State.SETTLED


@pytest.mark.parametrize("doubt", [DOUBT, Missing()])
async def test_a_doubtful_invoice_is_asked_for_again(house: House, doubt: AltynError) -> None:
    """By whoever comes first, and he sees at once whether it was paid."""
    house.gateway.opens.append(doubt)
    payment = await house.open(order())
    assert (payment.state, payment.told) == (State.UNKNOWN, str(doubt))
    house.gateway.opens.append(DOUBT)
    with pytest.raises(Unavailable):
        await house.check(ONE)
    house.gateway.says(Stage.CLOSED, house.inflow(1000))
    house.clock.advance(minutes=2)
    assert await house.poll() == 1
    payment = await house.payments.get(ONE)
    assert (payment.state, payment.provider_id, payment.told) == (State.SETTLED, f"p-{ONE}", "")
    assert house.gateway.calls == ["accept", "open", "open", "open", "inquire"]
    assert await house.names() == [
        "payment.unknown",
        "payment.pending",
        "arrival.credited",
        "payment.settled",
    ]


async def test_a_refusal_ends_doubt(house: House) -> None:
    """Who asked again is told that it has failed."""
    house.gateway.opens.extend([DOUBT, NO])
    await house.open(order())
    assert (await house.check(ONE)).state is State.FAILED


async def test_no_invoice_is_opened_when_the_rate_has_run_out(house: House) -> None:
    """Nobody would get the link in time: he is asked whether there is one, and it has expired."""
    house.gateway.opens.append(DOUBT)
    payment = await house.open(order())
    house.clock.moment = payment.expires_at
    assert (await house.open(order())).state is State.UNKNOWN
    house.gateway.reports.append(GONE)
    await house.poll()
    assert (await house.payments.get(ONE)).state is State.EXPIRED
    assert house.gateway.calls == ["accept", "open", "inquire"]
    payment = await house.comes(payment, house.inflow(1000))
    assert (payment.state, payment.came) == (State.SETTLED, usdt(1000))


async def test_who_is_second_with_his_answer_changes_nothing(house: House) -> None:
    """Two ask for an invoice; one is refused or left in doubt after the other has it."""
    house.gateway.opens.append(DOUBT)
    doubtful = await house.open(order())
    first = await house.invoice(doubtful)
    assert await house.invoice(first) == first
    for late in (NO, DOUBT, Invoice(provider_id="another")):
        house.gateway.opens.append(late)
        assert await house.invoice(doubtful) == first


# Asking.


async def test_nobody_is_asked_about_what_is_not_there(house: House) -> None:
    """A payment has to be known."""
    with pytest.raises(PaymentMissing):
        await house.check(ONE)
    assert house.gateway.calls == []


@pytest.mark.parametrize("silence", [DOUBT, NO, MethodUnknown("fake", ()), Missing()])
async def test_silence_changes_nothing_but_the_time_of_the_next_look(
    house: House, silence: AltynError
) -> None:
    """It is told, and forgotten when he has answered."""
    payment = await house.open(order())
    house.gateway.reports.append(silence)
    with pytest.raises(type(silence)):
        await house.check(ONE)
    silent = await house.payments.get(ONE)
    assert (silent.state, silent.told, silent.checks) == (
        State.PENDING,
        str(silence),
        payment.checks + 1,
    )
    assert silent.check_at == house.clock.now() + timedelta(seconds=60)
    assert (await house.check(ONE)).told == ""


async def test_an_invoice_that_he_has_forgotten_leaves_us_in_doubt(house: House) -> None:
    """While it was open; what was given up or paid is no matter of doubt any more."""
    payment = await house.open(order())
    house.gateway.reports.append(GONE)
    with pytest.raises(InvoiceMissing):
        await house.check(ONE)
    payment = await house.payments.get(ONE)
    assert (payment.state, payment.told) == (State.UNKNOWN, str(GONE))
    for stage, state in ((Stage.EXPIRED, State.EXPIRED), (Stage.CLOSED, State.SETTLED)):
        came = (house.inflow(1000),) if state is State.SETTLED else ()
        await house.comes(payment, *came, stage=stage)
        house.gateway.reports.append(GONE)
        with pytest.raises(InvoiceMissing):
            await house.check(ONE)
        assert (await house.payments.get(ONE)).state is state


async def test_what_he_keeps_back_is_asked_about(house: House) -> None:
    """There is an invoice, so none is opened for it."""
    payment = await house.comes(await house.open(order()), stage=Stage.LOCKED)
    assert payment.state is State.UNKNOWN
    assert (await house.comes(payment, house.inflow(1000))).state is State.SETTLED
    assert house.gateway.calls == ["accept", "open", "inquire", "inquire"]


async def test_what_is_still_open_in_the_end_is_for_a_person(house: House) -> None:
    """Nobody asks any more, and that is said, once."""
    payment = await house.open(order())
    house.clock.moment = payment.expires_at + timedelta(hours=24)
    await house.names()
    for _ in range(2):
        house.gateway.reports.append(DOUBT)
        with pytest.raises(Unavailable):
            await house.check(ONE)
    assert (await house.payments.get(ONE)).check_at is None
    (event,) = await house.told()
    assert (event.name, event.facts["told"]) == ("payment.unresolved", str(DOUBT))


async def test_what_has_an_end_is_for_nobody(house: House) -> None:
    """Expired is expired."""
    payment = await house.open(order())
    house.clock.moment = payment.expires_at + timedelta(hours=24)
    payment = await house.comes(payment, stage=Stage.EXPIRED)
    assert payment.check_at is None
    assert "payment.unresolved" not in await house.names()


async def test_what_cannot_be_booked_is_asked_about_later(house: House) -> None:
    """A provider tells of more than there is: nothing is booked, and nobody asks without end."""
    payment = await house.open(order())
    most = house.inflow(2**63 - 1)
    house.gateway.says(Stage.CLOSED, house.inflow(400, "in-0"), most)
    with pytest.raises(AmountTooLarge):
        await house.check(ONE)
    payment = await house.payments.get(ONE)
    assert (payment.came, payment.state) == (usdt(0), State.PENDING)
    assert payment.check_at is not None
    assert payment.check_at > house.clock.now()
    assert "do not fit" in payment.told


async def test_polling_goes_on_after_a_failure(house: House) -> None:
    """Those that are due, the longest overdue first, so many at once."""
    for number in (1, 2, 3):
        await house.open(order(number))
        house.clock.advance(seconds=1)
    assert await house.poll() == 0
    house.clock.advance(seconds=29)
    house.gateway.reports.extend([DOUBT, GONE])
    house.gateway.says(Stage.CLOSED, house.inflow(1000))
    assert [await house.poll(limit=1), await house.poll(), await house.poll()] == [1, 2, 0]
    states = [(await house.payments.get(PaymentId(UUID(int=n)))).state for n in (1, 2, 3)]
    assert states == [State.PENDING, State.UNKNOWN, State.SETTLED]


# Notices.


async def tell(house: House, key: str, number: str = "1") -> bool:
    """The provider sends a notice."""
    return await house.take("fake", f"{key} {number}".encode(), {"sign": "his"})


async def test_a_notice_is_kept_once_and_only_when_it_is_his(house: House) -> None:
    """Before anybody acts on it."""
    assert [await tell(house, "k"), await tell(house, "k")] == [True, False]
    with pytest.raises(NoticeForged):
        await house.take("fake", b"k 1", {"sign": "another's"})
    with pytest.raises(MethodUnknown):
        await house.take("other", b"k 1", {"sign": "his"})
    with pytest.raises(NoticeUnreadable):
        await house.take("fake", b"x" * 65537, {"sign": "his"})
    (kept,) = await house.notices.waiting(house.clock.now(), 10)
    assert (kept.raw, kept.tries, kept.read_at) == (b"k 1", 0, kept.taken_at)
    assert house.gateway.calls == []


async def test_a_notice_is_a_reason_to_ask(house: House) -> None:
    """What it says is what he answers then."""
    await house.open(order())
    await tell(house, "k")
    house.gateway.says(Stage.CLOSED, house.inflow(1000))
    assert [await house.read(), await house.read()] == [1, 0]
    assert (await house.payments.get(ONE)).state is State.SETTLED


async def test_a_notice_waits_longer_and_longer_and_for_ever(house: House) -> None:
    """Until he has answered."""
    await house.open(order())
    await tell(house, "k")
    for seconds in (*AGAIN_SECONDS, AGAIN_SECONDS[-1], AGAIN_SECONDS[-1]):
        house.gateway.reports.append(DOUBT)
        assert await house.read() == 0
        house.clock.advance(seconds=seconds - 0.001)
        assert await house.notices.waiting(house.clock.now(), 10) == []
        house.clock.advance(seconds=0.001)
        (waiting,) = await house.notices.waiting(house.clock.now(), 10)
        assert waiting.outcome == str(DOUBT)
    assert await house.read() == 1


async def test_a_notice_is_not_done_with_while_the_invoice_is_in_doubt(house: House) -> None:
    """He was not asked what came."""
    house.gateway.opens.extend([DOUBT, DOUBT])
    await house.open(order())
    await tell(house, "k")
    assert await house.read() == 0
    house.clock.advance(seconds=AGAIN_SECONDS[0])
    house.gateway.says(Stage.CLOSED, house.inflow(1000))
    assert await house.read() == 1
    assert (await house.payments.get(ONE)).state is State.SETTLED


async def test_one_bad_notice_does_not_keep_up_the_others(house: House) -> None:
    """Each is read by itself, the oldest first."""
    for number in (1, 2):
        await house.open(order(number))
        await tell(house, f"k-{number}", str(number))
        house.clock.advance(seconds=1)
    house.gateway.reports.append(GONE)
    house.gateway.says(Stage.CLOSED, house.inflow(1000))
    assert await house.read() == 1
    assert (await house.payments.get(PaymentId(UUID(int=2)))).state is State.SETTLED


@pytest.mark.parametrize("number", ["", "77"])
async def test_what_is_not_ours_is_held_once(house: House, number: str) -> None:
    """Under no name of ours or an unknown one; what it grows by is held as well."""
    for turn, units in enumerate((500, 500, 800, 300)):
        house.gateway.finds.append([house.inflow(units)])
        await tell(house, f"k-{turn}", number)
        assert await house.read() == 1
    drawer = await house.drawer()
    assert [(each.case, each.payment, each.held.units) for each in drawer] == [
        (Case.UNMATCHED, None, 500),
        (Case.UNMATCHED, None, 300),
    ]
    assert await house.holds("suspense:unmatched") == 800
    assert await house.holds("clearing:fake") == -800
    assert await house.names() == ["arrival.held"] * 2


async def test_silence_about_what_is_not_ours_is_no_answer(house: House) -> None:
    """It is asked about again."""
    house.gateway.finds.extend([DOUBT, [house.inflow(500)]])
    await tell(house, "k", "")
    assert await house.read() == 0
    house.clock.advance(seconds=5)
    assert await house.read() == 1
    assert len(await house.drawer()) == 1


async def test_who_is_second_with_an_arrival_books_what_is_left() -> None:
    """It grew since the other one looked: the rest is not lost, and nothing is there twice."""

    class SomebodyFirst(MemoryArrivals):
        async def add(self, arrival: Arrival) -> bool:
            if not await self.of(ONE) and not await self.held(10):
                units = arrival.inflow.amount.units - 100
                smaller = Inflow(key="in-1", amount=usdt(units), at=arrival.inflow.at)
                other = Arrival(
                    method="fake",
                    inflow=smaller,
                    payment=None,
                    case=Case.UNMATCHED,
                    credited=usdt(0),
                    held=usdt(units),
                    noted_at=arrival.noted_at,
                )
                await super().add(other)
            return await super().add(arrival)

    house = House(arrivals=SomebodyFirst)
    house.gateway.finds.append([house.inflow(500)])
    await tell(house, "k", "")
    assert await house.read() == 1
    assert [each.held.units for each in await house.drawer()] == [400, 100]

    house = House(arrivals=SomebodyFirst)
    payment = await house.comes(await house.open(order()), house.inflow(1000))
    assert (payment.came, await house.holds(USER)) == (usdt(100), 100)


# Deciding.


async def held(house: House, units: int = 500, *, gives: Money | None = None) -> None:
    """A payment is paid twice, and the rule holds the second."""
    payment = await house.open(order(gives=gives))
    await house.comes(payment, house.inflow(1000), house.inflow(units, "in-2"))
    await house.names()


@pytest.fixture
async def strict() -> AsyncIterator[House]:
    """One in which somebody decides about what comes twice."""
    house = House(Rules({Case.DOUBLE: Treatment.HOLD}))
    yield house
    await house.sound()


async def test_what_is_held_is_given_to_whom_it_was_for(strict: House) -> None:
    """At the rate of the quote, and it is told who decided."""
    await held(strict, gives=rubles(90))
    await strict.credit("fake", "in-2", by=ANNA)
    assert await strict.holds(USER, rubles(1).asset) == 135
    assert await strict.drawer() == []
    assert (await strict.payments.get(ONE)).credited == usdt(1500)
    credited, decided = await strict.told()
    assert (credited.name, decided.name) == ("arrival.credited", "arrival.decided")
    assert dict(decided.facts) == {
        "method": "fake",
        "key": "in-2",
        "by": "anna",
        "to": "user:1",
    }
    (link,) = await strict.trail.onward(9)
    assert (link.audited.who, link.audited.what) == ("anna", "arrival.credited")
    assert (link.audited.about, link.audited.facts["to"]) == ("arrival:fake:in-2", "user:1")


async def test_what_is_held_is_given_to_somebody_as_it_came(strict: House) -> None:
    """An account is opened for it where there is none."""
    await held(strict, gives=rubles(90))
    await strict.give("fake", "in-2", account_name("user:7"), by=ANNA)
    assert await strict.holds("user:7") == 500
    assert await strict.drawer() == []
    assert (await strict.told())[-1].facts["to"] == "user:7"


async def test_it_is_decided_once(strict: House) -> None:
    """Whoever is second is told so, and nothing moves."""
    await held(strict)
    outcomes = await asyncio.gather(
        strict.credit("fake", "in-2", by=ANNA),
        strict.give("fake", "in-2", account_name("user:7"), by=BORIS),
        strict.credit("fake", "in-2", by=CLARA),
        return_exceptions=True,
    )
    assert [type(each) for each in outcomes] == [type(None), NothingHeld, NothingHeld]
    assert (await strict.holds(USER), await strict.holds("user:7")) == (1500, 0)
    with pytest.raises(NothingHeld):
        await strict.give("fake", "in-1", account_name("user:7"), by=ANNA)
    assert (await strict.names()).count("arrival.decided") == 1


async def test_what_never_came_cannot_be_decided_about(house: House) -> None:
    """Nor can what nobody was asked for be credited to whoever that was."""
    for decide in (
        house.credit("fake", "in-1", by=ANNA),
        house.give("fake", "in-1", USER, by=ANNA),
    ):
        with pytest.raises(ArrivalMissing):
            await decide
    house.gateway.finds.append([house.inflow(500)])
    await tell(house, "k", "")
    await house.read()
    with pytest.raises(ArrivalMissing):
        await house.credit("fake", "in-1", by=ANNA)
    await house.give("fake", "in-1", USER, by=ANNA)
    assert await house.holds(USER) == 500


@pytest.mark.parametrize("has_account", [True, False])
@pytest.mark.parametrize("gives", [None, rubles(90)])
async def test_another_asset_has_no_rate(
    house: House, gives: Money | None, has_account: bool
) -> None:
    """It can be given as it came, whether or not somebody has an account of it."""
    if has_account:
        await house.ledger.open(Account(USER, TON))
    payment = await house.open(order(gives=gives))
    await house.comes(payment, house.inflow(500, asset=TON))
    with pytest.raises(AssetsMixed):
        await house.credit("fake", "in-1", by=ANNA)
    await house.give("fake", "in-1", USER, by=ANNA)
    assert await house.holds(USER, TON) == 500


async def test_a_decision_that_cannot_be_carried_out_is_none(strict: House) -> None:
    """It still waits, and may be decided about again, in the same way too."""
    await held(strict)
    await strict.ledger.limit(Account(USER, USDT, ceiling_units=1200))
    with pytest.raises(CeilingReached):
        await strict.credit("fake", "in-2", by=ANNA)
    with pytest.raises(CeilingReached):
        await strict.give("fake", "in-2", USER, by=ANNA)
    assert (len(await strict.drawer()), await strict.names()) == (1, [])
    await strict.ledger.limit(Account(USER, USDT))
    await strict.credit("fake", "in-2", by=ANNA)
    assert await strict.holds(USER) == 1500


async def test_a_ledger_without_the_accounts_books_nothing(house: House) -> None:
    """What is missing there is no refusal of the target: it is not taken for one."""
    payment = await house.open(order())
    standings = house.ledger._standings
    del standings[USER, "USDT"]
    house.gateway.says(Stage.CLOSED, house.inflow(1000))
    with pytest.raises(AccountMissing):
        await house.check(payment.id)
    assert await house.drawer() == []
    assert (await house.payments.get(ONE)).state is State.PENDING
