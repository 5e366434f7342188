"""A card provider over real HTTP: the gateway passes the contract against the desk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from altyn.adapters.http import Caller, open_caller
from altyn.adapters.memory import ManualClock
from altyn.adapters.psp import PspGateway
from altyn.core.errors import Unavailable
from altyn.core.payments import State
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox import PspDesk
from altyn.entrypoints.testkit.gateway import GatewayContract, House, order_of
from tests.unit.psp_outside import DeskOutside, gateway_of, house_of, profile_with


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> PspDesk:
    return PspDesk(clock)


@pytest.fixture
async def caller(desk: PspDesk) -> AsyncIterator[Caller]:
    """A caller of the desk, which listens on this machine."""
    stopping = asyncio.Event()
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(listen("127.0.0.1", 0))
        serving = Serving(desk, listener)
        caller = await stack.enter_async_context(open_caller("example", serving.address, 0.5))
        async with serving.until(stopping):
            stopping.set()
            yield caller


class TestPspGateway(GatewayContract):
    """Every sentence, over the wire."""

    @pytest.fixture
    def gateway(self, desk: PspDesk, caller: Caller, clock: ManualClock) -> PspGateway:
        return gateway_of(desk, caller, clock)

    @pytest.fixture
    def outside(self, desk: PspDesk, clock: ManualClock) -> DeskOutside:
        return DeskOutside(desk, clock)

    @pytest.fixture
    def house(self, gateway: PspGateway, clock: ManualClock) -> House:
        return house_of(gateway, clock)


async def test_a_wrong_key_is_told_as_such(
    desk: PspDesk, caller: Caller, clock: ManualClock
) -> None:
    """The payment fails with the provider's words, and the key is nowhere among them."""
    gateway = gateway_of(desk, caller, clock)
    ours, desk.key = desk.key, "another"
    payment = await house_of(gateway, clock).open(order_of(DeskOutside(desk, clock)))
    assert payment.state is State.FAILED
    assert "wrong key" in payment.told
    assert ours not in payment.told + repr(gateway)


async def test_text_of_all_kinds_gets_there(
    desk: PspDesk, caller: Caller, clock: ManualClock
) -> None:
    """In a body, in a question and in a path, whatever stands in it."""
    odd = "order 7 «кружка» & 100%?#=+"
    desk.sell(odd, "10.00", "RUB")
    gateway = gateway_of(desk, caller, clock)
    (inflow,) = await gateway.find(gateway.prove(*desk.notices[-1]))
    desk.sales = {odd: {**desk.of_order(odd), "id": odd}}
    by_payment = profile_with(
        query='method = "GET"\npath = "/v1/payments/{payment.id}"\nbody = "query"',
        answers="# none",
    )
    gateway = gateway_of(desk, caller, clock, by_payment)
    (again,) = await gateway.find(gateway.prove(*desk.told(desk.sales[odd])))
    assert (inflow.amount, again.key) == (again.amount, odd)


async def test_a_server_that_is_not_there_was_not_asked(clock: ManualClock) -> None:
    """The payment is in doubt, and so is every question."""
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    desk = PspDesk(clock)
    async with open_caller("example", f"http://127.0.0.1:{port}", 0.5) as caller:
        gateway = gateway_of(desk, caller, clock)
        payment = await house_of(gateway, clock).open(order_of(DeskOutside(desk, clock)))
        assert payment.state is State.UNKNOWN
        with pytest.raises(Unavailable):
            await gateway.inquire(payment)
