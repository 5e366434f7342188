"""What every story about a supplier starts from: fixtures, and purchases on their way."""

from uuid import uuid4

import pytest

from ....core.purchases import (
    QUOTE_HOLDS,
    Funding,
    Goods,
    Offer,
    Ordered,
    Purchase,
    PurchaseId,
    Quote,
    State,
    Supplier,
    Wish,
)
from .outside import Outside


@pytest.mark.asyncio
class Ground:
    """The two fixtures that whoever runs the contract overrides."""

    @pytest.fixture
    def supplier(self) -> Supplier:
        """A supplier that reaches the outside."""
        raise NotImplementedError("override the fixture `supplier`")

    @pytest.fixture
    def outside(self) -> Outside:
        """Where he is."""
        raise NotImplementedError("override the fixture `outside`")

    async def ordered(self, supplier: Supplier, outside: Outside) -> tuple[Purchase, Ordered]:
        """Somebody bought something; nobody has paid for it."""
        purchase = begun(supplier, outside, await supplier.offer(outside.goods, outside.recipient))
        ordered = await supplier.order(purchase)
        now = outside.now
        purchase = purchase.moved(State.ORDERED, now, order_id=ordered.order_id, bill=ordered.bill)
        return purchase.moved(State.PAYING, now), ordered

    async def paid(self, supplier: Supplier, outside: Outside) -> tuple[Purchase, Ordered, str]:
        """The same, and our money has left for it."""
        purchase, ordered = await self.ordered(supplier, outside)
        return paid_for(purchase), ordered, outside.pay(ordered)

    def keeps_secrets(self, outside: Outside, thing: object) -> None:
        """None of the secrets is in what it looks like."""
        shown = f"{thing!r} {thing}"
        if isinstance(thing, BaseException):
            shown += f" {thing.args} {thing.__cause__!r} {thing.__context__!r}"
        assert [each for each in outside.secrets if each in shown] == []


def begun(
    supplier: Supplier, outside: Outside, offer: Offer, goods: Goods | None = None
) -> Purchase:
    """What was offered, agreed upon, and is about to be ordered for the first time."""
    now, goods = outside.now, goods or outside.goods
    wish = Wish(
        id=PurchaseId(uuid4()),
        goods=goods,
        recipient=outside.recipient,
        buyer="user:1",
        funding=Funding(account=None),
        asset=offer.cost.asset,
    )
    quote = Quote(
        price=offer.cost,
        cost=offer.cost,
        cost_max=offer.cost,
        worth=offer.cost,
        expires_at=now + QUOTE_HOLDS,
    )
    purchase = Purchase(
        wish=wish,
        supplier=supplier.name,
        shown=offer.shown,
        quote=quote.for_the_house(),
        created_at=now,
        since=now,
    )
    return purchase.moved(State.RESERVED, now).changed(attempt=1, lane=supplier.lane(goods))


def paid_for(purchase: Purchase) -> Purchase:
    """It, once our money has left."""
    return purchase.moved(State.PAID, purchase.since, paid=True, proof="transaction")


def in_doubt(purchase: Purchase) -> Purchase:
    """It, when the time in which it should have been delivered is over: others may have begun."""
    return purchase.moved(State.UNKNOWN, purchase.since)
