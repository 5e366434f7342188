"""Suppliers who do not sell to us: closed for everybody, told once, and tried now and then."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import evolve, frozen

from altyn.core.errors import AltynError, Unavailable
from altyn.core.health import Condition
from altyn.core.identity import Caller, NotAllowed, Role, UserId
from altyn.core.money import RUB, TON, USDT
from altyn.core.purchases import (
    Assortment,
    Goods,
    Kind,
    OnSale,
    RecipientRefused,
    Shutter,
    Shutters,
    Stage,
    State,
    Step,
    SupplierClosed,
    SupplierRefused,
    SupplierUnclear,
)
from tests.unit.purchases_house import House, wish

LOGIN = "log in again"
FRAGMENT, PACKS = "fragment", "packs"
PACK = Goods(kind=Kind.PACK, quantity=1, item="12/3")


def shut(house: House, times: int = 1) -> None:
    """He does not sell to us, so often."""
    house.supplier.fails += [SupplierClosed(FRAGMENT, LOGIN)] * times


async def told(house: House) -> Sequence[tuple[str, Any]]:
    """What was told of suppliers, and of which step."""
    events = await house.outbox.pending(1000)
    return [(e.name, e.facts["step"]) for e in events if e.name.startswith("supplier.")]


async def closed(house: House) -> bool:
    """Whether the shutter is down."""
    shutter = await house.shutters.of(FRAGMENT)
    return shutter is not None and shutter.closed


@pytest.fixture
async def house() -> House:
    return await House().furnished()


async def test_who_turns_one_away_is_closed_for_all(house: House) -> None:
    """He is not asked again, others are; whoever runs the shop is told once, and why."""
    shut(house)
    for number in range(3):
        with pytest.raises(SupplierClosed, match=LOGIN):
            await house.quote(wish(number))
    assert house.supplier.fails == []
    assert await told(house) == [("supplier.closed", "offer")]
    (event,) = [e for e in await house.outbox.pending(9) if e.name == "supplier.closed"]
    assert dict(event.facts) == {
        "supplier": FRAGMENT,
        "step": "offer",
        "reason": LOGIN,
        "decided_by": "",
    }
    assert (await house.quote(wish(9, goods=PACK))).supplier == PACKS


async def test_somebody_tries_now_and_then(house: House) -> None:
    """One purchase at a time, more and more rarely; when he sells again all may buy."""
    shut(house, 4)
    for number, minutes in enumerate((5, 15, 60, 240)):
        for each in range(2):
            with pytest.raises(SupplierClosed):
                await house.quote(wish(10 * number + each))
        assert len(house.supplier.fails) == 3 - number
        house.clock.advance(minutes=minutes - 1)
        with pytest.raises(SupplierClosed):
            await house.quote(wish(10 * number + 9))
        assert len(house.supplier.fails) == 3 - number
        house.clock.advance(minutes=1)
    assert (await house.quote(wish(90))).state is State.QUOTED
    assert (await house.quote(wish(91))).state is State.QUOTED
    assert await told(house) == [("supplier.closed", "offer"), ("supplier.opened", "offer")]


@frozen
class Overtaken:
    """Shutters that somebody else always claims first."""

    shutters: Shutters

    async def of(self, supplier: str) -> Shutter | None:
        return await self.shutters.of(supplier)

    async def claim(self, shutter: Shutter, try_at: datetime) -> bool:
        await self.shutters.claim(shutter, try_at)
        return await self.shutters.claim(shutter, try_at)


async def test_of_two_who_try_at_once_one_does(house: House) -> None:
    """The other is told that he is closed, and asks nothing."""
    shut(house)
    with pytest.raises(SupplierClosed):
        await house.quote(wish())
    house.clock.advance(minutes=5)
    shutters: Any = Overtaken(house.shutters)
    keeper = evolve(house.quote.ask.doorkeeper, shutters=shutters)
    slower = evolve(house.quote, ask=evolve(house.quote.ask, doorkeeper=keeper))
    with pytest.raises(SupplierClosed, match=LOGIN):
        await slower(wish())
    assert await closed(house)


async def test_a_try_that_is_not_answered_opens_nothing(house: House) -> None:
    """Silence is no proof."""
    shut(house)
    with pytest.raises(SupplierClosed):
        await house.quote(wish())
    house.clock.advance(minutes=5)
    house.supplier.fails.append(SupplierUnclear(FRAGMENT, "status 500"))
    with pytest.raises(SupplierUnclear):
        await house.quote(wish())
    assert await closed(house)


@pytest.mark.parametrize(
    "said", [RecipientRefused("bob", "nobody is called so"), SupplierRefused(FRAGMENT, "sold out")]
)
async def test_a_no_to_what_was_asked_is_an_answer(house: House, said: AltynError) -> None:
    """He speaks to us again: one mistyped name does not keep all others waiting."""
    shut(house)
    with pytest.raises(SupplierClosed):
        await house.quote(wish())
    house.clock.advance(minutes=5)
    house.supplier.fails.append(said)
    with pytest.raises(type(said)):
        await house.quote(wish())
    assert not await closed(house)
    assert (await house.quote(wish(2))).state is State.QUOTED
    assert await told(house) == [("supplier.closed", "offer"), ("supplier.opened", "offer")]


async def test_another_who_sells_the_same_takes_his_place(house: House) -> None:
    """Where nobody named him; who was named is not replaced."""
    house.second.kinds = (Kind.PACK, Kind.STARS)
    shut(house)
    assert (await house.quote(wish(1))).supplier == PACKS
    assert (await house.quote(wish(2))).supplier == PACKS
    with pytest.raises(SupplierClosed):
        await house.quote(wish(3, supplier=FRAGMENT))
    assert await told(house) == [("supplier.closed", "offer")]


async def test_what_is_seen_at_an_order_is_not_undone_by_a_price(house: House) -> None:
    """What was reserved waits, and opens him when it is ordered after all."""
    id = await house.bought()
    house.supplier.fails += [SupplierClosed(FRAGMENT, "verify the account")]
    await house.poll()
    assert await told(house) == [("supplier.closed", "order")]
    with pytest.raises(SupplierClosed, match="verify"):
        await house.quote(wish(2))
    house.clock.advance(minutes=5)
    quoted = await house.quote(wish(3))
    assert (quoted.state, await closed(house)) == (State.QUOTED, True)
    await house.work(1)
    assert await house.state(id) is State.DELIVERED
    assert await told(house) == [("supplier.closed", "order"), ("supplier.opened", "order")]


async def test_a_session_that_ends_before_the_goods_are_there(house: House) -> None:
    """Nothing new is begun; what was paid for is awaited."""
    house.supplier.stage = Stage.PENDING
    id = await house.bought()
    await house.work(1)
    assert await house.state(id) is State.PAID
    shut(house)
    await house.work(5)
    assert await told(house) == [("supplier.closed", "visit")]
    assert await house.state(id) is State.PAID


async def test_visits_find_out_before_customers_do(house: House) -> None:
    """A silence closes nobody; what a visit closed a visit opens."""
    assert await house.visit() == {FRAGMENT: Condition(True), PACKS: Condition(True)}
    house.supplier.fails += [SupplierUnclear(FRAGMENT, "status 500")]
    said = await house.visit()
    assert (said[FRAGMENT].well, "status 500" in said[FRAGMENT].words) == (False, True)
    assert not await closed(house)
    shut(house)
    assert (await house.visit())[FRAGMENT] == Condition(False, LOGIN)
    with pytest.raises(Unavailable):
        await house.quote(wish())
    assert (await house.visit())[FRAGMENT] == Condition(True)
    assert (await house.quote(wish())).state is State.QUOTED
    assert await told(house) == [("supplier.closed", "visit"), ("supplier.opened", "visit")]


async def test_a_visit_does_not_prove_a_purchase(house: House) -> None:
    """He lets us in, and does not sell."""
    shut(house)
    with pytest.raises(SupplierClosed):
        await house.quote(wish())
    assert (await house.visit())[FRAGMENT] == Condition(True)
    assert await closed(house)


async def test_a_person_opens_him(house: House) -> None:
    """Having seen to it, under their name."""
    olga = Caller.local("olga")
    assert await house.reopen(FRAGMENT, olga) is None
    shut(house)
    with pytest.raises(SupplierClosed):
        await house.quote(wish())
    house.clock.advance(minutes=1)
    lifted = await house.reopen(FRAGMENT, olga)
    assert lifted is not None
    assert (lifted.closed, lifted.step, lifted.reason) == (False, Step.OFFER, LOGIN)
    assert lifted.since == house.clock.now()
    (event,) = [e for e in await house.outbox.pending(9) if e.name == "supplier.opened"]
    assert event.facts["decided_by"] == "olga"
    (entry,) = [each.audited for each in await house.trail.onward(9)]
    assert (entry.who, entry.what, entry.about) == (
        "olga",
        "supplier.reopened",
        "supplier:fragment",
    )
    assert entry.facts == {"why": LOGIN}
    with pytest.raises(NotAllowed):
        await house.reopen(FRAGMENT, Caller(name="user:1", role=Role.SUPPORT, user=UserId(1)))
    assert (await house.quote(wish())).state is State.QUOTED


async def test_a_long_reason_is_kept_short(house: House) -> None:
    """It stands on one line."""
    house.supplier.fails += [SupplierClosed(FRAGMENT, "because\n" + "of this " * 200)]
    with pytest.raises(SupplierClosed):
        await house.quote(wish())
    shutter = await house.shutters.of(FRAGMENT)
    assert shutter is not None
    assert shutter.reason.startswith("because of this")
    assert len(shutter.reason) <= 500
    assert shutter.try_at - shutter.since == timedelta(minutes=5)


def on_sale(house: House, assortment: Assortment | None = None) -> OnSale:
    """Of that house."""
    prices, clock = house.quote.prices, house.clock
    return OnSale(house.suppliers, assortment or Assortment(), prices, house.shutters, clock)


async def test_what_has_no_price_or_is_not_sold_here_is_not_offered(house: House) -> None:
    """A rate says what he is paid in is worth something, or prices are in just that."""
    everything = {Kind.STARS, Kind.PREMIUM, Kind.PACK}
    assert on_sale(house).ever(RUB) == on_sale(house).ever(TON) == everything
    assert on_sale(house).ever(USDT) == set()
    assert on_sale(house, Assortment({Kind.TON: 1, Kind.PACK: 1})).ever(RUB) == {Kind.PACK}


async def test_what_only_the_closed_sell_is_not_offered_until_they_are_tried(house: House) -> None:
    """Nobody is led to a refusal; and somebody has to try."""
    shut(house)
    with pytest.raises(SupplierClosed):
        await house.quote(wish())
    sold = on_sale(house)
    assert await sold(RUB) == {Kind.PACK}
    house.clock.advance(minutes=5)
    assert await sold(RUB) == sold.ever(RUB)
