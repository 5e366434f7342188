"""Ours: the real use cases as a container makes them, over a database, with a prompt outside."""

import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import uuid4

from attrs import define, field
from dishka import AsyncContainer, Provider, Scope, provide
from psycopg import AsyncConnection
from psycopg.pq import TransactionStatus

from altyn.adapters.memory import ManualClock
from altyn.adapters.sqlite import SqliteStore
from altyn.core.balances import (
    Account,
    Auditor,
    Ledger,
    Move,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.clock import Clock
from altyn.core.money import RUB, TON, Money
from altyn.core.purchases import (
    Funding,
    Goods,
    Kind,
    PollPurchases,
    PurchaseId,
    Purchases,
    QuotePurchase,
    ReservePurchase,
    State,
    Wish,
)
from altyn.core.schema import Schema
from altyn.core.wallets import PollWallets
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container
from altyn.entrypoints.wiring.counters import Counters

from .purchases_outside import PromptSupplier, PromptWallet

BANK: Final = account_name("clearing:bank")
BUYERS: Final = 100
ENDS: Final = frozenset({"_commit_gen", "_rollback_gen"})
SETTINGS: Final = {
    "ALTYN_GOODS_PRICES": 'percent = "10"\nrates = { "TON:RUB" = "300" }',
    "ALTYN_GOODS_CAPS": 'ton = { TON = ["100", "1000000"] }',
}


class Outside(Provider):
    """Who sells and pays, and a clock that waits for nobody."""

    scope = Scope.APP

    @provide
    def clock(self) -> Clock:
        """Moved by hand."""
        return ManualClock()

    @provide
    def counters(self, clock: Clock) -> Counters:
        """One of each."""
        wallet, supplier = PromptWallet(clock), PromptSupplier(clock)
        return Counters((supplier,), (wallet,), {(supplier.name, TON.code): wallet.name})


class Housed(Protocol):
    """Somebody who works in a house of ours."""

    @property
    def container(self) -> AsyncContainer:
        """The house."""
        ...


@define
class Altyn:
    """A shop with a worker, in this process."""

    container: AsyncContainer
    delivered: int = field(default=0, init=False)

    async def buy(self, purchases: int) -> None:
        """So many customers ask for a price and agree to it; then the worker does what is to do."""
        quote, reserve = await self._get(QuotePurchase), await self._get(ReservePurchase)
        ids = []
        for number in range(purchases):
            buyer = f"user:{number % BUYERS}"
            quoted = await quote(
                Wish(
                    id=PurchaseId(uuid4()),
                    goods=Goods(kind=Kind.STARS, quantity=50),
                    recipient="bob",
                    buyer=buyer,
                    funding=Funding(account=account_name(buyer)),
                    asset=RUB,
                )
            )
            ids.append((await reserve(quoted.id)).id)
        await self._work_off()
        kept: Purchases = await self._get(Purchases)
        states = [(await kept.get(id)).state for id in ids[:: max(1, purchases // 10)]]
        assert set(states) == {State.DELIVERED}, states
        self.delivered += purchases

    async def fault(self) -> str | None:
        """What is wrong with the books; nothing else than a law that holds is fast."""
        auditor: Auditor = await self._get(Auditor)
        async for each in auditor.examine():
            if each.finding is not None:
                return f"{each.law}: {each.finding}"
        ledger: Ledger = await self._get(Ledger)
        paid = (await ledger.balance(account_name("supply:fragment"), TON)).posted
        wanted = Money.parse("0.5", TON).units * self.delivered
        return None if paid.units == wanted else f"the supplier has {paid}"

    async def _work_off(self) -> None:
        poll, pay = await self._get(PollPurchases), await self._get(PollWallets)
        clock: ManualClock = await self._get(Clock)
        idle = 0
        while idle < 2:
            # As the worker does it, without the second that it rests in between.
            worked = await poll() + await pay()
            if worked:
                idle = 0
            else:
                idle += 1
                clock.advance(seconds=2)

    async def _get(self, wanted: Any) -> Any:
        return await self.container.get(wanted)


@asynccontextmanager
async def altyn(database: str) -> AsyncIterator[Altyn]:
    """The shop over that empty database; everybody has money."""
    nowhere = Path(os.devnull)  # whoever measures may have an altyn.toml of his own
    settings = read_settings(SETTINGS | {"ALTYN_DATABASE": database}, Path.cwd(), nowhere)
    container = make_container(settings, Outside(), create=True)
    try:
        await (await container.get(Schema)).migrate()
        ledger = await container.get(Ledger)
        await ledger.open(Account.unlimited(BANK, RUB))
        for number in range(BUYERS):
            name = account_name(f"user:{number}")
            await ledger.open(Account(name, RUB))
            gift = Transfer(
                id=TransferId(uuid4()),
                source=BANK,
                target=name,
                amount=Money.parse("10000000", RUB),
            )
            await ledger.carry_out([Move.of(gift)])
        yield Altyn(container)
    finally:
        await container.close()


@contextmanager
def round_trips() -> Iterator[Counter[str]]:
    """How often this process waits for PostgreSQL inside the block."""
    counted: Counter[str] = Counter()
    wait = AsyncConnection.wait

    async def counting(self: Any, generator: Any, *args: Any, **named: Any) -> Any:
        # Without a transaction there is nothing to end, and nothing is sent.
        idle = self.info.transaction_status == TransactionStatus.IDLE
        counted["waits"] += not (idle and generator.__name__ in ENDS)
        return await wait(self, generator, *args, **named)

    AsyncConnection.wait = counting  # type: ignore[method-assign, assignment]
    try:
        yield counted
    finally:
        AsyncConnection.wait = wait  # type: ignore[method-assign]


@asynccontextmanager
async def statements(shop: Housed) -> AsyncIterator[Counter[str]]:
    """How many statements of ours SQLite carries out inside the block; triggers are no such."""
    counted: Counter[str] = Counter()
    store = await shop.container.get(SqliteStore)

    def note(said: str) -> None:
        counted["waits"] += not said.startswith("--")

    hands = (store._writer, store._reader)
    for hand in hands:
        await hand.do(partial(hand.connection.set_trace_callback, note))
    yield counted
    for hand in hands:
        await hand.do(partial(hand.connection.set_trace_callback, None))
