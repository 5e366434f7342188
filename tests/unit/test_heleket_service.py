"""What Heleket takes: asked now and then, believed for a day, and waited for by one."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve, field, frozen

from altyn.adapters.heleket import HeleketApi, HeleketGateway, Services
from altyn.adapters.http import Answer
from altyn.adapters.memory import ManualClock
from altyn.core.money import TON, UNITS_MAX, USD, USDT, WELL_KNOWN, Money, Percent
from altyn.core.payments import AmountOutOfBounds, AssetNotTaken
from altyn.entrypoints.sandbox import Fault, HeleketDesk
from altyn.entrypoints.sandbox.heleket_lists import service
from tests.unit.heleket_outside import AtTheDesk, Says, gateway_of

SERVICES = "/v1/payment/services"
LEAST, MOST = Money(1_000_000, USDT), Money(10**10, USDT)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> HeleketDesk:
    return HeleketDesk(clock)


def services_of(desk: HeleketDesk, caller: Any, clock: ManualClock) -> Services:
    """What he says that he takes, over that line."""
    gateway = gateway_of(desk, caller, clock)
    return Services(HeleketApi(gateway.merchant, caller, gateway.guard), clock, WELL_KNOWN)


@pytest.fixture
def services(desk: HeleketDesk, clock: ManualClock) -> Services:
    return services_of(desk, AtTheDesk(desk), clock)


@pytest.fixture
def gateway(desk: HeleketDesk, services: Services, clock: ManualClock) -> HeleketGateway:
    gateway = gateway_of(desk, AtTheDesk(desk), clock)
    bounds = {**gateway.bounds, "USD": (Money(1, USD), Money(100, USD))}
    return evolve(gateway, services=services, bounds=bounds)


def usdt(text: str) -> Money:
    """So many."""
    return Money.parse(text, USDT)


async def test_an_invoice_is_within_our_bounds_and_his(
    gateway: HeleketGateway, desk: HeleketDesk
) -> None:
    """Whatever network the payer will choose, one of them takes it."""
    desk.services[:] = [
        service("USDT", "tron", "2", "300"),
        service("usdt", "BSC", "1.5", "200.5"),
        service("USDT", "polygon", "0.1", "9000", is_available=False),
    ]
    for amount in ("1.5", "300"):
        await gateway.accept(usdt(amount))
    for amount in ("1.499999", "300.000001"):
        with pytest.raises(AmountOutOfBounds) as refused:
            await gateway.accept(usdt(amount))
        assert (refused.value.least, refused.value.most) == (usdt("1.5"), usdt("300"))


async def test_his_bounds_widen_none_of_ours(gateway: HeleketGateway, desk: HeleketDesk) -> None:
    """What the shop has set is the most there is."""
    desk.services[:] = [service("USDT", "tron", "0.00000001", "99999999999999999999.5")]
    for amount in (LEAST, MOST):
        await gateway.accept(amount)
    for units in (LEAST.units - 1, MOST.units + 1):
        with pytest.raises(AmountOutOfBounds) as refused:
            await gateway.accept(Money(units, USDT))
        assert (refused.value.least, refused.value.most) == (LEAST, MOST)


@pytest.mark.parametrize(
    "listed",
    [
        [],
        [service("BTC", "bitcoin", "1", "2")],
        [service("USDT", "tron", "1", "100", is_available=False)],
        [service("USDT", "tron", "10001", "20000")],
        [service("USDT", "tron", "0.1", "0.9")],
    ],
    ids=["nothing", "another", "resting", "more", "less"],
)
async def test_what_no_network_takes_is_not_taken(
    gateway: HeleketGateway, desk: HeleketDesk, listed: list[Any]
) -> None:
    """Nor what only we would take."""
    desk.services[:] = listed
    for amount in (usdt("5"), Money(50, USD)):
        with pytest.raises(AssetNotTaken):
            await gateway.accept(amount)


async def test_bounds_finer_than_the_asset_are_drawn_in(
    services: Services, desk: HeleketDesk
) -> None:
    """To what can be paid, and to what can be counted."""
    desk.services[:] = [service("USDT", "tron", "2.0000001", "2.9999999")]
    assert await services.within(LEAST, MOST) == (usdt("2.000001"), usdt("2.999999"))


async def test_more_than_can_be_counted_is_as_much_as_can_be(
    services: Services, desk: HeleketDesk
) -> None:
    """Some coins are small."""
    desk.services[:] = [service("USDT", "tron", "0", "9" * 40)]
    all_there_is = Money(0, USDT), Money(UNITS_MAX, USDT)
    assert await services.within(*all_there_is) == all_there_is


async def test_what_he_takes_for_it_is_known(services: Services, desk: HeleketDesk) -> None:
    """By network, to the smallest unit."""
    desk.services[0]["commission"] = {"fee_amount": "1.2000001", "percent": "0.40000000"}
    assert await services.commission_of(USDT, "TRON") == (usdt("1.200001"), Percent(4_000))
    assert await services.commission_of(TON, "ton") == (Money(0, TON), Percent(20_000))
    assert await services.commission_of(USDT, "ton") is None


async def test_he_is_asked_now_and_then(
    services: Services, desk: HeleketDesk, clock: ManualClock
) -> None:
    """Once in ten minutes, however many want to know."""
    for minutes in (0, 0, 9.9, 0.2, 0, 9, 2):
        clock.advance(minutes=minutes)
        await services.within(LEAST, MOST)
    assert desk.calls == [SERVICES] * 3


@pytest.mark.parametrize("fault", list(Fault))
async def test_what_he_said_last_is_believed_for_a_day(
    services: Services, desk: HeleketDesk, clock: ManualClock, fault: Fault
) -> None:
    """While he is silent; then what we have set is all that is known."""
    desk.services[:] = [service("USDT", "tron", "2", "300")]
    known = usdt("2"), usdt("300")
    assert await services.within(LEAST, MOST) == known
    desk.faults.plan(SERVICES, *[fault] * 3)
    for hours, expected in ((1, known), (22.9, known), (0.1, (LEAST, MOST)), (0.1, known)):
        clock.advance(hours=hours)
        assert await services.within(LEAST, MOST) == expected


@pytest.mark.parametrize(
    "said",
    [
        {},
        ["USDT"],
        [{"network": "tron", "is_available": True}],
        [service("USDT", "tron", "x", "1")],
        [service("USDT", "", "0.1", "1")],
        [{**service("USDT", "tron", "0.1", "1"), "limit": None}],
        [{**service("USDT", "tron", "0.1", "1"), "commission": {"fee_amount": "1"}}],
        [
            {
                **service("USDT", "tron", "0.1", "1"),
                "commission": {"fee_amount": "1", "percent": "0.00001"},
            }
        ],
    ],
    ids=str,
)
async def test_nonsense_is_as_silence(desk: HeleketDesk, clock: ManualClock, said: Any) -> None:
    """Our own bounds hold, and he is left alone for a minute."""
    says = Says(said)
    services = services_of(desk, says, clock)
    for seconds in (0, 59, 1):
        clock.advance(seconds=seconds)
        assert await services.within(LEAST, MOST) == (LEAST, MOST)
    assert len(says.asked) == 2


@frozen
class Slow(AtTheDesk):
    """A line on which the answer takes as long as one likes."""

    asked: asyncio.Event = field(factory=asyncio.Event, init=False)
    answers: asyncio.Event = field(factory=asyncio.Event, init=False)

    async def __call__(self, *said: Any, **more: Any) -> Answer:
        """The answer, after a while."""
        self.asked.set()
        await self.answers.wait()
        return await super().__call__(*said, **more)


async def test_only_one_waits_for_him(desk: HeleketDesk, clock: ManualClock) -> None:
    """All others are told at once what is known: nothing at first, and then what he said last."""
    desk.services[:] = [service("USDT", "tron", "2", "300")]
    line = Slow(desk)
    services, expected = services_of(desk, line, clock), (LEAST, MOST)
    for least in ("2", "3"):
        desk.services[:] = [service("USDT", "tron", least, "300")]
        line.asked.clear()
        line.answers.clear()
        waiting = asyncio.create_task(services.within(LEAST, MOST))
        await line.asked.wait()
        assert await services.within(LEAST, MOST) == expected
        line.answers.set()
        expected = usdt(least), usdt("300")
        assert await waiting == expected
        clock.advance(minutes=10)
    assert len(desk.calls) == 2


async def test_who_gives_up_waiting_leaves_it_to_the_next(
    desk: HeleketDesk, clock: ManualClock
) -> None:
    """After a minute."""
    line = Slow(desk)
    services = services_of(desk, line, clock)
    waiting = asyncio.create_task(services.within(LEAST, MOST))
    await line.asked.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    line.answers.set()
    clock.moment += timedelta(minutes=1)
    desk.services[:] = [service("USDT", "tron", "2", "300")]
    assert await services.within(LEAST, MOST) == (usdt("2"), usdt("300"))
