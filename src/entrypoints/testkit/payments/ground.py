"""What every story about payments starts from: fixtures, payments, and what comes for them."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import uuid4

import pytest
from attrs import evolve

from ....core.balances import account_name
from ....core.money import TON, XTR, Asset, Money, zero
from ....core.payments import (
    Arrival,
    Arrivals,
    Case,
    Hint,
    Inflow,
    Notice,
    Notices,
    Order,
    Payment,
    PaymentId,
    Payments,
    Quote,
    State,
)
from ....core.transaction import Transaction

T = TypeVar("T")

NOON: Final = datetime(2026, 1, 1, 12, 0, 0, 1, tzinfo=UTC)
TICK: Final = timedelta(microseconds=1)
ALICE: Final = account_name("user:alice")
QUOTED: Final = '«кружка» "it\'s" \\ 100% 🪙; --'
"""What text can be, and what a careless storage stumbles over."""


@pytest.mark.asyncio
class Ground:
    """The four fixtures that whoever runs a contract overrides: all of one storage."""

    @pytest.fixture
    def payments(self) -> Payments:
        """No payments."""
        raise NotImplementedError("override the fixture `payments`")

    @pytest.fixture
    def arrivals(self) -> Arrivals:
        """Nothing that came."""
        raise NotImplementedError("override the fixture `arrivals`")

    @pytest.fixture
    def notices(self) -> Notices:
        """No notices."""
        raise NotImplementedError("override the fixture `notices`")

    @pytest.fixture
    def transaction(self) -> Transaction:
        """The transaction of that storage."""
        raise NotImplementedError("override the fixture `transaction`")


def coins(units: int, asset: Asset = XTR) -> Money:
    """So many smallest units."""
    return Money(units, asset)


def payment_id() -> PaymentId:
    """An id nobody used."""
    return PaymentId(uuid4())


def order(asks: int = 100, asset: Asset = XTR, **other: Any) -> Order:
    """An order for so much, credited as it comes unless told otherwise."""
    fields = {
        "id": payment_id(),
        "payer": "user:alice",
        "target": ALICE,
        "method": "bank",
        "quote": Quote.plain(coins(asks, asset)),
        **other,
    }
    return Order(**fields)


def begun(of: Order | None = None, at: datetime = NOON, check_at: datetime = NOON) -> Payment:
    """A new payment."""
    return Payment.begun(of or order(), at, at + timedelta(hours=1), check_at)


def came(payment: Payment, units: int, key: str = "", **other: Any) -> Arrival:
    """So much of what was asked for, all of it to be credited."""
    amount = coins(units, payment.asked.asset)
    fields = {
        "method": payment.order.method,
        "inflow": Inflow(key=key or uuid4().hex, amount=amount, at=NOON),
        "payment": payment.id,
        "case": Case.UNDER,
        "credited": amount,
        "held": zero(amount.asset),
        "noted_at": NOON,
        **other,
    }
    return Arrival(**fields)


def unmatched(units: int = 5, key: str = "", *, asset: Asset = TON, **other: Any) -> Arrival:
    """So much that nobody expected."""
    fields = {
        "method": "chain",
        "inflow": Inflow(key=key or uuid4().hex, amount=coins(units, asset), at=NOON),
        "payment": None,
        "case": Case.UNMATCHED,
        "credited": zero(asset),
        "held": coins(units, asset),
        "noted_at": NOON,
        "why_held": "nobody knows",
        **other,
    }
    return Arrival(**fields)


def notice(key: str = "", taken_at: datetime = NOON, **other: Any) -> Notice:
    """Something a provider told us, to be read at once."""
    fields = {
        "method": "bank",
        "hint": Hint(key or uuid4().hex, None),
        "raw": b"{}",
        "taken_at": taken_at,
        "read_at": taken_at,
        **other,
    }
    return Notice(**fields)


async def grown(payments: Payments, arrivals: Arrivals, payment: Payment, units: int) -> Payment:
    """The payment after so much came for it, was credited and was kept."""
    after = payment
    if units:
        arrival = came(payment, units)
        await arrivals.add(arrival)
        after = payment.grown(arrival.inflow.amount, arrival.credited)
        total = after.came.units - after.asked.units
        paid = State.OVERPAID if total > 0 else State.SETTLED if total == 0 else State.CONFIRMING
        after = evolve(after, state=paid)
    await payments.put(after, was=payment.state)
    return after


async def meanwhile(asked: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Somebody else who asks while we are in the middle; it has begun, and may have to wait."""
    task = asyncio.create_task(asked)
    await asyncio.wait([task], timeout=0.05)
    return task
