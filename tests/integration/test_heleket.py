"""Heleket over real HTTP: the gateway passes the contract against the desk of the sandbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from altyn.adapters.heleket import HeleketGateway
from altyn.adapters.http import Caller, open_caller
from altyn.adapters.memory import ManualClock
from altyn.core.errors import Unavailable
from altyn.core.payments import State
from altyn.core.resilience import NotExecuted
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox import HeleketDesk
from altyn.entrypoints.testkit.gateway import GatewayContract, House, order_of
from tests.unit.heleket_outside import DeskOutside, gateway_of, house_of


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> HeleketDesk:
    return HeleketDesk(clock)


@pytest.fixture
async def caller(desk: HeleketDesk) -> AsyncIterator[Caller]:
    """A caller of the desk, which listens on this machine."""
    stopping = asyncio.Event()
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(listen("127.0.0.1", 0))
        serving = Serving(desk, listener)
        caller = await stack.enter_async_context(open_caller("heleket", serving.address, 0.5))
        async with serving.until(stopping):
            stopping.set()
            yield caller


class TestHeleketGateway(GatewayContract):
    """Every sentence, over the wire."""

    @pytest.fixture
    def gateway(self, desk: HeleketDesk, caller: Caller, clock: ManualClock) -> HeleketGateway:
        return gateway_of(desk, caller, clock)

    @pytest.fixture
    def outside(self, desk: HeleketDesk, clock: ManualClock) -> DeskOutside:
        return DeskOutside(desk, clock)

    @pytest.fixture
    def house(self, gateway: HeleketGateway, clock: ManualClock) -> House:
        return house_of(gateway, clock)


async def test_a_wrong_key_is_told_as_such(
    desk: HeleketDesk, caller: Caller, clock: ManualClock
) -> None:
    """The payment fails with the provider's words, and the key is nowhere among them."""
    desk.payment_key = "another"
    wrong = HeleketDesk(clock, payment_key="the-key-we-were-given")
    gateway = gateway_of(wrong, caller, clock)
    house = house_of(gateway, clock)
    payment = await house.open(order_of(DeskOutside(desk, clock)))
    assert payment.state is State.FAILED
    assert "Wrong key" in payment.told
    assert "the-key" not in payment.told + repr(gateway)


async def test_a_server_that_is_not_there_was_not_asked(clock: ManualClock) -> None:
    """That much is certain when nobody listens."""
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    desk = HeleketDesk(clock)
    async with open_caller("heleket", f"http://127.0.0.1:{port}", 0.5) as caller:
        with pytest.raises(NotExecuted):
            await caller("POST", "/v1/payment")
        house = house_of(gateway_of(desk, caller, clock), clock)
        payment = await house.open(order_of(DeskOutside(desk, clock)))
        assert payment.state is State.UNKNOWN
        with pytest.raises(Unavailable):
            await gateway_of(desk, caller, clock).inquire(payment)
