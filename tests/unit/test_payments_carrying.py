"""Carrying out a refund: the provider is asked once, and what he leaves in doubt is asked about."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from attrs import define, evolve, frozen

from altyn.core.balances import Account, account_name
from altyn.core.errors import AltynError, Missing
from altyn.core.payments import (
    Arrival,
    ArrivalMoved,
    Case,
    Gateways,
    InvoiceMissing,
    Payment,
    ProviderRefused,
    ProviderUnclear,
    Refund,
    RefundId,
    RefundMissing,
    RefundMoved,
    RefundStage,
    RefundState,
    Returning,
    Rules,
    State,
    Treatment,
)
from altyn.core.payments.refunding import CALL
from altyn.core.payments.schedule import REFUND_LOOKS_MAX, REFUND_STEPS_SECONDS
from altyn.core.resilience import (
    CircuitOpen,
    NoCandidate,
    NotExecuted,
    TurnedAway,
    WaitedTooLong,
)
from altyn.core.standstill import StandsStill
from tests.unit.payments_house import USER, House, Overtaken, Scripted, order, rubles, usdt, wish
from tests.unit.staff import ANNA, BORIS, CLARA

ONE = wish().id
DOUBT = ProviderUnclear("fake", "silence")
NO = ProviderRefused("fake", "no")
NOT_ASKED = [
    CircuitOpen("fake", 5.0),
    NoCandidate("refund", 5.0),
    NotExecuted("no connection"),
    TurnedAway("busy"),
    WaitedTooLong("normal", 1.0, 1.0),
]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A house that is looked through when the story is over."""
    house = House()
    yield house
    await house.sound()


async def due(house: House, *, gives: Any = None) -> Payment:
    """A payment was settled, and 400 of 1000 are to go back."""
    payment = await house.open(order(gives=gives))
    payment = await house.comes(payment, house.inflow(1000))
    await house.ask_back(wish(units=400))
    await house.told()
    house.gateway.calls.clear()
    return payment


async def state(house: House) -> RefundState:
    """Where the refund is."""
    return (await house.refunds.get(ONE)).state


async def in_doubt(house: House) -> Payment:
    """He was asked, and said nothing."""
    payment = await due(house)
    house.gateway.refunds.append(DOUBT)
    await house.carry_out(ONE)
    await house.told()
    house.gateway.calls.clear()
    return payment


def at(refund: Refund) -> timedelta:
    """How long after it was asked for it is gone on with."""
    assert refund.check_at is not None
    return refund.check_at - refund.created_at


@define(slots=False)
class Busy(Scripted):
    """One with whom something happens in the middle of a call."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says."""
        await self._happens()
        return await super().refund(refund, arrival)

    async def inquire_refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says."""
        await self._happens()
        return await super().inquire_refund(refund, arrival)

    async def _happens(self) -> None:
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            await happens()


def busy(house: House) -> Busy:
    """The same house, and a provider with whom things happen meanwhile."""
    gateway = Busy(house.clock, calls=house.gateway.calls, refunds=house.gateway.refunds)
    house.carry_out = evolve(house.carry_out, gateways=Gateways.these(gateway))
    house.decide = evolve(house.decide, carry_out=house.carry_out)
    return gateway


# He is asked.


@pytest.mark.parametrize(
    ("answer", "after", "back", "user"),
    [
        (RefundStage.DONE, RefundState.DONE, 0, 600),
        (RefundStage.ACCEPTED, RefundState.ACCEPTED, 400, 600),
        (RefundStage.NOTHING, RefundState.UNKNOWN, 400, 600),
        (RefundStage.FAILED, RefundState.FAILED, 0, 1000),
        (NO, RefundState.FAILED, 0, 1000),
        (Missing(), RefundState.FAILED, 0, 1000),
        (InvoiceMissing(UUID(int=1), "fake"), RefundState.FAILED, 0, 1000),
        (DOUBT, RefundState.UNKNOWN, 400, 600),
        *[(each, RefundState.DUE, 400, 600) for each in NOT_ASKED],
    ],
    ids=str,
)
async def test_what_he_says_when_he_is_asked(
    house: House, answer: RefundStage | AltynError, after: RefundState, back: int, user: int
) -> None:
    """Only a no is taken for one: whatever leaves doubt keeps the money aside."""
    payment = await due(house)
    house.gateway.refunds.append(answer)
    refund = await house.carry_out(ONE)
    assert refund.state is after
    assert await house.refunds.get(ONE) == refund
    assert (await house.holds("returning:fake"), await house.holds(USER)) == (back, user)
    kept = await house.payments.get(payment.id)
    assert kept.state is (State.REFUNDING if back else State.SETTLED)
    assert house.gateway.calls == ["refund"]
    assert (refund.check_at is None) is (after in (RefundState.DONE, RefundState.FAILED))
    assert kept.came == usdt(1000)


async def test_what_did_not_go_back_says_why(house: House) -> None:
    """And the payment is as though nothing had been, but that he is asked about it once more."""
    payment = await due(house)
    house.gateway.refunds.append(NO)
    assert (await house.carry_out(ONE)).told == "fake refused: no"
    after = await house.payments.get(payment.id)
    assert after == evolve(payment, check_at=house.clock.now())
    arrival = await house.arrivals.get("fake", "in-1")
    assert (arrival.credited, arrival.why_held) == (usdt(1000), "")
    assert await house.names() == ["refund.failed", "payment.settled"]


async def test_it_is_written_down_before_he_is_asked(house: House) -> None:
    """And for a while nobody else goes on with it."""
    await due(house)
    gateway = busy(house)
    seen: list[Any] = []

    async def look() -> None:
        seen.append(await house.refunds.get(ONE))
        seen.append(house.store.active)

    gateway.meanwhile = look
    await house.carry_out(ONE)
    claimed, in_transaction = seen
    assert (claimed.state, at(claimed)) == (RefundState.UNKNOWN, CALL)
    assert not in_transaction
    assert timedelta(minutes=1) <= CALL <= timedelta(minutes=10)


class Death(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("single", [False, True])
async def test_who_died_before_he_asked_may_have_asked(house: House, single: bool) -> None:
    """Nobody knows: he is only asked about it, unless asking again pays nothing twice."""
    await due(house)
    gateway = busy(house)
    house.poll_refunds = evolve(house.poll_refunds, carry_out=house.carry_out)
    gateway.refunds_are_single = single

    async def die() -> None:
        raise Death

    gateway.meanwhile = die
    with pytest.raises(Death):
        await house.carry_out(ONE)
    assert await state(house) is RefundState.UNKNOWN
    house.clock.advance(seconds=CALL.total_seconds() - 0.001)
    assert await house.poll_refunds() == 0
    house.clock.advance(seconds=0.001)
    house.gateway.refunds.extend([RefundStage.NOTHING, RefundStage.DONE])
    assert await house.poll_refunds() == 1
    if single:
        assert (await state(house), gateway.calls) == (
            RefundState.DONE,
            ["inquire_refund", "refund"],
        )
    else:
        assert (await state(house), gateway.calls) == (RefundState.UNKNOWN, ["inquire_refund"])


async def test_of_two_who_go_on_with_it_one_asks(house: House) -> None:
    """The other is told that somebody does."""
    await due(house)
    refunds = Overtaken(house.refunds, lambda: house.carry_out(ONE))
    with pytest.raises(RefundMoved):
        await evolve(house.carry_out, refunds=refunds)(ONE)
    assert await state(house) is RefundState.DONE
    assert house.gateway.calls == ["refund"]


@frozen
class FoundDue:
    """Refunds as somebody saw them a moment ago: one of them was due."""

    refunds: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.refunds, name)

    async def due(self, at: datetime, limit: int) -> list[RefundId]:
        return [ONE]


async def test_nobody_is_asked_beside_whoever_asks(house: House) -> None:
    """Of two workers that found it due one asks; what he refuses the other does not have done."""
    await due(house)
    gateway = busy(house)
    gateway.refunds_are_single = True
    other = evolve(house.poll_refunds, refunds=FoundDue(house.refunds), carry_out=house.carry_out)
    asked: list[str] = []

    async def look() -> None:
        gateway.meanwhile = None
        await other()
        asked.extend(gateway.calls)

    gateway.meanwhile = look
    house.gateway.refunds.append(NO)
    await house.carry_out(ONE)
    assert (await state(house), asked) == (RefundState.FAILED, [])
    assert gateway.calls == ["refund"]


async def test_nobody_is_asked_for_it_after_a_restore(house: House) -> None:
    """Also where somebody was at it already: the books may not know that it went back."""
    await due(house)
    await house.standstill.begin(house.clock.now())
    with pytest.raises(StandsStill):
        await house.carry_out(ONE)
    await house.poll_refunds()
    assert (await state(house), house.gateway.calls) == (RefundState.DUE, [])
    await house.standstill.end()
    await house.poll_refunds()
    assert (await state(house), house.gateway.calls) == (RefundState.DONE, ["refund"])


async def test_after_a_restore_he_is_only_asked_what_became_of_it(house: House) -> None:
    """Asking for it again pays nothing twice, but pays."""
    await due(house)
    house.gateway.refunds_are_single = True
    house.gateway.refunds.append(DOUBT)
    await house.carry_out(ONE)
    await house.standstill.begin(house.clock.now())
    doubtful = await house.carry_out(ONE)
    assert (doubtful.state, house.gateway.calls) == (
        RefundState.UNKNOWN,
        ["refund", "inquire_refund"],
    )
    assert "altyn resume" in doubtful.told
    await house.standstill.end()
    assert (await house.carry_out(ONE)).state is RefundState.DONE


async def test_what_is_over_stays_as_it_is(house: House) -> None:
    """Nobody is asked any more; what was never asked for is missing."""
    await due(house)
    done = await house.carry_out(ONE)
    assert await house.carry_out(ONE) == done
    assert house.gateway.calls == ["refund"]
    with pytest.raises(RefundMissing):
        await house.carry_out(wish(9).id)


# He was not asked.


async def test_who_was_not_asked_is_asked_later(house: House) -> None:
    """More and more rarely, and for ever; that is no news to anybody, and no doubt."""
    await due(house)
    steps = [*REFUND_STEPS_SECONDS[1:], REFUND_STEPS_SECONDS[-1]]
    waits = []
    for turn in range(REFUND_LOOKS_MAX + 5):
        house.gateway.refunds.append(NOT_ASKED[turn % len(NOT_ASKED)])
        assert await house.poll_refunds() == 1
        refund = await house.refunds.get(ONE)
        assert refund.state is RefundState.DUE
        assert refund.check_at is not None
        waits.append((refund.check_at - house.clock.now()).total_seconds())
        house.clock.moment = refund.check_at
    assert waits[: len(steps)] == steps
    assert set(waits[len(steps) :]) == {REFUND_STEPS_SECONDS[-1]}
    assert house.gateway.calls == ["refund"] * (REFUND_LOOKS_MAX + 5)
    assert await house.names() == []
    house.gateway.refunds.append(DOUBT)
    await house.poll_refunds()
    refund = await house.refunds.get(ONE)
    assert (refund.state, refund.checks) == (RefundState.UNKNOWN, 0)
    assert refund.check_at is not None


async def test_who_died_after_a_long_wait_left_no_long_doubt(house: House) -> None:
    """He could not be asked for days; of what is in doubt since then he is asked anew."""
    await due(house)
    for _ in range(REFUND_LOOKS_MAX):
        house.gateway.refunds.append(NOT_ASKED[0])
        await house.carry_out(ONE)
    gateway = busy(house)

    async def die() -> None:
        raise Death

    gateway.meanwhile = die
    with pytest.raises(Death):
        await house.carry_out(ONE)
    house.gateway.refunds.append(RefundStage.NOTHING)
    refund = await house.carry_out(ONE)
    assert (refund.state, refund.checks) == (RefundState.UNKNOWN, 1)
    assert refund.check_at is not None
    assert await house.names() == []


async def test_a_method_that_is_not_here_now_may_come_again(house: House) -> None:
    """The operator has disabled it: what is due waits, what is in doubt stays so."""
    await due(house)
    here = house.carry_out
    house.carry_out = evolve(here, gateways=Gateways.these())
    refund = await house.carry_out(ONE)
    assert (refund.state, refund.told) == (
        RefundState.DUE,
        "there is no payment method 'fake'; none is enabled",
    )
    house.gateway.refunds.append(DOUBT)
    await here(ONE)
    assert (await house.carry_out(ONE)).state is RefundState.UNKNOWN
    assert (await here(ONE)).state is RefundState.UNKNOWN
    assert house.gateway.calls == ["refund", "inquire_refund"]


# He is asked about it.


@pytest.mark.parametrize(
    ("answer", "after", "back"),
    [
        (RefundStage.DONE, RefundState.DONE, 0),
        (RefundStage.ACCEPTED, RefundState.ACCEPTED, 400),
        (RefundStage.NOTHING, RefundState.UNKNOWN, 400),
        (RefundStage.FAILED, RefundState.FAILED, 0),
        *[(each, RefundState.UNKNOWN, 400) for each in (NO, Missing(), DOUBT, *NOT_ASKED)],
    ],
    ids=str,
)
async def test_what_he_says_when_he_is_asked_about_it(
    house: House, answer: RefundStage | AltynError, after: RefundState, back: int
) -> None:
    """That he knows of none, or does not say, is no no; he is not asked for it again."""
    await in_doubt(house)
    house.gateway.refunds.append(answer)
    house.clock.advance(seconds=10)
    assert await house.poll_refunds() == 1
    assert await state(house) is after
    assert await house.holds("returning:fake") == back
    assert await house.holds(USER) == (1000 if after is RefundState.FAILED else 600)
    assert house.gateway.calls == ["inquire_refund"]


@pytest.mark.parametrize(
    ("answer", "after", "back"),
    [
        (RefundStage.DONE, RefundState.DONE, 0),
        (RefundStage.FAILED, RefundState.FAILED, 0),
        *[
            (each, RefundState.ACCEPTED, 400)
            for each in (RefundStage.ACCEPTED, RefundStage.NOTHING, NO, DOUBT, *NOT_ASKED)
        ],
    ],
    ids=str,
)
@pytest.mark.parametrize("single", [False, True])
async def test_what_he_accepted_he_does_or_not(
    house: House, answer: RefundStage | AltynError, after: RefundState, back: int, single: bool
) -> None:
    """He is believed both ways, and not asked for it again in any case."""
    await due(house)
    house.gateway.refunds_are_single = single
    house.gateway.refunds.extend([RefundStage.ACCEPTED, answer])
    await house.carry_out(ONE)
    assert (await house.carry_out(ONE)).state is after
    assert await house.holds("returning:fake") == back
    assert house.gateway.calls == ["refund", "inquire_refund"]


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        (RefundStage.DONE, RefundState.DONE),
        (RefundStage.ACCEPTED, RefundState.ACCEPTED),
        (RefundStage.NOTHING, RefundState.UNKNOWN),
        (RefundStage.FAILED, RefundState.FAILED),
        *[(each, RefundState.UNKNOWN) for each in (NO, Missing(), DOUBT, *NOT_ASKED)],
    ],
    ids=str,
)
async def test_where_it_pays_once_he_is_asked_again(
    house: House, answer: RefundStage | AltynError, after: RefundState
) -> None:
    """A no to that is not about the first time, which may still be carried out."""
    await in_doubt(house)
    house.gateway.refunds_are_single = True
    house.gateway.refunds.extend([RefundStage.NOTHING, answer])
    assert (await house.carry_out(ONE)).state is after
    assert house.gateway.calls == ["inquire_refund", "refund"]


async def test_where_it_pays_once_silence_is_not_an_invitation(house: House) -> None:
    """He is asked again only when he has said that he knows of none."""
    await in_doubt(house)
    house.gateway.refunds_are_single = True
    house.gateway.refunds.extend([DOUBT, RefundStage.ACCEPTED])
    assert (await house.carry_out(ONE)).state is RefundState.UNKNOWN
    assert (await house.carry_out(ONE)).state is RefundState.ACCEPTED
    assert house.gateway.calls == ["inquire_refund", "inquire_refund"]


async def test_looks_become_rarer(house: House) -> None:
    """And begin anew when he has said something."""
    await due(house)
    house.gateway.refunds.extend([DOUBT] * 8)
    waits = []
    for _ in range(8):
        assert await house.poll_refunds() == 1
        refund = await house.refunds.get(ONE)
        assert refund.check_at is not None
        waits.append((refund.check_at - house.clock.now()).total_seconds())
        house.clock.moment = refund.check_at - timedelta(milliseconds=1)
        assert await house.poll_refunds() == 0
        house.clock.moment = refund.check_at
    assert waits == [*REFUND_STEPS_SECONDS, 1800, 1800]
    house.gateway.refunds.append(RefundStage.ACCEPTED)
    await house.poll_refunds()
    refund = await house.refunds.get(ONE)
    assert refund.check_at == house.clock.now() + timedelta(seconds=10)


# Doubt that lasts.


async def lasting(house: House, answer: RefundStage | AltynError) -> int:
    """He is asked until nobody asks any more; answers how often."""
    asked = 0
    while (check_at := (await house.refunds.get(ONE)).check_at) is not None:
        house.clock.moment = max(check_at, house.clock.moment)
        house.gateway.refunds.append(answer)
        assert await house.poll_refunds() == 1
        asked += 1
    return asked


@pytest.mark.parametrize(
    ("first", "then", "after"),
    [
        (DOUBT, DOUBT, RefundState.UNKNOWN),
        (DOUBT, RefundStage.NOTHING, RefundState.UNKNOWN),
        (RefundStage.ACCEPTED, RefundStage.ACCEPTED, RefundState.ACCEPTED),
    ],
    ids=str,
)
async def test_doubt_that_lasts_is_for_a_person(
    house: House,
    first: RefundStage | AltynError,
    then: RefundStage | AltynError,
    after: RefundState,
) -> None:
    """After three days nobody asks any more; that is said once, and it is on the list."""
    await due(house)
    house.gateway.refunds.append(first)
    await house.poll_refunds()
    assert await house.refunds.waiting(9) == []
    await house.told()
    began = house.clock.now()
    assert await lasting(house, then) == REFUND_LOOKS_MAX
    assert timedelta(days=3) <= house.clock.now() - began <= timedelta(days=4)
    assert await state(house) is after
    assert [each.id for each in await house.refunds.waiting(9)] == [ONE]
    house.clock.advance(hours=200)
    assert await house.poll_refunds() == 0
    house.gateway.refunds.append(then)
    await house.carry_out(ONE)  # somebody looks once more
    assert await house.names() == ["refund.unresolved"]
    assert await house.holds("returning:fake") == 400


async def test_he_may_be_asked_once_more_by_hand(house: House) -> None:
    """What he says then counts."""
    await in_doubt(house)
    await lasting(house, DOUBT)
    house.gateway.refunds.append(RefundStage.ACCEPTED)
    refund = await house.carry_out(ONE)
    assert refund.state is RefundState.ACCEPTED
    assert refund.check_at is not None


@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize("paid", [False, True])
async def test_a_person_says_what_became_of_it(house: House, paid: bool, accepted: bool) -> None:
    """Having seen it there: it is back, or it is whose it was; and that is the end of it."""
    payment = await due(house)
    house.gateway.refunds.append(RefundStage.ACCEPTED if accepted else DOUBT)
    await house.carry_out(ONE)
    await house.told()
    refund = await house.decide.resolve(ONE, by=BORIS, paid=paid)
    assert (refund.state, refund.approved_by, refund.check_at) == (
        RefundState.DONE if paid else RefundState.FAILED,
        "boris",
        None,
    )
    assert await house.holds(USER) == (600 if paid else 1000)
    assert await house.holds("clearing:fake") == (-600 if paid else -1000)
    after = await house.payments.get(payment.id)
    assert after.returned == usdt(400 if paid else 0)
    assert await house.names() == [f"refund.{refund.state}", "payment.settled"]
    with pytest.raises(RefundMoved):
        await house.decide.resolve(ONE, by=CLARA, paid=not paid)
    assert await house.carry_out(ONE) == refund


async def test_what_is_not_in_doubt_is_not_resolved(house: House) -> None:
    """He was never asked."""
    await due(house)
    for paid in (True, False):
        with pytest.raises(RefundMoved) as moved:
            await house.decide.resolve(ONE, by=BORIS, paid=paid)
        assert moved.value.state == RefundState.DUE
    assert await house.holds("returning:fake") == 400


# Somebody else was told before.


@pytest.mark.parametrize(
    "late", [RefundStage.DONE, RefundStage.FAILED, NO, DOUBT, *NOT_ASKED], ids=str
)
@pytest.mark.parametrize("paid", [False, True])
async def test_who_is_told_last_changes_nothing(
    house: House, late: RefundStage | AltynError, paid: bool
) -> None:
    """A person has decided while he was still being asked."""
    await due(house)
    gateway = busy(house)
    gateway.meanwhile = lambda: house.decide.resolve(ONE, by=BORIS, paid=paid)
    house.gateway.refunds.append(late)
    refund = await house.carry_out(ONE)
    assert refund.state is (RefundState.DONE if paid else RefundState.FAILED)
    assert refund.told == ""
    assert await house.holds(USER) == (600 if paid else 1000)


async def test_a_look_does_not_hide_that_he_was_not_asked(house: House) -> None:
    """Whoever asked learns that nothing was done, while somebody else asks about it in vain."""
    await due(house)
    gateway = busy(house)
    first = evolve(house.carry_out, gateways=Gateways.these(house.gateway))

    async def asked_in_vain() -> None:
        # He has claimed it, and is turned away only while the other one looks.
        claimed = await house.refunds.get(ONE)
        await first.change(ONE, lambda refund: refund.moved(RefundState.DUE, claimed.check_at))

    await house.refunds.put(
        (await house.refunds.get(ONE)).moved(RefundState.UNKNOWN, house.clock.now()),
        was=RefundState.DUE,
    )
    gateway.meanwhile = asked_in_vain
    house.gateway.refunds.append(RefundStage.NOTHING)
    assert (await house.carry_out(ONE)).state is RefundState.DUE
    assert (await house.carry_out(ONE)).state is RefundState.DONE
    assert house.gateway.calls == ["inquire_refund", "refund"]


# It did not go back.


async def test_whoever_cannot_take_it_again_does_not_get_it(house: House) -> None:
    """It waits for a person with the reason, as often as that happens, and is theirs in the end."""
    payment = await due(house, gives=rubles(90))
    asset = rubles(1).asset
    for turn in range(3):
        await house.ledger.limit(Account(USER, asset, ceiling_units=89))
        house.gateway.refunds.append(NO)
        await house.told()
        refund = await house.carry_out(wish(turn + 1).id)
        assert refund.state is RefundState.FAILED
        (waits,) = await house.drawer()
        assert (waits.held, waits.credited) == (usdt(400), usdt(600))
        assert "user:1" in waits.why_held
        assert await house.names() == ["arrival.held", "refund.failed", "payment.settled"]
        assert await house.holds(USER, asset) == 54
        assert (await house.payments.get(payment.id)).credited == usdt(600)
        await house.sound()
        await house.ledger.limit(Account(USER, asset))
        await house.credit("fake", "in-1", by=ANNA)
        assert await house.holds(USER, asset) == 90
        await house.sound()
        await house.ask_back(wish(turn + 2, units=400))


async def test_what_waits_again_is_given_again(house: House) -> None:
    """To the same or to somebody else, as often as it waits; nothing is left behind."""
    async with house.store():
        await house.book.hold("fake", [house.inflow(500)])
    bob, carol = account_name("user:bob"), account_name("user:carol")
    for turn, (to, other) in enumerate(((bob, carol), (bob, carol), (carol, bob)), start=1):
        await house.give("fake", "in-1", to, by=ANNA)
        assert (await house.holds(to), await house.holds(other)) == (500, 0)
        refund = await house.ask_back(wish(turn))
        await house.ledger.limit(Account(to, usdt(1).asset, ceiling_units=0))
        house.gateway.refunds.append(NO)
        await house.carry_out(refund.id)
        assert (await house.holds(to), len(await house.drawer())) == (0, 1)
        await house.ledger.limit(Account(to, usdt(1).asset))
        await house.sound()
    await house.carry_out((await house.ask_back(wish(9))).id)
    assert await house.holds("clearing:fake") == 0


async def test_the_rest_is_decided_about_while_a_part_is_on_its_way(house: House) -> None:
    """And that part when it is here again: it goes where the rest went, or nobody knew whose
    is what."""
    async with house.store():
        await house.book.hold("fake", [house.inflow(500)])
    bob, carol = account_name("user:bob"), account_name("user:carol")
    await house.ask_back(wish(units=200))
    await house.give("fake", "in-1", bob, by=ANNA)
    assert await house.holds(bob) == 300
    house.gateway.refunds.append(NO)
    await house.carry_out(ONE)
    await house.sound()
    with pytest.raises(ArrivalMoved):
        await house.give("fake", "in-1", carol, by=ANNA)
    assert (await house.holds(carol), len(await house.drawer())) == (0, 1)
    await house.give("fake", "in-1", bob, by=ANNA)
    assert await house.holds(bob) == 500
    await house.carry_out((await house.ask_back(wish(2))).id)
    assert (await house.holds(bob), await house.holds("clearing:fake")) == (0, 0)


async def test_what_was_given_to_somebody_else_is_not_credited_by_parts(house: House) -> None:
    """Of one arrival of a payment a part was given away: the rest of it goes there too."""
    payment = await house.open(order())
    house.book = evolve(house.book, rules=Rules({Case.DOUBLE: Treatment.HOLD}))
    house.check = evolve(house.check, cashbook=house.book)
    bob = account_name("user:bob")
    await house.comes(payment, house.inflow(1000), house.inflow(1000, "in-2"))
    await house.ask_back(wish(1, "in-2", units=300))
    await house.give("fake", "in-2", bob, by=ANNA)
    house.gateway.refunds.append(NO)
    await house.carry_out(ONE)
    with pytest.raises(ArrivalMoved):
        await house.credit("fake", "in-2", by=ANNA)
    assert (await house.holds(USER), await house.holds(bob)) == (1000, 700)
    await house.give("fake", "in-2", bob, by=ANNA)
    assert await house.holds(bob) == 1000


async def test_what_had_waited_waits_again(house: House) -> None:
    """With what the provider said; a person may try something else."""
    async with house.store():
        await house.book.hold("fake", [house.inflow(500)])
    await house.ask_back(wish(units=200))
    (rest,) = await house.drawer()
    assert (rest.held, rest.why_held) == (usdt(300), "nobody knows what it is for")
    await house.told()
    house.gateway.refunds.append(NO)
    await house.carry_out(ONE)
    (waits,) = await house.drawer()
    assert (waits.held, waits.why_held) == (usdt(500), "not refunded: fake refused: no")
    assert await house.names() == ["arrival.held", "refund.failed"]


# All that is due.


async def test_those_that_are_due_are_gone_on_with(house: House) -> None:
    """The longest overdue first, so many at once; one that cannot be keeps up no other."""
    payment = await house.open(order())
    lot = [house.inflow(100 * number, f"in-{number}") for number in (1, 2, 3)]
    await house.comes(payment, *lot)
    for number in (2, 1, 3):
        await house.ask_back(wish(number, f"in-{number}"))
        house.clock.advance(seconds=1)
    house.gateway.refunds.extend([DOUBT, NO])
    assert await house.poll_refunds(limit=2) == 2
    states = [(await house.refunds.get(wish(number).id)).state for number in (2, 1, 3)]
    assert states == [RefundState.UNKNOWN, RefundState.FAILED, RefundState.DUE]
    assert await house.poll_refunds() == 1
    assert (await house.refunds.get(wish(3).id)).state is RefundState.DONE


async def test_who_is_overtaken_goes_on_with_the_others(house: House) -> None:
    """Somebody else goes on with one of them just now."""
    payment = await house.open(order())
    await house.comes(payment, house.inflow(100), house.inflow(200, "in-2"))
    for number in (1, 2):
        await house.ask_back(wish(number, f"in-{number}"))
    refunds = Overtaken(house.refunds, lambda: house.carry_out(ONE))
    second = evolve(house.poll_refunds, carry_out=evolve(house.carry_out, refunds=refunds))
    assert await second() == 2
    assert house.gateway.calls.count("refund") == 2
    assert await house.holds("clearing:fake") == 0


async def test_a_rule_does_not_give_back_what_the_method_cannot() -> None:
    """He is not even asked: he might give back more than is ours to give."""
    house = House(Rules({Case.OVER: Treatment.RETURN}))
    house.gateway.returning = Returning.WHOLE
    payment = await house.open(order())
    inflow = evolve(house.inflow(1500), sender="somebody")
    await house.comes(payment, inflow)
    assert await house.poll_refunds() == 1
    assert "refund" not in house.gateway.calls
    (waits,) = await house.drawer()
    assert (waits.held, waits.credited) == (usdt(500), usdt(1000))
    assert "only the whole" in waits.why_held
    assert (await house.payments.get(payment.id)).state is State.OVERPAID
    await house.sound()
