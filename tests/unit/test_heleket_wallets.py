"""Addresses of Heleket that stand: each top-up is credited once, whatever is told of it."""

import json
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve

from altyn.adapters.heleket import HeleketApi, HeleketWallets
from altyn.adapters.http import NoAnswer
from altyn.adapters.memory import ManualClock
from altyn.core.balances import account_name
from altyn.core.money import RUB, TON, USDT, Asset, Money
from altyn.core.payments import (
    SUSPENSE,
    AssetNotTaken,
    OpenStanding,
    ProviderRefused,
    ProviderUnclear,
    Routes,
    StandingGateways,
    StandingId,
    StandingOrder,
    clearing,
)
from altyn.entrypoints.sandbox import Fault, HeleketDesk
from altyn.entrypoints.testkit.gateway import House
from tests.unit.heleket_outside import AtTheDesk, Says, gateway_of, house_of

NAMED = UUID(int=42)
WALLET = {"uuid": "w-1", "order_id": NAMED.hex, "currency": "usdt", "url": "https://pay/w-1"}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> HeleketDesk:
    return HeleketDesk(clock)


@pytest.fixture
def house(desk: HeleketDesk, clock: ManualClock) -> House:
    return house_of(gateway_of(desk, AtTheDesk(desk), clock), clock)


Line = AtTheDesk | Says


def wallets_over(desk: HeleketDesk, caller: Line, clock: ManualClock) -> HeleketWallets:
    """Addresses at that desk."""
    gateway = gateway_of(desk, caller, clock)
    merchant = evolve(gateway.merchant, callback_url="https://shop.example/webhooks/heleket")
    return HeleketWallets(api=HeleketApi(merchant, caller, gateway.guard))


@pytest.fixture
def wallets(desk: HeleketDesk, clock: ManualClock) -> HeleketWallets:
    return wallets_over(desk, AtTheDesk(desk), clock)


def standing(clock: ManualClock, asset: Asset = USDT, amount: Money | None = None) -> StandingOrder:
    """Somebody may pay as often as they like."""
    return StandingOrder(
        id=StandingId(NAMED),
        payer="user:1",
        target=account_name("user:1"),
        method="heleket",
        asset=asset,
        amount=amount,
        created_at=clock.now(),
    )


def open_standing(house: House, wallets: HeleketWallets) -> OpenStanding:
    """The use case over what the house keeps."""
    kept = house.read.book.standings
    gateways = StandingGateways({wallets.method: wallets})
    return OpenStanding(kept, gateways, house.read.transaction, house.read.clock, Routes())


async def told(house: House, desk: HeleketDesk) -> None:
    """Every notice is taken, and read."""
    for raw in desk.notices:
        await house.take("heleket", raw, {})
    await house.read()


async def held(house: House, name: Any, asset: Asset = USDT) -> int:
    """What an account holds; nothing when nobody opened it."""
    found = [each.posted for each in await house.ledger.balances(name)]
    return sum(each.units for each in found if each.asset == asset)


async def test_an_address_is_asked_for_in_his_words(clock: ManualClock, desk: HeleketDesk) -> None:
    """By the id of the order, on the network that was chosen, with where to tell us."""
    says = Says(WALLET)
    invoice = await wallets_over(desk, says, clock).stand(standing(clock))
    assert (invoice.provider_id, invoice.link) == ("w-1", "https://pay/w-1")
    ((path, body),) = says.asked
    assert path == "/v1/wallet"
    assert json.loads(body) == {
        "currency": "USDT",
        "network": "tron",
        "order_id": NAMED.hex,
        "url_callback": "https://shop.example/webhooks/heleket",
    }


@pytest.mark.parametrize("fault", list(Fault))
async def test_an_order_has_one_address(
    house: House, wallets: HeleketWallets, desk: HeleketDesk, clock: ManualClock, fault: Fault
) -> None:
    """Also when its answer was lost."""
    order, opened = standing(clock), open_standing(house, wallets)
    desk.faults.plan("/v1/wallet", fault)
    with pytest.raises((ProviderUnclear, NoAnswer)):
        await opened(order)
    first = await opened(order)
    assert first.link == desk.wallets[NAMED.hex]["url"]
    assert await opened(order) == first
    assert len(desk.wallets) == 1


@pytest.mark.parametrize(
    "other",
    [{"order_id": "another"}, {"currency": "TON"}, {"uuid": ""}, {"url": None}, {"order_id": None}],
    ids=str,
)
async def test_another_address_is_not_ours(
    desk: HeleketDesk, clock: ManualClock, other: dict[str, Any]
) -> None:
    """Nobody is sent there."""
    with pytest.raises(ProviderUnclear):
        await wallets_over(desk, Says({**WALLET, **other}), clock).stand(standing(clock))


async def test_no_address_asks_for_an_amount(
    wallets: HeleketWallets, desk: HeleketDesk, clock: ManualClock
) -> None:
    """Nor takes an asset for which no network was chosen; he is not even asked."""
    with pytest.raises(ProviderRefused):
        await wallets.stand(standing(clock, amount=Money(1, USDT)))
    with pytest.raises(AssetNotTaken):
        await wallets.stand(standing(clock, RUB))
    assert desk.calls == []


async def test_each_top_up_is_credited_once(
    house: House, wallets: HeleketWallets, desk: HeleketDesk, clock: ManualClock
) -> None:
    """However often it is told; two of one size are two."""
    await open_standing(house, wallets)(standing(clock))
    for amount in ("5", "5", "2.5"):
        desk.top_up(NAMED.hex, amount)
        await told(house, desk)
    for _ in range(2):
        desk.notices *= 2
        await told(house, desk)
    assert await held(house, account_name("user:1")) == 12_500_000
    assert await held(house, clearing("heleket")) == -12_500_000
    assert await house.arrivals.held(10) == []


async def test_another_asset_waits_for_a_person(
    house: House, wallets: HeleketWallets, desk: HeleketDesk, clock: ManualClock
) -> None:
    """Somebody sent it to the address all the same."""
    await open_standing(house, wallets)(standing(clock))
    desk.top_up(NAMED.hex, "5", "TON")
    await told(house, desk)
    assert await held(house, account_name("user:1")) == 0
    assert await held(house, SUSPENSE, TON) == 5_000_000_000


async def test_a_notice_that_tells_of_another_credits_nobody(
    house: House, wallets: HeleketWallets, desk: HeleketDesk, clock: ManualClock
) -> None:
    """One to try us out may name what was paid, and an order that it was not paid for."""
    await open_standing(house, wallets)(standing(clock))
    desk.sell("somebody-else-1", "5", "USDT")
    paid = desk.invoices["somebody-else-1"]["uuid"]
    desk.notices[:] = [desk.test_notice(type="wallet", uuid=paid, order_id=NAMED.hex)]
    desk.notices.append(desk.test_notice(type="wallet", order_id=NAMED.hex))
    await told(house, desk)
    assert await held(house, account_name("user:1")) == 0
    assert await house.arrivals.held(10) == []
