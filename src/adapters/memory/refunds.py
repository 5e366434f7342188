"""Refunds, and how far feeds were read, in memory."""

from collections.abc import Callable, Sequence
from datetime import datetime

from attrs import evolve, field, frozen

from ...core.payments import (
    Cursor,
    CursorMoved,
    Refund,
    RefundId,
    RefundMissing,
    RefundMoved,
    RefundState,
)
from .store import MemoryStore

Place = tuple[datetime, RefundId]


@frozen
class MemoryRefunds:
    """Refunds by their id, in the order in which they were asked for."""

    store: MemoryStore
    _kept: dict[RefundId, Refund] = field(factory=dict, init=False)

    async def add(self, refund: Refund) -> Refund:
        """As the port says."""
        async with self.store.using():
            if refund.id not in self._kept:
                self.store.put(self._kept, refund.id, refund)
            return self._kept[refund.id]

    async def get(self, id: RefundId) -> Refund:
        """As the port says."""
        async with self.store.using():
            return self._of(id)

    async def put(self, refund: Refund, was: RefundState) -> None:
        """As the port says."""
        async with self.store.using():
            kept = self._of(refund.id)
            if kept.state is not was:
                raise RefundMoved(refund.id, kept.state)
            after = evolve(
                kept,
                state=refund.state,
                check_at=refund.check_at,
                checks=refund.checks,
                approved_by=refund.approved_by,
                told=refund.told,
            )
            self.store.put(self._kept, refund.id, after)

    async def due(self, at: datetime, limit: int) -> Sequence[RefundId]:
        """As the port says."""
        async with self.store.using():
            due = [
                (refund.check_at, id)
                for id, refund in self._kept.items()
                if refund.check_at is not None and refund.check_at <= at
            ]
            return [id for _, id in sorted(due)[:limit]]

    async def of_arrival(self, method: str, key: str) -> Sequence[Refund]:
        """As the port says."""
        return await self._page(lambda each: (each.method, each.key) == (method, key))

    async def of(self, payer: str, limit: int, before: Place | None = None) -> Sequence[Refund]:
        """As the port says."""
        theirs = await self._page(lambda each: each.payer == payer)
        older = [each for each in theirs if before is None or place(each) < before]
        return older[::-1][:limit]

    async def waiting(self, limit: int, after: Place | None = None) -> Sequence[Refund]:
        """As the port says."""
        return await self._page(lambda each: each.check_at is None and not each.ended, limit, after)

    async def noted(
        self,
        method: str,
        since: datetime,
        until: datetime,
        limit: int,
        after: Place | None = None,
    ) -> Sequence[Refund]:
        """As the port says."""
        return await self._page(
            lambda each: each.method == method and since <= each.created_at < until, limit, after
        )

    async def _page(
        self,
        wanted: Callable[[Refund], bool],
        limit: int | None = None,
        after: Place | None = None,
    ) -> list[Refund]:
        async with self.store.using():
            found = sorted((each for each in self._kept.values() if wanted(each)), key=place)
            return [each for each in found if after is None or place(each) > after][:limit]

    def _of(self, id: RefundId) -> Refund:
        try:
            return self._kept[id]
        except KeyError:
            raise RefundMissing(id) from None


def place(refund: Refund) -> Place:
    """Where it stands among all of them."""
    return refund.created_at, refund.id


@frozen
class MemoryCursors:
    """Cursors by the name of their feed."""

    store: MemoryStore
    _kept: dict[str, Cursor] = field(factory=dict, init=False)

    async def get(self, feed: str) -> Cursor:
        """As the port says."""
        async with self.store.using():
            return self._kept.get(feed, Cursor(feed))

    async def put(self, cursor: Cursor, was: Cursor) -> None:
        """As the port says."""
        async with self.store.using():
            if self._kept.get(cursor.feed, Cursor(cursor.feed)) != was:
                raise CursorMoved(cursor.feed)
            self.store.put(self._kept, cursor.feed, cursor)
