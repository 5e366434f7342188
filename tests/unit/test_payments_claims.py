"""What a notice claims and asking does not show: asked about again, and in the end for a person."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from attrs import evolve

from altyn.core.balances import account_name
from altyn.core.money import USDT
from altyn.core.payments import (
    Hint,
    Inflow,
    NothingUnresolved,
    Notice,
    NoticeMissing,
    PaymentId,
    ProviderUnclear,
    Report,
    Stage,
    StandingId,
    StandingOrder,
    State,
    Uncounted,
)
from altyn.core.payments.noticing import IN_VAIN
from tests.unit.payments_house import House, order, usdt
from tests.unit.staff import ANNA


@pytest.fixture
def house() -> House:
    return House()


async def told(
    house: House, number: int | str, *claims: Inflow | Uncounted, key: str = "n-1"
) -> None:
    """A notice about that payment says that so much came."""
    raw = f"{key} {number}".strip().encode()
    house.gateway.claimed[raw] = claims
    assert await house.take("fake", raw, {"sign": "his"})


async def read_for(house: House, hours: float) -> int:
    """How many notices are done in that time."""
    done = 0
    for _ in range(int(hours * 6)):
        done += await house.read()
        house.clock.advance(minutes=10)
    return done + await house.read()


async def unresolved(house: House) -> Sequence[Notice]:
    """What waits for a person."""
    return await house.notices.unresolved(10)


async def test_a_payment_is_asked_about_until_it_has_what_was_told(house: House) -> None:
    """The provider shows it later than he tells it."""
    payment = await house.open(order(1))
    came = house.inflow(1000)
    await told(house, 1, came)
    for _ in range(3):
        assert await house.read() == 0
        house.clock.advance(hours=1)
    (waiting,) = await house.notices.waiting(house.clock.now(), 10)
    assert "told of 0.001000 USDT under 'in-1'" in waiting.outcome
    house.gateway.says(Stage.CLOSED, came)
    assert await house.read() == 1
    assert (await house.payments.get(payment.id)).state is State.SETTLED
    assert await unresolved(house) == []
    await house.sound()


async def test_more_than_was_asked_for_is_asked_about_too(house: House) -> None:
    """Nobody else would: a payment of which all came is not polled."""
    payment = await house.open(order(1))
    came = house.inflow(1000)
    payment = await house.comes(payment, came, stage=Stage.CLOSED)
    assert payment.check_at is None
    more = evolve(came, amount=usdt(2500))
    await told(house, 1, more)
    house.gateway.says(Stage.CLOSED, came)
    assert await house.read() == 0
    house.clock.advance(minutes=1)
    house.gateway.says(Stage.CLOSED, more)
    assert await house.read() == 1
    assert await house.holds("user:1") == 2500
    await house.sound()


async def test_what_comes_under_a_standing_order_is_asked_about(house: House) -> None:
    """No payment is there yet that would wait for it."""
    standing = StandingOrder(
        id=StandingId(UUID(int=5)),
        payer="user:1",
        target=account_name("user:1"),
        method="fake",
        asset=USDT,
        created_at=house.clock.now(),
    )
    await house.standings.add(standing)
    came = house.inflow(700)
    await told(house, 5, came)
    assert await house.read() == 0
    house.clock.advance(minutes=1)
    house.gateway.finds.append([came])
    assert await house.read() == 1
    assert await house.holds("user:1") == 700
    await house.sound()


async def test_what_is_never_shown_calls_a_person(house: House) -> None:
    """Once, after a while in which it was read less and less often; then nobody reads it."""
    await house.open(order(1))
    await told(house, 1, house.inflow(1000))
    assert await read_for(house, IN_VAIN / timedelta(hours=1) - 0.5) == 0
    assert await unresolved(house) == []
    assert await read_for(house, 2) == 0
    (notice,) = await unresolved(house)
    assert (notice.read_at, notice.unresolved) == (None, True)
    assert notice.tries < 20
    assert await read_for(house, 24) == 0
    events = [event for event in await house.told() if event.name.startswith("notice")]
    assert {event.name for event in events} == {"notice.unresolved"}
    assert [dict(event.facts) for event in events] == [
        {
            "method": "fake",
            "key": "n-1",
            "payment": str(order(1).id),
            "provider_id": "his-name",
            "tries": notice.tries,
            "outcome": "fake told of 0.001000 USDT under 'in-1', and does not show it",
        }
    ]
    await house.sound()


async def test_silence_is_no_answer_to_a_claim(house: House) -> None:
    """
    It is read on, however long he does not answer: he did not say that it is not there. That it
    waits is told once.
    """
    await house.open(order(1))
    await told(house, 1, came := house.inflow(1000))
    house.gateway.reports.extend([ProviderUnclear("fake", "silence")] * 20)
    assert await read_for(house, 9) == 0
    assert await unresolved(house) == []
    (call,) = [each for each in await house.told() if each.name.startswith("notice")]
    assert (call.name, call.facts["key"], call.facts["tries"]) == ("notice.unread", "n-1", 5)
    house.gateway.reports.clear()
    house.gateway.says(Stage.CLOSED, came)
    house.clock.advance(hours=1)
    assert await house.read() == 1


async def test_what_cannot_be_counted_is_confirmed_by_seeing_it(house: House) -> None:
    """Of nobody's it is looked for again; a payment is asked about in any case."""
    strange = Uncounted(key="in-1", said="0.01 BTC", at=house.clock.now())
    await told(house, "", strange)
    assert await house.read() == 0
    house.clock.advance(minutes=1)
    house.gateway.finds.append([strange])
    assert await house.read() == 1
    await house.open(order(1))
    await told(house, 1, strange, key="n-2")
    house.gateway.reports.append(Report(Stage.CLOSED, (), [strange]))
    assert await house.read() == 1


async def given_up(house: House) -> None:
    """A notice waits for a person."""
    await house.open(order(1))
    await told(house, 1, house.inflow(1000))
    await read_for(house, 8)
    await house.told()


async def test_a_person_has_it_read_again(house: House) -> None:
    """When it is still not shown, they are called once more."""
    await given_up(house)
    again = await house.decide_notice.again("fake", "n-1", by=ANNA)
    assert (again.tries, again.unresolved) == (0, False)
    await read_for(house, 8)
    assert [each.hint.key for each in await unresolved(house)] == ["n-1"]
    names = await house.names()
    assert [each for each in names if each.startswith("notice")] == [
        "notice.decided",
        "notice.unresolved",
    ]


async def test_a_person_lets_it_rest(house: House) -> None:
    """Who did so is told; it is never read again, and nothing is booked."""
    await given_up(house)
    await house.decide_notice.set_aside("fake", "n-1", by=ANNA)
    (event,) = await house.told()
    assert event.name == "notice.decided"
    assert (event.facts["by"], event.facts["again"]) == ("anna", False)
    assert await unresolved(house) == []
    assert await read_for(house, 8) == 0
    assert await house.holds("user:1") == 0


async def test_one_decides_about_what_waits_for_a_person(house: House) -> None:
    """And about nothing else."""
    await told(house, 1)
    decide = house.decide_notice
    for each in (decide.again, decide.set_aside):
        with pytest.raises(NothingUnresolved, match="waits for nobody"):
            await each("fake", "n-1", by=ANNA)
        with pytest.raises(NoticeMissing, match="there is no notice"):
            await each("fake", "n-9", by=ANNA)


def test_a_notice_waits_for_a_person_or_to_be_read(house: House) -> None:
    """Not for both."""
    now = house.clock.now()
    with pytest.raises(ValueError, match="not read again meanwhile"):
        Notice(
            method="fake",
            hint=Hint("k", PaymentId(UUID(int=1))),
            raw=b"",
            taken_at=now,
            read_at=now,
            unresolved=True,
        )
