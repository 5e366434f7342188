"""Whether what happened is told, for whoever asks how the process is."""

import asyncio

import pytest
from attrs import frozen

from altyn.adapters.memory import MemoryOutbox
from altyn.core.events import Backlog
from altyn.core.health import Condition
from altyn.core.notifications import OutboxProbe
from altyn.core.transaction import StorageUnreachable
from altyn.entrypoints.testkit import run_virtually
from tests.unit.notifications_house import House


@pytest.fixture
def house() -> House:
    return House()


async def test_an_outbox_that_empties_is_well(house: House) -> None:
    """Five minutes are a while, and no more."""
    probe = OutboxProbe(house.outbox, house.clock)
    assert probe.name == "outbox"
    assert await probe() == Condition(True)
    await house.happens()
    house.clock.advance(minutes=5)
    assert await probe() == Condition(True)
    house.clock.advance(minutes=2)
    late = await probe()
    assert (late.well, late.words) == (
        False,
        "1 events wait, the oldest for 7 min: does a worker run?",
    )
    await house.relay()
    assert await probe() == Condition(True)


async def test_what_is_stuck_waits_for_a_person(house: House) -> None:
    """It is said where to look."""
    event = await house.happens()
    await house.outbox.set_aside(event.id, "why")
    stuck = await OutboxProbe(house.outbox, house.clock)()
    assert (stuck.well, stuck.words) == (False, "1 events are stuck: see `altyn events stuck`")


@frozen
class Away(MemoryOutbox):
    """An outbox of which nothing is heard."""

    hangs: bool = False

    async def backlog(self) -> Backlog:
        if self.hangs:
            await asyncio.sleep(3600)
        raise StorageUnreachable("db", "gone")


@pytest.mark.parametrize("hangs", [True, False])
def test_it_never_raises(house: House, hangs: bool) -> None:
    """Whether the database says no or nothing, it is not known."""
    away = Away(house.store, hangs=hangs)
    told = run_virtually(OutboxProbe(away, house.clock)())
    assert (told.well, told.words) == (False, "not known while the database is not well")
