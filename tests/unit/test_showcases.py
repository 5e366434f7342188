"""What suppliers show: looked at through copies, priced as we sell it, and never relied on."""

import pytest
from attrs import evolve

from altyn.adapters.memory import ManualTicks, MemoryCache
from altyn.core.money import RUB, TON, Money
from altyn.core.purchases import (
    Article,
    Browse,
    Collection,
    CopiedShowcase,
    Showcase,
    SupplierClosed,
    SupplierRefused,
    Suppliers,
    SupplierUnclear,
    SupplierUnknown,
)
from altyn.core.purchases.copied_showcase import FRESH_SECONDS
from altyn.entrypoints.testkit import OnShow, ShowcaseContract
from tests.unit.purchases_house import FOREST, FOX, OWL, FakeShowcase, House, forest


class Fakes(OnShow):
    """The fake as the contract plays with it."""

    collection = FOREST
    articles = (FOX, OWL)

    def __init__(self, showcase: FakeShowcase) -> None:
        self.showcase = showcase

    def sell_out(self, item: str) -> None:
        found = self.showcase.articles_of[FOREST]
        found[:] = [evolve(each, left=0) if each.item == item else each for each in found]

    def withdraw(self) -> None:
        self.showcase.withdrawn.add(FOREST.id)

    def fall_silent(self) -> None:
        self.showcase.fails = [SupplierUnclear("packs", "silence")] * 3


class TestFakeShowcase(ShowcaseContract):
    """So that whoever is tested with it is tested with a showcase."""

    @pytest.fixture
    def showcase(self) -> FakeShowcase:
        return forest()

    @pytest.fixture
    def shown(self, showcase: FakeShowcase) -> OnShow:
        return Fakes(showcase)


class TestCopiedShowcase(ShowcaseContract):
    """Whoever looks for the first time sees what is so."""

    @pytest.fixture
    def fake(self) -> FakeShowcase:
        return forest()

    @pytest.fixture
    def showcase(self, fake: FakeShowcase) -> Showcase:
        return CopiedShowcase("packs", fake, MemoryCache())

    @pytest.fixture
    def shown(self, fake: FakeShowcase) -> OnShow:
        return Fakes(fake)


async def test_he_is_asked_once_in_a_while() -> None:
    """However many look; then there are new copies."""
    ticks, fake = ManualTicks(), forest()
    copied = CopiedShowcase("packs", fake, MemoryCache(ticks=ticks))
    for asked in (3, 6):
        for _ in range(5):
            assert await copied.collections() == [FOREST]
            assert await copied.articles("12") == [FOX, OWL]
            assert await copied.cost("12/3") == Money.parse("0.5", TON)
        assert fake.asked == asked
        ticks.advance(seconds=FRESH_SECONDS)


def browse(house: House) -> Browse:
    """At that house."""
    keeper = house.quote.ask.doorkeeper
    return Browse(house.suppliers, keeper, house.quote.prices, house.clock)


async def test_things_on_show_have_the_prices_of_the_house() -> None:
    """What an offer would ask; without one where it is sold out, or cannot be said now."""
    house = House()
    look = browse(house)
    assert await look.collections() == [FOREST]
    articles = await look.articles("12")
    assert articles == [FOX, OWL]
    gone = Article(item="12/5", title="Gone", left=0)
    strange = Article(item="12/6", title="Strange", left=1)
    priced = await look.priced([*articles, gone, strange], RUB, "")
    assert [each.price for each in priced] == [Money.parse("165", RUB)] * 2 + [None, None]
    assert house.showcase.asked == 5


async def test_nobody_looks_around_at_the_closed() -> None:
    """Where another one shows the same he is looked at."""
    house = House()
    house.second.fails = [SupplierClosed("packs", "log in")]
    await house.visit()
    with pytest.raises(SupplierClosed, match="log in"):
        await browse(house).collections()
    suppliers = Suppliers.these(
        house.second,
        evolve(house.second, name="others"),
        wallets={},
        showcases={"packs": house.showcase, "others": FakeShowcase()},
    )
    look = evolve(browse(house), suppliers=suppliers)
    assert await look.collections() == []


async def test_whoever_shows_nothing_is_not_looked_at() -> None:
    """What he sells is bought by name alone."""
    house = House()
    look = evolve(browse(house), suppliers=Suppliers.these(house.second, wallets={}))
    with pytest.raises(SupplierUnknown):
        await look.collections()


async def test_titles_fit() -> None:
    """Whatever they are called outside."""
    assert Collection(id="1", title="a\nb" + "x" * 100).title == "a b" + "x" * 77
    with pytest.raises(SupplierRefused):
        await forest().articles("13")
