"""How the world of purchases lives: people buy, workers work, clerks decide; then all is calm."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from altyn.core.balances import AccountName, account_name
from altyn.core.errors import AltynError
from altyn.core.identity import Caller, Role, user_of
from altyn.core.money import RUB, Money
from altyn.core.payments import Order, Payment, PaymentId, Quote, Stage
from altyn.core.purchases import Funding, Goods, Kind, Late, Purchase, PurchaseId, State, Wish
from altyn.core.wallets import Cheque
from tests.unit.payments_world_fate import HOUR, MINUTE
from tests.unit.purchases_world import MUGS, PEOPLE, World
from tests.unit.purchases_world_house import House
from tests.unit.staff import ANNA, BORIS

CLERKS: Final = (ANNA, BORIS)


async def live(world: World) -> None:
    """Hours pass; then nothing goes wrong any more, and everything is caught up with."""
    async with asyncio.TaskGroup() as world.background.group:
        world.begin()
        await world.open_shop()
        jobs = [
            world.background.group.create_task(job)
            for job in (work(world), work(world), clerks(world), world.outside.moods())
        ]
        async with asyncio.TaskGroup() as people:
            for number in range(PEOPLE):
                people.create_task(customer(world, number))
        most = 2 * HOUR if world.outside.blind else HOUR
        await asyncio.sleep(world.dice.random.uniform(5 * MINUTE, most))
        world.outside.calm_down()
        await asyncio.sleep(30 * HOUR)
        for each in jobs:
            each.cancel()


async def work(world: World) -> None:
    """A worker goes on with what is due, as often as they please."""
    process = world.process()
    while True:
        await asyncio.sleep(world.idle())
        await process.work()
        world.watch()


# Those who buy.


async def customer(world: World, number: int) -> None:
    """Somebody comes once or twice."""
    random, name = world.dice.random, account_name(f"user:{number}")
    await world.gives(name, Money(random.randint(20_000, 250_000), RUB))
    for _ in range(random.randint(1, 3)):
        await asyncio.sleep(random.uniform(0, 5 * MINUTE))
        await buy(world, name)


async def buy(world: World, name: AccountName) -> None:
    """They ask for the price, and agree, perhaps twice; or think better of it, or spend it."""
    random, front = world.dice.random, world.front
    payment = PaymentId(UUID(int=random.getrandbits(128)))
    how = random.choice((Funding(account=name), Funding(account=name, payment=payment)))
    wish = Wish(
        id=PurchaseId(UUID(int=random.getrandbits(128))),
        goods=random.choice(
            (
                Goods(kind=Kind.STARS, quantity=random.randint(50, 225)),
                Goods(kind=Kind.PREMIUM, quantity=random.choice((3, 3, 6, 6, 12))),
            )
        ),
        recipient=random.choice(("bob", "carol")),
        buyer=name,
        funding=Funding(account=None) if random.random() < 0.1 else how,
        asset=RUB,
    )
    quoted = await front.until_done(lambda house: house.quote(wish))
    if isinstance(quoted, AltynError):
        return
    if wish.funding.payment is not None:
        await pay(world, quoted, payment, name)
    else:
        await asyncio.sleep(random.expovariate(3 / MINUTE))
        await agree(world, quoted)
    if random.random() < 0.25:
        world.background(spend(world, name))
    if random.random() < 0.12:
        await asyncio.sleep(random.uniform(0, MINUTE))
        customer = Caller(name=name, role=Role.CUSTOMER, user=user_of(name))
        await front.until_done(lambda house: house.cancel(quoted.id, customer))


async def agree(world: World, purchase: Purchase) -> None:
    """Once, or with two fingers at once; for the house somebody does who works there."""
    id, for_house = purchase.id, purchase.wish.funding.account is None

    async def once(house: House) -> Purchase:
        return await (house.buy_for_house(id, ANNA, "") if for_house else house.reserve(id))

    async with asyncio.TaskGroup() as group:
        for _ in range(world.dice.random.randint(1, 2)):
            group.create_task(world.front.until_done(once))


async def pay(world: World, purchase: Purchase, id: PaymentId, name: AccountName) -> None:
    """They are asked for the price, and pay it soon, late, or never."""
    kept, now = world.kept, world.clock.now()
    order = Order(id=id, payer=name, target=name, method="bank", quote=Quote.plain(purchase.price))
    await kept.payments.add(Payment.begun(order, now, now + timedelta(hours=1), now))
    if world.dice.random.random() < 0.85:
        world.background(settle(world, id))


async def settle(world: World, id: PaymentId) -> None:
    """What was asked for comes."""
    kept = world.kept
    await asyncio.sleep(
        world.dice.random.choice((1, 2, 4, 11)) * MINUTE * world.dice.random.random()
    )
    async with kept.store():
        payment = await kept.payments.get(id)
        await world.gives(payment.order.target, payment.asked)
        came = payment.grown(payment.asked, payment.asked).reported(Stage.CLOSED)
        await kept.payments.put(came, was=payment.state)


async def spend(world: World, name: AccountName) -> None:
    """They buy something else meanwhile, if they can."""
    await asyncio.sleep(world.dice.random.uniform(0, 2 * MINUTE))
    await world.moves(name, MUGS, Money(world.dice.random.randint(1, 100_000), RUB))


# Those who decide.


async def clerks(world: World) -> None:
    """They do what there is to do, now one of them, now both the same at the same time."""
    random, kept = world.dice.random, world.kept
    early = 0 if world.outside.blind else 0.4
    while True:
        await asyncio.sleep(random.uniform(1, 2 * HOUR if world.dice.calm else 80))
        names = random.choice((CLERKS, CLERKS, CLERKS[:1], CLERKS[1:]))
        for cheque in list(kept.cheques._kept.values()):
            if not cheque.ended and (cheque.check_at is None or world.dice.say(early)):
                await about_a_cheque(world, names, cheque)
        for purchase in list(kept.purchases._kept.values()):
            waits = purchase.state is State.REVIEW
            if waits or (purchase.state is State.UNKNOWN and not world.dice.calm):
                await about_goods(world, names, purchase)
            if purchase.given_up or purchase.late is Late.WAITING:
                await about_late(world, names, purchase)


async def about_a_cheque(world: World, names: Sequence[Caller], cheque: Cheque) -> None:
    """Each looks outside, and says what is there."""
    async with asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(says(world, name, cheque))


async def says(world: World, name: Caller, cheque: Cheque) -> None:
    """Look just before."""
    await world.office.until_done(
        lambda house: house.decide_cheque(cheque.id, name, carried_out(world, cheque), "seen")
    )


def carried_out(world: World, cheque: Cheque) -> Sequence[bool]:
    """Of each of its bills whether it was paid, as far as that has happened."""
    if cheque.wallet == "stars":
        return [bool(world.outside.stars.forms[cheque.draft.message].charges)]
    for each in world.outside.chain.carried:
        if each.message.hash == cheque.draft.hash:
            return each.sent
    return [False] * len(cheque.outlays)


async def about_goods(world: World, names: Sequence[Caller], purchase: Purchase) -> None:
    """They ask those for whom it was; where it may still come they wait."""
    sale = world.outside.till[purchase.supplier].sales[purchase.order_id]
    if sale.delivered or sale.dead:
        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(decide(world, name, purchase, sale.delivered))


async def about_late(world: World, names: Sequence[Caller], purchase: Purchase) -> None:
    """They see what came after all, perhaps before a worker does, and say who pays for it."""
    sale = world.outside.till[purchase.supplier].sales[purchase.order_id]
    charge = world.dice.random.random() < 0.5
    async with asyncio.TaskGroup() as group:
        for name in names:
            if purchase.late is Late.WAITING:
                group.create_task(settle_late(world, name, purchase.id, charge))
            elif sale.delivered:
                group.create_task(report_late(world, name, purchase.id))


async def report_late(world: World, name: Caller, id: PurchaseId) -> None:
    """Say what was seen."""
    await world.office.until_done(lambda house: house.report_late(id, name, "seen"))


async def settle_late(world: World, name: Caller, id: PurchaseId, charge: bool) -> None:
    """The customer pays, if they can; or the house does."""
    await world.office.until_done(
        lambda house: house.settle_late(id, name, charge=charge, because="so it is")
    )


async def decide(world: World, name: Caller, purchase: Purchase, delivered: bool) -> None:
    """Say what was seen."""
    await world.office.until_done(
        lambda house: house.decide(purchase.id, name, delivered=delivered, because="seen")
    )
