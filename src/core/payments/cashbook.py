"""Putting what came into the books: once, whoever tells it, however often."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final
from uuid import uuid5

from attrs import evolve, frozen

from ..balances import (
    Account,
    AccountDiffers,
    AccountName,
    InsufficientFunds,
    Ledger,
    Move,
    Receipt,
    Transfer,
    TransferMissing,
    granted,
)
from ..clock import Clock
from ..errors import Refused
from ..events import Event, EventId, Fact, Outbox
from ..identifiers import Identifiers
from ..money import Money, zero
from ..spans import innermost
from ..wording import one_line
from .arrival import (
    SUSPENSE,
    TRANSFERS,
    WHY_MAX,
    Arrival,
    Case,
    Entries,
    Inflow,
    Uncounted,
    clearing,
    exchange,
    fees,
    losses,
    returning,
)
from .errors import ArrivalMissing, ArrivalMoved, RefundReused
from .payment import UNSETTLED, Payment, PaymentId
from .ports import Arrivals, Refunds
from .refund import UNDONE, Refund, RefundState
from .returns import Away, Purse, Returns, by_rule_refund
from .rules import Rules, Treatment, by_rule

GREW: Final = "+"
"""Between the key of an inflow and how many parts of it were booked before it grew again."""


@frozen
class Cashbook:
    """
    Where inflows become arrivals and transfers; every call belongs into a transaction.

    What is in the books already changes nothing. An inflow whose amount has grown since is
    booked for what it grew by.
    """

    arrivals: Arrivals
    ledger: Ledger
    outbox: Outbox
    clock: Clock
    identifiers: Identifiers
    rules: Rules
    refunds: Refunds

    async def open(self, payment: Payment) -> None:
        """See to it that all accounts of a payment are there."""
        order, quote = payment.order, payment.order.quote
        await self._open_clearing(order.method, quote.pays)
        await self._open(Account(order.target, quote.gives.asset))
        if quote.exchanges:
            for amount in (quote.pays, quote.gives):
                await self._open(Account.unlimited(exchange(order.method), amount.asset))

    async def book(self, payment: Payment, inflows: Iterable[Inflow]) -> Payment:
        """The payment after these; it is for the caller to keep it."""
        method = payment.order.method
        for inflow in inflows:
            while (part := await self._new_part(method, inflow)) is not None:
                payment = await self._book(payment, part)
        return payment

    async def has(self, method: str, inflow: Inflow) -> bool:
        """Whether all of it is in the books."""
        return await self._new_part(method, inflow) is None

    async def hold(self, method: str, inflows: Iterable[Inflow]) -> int:
        """Put what nobody expected into the drawer; answers how many were new."""
        new = 0
        for inflow in inflows:
            while (part := await self._new_part(method, inflow)) is not None:
                new += await self._hold(method, part)
        return new

    async def pay_fee(self, method: str, key: str, amount: Money, back: bool = False) -> None:
        """Book what others had of an inflow, or gave when it went back: once, as told first."""
        entries = Entries(method, key)
        transfer = entries.fee_back(amount) if back else entries.fee(amount)
        try:
            await self.ledger.transfer(transfer.id)
        except TransferMissing:
            await self._open(Account.unlimited(fees(method), amount.asset))
            await self._post(transfer)

    async def credit_held(self, payment: Payment, arrival: Arrival) -> Payment:
        """
        Credit what was held of an arrival to the target of its payment, at the rate of its quote.

        Raises:
            Refused: the target cannot take it.
            ArrivalMoved: another part of it was given to somebody else.
        """
        step = await self._anew("resolved", arrival, None)
        await self._post(*Entries.of(arrival).credited(payment, arrival.held, step))
        return payment.grown(zero(arrival.held.asset), await self._resolved(arrival, None))

    async def give_held(self, arrival: Arrival, account: Account, reference: str) -> None:
        """
        Credit what was held of an arrival to any account of its asset.

        Raises:
            Refused: the account cannot take it.
            ArrivalMoved: another part of it was given to somebody else.
        """
        await self._open(account)
        step = await self._anew("given", arrival, account.name)
        await self._post(Entries.of(arrival).given(account.name, arrival.held, reference, step))
        await self._resolved(arrival, account.name)

    async def send_back(
        self, payment: Payment | None, arrival: Arrival, refund: Refund
    ) -> Payment | None:
        """
        Set a part of an arrival aside that is to go back; the payment is for the caller to keep.

        Raises:
            Refused: whoever it was credited to does not have it any more.
        """
        returns = Returns(refund)
        await self._open(Account(returns.account, refund.amount.asset))
        await self._post(*returns.set_aside(payment, arrival))
        credited, held = returns.parts
        await self.arrivals.put(arrival.sent_back(credited, held), was=arrival)
        if await self.refunds.add(refund) != refund:
            raise RefundReused(refund.id)  # somebody wished for something else under it just now
        await self.tell_refund(None, refund)
        if payment is not None and returns.concerns(payment):
            payment = payment.sent_back(refund.amount, credited)
        return payment

    async def gone_back(self, payment: Payment | None, refund: Refund) -> Payment | None:
        """Book that it is back where it came from."""
        returns = Returns(refund)
        await self._post(returns.gone())
        if payment is not None and returns.concerns(payment):
            payment = payment.given_back(refund.amount)
        return payment

    async def keep_after_all(
        self, payment: Payment | None, arrival: Arrival, refund: Refund
    ) -> Payment | None:
        """Book that it did not go back: it is whose it was, or waits when they cannot take it."""
        returns = Returns(refund)
        credited, held = returns.parts
        if refusal := await self._refused(*returns.undone(payment, arrival)):
            nothing = credited - credited
            credited, held = nothing, refund.amount
            await self._post(returns.into_drawer())
            why = str(refusal)
        else:
            why = f"not refunded: {refund.told}"
        kept = arrival.kept_after_all(credited, held, why)
        await self.arrivals.put(kept, was=arrival)
        if held.units:
            await self.tell_of(kept)
        if payment is not None and returns.concerns(payment):
            payment = payment.kept_after_all(refund.amount, credited)
        return payment

    async def go_back(
        self, payment: Payment | None, arrival: Arrival, refund: Refund
    ) -> Payment | None:
        """
        Book what went back without us; the payment is for the caller to keep.

        It is taken from whoever has it, as far as they have it: the rest is our loss.
        """
        away = Away.of(arrival, await self._given(payment, arrival), refund.amount)
        await self._open(Account(returning(refund.method), refund.amount.asset))
        lost = await self._taken(payment, arrival, refund, away)
        gone = arrival.sent_back(away.credited + away.given, away.held)
        await self.arrivals.put(gone, was=arrival)
        await self.refunds.add(refund)
        await self.tell_refund(None, refund)
        await self._tell_outside(refund, lost)
        if payment is not None and Returns(refund).concerns(payment):
            payment = payment.gone(refund.amount, away.credited)
        return payment

    async def _taken(
        self, payment: Payment | None, arrival: Arrival, refund: Refund, away: Away
    ) -> Sequence[Money]:
        """Take it; answers what was lost of it."""
        has: dict[Purse, Money] = {}
        lost, tries = losses(refund.method), 0
        while True:
            transfers = Returns(refund).taken(payment, arrival, away, has, tries)
            missing = [each.amount for each in transfers if each.source == lost]
            for each in missing:
                await self._open(Account.unlimited(lost, each.asset))
            match await self._refused(*transfers):
                case None:
                    await self._post(Returns(refund).gone())
                    return missing
                case InsufficientFunds(account=account, available=available):
                    # Less than was asked for, so there is an end to it.
                    has[account, available.asset] = available
                    tries += 1
                case no:
                    raise no

    async def _given(self, payment: Payment | None, arrival: Arrival) -> Money:
        """How much of what is credited of it a person gave to somebody."""
        if arrival.given_to is None:
            return zero(arrival.credited.asset)
        if payment is None or arrival.credited.asset != payment.asked.asset:
            return arrival.credited
        step = await self._anew("given", arrival, arrival.given_to)
        given = Entries.of(arrival).given(arrival.given_to, arrival.credited, "", step)
        return min((await self.ledger.transfer(given.id)).transfer.amount, arrival.credited)

    async def _tell_outside(self, refund: Refund, lost: Sequence[Money]) -> None:
        """Put into the outbox that a person has to look at it."""
        facts: dict[str, Fact] = {
            "refund": str(refund.id),
            "payment": str(refund.payment) if refund.payment else None,
            "payer": refund.payer,
            "method": refund.method,
            "key": refund.key,
            "amount": str(refund.amount),
            "lost": ", ".join(map(str, lost)) or None,
        }
        await self.tell("refund.outside", facts)

    async def tell_refund(
        self, before: Refund | None, refund: Refund, *, in_vain: bool = False
    ) -> None:
        """Put into the outbox that a refund is in another state, or left in doubt for good."""
        facts: dict[str, Fact] = {
            "refund": str(refund.id),
            "payment": str(refund.payment) if refund.payment else None,
            "payer": refund.payer,
            "method": refund.method,
            "key": refund.key,
            "amount": str(refund.amount),
            "by": refund.by,
            "approved_by": refund.approved_by,
            "told": refund.told,
        }
        was = None if before is None else before.state
        due_again = (was, refund.state) == (RefundState.UNKNOWN, RefundState.DUE)
        if refund.state is not was and not due_again:
            await self.tell(f"refund.{refund.state}", facts)
        in_doubt = not refund.ended and refund.state is not RefundState.WAITING
        if in_doubt and (refund.check_at is None or in_vain):
            await self.tell("refund.unresolved", facts)

    async def tell(self, name: str, facts: dict[str, Fact], id: EventId | None = None) -> None:
        """Put an event into the outbox; of one id it is told once."""
        id = id or EventId(self.identifiers())
        await self.outbox.put([Event(id=id, name=name, at=self.clock.now(), facts=facts)])

    async def tell_change(
        self, before: Payment, after: Payment, *, by_mistake: bool = False
    ) -> None:
        """Put into the outbox that a payment is in another state, or left in doubt for good."""
        innermost().tell(payment=str(after.id), state=after.state)
        facts: dict[str, Fact] = {
            "payment": str(after.id),
            "payer": after.order.payer,
            "reference": after.order.reference,
            "came": str(after.came),
            "credited": str(after.credited),
            "asked": str(after.asked),
        }
        if after.state is not before.state:
            await self.tell(f"payment.{after.state}", facts)
        unsettled = after.state in UNSETTLED or by_mistake
        if before.check_at and not after.check_at and unsettled:
            # Nobody asks any more, so somebody has to look at it.
            await self.tell("payment.unresolved", {**facts, "told": after.told})

    async def tell_of(self, arrival: Arrival) -> None:
        """Put into the outbox what was done with an arrival."""
        facts: dict[str, Fact] = {
            "method": arrival.method,
            "key": arrival.inflow.key,
            "payment": str(arrival.payment) if arrival.payment else None,
            "case": arrival.case,
            "amount": str(arrival.inflow.amount),
        }
        await self.tell("arrival.held" if arrival.held.units else "arrival.credited", facts)

    async def tell_uncounted(
        self, method: str, payment: PaymentId | None, uncounted: Uncounted
    ) -> None:
        """Put into the outbox, once, that money came which cannot be booked."""
        facts: dict[str, Fact] = {
            "method": method,
            "key": uncounted.key,
            "payment": str(payment) if payment else None,
            "said": uncounted.said,
            "at": uncounted.at.isoformat(),
        }
        about = f"{method}\n{uncounted.key}\n{uncounted.said}\nuncounted"
        await self.tell("arrival.uncounted", facts, EventId(uuid5(TRANSFERS, about)))

    async def _new_part(self, method: str, inflow: Inflow) -> Inflow | None:
        """What of the inflow is not in the books, under a key of its own."""
        parts = await parts_of(self.arrivals, method, inflow.key)
        amounts = [each.inflow.amount for each in parts]
        # What was told before in another asset came too; it makes this no less.
        new = inflow.amount.units - sum(
            each.units for each in amounts if each.asset == inflow.amount.asset
        )
        key = f"{inflow.key}{GREW}{len(parts)}" if parts else inflow.key
        return evolve(inflow, key=key, amount=Money(new, inflow.amount.asset)) if new > 0 else None

    async def _hold(self, method: str, inflow: Inflow) -> bool:
        """Whether it was new."""
        arrival = Arrival(
            method=method,
            inflow=inflow,
            payment=None,
            case=Case.UNMATCHED,
            credited=zero(inflow.amount.asset),
            held=inflow.amount,
            noted_at=self.clock.now(),
            why_held="nobody knows what it is for",
        )
        if not await self.arrivals.add(arrival):
            return False  # somebody else was faster
        await self._open_clearing(method, inflow.amount)
        await self._post(Entries.of(arrival).held(arrival))
        await self.tell_of(arrival)
        await self._by_rule(None, arrival)
        return True

    async def _book(self, payment: Payment, inflow: Inflow) -> Payment:
        case, credited, held = self.rules.parts(payment, inflow)
        arrival = Arrival(
            method=payment.order.method,
            inflow=inflow,
            payment=payment.id,
            case=case,
            credited=credited,
            held=held,
            noted_at=self.clock.now(),
            why_held=by_rule(case) if held.units else "",
        )
        if not await self.arrivals.add(arrival):
            return payment  # somebody was faster who did not know what it is for
        if case is Case.WRONG_ASSET:
            await self._open_clearing(arrival.method, inflow.amount)
        entries = Entries.of(arrival)
        if refusal := await self._refused(*entries.booked(payment, arrival)):
            # The target cannot take it. It came all the same, so a person has to see it.
            was, arrival = arrival, arrival.all_held(str(refusal))
            await self.arrivals.put(arrival, was=was)
            await self._post(entries.held(arrival))
        await self.tell_of(arrival)
        if case is not Case.WRONG_ASSET:
            payment = payment.grown(inflow.amount, arrival.credited)
        if arrival.why_held == by_rule(case):
            payment = await self._by_rule(payment, arrival) or payment
        return await self._complete(payment) if payment.came >= payment.asked else payment

    async def _by_rule(self, payment: Payment | None, arrival: Arrival) -> Payment | None:
        """Send what is held back, where the rule says so and it is known to whom."""
        if self.rules.treatment(arrival.case, arrival.method) is not Treatment.RETURN:
            return payment
        if not arrival.inflow.sender:
            return payment
        refund = by_rule_refund(payment, arrival, self.clock.now())
        return await self.send_back(payment, arrival, refund)

    async def _complete(self, payment: Payment) -> Payment:
        """Credit the parts that were held only because the rest was missing."""
        for arrival in await self.arrivals.of(payment.id):
            if arrival.held.units and arrival.why_held == by_rule(Case.UNDER):
                # In a step of its own: a ledger remembers refusals, and a person may try again.
                entries = Entries.of(arrival).credited(payment, arrival.held, "completed")
                if refusal := await self._refused(*entries):
                    still = evolve(arrival, why_held=one_line(str(refusal), WHY_MAX))
                    await self.arrivals.put(still, was=arrival)
                else:
                    nothing = zero(arrival.held.asset)
                    payment = payment.grown(nothing, await self._resolved(arrival, None))
        return payment

    async def _resolved(self, arrival: Arrival, to: AccountName | None) -> Money:
        """Keep that nothing of it is held any more; answers what was."""
        resolved = arrival.all_credited(to)
        await self.arrivals.put(resolved, was=arrival)
        await self.tell_of(resolved)
        return arrival.held

    async def _anew(self, step: str, arrival: Arrival, to: AccountName | None) -> str:
        """A name of its own for each time: what set out and is here again waits once more."""
        if arrival.credited.units and arrival.given_to not in (None, to):
            raise ArrivalMoved(*arrival.key)  # nobody would know whose of both is what
        set_out = await self.refunds.of_arrival(*arrival.key)
        came_back = sum(each.state in UNDONE for each in set_out)
        return f"{step} {came_back}" if came_back else step

    async def _open_clearing(self, method: str, amount: Money) -> None:
        await self._open(Account.unlimited(clearing(method), amount.asset))
        await self._open(Account(SUSPENSE, amount.asset))

    async def _open(self, account: Account) -> None:
        with suppress(AccountDiffers):  # it is open, with limits that somebody chose for it
            await self.ledger.open(account)

    async def _refused(self, *transfers: Transfer) -> Refused | None:
        (verdict,) = await self.ledger.carry_out([Move(transfers)])
        if isinstance(verdict, Refused):
            return verdict
        granted(verdict, Receipt)
        return None

    async def _post(self, *transfers: Transfer) -> None:
        if (refusal := await self._refused(*transfers)) is not None:
            raise refusal


async def parts_of(arrivals: Arrivals, method: str, key: str) -> list[Arrival]:
    """What was booked of an inflow of that key: once, and again each time that it had grown."""
    parts: list[Arrival] = []
    with suppress(ArrivalMissing):
        while True:
            part = f"{key}{GREW}{len(parts)}" if parts else key
            parts.append(await arrivals.get(method, part))
    return parts
