"""Purchases and campaigns in memory."""

from collections.abc import Callable, Sequence
from datetime import datetime

from attrs import evolve, field, frozen

from ...core.purchases import (
    IN_LANE,
    SET_ASIDE,
    Campaign,
    CampaignId,
    CampaignMissing,
    CampaignMoved,
    LaneTaken,
    Late,
    Purchase,
    PurchaseId,
    PurchaseMissing,
    PurchaseMoved,
    State,
)
from .store import MemoryStore

Place = tuple[datetime, PurchaseId]


@frozen
class MemoryPurchases:
    """Purchases by their id."""

    store: MemoryStore
    _kept: dict[PurchaseId, Purchase] = field(factory=dict, init=False)

    async def add(self, purchase: Purchase) -> Purchase:
        """As the port says."""
        async with self.store.using():
            if purchase.id not in self._kept:
                self.store.put(self._kept, purchase.id, purchase)
            return self._kept[purchase.id]

    async def get(self, id: PurchaseId) -> Purchase:
        """As the port says."""
        async with self.store.using():
            return self._of(id)

    async def put(self, purchase: Purchase) -> None:
        """As the port says."""
        async with self.store.using():
            kept = self._of(purchase.id)
            if kept.version + 1 != purchase.version:
                raise PurchaseMoved(purchase.id, kept.state)
            if purchase.lane and purchase.state in IN_LANE:
                for each in self._kept.values():
                    others = each.id != purchase.id and each.lane == purchase.lane
                    if others and each.state in IN_LANE:
                        raise LaneTaken(purchase.lane)
            after = evolve(
                purchase,
                wish=kept.wish,
                supplier=kept.supplier,
                shown=kept.shown,
                quote=kept.quote,
                created_at=kept.created_at,
            )
            self.store.put(self._kept, purchase.id, after)

    async def due(self, at: datetime, limit: int) -> Sequence[Purchase]:
        """As the port says."""
        async with self.store.using():
            due = [
                (each.check_at, id)
                for id, each in self._kept.items()
                if each.check_at is not None and each.check_at <= at
            ]
            due = [one for one in due if self._has_its_turn(self._kept[one[1]], at)]
            return [self._kept[id] for _, id in sorted(due)[:limit]]

    def _has_its_turn(self, purchase: Purchase, at: datetime) -> bool:
        if not purchase.queue or purchase.quote.expires_at <= at:
            return True
        for each in self._kept.values():
            if each.lane == purchase.queue and each.state in IN_LANE:
                return False
            before = (each.since, each.id) < (purchase.since, purchase.id)
            is_due = each.check_at is not None and each.check_at <= at
            if each.queue == purchase.queue and before and is_due:
                return False
        return True

    async def of(self, buyer: str, limit: int, before: Place | None = None) -> Sequence[Purchase]:
        """As the port says."""
        theirs = await self._all(lambda each: each.wish.buyer == buyer)
        older = [each for each in theirs if before is None or place(each) < before]
        return older[::-1][:limit]

    async def in_review(self, limit: int, after: Place | None = None) -> Sequence[Purchase]:
        """As the port says."""
        found = await self._all(
            lambda each: each.state is State.REVIEW or each.late is Late.WAITING
        )
        return [each for each in found if after is None or place(each) > after][:limit]

    async def given_up(
        self, since: datetime, limit: int, after: Place | None = None
    ) -> Sequence[Purchase]:
        """As the port says."""
        found = await self._all(lambda each: each.given_up and each.since >= since)
        found.sort(key=lambda each: (each.since, each.id))
        return [e for e in found if after is None or (e.since, e.id) > after][:limit]

    async def under_way(
        self,
        limit: int,
        after: Place | None = None,
        *,
        until: datetime | None = None,
        state: State | None = None,
    ) -> Sequence[Purchase]:
        """As the port says."""
        found = await self._all(
            lambda each: (
                each.state in (SET_ASIDE if state is None else SET_ASIDE & {state})
                and (until is None or each.created_at <= until)
                and (after is None or place(each) > after)
            )
        )
        return found[:limit]

    async def _all(self, wanted: Callable[[Purchase], bool]) -> list[Purchase]:
        async with self.store.using():
            return sorted((each for each in self._kept.values() if wanted(each)), key=place)

    def _of(self, id: PurchaseId) -> Purchase:
        try:
            return self._kept[id]
        except KeyError:
            raise PurchaseMissing(id) from None


def place(purchase: Purchase) -> Place:
    """Where it stands among all of them."""
    return purchase.created_at, purchase.id


@frozen
class MemoryCampaigns:
    """Campaigns by their id."""

    store: MemoryStore
    _kept: dict[CampaignId, Campaign] = field(factory=dict, init=False)

    async def add(self, campaign: Campaign) -> Campaign:
        """As the port says."""
        async with self.store.using():
            if campaign.id not in self._kept:
                self.store.put(self._kept, campaign.id, campaign)
            return self._kept[campaign.id]

    async def get(self, id: CampaignId) -> Campaign:
        """As the port says."""
        async with self.store.using():
            return self._of(id)

    async def put(self, campaign: Campaign) -> None:
        """As the port says."""
        async with self.store.using():
            kept = self._of(campaign.id)
            if kept.version + 1 != campaign.version:
                raise CampaignMoved(campaign.id, kept.state)
            after = evolve(campaign, plan=kept.plan, created_at=kept.created_at)
            self.store.put(self._kept, campaign.id, after)

    async def due(self, at: datetime, limit: int) -> Sequence[CampaignId]:
        """As the port says."""
        async with self.store.using():
            due = [
                (each.check_at, id)
                for id, each in self._kept.items()
                if each.check_at is not None and each.check_at <= at
            ]
            return [id for _, id in sorted(due)[:limit]]

    async def newest(
        self, limit: int, before: tuple[datetime, CampaignId] | None = None
    ) -> Sequence[Campaign]:
        """As the port says."""
        async with self.store.using():
            places = {(each.created_at, each.id): each for each in self._kept.values()}
            older = sorted(place for place in places if before is None or place < before)
            return [places[place] for place in older[::-1][:limit]]

    def _of(self, id: CampaignId) -> Campaign:
        try:
            return self._kept[id]
        except KeyError:
            raise CampaignMissing(id) from None
