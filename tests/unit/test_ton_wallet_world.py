"""The core pays by the wallet on TON, whatever happens: never twice, and never in vain."""

from random import Random

import pytest

from altyn.core.wallets import OutlayState
from altyn.entrypoints.sandbox.ton import TonDesk
from tests.unit.ton_outside import pooled
from tests.unit.ton_payhouse import Books, Payhouse, play
from tests.unit.ton_purse import Office
from tests.unit.ton_readers import READERS

SEEDS = range(24)


def opened(seed: int) -> Payhouse:
    """A house over one reader, or over two of which each may lag by itself."""
    random = Random(seed)
    office = Office(random.choice(["v4r2", "v5r1"]), random.choice(list(READERS)))
    second = TonDesk(office.clock, chain=office.desk.chain)
    desks = [office.desk, second] if seed % 2 else [office.desk]
    readers = [office.reader(each) for each in desks]
    ticks = lambda: int(office.clock.moment.timestamp() * 10**6)  # noqa: E731
    chain = pooled(office.clock, *readers, ticks=ticks)
    return Payhouse(office, random, chain, desks, Books.in_memory(office.clock))


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_happens(seed: int) -> None:
    """Answers get lost, readers lag, the process dies, somebody else has the key."""
    await play(opened(seed))


async def test_most_of_it_is_paid() -> None:
    """It would be no art to pay nothing: both endings happen, and the good one more often."""
    ended = []
    for seed in range(100, 106):
        await play(payhouse := opened(seed))
        ended += [each.state for each in await payhouse.all()]
    assert ended.count(OutlayState.PAID) > ended.count(OutlayState.UNPAID) > 0
