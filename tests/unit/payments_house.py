"""A house with a provider who says what he is told to say."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from attrs import define, field

from altyn.adapters.memory import (
    ManualClock,
    MemoryArrivals,
    MemoryLedger,
    MemoryNotices,
    MemoryOutbox,
    MemoryPayments,
    MemoryStore,
)
from altyn.core.balances import AccountName, account_name
from altyn.core.errors import AltynError
from altyn.core.events import Event
from altyn.core.identifiers import TimeOrdered
from altyn.core.money import RUB, USDT, Asset, Money
from altyn.core.payments import (
    Arrival,
    Cashbook,
    CheckPayment,
    CreditHeld,
    Gateways,
    GiveHeld,
    Hint,
    Inflow,
    Invoice,
    InvoicePayment,
    NoticeForged,
    OpenPayment,
    Order,
    Payment,
    PaymentId,
    PollPayments,
    Quote,
    ReadNotices,
    Report,
    Rules,
    Stage,
    TakeNotice,
)

USER = account_name("user:1")


def usdt(units: int) -> Money:
    """So many millionths."""
    return Money(units, USDT)


def order(
    number: int = 1,
    pays: int = 1000,
    *,
    gives: Money | None = None,
    target: AccountName = USER,
    method: str = "fake",
    reference: str = "",
) -> Order:
    """Somebody is asked for money."""
    return Order(
        id=PaymentId(UUID(int=number)),
        payer="user:1",
        target=target,
        method=method,
        quote=Quote(usdt(pays), gives or usdt(pays)),
        reference=reference,
    )


def rubles(units: int) -> Money:
    """So many kopecks."""
    return Money(units, RUB)


@define
class Scripted:
    """A gateway that answers what it was told to; unless told otherwise all is well."""

    clock: ManualClock
    method: str = "fake"
    lifetime_seconds: int = 3600
    accepts: deque[AltynError | None] = field(factory=deque)
    opens: deque[Invoice | AltynError] = field(factory=deque)
    reports: deque[Report | AltynError] = field(factory=deque)
    finds: deque[Sequence[Inflow] | AltynError] = field(factory=deque)
    calls: list[str] = field(factory=list)

    def says(self, stage: Stage, *came: Inflow) -> None:
        """When he is asked, next."""
        self.reports.append(Report(stage, came))

    async def accept(self, amount: Money) -> None:
        """As the port says."""
        self._said("accept", self.accepts, None)

    async def open(self, payment: Payment) -> Invoice:
        """As the port says."""
        answer: Invoice = self._said("open", self.opens, Invoice(provider_id=f"p-{payment.id}"))
        return answer

    def prove(self, raw: bytes, headers: Mapping[str, str]) -> Hint:
        """As the port says: the notice is a key, and the number of a payment."""
        if headers.get("sign") != "his":
            raise NoticeForged(self.method)
        key, _, number = raw.decode().partition(" ")
        return Hint(key, PaymentId(UUID(int=int(number))) if number else None, "his-name")

    async def inquire(self, payment: Payment) -> Report:
        """As the port says."""
        answer: Report = self._said("inquire", self.reports, Report(Stage.OPEN))
        return answer

    async def find(self, hint: Hint) -> Sequence[Inflow]:
        """As the port says."""
        answer: Sequence[Inflow] = self._said("find", self.finds, ())
        return answer

    def _said(self, call: str, answers: deque[Any], otherwise: Any) -> Any:
        self.calls.append(call)
        answer = answers.popleft() if answers else otherwise
        if isinstance(answer, AltynError):
            raise answer
        return answer


class House:
    """Everything there is, over memory."""

    def __init__(self, rules: Rules | None = None, arrivals: type[MemoryArrivals] | None = None):
        self.clock = clock = ManualClock()
        self.store = store = MemoryStore()
        self.gateway = Scripted(clock)
        self.gateways = gateways = Gateways.these(self.gateway)
        self.ledger, self.outbox = MemoryLedger(store, clock), MemoryOutbox(store)
        self.payments, self.notices = MemoryPayments(store), MemoryNotices(store)
        self.arrivals = (arrivals or MemoryArrivals)(store)
        payments, ids = self.payments, TimeOrdered(clock)
        self.book = book = Cashbook(
            self.arrivals, self.ledger, self.outbox, clock, ids, rules or Rules()
        )
        self.invoice = invoice = InvoicePayment(payments, gateways, book, store, clock)
        self.open = OpenPayment(payments, gateways, book, store, clock, invoice)
        self.check = check = CheckPayment(payments, gateways, book, store, clock, invoice)
        self.poll = PollPayments(payments, check, clock)
        self.take = TakeNotice(gateways, self.notices, clock)
        self.read = ReadNotices(self.notices, gateways, check, book, store, clock)
        self.credit = CreditHeld(payments, self.arrivals, book, store)
        self.give = GiveHeld(payments, self.arrivals, book, store)

    def inflow(self, units: int, key: str = "in-1", asset: Asset = USDT) -> Inflow:
        """So much has come, now."""
        return Inflow(key=key, amount=Money(units, asset), at=self.clock.now())

    async def comes(self, payment: Payment, *came: Inflow, stage: Stage = Stage.OPEN) -> Payment:
        """The provider says that all of this came."""
        self.gateway.says(stage, *came)
        return await self.check(payment.id)

    async def holds(self, name: str, asset: Asset = USDT) -> int:
        """What an account holds; nothing when nobody opened it."""
        balances = await self.ledger.balances(account_name(name))
        return sum(each.posted.units for each in balances if each.posted.asset == asset)

    async def drawer(self) -> list[Arrival]:
        """What waits for a decision."""
        return list(await self.arrivals.held(100))

    async def told(self) -> list[Event]:
        """What the rest of the house was told since it was asked last."""
        events = await self.outbox.pending(100)
        await self.outbox.delivered([each.id for each in events])
        return list(events)

    async def names(self) -> list[str]:
        """The names of that."""
        return [each.name for each in await self.told()]
