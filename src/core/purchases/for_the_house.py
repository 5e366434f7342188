"""Buying by hand: somebody who works here agrees to it, for the house or for whoever pays."""

from typing import Final

from attrs import frozen

from ..identity import Audit, Caller, Permission
from ..money import Asset
from .errors import NotForHouse
from .goods import Goods
from .purchase import Funding, Purchase, PurchaseId, Wish
from .quoting import QuotePurchase
from .reserving import ReservePurchase

HOUSE: Final = "house"
"""The buyer of what is bought for it: it is nobody's, and nobody is told of it."""


@frozen
class BuyForHouse:
    """Have something bought out of a wallet of ours alone."""

    quote: QuotePurchase
    reserve: ReservePurchase
    audit: Audit

    async def price(
        self,
        id: PurchaseId,
        by: Caller,
        goods: Goods,
        recipient: str,
        asset: Asset,
        supplier: str = "",
    ) -> Purchase:
        """
        What it costs, for whom; its worth is told in that asset, and nothing is bought yet.

        Raises:
            NotAllowed: they may not move money by hand.
            MalformedText: that is no username.
            Refused, Missing, Conflict, Unavailable: as `QuotePurchase` says.
        """
        by.must(Permission.ADJUST)
        wish = Wish(
            id=id,
            goods=goods,
            recipient=recipient,
            buyer=HOUSE,
            funding=Funding(account=None),
            asset=asset,
            supplier=supplier,
        )
        return await self.quote(wish)

    async def __call__(self, id: PurchaseId, by: Caller, because: str = "") -> Purchase:
        """
        The purchase, which goes on by itself; one that has begun is answered as it is by then.

        Raises:
            NotAllowed: they may not move money by hand.
            NotSure: they have not shown their second factor just now.
            PurchaseMissing: none has this id.
            NotForHouse: somebody else pays for it.
            QuoteExpired: its price does not hold any more; it is refused from then on.
            PurchaseMoved: somebody else was faster.
        """
        by.must(Permission.ADJUST)
        by.must_be_sure()

        async def noted(purchase: Purchase) -> None:
            if purchase.wish.funding.account is not None:
                raise NotForHouse(id)
            about, facts = f"purchase:{id}", told(purchase)
            await self.audit(by, "purchase.for_the_house", about, **facts, because=because)

        return await self.reserve(id, last=noted)


@frozen
class BuyByHand:
    """Agree to what was priced, whoever pays for it."""

    reserve: ReservePurchase
    for_house: BuyForHouse
    audit: Audit

    async def __call__(self, id: PurchaseId, by: Caller) -> Purchase:
        """
        The purchase, which goes on by itself; one that has begun is answered as it is by then.

        Raises:
            NotAllowed: they may not move money by hand.
            NotSure: they have not shown their second factor just now.
            Refused, Missing, Conflict: as `ReservePurchase` says.
        """
        by.must(Permission.ADJUST)
        by.must_be_sure()
        wish = (await self.reserve.salesbook.purchases.get(id)).wish
        if wish.funding.account is None:
            return await self.for_house(id, by)

        async def noted(purchase: Purchase) -> None:
            facts = {"account": wish.funding.account, "price": str(purchase.price)}
            facts |= told(purchase)
            await self.audit(by, "purchase.by_hand", f"purchase:{id}", **facts)

        return await self.reserve(id, last=noted)


def told(purchase: Purchase) -> dict[str, str | None]:
    """What the trail tells of it."""
    return {
        "goods": str(purchase.wish.goods),
        "recipient": purchase.wish.recipient,
        "supplier": purchase.supplier,
        "cost": str(purchase.quote.cost),
        "cost_max": str(purchase.quote.cost_max),
    }
