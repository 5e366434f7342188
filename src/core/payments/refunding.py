"""Giving money back: asked for, perhaps approved, set aside, and carried out once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from attrs import evolve, field, frozen

from ..clock import Clock
from ..correlation import concerning
from ..errors import AltynError, Unavailable
from ..events import Fact
from ..identity import Audit, Caller, Permission
from ..mishaps import surviving
from ..money import RUB, TON, USD, USDT, XTR, Money
from ..resilience import CircuitOpen, NoCandidate, NotExecuted, TurnedAway, WaitedTooLong
from ..spans import span
from ..standstill import Standstill, must_move
from ..transaction import Transaction
from .arrival import Arrival
from .cashbook import GREW, Cashbook, parts_of
from .errors import (
    MethodUnknown,
    NotReturnable,
    OwnApproval,
    RefundMissing,
    RefundMoved,
    RefundReused,
    TooMuchBack,
)
from .gateways import Gateways
from .payment import Payment
from .ports import Arrivals, Payments, Refunds
from .refund import UNDONE, Origin, Refund, RefundId, RefundStage, RefundState, Returning
from .schedule import REFUND_LOOKS_MAX, next_look

NOT_ASKED: Final = (
    CircuitOpen,
    MethodUnknown,
    NoCandidate,
    NotExecuted,
    TurnedAway,
    WaitedTooLong,
)
"""Whoever says so certainly did nothing, and may be asked later."""

CALL: Final = timedelta(minutes=2)
"""For how long nobody else looks at a refund about which the provider is being asked."""

ALONE: Final[Mapping[str, Money]] = {
    "XTR": Money(5000, XTR),
    "USDT": Money.parse("100", USDT),
    "TON": Money.parse("50", TON),
    "RUB": Money.parse("10000", RUB),
    "USD": Money.parse("100", USD),
}


@frozen
class Approvals:
    """What one person may give back alone; more of it, or another asset, takes two."""

    alone: Mapping[str, Money] = field(factory=lambda: ALONE)

    def needed(self, amount: Money) -> bool:
        """Whether somebody else has to agree."""
        most = self.alone.get(amount.asset.code)
        return most is None or amount > most


@frozen(kw_only=True)
class Wish:
    """What somebody wants to be given back."""

    id: RefundId
    method: str
    key: str
    """Of the arrival."""
    amount: Money | None = None
    """None: all that is held of it, or else all that was credited of it."""
    to: str = ""
    reason: str
    by: Caller


@frozen
class RequestRefund:
    """Set money aside that is to go back; the provider is asked afterwards."""

    payments: Payments
    arrivals: Arrivals
    refunds: Refunds
    gateways: Gateways
    cashbook: Cashbook
    transaction: Transaction
    clock: Clock
    approvals: Approvals
    audit: Audit

    async def __call__(self, wish: Wish) -> Refund:
        """
        The refund; the same wish again is answered by the same refund, as it is by then.

        Raises:
            NotAllowed: they may not give money back.
            NotSure: they have not shown their second factor just now.
            ArrivalMissing: nothing came under that key.
            NotReturnable, TooMuchBack: it cannot go back, or not that much of it.
            InsufficientFunds: whoever it was credited to has spent it.
            RefundReused: the id is known with other contents.
        """
        wish.by.must(Permission.REFUND)
        wish.by.must_be_sure()
        with suppress(RefundMissing):
            return same(await self.refunds.get(wish.id), wish)
        gateway = self.gateways.of(wish.method)
        owner = (await self.arrivals.get(wish.method, wish.key)).payment
        async with self.transaction():
            payment = None if owner is None else await self.payments.get(owner)
            arrival = await self.arrivals.get(wish.method, wish.key)
            with suppress(RefundMissing):  # somebody else has just wished for the same
                return same(await self.refunds.get(wish.id), wish)
            before = await self.refunds.of_arrival(wish.method, wish.key)
            origin, amount = part(gateway.returning, arrival, before, wish.amount)
            await self._alone(arrival)
            large = self.approvals.needed(amount)
            now = self.clock.now()
            refund = Refund(
                id=wish.id,
                method=wish.method,
                key=wish.key,
                payment=owner,
                payer=payment.order.payer if payment else "",
                amount=amount,
                origin=origin,
                to=wish.to,
                reason=wish.reason,
                by=wish.by.name,
                state=RefundState.WAITING if large else RefundState.DUE,
                created_at=now,
                check_at=None if large else now,
            )
            after = await self.cashbook.send_back(payment, arrival, refund)
            await keep(self.payments, self.cashbook, payment, after)
            await self.audit(wish.by, "refund.asked_for", about(refund.id), **told(refund))
        return refund

    async def _alone(self, arrival: Arrival) -> None:
        """That no other part of the same inflow goes back now: of both he would tell as of one."""
        method, (base, _, grown) = arrival.method, arrival.inflow.key.rpartition(GREW)
        key = base if grown.isdecimal() else arrival.inflow.key
        for each in await parts_of(self.arrivals, method, key):
            lot = await self.refunds.of_arrival(*each.key)
            if each.key != arrival.key and not all(refund.ended for refund in lot):
                raise NotReturnable(method, "another part of it is on its way back")


def about(id: RefundId) -> str:
    """What the trail calls it."""
    return f"refund:{id}"


def told(refund: Refund) -> dict[str, Fact]:
    """What the trail tells of it."""
    return {
        "amount": str(refund.amount),
        "method": refund.method,
        "key": refund.key,
        "payer": refund.payer,
        "to": refund.to,
        "reason": refund.reason,
    }


def same(known: Refund, wish: Wish) -> Refund:
    """The refund that is known by the id, if it is the one that is wished for."""
    said = (known.method, known.key, known.to, known.reason, known.by)
    wished = (wish.method, wish.key, wish.to, wish.reason, wish.by.name)
    if said != wished or wish.amount not in (None, known.amount):
        raise RefundReused(known.id)
    return known


def part(
    returning: Returning, arrival: Arrival, before: Sequence[Refund], asked: Money | None
) -> tuple[Origin, Money]:
    """
    Of which part of an arrival how much goes back.

    Raises:
        NotReturnable: none of it can.
        TooMuchBack: not that much.
    """
    method = arrival.method
    tried = [each for each in before if each.state not in UNDONE]
    if tried:
        raise NotReturnable(method, "some of it goes back already, and that works once")
    if arrival.payment is not None and arrival.given_to is not None:
        raise NotReturnable(method, f"it was given to {arrival.given_to}: move it from there")
    if arrival.held.units:
        origin, left = Origin.DRAWER, arrival.held
    else:
        origin, left = Origin.TARGET, arrival.credited
    amount = left if asked is None else asked
    if amount > left:
        raise TooMuchBack(amount, left)
    returnable(returning, arrival, amount)
    return origin, amount


def returnable(returning: Returning, arrival: Arrival, amount: Money) -> None:
    """
    That a method which gives back so much can give back that much of an arrival.

    Raises:
        NotReturnable: it cannot.
    """
    whole = arrival.inflow.amount
    if returning is Returning.NEVER:
        raise NotReturnable(arrival.method, "nothing can be given back by this method")
    if returning is Returning.WHOLE and amount != whole:
        raise NotReturnable(arrival.method, f"only the whole of {whole} can be given back at once")


async def keep(
    payments: Payments, cashbook: Cashbook, payment: Payment | None, after: Payment | None
) -> None:
    """Keep what became of a payment, where there is one."""
    if payment is not None and after is not None and after != payment:
        await payments.put(after, was=payment.state)
        await cashbook.tell_change(payment, after)


@frozen
class Said:
    """What was learned from a provider: the state that follows, and his words."""

    state: RefundState
    words: str = ""

    @classmethod
    def of(cls, stage: RefundStage) -> "Said":
        """What that stage means for us."""
        match stage:
            case RefundStage.ACCEPTED:
                return cls(RefundState.ACCEPTED)
            case RefundStage.DONE:
                return cls(RefundState.DONE)
            case RefundStage.FAILED:
                return cls(RefundState.FAILED, "he says that it failed")
        return cls(RefundState.UNKNOWN, "he knows of no refund")


@frozen
class CarryOutRefund:
    """Have the provider pay it back: asked once, and in doubt asked about."""

    payments: Payments
    arrivals: Arrivals
    refunds: Refunds
    gateways: Gateways
    cashbook: Cashbook
    transaction: Transaction
    clock: Clock
    standstill: Standstill

    async def __call__(self, id: RefundId, due_by: datetime | None = None) -> Refund:
        """
        The refund after what the provider said; as it is, when it is not due by that moment.

        Raises:
            RefundMissing: none has this id.
            RefundMoved: somebody else goes on with it.
            StandsStill: the books were restored; he was not asked for it.
        """
        refund = await self.refunds.get(id)
        if due_by is not None and (refund.check_at is None or refund.check_at > due_by):
            return refund
        match refund.state:
            case RefundState.DUE:
                return await self._keep(refund, await self._ask(await self._claimed(refund)))
            case RefundState.UNKNOWN | RefundState.ACCEPTED:
                return await self._keep(refund, await self._look(refund))
        return refund

    async def _claimed(self, refund: Refund) -> Refund:
        """Written down before he is asked: whoever finds it so only asks about it."""
        claimed = evolve(refund.moved(RefundState.UNKNOWN, self.clock.now() + CALL), checks=0)
        async with self.transaction():
            await must_move(self.standstill)
            await self.refunds.put(claimed, was=refund.state)
        return claimed

    async def _ask(self, refund: Refund) -> Said:
        """For the first time: what he says now is all that is known of it."""
        try:
            gateway = self.gateways.of(refund.method)
            arrival = await self.arrivals.get(refund.method, refund.key)
            returnable(gateway.returning, arrival, refund.amount)  # a rule does not know the method
            stage = await gateway.refund(refund, arrival)
        except NOT_ASKED as not_asked:
            return Said(RefundState.DUE, str(not_asked))
        except Unavailable as silence:
            return Said(RefundState.UNKNOWN, str(silence))
        except AltynError as no:
            return Said(RefundState.FAILED, str(no))
        return Said.of(stage)

    async def _look(self, refund: Refund) -> Said:
        """What became of it. He is asked for it again only where that pays nothing twice."""
        try:
            gateway = self.gateways.of(refund.method)
            arrival = await self.arrivals.get(refund.method, refund.key)
            stage = await gateway.inquire_refund(refund, arrival)
            again = stage is RefundStage.NOTHING and refund.state is RefundState.UNKNOWN
            if again and gateway.refunds_are_single:
                await must_move(self.standstill)
                stage = await gateway.refund(refund, arrival)
        except AltynError as no:
            # A no is not about the first time he was asked: that may still be carried out.
            return Said(refund.state, str(no))
        return Said.of(stage)

    async def _keep(self, about: Refund, said: Said) -> Refund:
        now = self.clock.now()

        def learned(refund: Refund) -> Refund:
            # In doubt nothing is learned, also where somebody else has learned more meanwhile.
            state = refund.state if said.state is RefundState.UNKNOWN else said.state
            after = refund.moved(state, None).told_that(said.words)
            after = evolve(after, checks=about.checks + 1 if after.state is about.state else 0)
            return evolve(after, check_at=next_look(after, now))

        return await self.change(about.id, learned)

    async def put_off(self, id: RefundId, why: str) -> None:
        """Go on with it later, as if nothing had been learned; after so long call a person."""
        async with self.transaction():
            refund = await self.refunds.get(id)
            if refund.ended:
                return
            after = evolve(refund.told_that(why), checks=refund.checks + 1)
            after = evolve(after, check_at=next_look(after, self.clock.now()))
            await self.refunds.put(after, was=refund.state)
            # What was never asked for is gone on with all the same: nothing is in doubt there.
            in_vain = after.checks == REFUND_LOOKS_MAX
            await self.cashbook.tell_refund(refund, after, in_vain=in_vain)

    async def change(
        self,
        id: RefundId,
        learned: Callable[[Refund], Refund],
        then: Callable[[Refund], Awaitable[None]] | None = None,
    ) -> Refund:
        """
        Keep what was learned about a refund, and move its money as that says.

        What is done then is a part of it, and the last.
        """
        about = await self.refunds.get(id)
        async with self.transaction():
            # Payments before arrivals before refunds, as everywhere.
            payment = None if about.payment is None else await self.payments.get(about.payment)
            arrival = await self.arrivals.get(about.method, about.key)
            refund = await self.refunds.get(id)
            after = learned(refund)
            if refund.ended:
                return refund  # somebody else was told before
            match after.state:
                case RefundState.DONE:
                    paid = await self.cashbook.gone_back(payment, after)
                case RefundState.FAILED | RefundState.DECLINED:
                    paid = await self.cashbook.keep_after_all(payment, arrival, after)
                    if paid is not None and after.state is RefundState.FAILED:
                        # It may have gone back without us instead.
                        paid = evolve(paid, check_at=self.clock.now())
                case _:
                    paid = payment
            await self.refunds.put(after, was=refund.state)
            if (after.state, after.check_at) != (refund.state, refund.check_at):
                await self.cashbook.tell_refund(refund, after)
            await keep(self.payments, self.cashbook, payment, paid)
            if then is not None:
                await then(after)
        return after


@frozen
class DecideRefund:
    """A person says what the program cannot know: whether they agree, or what became of it."""

    carry_out: CarryOutRefund
    clock: Clock
    audit: Audit

    async def approve(self, id: RefundId, by: Caller) -> Refund:
        """
        Agree to a large one.

        Raises:
            NotAllowed: they may not give money back.
            NotSure: they have not shown their second factor just now.
            RefundMissing: none has this id.
            RefundMoved: nobody's agreement is waited for.
            OwnApproval: whoever asked for it does not approve it.
        """
        by.must(Permission.REFUND)
        by.must_be_sure()

        def agreed(refund: Refund) -> Refund:
            expect(refund, RefundState.WAITING)
            if by.name == refund.by:
                raise OwnApproval(id, by.name)
            due = refund.moved(RefundState.DUE, self.clock.now())
            return evolve(due, approved_by=by.name)

        return await self.carry_out.change(id, agreed, self._audited(by, "refund.approved"))

    async def decline(self, id: RefundId, by: Caller, why: str) -> Refund:
        """
        Not agree: the money is where it was.

        Raises:
            NotAllowed: they may not give money back.
            RefundMissing: none has this id.
            RefundMoved: nobody's agreement is waited for.
        """
        by.must(Permission.REFUND)

        def declined(refund: Refund) -> Refund:
            expect(refund, RefundState.WAITING)
            after = refund.moved(RefundState.DECLINED, None).told_that(why)
            return evolve(after, approved_by=by.name)

        return await self.carry_out.change(id, declined, self._audited(by, "refund.declined"))

    async def resolve(self, id: RefundId, by: Caller, paid: bool) -> Refund:
        """
        Say whether the provider paid one that was in doubt, having seen it there.

        Raises:
            NotAllowed: they may not say what became of things.
            NotSure: they have not shown their second factor just now.
            RefundMissing: none has this id.
            RefundMoved: it is not in doubt.
        """
        by.must(Permission.DECIDE)
        by.must_be_sure()

        def seen(refund: Refund) -> Refund:
            expect(refund, RefundState.UNKNOWN, RefundState.ACCEPTED)
            state = RefundState.DONE if paid else RefundState.FAILED
            return evolve(refund.moved(state, None), approved_by=by.name)

        return await self.carry_out.change(id, seen, self._audited(by, "refund.resolved"))

    def _audited(self, by: Caller, what: str) -> Callable[[Refund], Awaitable[None]]:
        async def then(after: Refund) -> None:
            facts = {"state": after.state.value, "amount": str(after.amount), "told": after.told}
            await self.audit(by, what, about(after.id), **facts)

        return then


def expect(refund: Refund, *states: RefundState) -> None:
    """That it is in one of these, or RefundMoved."""
    if refund.state not in states:
        raise RefundMoved(refund.id, refund.state)


@frozen
class PollRefunds:
    """Go on with what is on its way back."""

    refunds: Refunds
    carry_out: CarryOutRefund
    clock: Clock

    async def __call__(self, limit: int = 100) -> int:
        """Go on with those that are due, the longest overdue first; answers how many."""
        now = self.clock.now()
        due = await self.refunds.due(now, limit)
        for id in due:
            with suppress(AltynError):  # it is kept, and gone on with
                await self._go_on_with(id, now)
        return len(due)

    async def _go_on_with(self, id: RefundId, now: datetime) -> None:
        """One of them; a mistake of ours keeps no other from being gone on with."""
        with concerning(refund=id):
            with surviving("going on with refund", id) as going, span("go on with refund"):
                # Whoever has just claimed one asks: asked beside that, he might do what he refuses.
                await self.carry_out(id, now)
            if going.mishap:
                with surviving("putting off refund", id):
                    await self.carry_out.put_off(id, going.mishap)
