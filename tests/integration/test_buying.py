"""Stars from the price to the goods: Fragment and a chain over HTTP, our wallet, and the books."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from attrs import define
from dishka import AsyncContainer, Provider, Scope, provide

from altyn.adapters.memory import ManualClock
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
    Purchase,
    PurchaseId,
    Purchases,
    QuotePurchase,
    ReservePurchase,
    State,
    Wish,
)
from altyn.core.schema import Schema
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.desks import Desks
from altyn.entrypoints.sandbox.fragment import DESTINATION, FragmentDesk
from altyn.entrypoints.sandbox.ton import TonDesk
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container
from altyn.entrypoints.worker import chores_of

BANK, ANN = account_name("clearing:bank"), account_name("user:ann")


class ByHand(Provider):
    """Time is moved by hand: nobody waits for real."""

    scope = Scope.APP

    def __init__(self, hand: ManualClock) -> None:
        super().__init__()
        self.hand = hand

    @provide
    def clock(self) -> Clock:
        """That of the sandbox too."""
        return self.hand


@define
class Mall:
    """The house with its worker, and those outside."""

    clock: ManualClock
    fragment: FragmentDesk
    chain: TonDesk
    container: AsyncContainer

    async def get(self, wanted: Callable[..., Any]) -> Any:
        """A port or use case."""
        return await self.container.get(wanted)

    async def until(self, id: PurchaseId, *states: State) -> Purchase:
        """Do the chores until the purchase is in one of these."""
        purchases: Purchases = await self.get(Purchases)
        chores = await chores_of(self.container)
        async with asyncio.timeout(60):
            while (purchase := await purchases.get(id)).state not in states:
                for chore in chores:
                    await chore.do()
                self.clock.advance(seconds=1)
        return purchase

    async def bought(self, stars: int = 50) -> PurchaseId:
        """Ann buys Stars for Bob."""
        wish = Wish(
            id=PurchaseId(uuid4()),
            goods=Goods(kind=Kind.STARS, quantity=stars),
            recipient="bob",
            buyer="user:ann",
            funding=Funding(account=ANN),
            asset=RUB,
        )
        quoted = await (await self.get(QuotePurchase))(wish)
        await (await self.get(ReservePurchase))(quoted.id)
        id: PurchaseId = quoted.id
        return id

    async def units(self, name: str, asset: Any) -> int:
        """What an account holds."""
        ledger: Ledger = await self.get(Ledger)
        return (await ledger.balance(account_name(name), asset)).posted.units

    async def audited(self) -> bool:
        """Whether the books agree with themselves."""
        auditor: Auditor = await self.get(Auditor)
        return all([each.finding is None async for each in auditor.examine()])

    @property
    def came(self) -> list[int]:
        """What Fragment's address was paid, in nanotons."""
        return [each.came.nano for each in self.chain.chain.transactions if _is_paid(each)]


def _is_paid(transaction: Any) -> bool:
    return bool(transaction.account == DESTINATION and transaction.came.source)


@pytest.fixture
async def mall(tmp_path: Path) -> AsyncIterator[Mall]:
    """Everything begins anew."""
    clock = ManualClock()
    desks = Desks.open(clock)
    stopping = asyncio.Event()
    async with AsyncExitStack() as opened:
        settings = {
            "ALTYN_DATABASE": f"sqlite:///{tmp_path}/shop.db",
            "ALTYN_GOODS_PRICES": 'percent = "10"\nrates = { "TON:RUB" = "300" }',
        }
        for desk in desks.listed():
            if desk.name in ("fragment", "ton"):
                listener = opened.enter_context(closing(listen("127.0.0.1", 0)))
                serving = Serving(desk.app, listener)
                await opened.enter_async_context(serving.until(stopping))
                settings |= desk.settings_at(serving.address)
        read = read_settings(settings, tmp_path)
        container = make_container(read, ByHand(clock), create=True)
        await (await container.get(Schema)).migrate()
        ledger = await container.get(Ledger)
        await ledger.open(Account.unlimited(BANK, RUB))
        await ledger.open(Account(ANN, RUB))
        gift = Transfer(
            id=TransferId(uuid4()), source=BANK, target=ANN, amount=Money.parse("1000", RUB)
        )
        await ledger.carry_out([Move.of(gift)])
        yield Mall(clock, desks.fragment, desks.ton, container)
        await container.close()
        stopping.set()


async def test_stars_from_the_price_to_the_goods(mall: Mall) -> None:
    """Fragment was paid once, the customer what was quoted, and the books agree."""
    purchase = await mall.until(await mall.bought(), State.DELIVERED)
    (paid,) = mall.came
    assert paid == purchase.quote.cost.units
    assert await mall.units("user:ann", RUB) == 100_000 - purchase.price.units
    assert await mall.units("income:stars", RUB) == purchase.price.units
    assert await mall.units("supply:fragment", TON) == paid
    fee = await mall.units("fees:ton", TON)
    assert await mall.units("wallet:ton", TON) == -paid - fee
    assert fee > 0
    assert await mall.audited()


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/api/v3/message", Fault.CUT_AFTER),
        ("/api/v3/message", Fault.GARBAGE_AFTER),
        ("/api/v3/message", Fault.FAIL_BEFORE),
        ("confirmReq", Fault.CUT_AFTER),
        ("getBuyStarsLink", Fault.CUT_AFTER),
        ("initBuyStarsRequest", Fault.FAIL_AFTER),
    ],
)
async def test_an_answer_that_is_lost_pays_nothing_twice(
    mall: Mall, path: str, fault: Fault
) -> None:
    """Whoever it was that did not answer."""
    id = await mall.bought()
    (mall.chain if path.startswith("/") else mall.fragment).faults.plan(path, fault)
    await mall.until(id, State.DELIVERED)
    assert len(mall.came) == 1
    assert await mall.audited()


async def test_whoever_dies_after_signing_leaves_the_same_message(mall: Mall) -> None:
    """Another process finds the cheque, presents it, and pays no second one."""
    id = await mall.bought()
    await mall.until(id, State.PAYING)
    mall.chain.drop()
    await mall.until(id, State.DELIVERED)
    assert len(mall.came) == 1


async def test_many_purchases_one_after_the_other(mall: Mall) -> None:
    """In one lane, by one wallet: each is paid once and delivered."""
    ids = [await mall.bought(50 + number) for number in range(3)]
    for id in ids:
        await mall.until(id, State.DELIVERED)
    assert len(mall.came) == 3
    assert await mall.audited()
