"""Subscriptions in Stars: opened once, charged again and again, called off and wanted again."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from attrs import evolve

from altyn.adapters.telegram import STARS, StarsSubscriptions
from altyn.core.balances import account_name
from altyn.core.errors import AltynError
from altyn.core.money import USDT, XTR, Money
from altyn.core.payments import (
    AmountOutOfBounds,
    AssetNotTaken,
    ChangeRenewal,
    LapseStandings,
    NotRenewable,
    OpenStanding,
    PaymentId,
    ProviderRefused,
    ProviderUnclear,
    Routes,
    StandingGateways,
    StandingId,
    StandingOrder,
    Term,
    Wish,
)
from altyn.core.payments.refund import RefundId, RefundState
from altyn.entrypoints.sandbox.telegram_sales import Outcome
from altyn.entrypoints.sandbox.telegram_stars import Charge
from tests.unit.staff import ANNA
from tests.unit.telegram_outside import Shop, open_shop

DAYS = 24
PRICE = Money(50, XTR)


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop
        await shop.house.sound()


def gateways(shop: Shop) -> StandingGateways:
    """Those with whom an order can stand."""
    return StandingGateways({STARS: StarsSubscriptions(api=shop.api, cursors=shop.house.cursors)})


def wanted(shop: Shop, **other: Any) -> StandingOrder:
    """Somebody wants to pay fifty Stars each month."""
    fields: dict[str, Any] = {
        "id": StandingId(uuid4()),
        "payer": "user:1",
        "target": account_name("user:1"),
        "method": STARS,
        "asset": XTR,
        "amount": PRICE,
        "reference": "the club",
        "created_at": shop.house.clock.now(),
        **other,
    }
    return StandingOrder(**fields)


async def stands(shop: Shop, **other: Any) -> StandingOrder:
    """It stands."""
    house = shop.house
    opened = OpenStanding(house.standings, gateways(shop), house.store, house.clock, Routes())
    return await opened(wanted(shop, **other))


async def subscribed(shop: Shop) -> tuple[StandingOrder, Charge]:
    """Somebody pays for the first time."""
    standing = await stands(shop)
    checkout = shop.desk.pay(standing.link, shop.desk.join("Anna"))
    await shop.hear()  # asked, they may
    await shop.hear()  # and they have
    assert checkout.outcome is Outcome.PAID
    assert checkout.charge
    return standing, checkout.charge


async def now(shop: Shop, standing: StandingOrder) -> Term:
    """For how long it was paid."""
    term = (await shop.house.standings.get(standing.id)).term
    assert term is not None
    return term


def until(charge: Charge) -> int:
    """As Telegram says it."""
    assert charge.subscription
    return charge.subscription.until


async def test_it_is_asked_for_with_a_period(shop: Shop) -> None:
    """The only one there is; the same order again has the same link."""
    standing = await stands(shop)
    (asked,) = [said for method, said in shop.wire.asked if method == "createInvoiceLink"]
    assert asked == {
        "title": "Altyn",
        "description": "the club",
        "payload": standing.id.hex,
        "currency": "XTR",
        "prices": [{"label": "50 XTR", "amount": 50}],
        "provider_token": "",
        "subscription_period": 2592000,
    }
    assert standing.link == f"https://t.me/${standing.provider_id}"


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"amount": None}, ProviderRefused),
        ({"amount": Money(10_001, XTR)}, AmountOutOfBounds),
        ({"amount": Money(5, USDT), "asset": USDT}, AssetNotTaken),
    ],
    ids=["any amount", "too much", "another asset"],
)
async def test_what_cannot_renew_itself_is_refused(
    shop: Shop, other: dict[str, Any], error: type[AltynError]
) -> None:
    """Telegram is not asked."""
    with pytest.raises(error):
        await stands(shop, **other)
    assert "createInvoiceLink" not in shop.desk.calls


@pytest.mark.parametrize("own_id", [True, False], ids=["own ids", "one id"])
@pytest.mark.parametrize("told", ["updates", "list", "both"])
async def test_each_charge_is_a_payment_of_its_own(shop: Shop, told: str, own_id: bool) -> None:
    """Whoever tells it, and whether it has an id of its own; the last one says until when."""
    standing, charge = await subscribed(shop)
    term = await now(shop, standing)
    assert (term.charge, int(term.until.timestamp())) == (charge.id, until(charge))
    for number in (2, 3):
        shop.house.clock.advance(hours=30 * DAYS)
        renewal = shop.desk.renew(charge.id, own_id=own_id)
        if told in ("updates", "both"):
            await shop.hear()
            assert int((await now(shop, standing)).until.timestamp()) == until(renewal)
        shop.house.clock.advance(minutes=2)
        if told in ("list", "both"):
            await shop.read_feed()
        assert await shop.house.holds("user:1", XTR) == 50 * number
        assert (await now(shop, standing)).charge == charge.id
    await shop.hear()
    await shop.read_feed()
    assert await shop.house.holds("user:1", XTR) == 150
    names = [each.name for each in await shop.house.told() if each.name.startswith("standing.")]
    assert names == ["standing.begun", "standing.renewed", "standing.renewed"]
    if own_id:
        assert (await shop.tie_out()).differences == []


async def test_the_payer_calls_it_off_and_wants_it_again(shop: Shop) -> None:
    """What was paid lasts; then it lapses, and nothing is taken."""
    standing, charge = await subscribed(shop)
    said = []
    for state in ("failed", "canceled", "active", "canceled"):
        shop.desk.change_subscription(charge.id, state)
        await shop.hear()
        said.append((await now(shop, standing)).renews)
    assert said == [True, False, True, False]
    assert (await now(shop, standing)).until.timestamp() == until(charge)
    shop.house.clock.advance(hours=31 * DAYS)
    house = shop.house
    assert await LapseStandings(house.standings, house.book, house.store, house.clock)() == 1
    names = [each.name for each in await house.told() if each.name.startswith("standing.")]
    assert names == [
        "standing.begun",
        "standing.unpaid",
        "standing.cancelled",
        "standing.resumed",
        "standing.cancelled",
        "standing.lapsed",
    ]


async def test_we_call_it_off(shop: Shop) -> None:
    """It renews itself no longer; allowed again, it is for the payer to want it."""
    standing, charge = await subscribed(shop)
    house = shop.house
    change = ChangeRenewal(
        house.standings, house.arrivals, gateways(shop), house.book, house.store, house.audit
    )
    for _ in range(2):
        await change(standing.id, ANNA, renews=False)
    assert charge.subscription
    assert not charge.subscription.is_active
    with pytest.raises(LookupError):
        shop.desk.change_subscription(charge.id, "active")
    await change(standing.id, ANNA, renews=True)
    assert not (await now(shop, standing)).renews
    shop.desk.change_subscription(charge.id, "active")
    await shop.hear()
    assert (await now(shop, standing)).renews
    shop.wire.says.append((200, {"ok": True, "result": 1}))
    with pytest.raises(ProviderUnclear):
        await change(standing.id, ANNA, renews=False)
    assert (await now(shop, standing)).renews


async def test_of_whom_it_is_not_known_who_pays_nothing_is_called_off(shop: Shop) -> None:
    """Telegram wants to know both."""
    standing, charge = await subscribed(shop)
    arrival = await shop.house.arrivals.get(STARS, charge.id)
    unknown = evolve(arrival, inflow=evolve(arrival.inflow, sender=""))
    with pytest.raises(NotRenewable):
        await StarsSubscriptions(api=shop.api, cursors=shop.house.cursors).renew(
            standing, unknown, False
        )


async def test_nobody_is_charged_beside_somebody(shop: Shop) -> None:
    """A link has no end; while it is paid nobody else pays it, and at no other price."""
    standing, _ = await subscribed(shop)
    again = shop.desk.pay(standing.link, shop.desk.join("Boris"))
    await shop.hear()
    assert (again.outcome, again.charge) == (Outcome.REFUSED, None)


@pytest.mark.parametrize("own_id", [True, False], ids=["own ids", "one id"])
async def test_a_charge_goes_back_like_any_other(shop: Shop, own_id: bool) -> None:
    """By Telegram's id of it."""
    standing, charge = await subscribed(shop)
    shop.house.clock.advance(hours=30 * DAYS)
    shop.desk.renew(charge.id, own_id=own_id)
    await shop.hear()
    *_, last = shop.house.arrivals._kept.values()
    assert last.payment != PaymentId(standing.id)
    wish = Wish(id=RefundId(uuid4()), method=STARS, key=last.inflow.key, reason="unwanted", by=ANNA)
    refund = await shop.house.ask_back(wish)
    assert (await shop.house.carry_out(refund.id)).state is RefundState.DONE
    assert await shop.house.holds("user:1", XTR) == 50
