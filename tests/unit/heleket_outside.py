"""Heleket's desk as tests play with it: over any line, and in this process without one."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from attrs import frozen

from altyn.adapters.heleket import HeleketGateway, Merchant
from altyn.adapters.http import Answer, Calls, NoAnswer
from altyn.adapters.memory import (
    ManualClock,
    MemoryArrivals,
    MemoryLedger,
    MemoryNotices,
    MemoryOutbox,
    MemoryPayments,
    MemoryRefunds,
    MemoryStandings,
    MemoryStandstill,
    MemoryStore,
    MemoryTrail,
)
from altyn.core.clock import Clock
from altyn.core.identifiers import TimeOrdered
from altyn.core.identity import Audit
from altyn.core.money import TON, USDT, WELL_KNOWN, Asset, Money
from altyn.core.payments import (
    Approvals,
    BookInflows,
    BookReversal,
    CarryOutRefund,
    Cashbook,
    CheckPayment,
    DecideRefund,
    Gateways,
    InvoicePayment,
    OpenPayment,
    Payment,
    PollPayments,
    PollRefunds,
    ReadNotices,
    RequestRefund,
    Routes,
    Rules,
    TakeNotice,
)
from altyn.core.resilience import BreakerPolicy, Guard
from altyn.entrypoints.sandbox import Fault, HeleketDesk
from altyn.entrypoints.sandbox.heleket_wire import php, signature
from altyn.entrypoints.testkit.gateway import Call, House, Outside, Told, Trait, Trouble

FAULTS: Mapping[Trouble, Fault] = {
    Trouble.BEFORE: Fault.FAIL_BEFORE,
    Trouble.AFTER: Fault.FAIL_AFTER,
    Trouble.CUT: Fault.CUT_AFTER,
    Trouble.SILENCE: Fault.HANG_AFTER,
    Trouble.NONSENSE: Fault.GARBAGE_AFTER,
    Trouble.BUSY: Fault.BUSY,
}


PATHS: Mapping[Call, str] = {
    Call.OPEN: "/v1/payment",
    Call.INQUIRE: "/v1/payment/info",
    Call.REFUND: "/v1/payment/refund",
    Call.INQUIRE_REFUND: "/v1/payment/info",
    Call.LIST: "/v1/payment/list",
}


class DeskOutside(Outside):
    """The desk, as the contract wants to play with it."""

    method = "heleket"
    price = Money(5_000_000, USDT)
    traits = frozenset(Trait) - {Trait.PROVES}
    other_asset: Asset | None = TON
    address = "TPayerOfTheSandbox0000000000000000"

    def __init__(self, desk: HeleketDesk, clock: ManualClock) -> None:
        self.desk = desk
        self.clock = clock
        desk.per_page = 2

    def pass_time(self, time: timedelta) -> None:
        self.clock.moment += time
        self.desk.lapse()

    def trouble(self, call: Call, *troubles: Trouble) -> None:
        self.desk.faults.plan(PATHS[call], *(FAULTS[each] for each in troubles))

    def pay(self, payment: Payment, amount: Money) -> None:
        self.desk.pay(payment.id.hex, amount.decimal, amount.asset.code)

    def pay_strangely(self, payment: Payment) -> None:
        self.desk.pay(payment.id.hex, "0.00150000", "BTC")

    def pay_finely(self, payment: Payment) -> None:
        self.desk.pay(payment.id.hex, f"{payment.asked.decimal}12", "USDT")

    def stray(self) -> None:
        self.desk.sell("somebody-else-1", self.price.decimal, self.price.asset.code)

    def show(self, payment: Payment) -> None:
        self.desk.confirm(payment.id.hex)

    def lock(self, payment: Payment) -> None:
        self.desk.lock(payment.id.hex)

    def invoices(self) -> int:
        return len(self.desk.invoices)

    def forget(self, payment: Payment) -> None:
        del self.desk.invoices[payment.id.hex]

    def notices(self) -> Sequence[Told]:
        return [(raw, {}) for raw in self.desk.notices]

    def fall_behind(self) -> None:
        self.desk.fall_behind()

    def catch_up(self) -> None:
        self.desk.catch_up()

    def told_to_try(self) -> Told:
        return self.desk.test_notice(), {}

    def forged(self, notice: Told) -> Sequence[Told]:
        said = json.loads(notice[0])
        other = {name: value for name, value in said.items() if name != "sign"}
        return [
            (notice[0].replace(b'"5.000000"', b'"5.000001"', 1), {}),
            (php({**other, "sign": signature(php(other), "another-key")}), {}),
            (php({**other, "sign": signature(php(other), "")}), {}),
            (php({**said, "sign": said["sign"].upper()}), {}),
            (php({**said, "sign": ""}), {}),
            (php(other), {}),
        ]

    def sent_back(self) -> Money:
        back = sum(
            (each.amount for each in self.desk.refunds.begun if not each.failed),
            Decimal("0.000000"),
        )
        return Money.parse(str(back), USDT)

    def finish_refunds(self, paid: bool) -> None:
        for order_id, invoice in self.desk.invoices.items():
            if invoice["status"] == "refund_process":
                self.desk.finish_refund(order_id, paid)

    def refuse_refund(self) -> None:
        self.desk.refunds.refusals.append("Not enough funds")

    def refund_outside(self, payment: Payment) -> None:
        self.desk.refund_outside(payment.id.hex)


@frozen
class AtTheDesk:
    """Calls of somebody who stands at the desk: as over HTTP, without any."""

    desk: HeleketDesk

    async def __call__(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer, or NoAnswer where the desk falls silent."""
        asked: list[Any] = [{"type": "http.request", "body": body}]
        told: list[Any] = []

        async def receive() -> Any:
            return asked.pop() if asked else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            told.append(message)

        named = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        path, _, query = path.partition("?")
        scope = {"path": path, "query_string": query.encode(), "headers": named}
        await self.desk(scope, receive, send)
        if not told:
            raise NoAnswer("heleket", "it never answered")
        begun, rest = told
        said = {name.decode(): value.decode() for name, value in begun["headers"]}
        if len(rest["body"]) < int(said["content-length"]):
            raise NoAnswer("heleket", "the answer broke off")
        return Answer(begun["status"], said, rest["body"])


class Says:
    """A server that answers with one result after the other, and then with the last again."""

    def __init__(self, *results: Any, status: int = 200) -> None:
        self.results = list(results)
        self.status = status
        self.asked: list[tuple[str, bytes]] = []

    async def __call__(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The next of them."""
        self.asked.append((path, body))
        result = self.results.pop(0) if len(self.results) > 1 else self.results[0]
        return Answer(self.status, {}, json.dumps({"state": 0, "result": result}).encode())


def gateway_of(desk: HeleketDesk, caller: Calls, clock: Clock) -> HeleketGateway:
    """A merchant of that desk, who never rests from asking."""
    return HeleketGateway(
        merchant=Merchant(
            id=desk.merchant, payment_key=desk.payment_key, payout_key=desk.payout_key
        ),
        caller=caller,
        guard=Guard("heleket", BreakerPolicy(failures_min=10**6, volume_min=10**6)),
        clock=clock,
        assets=WELL_KNOWN,
        bounds={"USDT": (Money(1_000_000, USDT), Money(10**10, USDT))},
    )


def house_of(gateway: HeleketGateway, clock: Clock) -> House:
    """The use cases over memory."""
    store = MemoryStore()
    ledger, outbox = MemoryLedger(store, clock), MemoryOutbox(store)
    payments, arrivals, refunds = MemoryPayments(store), MemoryArrivals(store), MemoryRefunds(store)
    notices, gateways = MemoryNotices(store), Gateways.these(gateway)
    book = Cashbook(arrivals, ledger, outbox, clock, TimeOrdered(clock), Rules(), refunds)
    facts = BookInflows(payments, MemoryStandings(store), book, clock)
    invoice = InvoicePayment(payments, gateways, book, store, clock)
    reverse = BookReversal(payments, arrivals, refunds, book, store)
    check = CheckPayment(payments, gateways, book, store, clock, invoice, reverse)
    audit = Audit(MemoryTrail(store), clock)
    still = MemoryStandstill(store)
    carry_out = CarryOutRefund(payments, arrivals, refunds, gateways, book, store, clock, still)
    return House(
        open=OpenPayment(payments, gateways, book, store, clock, invoice, Routes()),
        check=check,
        take=TakeNotice(gateways, notices, clock),
        read=ReadNotices(notices, gateways, check, facts, store, clock, reverse),
        poll=PollPayments(payments, check, clock),
        ask_back=RequestRefund(
            payments, arrivals, refunds, gateways, book, store, clock, Approvals(), audit
        ),
        carry_out=carry_out,
        decide=DecideRefund(carry_out, clock, audit),
        poll_refunds=PollRefunds(refunds, carry_out, clock),
        payments=payments,
        arrivals=arrivals,
        refunds=refunds,
        notices=notices,
        ledger=ledger,
    )
