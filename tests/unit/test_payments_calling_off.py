"""Calling a payment off: nobody waits for it any more, and what comes all the same is late."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

import pytest

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
    payment = await house.cancel(ONE, "changed\ntheir mind")
    assert (payment.state, payment.told) == (State.CANCELLED, "changed their mind")
    assert await house.payments.get(ONE) == payment
    assert await house.cancel(ONE, "again") == payment
    assert await house.names() == ["payment.cancelled"]
    assert house.gateway.calls == ["accept", "open"]


async def test_what_has_no_invoice_is_called_off(house: House) -> None:
    """Nobody has one opened for it any more, though it was in doubt whether there is one."""
    house.gateway.opens.append(DOUBT)
    assert (await house.open(order())).state is State.UNKNOWN
    payment = await house.cancel(ONE, "")
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
        await house.cancel(ONE, "changed their mind")
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
        await house.cancel(ONE, "")


async def test_what_went_back_is_not_called_off(house: House) -> None:
    """It is over, and not as though nothing had come."""
    await house.comes(await house.open(order()), house.inflow(1000))
    await house.ask_back(wish())
    for state in (State.REFUNDING, State.REFUNDED):
        assert (await house.payments.get(ONE)).state is state
        with pytest.raises(NotCancellable):
            await house.cancel(ONE, "")
        await house.poll_refunds()


async def test_only_what_is_there_is_called_off(house: House) -> None:
    """A payment has to be known."""
    with pytest.raises(PaymentMissing):
        await house.cancel(ONE, "")


@pytest.mark.parametrize("stages", [(), (Stage.OPEN,), (Stage.SEEN,), (Stage.SEEN, Stage.OPEN)])
async def test_what_comes_all_the_same_is_late(house: House, stages: tuple[Stage, ...]) -> None:
    """Also when it had been seen on its way; it is looked for as long as of any other payment."""
    payment = await house.open(order())
    await house.cancel(ONE, "changed their mind")
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
    await house.cancel(ONE, "")
    payment = await house.comes(payment, stage=Stage.LOCKED)
    assert payment.state is State.UNKNOWN
