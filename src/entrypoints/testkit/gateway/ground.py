"""What every story about a gateway starts from: fixtures, orders, and short ways to ask."""

from uuid import uuid4

import pytest

from ....core.balances import account_name
from ....core.money import Money
from ....core.payments import (
    Arrival,
    Gateway,
    Order,
    Payment,
    PaymentId,
    Quote,
    State,
    clearing,
)
from .outside import House, Outside


@pytest.mark.asyncio
class Ground:
    """The three fixtures that whoever runs the contract overrides."""

    @pytest.fixture
    def gateway(self) -> Gateway:
        """A gateway that reaches the outside."""
        raise NotImplementedError("override the fixture `gateway`")

    @pytest.fixture
    def outside(self) -> Outside:
        """The provider."""
        raise NotImplementedError("override the fixture `outside`")

    @pytest.fixture
    def house(self) -> House:
        """Everything else, over both and an empty storage."""
        raise NotImplementedError("override the fixture `house`")

    async def balances(
        self, house: House, payment: Payment, *, user: int, clearing_: int | None = None
    ) -> None:
        """What the payer has is what the provider took for us, unless something else is said."""
        asset = payment.asked.asset
        target = await house.ledger.balance(payment.order.target, asset)
        taken = await house.ledger.balance(clearing(payment.order.method), asset)
        assert target.posted.units == user
        assert taken.posted.units == -(user if clearing_ is None else clearing_)

    async def settled(self, house: House, outside: Outside) -> tuple[Payment, Arrival]:
        """Somebody was asked for the price and paid it."""
        payment = await house.open(order_of(outside))
        outside.pay(payment, payment.asked)
        payment = await house.check(payment.id)
        assert payment.state is State.SETTLED
        (arrival,) = await house.arrivals.of(payment.id)
        return payment, arrival

    async def strayed(self, house: House, outside: Outside) -> Arrival:
        """Somebody paid the price for something that is not ours, and that was noted."""
        outside.stray()
        await self.hear(house, outside)
        (held,) = await house.arrivals.held(10)
        return held

    async def hear(self, house: House, outside: Outside) -> None:
        """Everything that is told, and what is found by asking."""
        for told in outside.notices():
            await house.take(outside.method, *told)
        await house.read()
        await house.poll()


def fifths(outside: Outside, count: int) -> Money:
    """So many fifths of the price."""
    return Money(outside.price.units * count // 5, outside.price.asset)


def order_of(outside: Outside, price: Money | None = None) -> Order:
    """Somebody wants to pay."""
    return Order(
        id=PaymentId(uuid4()),
        payer="user:1",
        target=account_name("user:1"),
        method=outside.method,
        quote=Quote.plain(outside.price if price is None else price),
    )
