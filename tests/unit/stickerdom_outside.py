"""The desk of sticker packs as tests play with it: over any line, and in this process."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from attrs import frozen

from altyn.adapters.http import Calls
from altyn.adapters.memory import ManualClock, ManualTicks
from altyn.adapters.stickerdom import (
    OPERATIONS,
    STICKERDOM,
    CoinsWay,
    Door,
    Line,
    Shelf,
    StarsWay,
    StickerdomApi,
    StickerdomSupplier,
    Way,
)
from altyn.adapters.ton import Address
from altyn.core.purchases import Goods, Kind, Ordered
from altyn.core.resilience import BreakerPolicy, EndpointPool, Guard, Turns
from altyn.entrypoints.sandbox import StickerdomDesk
from altyn.entrypoints.sandbox.stickerdom_wire import BOT, init_data
from altyn.entrypoints.testkit.supplier import Call, Outside, Trait, Trouble
from tests.unit.fragment_outside import FAULTS, at_once

USER = 42
OURS = Address(0, b"\x42" * 32)
FOX = Goods(kind=Kind.PACK, quantity=1, item="12/3")
OWL = Goods(kind=Kind.PACK, quantity=1, item="12/4")
COINS = CoinsWay(ours=frozenset({OURS}))
STARS = StarsWay(bot=BOT)


@frozen
class Telegram:
    """Opens the Mini App for our account."""

    clock: ManualClock
    user: int = USER
    username: str = "altyn_shop"

    async def __call__(self) -> str:
        """As the port says."""
        return init_data(self.user, self.username, self.clock.now())


class StickerdomOutside(Outside):
    """The desk, as the contract wants to play with it."""

    goods = FOX
    not_sold = Goods(kind=Kind.PACK, quantity=1, item="12/999")
    traits = frozenset({Trait.COUNTS, Trait.NAMES_ORDERS})

    def __init__(self, desk: StickerdomDesk, clock: ManualClock, way: Way) -> None:
        self.desk = desk
        self.clock = clock
        self.coins = way is COINS
        # Stars buy one pack, so more is a dearer one.
        self.more = Goods(kind=Kind.PACK, quantity=3, item="12/3") if self.coins else OWL
        desk.delivers_after = None
        desk.orders_limit = 100

    @property
    def secrets(self) -> Sequence[str]:  # type: ignore[override]
        """What a token begins with, and what is in the words of Telegram."""
        return ["eyJ", "auth_date", "a-signature-of-the-sandbox"]

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def pass_time(self, time: timedelta) -> None:
        self.clock.moment += time

    def trouble(self, call: Call, *troubles: Trouble) -> None:
        asked: Mapping[Call, str] = {
            Call.VISIT: "settings",
            Call.OFFER: "price" if self.coins else "collection",
            Call.ORDER: "order" if self.coins else "invoice",
            Call.DELIVERY: "profile",
            Call.STOCK: "collection",
        }
        self.desk.faults.plan(asked[call], *(FAULTS[each] for each in troubles))

    def bought(self) -> int:
        return len(self.desk.payments)

    def reprice(self) -> None:
        self.desk.reprice()

    def close(self) -> None:
        self.desk.banned = True

    def reopen(self) -> None:
        self.desk.banned = False

    def stocked(self, count: int) -> None:
        self.desk.stocked(12, 3, count)

    def pay(self, ordered: Ordered) -> str:
        self.desk.pay(_id(ordered))
        return f"what paid {_id(ordered)}"

    def deliver(self, ordered: Ordered) -> None:
        self.desk.deliver(_id(ordered))


def _id(ordered: Ordered) -> str:
    return ordered.order_id.partition(" ")[2]


def api_of(caller: Calls, clock: ManualClock, ticks: ManualTicks | None = None) -> StickerdomApi:
    """Calls of somebody who never rests from asking."""
    ticks = ticks or ManualTicks()
    line = Line(
        caller=caller,
        pool=EndpointPool(STICKERDOM, OPERATIONS, clock, ticks=ticks),
        guard=Guard(STICKERDOM, BreakerPolicy(failures_min=10**6, volume_min=10**6)),
        turns=Turns(name=STICKERDOM, admit=at_once),
        ticks=ticks,
    )
    return StickerdomApi(line, Door(Telegram(clock), line, clock))


def supplier_of(caller: Calls, clock: ManualClock, way: Way = COINS) -> StickerdomSupplier:
    """Somebody who buys there."""
    api = api_of(caller, clock)
    return StickerdomSupplier(api=api, shelf=Shelf(api, clock), way=way, clock=clock)
