"""After the books were restored nothing is paid, until somebody who may says that it may be."""

import pytest

from altyn.adapters.memory import ManualClock, MemoryStandstill, MemoryStore, MemoryTrail
from altyn.core.identity import Audit, Caller, NotAllowed, NotSure, ResumePaying, Role, UserId
from altyn.core.standstill import StandsStill, WhileItMoves
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import StandstillContract
from tests.unit.staff import ANNA


class TestMemoryStandstill(StandstillContract):
    """Every sentence of the port."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def transaction(self, store: MemoryStore) -> Transaction:
        return store

    @pytest.fixture
    def standstill(self, store: MemoryStore) -> MemoryStandstill:
        return MemoryStandstill(store)


async def test_nothing_is_paid_while_it_stands_still() -> None:
    """It is said since when, and what to do; then it is done as before."""
    store, clock = MemoryStore(), ManualClock()
    standstill, paid = MemoryStandstill(store), []

    async def pay() -> int:
        paid.append("paid")
        return 1

    moves = WhileItMoves(standstill, pay)
    assert await moves() == 1
    await standstill.begin(clock.now())
    with pytest.raises(StandsStill, match="`altyn resume`"):
        await moves()
    await standstill.end()
    assert await moves() == 1
    assert paid == ["paid", "paid"]


async def test_who_may_let_it_move() -> None:
    """Whoever decides what is in doubt, and it is in the trail; there is nothing to do twice."""
    store, clock = MemoryStore(), ManualClock()
    standstill, trail = MemoryStandstill(store), MemoryTrail(store)
    resume = ResumePaying(standstill, Audit(trail, clock), store)
    assert await resume(ANNA) is None
    await standstill.begin(clock.now())
    with pytest.raises(NotAllowed):
        await resume(Caller(name="bob", role=Role.SUPPORT))
    eve = Caller(name="user:42", role=Role.OWNER, user=UserId(42))
    with pytest.raises(NotSure):
        await resume(eve)
    assert await standstill.since() == clock.now()
    assert await resume(ANNA) == clock.now()
    assert await resume(ANNA) is None
    (link,) = await trail.onward(9)
    assert (link.audited.who, link.audited.what) == ("anna", "paying.resumed")
