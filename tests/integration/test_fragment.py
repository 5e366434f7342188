"""Fragment over real HTTP: the supplier passes the contract against the desk of the sandbox."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from attrs import define

from altyn.adapters.fragment import FragmentSupplier
from altyn.adapters.http import Caller, open_caller
from altyn.adapters.memory import ManualClock
from altyn.core.errors import AltynError, Unavailable
from altyn.core.purchases import Goods, Kind, State, SupplierClosed
from altyn.core.resilience import NotExecuted
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox import Fault, FragmentDesk
from altyn.entrypoints.sandbox.fragment import COOKIES
from altyn.entrypoints.testkit import SupplierContract
from tests.unit.fragment_outside import DeskOutside, hosts_of, supplier_of
from tests.unit.purchases_house import FakeWallet, House, wish

STARS = Goods(kind=Kind.STARS, quantity=50)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> FragmentDesk:
    return FragmentDesk(clock)


@pytest.fixture
async def caller(desk: FragmentDesk) -> AsyncIterator[Caller]:
    """A caller of the desk, which listens on this machine."""
    stopping = asyncio.Event()
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(listen("127.0.0.1", 0))
        serving = Serving(desk, listener)
        caller = await stack.enter_async_context(open_caller("fragment", serving.address, 0.5))
        async with serving.until(stopping):
            stopping.set()
            yield caller


@pytest.fixture
def supplier(desk: FragmentDesk, caller: Caller, clock: ManualClock) -> FragmentSupplier:
    return supplier_of(desk, caller, clock)


class TestFragmentSupplier(SupplierContract):
    """Every sentence, over the wire."""

    @pytest.fixture
    def supplier(self, desk: FragmentDesk, caller: Caller, clock: ManualClock) -> FragmentSupplier:
        return supplier_of(desk, caller, clock)

    @pytest.fixture
    def outside(self, desk: FragmentDesk, clock: ManualClock) -> DeskOutside:
        return DeskOutside(desk, clock)


@pytest.mark.parametrize("fault", list(Fault))
async def test_a_page_that_does_not_come_is_read_again(
    desk: FragmentDesk, supplier: FragmentSupplier, fault: Fault
) -> None:
    """Without it nothing can be asked; a page in pieces is none."""
    desk.faults.plan("/stars/buy", fault)
    with pytest.raises(Unavailable):
        await supplier.offer(STARS, "bob")
    assert (await supplier.offer(STARS, "bob")).shown == "Bob"


async def test_no_secret_is_in_an_error_or_a_log(
    desk: FragmentDesk,
    supplier: FragmentSupplier,
    caller: Caller,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither the cookies nor the hash, however wrong it goes and however much is logged."""
    caplog.set_level(logging.DEBUG)
    words: list[str] = []
    hashes = [each.hash for each in desk.pages.values()]
    for method in ("/stars/buy", "searchStarsRecipient", "initBuyStarsRequest"):
        for fault in Fault:
            desk.faults.plan(method, fault)
            try:
                await supplier.offer(STARS, "bob")
            except AltynError as failed:
                words.append(f"{failed} {failed!r} {failed.__cause__!r} {failed.__context__!r}")
            supplier.api._hashes.clear()
            supplier.api.hosts = hosts_of(caller, clock=ManualClock())  # which rests from nothing
    desk.cookies = {**COOKIES, "stel_ssid": "another"}
    with pytest.raises(SupplierClosed) as closed:
        await supplier.visit()
    logged = [each.getMessage() for each in caplog.records if not each.name.startswith("uvicorn")]
    said = "\n".join([*words, *logged, repr(closed.value), repr(supplier)])
    assert len(words) == 3 * len(Fault)
    secrets = [each for each in COOKIES.values() if len(each) > 5] + hashes
    assert [each for each in secrets if each in said] == []
    assert "/api?hash=(secret)" in said


async def test_nobody_listens(desk: FragmentDesk, clock: ManualClock) -> None:
    """That much is certain."""
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    async with open_caller("fragment", f"http://127.0.0.1:{port}", 0.5) as caller:
        supplier = supplier_of(desk, caller, clock)
        with pytest.raises(NotExecuted):
            await supplier.offer(STARS, "bob")
        with pytest.raises(NotExecuted, match="cannot reach fragment"):
            await supplier.visit()


@define
class PayingAtTheDesk(FakeWallet):
    """A wallet whose payments the desk sees on the chain, by the words that go with them."""

    desk: FragmentDesk | None = None

    def carry_out(self, message: str) -> None:
        super().carry_out(message)
        assert self.desk is not None
        if message in self.carried_out:
            for bill in self.drawn[int(message.split()[1]) - 1]:
                for part in bill.parts:
                    self.desk.pay(part.comment.partition("\n\n")[2])


@pytest.fixture
async def house(desk: FragmentDesk, supplier: FragmentSupplier, clock: ManualClock) -> House:
    """All use cases, over the supplier and a wallet."""
    wallet = PayingAtTheDesk(clock, desk=desk)
    return await House(clock=clock, seller=supplier, kind=lambda _: wallet).furnished()


async def test_stars_are_bought_from_the_price_to_the_goods(
    desk: FragmentDesk, house: House
) -> None:
    """Whatever goes wrong on the way: they are paid for once, and come once."""
    quoted = await house.quote(wish())
    assert (quoted.shown, quoted.quote.cost.decimal) == ("Bob", "0.460900000")
    await house.reserve(quoted.id)
    desk.faults.plan("searchStarsRecipient", Fault.BUSY)
    desk.faults.plan("initBuyStarsRequest", Fault.HANG_AFTER)
    desk.faults.plan("getBuyStarsLink", Fault.CUT_AFTER)
    desk.faults.plan("confirmReq", Fault.FAIL_BEFORE, Fault.HANG_AFTER)
    desk.faults.plan("updateStarsBuyState", Fault.FAIL_AFTER, Fault.GARBAGE_AFTER)
    desk.expire_hashes()
    await house.work(9)
    bought = await house.purchases.get(quoted.id)
    assert (bought.state, bought.proof) == (State.DELIVERED, "tx")
    assert (await house.ann_has())[1] == "0.00"
    (reference,) = desk.payments
    assert bought.order_id.endswith(reference)
    assert [each.mode for each in desk.requests.values() if each.paid_at] == ["done"]


async def changed_name(desk: FragmentDesk, _: House) -> None:
    desk.people["bob"] = "Mallory"


async def dearer(desk: FragmentDesk, _: House) -> None:
    desk.reprice(10)


async def nobody(desk: FragmentDesk, _: House) -> None:
    del desk.people["bob"]


async def stranger(desk: FragmentDesk, _: House) -> None:
    for _number in range(100):
        desk.misdirect()


async def closed(desk: FragmentDesk, _: House) -> None:
    desk.unverified = True


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (changed_name, "recipient_changed"),
        (dearer, "price_rose"),
        (nobody, "recipient_refused"),
        (stranger, "quote_expired"),
        (closed, "quote_expired"),
    ],
)
async def test_what_is_not_as_it_was_agreed_is_not_paid(
    desk: FragmentDesk,
    house: House,
    change: Callable[[FragmentDesk, House], Awaitable[None]],
    told: str,
) -> None:
    """The customer has all of their money, and Fragment none of ours."""
    quoted = await house.quote(wish())
    await house.reserve(quoted.id)
    await change(desk, house)
    await house.work(16)
    refused = await house.purchases.get(quoted.id)
    assert (refused.state, refused.told.partition(":")[0]) == (State.REFUSED, told)
    assert await house.ann_has() == ("1000.00", "0.00")
    assert (desk.payments, house.wallet.presents) == (set(), 0)


async def test_what_never_comes_is_for_a_person_to_decide(desk: FragmentDesk, house: House) -> None:
    """It is neither paid again nor given back by itself; the page of Stars waits with it."""
    desk.delivers_after = None
    quoted = await house.quote(wish())
    await house.reserve(quoted.id)
    await house.work(1)
    assert (await house.purchases.get(quoted.id)).state is State.PAID
    house.clock.advance(minutes=10)
    await house.poll()
    assert (await house.purchases.get(quoted.id)).state is State.UNKNOWN
    another = await house.quote(wish(2))
    await house.reserve(another.id)
    await house.work(0.2)
    waiting = await house.purchases.get(another.id)
    assert (waiting.state, "taken up" in waiting.told) == (State.RESERVED, True)
    house.clock.advance(hours=24)
    await house.poll()
    assert (await house.purchases.get(quoted.id)).state is State.REVIEW
    assert len(desk.payments) == 1
