"""Payments, what came for them, and what providers told us, in memory."""

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve, field, frozen

from ...core.money import Money
from ...core.payments import (
    UNDER_WAY,
    Arrival,
    ArrivalMissing,
    ArrivalMoved,
    Notice,
    NoticeMissing,
    Payment,
    PaymentId,
    PaymentMissing,
    PaymentMoved,
    State,
)
from .store import MemoryStore


@frozen
class MemoryPayments:
    """Payments by their id."""

    store: MemoryStore
    _kept: dict[PaymentId, Payment] = field(factory=dict, init=False)

    async def add(self, payment: Payment) -> Payment:
        """As the port says."""
        async with self.store.using():
            if payment.id not in self._kept:
                self.store.put(self._kept, payment.id, payment)
            return self._kept[payment.id]

    async def get(self, id: PaymentId) -> Payment:
        """As the port says."""
        async with self.store.using():
            return self._of(id)

    async def put(self, payment: Payment, was: State) -> None:
        """As the port says."""
        async with self.store.using():
            kept = self._of(payment.id)
            if kept.state is not was:
                raise PaymentMoved(payment.id, kept.state)
            after = evolve(
                payment,
                order=kept.order,
                created_at=kept.created_at,
                expires_at=kept.expires_at,
            )
            self.store.put(self._kept, payment.id, after)

    async def due(self, at: datetime, limit: int) -> Sequence[PaymentId]:
        """As the port says."""
        async with self.store.using():
            due = [
                (payment.check_at, id)
                for id, payment in self._kept.items()
                if payment.check_at is not None and payment.check_at <= at
            ]
            return [id for _, id in sorted(due)[:limit]]

    async def of(
        self, payer: str, limit: int, before: tuple[datetime, PaymentId] | None = None
    ) -> Sequence[Payment]:
        """As the port says."""
        async with self.store.using():
            theirs = {
                (each.created_at, each.id): each
                for each in self._kept.values()
                if each.order.payer == payer
            }
            places = sorted(theirs, reverse=True)
            return [theirs[place] for place in places if before is None or place < before][:limit]

    async def under_way(
        self,
        limit: int,
        after: tuple[datetime, PaymentId] | None = None,
        *,
        until: datetime | None = None,
        state: State | None = None,
    ) -> Sequence[Payment]:
        """As the port says."""
        states = UNDER_WAY if state is None else UNDER_WAY & {state}
        async with self.store.using():
            found = {
                (each.created_at, each.id): each
                for each in self._kept.values()
                if each.state in states and (until is None or each.created_at <= until)
            }
            places = sorted(place for place in found if after is None or place > after)
            return [found[place] for place in places[:limit]]

    def _of(self, id: PaymentId) -> Payment:
        try:
            return self._kept[id]
        except KeyError:
            raise PaymentMissing(id) from None


@frozen
class MemoryArrivals:
    """Arrivals by method and key, in the order in which they were noted."""

    store: MemoryStore
    _kept: dict[tuple[str, str], Arrival] = field(factory=dict, init=False)

    async def add(self, arrival: Arrival) -> bool:
        """As the port says."""
        async with self.store.using():
            if arrival.key in self._kept:
                return False
            self.store.put(self._kept, arrival.key, arrival)
            return True

    async def get(self, method: str, key: str) -> Arrival:
        """As the port says."""
        async with self.store.using():
            return self._of(method, key)

    async def put(self, arrival: Arrival, was: Arrival) -> None:
        """As the port says."""
        async with self.store.using():
            kept = self._of(*arrival.key)
            if parts(kept) != parts(was):
                raise ArrivalMoved(*arrival.key)
            after = evolve(
                kept,
                credited=arrival.credited,
                held=arrival.held,
                returned=arrival.returned,
                given_to=arrival.given_to,
                why_held=arrival.why_held,
            )
            self.store.put(self._kept, arrival.key, after)

    async def of(self, payment: PaymentId) -> Sequence[Arrival]:
        """As the port says."""
        async with self.store.using():
            return [each for each in self._kept.values() if each.payment == payment]

    async def held(
        self, limit: int, after: tuple[datetime, str, str] | None = None
    ) -> Sequence[Arrival]:
        """As the port says."""
        async with self.store.using():
            held = {
                (each.noted_at, *each.key): each for each in self._kept.values() if each.held.units
            }
            return [held[place] for place in sorted(held) if not after or place > after][:limit]

    async def noted(
        self,
        method: str,
        since: datetime,
        until: datetime,
        limit: int,
        after: tuple[datetime, str] | None = None,
    ) -> Sequence[Arrival]:
        """As the port says."""
        async with self.store.using():
            noted = {
                (each.noted_at, each.inflow.key): each
                for each in self._kept.values()
                if each.method == method and since <= each.noted_at < until
            }
            return [noted[place] for place in sorted(noted) if not after or place > after][:limit]

    def _of(self, method: str, key: str) -> Arrival:
        try:
            return self._kept[method, key]
        except KeyError:
            raise ArrivalMissing(method, key) from None


def parts(arrival: Arrival) -> tuple[Money, ...]:
    """Where its parts are."""
    return arrival.credited, arrival.held, arrival.returned


@frozen
class MemoryNotices:
    """Notices by method and key."""

    store: MemoryStore
    _kept: dict[tuple[str, str], Notice] = field(factory=dict, init=False)

    async def add(self, notice: Notice) -> bool:
        """As the port says."""
        async with self.store.using():
            key = notice.method, notice.hint.key
            if key in self._kept:
                return False
            self.store.put(self._kept, key, notice)
            return True

    async def get(self, method: str, key: str) -> Notice:
        """As the port says."""
        async with self.store.using():
            if (kept := self._kept.get((method, key))) is None:
                raise NoticeMissing(method, key)
            return kept

    async def unresolved(
        self, limit: int, after: tuple[datetime, str, str] | None = None
    ) -> Sequence[Notice]:
        """As the port says."""
        async with self.store.using():
            lot = {
                (each.taken_at, *key): each for key, each in self._kept.items() if each.unresolved
            }
            return [lot[place] for place in sorted(lot) if not after or place > after][:limit]

    async def waiting(self, at: datetime, limit: int) -> Sequence[Notice]:
        """As the port says."""
        async with self.store.using():
            waiting = [
                each
                for each in self._kept.values()
                if each.read_at is not None and each.read_at <= at
            ]
            return sorted(waiting, key=lambda each: each.taken_at)[:limit]

    async def put(self, notice: Notice) -> None:
        """As the port says."""
        async with self.store.using():
            key = notice.method, notice.hint.key
            if kept := self._kept.get(key):
                after = evolve(
                    kept,
                    read_at=notice.read_at,
                    tries=notice.tries,
                    outcome=notice.outcome,
                    unresolved=notice.unresolved,
                )
                self.store.put(self._kept, key, after)
