"""What somebody sees of their money: the newest first, without gaps and repetitions."""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

import pytest
from attrs import evolve

from altyn.core.payments import (
    Event,
    Payment,
    PaymentId,
    Progress,
    ProviderUnclear,
    Refund,
    RefundStage,
    RefundState,
    Stage,
    State,
)
from tests.unit.payments_house import House, order, usdt, wish


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A house that is looked through when the story is over."""
    house = House()
    yield house
    await house.sound()


async def history(house: House, page: int = 100) -> list[Event]:
    """All of it, read in pages."""
    found: list[Event] = []
    before: tuple[datetime, UUID] | None = None
    while some := await house.history("user:1", page, before):
        assert len(some) <= page
        found += some
        before = found[-1].at, found[-1].id
    return found


async def test_what_is_paid_and_what_goes_back_are_lines_of_their_own(house: House) -> None:
    """With what it is for, and how far it is."""
    payment = await house.open(order(reference="order:7"))
    (asked,) = await history(house)
    assert asked == Event(
        id=payment.id,
        kind="recharge",
        progress=Progress.PENDING,
        at=payment.created_at,
        amount=usdt(1000),
        method="fake",
        payment=payment.id,
        note="order:7",
    )
    await house.comes(payment, house.inflow(1500))
    house.clock.advance(minutes=1)
    refund = await house.ask_back(wish(7, units=400))
    back, paid = await history(house)
    assert paid == evolve(asked, progress=Progress.COMPLETED, amount=usdt(1500))
    assert back == Event(
        id=refund.id,
        kind="refund",
        progress=Progress.PROCESSING,
        at=refund.created_at,
        amount=usdt(400),
        method="fake",
        payment=payment.id,
        note="asked for",
    )


async def test_pages_have_no_gaps_and_no_repeats(house: House) -> None:
    """Of payments and refunds together, also where many are of one moment."""
    for turn in range(4):
        for number in (1, 2):
            payment = await house.open(order(10 * turn + number))
            await house.comes(payment, house.inflow(1000, f"in-{turn}-{number}"))
            await house.ask_back(wish(10 * turn + number + 5, f"in-{turn}-{number}"))
        house.clock.advance(seconds=1)
    await house.payments.add(evolve(payment, order=evolve(order(99), payer="user:2")))
    whole = await history(house)
    places = [(each.at, each.id) for each in whole]
    assert places == sorted(places, reverse=True)
    assert [each.id.int for each in whole[:4]] == [37, 36, 32, 31]
    assert len(whole) == 16
    for page in (1, 2, 3, 5, 16, 17):
        assert await history(house, page) == whole
    assert list(await house.history("user:9", 5)) == []


@pytest.mark.parametrize("state", list(State))
def test_every_state_of_a_payment_is_told_in_words_people_know(state: State) -> None:
    """Who got their money back had paid."""
    words = {
        State.CREATED: Progress.PENDING,
        State.PENDING: Progress.PENDING,
        State.UNKNOWN: Progress.PROCESSING,
        State.CONFIRMING: Progress.PROCESSING,
        State.EXPIRED: Progress.EXPIRED,
        State.CANCELLED: Progress.CANCELLED,
        State.FAILED: Progress.FAILED,
    }
    at = datetime.fromisoformat("2026-01-01T12:00:00+00:00")
    payment = evolve(Payment.begun(order(), at, at, at), state=state)
    assert Event.of_payment(payment).progress is words.get(state, Progress.COMPLETED)


async def test_every_state_of_a_refund_is_told_in_words_people_know(house: House) -> None:
    """Doubt is ours, and not theirs."""
    await house.comes(await house.open(order()), house.inflow(1000))
    refund: Refund = await house.ask_back(wish())
    words = {
        RefundState.WAITING: Progress.PENDING,
        RefundState.DONE: Progress.COMPLETED,
        RefundState.FAILED: Progress.FAILED,
        RefundState.DECLINED: Progress.CANCELLED,
    }
    for state in RefundState:
        event = Event.of_refund(evolve(refund, state=state))
        assert event.progress is words.get(state, Progress.PROCESSING)


async def test_what_somebody_was_never_asked_for_is_not_theirs(house: House) -> None:
    """Money of nobody goes back without a line."""
    async with house.store():
        await house.book.hold("fake", [house.inflow(5)])
    house.gateway.refunds.extend([ProviderUnclear("fake", "silence"), RefundStage.DONE])
    await house.ask_back(wish())
    await house.carry_out(wish().id)
    await house.carry_out(wish().id)
    assert await history(house) == []
    payment = await house.comes(await house.open(order()), stage=Stage.EXPIRED)
    assert [each.progress for each in await history(house)] == [Progress.EXPIRED]
    assert payment.id == PaymentId(UUID(int=1))
