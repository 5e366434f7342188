"""The last look before somebody is charged, and what is told where they are."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from attrs import define, evolve, field

from altyn.adapters.memory import MemoryPayments, MemoryStore
from altyn.core.errors import AltynError, Unavailable
from altyn.core.money import TON, Money
from altyn.core.payments import (
    AllowCheckout,
    Checkout,
    Gateways,
    Hint,
    NoticeForged,
    Objection,
    Payment,
    PaymentId,
    ProviderRefused,
    ProviderUnclear,
    Stage,
    State,
    TakeUpdate,
    Told,
)
from altyn.core.payments.checkout import PATIENCE_SECONDS
from altyn.entrypoints.testkit import run_virtually
from tests.unit.payments_house import USER, House, order, usdt, wish
from tests.unit.staff import ANNA

ONE = PaymentId(UUID(int=1))
DOUBT = ProviderUnclear("fake", "silence")


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A house that is looked through when the story is over."""
    house = House()
    yield house
    await house.sound()


@pytest.fixture
async def pending(house: House) -> Payment:
    """A payment over 1000 that waits."""
    return await house.open(order())


def asks(**other: Any) -> Checkout:
    """Somebody is about to pay it."""
    fields = {
        "id": "c-1",
        "method": "fake",
        "payment": ONE,
        "amount": usdt(1000),
        "payer": "tg:1",
        **other,
    }
    return Checkout(**fields)


async def test_who_pays_what_is_asked_for_is_charged(house: House, pending: Payment) -> None:
    """As long as its time is not over; nothing is written by that."""
    await house.names()
    house.clock.moment = pending.expires_at - timedelta(microseconds=1)
    assert await house.allow(asks()) is None
    house.clock.advance(seconds=0.000001)
    assert await house.allow(asks()) is Objection.CLOSED
    assert (await house.payments.get(ONE), await house.names()) == (pending, [])


async def test_who_pays_before_we_know_of_the_invoice_is_charged(house: House) -> None:
    """The provider had opened it, and we were not told."""
    house.gateway.opens.append(DOUBT)
    assert (await house.open(order())).state is State.UNKNOWN
    assert await house.allow(asks()) is None
    begun = Payment.begun(order(2), *[house.clock.now() + timedelta(hours=n) for n in range(3)])
    await house.payments.add(begun)
    assert await house.allow(asks(payment=begun.id)) is None


@pytest.mark.parametrize(
    ("other", "objection"),
    [
        ({"payment": None}, Objection.UNKNOWN),
        ({"payment": PaymentId(UUID(int=77))}, Objection.UNKNOWN),
        ({"amount": None}, Objection.OTHER_TERMS),
        ({"amount": usdt(999)}, Objection.OTHER_TERMS),
        ({"amount": usdt(1001)}, Objection.OTHER_TERMS),
        ({"amount": Money(1000, TON)}, Objection.OTHER_TERMS),
    ],
    ids=str,
)
async def test_who_pays_anything_else_is_not_charged(
    house: House, pending: Payment, other: dict[str, Any], objection: Objection
) -> None:
    """An unknown payment, another amount, or another asset."""
    assert pending.state is State.PENDING
    assert await house.allow(asks(**other)) is objection


async def test_who_pays_by_another_way_is_not_charged(house: House, pending: Payment) -> None:
    """The payment is not to be paid so; or nobody would take what we were told of it."""
    assert pending.order.method == "fake"
    both = Gateways.these(house.gateway, evolve(house.gateway, method="other"))
    allow = evolve(house.allow, gateways=both)
    assert await allow(asks(method="other")) is Objection.UNKNOWN
    assert await house.allow(asks(method="other")) is Objection.CLOSED


@pytest.mark.parametrize("units", [1, 1000, 1001])
async def test_who_pays_again_is_not_charged(house: House, pending: Payment, units: int) -> None:
    """Nor the rest of what came in part; also when all of it went back."""
    await house.comes(pending, house.inflow(units))
    assert await house.allow(asks()) is Objection.PAID
    await house.ask_back(wish())
    assert await house.allow(asks()) is Objection.PAID
    await house.poll_refunds()
    assert await house.allow(asks()) is Objection.PAID


@pytest.mark.parametrize("stage", [Stage.EXPIRED, Stage.CANCELLED, Stage.FAILED, Stage.SEEN])
async def test_who_pays_what_is_closed_is_not_charged(
    house: House, pending: Payment, stage: Stage
) -> None:
    """It is over, or somebody is paying it."""
    await house.comes(pending, stage=stage)
    assert await house.allow(asks()) is Objection.CLOSED


async def test_who_pays_what_was_called_off_is_not_charged(house: House, pending: Payment) -> None:
    """What comes all the same had been allowed before."""
    await house.cancel(pending.id, ANNA, "changed their mind")
    assert await house.allow(asks()) is Objection.CLOSED


class Away(MemoryPayments):
    """Payments that cannot be read now."""

    async def get(self, id: PaymentId) -> Payment:
        """As the port says."""
        raise Unavailable


async def test_nobody_is_charged_for_what_cannot_be_looked_up(house: House) -> None:
    """It is not known whether there is such a payment."""
    allow: AllowCheckout = evolve(house.allow, payments=Away(MemoryStore()))
    assert await allow(asks()) is Objection.UNSURE


async def test_what_nobody_allowed_is_credited_all_the_same(house: House) -> None:
    """A fact is a fact: it was paid, whatever we had said before."""
    payment = await house.open(order())
    payment = await house.comes(payment, house.inflow(1000), house.inflow(1000, "in-2"))
    assert (payment.state, await house.holds(USER)) == (State.OVERPAID, 2000)


# What is told at a counter.


@define
class Counter:
    """One who says what he was told to, and hears what is answered."""

    says: Checkout | Told | None = None
    deaf: AltynError | None = None
    heard: list[Objection | None] = field(factory=list)

    def read(self, raw: bytes, headers: Mapping[str, str]) -> Checkout | Told | None:
        """As the port says."""
        if headers.get("sign") != "his":
            raise NoticeForged("fake")
        return self.says

    async def answer(self, checkout: Checkout, objection: Objection | None) -> None:
        """As the port says."""
        if self.deaf is not None:
            raise self.deaf
        self.heard.append(objection)


HIS = {"sign": "his"}


async def test_who_is_about_to_pay_is_told_at_once(house: House, pending: Payment) -> None:
    """Whether they may; nothing of it is stored."""
    counter = Counter(asks())
    take = TakeUpdate(counter, house.allow, house.take)
    assert await take(b"k 1", HIS) is True
    await house.cancel(pending.id, ANNA, "")
    assert await take(b"k 1", HIS) is True
    assert counter.heard == [None, Objection.CLOSED]
    assert await house.notices.waiting(house.clock.now(), 9) == []


@pytest.mark.parametrize("method", ["fake", "another"], ids=["enabled", "not enabled"])
async def test_what_was_paid_is_stored(house: House, method: str) -> None:
    """As any other notice of that method, also when it is not enabled now."""
    counter = Counter(Told(method, Hint("k", ONE)))
    take = TakeUpdate(counter, house.allow, house.take)
    for _ in range(2):
        assert await take(b"k 1", HIS) is True
    (notice,) = await house.notices.waiting(house.clock.now(), 9)
    assert (notice.raw, notice.method, counter.heard) == (b"k 1", method, [])
    assert notice.hint == Hint("k", ONE)


async def test_what_is_about_no_payment_is_nothing(house: House) -> None:
    """And what somebody else says is refused."""
    take = TakeUpdate(Counter(), house.allow, house.take)
    assert await take(b"k 1", HIS) is False
    with pytest.raises(NoticeForged):
        await take(b"k 1", {})
    assert await house.notices.waiting(house.clock.now(), 9) == []


async def test_who_was_not_told_may_ask_again(house: House, pending: Payment) -> None:
    """Unless it was too late: then it would be so again."""
    assert pending.state is State.PENDING
    take = TakeUpdate(Counter(asks(), ProviderRefused("fake", "too late")), house.allow, house.take)
    assert await take(b"k 1", HIS) is True
    take = TakeUpdate(Counter(asks(), DOUBT), house.allow, house.take)
    with pytest.raises(ProviderUnclear):
        await take(b"k 1", HIS)


class Slow(MemoryPayments):
    """Payments that are locked by somebody for long."""

    async def get(self, id: PaymentId) -> Payment:
        """As the port says."""
        await asyncio.sleep(60)
        return await super().get(id)


def test_nobody_waits_for_long_to_be_told() -> None:
    """There are seconds to answer in: it is said that it cannot be said."""

    async def story() -> float:
        house, counter = House(), Counter(asks())
        allow = evolve(house.allow, payments=Slow(house.store))
        began = asyncio.get_running_loop().time()
        assert await TakeUpdate(counter, allow, house.take)(b"k 1", HIS) is True
        assert counter.heard == [Objection.UNSURE]
        return asyncio.get_running_loop().time() - began

    assert run_virtually(story()) == PATIENCE_SECONDS
