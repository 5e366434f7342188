"""Calling a payment off: nobody waits for it any more, and what comes all the same is late."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve

from altyn.core.identity import Caller, NotAllowed, Role, UserId
from altyn.core.payments import (
    Case,
    InvoiceMissing,
    NotCancellable,
    PaymentId,
    PaymentMissing,
    ProviderUnclear,
    Rules,
    Stage,
    State,
    Treatment,
)
from tests.unit.payments_house import House, order, usdt, wish
from tests.unit.staff import ANNA

ONE = PaymentId(UUID(int=1))
DOUBT = ProviderUnclear("fake", "silence")


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A house in which somebody decides about what comes late."""
    house = House(Rules({Case.LATE: Treatment.HOLD}))
    yield house
    await house.sound()


# Calling off.


async def test_a_payment_is_called_off(house: House) -> None:
    """It is told once, with the reason, and the provider hears nothing of it."""
    await house.open(order())
    await house.names()
    payment = await house.cancel(ONE, ANNA, "changed\ntheir mind")
    assert (payment.state, payment.told) == (State.CANCELLED, "changed their mind")
    assert await house.payments.get(ONE) == payment
    assert await house.cancel(ONE, ANNA, "again") == payment
    assert await house.names() == ["payment.cancelled"]
    assert house.gateway.calls == ["accept", "open"]


async def test_what_has_no_invoice_is_called_off(house: House) -> None:
    """Nobody has one opened for it any more, though it was in doubt whether there is one."""
    house.gateway.opens.append(DOUBT)
    assert (await house.open(order())).state is State.UNKNOWN
    payment = await house.cancel(ONE, ANNA, "")
    assert payment.state is State.CANCELLED
    assert await house.open(order()) == payment
    house.gateway.reports.append(InvoiceMissing(ONE, "fake"))
    house.clock.advance(minutes=1)
    assert await house.poll() == 1
    assert (await house.payments.get(ONE)).state is State.CANCELLED
    assert house.gateway.calls == ["accept", "open", "inquire"]


@pytest.mark.parametrize(
    "told",
    [
        {"stage": Stage.SEEN},
        {"stage": Stage.EXPIRED},
        {"stage": Stage.FAILED},
        {"units": 1},
        {"units": 1000},
        {"units": 1001},
    ],
    ids=str,
)
async def test_what_is_too_far_is_not_called_off(house: House, told: Mapping[str, Any]) -> None:
    """Something came, or is on its way, or it is over."""
    payment = await house.open(order())
    came = [house.inflow(told["units"])] if "units" in told else []
    payment = await house.comes(payment, *came, stage=told.get("stage", Stage.OPEN))
    with pytest.raises(NotCancellable) as refused:
        await house.cancel(ONE, ANNA, "changed their mind")
    assert refused.value.state == payment.state
    assert await house.payments.get(ONE) == payment


async def test_what_came_though_it_is_in_doubt_is_not_called_off(house: House) -> None:
    """A part was here before he forgot the invoice."""
    payment = await house.comes(await house.open(order()), house.inflow(400))
    house.gateway.reports.append(InvoiceMissing(ONE, "fake"))
    with pytest.raises(InvoiceMissing):
        await house.check(payment.id)
    assert (await house.payments.get(ONE)).state is State.UNKNOWN
    with pytest.raises(NotCancellable):
        await house.cancel(ONE, ANNA, "")


async def test_what_went_back_is_not_called_off(house: House) -> None:
    """It is over, and not as though nothing had come."""
    await house.comes(await house.open(order()), house.inflow(1000))
    await house.ask_back(wish())
    for state in (State.REFUNDING, State.REFUNDED):
        assert (await house.payments.get(ONE)).state is state
        with pytest.raises(NotCancellable):
            await house.cancel(ONE, ANNA, "")
        await house.poll_refunds()


async def test_only_what_is_there_is_called_off(house: House) -> None:
    """A payment has to be known."""
    with pytest.raises(PaymentMissing):
        await house.cancel(ONE, ANNA, "")


@pytest.mark.parametrize("stages", [(), (Stage.OPEN,), (Stage.SEEN,), (Stage.SEEN, Stage.OPEN)])
async def test_what_comes_all_the_same_is_late(house: House, stages: tuple[Stage, ...]) -> None:
    """Also when it had been seen on its way; it is looked for as long as of any other payment."""
    payment = await house.open(order())
    await house.cancel(ONE, ANNA, "changed their mind")
    for stage in stages:
        payment = await house.comes(payment, stage=stage)
        assert payment.state is State.CANCELLED
    house.clock.advance(minutes=10)
    house.gateway.says(Stage.CLOSED, house.inflow(1000))
    assert await house.poll() == 1
    payment = await house.payments.get(ONE)
    assert (payment.state, payment.came, payment.credited) == (
        State.SETTLED,
        usdt(1000),
        usdt(0),
    )
    (late,) = await house.drawer()
    assert late.case is Case.LATE


async def test_what_the_provider_keeps_back_is_no_matter_of_calling_off(house: House) -> None:
    """There is doubt again: somebody has paid."""
    payment = await house.open(order())
    await house.cancel(ONE, ANNA, "")
    payment = await house.comes(payment, stage=Stage.LOCKED)
    assert payment.state is State.UNKNOWN


# Who may.


async def test_ones_own_payment_takes_no_role(house: House) -> None:
    """Whoever is to pay may; a key of theirs that may only look may not. It is no deed by hand."""
    await house.open(order())
    ann = Caller(name="user:1", role=Role.CUSTOMER, user=UserId(1))
    with pytest.raises(NotAllowed) as refused:
        await house.cancel(ONE, evolve(ann, scopes=frozenset()), "")
    assert refused.value.permission == "pay"
    assert (await house.cancel(ONE, ann, "")).state is State.CANCELLED
    assert list(await house.trail.onward(9)) == []


async def test_whose_payment_it_is_not_has_to_decide(house: House) -> None:
    """Another customer may not; what an operator does is in the trail, once, with the reason."""
    await house.open(order())
    bob = Caller(name="user:2", role=Role.CUSTOMER, user=UserId(2))
    with pytest.raises(NotAllowed) as refused:
        await house.cancel(ONE, bob, "")
    assert refused.value.permission == "decide"
    for _ in range(2):
        await house.cancel(ONE, ANNA, "a mistake")
    (link,) = await house.trail.onward(9)
    assert (link.audited.what, link.audited.about) == ("payment.called_off", f"payment:{ONE}")
    assert dict(link.audited.facts) == {"why": "a mistake"}
