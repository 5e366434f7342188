"""How the world lives: people come, workers work, providers have moods; then all is calm."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from altyn.core.balances import Account
from altyn.core.money import RUB, TON, USDT, XTR
from tests.unit.payments_world import GOODS, World
from tests.unit.payments_world_fate import HOUR, MINUTE
from tests.unit.payments_world_house import OURS
from tests.unit.payments_world_office import clerks
from tests.unit.payments_world_people import customer, stranger_pays

NANO: Final = 10**9


async def live(world: World) -> None:
    """Days pass; in the end nothing goes wrong any more, and everything is caught up with."""
    async with asyncio.TaskGroup() as world.background.group:
        world.begin()
        await open_shop(world)
        weathers = world.outside.weathers.values()
        jobs = [
            world.background.group.create_task(job)
            for job in (
                work(world),
                clerks(world),
                carry(world),
                moods(world),
                *(each.change() for each in weathers),
            )
        ]
        async with asyncio.TaskGroup() as people:
            for number in range(world.people):
                people.create_task(customer(world, number))
            for number in range(world.dice.random.randint(0, 3)):
                people.create_task(stranger_pays(world, number))
        await asyncio.sleep(HOUR)
        calm_down(world)
        await asyncio.sleep(30 * HOUR)
        for each in jobs:
            each.cancel()


async def open_shop(world: World) -> None:
    """Before anybody pays: Telegram is told where we are, and feeds are read for once."""
    if world.dice.random.random() < 0.7:  # else nobody lives yet where we are paid
        world.outside.ton.external(OURS)
    for asset in (USDT, TON, XTR, RUB):
        await world.kept.ledger.open(Account(GOODS, asset))
    await world.front.until_done(lambda house: house.announce())
    stars, ton = 0, 1
    await world.front.until_done(lambda house: house.read_feed(house.gateways.feeds[stars]))
    await world.front.until_done(lambda house: house.read_feed(house.gateways.feeds[ton]))


def calm_down(world: World) -> None:
    """Whatever went wrong is over."""
    world.dice.calm = True
    world.outside.heleket.refunds.refusals.clear()
    world.outside.heleket.catch_up()
    world.outside.psp.refusals.clear()
    for desk in (world.outside.ton, world.outside.second):
        desk.catch_up()
    world.outside.telegram.stars.balance += 10**6 * NANO


async def work(world: World) -> None:
    """Two workers do what there is to do, now one of them, now both at the same time."""
    random, workers = world.dice.random, (world.process(), world.process())
    while True:
        await world.pause(3 * MINUTE)
        chores = random.sample(range(5), k=5 if world.dice.calm else random.randint(1, 4))
        async with asyncio.TaskGroup() as group:
            for each in random.choice((workers, workers[:1], workers[1:])):
                group.create_task(each.work(chores))


async def moods(world: World) -> None:
    """What providers do by themselves."""
    random, outside = world.dice.random, world.outside
    while True:
        await world.pause(20 * MINUTE)
        finish_refunds(world)
        if world.dice.calm:
            continue
        match random.randrange(11):
            case 0:
                outside.heleket.refunds.refusals.append("Not enough funds")
            case 1:
                random.choice((outside.ton, outside.second)).lag(random.uniform(0, HOUR))
            case 2:
                outside.ton.catch_up()
            case 3:
                outside.second.catch_up()
            case 4:
                outside.telegram.withdraw(int(outside.telegram.stars.balance // NANO))
            case 5:
                refund_outside(world)
            case 6:
                outside.heleket.fall_behind()
            case 7:
                outside.heleket.catch_up()
            case 8:
                outside.psp.refusals.append("there is not enough on our account")


def finish_refunds(world: World) -> None:
    """What Heleket and Example Pay said that they do, they do, or not."""
    random, desk, psp = world.dice.random, world.outside.heleket, world.outside.psp
    for name, invoice in desk.invoices.items():
        if invoice["status"] == "refund_process" and random.random() < 0.6:
            desk.finish_refund(name, paid=random.random() < 0.75)
    for name, refund in psp.refunds.items():
        if refund["status"] == "accepted" and random.random() < 0.6:
            psp.finish(name, done=random.random() < 0.75)


def refund_outside(world: World) -> None:
    """Somebody gives Stars back by hand, of which nobody tells us."""
    charges = world.outside.telegram.stars.charges.values()
    if there := [each for each in charges if not each.is_refunded]:
        charge = world.dice.random.choice(there)
        world.outside_refunds.add(charge.id)
        world.outside.telegram.refund_outside(charge.id)


async def carry(world: World) -> None:
    """Notices and updates go out, until they are acknowledged."""
    heleket, psp = world.outside.heleket, world.outside.psp
    carried: Counter[str] = Counter()
    while True:
        await world.pause(MINUTE)
        heleket.lapse()
        psp.lapse()
        told: Mapping[str, Sequence[tuple[bytes, Mapping[str, str]]]] = {
            "heleket": [(raw, {}) for raw in heleket.notices],
            "example": psp.notices,
        }
        for method, notices in told.items():
            for notice in notices[carried[method] :]:
                carried[method] += 1
                for _ in range(world.dice.random.randint(1, 3)):
                    world.background(deliver(world, method, *notice))
        world.carry_updates()


async def deliver(world: World, method: str, raw: bytes, headers: Mapping[str, str]) -> None:
    """A notice, once; who is not acknowledged comes again."""
    await asyncio.sleep(world.dice.random.uniform(0, 30 * MINUTE))
    await world.front.until_done(lambda house: house.take(method, raw, headers))
