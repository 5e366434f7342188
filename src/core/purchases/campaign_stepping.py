"""Stepping a campaign: each of its strategies begins what it has room and money for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from ..clock import Clock
from ..errors import Conflict, Refused, Unavailable
from ..money import Money
from ..transaction import Transaction
from .campaign import (
    CAMPAIGN_MOVES,
    PACKS,
    Campaign,
    CampaignId,
    CampaignState,
    Strategy,
    Tally,
)
from .campaign_book import CampaignBook
from .closing import AskOffer
from .errors import PriceRose
from .goods import LEAST, Goods
from .pricing import CAMPAIGN
from .purchase import Funding, Purchase, State, Wish
from .quoting import QuotePurchase
from .reserving import ReservePurchase
from .schedule import CALL
from .suppliers import Suppliers

DOUBTS_SECONDS: Final = 60.0
"""How often is looked at what an ended campaign left in doubt."""


@frozen
class StepCampaign:
    """Begin what can be begun, and end what has come to its end."""

    book: CampaignBook
    suppliers: Suppliers
    ask: AskOffer
    quote: QuotePurchase
    reserve: ReservePurchase
    transaction: Transaction
    clock: Clock

    async def __call__(self, id: CampaignId) -> Campaign:
        """
        The campaign after it; whoever comes at the same time begins nothing.

        Raises:
            CampaignMissing: none has this id.
            CampaignMoved: somebody else steps it.
        """
        campaign = await self.book.campaigns.get(id)
        if campaign.check_at is None or campaign.check_at > self.clock.now():
            return campaign
        campaign = await self._claimed(campaign)
        bought = await self.book.bought(campaign)
        told = ""
        if campaign.state is CampaignState.RUNNING and not self._over(campaign, bought):
            told = await self._begin_all(campaign, bought)
            bought = await self.book.bought(campaign)
        return await self._keep(campaign, bought, told)

    async def _claimed(self, campaign: Campaign) -> Campaign:
        """One at a time steps it: numbers of purchases are given out with that."""
        begun = campaign.begun + len(campaign.plan.strategies)
        claimed = campaign.changed(begun=begun, check_at=self.clock.now() + CALL)
        async with self.transaction():
            await self.book.campaigns.put(claimed)
        return claimed

    def _over(self, campaign: Campaign, bought: Sequence[Purchase]) -> str:
        """Why nothing new is begun any more, or nothing."""
        tally = Tally.of(bought)
        if self.clock.now() >= campaign.plan.deadline:
            return "its time is over"
        if tally.delivered >= campaign.plan.wanted:
            return "all that was wanted is there"
        if tally.lost:
            return "something was paid for and never came"
        return ""

    async def _begin_all(self, campaign: Campaign, bought: Sequence[Purchase]) -> str:
        """With each strategy that has room for one more; answers what was in the way."""
        first = campaign.begun - len(campaign.plan.strategies)
        told: list[str] = []
        for place, strategy in enumerate(campaign.plan.strategies):
            open_now = [each for each in bought if under_way(each, strategy)]
            if len(open_now) >= strategy.at_once:
                continue
            try:
                await self._begin(campaign, strategy, first + place)
            except (Refused, Conflict, Unavailable) as no:
                told.append(f"{strategy.supplier}: {no}")
        return "; ".join(told)

    async def _begin(self, campaign: Campaign, strategy: Strategy, number: int) -> None:
        """
        Buy as much as there is, is wanted, and can be paid for.

        Raises:
            InsufficientFunds: it was allotted to others meanwhile.
            PriceRose: a piece costs more than it may.
            Unavailable: the supplier did not say.
        """
        plan, supplier = campaign.plan, self.suppliers.of(strategy.supplier)
        free = await self.book.available(plan)
        left, money = free.get(PACKS.code, 0), free.get(strategy.asset.code, 0)
        if not left:
            return
        least = LEAST[plan.kind]
        lot = Goods(kind=plan.kind, quantity=least, item=plan.item)
        # A try whether he sells again is left to the purchase itself.
        cost = (await self.ask(supplier, lot, plan.recipient, looking=True)).cost
        if cost.units > strategy.unit_max.units * least:
            raise PriceRose(cost, Money(strategy.unit_max.units * least, strategy.asset))
        there = await supplier.stock(lot)
        quantity = min(left, strategy.quantity_max, money * least // cost.units)
        quantity = quantity if there is None else min(quantity, there)
        if quantity < least:
            return
        wish = Wish(
            id=campaign.purchase_id(number),
            goods=Goods(kind=plan.kind, quantity=quantity, item=plan.item),
            recipient=plan.recipient,
            buyer=campaign.buyer,
            funding=Funding(account=plan.account, quota=Money(quantity, PACKS)),
            asset=strategy.asset,
            role=CAMPAIGN,
            supplier=strategy.supplier,
        )
        purchase = await self.quote(wish)
        most = Money(strategy.unit_max.units * quantity, strategy.asset)
        if purchase.price > most:
            raise PriceRose(purchase.price, most)
        await self.reserve(purchase.id)

    async def _keep(self, claimed: Campaign, bought: Sequence[Purchase], told: str) -> Campaign:
        now, tally = self.clock.now(), Tally.of(bought)
        async with self.transaction():
            campaign = await self.book.campaigns.get(claimed.id)
            after = campaign
            over = self._over(campaign, bought)
            if over and CampaignState.STOPPING in CAMPAIGN_MOVES[campaign.state]:
                after = await self._moved(after, CampaignState.STOPPING, over)
            if after.state is CampaignState.STOPPING and not tally.under_way:
                after = await self._moved(after, CampaignState.ENDED, after.told)
            elif after.state is CampaignState.ENDED:
                await self.book.give_back(after)  # what was in doubt, and came to nothing
            if after.state is not campaign.state:
                await self.book.tell(after, tally)
            words = told if after.state is CampaignState.RUNNING else after.told
            after = after.changed(check_at=self._next(after, tally, now), told=words)
            await self.book.campaigns.put(after)
        return after

    async def _moved(self, campaign: Campaign, state: CampaignState, told: str) -> Campaign:
        after = campaign.moved(state, self.clock.now(), told)
        await self.book.campaigns.put(after)
        await self.book.give_back(after)
        return after

    def _next(self, campaign: Campaign, tally: Tally, now: datetime) -> datetime | None:
        """When to look again: often while something may turn up, and until no doubt is left."""
        if campaign.state is CampaignState.ENDED:
            return now + timedelta(seconds=DOUBTS_SECONDS) if tally.unknown else None
        return now + timedelta(seconds=campaign.plan.poll_seconds)


def under_way(purchase: Purchase, strategy: Strategy) -> bool:
    """Whether it is one of that strategy's which goes on."""
    waits = purchase.state is State.QUOTED
    return purchase.supplier == strategy.supplier and not purchase.ended and not waits
