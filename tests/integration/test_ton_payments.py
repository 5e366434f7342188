"""Paid on TON from the command line to the balance: two readers of one chain, and the worker."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field

from altyn.adapters.http import open_caller
from altyn.adapters.system import SystemClock
from altyn.adapters.ton import TonGateway
from altyn.core.money import TON, USDT, Money
from altyn.core.payments import Rules
from altyn.core.schema import Schema
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.ton import TonDesk
from altyn.entrypoints.sandbox.ton_cells import friendly, stranger
from altyn.entrypoints.testkit.gateway import GatewayContract, House
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container
from tests.integration.test_cli_program import Answer, Program
from tests.integration.test_payment_program import started, stopped
from tests.unit import ton_outside
from tests.unit.payments_house import House as MemoryHouse

SHOP = stranger("shop")
KEY = "a-key-of-the-first-index"


@define
class Harbour:
    """The program, and two indexes in this process that go on serving while it runs."""

    first: TonDesk
    second: TonDesk
    program: Program
    read: asyncio.Event = field(factory=asyncio.Event)
    """Somebody has asked for the transactions of our address."""

    async def __call__(self, *words: str) -> Answer:
        """Run a command to its end."""
        return await asyncio.to_thread(self.program, *words)

    async def json(self, *words: str) -> Any:
        """The document of a command that does what it was asked to."""
        return await asyncio.to_thread(self.program.json, *words)

    async def asked(self, payer: str, amount: str, asset: str) -> Any:
        """The payment of somebody who is asked for that much."""
        words = ("payments", "open", payer, amount, asset, "--method", "ton")
        return await self.json(*words)

    async def worked(self) -> None:
        """`altyn up` is started, reads what came, and is stopped."""
        self.read.clear()
        with self.program.running("up") as running:
            await started(running)
            await asyncio.wait_for(self.read.wait(), 60)
            answer = await stopped(running, signal.SIGTERM)  # what is under way is finished
        assert (answer.code, answer.err) == (0, "")

    async def holds(self, name: str, asset: str) -> str:
        """What an account holds."""
        return str((await self.json("balance", name, asset))["posted"]["amount"])

    async def reconciled(self, *more: str) -> tuple[int, int, list[dict[str, Any]]]:
        """How the comparison of these days ended, what was booked, and what differs."""
        tomorrow = datetime.now(UTC).date() + timedelta(days=1)
        days = ("--day", str(tomorrow), "--days", "3")
        answer = await self("reconcile", "ton", *days, *more, "--json")
        (method,) = answer.document["methods"]
        return answer.code, answer.document["looked_at"], method["differences"]


@pytest.fixture
async def harbour(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Harbour]:
    """Two readers of one chain, and a program that knows both; of the second the kind is given."""
    kinds = "toncenter", getattr(request, "param", "toncenter")
    clock = SystemClock()
    first = TonDesk(clock, api_key=KEY)
    second = TonDesk(clock, chain=first.chain)
    settings = {
        "ALTYN_DATABASE": f"sqlite:///{tmp_path}/shop.db",
        "ALTYN_API_PORT": "0",
        "ALTYN_TON_ADDRESS": friendly(SHOP, bounceable=False),
        "ALTYN_TON_API_KEY": KEY,
    }
    harbour = Harbour(first, second, Program(tmp_path, settings))

    def watched(desk: TonDesk) -> Any:
        async def application(scope: Any, receive: Any, send: Any) -> None:
            await desk(scope, receive, send)
            if desk.down is None and scope["path"].lower().endswith("transactions"):
                harbour.read.set()

        return application

    stopping = asyncio.Event()
    async with AsyncExitStack() as opened:
        addresses = []
        for kind, desk in zip(kinds, (first, second), strict=True):
            listener = opened.enter_context(closing(listen("127.0.0.1", 0)))
            serving = Serving(watched(desk), listener)
            addresses.append(f"{kind}:{serving.address}")
            await opened.enter_async_context(serving.until(stopping))
        settings["ALTYN_TON_API"] = ", ".join(addresses)
        container = make_container(read_settings(settings, tmp_path), create=True)
        await (await container.get(Schema)).migrate()
        await container.close()
        yield harbour
        stopping.set()


@pytest.mark.parametrize("harbour", ["toncenter", "toncenter-v2", "tonapi"], indirect=True)
async def test_from_the_command_line_to_the_balance(harbour: Harbour) -> None:
    """Both assets, with the preferred reader down; the chain's own list agrees."""
    coins = await harbour.asked("user:1", "2", "TON")
    jettons = await harbour.asked("user:2", "5", "USDT")
    chain = harbour.first
    chain.send(SHOP, 2 * 10**9, coins["provider_id"])
    chain.send_jetton(SHOP, 5_000_000, jettons["provider_id"])
    chain.send_jetton(SHOP, 9_000_000, jettons["provider_id"], false_wallet=True)
    harbour.first.down = Fault.FAIL_BEFORE
    await harbour.worked()
    assert await harbour.holds("user:1", "TON") == "2.000000000"
    assert await harbour.holds("user:2", "USDT") == "5.000000"
    harbour.first.down = None
    assert await harbour.reconciled() == (0, 0, [])


async def test_jettons_without_a_word(harbour: Harbour) -> None:
    """No feed tells of them; the comparison does, and puts them into the drawer."""
    payment = await harbour.asked("user:2", "5", "USDT")
    silent = harbour.first.send_jetton(SHOP, 5_000_000, payment["provider_id"], notify=False)
    key = silent.hash.hex()
    await harbour.worked()
    code, booked, differences = await harbour.reconciled()
    assert (code, booked, [(each["kind"], each["key"]) for each in differences]) == (
        1,
        0,
        [("missing_here", key)],
    )
    code, booked, _ = await harbour.reconciled("--book")
    assert (code, booked) == (1, 1)
    (held,) = (await harbour.json("payments", "held"))["held"]
    assert (held["case"], held["key"], held["held"]["amount"]) == ("unmatched", key, "5.000000")
    await harbour.json("payments", "give", "ton", key, "user:2", "--by", "ann")
    assert await harbour.reconciled() == (0, 0, [])
    assert (await harbour.json("check"))["well"]


@pytest.fixture
async def quay() -> AsyncIterator[ton_outside.Shop]:
    """A house over memory, and an index on this machine that it reads."""
    house, stopping = MemoryHouse(Rules()), asyncio.Event()
    desk = TonDesk(house.clock)
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(closing(listen("127.0.0.1", 0)))
        serving = Serving(desk, listener)
        caller = await stack.enter_async_context(open_caller("ton", serving.address, 1.0))
        async with serving.until(stopping):
            stopping.set()
            yield ton_outside.Shop.over(house, desk, ton_outside.reader_of(caller))


class OverTheWire(GatewayContract):
    """Every sentence, over the wire."""

    @pytest.fixture
    def gateway(self, quay: ton_outside.Shop) -> TonGateway:
        return quay.gateway

    @pytest.fixture
    def house(self, quay: ton_outside.Shop) -> House:
        return ton_outside.contract_house(quay)


class TestCoins(OverTheWire):
    """Of coins."""

    @pytest.fixture
    def outside(self, quay: ton_outside.Shop) -> ton_outside.DeskOutside:
        return ton_outside.DeskOutside(quay, Money.parse("2", TON), other_asset=USDT)


class TestJettons(OverTheWire):
    """Of USDT."""

    @pytest.fixture
    def outside(self, quay: ton_outside.Shop) -> ton_outside.DeskOutside:
        return ton_outside.DeskOutside(quay, Money.parse("5", USDT), other_asset=TON)
