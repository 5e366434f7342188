"""A house that pays on the small chain, while everything goes wrong that can."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Final, TypeVar
from uuid import UUID

from attrs import define, field, frozen

from altyn.adapters.memory import (
    ManualClock,
    MemoryCheques,
    MemoryLedger,
    MemoryOutbox,
    MemoryOutlays,
    MemoryStandstill,
    MemoryStore,
)
from altyn.adapters.ton import Chain, TonWallet
from altyn.core.balances import Ledger, account_name
from altyn.core.errors import AltynError
from altyn.core.events import Outbox
from altyn.core.identifiers import TimeOrdered
from altyn.core.money import TON, USDT, Asset, Money
from altyn.core.transaction import Transaction
from altyn.core.wallets import (
    Bill,
    Caps,
    CashCheque,
    Cheque,
    Cheques,
    Draft,
    DrawCheque,
    Look,
    Outlay,
    OutlayId,
    Outlays,
    OutlayState,
    Paybook,
    PollWallets,
    RequestOutlay,
    Wallets,
)
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.faults import Faults
from altyn.entrypoints.sandbox.ton import TonDesk
from altyn.entrypoints.sandbox.ton_wallets import NotAccepted
from tests.unit.ton_purse import PAYEE, Office

PLENTY: Final = {"TON": Money.parse("1000", TON), "USDT": Money.parse("1000", USDT)}
STEPS: Final = 40
Told = TypeVar("Told")


class Crash(BaseException):
    """The process ends there."""


@define
class Mortal:
    """The wallet of a process that may die around any call, and begins anew each time."""

    born: Callable[[], TonWallet]
    random: Random
    dies: bool = False
    """Whether it dies at the next chance."""
    name: str = "ton"
    assets: Sequence[Asset] = (TON, USDT)
    bills_max: int = 4
    presents_are_single: bool = True

    async def draw(self, bills: Sequence[Bill], last: int) -> Draft:
        return await self._mortally(lambda: self.born().draw(bills, last))

    async def present(self, cheque: Cheque) -> Look:
        return await self._mortally(lambda: self.born().present(cheque))

    async def look(self, cheque: Cheque) -> Look:
        return await self._mortally(lambda: self.born().look(cheque))

    async def balance(self, asset: Asset) -> Money:
        return await self.born().balance(asset)

    async def _mortally(self, call: Callable[[], Awaitable[Told]]) -> Told:
        before, after = self.dies and self.random.random() < 0.5, self.dies
        self.dies = False
        if before:
            raise Crash
        told = await call()
        if after:
            raise Crash
        return told


@frozen(kw_only=True)
class Books:
    """Where the house keeps what it knows: memory, or a file that outlives the process."""

    outlays: Outlays
    cheques: Cheques
    ledger: Ledger
    outbox: Outbox
    transaction: Transaction

    @classmethod
    def in_memory(cls, clock: ManualClock) -> "Books":
        """Empty ones."""
        store = MemoryStore()
        return cls(
            outlays=MemoryOutlays(store),
            cheques=MemoryCheques(store),
            ledger=MemoryLedger(store, clock),
            outbox=MemoryOutbox(store),
            transaction=store,
        )


@define
class Payhouse:
    """Bills come in, and are paid by a wallet that one or two readers tell of."""

    office: Office
    random: Random
    chain: Chain
    """By which the wallet is reached."""
    desks: Sequence[TonDesk]
    books: Books
    wallet: Mortal = field(init=False)
    request: RequestOutlay = field(init=False)
    draw: DrawCheque = field(init=False)
    poll: PollWallets = field(init=False)
    owed: list[OutlayId] = field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        self.wallet = Mortal(lambda: self.office.wallet(self.chain), self.random)
        clock, books, wallets = self.office.clock, self.books, Wallets.these(self.wallet)
        paybook = Paybook(books.ledger, books.outbox, clock, TimeOrdered(clock))
        kept = books.outlays, books.cheques
        caps = {"ton": Caps(a_bill=PLENTY, a_day=PLENTY)}
        self.request = RequestOutlay(books.outlays, wallets)
        self.draw = DrawCheque(*kept, wallets, caps, paybook, books.transaction, clock)
        still = MemoryStandstill(MemoryStore())
        cash = CashCheque(*kept, wallets, paybook, books.transaction, clock, still)
        self.poll = PollWallets(books.cheques, wallets, self.draw, cash, clock)

    async def owe(self, bill: Bill | None = None) -> None:
        """Somebody wants to be paid, as never before."""
        number = len(self.owed) + 1
        asset, amount = self.random.choice([TON, USDT]), f"{self.random.randint(1, 3)}"
        outlay = Outlay(
            id=OutlayId(UUID(int=number)),
            wallet="ton",
            bill=bill or self.office.bill(f"order {number}", asset, amount),
            target=account_name("supply:shop"),
            reference=f"order {number}",
            created_at=self.office.clock.now(),
        )
        self.owed.append((await self.request(outlay)).id)

    async def step(self) -> None:
        """Something happens, and the house goes on."""
        desk, mempool = self.random.choice(self.desks), self.office.desk.chain.mempool
        match self.random.randrange(14):
            case 0 | 1 | 2:
                await self.owe()
            case 3 | 4 if desk.calls:
                fault = self.random.choice(list(Fault))
                desk.faults.plan(self.random.choice(desk.calls), fault)
            case 5:
                mempool.drops += 1
            case 6:
                mempool.holds = True
            case 7:
                self.office.desk.release()
            case 8:
                desk.lag(self.random.choice([0, 20, 90]))
            case 9:
                desk.catch_up()
            case 10:
                with suppress(NotAccepted):
                    self.office.overtake(self.office.seqno)
            case 11:
                mempool.poor += 1
            case 12:
                self.office.desk.chain.jettons.closed ^= {PAYEE}
            case 13:
                self.wallet.dies = True
        with suppress(Crash, AltynError):
            # Somebody may draw and die; whoever is next finds a cheque that nobody presented.
            poll = self.random.random() < 0.9
            await (self.poll() if poll else self.draw("ton"))
        self.office.clock.advance(seconds=self.random.choice([1, 1, 2, 3, 10, 40, 130]))

    async def end(self) -> None:
        """Everybody is well again, and the house goes on until nothing is left to be done."""
        self.wallet.dies = False
        for desk in self.desks:
            desk.faults = Faults()
            desk.catch_up()
        mempool = self.office.desk.chain.mempool
        mempool.drops, mempool.poor = 0, 0
        self.office.desk.release()
        end: datetime = self.office.clock.now() + timedelta(minutes=50)
        while self.office.clock.now() < end:
            await self.poll()
            self.office.clock.advance(seconds=5)
            if all(each.ended for each in await self.all()):
                return

    async def all(self) -> Sequence[Outlay]:
        """What became of every bill."""
        return [await self.books.outlays.get(each) for each in self.owed]

    async def judge(self) -> None:
        """Each bill was paid once, and is called so; or never, and is called that."""
        for each in await self.all():
            paid = self.office.received(each.bill.parts[0].comment)
            assert each.ended, each
            assert paid == int(each.state is OutlayState.PAID), each
        sums = Counter[str]()
        for account in await self.books.ledger.accounts():
            balance = await self.books.ledger.balance(account.name, account.asset)
            sums[account.asset.code] += balance.posted.units
        assert not any(sums.values())


async def play(payhouse: Payhouse, steps: int = STEPS) -> None:
    """The whole story."""
    await payhouse.owe()
    for _ in range(steps):
        await payhouse.step()
    await payhouse.end()
    await payhouse.judge()
