"""Going on with campaigns: those that are due are stepped, one after the other."""

from contextlib import suppress

from attrs import frozen

from ..clock import Clock
from ..correlation import concerning
from ..errors import AltynError
from ..mishaps import surviving
from ..spans import span
from .campaign_stepping import StepCampaign
from .ports import Campaigns


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
            with (
                suppress(AltynError),
                concerning(campaign=id),
                surviving("stepping campaign", id),
                span("step campaign"),
            ):
                await self.step(id)
        return len(due)
