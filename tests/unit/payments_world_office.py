"""Those who decide in the world: about the drawer, about refunds, and about what is in doubt."""

import asyncio
from random import Random
from typing import Any, Final
from uuid import UUID

from altyn.core.balances import account_name
from altyn.core.money import Money
from altyn.core.payments import Arrival, Refund, RefundId, RefundState, Wish
from tests.unit.payments_world_fate import MINUTE

CLERKS: Final = ("anna", "boris")
FRIEND: Final = account_name("friend:1")
"""Whoever is given what came for somebody else, or for nobody."""
LOOKS_MIN: Final = 7
"""So often it was asked about in vain before a person decides: what was on its way has come."""


async def clerks(world: Any) -> None:
    """They do what there is to do, now one of them, now both the same at the same time."""
    random: Random = world.dice.random
    while True:
        await world.pause(15 * MINUTE)
        names = random.choice((CLERKS, CLERKS, CLERKS[:1], CLERKS[1:]))
        tasks = (
            (about_refunds,)
            if world.dice.calm
            else (about_the_drawer, about_refunds, for_customers)
        )
        async with asyncio.TaskGroup() as group:
            for task in tasks:
                group.create_task(task(world, names))


async def each_of(names: tuple[str, ...], does: Any) -> None:
    """All of them, side by side."""
    async with asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(does(name))


async def about_the_drawer(world: Any, names: tuple[str, ...]) -> None:
    """Give what waits to whoever it was meant for or to somebody else, or leave it."""
    for each in await world.arrivals.held(3):
        await each_of(names, lambda name, arrival=each: decide(world, name, arrival))


async def decide(world: Any, name: str, arrival: Arrival) -> None:
    """One of them, as he sees it."""
    key, until_done = arrival.key, world.office.until_done
    match world.dice.random.randrange(6):
        case 0 | 1:
            await until_done(lambda house: house.credit(*key, by=name))
        case 2 | 3:
            await until_done(lambda house: house.give(*key, FRIEND, by=name))
        case 4:
            await ask_back(world, (name,), arrival, arrival.held)


async def for_customers(world: Any, names: tuple[str, ...]) -> None:
    """Somebody wants back what they paid, or a part of it."""
    random: Random = world.dice.random
    arrivals = list(world.arrivals._kept.values())
    for arrival in random.sample(arrivals, k=min(len(arrivals), 2)):
        units = (arrival.held.units or arrival.credited.units) // random.choice((1, 1, 2))
        if units:
            await ask_back(world, names, arrival, Money(units, arrival.held.asset))


async def ask_back(world: Any, names: tuple[str, ...], arrival: Arrival, amount: Money) -> None:
    """Wish for it until that was answered; who asks twice wishes twice for the same."""
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
    await each_of(names, lambda _: world.office.until_done(lambda house: house.ask_back(wish)))


async def about_refunds(world: Any, names: tuple[str, ...]) -> None:
    """Agree or not to what is large, and look at the provider's where nobody knows."""
    random: Random = world.dice.random
    until_done = world.office.until_done
    for each in list(world.refunds._kept.values()):
        id = each.id
        if each.state is RefundState.WAITING and random.random() < 0.7:
            agrees = random.random() < 0.75
            await each_of(
                CLERKS,  # one of them asked for it, and cannot agree
                lambda name, id=id, agrees=agrees: until_done(
                    lambda house: (
                        house.decide.approve(id, name)
                        if agrees
                        else house.decide.decline(id, name, "no")
                    )
                ),
            )
        elif in_doubt(world, each):
            paid = was_paid(world, each)
            await each_of(
                names,
                lambda name, id=id, paid=paid: until_done(
                    lambda house: house.decide.resolve(id, name, paid)
                ),
            )


def in_doubt(world: Any, refund: Refund) -> bool:
    """Whether asking leads nowhere, and nothing is under way at the provider's."""
    if refund.state not in (RefundState.UNKNOWN, RefundState.ACCEPTED):
        return False
    if refund.method == "stars":  # where he is asked again and again
        return refund.check_at is None
    named = refund.key.partition("+")[0]
    busy = any(
        each["uuid"] == named and each["status"] == "refund_process"
        for each in world.heleket.invoices.values()
    )
    return refund.checks >= LOOKS_MIN and not busy


def was_paid(world: Any, refund: Refund) -> bool:
    """As a person sees it in the provider's cabinet."""
    if refund.method == "heleket":
        backs = world.heleket.refunds.begun
        return any(each.address == refund.to and not each.failed for each in backs)
    charge = world.telegram.stars.charges.get(refund.key)
    return charge is not None and charge.is_refunded
