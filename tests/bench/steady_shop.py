"""A shop as it is run: two processes that serve, two that work, and all whom they deal with."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from attrs import frozen
from dishka import AsyncContainer

from altyn.adapters.system import SystemClock
from altyn.core.balances import Account, Ledger, Move, Transfer, TransferId, account_name
from altyn.core.money import USDT, Money
from altyn.core.schema import Schema
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox.desks import Desks
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container

ROLES: Final = ("api", "api", "worker", "worker")
DESKS: Final = ("fragment", "ton", "stickerdom")
UP: Final = b"Stop it with Ctrl-C."
BANK: Final = account_name("clearing:bank")
RICH: Final = Money(10**12, USDT)
FRIEND: Final = "durov"
RAISED: Final = "{ count = 1000000, seconds = 1, burst = 1000000 }"
SETTINGS: Final = {
    "ALTYN_API_PORT": "0",
    "ALTYN_GOODS_PRICES": 'percent = "10"\nrates = { "TON:USDT" = "3" }',
    "ALTYN_GOODS_CAPS": 'ton = { TON = ["100", "100000"] }',
    "ALTYN_LIMITS": f'"api.address" = {RAISED}\n"api.caller" = {RAISED}',
}


@frozen
class Program:
    """One process of it."""

    name: str
    process: Process
    address: str
    """Where it listens, if it does."""


@frozen
class Shop:
    """All of them."""

    folder: Path
    environment: Mapping[str, str]
    programs: list[Program]

    @property
    def addresses(self) -> list[str]:
        """Where the API is."""
        return [each.address for each in self.programs if each.address]

    async def says(self, *words: str) -> Any:
        """What a command answers."""
        process = await _run(self.folder, self.environment, *words, "--json")
        said, _ = await process.communicate()
        return json.loads(said)


@asynccontextmanager
async def open_shop(folder: Path, database: str, redis: str, customers: int) -> AsyncIterator[Shop]:
    """It runs, at the pace of the machine, and so many customers have money."""
    stopping, desks = asyncio.Event(), Desks.open(SystemClock())
    desks.fragment.people[FRIEND] = "Pavel"
    settings = {**SETTINGS, "ALTYN_DATABASE": database, "ALTYN_REDIS": redis}
    async with AsyncExitStack() as stack:
        for desk in desks.listed():
            if desk.name in DESKS:
                listener = stack.enter_context(closing(listen("127.0.0.1", 0)))
                serving = Serving(desk.app, listener)
                settings |= desk.settings_at(serving.address)
                await stack.enter_async_context(serving.until(stopping))
        del settings["ALTYN_TON_ADDRESS"]  # nobody pays us there
        house = make_container(read_settings(settings, folder), create=True)
        await (await house.get(Schema)).migrate()
        await _give(house, customers)
        await house.close()
        inherited = {name: to for name, to in os.environ.items() if not name.startswith("ALTYN_")}
        environment = inherited | settings
        programs: list[Program] = []
        for number, role in enumerate(ROLES):
            process = await _run(folder, environment, role)
            stack.push_async_callback(_stopped, process)
            address = await _address(process)
            programs.append(Program(f"{role} {number % 2 + 1}", process, address))
        yield Shop(folder, environment, programs)
        stopping.set()


async def _give(house: AsyncContainer, customers: int) -> None:
    ledger = await house.get(Ledger)
    await ledger.open(Account.unlimited(BANK, USDT))
    for number in range(1, customers + 1):
        name = account_name(f"user:{number}")
        await ledger.open(Account(name, USDT))
        id = TransferId(UUID(int=number))
        await ledger.carry_out([Move.of(Transfer(id=id, source=BANK, target=name, amount=RICH))])


async def _run(folder: Path, environment: Mapping[str, str], *words: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "altyn.entrypoints.cli",
        *words,
        cwd=folder,
        env={**environment},
        stdout=PIPE,
    )


async def _address(process: Process) -> str:
    """Wait until it is there."""
    said = b""
    while UP not in said:
        assert process.stdout is not None
        line = await process.stdout.readline()
        assert line, f"it ended: {said.decode()}"
        said += line
    return said.decode().partition(" on ")[2].partition(",")[0] if b" on http" in said else ""


async def _stopped(process: Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
        await process.wait()
