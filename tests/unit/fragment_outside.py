"""Fragment's desk as tests play with it: over any line, and in this process without one."""

from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from attrs import field, frozen
from pytoniq_core.boc.builder import Builder

from altyn.adapters.fragment import (
    FragmentApi,
    FragmentSupplier,
    Host,
    Hosts,
    Payer,
    Session,
    operations_of,
)
from altyn.adapters.http import Answer, Calls, NoAnswer
from altyn.adapters.memory import ManualClock, ManualTicks
from altyn.adapters.ton import Address, parse_address
from altyn.core.clock import Ticks
from altyn.core.money import TON, Asset
from altyn.core.purchases import Goods, Kind, Ordered
from altyn.core.resilience import BreakerPolicy, EndpointPool, Guard, Turns
from altyn.entrypoints.sandbox import Fault, FragmentDesk
from altyn.entrypoints.sandbox.fragment import DESTINATION, NO_PERSON
from altyn.entrypoints.testkit.supplier import Call, Outside, Trait, Trouble

FAULTS: Mapping[Trouble, Fault] = {
    Trouble.BEFORE: Fault.FAIL_BEFORE,
    Trouble.AFTER: Fault.FAIL_AFTER,
    Trouble.CUT: Fault.CUT_AFTER,
    Trouble.SILENCE: Fault.HANG_AFTER,
    Trouble.NONSENSE: Fault.GARBAGE_AFTER,
    Trouble.BUSY: Fault.BUSY,
}

METHODS: Mapping[Call, str] = {
    Call.VISIT: "searchStarsRecipient",
    Call.OFFER: "initBuyStarsRequest",
    Call.ORDER: "getBuyStarsLink",
    Call.DELIVERY: "updateStarsBuyState",
}

STATE_INIT = Builder().store_uint(6, 5).store_uint(0, 64).end_cell()
PAYER = Payer(
    address=Address(0, STATE_INIT.hash),
    public_key=sha256(b"a public key").digest(),
    state_init=b64encode(STATE_INIT.to_boc()).decode(),
)
RECEIVER = parse_address(DESTINATION)


class DeskOutside(Outside):
    """The desk, as the contract wants to play with it."""

    goods = Goods(kind=Kind.STARS, quantity=50)
    more = Goods(kind=Kind.STARS, quantity=500)
    not_sold = Goods(kind=Kind.STARS, quantity=1_000_001)

    def __init__(self, desk: FragmentDesk, clock: ManualClock) -> None:
        self.desk = desk
        self.clock = clock
        desk.delivers_after = None
        settles = {Trait.SETTLES} if desk.names_requests else set()
        self.traits = frozenset({Trait.KNOWS_PEOPLE, Trait.NAMES_ORDERS} | settles)

    @property
    def secrets(self) -> Sequence[str]:  # type: ignore[override]
        """The cookies, and the hashes that belong to them."""
        hashes = [each.hash for each in self.desk.pages.values()]
        return [value for value in self.desk.cookies.values() if len(value) > 5] + hashes

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def pass_time(self, time: timedelta) -> None:
        self.clock.moment += time

    def trouble(self, call: Call, *troubles: Trouble) -> None:
        self.desk.faults.plan(METHODS[call], *(FAULTS[each] for each in troubles))

    def bought(self) -> int:
        return len(self.desk.payments)

    def reprice(self) -> None:
        self.desk.reprice()

    def close(self) -> None:
        self.desk.denied = True

    def reopen(self) -> None:
        self.desk.denied = False

    def forget(self) -> None:
        del self.desk.people[self.recipient]

    def rename(self, shown: str) -> None:
        self.desk.people[self.recipient] = shown

    def refuse(self) -> None:
        self.desk.refusals[self.recipient] = NO_PERSON

    def pay(self, ordered: Ordered) -> str:
        _, _, reference = ordered.order_id.partition(" ")
        self.desk.pay(reference)
        return b64encode(f"what paid {reference}".encode()).decode()

    def deliver(self, ordered: Ordered) -> None:
        self.desk.deliver(ordered.order_id.partition(" ")[0])


@frozen
class AtTheDesk:
    """Calls of somebody who stands at the desk: as over HTTP, without any."""

    desk: Callable[[Any, Any, Any], Awaitable[None]] = field(repr=False)
    whom: str = "fragment"

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
        scope = {
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": named,
        }
        await self.desk(scope, receive, send)
        if not told:
            raise NoAnswer(self.whom, "it never answered")
        begun, rest = told
        said = {name.decode(): value.decode() for name, value in begun["headers"]}
        if len(rest["body"]) < int(said["content-length"]):
            raise NoAnswer(self.whom, "the answer broke off")
        return Answer(begun["status"], said, rest["body"])


async def at_once() -> float:
    """Nobody has to wait for their turn."""
    return 0.0


async def payer() -> Payer:
    """Who pays."""
    return PAYER


NEVER = BreakerPolicy(failures_min=10**6, volume_min=10**6)
"""Of somebody who never rests from asking."""


def hosts_of(
    *callers: Calls, clock: ManualClock, policy: BreakerPolicy = NEVER, ticks: Ticks | None = None
) -> Hosts:
    """Fragment at each of these, the preferred one first."""
    hosts = {f"host{n}": Host(each, Guard("fragment", policy)) for n, each in enumerate(callers)}
    operations = operations_of(tuple(hosts))
    pool = EndpointPool("fragment", operations, clock, ticks=ticks or ManualTicks())
    return Hosts(pool, hosts)


def supplier_of(
    desk: FragmentDesk, caller: Calls, clock: ManualClock, paid_in: Asset = TON
) -> FragmentSupplier:
    """Somebody who buys at that desk, and never rests from asking."""
    api = FragmentApi(
        session=Session(dict(desk.cookies)),
        hosts=hosts_of(caller, clock=clock),
        turns=Turns(name="fragment", admit=at_once),
    )
    return FragmentSupplier(
        api=api,
        address=PAYER.address,
        payer=payer,
        clock=clock,
        destinations=frozenset({RECEIVER}),
        paid_in=paid_in,
    )
