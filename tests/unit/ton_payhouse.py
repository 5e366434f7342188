"""A house that pays on the small chain, while everything goes wrong that can."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, TypeVar
from uuid import UUID

from attrs import define, field

from altyn.adapters.ton import Chain, TonWallet
from altyn.core.errors import AltynError
from altyn.core.money import TON, USDT, Asset, Money
from altyn.core.wallets import Bill, Caps, Cheque, Draft, Look, Outlay, OutlayId, OutlayState
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.ton import TonDesk
from altyn.entrypoints.sandbox.ton_wallets import NotAccepted
from tests.unit.purchases_house import House
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


@define
class Payhouse:
    """Bills come in, and are paid by a wallet that one or two readers tell of."""

    office: Office
    random: Random
    chain: Chain
    """By which the wallet is reached."""
    desks: Sequence[TonDesk]
    faults: Sequence[Fault] = tuple(Fault)
    house: House = field(init=False)
    wallet: Mortal = field(init=False)
    outlays: list[OutlayId] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.wallet = Mortal(lambda: self.office.wallet(self.chain), self.random)
        kind: Any = lambda _: self.wallet  # noqa: E731
        self.house = House(clock=self.office.clock, kind=kind)
        self.house.caps["ton"] = Caps(a_bill=PLENTY, a_day=PLENTY)

    async def owe(self) -> None:
        """Somebody wants to be paid."""
        number = len(self.outlays) + 1
        asset, amount = self.random.choice([TON, USDT]), f"{self.random.randint(1, 3)}"
        outlay = await self.house.owed(
            f"order {number}",
            id=OutlayId(UUID(int=number)),
            bill=self.office.bill(f"order {number}", asset, amount),
        )
        self.outlays.append(outlay.id)

    async def step(self) -> None:
        """Something happens, and the house goes on."""
        desk, mempool = self.random.choice(self.desks), self.office.desk.chain.mempool
        match self.random.randrange(14):
            case 0 | 1 | 2:
                await self.owe()
            case 3 | 4 if desk.calls:
                fault = self.random.choice(self.faults)
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
            await (self.house.poll_wallets() if poll else self.house.draw("ton"))
        self.office.clock.advance(seconds=self.random.choice([1, 1, 2, 3, 10, 40, 130]))

    async def end(self) -> None:
        """Everybody is well again, and the house goes on until nothing is left to be done."""
        self.wallet.dies = False
        for desk in self.desks:
            desk.faults.__init__()  # type: ignore[misc]
            desk.catch_up()
        mempool = self.office.desk.chain.mempool
        mempool.drops, mempool.poor = 0, 0
        self.office.desk.release()
        end: datetime = self.office.clock.now() + timedelta(minutes=50)
        while self.office.clock.now() < end:
            await self.house.poll_wallets()
            self.office.clock.advance(seconds=5)
            if all(each.ended for each in await self.all()):
                return

    async def all(self) -> Sequence[Outlay]:
        """What became of every bill."""
        return [await self.house.outlays.get(each) for each in self.outlays]

    async def judge(self) -> None:
        """Each bill was paid once, and is called so; or never, and is called that."""
        for each in await self.all():
            paid = self.office.received(each.bill.parts[0].comment)
            assert each.ended, each
            assert paid == int(each.state is OutlayState.PAID), each
        await self.house.sound()


async def play(payhouse: Payhouse, steps: int = STEPS) -> None:
    """The whole story."""
    await payhouse.owe()
    for _ in range(steps):
        await payhouse.step()
    await payhouse.end()
    await payhouse.judge()
