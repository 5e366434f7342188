"""A house that takes money by Heleket, whose desk is on this machine too."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from attrs import define, field, frozen
from dishka import Provider

from altyn.adapters.system import SystemClock
from altyn.core.balances import AccountMissing, Auditor, Ledger, account_name
from altyn.core.money import USDT, Asset, Money
from altyn.core.payments import Arrivals, OpenPayment, Order, Payment, PaymentId, Quote
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox import HeleketDesk
from altyn.entrypoints.worker import chores_of
from tests.integration.test_api_balances import Shop, served

OPENING = "/v1/payment"
INQUIRY = "/v1/payment/info"
NOTICES = "/webhooks/heleket"


@define
class Street:
    """The way to the desk, on which one can see who passes and hold them up."""

    desk: HeleketDesk
    inquired: asyncio.Event = field(factory=asyncio.Event)
    """Somebody asked what became of an invoice."""
    barrier: asyncio.Barrier | None = None
    """Inquiries wait here for each other."""

    said: list[bytes] = field(factory=list)
    """What merchants asked to open."""
    settings: dict[str, str] = field(factory=dict)
    """How a house is told of the desk."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def heard() -> Any:
            message = await receive()
            if scope["path"] == OPENING and message.get("body"):
                self.said.append(message["body"])
            return message

        if scope["path"] == INQUIRY:
            self.inquired.set()
            if self.barrier is not None:
                await self.barrier.wait()
        await self.desk(scope, heard, send)


@asynccontextmanager
async def open_street() -> AsyncIterator[Street]:
    """A desk that listens on this machine."""
    street, stopping = Street(HeleketDesk(SystemClock())), asyncio.Event()
    with closing(listen("127.0.0.1", 0)) as listener:
        serving = Serving(street, listener)
        street.settings |= {
            "ALTYN_API_PORT": "0",
            "ALTYN_HELEKET_MERCHANT": street.desk.merchant,
            "ALTYN_HELEKET_PAYMENT_KEY": street.desk.payment_key,
            "ALTYN_HELEKET_API": serving.address,
            "ALTYN_API_PUBLIC": "https://shop.example",
        }
        async with serving.until(stopping):
            yield street
            stopping.set()


@frozen
class Market:
    """One process of the house, and those around it."""

    street: Street
    shop: Shop

    @property
    def desk(self) -> HeleketDesk:
        return self.street.desk

    async def opened(self, payer: str, amount: str = "10") -> Payment:
        """A payment that was asked for, in USDT."""
        order = Order(
            id=PaymentId(uuid4()),
            payer=payer,
            target=account_name(payer),
            method="heleket",
            quote=Quote.plain(Money.parse(amount, USDT)),
        )
        return await (await self.shop.container.get(OpenPayment))(order)

    async def told(self, raw: bytes, **headers: str) -> httpx.Response:
        """How a notice is answered."""
        return await self.shop.client.post(NOTICES, content=raw, headers=headers)

    async def worked(self) -> None:
        """The worker does each of its chores once, all at the same time."""
        chores = await chores_of(self.shop.container)
        await asyncio.gather(*(chore() for chore in chores))

    async def holds(self, name: str, asset: Asset = USDT) -> str:
        """What an account holds."""
        ledger: Ledger = await self.shop.container.get(Ledger)
        try:
            return (await ledger.balance(account_name(name), asset)).posted.decimal
        except AccountMissing:
            return "no account"

    async def came(self, payment: Payment) -> Mapping[str, str]:
        """What came for it, by case."""
        arrivals = await self.shop.container.get(Arrivals)
        return {one.case: one.inflow.amount.decimal for one in await arrivals.of(payment.id)}

    async def sound(self) -> bool:
        """Whether the books agree with their history."""
        auditor = await self.shop.container.get(Auditor)
        found = [each.finding async for each in auditor.examine() if each.finding]
        assert found == []
        return True


@asynccontextmanager
async def open_market(
    street: Street, folder: Path, *more: Provider, **settings: str
) -> AsyncIterator[Market]:
    """A house beside that desk."""
    async with served(folder, *more, **street.settings | settings) as shop:
        yield Market(street, shop)
