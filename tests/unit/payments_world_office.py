"""Those who decide in the world: about the drawer, about refunds, and about what is in doubt."""

import asyncio
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from altyn.core.balances import account_name
from altyn.core.identity import Caller
from altyn.core.money import Money
from altyn.core.payments import Arrival, Refund, RefundId, RefundState, Wish
from tests.unit.payments_world import World
from tests.unit.payments_world_fate import MINUTE
from tests.unit.staff import ANNA, BORIS

CLERKS: Final = (ANNA, BORIS)
FRIEND: Final = account_name("friend:1")
"""Whoever is given what came for somebody else, or for nobody."""
LOOKS_MIN: Final = 7
"""So often it was asked about in vain before a person decides: what was on its way has come."""


async def clerks(world: World) -> None:
    """They do what there is to do, now one of them, now both the same at the same time."""
    random = world.dice.random
    while True:
        await world.pause(15 * MINUTE)
        names = random.choice((CLERKS, CLERKS, CLERKS[:1], CLERKS[1:]))
        async with asyncio.TaskGroup() as group:
            group.create_task(about_refunds(world, names))
            if not world.dice.calm:
                group.create_task(about_the_drawer(world, names))
                group.create_task(for_customers(world, names))


async def about_the_drawer(world: World, names: Sequence[Caller]) -> None:
    """What waits is for each of them to decide."""
    for arrival in await world.kept.arrivals.held(3):
        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(decide(world, name, arrival))


async def decide(world: World, name: Caller, arrival: Arrival) -> None:
    """Give it to whoever it was meant for or to somebody else, send it back, or leave it."""
    key, until_done = arrival.key, world.office.until_done
    match world.dice.random.randrange(6):
        case 0 | 1:
            await until_done(lambda house: house.credit(*key, by=name))
        case 2 | 3:
            await until_done(lambda house: house.give(*key, FRIEND, by=name))
        case 4:
            await ask_back(world, (name,), arrival, arrival.held)


async def for_customers(world: World, names: Sequence[Caller]) -> None:
    """Somebody wants back what they paid, or a part of it."""
    random, arrivals = world.dice.random, list(world.kept.arrivals._kept.values())
    for arrival in random.sample(arrivals, k=min(len(arrivals), 2)):
        units = (arrival.held.units or arrival.credited.units) // random.choice((1, 1, 2))
        if units:
            await ask_back(world, names, arrival, Money(units, arrival.held.asset))


async def ask_back(world: World, names: Sequence[Caller], arrival: Arrival, amount: Money) -> None:
    """Wish for it until that was answered; two who do so wish for the same."""
    id = RefundId(UUID(int=world.dice.random.getrandbits(128)))
    wish = Wish(
        id=id,
        method=arrival.method,
        key=arrival.inflow.key,
        amount=amount,
        to=f"T{id.hex}" if arrival.method == "heleket" else "",
        reason="asked for",
        by=names[0],
    )
    async with asyncio.TaskGroup() as group:
        for _ in names:
            group.create_task(world.office.until_done(lambda house: house.ask_back(wish)))


async def about_refunds(world: World, names: Sequence[Caller]) -> None:
    """Agree or not to what is large, and look at the provider's where nobody knows."""
    random = world.dice.random
    for refund in list(world.kept.refunds._kept.values()):
        if refund.state is RefundState.WAITING and random.random() < 0.7:
            agreed = random.random() < 0.75
            async with asyncio.TaskGroup() as group:
                for name in CLERKS:  # one of them asked for it, and cannot agree
                    group.create_task(approve_or_not(world, name, refund.id, agreed))
        elif in_doubt(world, refund):
            paid = was_paid(world, refund)
            async with asyncio.TaskGroup() as group:
                for name in names:
                    group.create_task(resolve(world, name, refund.id, paid))


async def approve_or_not(world: World, name: Caller, id: RefundId, agreed: bool) -> None:
    """One of both."""
    if agreed:
        await world.office.until_done(lambda house: house.decide.approve(id, name))
    else:
        await world.office.until_done(lambda house: house.decide.decline(id, name, "no"))


async def resolve(world: World, name: Caller, id: RefundId, paid: bool) -> None:
    """Say what was seen."""
    await world.office.until_done(lambda house: house.decide.resolve(id, name, paid))


def in_doubt(world: World, refund: Refund) -> bool:
    """Whether asking leads nowhere, and nothing is under way at the provider's."""
    if refund.state not in (RefundState.UNKNOWN, RefundState.ACCEPTED):
        return False
    if refund.method in ("example", "stars"):  # who are asked again and again
        return refund.check_at is None
    named = refund.key.partition("+")[0]
    busy = any(
        each["uuid"] == named and each["status"] == "refund_process"
        for each in world.outside.heleket.invoices.values()
    )
    return refund.checks >= LOOKS_MIN and not busy


def was_paid(world: World, refund: Refund) -> bool:
    """As a person sees it in the provider's cabinet."""
    if refund.method == "heleket":
        backs = world.outside.heleket.refunds.begun
        return any(each.address == refund.to and not each.failed for each in backs)
    if refund.method == "example":
        told = world.outside.psp.refunds.get(refund.id.hex)
        return told is not None and told["status"] == "done"
    charge = world.outside.telegram.stars.charges.get(refund.key)
    return charge is not None and charge.is_refunded
