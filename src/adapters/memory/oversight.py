"""What was counted, in memory."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from attrs import frozen

from ...core.money import Money, zero
from ...core.oversight import DoubtKind, Figures, Tally
from ...core.payments import RefundState
from ...core.purchases import State
from .identity import MemoryUsers
from .payments import MemoryArrivals, MemoryNotices
from .purchases import MemoryPurchases
from .refunds import MemoryRefunds
from .store import MemoryStore
from .wallets import MemoryCheques

UNDONE = frozenset({RefundState.FAILED, RefundState.DECLINED})
ALL = 10**9


@frozen
class MemoryTallies:
    """Counts what these keep."""

    store: MemoryStore
    users: MemoryUsers
    arrivals: MemoryArrivals
    refunds: MemoryRefunds
    purchases: MemoryPurchases
    cheques: MemoryCheques
    notices: MemoryNotices

    async def between(self, since: datetime, until: datetime) -> Figures:
        """As the port says."""
        waiting = {
            DoubtKind.REFUND: await self.refunds.waiting(ALL),
            DoubtKind.CHEQUE: await self.cheques.waiting(ALL),
            DoubtKind.PURCHASE: await self.purchases.in_review(ALL),
            DoubtKind.NOTICE: await self.notices.unresolved(ALL),
            DoubtKind.ARRIVAL: await self.arrivals.held(ALL),
        }
        people = await self.users.page(ALL)
        async with self.store.using():
            return Figures(
                since=since,
                until=until,
                people=len(people),
                newcomers=sum(since <= each.since < until for each in people),
                came=_tallies(
                    each.inflow.amount
                    for each in self.arrivals._kept.values()
                    if since <= each.noted_at < until
                ),
                delivered=_tallies(
                    each.price
                    for each in self.purchases._kept.values()
                    if each.state is State.DELIVERED and since <= each.since < until
                ),
                returned=_tallies(
                    each.amount
                    for each in self.refunds._kept.values()
                    if each.state not in UNDONE and since <= each.created_at < until
                ),
                waiting={kind: len(found) for kind, found in waiting.items() if found},
            )


def _tallies(amounts: Iterable[Money]) -> Sequence[Tally]:
    def code(amount: Money) -> str:
        return amount.asset.code

    tallies = []
    for _, group in groupby(sorted(amounts, key=code), code):
        lot = list(group)
        tallies.append(Tally(len(lot), sum(lot, zero(lot[0].asset))))
    return tallies
