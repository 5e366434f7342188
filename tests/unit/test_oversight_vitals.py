"""What must not last is told as numbers, also that it is over."""

from datetime import timedelta

import pytest
from attrs import define, field, frozen

from altyn.adapters.memory import (
    ManualClock,
    MemoryLeases,
    MemoryShutters,
    MemorySignals,
    MemoryStore,
)
from altyn.core.oversight import SUMS_EVERY, Ailment, Sufferers, TellVitals
from altyn.core.purchases import Shutter, Step


@define
class Seen:
    """What is seen, as a test says."""

    found: list[Sufferers] = field(factory=list)
    summed: dict[str, int] = field(factory=dict)
    looks: int = 0

    async def ailing(self) -> list[Sufferers]:
        return self.found

    async def sums(self) -> dict[str, int]:
        self.looks += 1
        return self.summed


@frozen
class House:
    """Everything that is told of."""

    clock: ManualClock = field(factory=ManualClock)
    seen: Seen = field(factory=Seen)
    store: MemoryStore = field(factory=MemoryStore)
    signals: MemorySignals = field(factory=MemorySignals)
    shutters: MemoryShutters = field(init=False)
    leases: MemoryLeases = field(init=False)
    tell: TellVitals = field(init=False)

    @shutters.default
    def _shutters(self) -> MemoryShutters:
        return MemoryShutters(self.store)

    @leases.default
    def _leases(self) -> MemoryLeases:
        return MemoryLeases(self.store, self.clock)

    @tell.default
    def _tell(self) -> TellVitals:
        return TellVitals(self.seen, self.shutters, self.leases, self.signals, self.clock)

    def gauge(self, name: str, /, **labels: str) -> float:
        return self.signals.gauges[name, frozenset(labels.items())]


@pytest.fixture
def house() -> House:
    return House()


async def test_ailments(house: House) -> None:
    """How many have each, and for how long the first of them has; nobody any more is told too."""
    since = house.clock.now() - timedelta(seconds=90)
    ailment = Ailment.PURCHASE_PAID
    house.seen.found = [Sufferers(ailment=ailment, count=2, since=since)]
    await house.tell()
    assert house.gauge("ailing", ailment="purchase_paid") == 2
    assert house.gauge("ailing_age_seconds", ailment="purchase_paid") == 90
    assert house.gauge("ailing", ailment="payment_unknown") == 0
    house.seen.found = []
    await house.tell()
    assert house.gauge("ailing", ailment="purchase_paid") == 0
    assert house.gauge("ailing_age_seconds", ailment="purchase_paid") == 0


async def test_sums(house: House) -> None:
    """They are looked at seldom, and told as they are."""
    house.seen.summed = {"RUB": 0, "XTR": -5}
    for _ in range(SUMS_EVERY + 1):
        await house.tell()
    assert house.seen.looks == 2
    assert house.gauge("ledger_imbalance_units", asset="RUB") == 0
    assert house.gauge("ledger_imbalance_units", asset="XTR") == -5


async def test_suppliers_and_leases(house: House) -> None:
    """Who is closed, and how long each lease lasts; a lease that is over has less than nothing."""
    now = house.clock.now()
    shutter = Shutter(supplier="fragment", step=Step.OFFER, reason="no", since=now, try_at=now)
    await house.shutters.lower(shutter)
    await house.leases.take("telegram:1", "us", 15)
    await house.tell()
    assert house.gauge("supplier_closed", supplier="fragment") == 1
    assert house.gauge("lease_left_seconds", name="telegram:1") == 15
    house.clock.advance(seconds=20)
    await house.shutters.lift("fragment", Step.OFFER, house.clock.now())
    await house.tell()
    assert house.gauge("supplier_closed", supplier="fragment") == 0
    assert house.gauge("lease_left_seconds", name="telegram:1") == -5
