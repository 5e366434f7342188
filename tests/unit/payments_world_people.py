"""Those who pay in the world: exactly, in parts, too much, twice, late; and spend it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any, Final
from uuid import UUID

from altyn.adapters.telegram import CARDS, STARS
from altyn.core.balances import (
    PURCHASE,
    Account,
    AccountMissing,
    Move,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.money import RUB, TON, USDT, XTR, Money
from altyn.core.payments import (
    Order,
    Payment,
    PaymentId,
    Quote,
    StandingId,
    StandingOrder,
    State,
)
from altyn.entrypoints.sandbox.telegram_sales import Outcome
from altyn.entrypoints.sandbox.ton_cells import stranger
from tests.unit.payments_world import GOODS, World
from tests.unit.payments_world_fate import HOUR, MINUTE
from tests.unit.payments_world_house import House
from tests.unit.staff import ANNA
from tests.unit.telegram_outside import charge, link_of_another

PATIENCE: Final = timedelta(minutes=70)
WORTH: Final = {"USDT": 9, "TON": 30, "XTR": 2, "RUB": 1}
"""So many kopecks for a thousandth of it, or so."""


async def customer(world: World, number: int) -> None:
    """Somebody comes, is asked for money by some way of paying, and pays as people do."""
    random = world.dice.random
    await asyncio.sleep(random.uniform(0, 20 * MINUTE))
    await random.choice(WAYS)(world, number)


async def stranger_pays(world: World, number: int) -> None:
    """Somebody of whom we know nothing."""
    random = world.dice.random
    await asyncio.sleep(random.uniform(0, HOUR))
    match random.randrange(6):
        case 0:
            world.outside.heleket.sell(f"somebody-else-{number}", "4.2", "USDT")
        case 1:
            link = link_of_another(world.outside.telegram, Money(random.randint(1, 300), XTR))
            charge(world.outside.telegram, link, world.outside.telegram.join("Boris"))
        case 2:
            world.sends(None, Money(random.randint(1, 5) * 10**9, TON), "hello")
        case 3:
            world.sends(None, Money(random.randint(1, 5) * 10**6, USDT), None)
        case 4:
            world.sends(None, Money(random.randint(1, 5) * 10**6, USDT), None, notify=False)
        case 5:
            world.outside.psp.sell(f"somebody-else-{number}", "42.00", "RUB")


async def ordered(world: World, number: int, method: str, pays: Money) -> Order:
    """Somebody is asked for so much, and perhaps changes their mind."""
    random = world.dice.random
    name = account_name(f"user:{number}")
    kopecks = max(pays.units * WORTH[pays.asset.code] // 10 ** max(pays.asset.scale - 3, 0), 1)
    quote = world.kinds.quote(pays, Money(kopecks, RUB) if random.random() < 0.5 else pays)
    if pays.asset == RUB:
        quote = Quote.plain(pays)
    order = Order(
        id=PaymentId(UUID(int=random.getrandbits(128))),
        payer=name,
        target=name,
        method=method,
        quote=quote,
    )
    world.orders[order.id] = order
    if random.random() < 0.2:  # their account holds no more than so much
        gives = order.quote.gives
        full = Account(name, gives.asset, ceiling_units=gives.units * random.randint(1, 3) // 2)
        await world.kept.ledger.open(full)
    await world.front.until_done(lambda house: house.open(order))
    if random.random() < 0.15:
        world.background(calls_off(world, order))
    world.background(spends(world, order))
    return order


async def calls_off(world: World, order: Order) -> None:
    """Somebody does not want it any more."""
    await asyncio.sleep(world.dice.random.uniform(0, HOUR))
    await world.front.until_done(lambda house: house.cancel(order.id, ANNA, "changed their mind"))


async def spends(world: World, order: Order) -> None:
    """Somebody buys for a part of what they have, as often as not."""
    random = world.dice.random
    for _ in range(random.choice((0, 1, 2))):
        await asyncio.sleep(random.uniform(10 * MINUTE, HOUR))
        asset = order.quote.gives.asset
        try:
            has = (await world.kept.ledger.balance(order.target, asset)).available
        except AccountMissing:
            continue
        if units := has.units * random.randint(0, 4) // 4:
            bought = Transfer(
                id=TransferId(UUID(int=random.getrandbits(128))),
                source=order.target,
                target=GOODS,
                amount=Money(units, asset),
                kind=PURCHASE,
            )
            await world.front.until_done(partial(pays, move=Move.of(bought)))


async def pays(house: House, move: Move) -> None:
    """Post it; what was spent meanwhile is refused."""
    await house.ledger.carry_out([move])


async def shown(world: World, order: Order) -> Payment | None:
    """The payment once one can pay it, or nothing when that took too long."""
    begun = world.clock.now()
    while world.clock.now() < begun + PATIENCE:
        payment: Payment | None = world.kept.payments._kept.get(order.id)
        if payment is None or payment.state is State.FAILED:
            return None
        if payment.provider_id:
            return payment
        await asyncio.sleep(MINUTE)
    return None


def parts(random: Random, pays: Money) -> list[Money]:
    """What somebody transfers, one after the other, who is asked for so much."""
    shares = [
        random.choice((1, 1, 1, 0.25, 0.5, 1.5)) for _ in range(random.choice((0, 1, 1, 2, 2, 3)))
    ]
    return [Money(max(int(pays.units * share), 1), pays.asset) for share in shares]


async def a_while(random: Random) -> None:
    """Until somebody pays."""
    await asyncio.sleep(random.choice((MINUTE, 10 * MINUTE, 80 * MINUTE)) * random.random())


async def by_heleket(world: World, number: int) -> None:
    """Pay an invoice of Heleket."""
    random, desk = world.dice.random, world.outside.heleket
    asset = random.choice((USDT, USDT, TON))
    pays = Money(random.randint(10**asset.scale, 10 ** (asset.scale + 1)), asset)
    order = await ordered(world, number, "heleket", pays)
    name = order.id.hex
    if await shown(world, order) is None or name not in desk.invoices:
        return
    if random.random() < 0.3:  # what is seen may come to nothing: whoever sent it wants it back
        desk.confirm(name, Money(pays.units // 2, asset).decimal)
        await asyncio.sleep(random.uniform(0, 20 * MINUTE))
        desk.vanish(name)
    if random.random() < 0.2:
        desk.notices.append(desk.test_notice(order_id=name))
    if random.random() < 0.07:
        desk.pay(name, "3", "TON" if asset == USDT else "USDT")
        return
    for amount in parts(random, pays):
        await a_while(random)
        desk.pay(name, amount.decimal)


async def by_psp(world: World, number: int) -> None:
    """Pay with a card, on the page of Example Pay."""
    random, desk = world.dice.random, world.outside.psp
    pays = Money(random.randint(10_000, 90_000), RUB)
    order = await ordered(world, number, "example", pays)
    name = order.id.hex
    if await shown(world, order) is None:
        return
    if random.random() < 0.3:  # a bank asks first, or somebody there looks twice
        desk.move(name, random.choice(("held", "in_review")))
        await asyncio.sleep(random.uniform(0, 20 * MINUTE))
        desk.move(name, "new")
    if random.random() < 0.2:
        desk.notices.append(desk.told_to_try(order_id=name))
    if random.random() < 0.07:
        desk.pay(name, "3.00", "USD")
        return
    for amount in parts(random, pays):
        await a_while(random)
        desk.pay(name, amount.decimal)


async def to_an_address(world: World, number: int) -> None:
    """Pay to an address that stands, again and again."""
    random = world.dice.random
    name = account_name(f"user:{number}")
    standing = StandingOrder(
        id=StandingId(UUID(int=random.getrandbits(128))),
        payer=name,
        target=name,
        method="heleket",
        asset=USDT,
        created_at=world.clock.now(),
    )
    await world.front.until_done(lambda house: house.stand(standing))
    world.standing[standing.id.hex] = standing
    for _ in range(random.choice((0, 1, 2, 3))):
        await a_while(random)
        amount = Money(random.randint(10**6, 10**7), USDT)
        world.outside.heleket.top_up(standing.id.hex, amount.decimal)


async def in_stars(world: World, number: int) -> None:
    """Press the button of an invoice in Stars."""
    await press(world, number, STARS, Money(world.dice.random.randint(1, 400), XTR))


async def by_card(world: World, number: int) -> None:
    """Press the button of an invoice in roubles."""
    amount = Money(world.dice.random.randint(10_000, 90_000), RUB)
    await press(world, number, CARDS, amount)


async def press(world: World, number: int, method: str, pays: Money) -> None:
    """Press it, again when nothing came of it, and now and then two people at the same time."""
    random, desk = world.dice.random, world.outside.telegram
    order = await ordered(world, number, method, pays)
    payment = await shown(world, order)
    if payment is None:
        return
    await a_while(random)
    for _ in range(random.choice((0, 1, 2, 3))):
        users = [desk.join("Anna") for _ in range(random.choice((1, 1, 1, 2)))]
        share = random.choice((0, 0, 0, 155)) if method == STARS else 0
        pressed = [desk.pay(payment.link, each, commission_per_mille=share) for each in users]
        world.carry_updates()
        await asyncio.sleep(random.uniform(11, 60))
        if any(each.outcome is Outcome.PAID for each in pressed) and random.random() < 0.8:
            return


async def on_chain(world: World, number: int) -> None:
    """Send it with the memo; or not quite like that."""
    random = world.dice.random
    asset = random.choice((TON, USDT))
    pays = Money(random.randint(10**asset.scale, 10 ** (asset.scale + 1)), asset)
    order = await ordered(world, number, "ton", pays)
    payment = await shown(world, order)
    if payment is None:
        return
    for amount in parts(random, pays):
        await a_while(random)
        memo, known = payment.provider_id, True
        how: dict[str, Any] = {}
        match random.randrange(9), asset.code:
            case 0, _:
                memo, known = "thank you", False
            case 1, "TON":
                how = {"bounce": True, "exit_code": 7}
            case 2, "TON":
                how, known = {"encrypted": True}, False
            case 3, "TON":
                how = {"exit_code": 7}
            case 1, "USDT":
                how = {"false_wallet": True}
            case 2, "USDT":
                how, known = {"notify": False}, False
            case 3, "USDT":
                how = {"inline": True}
            case 4, _:
                amount = Money(2 * 10**9, TON) if asset == USDT else Money(10**6, USDT)
        how["source"] = stranger(f"payer {number}")
        world.sends(order.id if known else None, amount, memo, **how)


Way = Callable[[World, int], Awaitable[None]]
WAYS: Final[Sequence[Way]] = (
    by_heleket,
    by_heleket,
    to_an_address,
    in_stars,
    on_chain,
    on_chain,
    by_card,
    by_psp,
    by_psp,
)
