"""Campaigns on PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from ...core.money import UNITS_MAX
from ...core.purchases import (
    Campaign,
    CampaignId,
    CampaignMissing,
    CampaignMoved,
    CampaignState,
)
from .places import AFTER_ALL
from .plans import plan_of, written
from .store import Connection, PostgresStore

# The plan as it was written, to the letter.
ROWS: Final = """
SELECT id, plan::text, created_at, state, version, begun, check_at, told
  FROM altyn.campaign"""
ADD: Final = """
INSERT INTO altyn.campaign (id, plan, created_at, state, version, begun, check_at, told)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
ONE: Final = f"""{ROWS}
 WHERE id = %s
"""
# Campaigns are locked before purchases, which are locked before all that follows them.
LOCKED: Final = f"{ONE} FOR NO KEY UPDATE"
STATE: Final = "SELECT state FROM altyn.campaign WHERE id = %s"
# The plan is not among what changes.
PUT: Final = """
UPDATE altyn.campaign
   SET state = %s, version = %s, begun = %s, check_at = %s, told = %s
 WHERE id = %s AND version = %s
"""
DUE: Final = """
SELECT id
  FROM altyn.campaign
 WHERE check_at IS NOT NULL AND check_at <= %s
 ORDER BY check_at, id
 LIMIT %s
"""
NEWEST: Final = f"""{ROWS}
 WHERE (created_at, id) < (%s, %s)
 ORDER BY created_at DESC, id DESC
 LIMIT %s
"""


@frozen
class PostgresCampaigns:
    """A row for each campaign, locked by whoever reads it in a transaction."""

    store: PostgresStore

    async def add(self, campaign: Campaign) -> Campaign:
        """As the port says."""
        fixed = campaign.id, written(campaign.plan), campaign.created_at

        async def ask(connection: Connection) -> Campaign:
            if (await connection.execute(ADD, (*fixed, *_changing(campaign)))).rowcount:
                return campaign
            return await _one(connection, ONE, campaign.id)

        return await self.store.ask(ask)

    async def get(self, id: CampaignId) -> Campaign:
        """As the port says."""
        query = LOCKED if self.store.active else ONE

        async def ask(connection: Connection) -> Campaign:
            return await _one(connection, query, id)

        return await self.store.ask(ask)

    async def put(self, campaign: Campaign) -> None:
        """As the port says."""
        values = *_changing(campaign), campaign.id, campaign.version - 1

        async def ask(connection: Connection) -> None:
            if not (await connection.execute(PUT, values)).rowcount:
                row = await (await connection.execute(STATE, (campaign.id,))).fetchone()
                raise CampaignMoved(campaign.id, row[0]) if row else CampaignMissing(campaign.id)

        await self.store.ask(ask)

    async def due(self, at: datetime, limit: int) -> Sequence[CampaignId]:
        """As the port says."""

        async def ask(connection: Connection) -> Sequence[CampaignId]:
            rows = await (await connection.execute(DUE, (at, min(limit, UNITS_MAX)))).fetchall()
            return [CampaignId(id) for (id,) in rows]

        return await self.store.ask(ask)

    async def newest(
        self, limit: int, before: tuple[datetime, CampaignId] | None = None
    ) -> Sequence[Campaign]:
        """As the port says."""
        page = (*(before or AFTER_ALL), min(limit, UNITS_MAX))

        async def ask(connection: Connection) -> Sequence[Campaign]:
            found = await connection.execute(NEWEST.encode(), page)
            return [_campaign(row) for row in await found.fetchall()]

        return await self.store.ask(ask)


async def _one(connection: Connection, query: str, id: CampaignId) -> Campaign:
    row = await (await connection.execute(query.encode(), (id,))).fetchone()
    if row is None:
        raise CampaignMissing(id)
    return _campaign(row)


def _changing(campaign: Campaign) -> tuple[object, ...]:
    """What becomes of a campaign, in the order of the columns from `state` on."""
    return (
        campaign.state.value,
        campaign.version,
        campaign.begun,
        campaign.check_at,
        campaign.told,
    )


def _campaign(row: tuple[Any, ...]) -> Campaign:
    id, plan, created_at, state, version, begun, check_at, told = row
    return Campaign(
        plan=plan_of(id, plan),
        state=CampaignState(state),
        version=version,
        begun=begun,
        created_at=created_at,
        check_at=check_at,
        told=told,
    )
