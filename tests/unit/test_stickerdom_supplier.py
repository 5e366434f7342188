"""The store of sticker packs in this process: both ways of paying pass the contract."""

import pytest
from attrs import evolve

from altyn.adapters.memory import ManualClock
from altyn.adapters.stickerdom import StickerdomShowcase, StickerdomSupplier, Way
from altyn.core.purchases import Article, Collection, Showcase
from altyn.entrypoints.sandbox import Fault, StickerdomDesk
from altyn.entrypoints.testkit import OnShow, ShowcaseContract, SupplierContract
from tests.unit.fragment_outside import AtTheDesk
from tests.unit.stickerdom_outside import COINS, STARS, StickerdomOutside, api_of, supplier_of


class TestStickerdomSupplier(SupplierContract):
    """Every sentence, without a wire."""

    @pytest.fixture
    def way(self) -> Way:
        return COINS

    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock()

    @pytest.fixture
    def desk(self, clock: ManualClock) -> StickerdomDesk:
        return StickerdomDesk(clock)

    @pytest.fixture
    def supplier(self, desk: StickerdomDesk, clock: ManualClock, way: Way) -> StickerdomSupplier:
        return supplier_of(AtTheDesk(desk, "stickerdom"), clock, way)

    @pytest.fixture
    def outside(self, desk: StickerdomDesk, clock: ManualClock, way: Way) -> StickerdomOutside:
        return StickerdomOutside(desk, clock, way)


class TestStickerdomPaidInStars(TestStickerdomSupplier):
    """The same, paid in Stars."""

    @pytest.fixture
    def way(self) -> Way:
        return STARS


class Forest(OnShow):
    """The collection that the desk begins with."""

    collection = Collection(id="12", title="Forest")
    articles = (
        Article(item="12/3", title="Fox", left=100),
        Article(item="12/4", title="Owl", left=100),
    )

    def __init__(self, desk: StickerdomDesk) -> None:
        self.desk = desk

    def sell_out(self, item: str) -> None:
        self.desk.stocked(12, int(item.partition("/")[2]), 0)

    def withdraw(self) -> None:
        self.desk.collections[12].status = "soon"

    def fall_silent(self) -> None:
        for asked in ("collections", "collection", "collection", "price"):
            self.desk.faults.plan(asked, Fault.HANG_AFTER)


class TestStickerdomShowcase(ShowcaseContract):
    """What the store shows, with prices in coins."""

    @pytest.fixture
    def way(self) -> Way:
        return COINS

    @pytest.fixture
    def desk(self) -> StickerdomDesk:
        return StickerdomDesk(ManualClock())

    @pytest.fixture
    def showcase(self, desk: StickerdomDesk, way: Way) -> Showcase:
        assert isinstance(desk.clock, ManualClock)
        return StickerdomShowcase(api_of(AtTheDesk(desk, "stickerdom"), desk.clock), way)

    @pytest.fixture
    def shown(self, desk: StickerdomDesk) -> OnShow:
        return Forest(desk)

    async def test_what_cannot_be_asked_for_is_not_shown(
        self, desk: StickerdomDesk, showcase: Showcase
    ) -> None:
        """Whatever the store calls it; what has no title is shown by its name."""
        forest = desk.collections[12]
        forest.characters[3].id = "no name"  # type: ignore[assignment]
        forest.characters[4].name = ""
        desk.collections[13] = evolve(forest, id="a/b")  # type: ignore[arg-type]
        assert [each.id for each in await showcase.collections()] == ["12"]
        (owl,) = await showcase.articles("12")
        assert owl.title == "4"


class TestStickerdomShowcaseInStars(TestStickerdomShowcase):
    """The same, with prices in Stars."""

    @pytest.fixture
    def way(self) -> Way:
        return STARS
