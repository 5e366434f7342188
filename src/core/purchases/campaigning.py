"""Running a campaign: everything it begins is allotted first, so that nothing is spent twice."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid5

from attrs import frozen

from ..balances import (
    ADJUSTMENT,
    Account,
    AccountDiffers,
    AccountName,
    Ledger,
    Move,
    Receipt,
    Transfer,
    TransferId,
    granted,
)
from ..clock import Clock
from ..errors import AltynError, Conflict, Refused, Unavailable
from ..events import Event, EventId, Fact, Outbox
from ..identifiers import Identifiers
from ..identity import Audit, Caller, Permission
from ..mishaps import surviving
from ..money import Money
from ..transaction import Transaction
from .campaign import (
    BUDGETS,
    CAMPAIGN_MOVES,
    PACKS,
    Campaign,
    CampaignId,
    CampaignState,
    Plan,
    Strategy,
    Tally,
)
from .errors import CampaignMoved, CampaignReused, PriceRose
from .goods import LEAST, Goods
from .ports import Campaigns, Purchases
from .pricing import CAMPAIGN
from .purchase import PURCHASES, Funding, Purchase, State, Wish
from .quoting import QuotePurchase
from .reserving import ReservePurchase
from .schedule import CALL
from .suppliers import Suppliers

PAGE: Final = 200
DOUBTS_SECONDS: Final = 60.0
"""How often is looked at what an ended campaign left in doubt."""


@frozen
class CampaignBook:
    """Keeps campaigns, allots what they may spend, and tells of them, inside a transaction."""

    campaigns: Campaigns
    purchases: Purchases
    ledger: Ledger
    outbox: Outbox
    clock: Clock
    identifiers: Identifiers

    async def allot(self, plan: Plan) -> None:
        """
        Put the budgets and what is wanted where they are set aside from.

        Raises:
            InsufficientFunds: whoever it is for has less.
        """
        for amount in (*plan.budgets.values(), Money(plan.wanted, PACKS)):
            source = BUDGETS if amount.asset == PACKS else plan.source
            if source == BUDGETS:
                await self._open(Account.unlimited(source, amount.asset))
            await self._open(Account(plan.account, amount.asset))
            await self._move(plan, "allotted", source, plan.account, amount)

    async def give_back(self, campaign: Campaign) -> None:
        """Put what nobody spent back where it came from; what is in doubt stays set aside."""
        plan = campaign.plan
        for balance in await self.ledger.balances(plan.account):
            target = BUDGETS if balance.available.asset == PACKS else plan.source
            if balance.available.units > 0:
                step = f"back {campaign.version}"
                await self._move(plan, step, plan.account, target, balance.available)

    async def available(self, plan: Plan) -> dict[str, int]:
        """What is not set aside, in units by asset."""
        balances = await self.ledger.balances(plan.account)
        return {each.available.asset.code: each.available.units for each in balances}

    async def bought(self, campaign: Campaign) -> Sequence[Purchase]:
        """Everything it began, the newest first."""
        found: list[Purchase] = []
        before = None
        while page := await self.purchases.of(campaign.buyer, PAGE, before):
            found += page
            before = page[-1].created_at, page[-1].id
        return found

    async def tell(self, campaign: Campaign, tally: Tally) -> None:
        """Put into the outbox in which state it is now, and what came of it so far."""
        facts: dict[str, Fact] = {
            "campaign": str(campaign.id),
            "item": campaign.plan.item or campaign.plan.kind,
            "wanted": campaign.plan.wanted,
            "delivered": tally.delivered,
            "unknown": tally.unknown,
            "refused": tally.refused,
            "released": tally.released,
            "spent": ", ".join(str(each) for each in tally.spent.values()),
            "lost": ", ".join(str(each) for each in tally.lost.values()),
            "in_doubt": ", ".join(str(each) for each in tally.in_doubt.values()),
            "told": campaign.told,
        }
        id, name = EventId(self.identifiers()), f"campaign.{campaign.state}"
        await self.outbox.put([Event(id=id, name=name, at=self.clock.now(), facts=facts)])

    async def _open(self, account: Account) -> None:
        with suppress(AccountDiffers):  # it is open, with limits that somebody chose for it
            await self.ledger.open(account)

    async def _move(
        self, plan: Plan, step: str, source: AccountName, target: AccountName, amount: Money
    ) -> None:
        transfer = Transfer(
            id=TransferId(uuid5(PURCHASES, f"{plan.id}\n{step}\n{amount.asset}")),
            source=source,
            target=target,
            amount=amount,
            kind=ADJUSTMENT,
            reference=plan.account,
        )
        (verdict,) = await self.ledger.carry_out([Move.of(transfer)])
        granted(verdict, Receipt)


@frozen
class BeginCampaign:
    """Write a plan down, and allot what it may spend."""

    book: CampaignBook
    suppliers: Suppliers
    transaction: Transaction
    clock: Clock
    audit: Audit

    async def __call__(self, plan: Plan, by: Caller) -> Campaign:
        """
        The campaign; the same plan again is answered as it is by then.

        Raises:
            NotAllowed: they may not spend budgets of the house.
            SupplierUnknown: nobody of that name sells this.
            InsufficientFunds: whoever it is for has less than its budgets.
            CampaignReused: the id is known with another plan.
        """
        by.must(Permission.CAMPAIGN)
        for each in plan.strategies:
            self.suppliers.selling(plan.kind, each.supplier)
        now = self.clock.now()
        campaign = Campaign(plan=plan, created_at=now, check_at=now)
        async with self.transaction():
            kept = await self.book.campaigns.add(campaign)
            if kept.plan != plan:
                raise CampaignReused(plan.id)
            if kept == campaign:
                await self.book.allot(plan)
                await self.book.tell(campaign, Tally())
                budgets = ", ".join(map(str, plan.budgets.values()))
                facts = {"kind": plan.kind.value, "wanted": plan.wanted, "budgets": budgets}
                await self.audit(by, "campaign.begun", plan.account, **facts)
        return kept


@frozen
class SteerCampaign:
    """Pause a campaign, let it go on, or call it off; what it has begun goes on in any case."""

    book: CampaignBook
    transaction: Transaction
    clock: Clock
    audit: Audit

    async def pause(self, id: CampaignId, by: Caller) -> Campaign:
        """
        Begin nothing new for a while.

        Raises:
            NotAllowed: they may not steer campaigns.
            CampaignMissing: none has this id.
            CampaignMoved: it is not running.
        """
        return await self._to(id, by, CampaignState.PAUSED, "paused")

    async def resume(self, id: CampaignId, by: Caller) -> Campaign:
        """
        Go on.

        Raises:
            NotAllowed: they may not steer campaigns.
            CampaignMissing: none has this id.
            CampaignMoved: it is not paused.
        """
        return await self._to(id, by, CampaignState.RUNNING, "")

    async def cancel(self, id: CampaignId, by: Caller) -> Campaign:
        """
        Begin nothing new any more; one that has stopped is answered as it is.

        Raises:
            NotAllowed: they may not steer campaigns.
            CampaignMissing: none has this id.
        """
        return await self._to(id, by, CampaignState.STOPPING, "called off")

    async def _to(self, id: CampaignId, by: Caller, state: CampaignState, told: str) -> Campaign:
        by.must(Permission.CAMPAIGN)
        stopped = (CampaignState.STOPPING, CampaignState.ENDED)
        async with self.transaction():
            campaign = await self.book.campaigns.get(id)
            if campaign.state is state or (
                state is CampaignState.STOPPING and campaign.state in stopped
            ):
                return campaign
            if campaign.state in stopped:
                raise CampaignMoved(id, campaign.state)
            after = campaign.moved(state, self.clock.now(), told)
            await self.book.campaigns.put(after)
            if state is CampaignState.STOPPING:
                await self.book.give_back(after)  # whoever is about to begin finds nothing left
            await self.book.tell(after, Tally.of(await self.book.bought(after)))
            await self.audit(by, "campaign.steered", campaign.plan.account, state=state.value)
        return after


@frozen
class StepCampaign:
    """Begin what can be begun, and end what has come to its end."""

    book: CampaignBook
    suppliers: Suppliers
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
        cost = (await supplier.offer(lot, plan.recipient)).cost
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


@frozen
class PollCampaigns:
    """Go on with the campaigns that are due."""

    campaigns: Campaigns
    step: StepCampaign
    clock: Clock

    async def __call__(self, limit: int = 20) -> int:
        """Step those, the longest overdue first; answers how many."""
        due = await self.campaigns.due(self.clock.now(), limit)
        for id in due:
            # Its claim runs out, and then it is stepped again; a mistake of ours stops no other.
            with suppress(AltynError), surviving("stepping campaign", id):
                await self.step(id)
        return len(due)
