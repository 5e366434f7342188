"""Bills are paid on TON over HTTP by the core itself, while answers get lost and processes die."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, closing
from pathlib import Path
from random import Random

import pytest
from attrs import evolve

from altyn.adapters.http import Calls, open_caller
from altyn.adapters.sqlite import (
    SqliteCheques,
    SqliteLedger,
    SqliteOutbox,
    SqliteOutlays,
    SqliteSchema,
    open_sqlite,
)
from altyn.adapters.ton import Chain
from altyn.core.money import TON, USDT, Money
from altyn.core.wallets import OutlayState, fees, purse
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.ton import TonDesk
from tests.unit.ton_outside import pooled
from tests.unit.ton_payhouse import Books, Payhouse, play
from tests.unit.ton_purse import PAYEE, Office
from tests.unit.ton_readers import MESSAGES, READERS

DEADLINE_SECONDS = 0.5
"""Whoever never answers is not waited for longer: nobody has hours for this."""
KINDS = tuple(READERS)

Opened = Callable[..., Awaitable[Payhouse]]


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Opened]:
    """A house over servers in this process, which tell of one chain; its books are in a file."""
    stopping = asyncio.Event()
    async with AsyncExitStack() as stack:

        async def served(desk: TonDesk) -> Calls:
            listener = stack.enter_context(closing(listen("127.0.0.1", 0)))
            serving = Serving(desk, listener)
            await stack.enter_async_context(serving.until(stopping))
            caller = open_caller("ton", serving.address, DEADLINE_SECONDS)
            return await stack.enter_async_context(caller)

        async def open_(seed: int, version: str, *kinds: str) -> Payhouse:
            office = Office(version)
            desks = [office.desk]
            desks += [TonDesk(office.clock, chain=office.desk.chain) for _ in kinds[1:]]
            readers: list[Chain] = [
                READERS[kind](await served(desk)) for kind, desk in zip(kinds, desks, strict=True)
            ]
            ticks = lambda: int(office.clock.moment.timestamp() * 10**6)  # noqa: E731
            chain = pooled(office.clock, *readers, ticks=ticks)
            store = await stack.enter_async_context(open_sqlite(tmp_path / "altyn.db"))
            await SqliteSchema(store).migrate()
            books = Books(
                outlays=SqliteOutlays(store),
                cheques=SqliteCheques(store),
                ledger=SqliteLedger(store, office.clock),
                outbox=SqliteOutbox(store),
                transaction=store,
            )
            return Payhouse(office, Random(seed), chain, desks, books)

        yield open_
        stopping.set()


async def paid(payhouse: Payhouse) -> Sequence[OutlayState]:
    """How each bill has ended."""
    await payhouse.end()
    await payhouse.judge()
    return [each.state for each in await payhouse.all()]


@pytest.mark.parametrize("version", ["v4r2", "v5r1"])
@pytest.mark.parametrize("kind", KINDS)
async def test_from_the_bill_to_the_books(opened: Opened, version: str, kind: str) -> None:
    """Coins and jettons with one cheque; what it cost is booked besides."""
    payhouse = await opened(1, version, kind)
    office, ledger = payhouse.office, payhouse.books.ledger
    for number, asset in enumerate((TON, USDT), start=1):
        await payhouse.owe(office.bill(f"order {number}", asset))
    before = office.desk.chain.at(office.at).balance
    assert await paid(payhouse) == [OutlayState.PAID] * 2
    cost = (await ledger.balance(fees("ton"), TON)).posted
    assert 0 < cost.units < 10**8
    assert (await ledger.balance(purse("ton"), USDT)).posted == Money(-2 * 10**6, USDT)
    left = (await ledger.balance(purse("ton"), TON)).posted
    spent = before - office.desk.chain.at(office.at).balance
    assert -left.units == 2 * 10**9 + cost.units
    assert spent - 400_000 == -left.units  # the rest of the coins has its price when it comes home


@pytest.mark.parametrize("fault", Fault)
async def test_an_answer_gets_lost(opened: Opened, fault: Fault) -> None:
    """The first time that the message is handed in, to either of the readers."""
    payhouse = await opened(1, "v5r1", "toncenter", "tonapi")
    for desk, kind in zip(payhouse.desks, ("toncenter", "tonapi"), strict=True):
        desk.faults.plan(MESSAGES[kind], fault, fault)
    await payhouse.owe()
    for _ in range(3):
        await payhouse.poll()
        payhouse.office.clock.advance(seconds=5)
    assert await paid(payhouse) == [OutlayState.PAID]


async def test_somebody_else_takes_the_number(opened: Opened) -> None:
    """The bill is unpaid, as soon as that is seen; the next one is paid under the next number."""
    payhouse = await opened(1, "v5r1", "toncenter")
    office = payhouse.office
    await payhouse.owe()
    await payhouse.draw("ton")  # and the process dies
    office.overtake(office.seqno)
    await payhouse.owe()
    assert await paid(payhouse) == [OutlayState.UNPAID, OutlayState.PAID]


@pytest.mark.parametrize(
    ("seconds", "state"),
    [(5, OutlayState.PAID), (30, OutlayState.PAID), (150, OutlayState.UNPAID)],
)
async def test_it_dies_between_signing_and_presenting(
    opened: Opened, seconds: int, state: OutlayState
) -> None:
    """Whoever comes in time presents the same one; whoever comes later finds that it is void."""
    payhouse = await opened(1, "v4r2", "toncenter-v2")
    await payhouse.owe()
    await payhouse.draw("ton")
    payhouse.office.clock.advance(seconds=seconds)
    await payhouse.owe()
    assert await paid(payhouse) == [state, OutlayState.PAID]


async def test_parts_of_one_bill(opened: Opened) -> None:
    """Both of them, or none: it is one bill."""
    payhouse = await opened(1, "v4r2", "tonapi")
    office = payhouse.office
    parts = office.part("order 1", amount="1"), office.part("a fee", amount="0.01")
    both = evolve(office.bill("order 1"), parts=parts)
    await payhouse.owe(both)
    await payhouse.owe()
    assert await paid(payhouse) == [OutlayState.PAID] * 2
    assert office.received("a fee") == 1


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_happens(opened: Opened, seed: int) -> None:
    """Over connections that break, hang and lie: each is paid once, or known not to be."""
    random = Random(seed)
    kinds = random.choice(KINDS), random.choice(KINDS)
    payhouse = await opened(seed, random.choice(["v4r2", "v5r1"]), *kinds)
    await play(payhouse, steps=30)
    assert payhouse.office.desk.chain.jettons.closed <= {PAYEE}
