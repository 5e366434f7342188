"""What every story about payments starts from: fixtures, payments, and what comes for them."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import uuid4

import pytest

from ....core.balances import account_name
from ....core.money import TON, XTR, Asset, Money, zero
from ....core.payments import (
    Arrival,
    Arrivals,
    Case,
    Cursors,
    Hint,
    Inflow,
    Notice,
    Notices,
    Order,
    Origin,
    Payment,
    PaymentId,
    Payments,
    Quote,
    Refund,
    RefundId,
    Refunds,
    RefundState,
    Stage,
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
    """The fixtures that whoever runs a contract overrides: all of one storage."""

    @pytest.fixture
    def payments(self) -> Payments:
        """No payments."""
        raise NotImplementedError("override the fixture `payments`")

    @pytest.fixture
    def arrivals(self) -> Arrivals:
        """Nothing that came."""
        raise NotImplementedError("override the fixture `arrivals`")

    @pytest.fixture
    def refunds(self) -> Refunds:
        """Nothing on its way back."""
        raise NotImplementedError("override the fixture `refunds`")

    @pytest.fixture
    def cursors(self) -> Cursors:
        """No feed of which anything was read."""
        raise NotImplementedError("override the fixture `cursors`")

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


def refund(arrival: Arrival, **other: Any) -> Refund:
    """All that was held of something, or else all that was credited, is to go back."""
    drawer = arrival.held.units > 0
    fields = {
        "id": RefundId(uuid4()),
        "method": arrival.method,
        "key": arrival.inflow.key,
        "payment": arrival.payment,
        "payer": "user:alice" if arrival.payment else "",
        "amount": arrival.held if drawer else arrival.credited,
        "origin": Origin.DRAWER if drawer else Origin.TARGET,
        "to": "",
        "reason": "asked for",
        "by": "anna",
        "state": RefundState.DUE,
        "created_at": NOON,
        "check_at": NOON,
        **other,
    }
    return Refund(**fields)


def parts(refund: Refund) -> tuple[Money, Money]:
    """How much of it had been credited, and how much was held."""
    nothing = zero(refund.amount.asset)
    drawer = refund.origin is Origin.DRAWER
    return (nothing, refund.amount) if drawer else (refund.amount, nothing)


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
        after = after.reported(Stage.SEEN)
    await payments.put(after, was=payment.state)
    return after


async def set_aside(arrivals: Arrivals, refunds: Refunds, refund: Refund) -> Refund:
    """That part of what came is to go back: first the arrival says so, and then there is it."""
    arrival = await arrivals.get(refund.method, refund.key)
    await arrivals.put(arrival.sent_back(*parts(refund)), was=arrival)
    return await refunds.add(refund)


async def failed(arrivals: Arrivals, refunds: Refunds, due: Refund) -> Refund:
    """The provider is asked and refuses, and it is where it was."""
    claimed = due.moved(RefundState.UNKNOWN, NOON)
    await refunds.put(claimed, was=due.state)
    arrival = await arrivals.get(due.method, due.key)
    await arrivals.put(arrival.kept_after_all(*parts(due), "refused"), was=arrival)
    after = claimed.moved(RefundState.FAILED, None)
    await refunds.put(after, was=claimed.state)
    return after


async def meanwhile(asked: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Somebody else who asks while we are in the middle; it has begun, and may have to wait."""
    task = asyncio.create_task(asked)
    await asyncio.wait([task], timeout=0.05)
    return task
