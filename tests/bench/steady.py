"""`python -m tests.bench.steady`: reads and purchases for minutes, with no error and no leak."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

import httpx
from attrs import define, field

from tests.integration import servers

from .machine import machine, storages
from .postgres_servers import database, described, durable_postgres
from .progress import say
from .steady_memory import Watched
from .steady_shop import FRIEND, Shop, open_shop
from .table import Table

SECONDS: Final = 300.0
CUSTOMERS: Final = 24
READERS: Final = 4
GROWTH_MAX: Final = 0.05
EVERY_SECONDS: Final = 1.0
LOOKS_AGAIN_SECONDS: Final = 1.0
LATE_SECONDS: Final = 120.0
"""So long somebody waits at most for what they bought."""
READS: Final = ("/balances", "/balances/USDT", "/statement/USDT?limit=20", "/holds/USDT?limit=20")
GOODS: Final[Sequence[Mapping[str, object]]] = (
    {"kind": "stars", "quantity": 50},
    {"kind": "premium", "quantity": 3},
    {"kind": "ton", "quantity": 1},
    {"kind": "pack", "quantity": 1, "item": "12/3"},
)
"""What customers buy, each always the same: of each one at a time can be under way outside."""
SOUND: Final = "delivered"
OVER: Final = (SOUND, "refused", "released", "review")
WELL: Final = "well: no error, no leak, a clean ledger"


@define
class Seen:
    """What came of all that was asked."""

    seconds: dict[str, list[float]] = field(factory=dict)
    """How long each took, by what it was."""
    errors: Counter[str] = field(factory=Counter)
    ends: Counter[str] = field(factory=Counter)
    """How purchases ended."""

    def note(self, what: str, seconds: float, answer: httpx.Response) -> None:
        """One answer."""
        self.seconds.setdefault(what, []).append(seconds)
        if answer.is_error:
            self.errors[f"{what}: {answer.status_code} {answer.text[:200]}"] += 1


@define
class Caller:
    """Somebody who asks one process after the other."""

    number: int
    addresses: Sequence[str]
    client: httpx.AsyncClient
    seen: Seen
    asked: int = 0

    async def buy_until(self, end: float) -> None:
        """One purchase after the other."""
        while perf_counter() < end:
            await self.buys()

    async def read_until(self, end: float) -> None:
        """What one has, without a pause."""
        while perf_counter() < end:
            for path in READS:
                await self.asks("GET what one has", f"/v1/users/{self.number}{path}")

    async def buys(self) -> None:
        """Priced, bought, and looked at now and then until it is there."""
        user = f"user:{self.number}"
        wish = {**GOODS[self.number % len(GOODS)], "recipient": FRIEND, "buyer": user}
        quote = await self.asks("POST quote", "/v1/quotes", {**wish, "asset": "USDT"})
        if "id" not in quote:
            return
        bought = {"quote": quote["id"]}
        state = (await self.asks("POST purchase", "/v1/purchases", bought)).get("state", "")
        late = perf_counter() + LATE_SECONDS
        while state and state not in OVER:
            await asyncio.sleep(LOOKS_AGAIN_SECONDS)
            found = await self.asks("GET purchase", f"/v1/purchases/{quote['id']}")
            state = found.get("state", "")
            if perf_counter() > late:
                state = "late"
                break
        self.seen.ends[state or "not bought"] += 1

    async def asks(self, what: str, path: str, body: Any = None) -> Any:
        """One request, to one process after the other."""
        self.asked += 1
        address = self.addresses[self.asked % len(self.addresses)]
        headers = {"Idempotency-Key": f"{self.number}-{self.asked}"} if body else {}
        began = perf_counter()
        try:
            verb = what.partition(" ")[0]
            answer = await self.client.request(verb, address + path, json=body, headers=headers)
        except httpx.HTTPError as failed:
            self.seen.errors[f"{what}: {type(failed).__name__}"] += 1
            return {}
        self.seen.note(what, perf_counter() - began, answer)
        return {} if answer.is_error else answer.json()


def main() -> None:
    """Play, show and judge; ends with 1 when something is wrong."""
    options = _options()
    sys.exit(asyncio.run(_played(options)))


async def _played(options: Namespace) -> int:
    facts = {**machine(), **storages()}
    with (
        TemporaryDirectory() as folder,
        durable_postgres() as postgres,
        database(postgres.url) as url,
        servers.redis() as redis,
    ):
        facts |= {"postgresql": described(postgres), "redis": f"by the route «{redis.route}»"}
        say("the shop opens")
        people = options.customers + options.readers
        async with open_shop(Path(folder), url, redis.url, people) as shop:
            watched = [Watched(each.name, each.process.pid) for each in shop.programs]
            seen, seconds = await _busy(shop, watched, options)
            say("the books are looked at")
            check, trail = await shop.says("check"), await shop.says("audit", "verify")
            gone = [each.name for each in shop.programs if each.process.returncode is not None]
    print(_speeds(seen, seconds, facts).text())
    print(_memory(watched, options).text())
    found = [f"{each['law']}: {each['finding']}" for each in check["laws"] if each["finding"]]
    wrong = [
        *(f"{count} times {error}" for error, count in seen.errors.most_common(10)),
        *(
            f"{count} purchases were {end}"
            for end, count in seen.ends.items()
            if end != "delivered"
        ),
        *(f"{each.name} grows by {each.grows:.1%}" for each in watched if _leaks(each, options)),
        *(f"{name} has ended" for name in gone),
        *found,
        *([] if trail["well"] else ["the trail is not as it was written"]),
    ]
    print(
        "\n".join(f"WRONG  {each}" for each in wrong) or "well: no error, no leak, a clean ledger"
    )
    return 1 if wrong else 0


async def _busy(shop: Shop, watched: Sequence[Watched], options: Namespace) -> tuple[Seen, float]:
    """All of them buy; answers what came of it, and how long it took."""
    seen, began = Seen(), perf_counter()
    end = began + options.seconds
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)

    async def look() -> None:
        while True:  # ends by being cancelled
            for each in watched:
                each.look()
            await asyncio.sleep(EVERY_SECONDS)

    async with httpx.AsyncClient(timeout=30, limits=limits) as client:
        looking = asyncio.create_task(look())
        callers = [
            Caller(number, shop.addresses, client, seen)
            for number in range(1, options.customers + options.readers + 1)
        ]
        buying, reading = callers[: options.customers], callers[options.customers :]
        say(f"{len(buying)} buy and {len(reading)} read for {options.seconds:.0f} s")
        await asyncio.gather(
            *(each.buy_until(end) for each in buying), *(each.read_until(end) for each in reading)
        )
        looking.cancel()
    return seen, perf_counter() - began


def _leaks(each: Watched, options: Namespace) -> bool:
    return bool(each.grows > options.growth_max)


def _speeds(seen: Seen, seconds: float, facts: Any) -> Table:
    rows = []
    for what, took in sorted(seen.seconds.items()):
        cuts = quantiles(took, n=100) if len(took) > 1 else [took[0]] * 99
        shown = (cuts[49], cuts[94], cuts[98], max(took))
        rows.append(
            [
                what,
                f"{len(took)}",
                f"{len(took) / seconds:.1f}",
                *(f"{1000 * each:.0f}" for each in shown),
            ]
        )
    delivered = seen.ends[SOUND]
    notes = [
        f"{delivered} purchases delivered, {delivered / seconds:.1f} a second, in {seconds:.0f} s",
        *(f"{name}: {fact}" for name, fact in facts.items()),
    ]
    heads = ["asked", "times", "a second", "p50 ms", "p95 ms", "p99 ms", "max ms"]
    return Table("Reads and purchases, two APIs and two workers", heads, rows, notes=notes)


def _memory(watched: Sequence[Watched], options: Namespace) -> Table:
    heads = ["process", "first MiB", "last MiB", "most MiB", "growth"]
    note = f"growth from the second quarter on, {options.growth_max:.0%} at most"
    return Table("Memory", heads, [each.row for each in watched], notes=[note])


def _options() -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--growth-max", type=float, default=GROWTH_MAX)
    return parser.parse_args()


if __name__ == "__main__":
    main()
