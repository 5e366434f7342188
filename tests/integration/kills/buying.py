"""From the first price to the last look: people buy, workers die and live, all is accounted for."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from time import monotonic
from typing import Final

from attrs import frozen
from dishka import AsyncContainer, Provider, Scope, provide

from altyn.core.clock import Clock
from altyn.core.purchases import Plan
from altyn.core.schema import Schema
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container

from .accountant import Accounts, account_for, decide, read
from .buyers import CROWD, GIVEN, Buyer, begin_campaign, buyers_of, give
from .market import DELIVERS_AFTER, open_market
from .processes import open_nursery
from .times import LeapingClock
from .town import Ambush, Moment
from .workers import Workers

SPEED_MAX: Final = 30.0
"""How much faster time is here at most: whoever waits for a minute waits for two seconds."""
START_SECONDS: Final = 6.0
"""So long, by that time, a command takes: on a busy machine time is slower."""
ASK_AGAIN_SECONDS: Final = 0.1
LOOKS: Final = (timedelta(), timedelta(minutes=12), timedelta(hours=25), timedelta(minutes=5))
PATIENCE_SECONDS: Final = 900.0
"""By the clock of the market."""


@frozen(kw_only=True)
class Story:
    """What is to be played."""

    folder: Path
    database: str
    buyers: int
    kills: int
    seed: int
    mistake: str = ""
    has_campaign: bool = True
    looks: Sequence[timedelta] = LOOKS
    """How much later workers are started anew while something is left to be done."""
    patience_seconds: float = PATIENCE_SECONDS
    delivers_after: timedelta = DELIVERS_AFTER
    """How long after it saw a payment Fragment has delivered."""


@frozen(kw_only=True)
class Figures:
    """What was played."""

    seconds: float
    speed: float
    """How much faster time was."""
    kills: int
    ends: Counter[str]
    ambushes: Counter[Moment]
    faults: int
    states: Counter[str]
    """How purchases ended."""
    ordered: int
    """How many requests Fragment was asked for to be paid."""
    messages: int
    """How many messages the wallet has carried out."""
    decided: int
    """How many a person decided about."""
    looks: int


class OfTheMarket(Provider):
    """The time is that of the market."""

    scope = Scope.APP

    def __init__(self, hand: LeapingClock) -> None:
        super().__init__()
        self.hand = hand

    @provide
    def clock(self) -> Clock:
        """Faster than elsewhere."""
        return self.hand


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
    async with open_market(clock, random, ambush) as market:
        market.is_calm = not story.kills
        market.desks.fragment.delivers_after = story.delivers_after
        settings = market.settings | {"ALTYN_DATABASE": story.database}
        first = market.desks.ton.chain.at(market.desks.wallet).seqno
        house = make_container(read_settings(settings, story.folder), OfTheMarket(clock))
        try:
            await (await house.get(Schema)).migrate()
            buyers = buyers_of(story.seed, story.buyers)
            market.desks.fragment.people |= {each.friend: each.name for each in buyers}
            market.desks.fragment.people[CROWD] = "A crowd"
            for each in buyers:
                await give(house, each.name, GIVEN)
            plan = await begin_campaign(house, story.seed) if story.has_campaign else None
            async with open_nursery(story.folder, settings, clock, story.mistake) as nursery:
                workers = Workers(nursery, market)
                ambush.strike = workers.strike
                started = monotonic()
                assert await workers.check() == []
                clock.hasten(min(SPEED_MAX, START_SECONDS / (monotonic() - started)))
                async with market.making_blocks():
                    async with asyncio.TaskGroup() as people:
                        for each in buyers:
                            people.create_task(_comes(workers, house, each, story))
                        await workers.suffer(story.kills)
                    market.is_calm = True
                    accounts, looks, decided = await _caught_up(story, workers, house, buyers, plan)
                    found = await workers.check()
        finally:
            await house.close()
        states = account_for(accounts, market, plan)
        assert found == [], f"the program finds {found}"
        assert accounts.quiet, f"something is left to be done: {accounts}"
        return Figures(
            seconds=monotonic() - begun,
            speed=clock.speed,
            kills=workers.kills,
            ends=workers.ends,
            ambushes=ambush.struck,
            faults=market.faults.total(),
            states=states,
            ordered=len(market.paid),
            messages=market.desks.ton.chain.at(market.desks.wallet).seqno - first,
            decided=decided,
            looks=looks,
        )


async def _comes(workers: Workers, house: AsyncContainer, buyer: Buyer, story: Story) -> None:
    """Somebody comes when it is their turn: all through the kills there are some."""
    turn = buyer.number * story.kills / story.buyers
    while True:
        if workers.kills >= turn or workers.is_safe:
            return await buyer(house)
        await asyncio.sleep(ASK_AGAIN_SECONDS)


async def _caught_up(
    story: Story, workers: Workers, house: AsyncContainer, buyers: list[Buyer], plan: Plan | None
) -> tuple[Accounts, int, int]:
    """The books once nothing is left to be done, and what it took to get there."""
    decided, market = 0, workers.market

    async def until_quiet() -> Accounts:
        while True:
            accounts = await read(house, buyers, plan)
            if accounts.quiet:
                return accounts
            await asyncio.sleep(ASK_AGAIN_SECONDS)

    for looks, later in enumerate(story.looks):
        market.clock.leap(later)
        async with workers.serving():
            with suppress(TimeoutError):
                async with asyncio.timeout(story.patience_seconds / market.clock.speed):
                    accounts = await until_quiet()
                    decided += await decide(house, accounts, market)
                    return await until_quiet(), looks, decided
    return await read(house, buyers, plan), len(story.looks), decided
