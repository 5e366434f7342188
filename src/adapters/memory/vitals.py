"""Vital signs of what is kept in memory."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from attrs import frozen

from ...core.oversight import Ailment, Sufferers
from ...core.payments import RefundState
from ...core.payments import State as PaymentState
from ...core.purchases import Late, State
from .balances import MemoryLedger
from .payments import MemoryPayments
from .purchases import MemoryPurchases
from .refunds import MemoryRefunds
from .store import MemoryStore
from .wallets import MemoryCheques

BOUGHT = {
    State.PAID: Ailment.PURCHASE_PAID,
    State.UNKNOWN: Ailment.PURCHASE_UNKNOWN,
    State.REVIEW: Ailment.PURCHASE_REVIEW,
}


@frozen
class MemoryVitals:
    """Looks through what these keep."""

    store: MemoryStore
    payments: MemoryPayments
    refunds: MemoryRefunds
    cheques: MemoryCheques
    purchases: MemoryPurchases
    ledger: MemoryLedger

    async def ailing(self) -> Sequence[Sufferers]:
        """As the port says."""
        async with self.store.using():
            all = list(self._all())
        return [
            Sufferers(
                ailment=ailment,
                count=sum(its is ailment for its, _ in all),
                since=min(since for its, since in all if its is ailment),
            )
            for ailment in {its for its, _ in all}
        ]

    async def sums(self) -> Mapping[str, int]:
        """As the port says."""
        async with self.store.using():
            sums: Counter[str] = Counter()
            for (_, code), standing in self.ledger._standings.items():
                sums[code] += standing.posted
            return sums

    def _all(self) -> Iterator[tuple[Ailment, datetime]]:
        for payment in self.payments._kept.values():
            if payment.state is PaymentState.UNKNOWN:
                yield Ailment.PAYMENT_UNKNOWN, payment.created_at
        for refund in self.refunds._kept.values():
            if refund.state is RefundState.UNKNOWN:
                yield Ailment.REFUND_UNKNOWN, refund.created_at
        for cheque in self.cheques._kept.values():
            if cheque.check_at is None and not cheque.ended:
                yield Ailment.CHEQUE_UNKNOWN, cheque.signed_at
        for purchase in self.purchases._kept.values():
            if purchase.state in BOUGHT:
                yield BOUGHT[purchase.state], purchase.since
            if purchase.late is Late.WAITING:
                yield Ailment.PURCHASE_LATE, purchase.since
