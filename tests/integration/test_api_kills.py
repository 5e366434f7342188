"""Two APIs and two workers on one database: one dies after the other, and nobody notices."""

import asyncio
import os
from collections.abc import AsyncIterator
from random import Random
from time import monotonic

import pytest
import pytest_asyncio

from tests.integration.kills import mines
from tests.integration.kills.callers import LOOKS_AGAIN_SECONDS, Customer, is_whole
from tests.integration.kills.houses import Houses, living, open_houses
from tests.integration.postgres_sessions import copy_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

CUSTOMERS = int(os.environ.get("ALTYN_TEST_KILLS_BUYERS", "4"))
KILLS = int(os.environ.get("ALTYN_TEST_KILLS", "8"))
SEED = int(os.environ.get("ALTYN_TEST_KILLS_SEED", "1"))
UNANSWERED = (
    ("Errands", "answer", mines.BEFORE, 0),
    ("Errands", "answer", mines.AFTER, 1),
)
"""Where whoever serves the API dies when all is done, and nobody is answered."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def houses(
    postgres_server: str,
    postgres_template: str,
    redis_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Houses]:
    """Everybody around the program; starting all of it takes longer than the stories."""
    folder, random = tmp_path_factory.mktemp("houses"), Random(SEED)
    with copy_of(postgres_server, postgres_template) as url:
        async with open_houses(folder, url, redis_url, random) as houses:
            yield houses


async def test_nothing_is_doubled_or_lost(houses: Houses) -> None:
    """Paid, bought, delivered and told once each, however many answers never came."""
    begun = monotonic()
    houses.kills_max, houses.first_mines = KILLS, list(UNANSWERED)
    customers = [Customer(houses, number) for number in range(1, CUSTOMERS + 1)]
    try:
        async with asyncio.timeout(120 + 15 * KILLS):
            await play(houses, customers)
    except BaseException as failed:
        failed.add_note(f"seed {SEED}")
        raise
    states = [each.purchase["state"] for each in customers]
    print(f"\n{houses.kills} kills, {houses.lost} answers lost, {states}")
    print(f"{dict(houses.ends)}, {monotonic() - begun:.0f} s")
    assert houses.kills >= KILLS
    assert "delivered" in states


async def play(houses: Houses, customers: list[Customer]) -> None:
    """They come one after the other while processes die, and all is judged at last."""
    async with living(houses, "api", "worker"):
        async with asyncio.TaskGroup() as all_of_it:
            all_of_it.create_task(houses.fail())
            for place, each in enumerate(customers):
                turn = place * houses.kills_max // len(customers)
                all_of_it.create_task(comes(houses, each, turn))
        for each in customers:
            await each.again()
        for each in customers:
            await each.is_told()
    await is_whole(houses, customers)


async def comes(houses: Houses, customer: Customer, turn: int) -> None:
    """Somebody comes when it is their turn: all through the kills there are some."""
    while True:
        if houses.kills >= turn:
            return await customer()
        await asyncio.sleep(LOOKS_AGAIN_SECONDS)


@pytest.mark.parametrize(
    ("mistake", "found"),
    [
        ("keep_no_answers", "it is answered (otherwise|anew)"),
        ("name_everything_anew", "nothing is doubled"),
    ],
)
async def test_planted_mistakes_are_found(mistake: str, found: str, houses: Houses) -> None:
    """An API that makes one of them is not what those who asked it were told."""
    customer = Customer(houses, CUSTOMERS + 1 + len(mistake))
    houses.nursery.mistake, houses.kills_max = mistake, 0
    houses.first_mines = [UNANSWERED[0]] * 2  # whichever is asked
    with pytest.raises(AssertionError, match=found):
        await opens(houses, customer)


async def opens(houses: Houses, customer: Customer) -> None:
    """One payment, whoever dies over it, and however often it is asked for."""
    opened = len(houses.desks.heleket.invoices)
    async with asyncio.timeout(120), living(houses, "api"):
        await customer.opens()
        assert len(houses.desks.heleket.invoices) == opened + 1, "nothing is doubled"
        await customer.again()
