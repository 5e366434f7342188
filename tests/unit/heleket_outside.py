"""Heleket's desk as tests play with it: over any line, and in this process without one."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
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
    MemoryStore,
)
from altyn.core.clock import Clock
from altyn.core.identifiers import TimeOrdered
from altyn.core.money import TON, USDT, WELL_KNOWN, Asset, Money
from altyn.core.payments import (
    Cashbook,
    CheckPayment,
    Gateways,
    InvoicePayment,
    OpenPayment,
    Payment,
    PollPayments,
    ReadNotices,
    Rules,
    TakeNotice,
)
from altyn.core.resilience import BreakerPolicy, Guard
from altyn.entrypoints.sandbox import Fault, HeleketDesk
from altyn.entrypoints.sandbox.heleket import php, signature
from altyn.entrypoints.testkit import House, Told, Trouble

FAULTS: Mapping[Trouble, Fault] = {
    Trouble.BEFORE: Fault.FAIL_BEFORE,
    Trouble.AFTER: Fault.FAIL_AFTER,
    Trouble.CUT: Fault.CUT_AFTER,
    Trouble.SILENCE: Fault.HANG_AFTER,
    Trouble.NONSENSE: Fault.GARBAGE_AFTER,
    Trouble.BUSY: Fault.BUSY,
}


class DeskOutside:
    """The desk, as the contract wants to play with it."""

    method = "heleket"
    asset: Asset = USDT
    other_asset: Asset = TON

    def __init__(self, desk: HeleketDesk, clock: ManualClock) -> None:
        self.desk = desk
        self.clock = clock

    def pay(self, payment: Payment, amount: Money) -> None:
        self.desk.pay(payment.id.hex, amount.decimal, amount.asset.code)

    def show(self, payment: Payment) -> None:
        self.desk.confirm(payment.id.hex)

    def lock(self, payment: Payment) -> None:
        self.desk.lock(payment.id.hex)

    def pass_time(self, time: timedelta) -> None:
        self.clock.moment += time
        self.desk.lapse()

    def invoices(self) -> int:
        return len(self.desk.invoices)

    def forget(self, payment: Payment) -> None:
        del self.desk.invoices[payment.id.hex]

    def trouble(self, opening: bool, *troubles: Trouble) -> None:
        path = "/v1/payment" if opening else "/v1/payment/info"
        self.desk.faults.plan(path, *(FAULTS[each] for each in troubles))

    def notices(self) -> Sequence[Told]:
        return [(raw, {}) for raw in self.desk.notices]

    def told_to_try(self) -> Told:
        return self.desk.test_notice(), {}

    def told_of_another(self) -> Told:
        self.desk.sell("somebody-else-1", "4.2", "USDT")
        return self.desk.notices[-1], {}

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
        await self.desk({"path": path, "headers": named}, receive, send)
        if not told:
            raise NoAnswer("heleket", "it never answered")
        begun, rest = told
        said = {name.decode(): value.decode() for name, value in begun["headers"]}
        if len(rest["body"]) < int(said["content-length"]):
            raise NoAnswer("heleket", "the answer broke off")
        return Answer(begun["status"], said, rest["body"])


def gateway_of(desk: HeleketDesk, caller: Calls, clock: Clock) -> HeleketGateway:
    """A merchant of that desk, who never rests from asking."""
    return HeleketGateway(
        merchant=Merchant(id=desk.merchant, payment_key=desk.payment_key),
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
    payments, arrivals = MemoryPayments(store), MemoryArrivals(store)
    notices, gateways = MemoryNotices(store), Gateways.these(gateway)
    book = Cashbook(arrivals, ledger, outbox, clock, TimeOrdered(clock), Rules())
    invoice = InvoicePayment(payments, gateways, book, store, clock)
    check = CheckPayment(payments, gateways, book, store, clock, invoice)
    return House(
        open=OpenPayment(payments, gateways, book, store, clock, invoice),
        check=check,
        take=TakeNotice(gateways, notices, clock),
        read=ReadNotices(notices, gateways, check, book, store, clock),
        poll=PollPayments(payments, check, clock),
        payments=payments,
        arrivals=arrivals,
        notices=notices,
        ledger=ledger,
    )
