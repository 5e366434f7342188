"""Subscriptions: what was paid for a time renews itself, is called off, and lapses."""

from datetime import timedelta
from typing import Final, Protocol, runtime_checkable

from attrs import evolve, frozen

from ..clock import Clock
from ..events import Fact
from ..identity import Audit, Caller, Permission
from ..transaction import Transaction
from .arrival import Arrival, Inflow, Period
from .cashbook import Cashbook
from .errors import ArrivalMissing, NotRenewable, StandingMissing
from .notice import Renewal, RenewalChange
from .payment import PaymentId
from .ports import Arrivals
from .standing import StandingGateways, StandingId, StandingOrder, Standings, Term

PERIOD: Final = timedelta(days=30)
"""Of every subscription."""
GRACE: Final = timedelta(hours=1)
"""For so long after its end the next charge may still be on its way to us."""


NAMES: Final = {
    Renewal.ACTIVE: "standing.resumed",
    Renewal.CANCELLED: "standing.cancelled",
    Renewal.FAILED: "standing.unpaid",
}


@runtime_checkable
class Renewing(Protocol):
    """A provider with whom what stands renews itself."""

    async def renew(self, standing: StandingOrder, begun: Arrival, renews: bool) -> None:
        """
        Have the subscription that began with that charge renew itself no longer, or let it again.

        Asked again, it changes nothing. Where it is allowed again, the payer has to want it.

        Raises:
            Refused: there is no such subscription.
            Unavailable: perhaps it was changed.
        """
        ...


async def apart(arrivals: Arrivals, method: str, inflow: Inflow) -> Inflow:
    """
    The charge under a key of its own.

    Whether each charge of a subscription has an id of its own nobody says for sure: one that comes
    a period after another of its id is another.
    """
    try:
        known = await arrivals.get(method, inflow.key)
    except ArrivalMissing:
        return inflow
    periods = round((inflow.at - known.inflow.at) / PERIOD)
    return evolve(inflow, key=f"{inflow.key}@{periods}") if periods else inflow


def paid_for(standing: StandingOrder, inflow: Inflow, period: Period | None) -> StandingOrder:
    """With that charge paid; what was paid for longer before stays so."""
    until = period.until if period else inflow.at + PERIOD
    first, term, key = period and period.first, standing.term, inflow.key
    if term is None:
        return evolve(standing, term=Term(charge=key, until=until))
    begins = first or (first is None and term.lapsed)
    if until < term.until or (until == term.until and not (begins and key != term.charge)):
        return standing
    return evolve(standing, term=Term(charge=key if begins else term.charge, until=until))


def facts_of(standing: StandingOrder) -> dict[str, Fact]:
    """What is told of a subscription."""
    term = standing.term
    return {
        "standing": str(standing.id),
        "payer": standing.payer,
        "reference": standing.reference,
        "method": standing.method,
        "charge": term.charge if term else None,
        "until": term.until.isoformat() if term else None,
    }


async def change(
    standings: Standings, cashbook: Cashbook, method: str, told: RenewalChange
) -> bool:
    """Keep it, in a transaction; whether there is such a subscription, of which any was paid."""
    try:
        standing = await standings.get(StandingId(told.payment)) if told.payment else None
    except StandingMissing:
        standing = None
    if standing is None or standing.method != method or standing.term is None:
        return False
    renews = standing.term.renews
    if told.renewal is not Renewal.FAILED:
        renews = told.renewal is Renewal.ACTIVE
        if renews == standing.term.renews:
            return True
    after = evolve(standing, term=evolve(standing.term, renews=renews))
    await standings.put(after)
    await cashbook.tell(NAMES[told.renewal], facts_of(after))
    return True


@frozen
class ChangeRenewal:
    """Let a subscription renew itself no longer, or allow it again."""

    standings: Standings
    arrivals: Arrivals
    gateways: StandingGateways
    cashbook: Cashbook
    transaction: Transaction
    audit: Audit

    async def __call__(self, id: StandingId, by: Caller, renews: bool) -> StandingOrder:
        """
        The order after that. What was paid lasts until its end in any case.

        Raises:
            NotAllowed: it is not theirs, and they may not decide about others'.
            StandingMissing: none has this id.
            NotRenewable: nothing of it renews itself.
            MethodUnknown: no order can stand with its method any more.
            Refused, Unavailable: the provider did not do it, or perhaps; ask again.
        """
        standing = await self.standings.get(id)
        own = must_decide(standing, by)
        gateway = self.gateways.of(standing.method)
        if standing.term is None or not isinstance(gateway, Renewing):
            raise NotRenewable(id)
        begun = await self.arrivals.get(standing.method, standing.term.charge)
        await gateway.renew(standing, begun, renews)
        async with self.transaction():
            if not renews:  # who may want it again has not said so yet
                told = RenewalChange(PaymentId(id), Renewal.CANCELLED)
                await change(self.standings, self.cashbook, standing.method, told)
            after = await self.standings.get(id)
            if not own:
                await self.audit(by, "standing.renewal_changed", f"standing:{id}", renews=renews)
        return after


def must_decide(standing: StandingOrder, by: Caller) -> bool:
    """
    Whether it is their own.

    Raises:
        NotAllowed: it is not, and they may not decide about others'; or theirs are not to pay.
    """
    own = by.owns(standing.payer)
    by.must(Permission.PAY if own else Permission.DECIDE)
    return own


@frozen
class EndStanding:
    """Let an order stand no longer."""

    standings: Standings
    transaction: Transaction
    renewal: ChangeRenewal

    async def __call__(self, id: StandingId, by: Caller) -> StandingOrder:
        """
        The order, ended; what comes under it all the same waits for a decision.

        Raises:
            NotAllowed: it is not theirs, and they may not decide about others'.
            StandingMissing: none has this id.
            Refused, Unavailable: it goes on to renew itself, or perhaps; nothing has ended.
        """
        standing = await self.standings.get(id)
        own, term = must_decide(standing, by), standing.term
        if term is not None and term.renews and not term.lapsed:
            await self.renewal(id, by, renews=False)  # else the payer is charged on and on
        async with self.transaction():
            standing = await self.standings.get(id)
            if standing.ended:
                return standing
            ended = evolve(standing, ended=True)
            await self.standings.put(ended)
            if not own:
                await self.renewal.audit(by, "standing.ended", f"standing:{id}")
        return ended


@frozen
class LapseStandings:
    """See which subscriptions were not paid for another time."""

    standings: Standings
    cashbook: Cashbook
    transaction: Transaction
    clock: Clock

    async def __call__(self, limit: int = 100) -> int:
        """Let those lapse whose time is over, the longest over first; answers how many."""
        over = self.clock.now() - GRACE
        count = 0
        for id in await self.standings.lapsing(over, limit):
            async with self.transaction():
                standing = await self.standings.get(id)
                if standing.term is None or standing.term.lapsed or standing.term.until > over:
                    continue  # it was paid just now
                lapsed = evolve(standing, term=evolve(standing.term, lapsed=True))
                await self.standings.put(lapsed)
                await self.cashbook.tell("standing.lapsed", facts_of(lapsed))
                count += 1
        return count
