"""Sticker packs over real HTTP: the supplier passes the contract against the desk."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress

import pytest
from attrs import define

from altyn.adapters.http import Caller, open_caller
from altyn.adapters.memory import ManualClock
from altyn.adapters.stickerdom import StickerdomSupplier, Way
from altyn.core.errors import AltynError
from altyn.core.purchases import State
from altyn.core.resilience import NotExecuted
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox import Fault, StickerdomDesk
from altyn.entrypoints.testkit import SupplierContract
from tests.unit.purchases_house import FakeWallet, House, wish
from tests.unit.stickerdom_outside import COINS, FOX, OURS, STARS, StickerdomOutside, supplier_of


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> StickerdomDesk:
    return StickerdomDesk(clock)


@pytest.fixture
async def caller(desk: StickerdomDesk) -> AsyncIterator[Caller]:
    """A caller of the desk, which listens on this machine."""
    stopping = asyncio.Event()
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(listen("127.0.0.1", 0))
        serving = Serving(desk, listener)
        caller = await stack.enter_async_context(open_caller("stickerdom", serving.address, 0.5))
        async with serving.until(stopping):
            stopping.set()
            yield caller


class TestStickerdomSupplier(SupplierContract):
    """Every sentence, over the wire."""

    @pytest.fixture
    def way(self) -> Way:
        return COINS

    @pytest.fixture
    def supplier(self, caller: Caller, clock: ManualClock, way: Way) -> StickerdomSupplier:
        return supplier_of(caller, clock, way)

    @pytest.fixture
    def outside(self, desk: StickerdomDesk, clock: ManualClock, way: Way) -> StickerdomOutside:
        return StickerdomOutside(desk, clock, way)


class TestStickerdomPaidInStars(TestStickerdomSupplier):
    """The same, paid in Stars."""

    @pytest.fixture
    def way(self) -> Way:
        return STARS


async def test_no_secret_is_in_an_error_or_a_log(
    desk: StickerdomDesk, caller: Caller, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither what Telegram says nor a token, however wrong it goes and however much is logged."""
    caplog.set_level(logging.DEBUG)
    words: list[str] = []
    supplier = supplier_of(caller, clock)
    for asked in ("auth", "settings", "price"):
        for fault in Fault:
            desk.faults.plan(asked, fault)
            desk.expire_tokens()
            try:
                await supplier.offer(FOX, "bob")
            except AltynError as failed:
                words.append(f"{failed} {failed!r} {failed.__cause__!r} {failed.__context__!r}")
    logged = [each.getMessage() for each in caplog.records if not each.name.startswith("uvicorn")]
    said = "\n".join([*words, *logged, repr(supplier)])
    assert len(words) >= 2 * len(Fault)
    assert [each for each in ("eyJ", "auth_date", "a-signature-of") if each in said] == []


async def test_nobody_listens(clock: ManualClock) -> None:
    """That much is certain."""
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    async with open_caller("stickerdom", f"http://127.0.0.1:{port}", 0.5) as caller:
        with pytest.raises(NotExecuted):
            await supplier_of(caller, clock).offer(FOX, "bob")


@define
class PayingAtTheDesk(FakeWallet):
    """A wallet whose payments the desk sees on the chain, by the words that go with them."""

    desk: StickerdomDesk | None = None

    def carry_out(self, message: str) -> None:
        super().carry_out(message)
        assert self.desk is not None
        if message in self.carried_out:
            for bill in self.drawn[int(message.split()[1]) - 1]:
                for part in bill.parts:
                    assert part.amount.units == self.desk.orders[part.comment].units
                    self.desk.pay(part.comment)


@pytest.fixture
async def house(desk: StickerdomDesk, caller: Caller, clock: ManualClock) -> House:
    """All use cases, over the supplier and a wallet."""
    wallet = PayingAtTheDesk(clock, desk=desk)
    supplier = supplier_of(caller, clock)
    return await House(clock=clock, seller=supplier, kind=lambda _: wallet).furnished()


async def test_a_pack_is_bought_from_the_price_to_the_goods(
    desk: StickerdomDesk, house: House
) -> None:
    """Whatever goes wrong on the way: it is paid for once, and comes once."""
    quoted = await house.quote(wish(goods=FOX, supplier="stickerdom"))
    assert (quoted.shown, quoted.quote.cost.decimal) == ("@altyn_shop", "1.250000000")
    await house.reserve(quoted.id)
    desk.orders_limit = 3  # two orders come to nothing on the way
    desk.expire_tokens()
    desk.faults.plan("auth", Fault.BUSY, Fault.CUT_AFTER)
    desk.faults.plan("order", Fault.HANG_AFTER, Fault.CUT_AFTER)
    desk.faults.plan("profile", Fault.GARBAGE_AFTER)
    await house.work(9)
    assert await house.state(quoted.id) is State.DELIVERED
    assert len(desk.payments) == 1
    assert desk.owned == {42: [(12, 3)]}
    assert (await house.ann_has())[1] == "0.00"
    await house.sound()


async def dearer(desk: StickerdomDesk) -> None:
    desk.reprice(10)


async def sold_out(desk: StickerdomDesk) -> None:
    desk.stocked(12, 3, 0)


async def full(desk: StickerdomDesk) -> None:
    desk.orders_limit = 0


async def to_ourselves(desk: StickerdomDesk) -> None:
    for _ in range(100):
        desk.misdirect(OURS.raw)


async def closed(desk: StickerdomDesk) -> None:
    desk.banned = True


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (dearer, "price_rose"),
        (sold_out, "supplier_refused"),
        (full, "supplier_refused"),
        (to_ourselves, "quote_expired"),
        (closed, "quote_expired"),
    ],
)
async def test_what_is_not_as_it_was_agreed_is_not_paid(
    desk: StickerdomDesk,
    house: House,
    change: Callable[[StickerdomDesk], Awaitable[None]],
    told: str,
) -> None:
    """The customer has all of their money, and the store none of ours."""
    desk.orders_limit = 100
    quoted = await house.quote(wish(goods=FOX, supplier="stickerdom"))
    await house.reserve(quoted.id)
    await change(desk)
    await house.work(16)
    refused = await house.purchases.get(quoted.id)
    assert (refused.state, refused.told.partition(":")[0]) == (State.REFUSED, told)
    assert await house.ann_has() == ("1000.00", "0.00")
    assert (desk.payments, house.wallet.presents) == (set(), 0)


async def test_what_never_comes_is_for_a_person_to_decide(
    desk: StickerdomDesk, house: House
) -> None:
    """It is neither paid again nor given back by itself, and nothing is taken for it."""
    desk.delivers_after, desk.orders_limit = None, 100
    quoted = await house.quote(wish(goods=FOX, supplier="stickerdom"))
    await house.reserve(quoted.id)
    await house.work(1)
    assert await house.state(quoted.id) is State.PAID
    house.clock.advance(minutes=10)
    await house.poll()
    assert await house.state(quoted.id) is State.UNKNOWN
    another = await house.quote(wish(2, goods=FOX, supplier="stickerdom"))
    await house.reserve(another.id)
    with suppress(AltynError):
        await house.work(0.2)
    waiting = await house.purchases.get(another.id)
    assert (waiting.state, "has not come yet" in waiting.told) == (State.RESERVED, True)
    house.clock.advance(hours=24)
    await house.poll()
    assert await house.state(quoted.id) is State.REVIEW
    assert len(desk.payments) == 1
