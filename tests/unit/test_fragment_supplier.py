"""Fragment in this process: the supplier passes the contract."""

import pytest

from altyn.adapters.fragment import FragmentSupplier
from altyn.adapters.memory import ManualClock
from altyn.core.money import USDT
from altyn.entrypoints.sandbox import FragmentDesk
from altyn.entrypoints.testkit import SupplierContract
from tests.unit.fragment_outside import AtTheDesk, DeskOutside, supplier_of


class TestFragmentSupplier(SupplierContract):
    """Every sentence, without a wire."""

    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock()

    @pytest.fixture
    def desk(self, clock: ManualClock) -> FragmentDesk:
        return FragmentDesk(clock)

    @pytest.fixture
    def supplier(self, desk: FragmentDesk, clock: ManualClock) -> FragmentSupplier:
        return supplier_of(desk, AtTheDesk(desk), clock)

    @pytest.fixture
    def outside(self, desk: FragmentDesk, clock: ManualClock) -> DeskOutside:
        return DeskOutside(desk, clock)


class TestFragmentThatNamesRequests(TestFragmentSupplier):
    """The same, where its pages say of which request they speak."""

    @pytest.fixture
    def desk(self, clock: ManualClock) -> FragmentDesk:
        return FragmentDesk(clock, names_requests=True)


class TestFragmentPaidInDollars(TestFragmentSupplier):
    """The same, paid in dollars; what a coin is worth is nothing to them."""

    @pytest.fixture
    def supplier(self, desk: FragmentDesk, clock: ManualClock) -> FragmentSupplier:
        return supplier_of(desk, AtTheDesk(desk), clock, USDT)
