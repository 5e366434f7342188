"""Readers of every kind keep one contract, and stand in for each other at any moment."""

import pytest

from altyn.adapters.memory import ManualClock, ManualTicks
from altyn.adapters.ton import Page, Purses, TonFeed
from altyn.core.errors import Unavailable
from altyn.core.money import USDT
from altyn.core.payments import Deposit
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.ton import TonDesk
from tests.unit.chain_contract import ChainContract, deposits_of
from tests.unit.ton_outside import MASTER, NANO, OWNER, SHOP, AtTheDesk, pooled
from tests.unit.ton_readers import READERS, all_of_it, of, reader_at


class TestToncenter(ChainContract):
    """The index."""

    kind = "toncenter"


class TestToncenterV2(ChainContract):
    """The node."""

    kind = "toncenter-v2"


class TestTonapi(ChainContract):
    """The other index."""

    kind = "tonapi"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desks(clock: ManualClock) -> dict[str, TonDesk]:
    """Three providers over one chain."""
    first = TonDesk(clock)
    all_of_it(first, lambda seconds: clock.advance(seconds=seconds))
    return {kind: TonDesk(clock, first.chain) for kind in READERS}


async def test_one_stands_in_for_another_between_any_two_pages(
    desks: dict[str, TonDesk], clock: ManualClock
) -> None:
    """A place means the same to all of them: each deposit is read once, and as by one alone."""
    kinds = list(desks)
    readers = [READERS[kind](AtTheDesk(desks[kind])) for kind in kinds]
    passing = ManualTicks()
    chain = pooled(clock, *readers, ticks=passing)
    alone = deposits_of(await reader_at("toncenter", desks["toncenter"]).page(OWNER))
    found, pages = list[Deposit](), list[Page]()
    for _ in range(200):
        for number, desk in enumerate(desks.values()):
            desk.down = None if number == len(pages) % len(kinds) else Fault.FAIL_BEFORE
        try:
            start = pages[-1].transactions[-1].lt + 1 if pages else 0
            pages.append(await chain.page(OWNER, start_lt=start, limit=2))
        except Unavailable:  # a call does not try them all, and those who failed rest for a while
            passing.advance(seconds=60)
            continue
        found += deposits_of(pages[-1])
        if pages[-1].last:
            break
    assert found == alone
    assert len(pages) > len(kinds)


async def test_a_feed_keeps_its_place_when_the_reader_changes(
    desks: dict[str, TonDesk], clock: ManualClock
) -> None:
    """What one has read another goes on from: nothing twice, and nothing left out."""
    places = []
    for kind, desk in desks.items():
        chain = reader_at(kind, desk)
        feed = TonFeed(chain, Purses(chain, OWNER, {MASTER: USDT}), clock)
        page = await feed.page("")
        places.append(page.position)
        assert page.last
    assert set(places) == {str(of(desks["tonapi"], OWNER)[-1])}
    came = desks["tonapi"].send(SHOP, NANO, "later")
    for kind, desk in desks.items():
        chain = reader_at(kind, desk)
        feed = TonFeed(chain, Purses(chain, OWNER, {MASTER: USDT}), clock)
        page = await feed.page(places[0])
        (deposit,) = page.deposits
        assert deposit.inflow.key == came.hash.hex()
        assert page.position == str(came.lt)
