"""Which ways of paying somebody is offered, and what speaks against the others."""

import pytest

from altyn.adapters.memory import ManualClock, ManualTicks
from altyn.core.errors import AltynError, Missing
from altyn.core.payments import (
    AmountOutOfBounds,
    AssetNotTaken,
    Gateways,
    Goods,
    Obstacle,
    Offer,
    OfferMethods,
    Place,
    ProviderRefused,
    ProviderUnclear,
    Pulses,
    Route,
    Routes,
    Sale,
)
from altyn.core.resilience import BreakerPolicy, CircuitOpen, Guard
from tests.unit.payments_house import Scripted, usdt

INSIDE = (Goods.DIGITAL, Place.TELEGRAM)


async def offered(
    route: Route, sale: Sale | None = None, answer: AltynError | None = None
) -> Offer:
    """What becomes of the only way there is."""
    gateway = Scripted(ManualClock())
    gateway.accepts.append(answer)
    offer_methods = OfferMethods(Gateways.these(gateway), Routes({"fake": route}), Pulses())
    (offer,) = await offer_methods(usdt(1000), sale or Sale())
    asked = offer.obstacle not in (Obstacle.GOODS, Obstacle.COUNTRY)
    assert gateway.calls == (["accept"] if asked else [])
    return offer


@pytest.mark.parametrize(
    ("answer", "offer"),
    [
        (None, Offer("fake")),
        (AssetNotTaken("fake", usdt(1).asset), Offer("fake", Obstacle.ASSET)),
        (
            AmountOutOfBounds("fake", usdt(1000), usdt(2000), usdt(9000)),
            Offer("fake", Obstacle.AMOUNT, usdt(2000), usdt(9000)),
        ),
        (
            ProviderUnclear("fake", "silence"),
            Offer("fake", Obstacle.RESTING, why="fake left us in doubt: silence"),
        ),
        (
            CircuitOpen("fake", 5.0),
            Offer("fake", Obstacle.RESTING, why=str(CircuitOpen("fake", 5.0))),
        ),
        (ProviderRefused("fake", "no"), Offer("fake", Obstacle.ASSET)),
        (Missing(), Offer("fake", Obstacle.ASSET)),
    ],
    ids=str,
)
async def test_a_way_is_asked_whether_it_would_do(answer: AltynError | None, offer: Offer) -> None:
    """And says by how much it would not."""
    assert await offered(Route(), answer=answer) == offer


@pytest.mark.parametrize(
    ("goods", "place", "obstacle"),
    [
        (Goods.DIGITAL, Place.TELEGRAM, Obstacle.GOODS),
        (Goods.DIGITAL, Place.ELSEWHERE, None),
        (Goods.PHYSICAL, Place.TELEGRAM, None),
        (Goods.SERVICE, Place.TELEGRAM, None),
    ],
)
async def test_a_way_is_for_some_goods_in_some_place(
    goods: Goods, place: Place, obstacle: Obstacle | None
) -> None:
    """Both together decide; the provider is not even asked."""
    route = Route(forbidden=frozenset({INSIDE}))
    offer = await offered(route, Sale(goods=goods, place=place))
    assert offer.obstacle is obstacle


@pytest.mark.parametrize(
    ("route", "country", "obstacle"),
    [
        (Route(), "", None),
        (Route(), "RU", None),
        (Route(countries=frozenset({"RU", "KZ"})), "RU", None),
        (Route(countries=frozenset({"RU", "KZ"})), "DE", Obstacle.COUNTRY),
        (Route(countries=frozenset({"RU", "KZ"})), "", Obstacle.COUNTRY),
        (Route(without=frozenset({"US"})), "US", Obstacle.COUNTRY),
        (Route(without=frozenset({"US"})), "DE", None),
        (Route(without=frozenset({"US"})), "", None),
    ],
)
async def test_a_way_is_for_payers_from_somewhere(
    route: Route, country: str, obstacle: Obstacle | None
) -> None:
    """Who may come from anywhere is not from where one has to be."""
    assert (await offered(route, Sale(country=country))).obstacle is obstacle


async def test_those_that_can_be_used_come_first() -> None:
    """Then by rank, and by name where that is one; nobody is left out."""
    clock = ManualClock()
    names = ("e", "d", "c", "b", "a")
    gateways = {name: Scripted(clock, method=name) for name in names}
    gateways["a"].accepts.append(ProviderUnclear("a", "silence"))
    gateways["b"].accepts.append(AssetNotTaken("b", usdt(1).asset))
    routes = {"e": Route(rank=20), "d": Route(rank=20), "c": Route(rank=300), "b": Route(rank=1)}
    offer = OfferMethods(Gateways.these(*gateways.values()), Routes(routes), Pulses())
    assert [each.method for each in await offer(usdt(1000), Sale())] == ["d", "e", "c", "b", "a"]
    assert [each.method for each in await offer(usdt(1000), Sale())] == ["b", "d", "e", "a", "c"]


async def test_whose_guard_is_open_comes_last() -> None:
    """With the word why; as soon as a call would go again it is offered as before."""
    clock, ticks = ManualClock(), ManualTicks()
    gateways = {name: Scripted(clock, method=name) for name in ("a", "b")}
    guard = Guard("a", BreakerPolicy(open_seconds=30), ticks=ticks)
    routes = Routes({"a": Route(rank=1), "b": Route(rank=2)})
    offer = OfferMethods(Gateways.these(*gateways.values()), routes, Pulses({"a": guard}))
    assert list(await offer(usdt(1000), Sale())) == [Offer("a"), Offer("b")]
    guard.trip()
    resting = Offer("a", Obstacle.RESTING, why="rests for 30 s")
    assert list(await offer(usdt(1000), Sale())) == [Offer("b"), resting]
    gateways["a"].accepts.append(AssetNotTaken("a", usdt(1).asset))
    assert list(await offer(usdt(1000), Sale()))[1] == Offer("a", Obstacle.ASSET)
    ticks.advance(seconds=30)
    assert list(await offer(usdt(1000), Sale())) == [Offer("a"), Offer("b")]


async def test_where_there_is_no_way_none_is_offered() -> None:
    """Nothing speaks against nothing."""
    assert list(await OfferMethods(Gateways.these(), Routes(), Pulses())(usdt(1000), Sale())) == []
