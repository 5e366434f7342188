"""Beginning a campaign: its plan is written down, and what it may spend is allotted."""

from attrs import frozen

from ..clock import Clock
from ..identity import Audit, Caller, Permission
from ..transaction import Transaction
from .campaign import BUDGETS, Campaign, Plan, Tally
from .campaign_book import CampaignBook
from .errors import CampaignReused
from .suppliers import Suppliers


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
            NotAllowed: they may not spend budgets of the house, or not move money by hand where it
                is another's.
            SupplierUnknown: nobody of that name sells this.
            InsufficientFunds: whoever it is for has less than its budgets.
            CampaignReused: the id is known with another plan.
        """
        by.must(Permission.CAMPAIGN)
        if plan.source != BUDGETS:
            by.must(Permission.ADJUST)
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
