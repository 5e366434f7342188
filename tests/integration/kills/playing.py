"""From the first bill to the last look: people pay, the program dies and lives, all is judged."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any, Final
from uuid import UUID

from attrs import field, frozen

from altyn.core.money import Money
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container

from .judge import LISTED, Books, judge, quiet, read
from .people import WAYS, Bill, Person, bill_of
from .processes import open_nursery
from .shop import Fate, Shop
from .times import LeapingClock
from .town import Ambush, open_town

ASK_AGAIN_SECONDS: Final = 0.1
LOOKS: Final = (timedelta(), timedelta(minutes=3), timedelta(minutes=40), timedelta(hours=8))
PATIENCE_SECONDS: Final = 20.0


@frozen(kw_only=True)
class Story:
    """What is to be played."""

    folder: Path
    database: str
    people: int
    kills: int
    seed: int
    ways: Sequence[tuple[str, Money]] = WAYS
    """By which methods people pay, and how much."""
    mistake: str = ""
    fate: Fate = field(factory=Fate)
    """How the program is killed."""
    times_max: int = 3
    """How often providers tell of the same."""
    looks: Sequence[timedelta] = LOOKS
    """How much later the program is started while something is left to be done; pollers look."""
    patience_seconds: float = PATIENCE_SECONDS
    """So long each of those lives has to do it."""

    @property
    def settings(self) -> dict[str, str]:
        """What the program is told beside where the town is."""
        return {"ALTYN_DATABASE": self.database}


@frozen(kw_only=True)
class Figures:
    """What was played."""

    seconds: float
    kills: int
    killed_commands: int
    ends: Counter[str]
    ambushes: Counter[Any]
    came: Counter[str]
    """How many payments something came for, by method."""
    cases: Counter[str]
    """What came, by what it was to us."""
    notices: int
    """How often we acknowledged one."""
    looks: int
    """How often time had to pass before nothing was left to be done."""


async def play(story: Story, deadline_seconds: float) -> Figures:
    """To the end; a failure names the seed."""
    try:
        async with asyncio.timeout(deadline_seconds):
            return await _played(story)
    except BaseException as failed:
        failed.add_note(f"seed {story.seed}")
        raise


async def _played(story: Story) -> Figures:
    begun, random, clock = monotonic(), Random(story.seed), LeapingClock()
    ambush = Ambush()
    async with (
        asyncio.TaskGroup() as background,
        open_town(clock, random, ambush, background) as town,
        open_nursery(story.folder, town.settings | story.settings, clock, story.mistake) as nursery,
    ):
        town.times_max = story.times_max
        shop = Shop(nursery, town, ambush, story.fate)
        ambush.strike = shop.crash
        ids = [UUID(int=random.getrandbits(128)) for _ in range(story.people)]
        bills = [bill_of(number, id, story.ways) for number, id in enumerate(ids)]
        people = [background.create_task(_comes(shop, each, story)) for each in bills]
        await shop.suffer(story.kills)
        while not all(each.done() for each in people):
            async with shop.serving():
                await town.until(lambda: bool(shop.late) or all(each.done() for each in people))
        books, looks = await _caught_up(story, shop, bills)
        told = await shop.checked(*LISTED)
    judge(books, town)
    assert told == [], f"the program finds {told}"
    return Figures(
        seconds=monotonic() - begun,
        kills=shop.kills,
        killed_commands=shop.killed_commands,
        ends=shop.ends,
        ambushes=ambush.struck,
        came=Counter(each.order.method for each in books.payments if each.came.units),
        cases=Counter(each.case for each in books.arrivals),
        notices=town.told,
        looks=looks,
    )


async def _comes(shop: Shop, bill: Bill, story: Story) -> None:
    """Somebody comes when it is their turn: all through the kills there are some."""
    turn = bill.number * story.kills / story.people
    await shop.town.until(lambda: shop.opened and shop.kills >= turn)
    await Person(shop, bill)()


async def _caught_up(story: Story, shop: Shop, bills: Sequence[Bill]) -> tuple[Books, int]:
    """The books once nothing is left to be done, and how often it took time to get there."""
    town = shop.town
    container = make_container(read_settings(town.settings | story.settings, story.folder))

    async def until_quiet() -> Books:
        while True:
            books = await read(container, town, bills)
            if quiet(books, town):
                return books
            await asyncio.sleep(ASK_AGAIN_SECONDS)

    try:
        for looks, later in enumerate(story.looks):
            town.clock.leap(later)
            async with shop.serving():
                with suppress(TimeoutError):
                    async with asyncio.timeout(story.patience_seconds):
                        return await until_quiet(), looks
        return await read(container, town, bills), len(story.looks)
    finally:
        await container.close()
