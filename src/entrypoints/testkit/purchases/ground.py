"""What every story about purchases starts from: fixtures, wishes, and how purchases go on."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from attrs import frozen

from ....core.balances import account_name
from ....core.money import RUB, TON, Asset, Money
from ....core.purchases import (
    Campaigns,
    Funding,
    Goods,
    Kind,
    Late,
    Purchase,
    PurchaseId,
    Purchases,
    Quote,
    State,
    Wish,
    supply,
)
from ....core.transaction import Transaction
from ....core.wallets import Cheques, Outlay, Outlays
from ..wallets.ground import NOON, QUOTED, TICK, bill, drawn, ended, meanwhile

__all__ = ["NOON", "QUOTED", "TICK", "meanwhile"]

ANN: Final = account_name("user:ann")
STARS: Final = Goods(kind=Kind.STARS, quantity=50)

ALONG: Final[Mapping[State, Sequence[State]]] = {
    State.QUOTED: (),
    State.RESERVED: (State.RESERVED,),
    State.ORDERED: (State.RESERVED, State.ORDERED),
    State.PAYING: (State.RESERVED, State.ORDERED, State.PAYING),
    State.PAID: (State.RESERVED, State.ORDERED, State.PAYING, State.PAID),
}
"""The straight way there."""
TO: Final[Mapping[State, Sequence[State]]] = {
    **ALONG,
    State.DELIVERED: (*ALONG[State.PAID], State.DELIVERED),
    State.REFUSED: (State.REFUSED,),
    State.RELEASED: (*ALONG[State.PAYING], State.RELEASED),
    State.UNKNOWN: (*ALONG[State.PAID], State.UNKNOWN),
    State.REVIEW: (*ALONG[State.PAID], State.UNKNOWN, State.REVIEW),
}
"""A way from its price into each state."""
GIVEN_UP: Final = (*ALONG[State.PAID], State.RELEASED)
"""The way of what was paid, and goes back all the same."""


@pytest.mark.asyncio
class Ground:
    """The fixtures that whoever runs a contract overrides: all of one storage."""

    @pytest.fixture
    def purchases(self) -> Purchases:
        """Nothing bought."""
        raise NotImplementedError("override the fixture `purchases`")

    @pytest.fixture
    def campaigns(self) -> Campaigns:
        """Nothing planned."""
        raise NotImplementedError("override the fixture `campaigns`")

    @pytest.fixture
    def outlays(self) -> Outlays:
        """Nothing to be paid."""
        raise NotImplementedError("override the fixture `outlays`")

    @pytest.fixture
    def cheques(self) -> Cheques:
        """Nothing signed."""
        raise NotImplementedError("override the fixture `cheques`")

    @pytest.fixture
    def transaction(self) -> Transaction:
        """The transaction of that storage."""
        raise NotImplementedError("override the fixture `transaction`")

    @pytest.fixture
    def market(self, purchases: Purchases, outlays: Outlays, cheques: Cheques) -> "Market":
        """Where purchases go on."""
        return Market(purchases, outlays, cheques)


def purchase_id() -> PurchaseId:
    """An id nobody used."""
    return PurchaseId(uuid4())


def wish(**other: Any) -> Wish:
    """Ann wants to give Stars to Bob."""
    fields = {
        "id": purchase_id(),
        "goods": STARS,
        "recipient": "bob",
        "buyer": "user:ann",
        "funding": Funding(account=ANN),
        "asset": RUB,
        **other,
    }
    return Wish(**fields)


def quote(units: int = 16_500, asset: Asset = RUB, cost: Asset = TON, **other: Any) -> Quote:
    """A price of so much."""
    fields = {
        "price": Money(units, asset),
        "worth": Money(units // 2, asset),
        "cost": Money(500_000_000, cost),
        "cost_max": Money(510_000_000, cost),
        "expires_at": NOON + timedelta(minutes=10),
        **other,
    }
    return Quote(**fields)


def quoted(
    of: Wish | None = None, at: datetime = NOON, check_at: datetime | None = NOON, **other: Any
) -> Purchase:
    """A new purchase."""
    fields = {
        "wish": of or wish(),
        "supplier": "fragment",
        "shown": "Bob",
        "quote": quote(),
        "created_at": at,
        "since": at,
        "check_at": check_at,
        **other,
    }
    return Purchase(**fields)


@frozen
class Market:
    """Takes purchases from state to state, with what has to be so before."""

    purchases: Purchases
    outlays: Outlays
    cheques: Cheques

    async def step(self, purchase: Purchase, state: State, **changes: Any) -> Purchase:
        """It goes there, and is kept."""
        await self.happened(purchase, state)
        after = stepped(purchase, state, **changes)
        await self.purchases.put(after)
        return after

    async def walk(self, purchase: Purchase, *states: State) -> Purchase:
        """It goes from one to the next."""
        for state in states:
            purchase = await self.step(purchase, state)
        return purchase

    async def bought(self, state: State, of: Wish | None = None, **other: Any) -> Purchase:
        """A new purchase, as it is when it has come so far."""
        new = await self.purchases.add(quoted(of, **other))
        return await self.walk(new, *TO[state])

    async def late(
        self, of: Wish | None = None, at: datetime = NOON, decided: Late = Late.WAITING
    ) -> Purchase:
        """A purchase that was given up, and came after all."""
        now = await self.walk(await self.purchases.add(quoted(of, at)), *GIVEN_UP)
        for late in dict.fromkeys((Late.WAITING, decided)):
            now = now.changed(late=late, since=now.since + TICK)
            await self.purchases.put(now)
        return now

    async def happened(self, purchase: Purchase, state: State) -> None:
        """What wallets do before a purchase can go there."""
        if state is State.PAYING:
            await self.outlays.add(paying(purchase))
        elif purchase.state is State.PAYING:
            due = await self.outlays.get(purchase.outlay)
            if state is State.PAID:
                cheque = await drawn(self.cheques, self.outlays, due)
                await ended(self.cheques, self.outlays, cheque, [True])
            else:
                await self.outlays.put(due.unpaid("nobody would have it"))


def paying(purchase: Purchase) -> Outlay:
    """What pays the bill of a purchase."""
    return Outlay(
        id=purchase.outlay,
        wallet="ton",
        bill=bill() if purchase.bill is None else purchase.bill,
        target=supply(purchase.supplier),
        reference=str(purchase.id),
        created_at=NOON,
    )


def stepped(purchase: Purchase, state: State, **changes: Any) -> Purchase:
    """The purchase in that state, with a bill or without, and paid, as this needs it."""
    if state is State.RESERVED:
        changes = {"bill": None, "order_id": "", **changes}
    elif state is State.ORDERED:
        changes = {"bill": bill(), "order_id": "order", "attempt": purchase.attempt + 1, **changes}
    elif state is State.PAID:
        changes = {"paid": True, **changes}
    elif purchase.state is State.RELEASED:
        changes = {"late": Late.PAID, **changes}
    return purchase.moved(state, purchase.since + TICK, **changes)
