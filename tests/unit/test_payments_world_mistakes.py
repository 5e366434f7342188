"""The world finds mistakes: each one that is planted is caught within the ordinary seeds."""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

import pytest
from attrs import define, evolve, frozen

from altyn.adapters.heleket import wire
from altyn.adapters.memory import MemoryArrivals, MemoryStore
from altyn.adapters.telegram import StarsFeed
from altyn.adapters.ton import Purse, Purses, Transaction
from altyn.core.balances import Account, AccountName, InsufficientFunds, Transfer, TransferId
from altyn.core.errors import AltynError, Missing, Refused, Unavailable
from altyn.core.identity import Caller
from altyn.core.money import WELL_KNOWN, Money
from altyn.core.payments import (
    Arrival,
    BookReversal,
    CarryOutRefund,
    Cashbook,
    CreditHeld,
    Deposit,
    GiveHeld,
    Hint,
    Inflow,
    Invoice,
    InvoicePayment,
    Notice,
    Page,
    Payment,
    PaymentId,
    ProviderRefused,
    Quote,
    ReadFeed,
    ReadNotices,
    Refund,
    RefundId,
    RefundState,
    Report,
    Reversal,
    Stage,
    State,
)
from altyn.core.payments.refunding import Said
from altyn.core.payments.returns import OUTSIDE
from altyn.entrypoints.testkit import run_virtually
from tests.unit.payments_world import World
from tests.unit.payments_world_house import Kinds, Outside
from tests.unit.test_payments_world import SEEDS, rules_of, story


@frozen
class Everything(MemoryArrivals):
    """Says of everything that it is new."""

    async def add(self, arrival: Arrival) -> bool:
        await super().add(arrival)
        return True


@frozen
class BooksAgain(Cashbook):
    """Books whatever it is told, under ids that are new each time."""

    async def _new_part(self, method: str, inflow: Inflow) -> Inflow | None:
        return inflow

    async def book(self, payment: Payment, inflows: Iterable[Inflow]) -> Payment:
        for inflow in inflows:
            payment = await self._book(payment, inflow)
        return payment

    async def hold(self, method: str, inflows: Iterable[Inflow]) -> int:
        return sum([await self._hold(method, each) for each in inflows])

    async def _refused(self, *transfers: Transfer) -> Refused | None:
        fresh = [evolve(each, id=TransferId(self.identifiers())) for each in transfers]
        return await super()._refused(*fresh)


@frozen
class Changed:
    """A gateway, of which somebody changed a part."""

    gateway: Any
    outside: Outside

    def __getattr__(self, name: str) -> Any:
        return getattr(self.gateway, name)


@frozen
class ByStatus(Changed):
    """Notices are told apart by their invoice and its status."""

    def prove(self, raw: bytes, headers: Mapping[str, str]) -> Hint:
        hint: Hint = self.gateway.prove(raw, headers)
        return evolve(hint, key=hint.key.rpartition(":")[0] or hint.key)


@frozen
class Impatient(ReadNotices):
    """A notice is done with although the provider did not answer."""

    async def _read(self, notice: Notice) -> str:
        try:
            return await super()._read(notice)
        except AltynError as silence:
            return str(silence)


@frozen
class ReadBeforeBooked(ReadNotices):
    """A notice is done with before what it says is booked."""

    async def _read(self, notice: Notice) -> str:
        await self.notices.put(notice.done("it will be booked"))
        return await super()._read(notice)


@frozen
class Unasked(Changed):
    """What a notice claims is not held against what asking shows."""

    def claims(self, raw: bytes) -> Sequence[Inflow]:
        return ()


@frozen
class Gullible(ReadNotices):
    """What came is read from the notice, also from one that was sent to try us out."""

    async def _read(self, notice: Notice) -> str:
        if notice.method != "heleket" or notice.hint.payment is None:
            return await super()._read(notice)
        said = json.loads(notice.raw)
        if not said["is_final"] or not said["payment_amount"]:
            return await super()._read(notice)
        report = Report(Stage.CLOSED, *wire.what_came(said, WELL_KNOWN, self.clock.now()))
        return (await self.check._keep(notice.hint.payment, report)).state


@frozen
class Hasty(Changed):
    """What is not final is taken for good."""

    async def inquire(self, payment: Payment) -> Report:
        report: Report = await self.gateway.inquire(payment)
        if self.gateway.method != "heleket":
            return report
        shown = self.outside.heleket._shown(self.outside.heleket.invoices[payment.id.hex])
        if report.inflows or not shown["payment_amount"]:
            return report
        return Report(report.stage, *wire.what_came(shown, WELL_KNOWN, self.outside.clock.now()))


def arrivals_apart(_: MemoryStore) -> MemoryArrivals:
    """An arrival stays although its transaction is undone."""
    return MemoryArrivals(MemoryStore())


@frozen
class Punctual(Cashbook):
    """What comes after the payment has expired is nobody's."""

    async def book(self, payment: Payment, inflows: Iterable[Inflow]) -> Payment:
        in_time = [each for each in inflows if each.at <= payment.expires_at]
        return await super().book(payment, in_time)


@frozen
class Doubtless(InvoicePayment):
    """An opening of which nobody knows has failed, and nobody asks again."""

    async def _keep(
        self, id: PaymentId, outcome: Invoice | Refused | Missing | Unavailable
    ) -> Payment:
        if isinstance(outcome, Unavailable):
            outcome = ProviderRefused("heleket", "no answer is an answer")
        return await super()._keep(id, outcome)


@frozen
class Forgetful(Changed):
    """Each try to open an invoice goes under an id of its own."""

    async def open(self, payment: Payment) -> Invoice:
        if payment.state is State.UNKNOWN:
            id = PaymentId(uuid5(NAMESPACE_OID, f"{payment.id} {payment.checks}"))
            payment = evolve(payment, order=evolve(payment.order, id=id))
        invoice: Invoice = await self.gateway.open(payment)
        return invoice


@frozen
class Once(Cashbook):
    """An inflow is booked once, however much it becomes."""

    async def _new_part(self, method: str, inflow: Inflow) -> Inflow | None:
        part = await super()._new_part(method, inflow)
        return part if part == inflow else None


@frozen
class Rounded(Quote):
    """Each part is exchanged by itself."""

    def worth(self, before: Money, more: Money) -> Money:
        return super().worth(before - before, more)


@frozen
class CursorFirst(ReadFeed):
    """How far a feed was read is kept before what was read."""

    async def _keep(self, feed: Any, was: Any, page: Page) -> None:
        async with self.transaction():
            await self.cursors.put(evolve(was, position=page.position, until=page.until), was=was)
        async with self.transaction():
            for deposit in page.deposits:
                await self.book.all(feed.method, deposit.payment, [deposit.inflow])


@frozen
class UnderAnotherName(StarsFeed):
    """What the list tells is not known again as what an update told."""

    async def page(self, position: str) -> Page:
        page = await super().page(position)
        renamed = [
            Deposit(evolve(each.inflow, key=f"list {each.inflow.key}"), each.payment)
            for each in page.deposits
        ]
        return evolve(page, deposits=renamed)


@define
class _PurseOf(Purses):
    """Our address, of which somebody looks at transactions in a way of their own."""

    kind = Purse

    async def ours(self) -> Purse:
        ours = await super().ours()
        return self.kind(ours.owner, ours.jettons)


@frozen
class _WhatBounced(Purse):
    def deposit(self, transaction: Transaction) -> Deposit | None:
        return super().deposit(evolve(transaction, sent_back=False, out_msgs=()))


class SentBackIsHere(_PurseOf):
    """What was sent back is taken for good."""

    kind = _WhatBounced


@frozen
class _WhatSucceeded(Purse):
    def deposit(self, transaction: Transaction) -> Deposit | None:
        return None if transaction.aborted else super().deposit(transaction)


class AbortedIsLost(_PurseOf):
    """What came to where nobody lives yet is nothing."""

    kind = _WhatSucceeded


@frozen
class _WhatAnybodyTells(Purse):
    def deposit(self, transaction: Transaction) -> Deposit | None:
        message = transaction.in_msg
        if message is None or message.source is None:
            return None
        its = evolve(self, jettons={message.source: next(iter(self.jettons.values()))})
        return Purse.deposit(its, transaction)


class AnybodysWord(_PurseOf):
    """Whoever says that jettons came is believed."""

    kind = _WhatAnybodyTells


@frozen
class ClaimedAfterwards(CarryOutRefund):
    """The provider is asked before it is written down that he is."""

    async def __call__(self, id: RefundId, due_by: datetime | None = None) -> Refund:
        refund = await self.refunds.get(id)
        if refund.state is not RefundState.DUE:
            return await super().__call__(id, due_by)
        said = await self._ask(refund)
        return await self._keep(await self._claimed(refund), said)


@frozen
class SilenceIsNo(CarryOutRefund):
    """A refund of which the provider said nothing has failed."""

    async def _ask(self, refund: Refund) -> Said:
        said = await super()._ask(refund)
        return evolve(said, state=RefundState.FAILED) if said.state is RefundState.UNKNOWN else said


@frozen
class NoRefundIsNo(CarryOutRefund):
    """A refund of which he does not know yet has failed."""

    async def _look(self, refund: Refund) -> Said:
        said = await super()._look(refund)
        return (
            evolve(said, state=RefundState.FAILED)
            if said.words == "he knows of no refund"
            else said
        )


@frozen
class AskedAgain(Changed):
    """He is asked again, although he may pay twice."""

    @property
    def refunds_are_single(self) -> bool:
        return True


@frozen
class ReturnedTwice(Cashbook):
    """What a rule sends back, it sends back once more when it is looked at again."""

    async def _by_rule(self, payment: Payment | None, arrival: Arrival) -> Payment | None:
        after = await super()._by_rule(payment, arrival)
        for refund in await self.refunds.of_arrival(*arrival.key):
            again = evolve(refund, id=RefundId(self.identifiers()))
            await self.refunds.add(again)
        return after


@frozen
class Unconditional(MemoryArrivals):
    """Where the parts of an arrival are is kept, whoever moved them meanwhile."""

    async def put(self, arrival: Arrival, was: Arrival) -> None:
        await super().put(arrival, await self.get(*arrival.key))


@frozen
class DecidesAnew(Cashbook):
    """Each decision about what is held has a name of its own."""

    async def _anew(self, step: str, arrival: Arrival, to: AccountName | None) -> str:
        return f"{step} {self.identifiers()}"


@frozen
class CreditedBeforehand(CreditHeld):
    """What waits is looked at before the transaction."""

    async def __call__(self, method: str, key: str, by: Caller) -> None:
        arrival = await self.arrivals.get(method, key)
        if arrival.payment is not None and arrival.held.units:
            async with self.transaction():
                payment = await self.payments.get(arrival.payment)
                after = await self.cashbook.credit_held(payment, arrival)
                await self.payments.put(after, was=payment.state)


@frozen
class GivenBeforehand(GiveHeld):
    """The same of what is given to somebody."""

    async def __call__(self, method: str, key: str, to: AccountName, by: Caller) -> None:
        arrival = await self.arrivals.get(method, key)
        account = Account(to, arrival.held.asset)
        if arrival.held.units:
            async with self.transaction():
                await self.cashbook.give_held(arrival, account, reference="")


@frozen
class Keeps(BookReversal):
    """Whoever has it may keep what went back."""

    async def __call__(
        self, method: str, said: Reversal, then: Callable[[], Awaitable[None]] | None = None
    ) -> bool:
        return True


@frozen
class AllIsLost(Cashbook):
    """What went back is our loss, whoever has it."""

    async def _refused(self, *transfers: Transfer) -> Refused | None:
        outside = any(each.memo == OUTSIDE for each in transfers)
        users = [each for each in transfers if each.source.startswith("user:")]
        if outside and users:
            first = users[0]
            return InsufficientFunds(first.source, first.amount - first.amount, first.amount)
        return await super()._refused(*transfers)


@frozen
class AllIsOurs(Cashbook):
    """What an affiliate had of it is taken for ours."""

    async def pay_fee(self, method: str, key: str, amount: Money, back: bool = False) -> None:
        pass


MISTAKES = {
    "nothing is recognised": Kinds(cashbook=BooksAgain, arrivals=Everything),
    "notices by their status": Kinds(gateway=ByStatus),
    "done in silence": Kinds(read=Impatient),
    "claims are forgotten": Kinds(gateway=Unasked),
    "read before it is booked": Kinds(read=ReadBeforeBooked),
    "notices are believed": Kinds(read=Gullible),
    "what is seen is here": Kinds(gateway=Hasty),
    "arrivals apart": Kinds(arrivals=arrivals_apart),
    "what is late is lost": Kinds(cashbook=Punctual),
    "doubt is failure": Kinds(invoice=Doubtless),
    "opened again": Kinds(gateway=Forgetful),
    "nothing grows": Kinds(cashbook=Once),
    "parts are rounded": Kinds(quote=Rounded),
    "cursor first": Kinds(read_feed=CursorFirst),
    "two names of a charge": Kinds(feed_of_stars=UnderAnotherName),
    "sent back is here": Kinds(purses=SentBackIsHere),
    "aborted is lost": Kinds(purses=AbortedIsLost),
    "anybody's word": Kinds(purses=AnybodysWord),
    "claimed afterwards": Kinds(carry_out=ClaimedAfterwards),
    "silence is no": Kinds(carry_out=SilenceIsNo),
    "not yet is never": Kinds(carry_out=NoRefundIsNo),
    "asked again": Kinds(gateway=AskedAgain),
    "returned twice": Kinds(cashbook=ReturnedTwice),
    "what went back is kept": Kinds(reverse=Keeps),
    "all is ours": Kinds(cashbook=AllIsOurs),
    "all is lost": Kinds(cashbook=AllIsLost),
    # Either of the three others would be enough against the fourth.
    "decided twice": Kinds(
        arrivals=Unconditional,
        cashbook=DecidesAnew,
        credit=CreditedBeforehand,
        give=GivenBeforehand,
    ),
}

FOUND_AT: Final = {
    "notices by their status": 7,
    "parts are rounded": 24,
    "sent back is here": 10,
    "anybody's word": 12,
}
"""Where those were found that took a while: it is looked there first, and then in order."""


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found(name: str) -> None:
    """Within the seeds that are played through anyway."""
    kinds, likely = MISTAKES[name], FOUND_AT.get(name)
    for seed in sorted(range(SEEDS), key=lambda seed: seed != likely):
        try:
            run_virtually(story(World(seed, rules_of(seed), kinds)))
        except (AssertionError, ExceptionGroup):  # or it stood still
            return
    pytest.fail("nobody noticed")
