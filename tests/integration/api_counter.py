"""A served house where one can pay and buy, without anybody outside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx
from attrs import define, field, frozen
from dishka import Provider, Scope, provide

from altyn.adapters.memory import ManualClock
from altyn.core.money import RUB, TON, Money
from altyn.core.payments import Gateways, StandingGateways
from altyn.core.purchases import Kind, PriceList, Rate, Rates, Suppliers
from tests.integration.test_api_balances import Shop, served
from tests.unit.payments_house import Scripted
from tests.unit.purchases_house import FakeSupplier, FakeWallet

RATE: Final = Rate(Money.parse("1", TON), Money.parse("300", RUB))
_fresh: Final = count()


@define(slots=False)
class Outside(Provider):
    """A provider and a supplier that do as a test says."""

    scope = Scope.APP

    clock: ManualClock = field(factory=ManualClock)

    def __attrs_post_init__(self) -> None:
        super().__init__()
        self.gateway = Scripted(self.clock)
        kinds = (Kind.STARS, Kind.PACK)
        self.supplier = FakeSupplier(self.clock, FakeWallet(self.clock), kinds=kinds)

    @provide
    def gateways(self) -> Gateways:
        return Gateways.these(self.gateway)

    @provide
    def standing(self) -> StandingGateways:
        return StandingGateways({})

    @provide
    def suppliers(self) -> Suppliers:
        return Suppliers.these(self.supplier, wallets={})

    @provide
    def prices(self) -> PriceList:
        return PriceList(rates=Rates.these(RATE))


@frozen
class Counter:
    """A served house, and those outside."""

    shop: Shop
    outside: Outside

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask."""
        return await self.shop.client.get(path, headers=headers)

    async def post(
        self, path: str, body: Any = None, key: str | None = None, **headers: str
    ) -> httpx.Response:
        """Have it done, under that key or a fresh one."""
        named = {"Idempotency-Key": key or f"key-{next(_fresh)}", **headers}
        return await self.shop.client.post(path, json={} if body is None else body, headers=named)

    async def told(self, path: str) -> Any:
        """What is answered to whoever asks."""
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@asynccontextmanager
async def opened(folder: Path, **variables: str) -> AsyncIterator[Counter]:
    """A house on SQLite in that folder, where nobody is counted."""
    outside = Outside()
    settings = {
        "ALTYN_DATABASE": f"sqlite:///{folder}/shop.db",
        "ALTYN_LIMITS": '"api.address".burst = 100000\n"api.caller".burst = 100000',
    }
    async with served(folder, outside, **settings | variables) as shop:
        yield Counter(shop, outside)


def said(answer: httpx.Response) -> tuple[int, str | None]:
    """The status, and the code of a problem."""
    problem = answer.headers.get("content-type") == "application/problem+json"
    return answer.status_code, answer.json()["code"] if problem else None
