"""Example Pay's desk as tests play with it: over any line, and in this process without one."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final, cast

from attrs import define, evolve, field

from altyn.adapters.http import Answer, Calls, NoAnswer
from altyn.adapters.memory import ManualClock
from altyn.adapters.psp import Profile, PspGateway, Shop, load_profile, read_profile
from altyn.adapters.psp.loading import SHIPPED
from altyn.core.clock import Clock
from altyn.core.money import RUB, USD, WELL_KNOWN, Asset, Money
from altyn.core.payments import Approvals, Payment
from altyn.core.resilience import BreakerPolicy, Guard
from altyn.entrypoints.sandbox import Fault, PspDesk
from altyn.entrypoints.sandbox.psp_signing import HEADER, SIGN, Signer, compact
from altyn.entrypoints.testkit.gateway import Call, House, Outside, Told, Trait, Trouble
from tests.unit import heleket_outside

EXAMPLE: Final = (SHIPPED / "example.toml").read_text("utf-8")
# Read once: a world of payments opens this shop at every start of a process.
PROFILE: Final = load_profile("example", WELL_KNOWN)

FAULTS: Final[Mapping[Trouble, Fault]] = {
    Trouble.BEFORE: Fault.FAIL_BEFORE,
    Trouble.AFTER: Fault.FAIL_AFTER,
    Trouble.CUT: Fault.CUT_AFTER,
    Trouble.SILENCE: Fault.HANG_AFTER,
    Trouble.NONSENSE: Fault.GARBAGE_AFTER,
    Trouble.BUSY: Fault.BUSY,
}
CALLS: Final[Mapping[Call, str]] = {
    Call.OPEN: "create",
    Call.INQUIRE: "query",
    Call.REFUND: "refund",
    Call.INQUIRE_REFUND: "refund_query",
    Call.LIST: "listing",
}


class DeskOutside(Outside):
    """The desk, as the contract wants to play with it."""

    method = "example"
    price = Money(500_000, RUB)
    traits = frozenset(Trait) - {Trait.PROVES, Trait.STRANGE, Trait.CLAIMS}
    other_asset: Asset | None = USD

    def __init__(self, desk: PspDesk, clock: ManualClock) -> None:
        self.desk = desk
        self.clock = clock
        desk.per_page = 2
        desk.refunds_wait = True

    def pass_time(self, time: timedelta) -> None:
        self.clock.moment += time
        self.desk.lapse()

    def trouble(self, call: Call, *troubles: Trouble) -> None:
        self.desk.faults.plan(CALLS[call], *(FAULTS[each] for each in troubles))

    def pay(self, payment: Payment, amount: Money) -> None:
        self.desk.pay(payment.id.hex, amount.decimal, amount.asset.code)

    def stray(self) -> None:
        self.desk.sell("somebody-else-1", self.price.decimal, self.price.asset.code)

    def show(self, payment: Payment) -> None:
        self.desk.move(payment.id.hex, "held")

    def lock(self, payment: Payment) -> None:
        self.desk.move(payment.id.hex, "in_review")

    def invoices(self) -> int:
        return len(self.desk.sales)

    def forget(self, payment: Payment) -> None:
        del self.desk.sales[payment.provider_id]

    def notices(self) -> Sequence[Told]:
        return list(self.desk.notices)

    def told_to_try(self) -> Told:
        return self.desk.told_to_try()

    def forged(self, notice: Told) -> Sequence[Told]:
        raw, headers = notice
        said = {"order_id": "1", "payment_id": "2", "event_id": "3", "status": "paid"}
        said |= {"paid_amount": "5000.00", "currency": "RUB"}
        others = [
            Signer(family=self.desk.family, key=key, shop=self.desk.shop, form=self.desk.form)(said)
            for key in ("", "another-key")
        ]
        unsigned = {k: v for k, v in headers.items() if k not in (HEADER, "Authorization")}
        return [
            *others,
            (raw.replace(SIGN.encode(), b"sing"), unsigned),
            (compact(said), headers if self.desk.family == "hmac_header_raw" else {}),
            (compact({**said, SIGN: ""}), {**unsigned, HEADER: "", "Authorization": ""}),
        ]

    def sent_back(self) -> Money:
        back = sum(
            (Decimal(each["refunded"]) for each in self.desk.sales.values()), Decimal("0.00")
        )
        return Money.parse(str(back), RUB)

    def finish_refunds(self, paid: bool) -> None:
        for refund_id, refund in self.desk.refunds.items():
            if refund["status"] == "accepted":
                self.desk.finish(refund_id, done=paid)

    def refuse_refund(self) -> None:
        self.desk.refusals.append("there is not enough on our account")

    def refund_outside(self, payment: Payment) -> None:
        self.desk.give_back(payment.id.hex, payment.came.decimal)


@define
class AtTheDesk:
    """Calls of somebody who stands at the desk: as over HTTP, without any."""

    desk: PspDesk
    asked: list[tuple[str, bytes, Mapping[str, str]]] = field(factory=list, init=False)
    """The method and path, the body and the headers of each."""
    instead: dict[str, Answer] = field(factory=dict, init=False)
    """What is answered to the calls of that method and path, if not by the desk."""

    async def __call__(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer, or NoAnswer where the desk falls silent."""
        self.asked.append((f"{method} {path}", body, headers or {}))
        path, _, query = path.partition("?")
        if f"{method} {path}" in self.instead:
            return self.instead[f"{method} {path}"]
        asked: list[Any] = [{"type": "http.request", "body": body}]
        told: list[Any] = []

        async def receive() -> Any:
            return asked.pop() if asked else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            told.append(message)

        named = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        await self.desk(
            {"method": method, "path": path, "query_string": query.encode(), "headers": named},
            receive,
            send,
        )
        if not told:
            raise NoAnswer("example", "it never answered")
        begun, rest = told
        said = {name.decode(): value.decode() for name, value in begun["headers"]}
        if len(rest["body"]) < int(said["content-length"]):
            raise NoAnswer("example", "the answer broke off")
        return Answer(begun["status"], said, rest["body"])


def profile_with(**tables: str) -> Profile:
    """The example, with some of its tables written otherwise."""
    return read_profile(example_with(**tables), WELL_KNOWN)


def example_with(**tables: str) -> str:
    """Its text; a table is named as in TOML with __ for a dot, and left out when it is empty."""
    head, *parts = EXAMPLE.split("\n[")
    kept = dict(part.split("]\n", 1) for part in parts)
    for name, text in tables.items():
        table = name.replace("__", ".")
        if text:
            kept[table] = text
        else:
            del kept[table]
    return head + "".join(f"\n[{name}]\n{text}" for name, text in kept.items())


def shop_of(desk: PspDesk) -> Shop:
    """Who we are to that desk."""
    return Shop(
        id=desk.shop,
        secrets={"key": desk.key, "callback_key": desk.callback_key},
        success_url="https://t.me/shop_bot?start=paid",
        notice_url="https://shop.example/webhooks/example",
    )


def gateway_of(
    desk: PspDesk, caller: Calls, clock: Clock, profile: Profile | None = None
) -> PspGateway:
    """A shop of that desk, which never rests from asking."""
    return PspGateway(
        profile=profile or PROFILE,
        shop=shop_of(desk),
        caller=caller,
        guard=Guard("example", BreakerPolicy(failures_min=10**6, volume_min=10**6)),
        clock=clock,
    )


def house_of(gateway: PspGateway, clock: Clock) -> House:
    """The use cases over memory; one person may give back what cards pay."""
    house = heleket_outside.house_of(cast(Any, gateway), clock)
    alone = Approvals({"RUB": Money(10**9, RUB)})
    return evolve(house, ask_back=evolve(house.ask_back, approvals=alone))
