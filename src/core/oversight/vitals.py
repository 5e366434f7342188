"""Vital signs: what must not last, told as numbers to whoever watches."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from attrs import define, field, frozen

from ..clock import Clock
from ..leases import Leases
from ..purchases import Shutters
from ..signals import Signals

SUMS_EVERY: Final = 20
"""So many rounds from one look at the sums to the next: they are taken over all accounts."""


class Ailment(StrEnum):
    """What must not last: money that is neither where it was nor where it belongs."""

    PAYMENT_UNKNOWN = "payment_unknown"
    """Whether its invoice was opened, or paid, is not known."""
    REFUND_UNKNOWN = "refund_unknown"
    CHEQUE_UNKNOWN = "cheque_unknown"
    """What became of it only a person can see."""
    PURCHASE_PAID = "purchase_paid"
    """Our money has left, and the goods are not there."""
    PURCHASE_UNKNOWN = "purchase_unknown"
    """The same, and the supplier does not say what becomes of it."""
    PURCHASE_REVIEW = "purchase_review"
    """The same, and a person decides."""
    PURCHASE_LATE = "purchase_late"
    """The goods came after the customer had their money back, and a person decides who pays."""


@frozen(kw_only=True)
class Sufferers:
    """How many have an ailment, and since when the first of them has."""

    ailment: Ailment
    count: int
    since: datetime


class Vitals(Protocol):
    """What is seen of all that is kept, without asking anybody outside."""

    async def ailing(self) -> Sequence[Sufferers]:
        """Every ailment that somebody has, in any order; of a payment, a refund and a cheque the
        moment is that at which it was begun, of a purchase that at which it got there."""
        ...

    async def sums(self) -> Mapping[str, int]:
        """What all accounts of an asset come to, by its code: zero, or the books are wrong."""
        ...


@define(eq=False)
class TellVitals:
    """Tell what must not last, who does not sell to us, and how long leases last."""

    vitals: Vitals
    shutters: Shutters
    leases: Leases
    signals: Signals
    clock: Clock
    _rounds: int = field(default=0, init=False)

    async def __call__(self) -> None:
        """Tell it; of what nobody has any more it is told that too."""
        if self._rounds % SUMS_EVERY == 0:
            for code, units in (await self.vitals.sums()).items():
                self.signals.gauge("ledger_imbalance_units", units, asset=code)
        ailing = {each.ailment: each for each in await self.vitals.ailing()}
        now = self.clock.now()
        for ailment in Ailment:
            found = ailing.get(ailment)
            age = (now - found.since).total_seconds() if found else 0.0
            count = found.count if found else 0
            self.signals.gauge("ailing", count, ailment=ailment)
            self.signals.gauge("ailing_age_seconds", max(age, 0.0), ailment=ailment)
        for shutter in await self.shutters.all():
            self.signals.gauge("supplier_closed", shutter.closed, supplier=shutter.supplier)
        for seen in await self.leases.seen():
            self.signals.gauge("lease_left_seconds", seen.seconds_left, name=seen.lease.name)
        self._rounds += 1
