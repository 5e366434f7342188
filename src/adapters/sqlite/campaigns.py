"""Campaigns in SQLite."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.purchases import (
    Campaign,
    CampaignId,
    CampaignMissing,
    CampaignMoved,
    CampaignState,
)
from .plans import plan_of, written
from .rows import AFTER_ALL, Row, bounded, moment_of, ticks_of
from .store import SqliteStore

ROWS: Final = """
SELECT id, plan, created_at, state, version, begun, check_at, told
  FROM campaign"""

ADD: Final = """
INSERT INTO campaign (id, plan, created_at, state, version, begun, check_at, told)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""

ONE: Final = f"""{ROWS}
 WHERE id = ?
"""

# The plan is not among what changes.
PUT: Final = """
UPDATE campaign
   SET state = ?, version = ?, begun = ?, check_at = ?, told = ?
 WHERE id = ? AND version = ?
"""

DUE: Final = """
SELECT id
  FROM campaign
 WHERE check_at IS NOT NULL AND check_at <= ?
 ORDER BY check_at, id
 LIMIT ?
"""

NEWEST: Final = f"""{ROWS}
 WHERE (created_at, id) < (?, ?)
 ORDER BY created_at DESC, id DESC
 LIMIT ?
"""


@frozen
class SqliteCampaigns:
    """A row for each campaign; whoever is in the transaction is the only one who writes."""

    store: SqliteStore

    async def add(self, campaign: Campaign) -> Campaign:
        """As the port says."""
        return await self.store.write(_add, campaign)

    async def get(self, id: CampaignId) -> Campaign:
        """As the port says."""
        campaign = await self.store.read(_get, id)
        if campaign is None:
            raise CampaignMissing(id)
        return campaign

    async def put(self, campaign: Campaign) -> None:
        """As the port says."""
        await self.store.write(_put, campaign)

    async def due(self, at: datetime, limit: int) -> Sequence[CampaignId]:
        """As the port says."""
        return await self.store.read(_due, ticks_of(at), bounded(limit))

    async def newest(
        self, limit: int, before: tuple[datetime, CampaignId] | None = None
    ) -> Sequence[Campaign]:
        """As the port says."""
        place = AFTER_ALL if before is None else (ticks_of(before[0]), before[1].bytes)
        return await self.store.read(_newest, (*place, bounded(limit)))


def _add(connection: Connection, campaign: Campaign) -> Campaign:
    kept = _get(connection, campaign.id)
    if kept is not None:
        return kept
    fixed = campaign.id.bytes, written(campaign.plan), ticks_of(campaign.created_at)
    connection.execute(ADD, (*fixed, *_changing(campaign)))
    return campaign


def _get(connection: Connection, id: CampaignId) -> Campaign | None:
    row = connection.execute(ONE, (id.bytes,)).fetchone()
    return None if row is None else _campaign(row)


def _put(connection: Connection, campaign: Campaign) -> None:
    kept = _get(connection, campaign.id)
    if kept is None:
        raise CampaignMissing(campaign.id)
    if kept.version + 1 != campaign.version:
        raise CampaignMoved(campaign.id, kept.state)
    connection.execute(PUT, (*_changing(campaign), campaign.id.bytes, kept.version))


def _due(connection: Connection, at: int, limit: int) -> list[CampaignId]:
    return [CampaignId(UUID(bytes=id)) for (id,) in connection.execute(DUE, (at, limit))]


def _newest(connection: Connection, page: Row) -> list[Campaign]:
    return [_campaign(row) for row in connection.execute(NEWEST, page)]


def _changing(campaign: Campaign) -> Row:
    """What becomes of a campaign, in the order of the columns from `state` on."""
    check_at = None if campaign.check_at is None else ticks_of(campaign.check_at)
    return campaign.state.value, campaign.version, campaign.begun, check_at, campaign.told


def _campaign(row: Row) -> Campaign:
    id, plan, created_at, state, version, begun, check_at, told = row
    return Campaign(
        plan=plan_of(UUID(bytes=id), plan),
        state=CampaignState(state),
        version=version,
        begun=begun,
        created_at=moment_of(created_at),
        check_at=None if check_at is None else moment_of(check_at),
        told=told,
    )
