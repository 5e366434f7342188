"""What the API is asked of: ours, or a bare handler, each alone in a process on one core.

`python -m tests.bench.api_serving KIND MANY [CORE]`, and the database on the first line of stdin.
Says the port when so many quotes are there; for each further line the seconds for which it was at
work; ends with stdin.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from time import process_time
from typing import Final, Literal
from uuid import UUID

from dishka import AsyncContainer
from litestar import Litestar, get

from altyn.core.balances import Account, Ledger, Move, Transfer, TransferId, account_name
from altyn.core.money import RUB, Money
from altyn.core.purchases import Funding, Goods, Kind, PurchaseId, QuotePurchase, Wish
from altyn.core.schema import Schema
from altyn.entrypoints.api.app import make_api
from altyn.entrypoints.api.asgi import App
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.wiring import Settings, read_settings
from altyn.entrypoints.wiring.container import make_container
from tests.integration.api_counter import Outside

from .postgres_connections import pool

Served = Literal["altyn", "bare"]

CONNECTIONS: Final = 10
"""As many as ours opens to PostgreSQL."""
USERS: Final = 100
BANK: Final = account_name("clearing:bank")
RICH: Final = Money(10**12, RUB)
BARE: Final = "/bare"
SETTINGS: Final = {
    "ALTYN_LIMITS": '"api.address" = { count = 1000000, seconds = 1, burst = 1000000 }\n'
    '"api.caller" = { count = 1000000, seconds = 1, burst = 1000000 }',
}
LIMITS: Final = "raised so far that nobody is refused; each request is still counted"


def quote_id(number: int) -> UUID:
    """The quote of that number."""
    return UUID(int=number)


@asynccontextmanager
async def house(database: str) -> AsyncIterator[tuple[AsyncContainer, Settings]]:
    """The real thing, over that database."""
    nowhere = Path(os.devnull)  # whoever measures may have an altyn.toml of his own
    settings = read_settings(SETTINGS | {"ALTYN_DATABASE": database}, Path.cwd(), nowhere)
    container = make_container(settings, Outside(), create=True)
    try:
        await (await container.get(Schema)).migrate()
        yield container, settings
    finally:
        await container.close()


@asynccontextmanager
async def altyn(database: str, many: int) -> AsyncIterator[App]:
    """The same, of an empty database, with so many quotes of people who have money."""
    async with house(database) as (container, settings):
        ledger, make_price = await container.get(Ledger), await container.get(QuotePurchase)
        await ledger.open(Account.unlimited(BANK, RUB))
        for number in range(1, USERS + 1):
            user = account_name(f"user:{number}")
            await ledger.open(Account(user, RUB))
            gift = Transfer(id=TransferId(quote_id(number)), source=BANK, target=user, amount=RICH)
            await ledger.carry_out([Move.of(gift)])
        for number in range(1, many + 1):
            await make_price(_wish(number))
        yield await make_api(container, settings)


def _wish(number: int) -> Wish:
    buyer = account_name(f"user:{number % USERS + 1}")
    return Wish(
        id=PurchaseId(quote_id(number)),
        goods=Goods(kind=Kind.STARS, quantity=50),
        recipient="bob",
        buyer=buyer,
        funding=Funding(account=buyer),
        asset=RUB,
    )


@asynccontextmanager
async def bare(database: str, many: int) -> AsyncIterator[App]:
    """The least that an answer of a database can cost here: one round trip."""
    async with pool(database, CONNECTIONS) as opened:

        @get(BARE)
        async def one() -> dict[str, int]:
            async with opened.connection() as connection:
                (found,) = await (await connection.execute("SELECT 1")).fetchone() or (0,)
                return {"found": found}

        yield Litestar([one], openapi_config=None, logging_config=None)  # type: ignore[misc]


KINDS: Final[dict[str, Callable[[str, int], AbstractAsyncContextManager[App]]]] = {
    "altyn": altyn,
    "bare": bare,
}


async def main() -> None:
    """Serve until nobody wants it any more."""
    kind, many, *core = sys.argv[1:]
    pinned(core)
    async with KINDS[kind](sys.stdin.readline().strip(), int(many)) as app:
        await serve(app, process_time)


def pinned(core: Sequence[str]) -> None:
    """This process stays on that core, if one is given."""
    if core:
        os.sched_setaffinity(0, map(int, core))


async def serve(app: App, says: Callable[[], object]) -> None:
    """Say the port, and then something to each line of stdin, until there are no more."""
    stopping = asyncio.Event()

    def tell() -> None:
        for _ in sys.stdin:
            print(says(), flush=True)

    with closing(listen("127.0.0.1", 0)) as listener:
        async with Serving(app, listener).until(stopping):
            print(listener.getsockname()[1], flush=True)
            await asyncio.to_thread(tell)
            stopping.set()


if __name__ == "__main__":
    asyncio.run(main())
