"""Steering a campaign: what it begins can be stopped, what it has begun goes on."""

from attrs import frozen

from ..clock import Clock
from ..identity import Audit, Caller, Permission
from ..transaction import Transaction
from .campaign import Campaign, CampaignId, CampaignState, Tally
from .campaign_book import CampaignBook
from .errors import CampaignMoved


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
