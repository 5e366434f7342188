"""Fragment over real HTTP: the supplier passes the contract against the desk of the sandbox."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from altyn.adapters.fragment import FragmentProbe, FragmentSupplier
from altyn.adapters.http import Caller, open_caller
from altyn.adapters.memory import ManualClock
from altyn.core.errors import AltynError, Unavailable
from altyn.core.purchases import Goods, Kind
from altyn.core.resilience import NotExecuted
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox import Fault, FragmentDesk
from altyn.entrypoints.sandbox.fragment import COOKIES
from altyn.entrypoints.testkit import SupplierContract
from tests.unit.fragment_outside import DeskOutside, supplier_of

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
    desk: FragmentDesk, supplier: FragmentSupplier, caplog: pytest.LogCaptureFixture
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
    desk.cookies = {**COOKIES, "stel_ssid": "another"}
    condition = await FragmentProbe(supplier, "durov")()
    logged = [each.getMessage() for each in caplog.records if not each.name.startswith("uvicorn")]
    said = "\n".join([*words, *logged, condition.words, repr(supplier)])
    assert len(words) == 3 * len(Fault)
    secrets = [each for each in COOKIES.values() if len(each) > 5] + hashes
    assert [each for each in secrets if each in said] == []
    assert "/api?hash=(secret)" in said


async def test_nobody_listens(desk: FragmentDesk, clock: ManualClock) -> None:
    """That much is certain, and the probe says so."""
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    async with open_caller("fragment", f"http://127.0.0.1:{port}", 0.5) as caller:
        supplier = supplier_of(desk, caller, clock)
        with pytest.raises(NotExecuted):
            await supplier.offer(STARS, "bob")
        condition = await FragmentProbe(supplier, "durov")()
    assert not condition.well
    assert "cannot reach fragment" in condition.words
