"""TON's desk as tests play with it: an address of ours, and all that reads it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx
from attrs import define, frozen

from altyn.adapters.http import Answer, Caller, Calls, NoAnswer
from altyn.adapters.ton import (
    Chain,
    PooledChain,
    Purses,
    Toncenter,
    TonFeed,
    TonGateway,
    operations_of,
    parse_address,
)
from altyn.core.balances import account_name
from altyn.core.clock import Clock, Ticks, ticks
from altyn.core.money import TON, USDT, Asset, Money
from altyn.core.payments import (
    Order,
    Payment,
    PaymentId,
    Quote,
    Rules,
    TieOut,
    TieOutMethod,
)
from altyn.core.resilience import BreakerPolicy, EndpointPool, Guard
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.ton import TonDesk
from altyn.entrypoints.sandbox.ton_cells import stranger
from altyn.entrypoints.sandbox.ton_chain import USDT_MASTER
from altyn.entrypoints.testkit.gateway import Call, Outside, Told, Trait, Trouble
from altyn.entrypoints.testkit.gateway import House as ContractHouse
from altyn.entrypoints.wiring.methods import BOUNDS, TREATMENTS
from tests.unit.payments_house import House
from tests.unit.staff import ANNA

SHOP = stranger("shop")
OWNER = parse_address(SHOP)
MASTER = parse_address(USDT_MASTER)
NANO = 10**9

TRANSACTIONS = "/api/v3/transactions"
HEAD = "/api/v3/masterchainInfo"
CONTRACTS = "/api/v3/runGetMethod"

NEVER_RESTS = BreakerPolicy(failures_min=10**6, volume_min=10**6)


@frozen
class AtTheDesk:
    """Calls of somebody who stands at the desk: as over HTTP, without any."""

    desk: TonDesk

    async def __call__(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer, or NoAnswer where the desk falls silent."""
        asked: list[Any] = [{"type": "http.request", "body": body}]
        told: list[Any] = []

        async def receive() -> Any:
            return asked.pop() if asked else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            told.append(message)

        path, _, query = path.partition("?")
        named = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        scope = {"method": method, "path": path, "query_string": query.encode(), "headers": named}
        await self.desk(scope, receive, send)
        if not told:
            raise NoAnswer("ton", "it never answered")
        begun, rest = told
        said = {name.decode(): value.decode() for name, value in begun["headers"]}
        if len(rest["body"]) < int(said["content-length"]):
            raise NoAnswer("ton", "the answer broke off")
        return Answer(begun["status"], said, rest["body"])


def reader_of(calls: Calls) -> Toncenter:
    """A reader who never rests."""
    return Toncenter(caller=calls, guard=Guard("ton", NEVER_RESTS))


@asynccontextmanager
async def reading(application: Any) -> AsyncIterator[Toncenter]:
    """A reader of that desk over HTTP, in this process."""
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(base_url="http://toncenter.test", transport=transport) as client:
        yield reader_of(Caller("ton", client))


def pooled(clock: Clock, *readers: Chain, ticks: Ticks = ticks) -> PooledChain:
    """Several readers, the preferred one first."""
    named = {f"reader{number}": each for number, each in enumerate(readers)}
    pool = EndpointPool("ton", operations_of(named), clock, ticks=ticks)
    return PooledChain(pool, named, clock)


@define
class Shop:
    """A house that takes money at an address of its own, and whoever reads the chain for it."""

    house: House
    desk: TonDesk
    chain: Chain
    gateway: TonGateway
    feed: TonFeed

    @classmethod
    def over(cls, house: House, desk: TonDesk, chain: Chain) -> "Shop":
        """That house, with TON as a way of paying."""
        purses = Purses(chain, OWNER, {MASTER: USDT})
        gateway = TonGateway(
            chain=chain, purses=purses, cursors=house.cursors, bounds=BOUNDS["ton"]
        )
        by_method: Any = house.gateways.by_method
        by_method["ton"] = gateway
        return cls(house, desk, chain, gateway, TonFeed(chain, purses, house.clock))

    @classmethod
    def at_the_desk(cls, rules: Rules | None = None) -> "Shop":
        """Everything new, without HTTP."""
        house = House(rules or Rules(of_method=TREATMENTS))
        desk = TonDesk(house.clock)
        return cls.over(house, desk, reader_of(AtTheDesk(desk)))

    async def asked(self, amount: str, asset: Asset = TON, method: str = "ton") -> Payment:
        """Somebody is asked for that much."""
        number = len(self.house.payments._kept) + 1
        order = Order(
            id=PaymentId(uuid5(NAMESPACE_URL, f"payment {number}")),
            payer=f"user:{number}",
            target=account_name(f"user:{number}"),
            method=method,
            quote=Quote.plain(Money.parse(amount, asset)),
        )
        return await self.house.open(order)

    async def read(self) -> int:
        """Read what came."""
        return await self.house.read_feed(self.feed)

    async def checked(self, payment: Payment) -> Payment:
        """What became of it, after reading what came."""
        await self.read()
        return await self.house.check(payment.id)

    async def tied(self, hours: int = 5) -> TieOut:
        """Our books against the chain, of so many hours until now."""
        house, until = self.house, self.house.clock.now() + timedelta(seconds=1)
        tie_out = TieOutMethod(house.arrivals, house.refunds, house.ledger, house.gateways)
        return await tie_out("ton", until - timedelta(hours=hours), until)

    async def book(self, found: TieOut) -> int:
        """Put into the books what was found to be missing there."""
        house = self.house
        return await house.fill(found, ANNA)


FAULTS: Mapping[Trouble, Fault] = {
    Trouble.BEFORE: Fault.FAIL_BEFORE,
    Trouble.AFTER: Fault.FAIL_AFTER,
    Trouble.CUT: Fault.CUT_AFTER,
    Trouble.SILENCE: Fault.HANG_AFTER,
    Trouble.NONSENSE: Fault.GARBAGE_AFTER,
    Trouble.BUSY: Fault.BUSY,
}
PATHS: Mapping[Call, str] = {Call.INQUIRE: HEAD, Call.LIST: TRANSACTIONS}


class DeskOutside(Outside):
    """The desk, as the contract wants to play with it."""

    method = "ton"
    traits = frozenset({Trait.ANSWERS, Trait.ANY_AMOUNT, Trait.LISTS})

    def __init__(self, shop: Shop, price: Money, other_asset: Asset) -> None:
        self.desk, self.clock = shop.desk, shop.house.clock
        self.price, self.other_asset = price, other_asset

    def pass_time(self, time: timedelta) -> None:
        self.clock.moment += time

    def trouble(self, call: Call, *troubles: Trouble) -> None:
        self.desk.faults.plan(PATHS[call], *(FAULTS[each] for each in troubles))

    def pay(self, payment: Payment, amount: Money) -> None:
        self._send(amount, payment.provider_id)

    def stray(self) -> None:
        self._send(self.price, "for the mug")

    def notices(self) -> Sequence[Told]:
        return ()

    def _send(self, amount: Money, comment: str) -> None:
        send = self.desk.send if amount.asset == TON else self.desk.send_jetton
        send(SHOP, amount.units, comment)


def contract_house(shop: Shop) -> ContractHouse:
    """The use cases as the contract knows them: what came is read before anybody is asked."""
    house = shop.house

    async def check(id: PaymentId) -> Payment:
        await shop.read()
        return await house.check(id)

    async def poll() -> int:
        await shop.read()
        return await house.poll()

    return ContractHouse(
        open=house.open,
        check=check,
        take=house.take,
        read=house.read,
        poll=poll,
        ask_back=house.ask_back,
        carry_out=house.carry_out,
        decide=house.decide,
        poll_refunds=house.poll_refunds,
        payments=house.payments,
        arrivals=house.arrivals,
        refunds=house.refunds,
        notices=house.notices,
        ledger=house.ledger,
    )
