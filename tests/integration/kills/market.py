"""Where goods are bought: Fragment and a slow chain on this machine, and what goes wrong there."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import timedelta
from random import Random
from typing import Final

from attrs import define, field

from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.desks import Desks
from altyn.entrypoints.sandbox.fragment import DESTINATION
from altyn.entrypoints.sandbox.ton_cells import comment_of

from .times import LeapingClock
from .town import Ambush, Road

PRICES: Final = 'percent = "10"\nrates = { "TON:RUB" = "300" }'
CAPS: Final = 'ton = { TON = ["100", "100000"] }'
BLOCK_SECONDS: Final = 8.0
"""So long at most a message is on its way to the chain, by the clock of the market."""
DELIVERS_AFTER: Final = timedelta(seconds=3)
FAULT_SHARE: Final = 0.07
DROP_SHARE: Final = 0.05
"""Of the moments at which a block is made, those at which something goes wrong."""
FAULTS: Final = (
    Fault.BUSY,
    Fault.FAIL_BEFORE,
    Fault.FAIL_AFTER,
    Fault.CUT_AFTER,
    Fault.GARBAGE_AFTER,
)
CALLS: Final = (
    "/api/v3/message",
    "/api/v3/message",
    "/api/v3/accountStates",
    "/api/v3/transactions",
    "initBuyStarsRequest",
    "getBuyStarsLink",
    "getGiftPremiumLink",
    "updateStarsBuyState",
    "updatePremiumState",
    "confirmReq",
)
"""Those of which one in a while goes wrong."""


@define(eq=False)
class Market:
    """Who sells, the chain on which they are paid, and fate."""

    clock: LeapingClock
    random: Random
    ambush: Ambush
    desks: Desks
    had: int = field(init=False)
    """In nano, what our wallet had at first."""
    settings: dict[str, str] = field(factory=dict)
    """How the program is told of all this."""
    is_calm: bool = False
    """Whether nothing goes wrong any more by itself."""
    faults: Counter[Fault] = field(factory=Counter)
    """How often each was planned."""

    def __attrs_post_init__(self) -> None:
        self.had = self.has

    def carry(self) -> None:
        """Nobody comes by himself."""

    async def happened(self) -> None:
        """Nobody waits."""

    @asynccontextmanager
    async def making_blocks(self) -> AsyncIterator[None]:
        """Begun once the clock runs as fast as it will: a block waits for its time by the pace."""
        blocks = asyncio.create_task(self._make_blocks())
        try:
            yield
        finally:
            blocks.cancel()

    async def _make_blocks(self) -> None:
        """Messages are taken at once and carried out later; one in a while never is."""
        ton = self.desks.ton
        while True:  # ends by being cancelled
            ton.hold_back()
            await asyncio.sleep(self.random.uniform(0, BLOCK_SECONDS) / self.clock.speed)
            ton.release()
            if self.is_calm:
                continue
            if self.random.random() < DROP_SHARE:
                ton.drop()
            if self.random.random() < FAULT_SHARE:
                call, fault = self.random.choice(CALLS), self.random.choice(FAULTS)
                self.faults[fault] += 1
                desk = ton if call.startswith("/") else self.desks.fragment
                desk.faults.plan(call, fault)

    @property
    def has(self) -> int:
        """In nano, what our wallet has."""
        return self.desks.ton.chain.at(self.desks.wallet).balance

    @property
    def paid(self) -> dict[str, list[int]]:
        """In nano, each payment that came to Fragment, by the reference that is written on it."""
        paid: dict[str, list[int]] = {}
        for each in self.desks.ton.chain.transactions:
            if each.account == DESTINATION and each.came.source:
                reference = (comment_of(each.came.body) or "").rpartition("\n")[2]
                paid.setdefault(reference, []).append(each.came.nano)
        return paid


@asynccontextmanager
async def open_market(clock: LeapingClock, random: Random, ambush: Ambush) -> AsyncIterator[Market]:
    """Those who are needed listen on this machine, and time passes on the chain."""
    stopping = asyncio.Event()
    market = Market(clock, random, ambush, Desks.open(clock))
    market.settings |= {
        "ALTYN_API_PORT": "0",
        "ALTYN_GOODS_PRICES": PRICES,
        "ALTYN_GOODS_CAPS": CAPS,
    }
    async with AsyncExitStack() as stack:
        for desk in market.desks.listed():
            if desk.name in ("fragment", "ton"):
                listener = stack.enter_context(closing(listen("127.0.0.1", 0)))
                serving = Serving(Road(desk.app, market), listener)
                market.settings |= desk.settings_at(serving.address)
                await stack.enter_async_context(serving.until(stopping))
        del market.settings["ALTYN_TON_ADDRESS"]  # nobody pays us there
        yield market
        stopping.set()
