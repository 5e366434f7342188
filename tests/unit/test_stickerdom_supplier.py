"""The store of sticker packs in this process: both ways of paying pass the contract."""

import pytest

from altyn.adapters.memory import ManualClock
from altyn.adapters.stickerdom import StickerdomSupplier, Way
from altyn.entrypoints.sandbox import StickerdomDesk
from altyn.entrypoints.testkit import SupplierContract
from tests.unit.fragment_outside import AtTheDesk
from tests.unit.stickerdom_outside import COINS, STARS, StickerdomOutside, supplier_of


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
