"""A campaign in words, and live as long as somebody watches."""

import asyncio
from typing import Final

from ....core.purchases import Campaign, CampaignBook, CampaignId, CampaignState, Tally
from ...wiring.plain_purchases import PlainCampaign
from ..output import Output
from ..session import Session
from ..table import Column

WATCH_SECONDS: Final = 1.0
COLUMNS: Final = (
    Column("State"),
    Column("Wanted", right=True),
    Column("There", right=True),
    Column("Under way", right=True),
    Column("Unknown", right=True),
    Column("Refused", right=True),
    Column("Spent", shrinks=True),
    Column("Told", shrinks=True),
)


async def told(house: Session, id: CampaignId, output: Output) -> Campaign:
    """Say how far it has come."""
    campaign, tally = await _of(house, id)
    output.document(PlainCampaign.of(campaign, tally))
    output.say(f"campaign {campaign.id}")
    output.table(COLUMNS, [row(campaign, tally)])
    return campaign


async def watched(house: Session, id: CampaignId, output: Output) -> Campaign:
    """Say so each time that something has changed, until it has ended."""
    last: tuple[str, ...] = ()
    while True:
        campaign, tally = await _of(house, id)
        if (now := row(campaign, tally)) != last:
            output.table(COLUMNS, [now], titled=not last)
            last = now
        if campaign.state is CampaignState.ENDED:
            output.document(PlainCampaign.of(campaign, tally))
            return campaign
        await asyncio.sleep(WATCH_SECONDS)


async def _of(house: Session, id: CampaignId) -> tuple[Campaign, Tally]:
    book = await house.get(CampaignBook)
    campaign = await book.campaigns.get(id)
    return campaign, Tally.of(await book.bought(campaign))


def row(campaign: Campaign, tally: Tally) -> tuple[str, ...]:
    """One line."""
    return (
        campaign.state,
        str(campaign.plan.wanted),
        str(tally.delivered),
        str(tally.under_way),
        str(tally.unknown),
        str(tally.refused + tally.released),
        ", ".join(str(each) for each in tally.spent.values()),
        campaign.told,
    )
