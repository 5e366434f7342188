"""Those who buy in the market: each buys one thing for a friend of theirs, with money of theirs."""

import asyncio
from typing import Final
from uuid import UUID, uuid5

from attrs import frozen
from dishka import AsyncContainer

from altyn.core.balances import Account, Ledger, Move, Transfer, TransferId, account_name
from altyn.core.clock import Clock
from altyn.core.errors import AltynError, Unavailable
from altyn.core.identity import Caller
from altyn.core.money import RUB, TON, Money
from altyn.core.purchases import (
    BeginCampaign,
    CampaignId,
    Funding,
    Goods,
    Kind,
    Plan,
    PurchaseId,
    QuoteExpired,
    QuotePurchase,
    ReservePurchase,
    Strategy,
    Wish,
)

BANK: Final = account_name("clearing:bank")
BUYERS: Final = UUID("7d2f9f0e-9d55-5c0e-8f4c-6d2b3f6f7a21")
GIVEN: Final = Money.parse("20000", RUB)
"""What everybody has at first."""
ASK_AGAIN_SECONDS: Final = 0.1
TRIES_MAX: Final = 50
THINGS: Final = (
    (Kind.STARS, 50),
    (Kind.PREMIUM, 3),
    (Kind.STARS, 75),
    (Kind.TON, 2),
    (Kind.PREMIUM, 6),
)
CROWD: Final = "crowd"
"""For whom the campaign buys."""
PARTS: Final = 2
PART: Final = 60


@frozen
class Buyer:
    """Somebody who buys one thing."""

    number: int
    id: PurchaseId

    @property
    def name(self) -> str:
        """As the house calls them."""
        return f"user:{self.number}"

    @property
    def friend(self) -> str:
        """For whom they buy: nobody else buys for them, so it is known whose purchase it was."""
        return f"friend{self.number}"

    @property
    def wish(self) -> Wish:
        """What they want."""
        kind, quantity = THINGS[self.number % len(THINGS)]
        return Wish(
            id=self.id,
            goods=Goods(kind=kind, quantity=quantity),
            recipient=self.friend,
            buyer=self.name,
            funding=Funding(account=account_name(self.name)),
            asset=RUB,
        )

    async def __call__(self, house: AsyncContainer) -> None:
        """Ask for a price and agree to it, again and again until both was heard."""
        quote, reserve = await house.get(QuotePurchase), await house.get(ReservePurchase)
        for _ in range(TRIES_MAX):
            try:
                await quote(self.wish)
                await reserve(self.id)
            except QuoteExpired:
                return
            except Unavailable:
                await asyncio.sleep(ASK_AGAIN_SECONDS)
            else:
                return
        raise AssertionError("nobody ever named a price")


def buyers_of(seed: int, count: int) -> list[Buyer]:
    """So many, everybody with another name and id."""
    return [Buyer(each, PurchaseId(uuid5(BUYERS, f"{seed} {each}"))) for each in range(count)]


async def give(house: AsyncContainer, name: str, amount: Money) -> None:
    """Somebody has money."""
    ledger, account = await house.get(Ledger), account_name(name)
    await ledger.open(Account.unlimited(BANK, amount.asset))
    await ledger.open(Account(account, amount.asset))
    id = TransferId(uuid5(BUYERS, name))
    await ledger.carry_out([Move.of(Transfer(id=id, source=BANK, target=account, amount=amount))])


async def begin_campaign(house: AsyncContainer, seed: int) -> Plan:
    """The house wants some things for the same people, one after the other."""
    clock = await house.get(Clock)
    budget = Money.parse("2", TON)
    plan = Plan(
        id=CampaignId(uuid5(BUYERS, f"{seed} campaign")),
        kind=Kind.STARS,
        recipient=CROWD,
        wanted=PARTS * PART,
        strategies=(
            Strategy(
                supplier="fragment",
                budget=budget,
                unit_max=Money.parse("0.02", TON),
                at_once=1,
                quantity_max=PART,
            ),
        ),
        deadline=clock.now().replace(year=clock.now().year + 1),
    )
    await give(house, plan.source, budget)
    begin = await house.get(BeginCampaign)
    for _ in range(TRIES_MAX):
        try:
            await begin(plan, Caller.local())
        except AltynError:
            await asyncio.sleep(ASK_AGAIN_SECONDS)
        else:
            return plan
    raise AssertionError("it was never begun")
