"""The bot dies again and again while people buy: it goes on, and nothing is lost or doubled."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Final

import pytest

from tests.integration.kills import mines
from tests.integration.kills.chatting import Parlour, Way, living, open_parlour
from tests.integration.kills.guests import EN, RU, Guest
from tests.integration.kills.traps import Trap

KILLS: Final = int(os.environ.get("ALTYN_TEST_KILLS", "3"))
SEED: Final = int(os.environ.get("ALTYN_TEST_KILLS_SEED", "1"))
FETCHED: Final = Way(brought=False)
BROUGHT: Final = Way(brought=True, processes=2)
LIVES_SECONDS: Final = 4.0
EDITED: Final = "/editMessageText"


def traps_of(guest: Guest) -> Sequence[Trap]:
    """The requests of their journey at which everybody dies."""
    words, asks = guest.words, "/createInvoiceLink" if guest.method == "stars" else "/v1/payment"
    return (
        Trap("turned, and not shown", EDITED, words["how many"]),
        Trap("a payment was opened, and nobody heard", asks, done=True),
        Trap("settled, and not shown", EDITED, words["grew"]),
        Trap("it goes on, and nobody noted where", "/sendMessage", words["goes on"], done=True),
        Trap("the supplier is paid, and nobody heard", "/api/v3/message", done=True),
        Trap("delivered, and not shown", EDITED, words["delivered"]),
    )


async def sound(parlour: Parlour, guests: Sequence[Guest]) -> None:
    """Each was charged once, given once what they bought, and told so; the books agree."""
    for guest in guests:
        result = await guest.result()
        assert (result.charged, result.delivered) == (1, 1), guest.name
        assert (result.left, result.held) == (result.paid - result.price, 0), guest.name
        assert min(result.receipts, result.delivered_told) > 0, guest.name
    assert await parlour.found() == []


@pytest.mark.parametrize(
    ("way", "methods"),
    [(FETCHED, ("heleket", "stars")), (BROUGHT, ("stars", "heleket"))],
    ids=["fetched", "brought"],
)
async def test_a_journey_goes_on_whenever_everybody_dies(
    way: Way, methods: tuple[str, str], tmp_path: Path
) -> None:
    """Once an update was kept, a window turned, a payment settled, a supplier paid."""
    database = f"sqlite:///{tmp_path}/shop.db"
    async with open_parlour(tmp_path, database, way) as parlour:
        anna, olga = Guest(parlour, "anna", EN, methods[0]), Guest(parlour, "olga", RU, methods[1])
        laid = traps_of(anna) if way.brought else traps_of(olga)
        parlour.traps.laid = list(laid)
        kept = iter([("Inbox", "add", mines.AFTER, 1)])
        parlour.mines = lambda: next(kept, None)
        async with living(parlour):
            await asyncio.gather(anna(), olga())
        assert sorted(parlour.traps.struck) == sorted(each.name for each in laid)
        await sound(parlour, [anna, olga])
        for each in (anna, olga):
            result = await each.result()
            assert (result.receipts, result.delivered_told) == (1, 1)


async def test_a_journey_goes_on_wherever_it_breaks_off(postgres_url: str, tmp_path: Path) -> None:
    """Before and after whatever is written down, and at any time, as a seed has it."""
    random = Random(SEED)
    async with open_parlour(tmp_path, postgres_url, BROUGHT) as parlour:
        parlour.mines = lambda: mines.while_talking(random) if parlour.kills < KILLS else None
        ways = [(words, method) for words in (EN, RU) for method in ("stars", "heleket")]
        guests = [
            Guest(parlour, f"guest_{number}", *ways[(number + SEED) % len(ways)])
            for number in range(max(KILLS // 2, 2))
        ]
        async with living(parlour), asyncio.TaskGroup() as people:
            people.create_task(fails(parlour, random))
            for number, guest in enumerate(guests):
                people.create_task(comes(guest, parlour, number * KILLS // len(guests)))
        await sound(parlour, guests)


async def fails(parlour: Parlour, random: Random) -> None:
    """The power, now and then."""
    while parlour.kills < KILLS:
        await asyncio.sleep(random.uniform(0, LIVES_SECONDS))
        parlour.strike()


async def comes(guest: Guest, parlour: Parlour, turn: int) -> None:
    """Somebody comes when it is their turn: all through the kills there are some."""
    await parlour.until(lambda: parlour.kills >= turn)
    await guest()
