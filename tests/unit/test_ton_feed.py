"""Our address on the chain, read page by page, by readers of whom any may fail, lag or err."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve, frozen

from altyn.adapters.http import Answer
from altyn.adapters.ton import Purse, Purses, TonFeed, Unhurried, parse_address
from altyn.core.errors import Unavailable
from altyn.core.money import USDT
from altyn.core.payments import (
    Cursor,
    CursorMoved,
    Page,
    ProviderUnclear,
    State,
)
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.ton import SOMEBODY, TonDesk
from altyn.entrypoints.sandbox.ton_cells import jetton_wallet, stranger
from altyn.entrypoints.sandbox.ton_chain import USDT_MASTER
from altyn.entrypoints.sandbox.ton_steps import Purse as Kept
from altyn.entrypoints.testkit import run_virtually
from tests.unit.payments_house import House, Overtaken
from tests.unit.ton_outside import (
    CONTRACTS,
    HEAD,
    MASTER,
    NANO,
    OWNER,
    SHOP,
    TRANSACTIONS,
    AtTheDesk,
    Shop,
    pooled,
    reader_of,
    reading,
)

WALLET = parse_address(jetton_wallet(USDT_MASTER, SHOP))


@pytest.fixture
def shop() -> Shop:
    return Shop.at_the_desk()


@pytest.fixture
async def shop_of_two() -> AsyncIterator[tuple[Shop, TonDesk, TonDesk]]:
    """A shop with two readers of one chain, over HTTP; the first is preferred."""
    house = House()
    one = TonDesk(house.clock)
    other = TonDesk(house.clock, chain=one.chain)
    async with reading(one) as first, reading(other) as second:
        yield Shop.over(house, one, pooled(house.clock, first, second)), one, other


@frozen
class Before:
    """The feed; something happens before a page of it is handed over."""

    feed: TonFeed
    happens: Callable[[Page], Awaitable[object]]
    name: str = "ton"
    method: str = "ton"
    every_seconds: float = 5.0

    async def page(self, position: str) -> Page:
        """As the port says."""
        page = await self.feed.page(position)
        await self.happens(page)
        return page


async def stop_at_the_last(page: Page) -> None:
    """Nobody gets to the end."""
    if page.last:
        raise ProviderUnclear("ton", "no answer")


class TestPages:
    """How it is read."""

    async def test_the_first_look(self, shop: Shop) -> None:
        """It begins a while ago; what was before that is not ours to book."""
        shop.desk.send(SHOP, NANO, "long ago")
        shop.house.clock.advance(hours=1, seconds=1)
        recent = shop.desk.send(SHOP, NANO, "a while ago")
        shop.house.clock.advance(hours=1)
        assert await shop.read() == 1
        assert [each.inflow.key for each in await shop.house.drawer()] == [recent.hash.hex()]
        assert await place(shop) == Cursor("ton", str(recent.lt), shop.house.clock.now())

    async def test_nothing_came_yet(self, shop: Shop) -> None:
        """It begins at the same moment the next time."""
        await shop.read()
        began = await place(shop)
        shop.house.clock.advance(hours=5)
        early = shop.desk.send(SHOP, NANO)
        await shop.read()
        assert began.position == "@1767265200"
        assert (await place(shop)).position == str(early.lt)
        assert len(await shop.house.drawer()) == 1

    async def test_it_begins_when_somebody_is_asked(self, shop: Shop) -> None:
        """Though nobody reads for a day: what was paid meanwhile is not lost."""
        payment = await shop.asked("2")
        shop.house.clock.advance(minutes=1)
        shop.desk.send(SHOP, 2 * NANO, payment.provider_id)
        shop.house.clock.advance(hours=24)
        another = await shop.asked("2")
        assert (await shop.checked(payment)).state is State.SETTLED
        where = await place(shop)
        assert await shop.house.open(another.order) == another
        await shop.asked("2")
        assert await place(shop) == where

    async def test_somebody_else_begins_at_once(self, shop: Shop) -> None:
        """Of one who is asked first, and a worker who has a first look, one says where."""
        cursors: Any = Overtaken(shop.house.cursors, shop.read)
        by_method: Any = shop.house.gateways.by_method
        by_method["ton"] = evolve(shop.gateway, cursors=cursors)
        assert (await shop.asked("2")).state is State.PENDING
        assert (await place(shop)).position == "@1767265200"
        assert (await place(shop)).until == shop.house.clock.now()

    async def test_page_by_page(self, shop: Shop) -> None:
        """The next begins after the last that was read; nothing is left out or read twice."""
        sent = [shop.desk.send(SHOP, NANO).hash.hex() for _ in range(250)]
        position, keys, ends = "", [], []
        while True:
            page = await shop.feed.page(position)
            keys += [each.inflow.key for each in page.deposits]
            ends.append((page.last, page.until))
            position = page.position
            if page.last:
                break
        assert keys == sent
        assert ends == [(False, None), (False, None), (True, shop.house.clock.now())]
        page = await shop.feed.page(position)
        assert (page.deposits, page.position, page.last) == ([], position, True)

    async def test_a_full_page_may_be_the_last(self, shop: Shop) -> None:
        """Only the empty one after it says so."""
        for _ in range(100):
            shop.desk.send(SHOP, NANO)
        assert not (await shop.feed.page("")).last
        assert await shop.read() == 2
        assert (await place(shop)).until == shop.house.clock.now()

    async def test_a_page_is_the_same_each_time(self, shop: Shop) -> None:
        """And what is on it is booked once."""
        payment = await shop.asked("2")
        shop.desk.send(SHOP, 2 * NANO, payment.provider_id)
        begin = await place(shop)
        await shop.read()
        await shop.house.cursors.put(begin, was=await place(shop))
        assert (await shop.feed.page(begin.position)) == (await shop.feed.page(begin.position))
        payment = await shop.checked(payment)
        assert (payment.state, payment.came) == (State.SETTLED, payment.asked)
        assert len(await shop.house.arrivals.of(payment.id)) == 1
        await shop.house.sound()

    async def test_who_starts_again_reads_on(self, shop: Shop) -> None:
        """From what was kept; nothing is remembered elsewhere."""
        for _ in range(101):
            shop.desk.send(SHOP, NANO)
        assert await shop.read() == 2
        reborn = Shop.over(shop.house, shop.desk, reader_of(AtTheDesk(shop.desk)))
        shop.desk.send(SHOP, NANO)
        assert await reborn.read() == 1
        assert len(shop.house.arrivals._kept) == 102
        await shop.house.sound()

    async def test_who_dies_between_page_and_place_reads_it_again(self, shop: Shop) -> None:
        """What was booked is undone with the place that was not kept."""
        payment = await shop.asked("2")
        shop.desk.send(SHOP, 2 * NANO, payment.provider_id)
        house, begin = shop.house, await place(shop)

        @asynccontextmanager
        async def dying() -> AsyncIterator[None]:
            async with house.store():
                yield
                assert (await house.payments.get(payment.id)).state is State.SETTLED
                assert await place(shop) != begin
                raise asyncio.CancelledError

        transaction: Any = dying
        with pytest.raises(asyncio.CancelledError):
            await evolve(house.read_feed, transaction=transaction)(shop.feed)
        assert await place(shop) == begin
        assert (await house.payments.get(payment.id)).came.units == 0
        assert (await shop.checked(payment)).state is State.SETTLED
        await house.sound()

    async def test_two_read_at_once(self, shop: Shop) -> None:
        """One of them has read on; the other has written nothing."""
        payment = await shop.asked("2")
        shop.desk.send(SHOP, 2 * NANO, payment.provider_id)
        barrier = asyncio.Barrier(2)
        feed = Before(shop.feed, lambda _: barrier.wait())
        readers = [shop.house.read_feed(feed) for _ in range(2)]
        async with asyncio.timeout(30):
            said = await asyncio.gather(*readers, return_exceptions=True)
        assert {type(each) for each in said} == {int, CursorMoved}
        payment = await shop.house.check(payment.id)
        assert (payment.state, payment.came) == (State.SETTLED, payment.asked)
        await shop.house.sound()


class TestTime:
    """A payment runs out when the chain was read to the end of its time."""

    async def test_nobody_paid(self, shop: Shop) -> None:
        """Not a second before."""
        payment = await shop.asked("2")
        shop.house.clock.moment = payment.expires_at
        assert (await shop.checked(payment)).state is State.PENDING
        shop.house.clock.advance(seconds=1)
        assert (await shop.checked(payment)).state is State.EXPIRED

    async def test_nobody_read(self, shop: Shop) -> None:
        """Our own clock decides nothing."""
        payment = await shop.asked("2")
        shop.house.clock.advance(hours=30)
        assert (await shop.house.check(payment.id)).state is State.PENDING

    async def test_an_index_lags(self, shop: Shop) -> None:
        """It stands still, while somebody pays in time."""
        payments = [await shop.asked("2") for _ in range(2)]
        shop.house.clock.advance(minutes=30)
        shop.desk.lag()
        shop.house.clock.advance(minutes=10)
        shop.desk.send(SHOP, 2 * NANO, payments[0].provider_id)
        shop.house.clock.advance(hours=20)
        for payment in payments:
            assert (await shop.checked(payment)).state is State.PENDING
        shop.desk.catch_up()
        states = [(await shop.checked(payment)).state for payment in payments]
        assert states == [State.SETTLED, State.EXPIRED]
        assert (await place(shop)).until == shop.house.clock.now()

    async def test_more_than_a_page_was_not_read_to_its_end(self, shop: Shop) -> None:
        """What is on the next one may be the payment."""
        payment = await shop.asked("2")
        for _ in range(100):
            shop.desk.send(SHOP, 1)
        shop.desk.send(SHOP, 2 * NANO, payment.provider_id)
        shop.house.clock.advance(hours=2)
        stops = Before(shop.feed, stop_at_the_last)
        with pytest.raises(Unavailable):
            await shop.house.read_feed(stops)
        assert (await place(shop)).position != ""
        assert (await shop.house.check(payment.id)).state is State.PENDING
        assert (await shop.checked(payment)).state is State.SETTLED

    async def test_an_older_head_takes_nothing_back(
        self, shop_of_two: tuple[Shop, TonDesk, TonDesk]
    ) -> None:
        """Another reader is asked who is behind: what was booked and what ran out stays so."""
        shop, one, other = shop_of_two
        paid, unpaid = await shop.asked("2"), await shop.asked("2")
        other.lag()
        one.send(SHOP, 2 * NANO, paid.provider_id)
        shop.house.clock.advance(hours=2)
        await shop.read()
        before = [await shop.house.check(each.id) for each in (paid, unpaid)]
        assert [each.state for each in before] == [State.SETTLED, State.EXPIRED]
        position = (await place(shop)).position
        one.down = Fault.FAIL_BEFORE
        await shop.read()
        assert (await place(shop)).position == position
        again = [await shop.house.check(each.id) for each in (paid, unpaid)]
        assert [each.state for each in again] == [State.SETTLED, State.EXPIRED]
        await shop.house.sound()


class TestReaders:
    """Whoever is well is asked."""

    @pytest.mark.parametrize("fault", [Fault.BUSY, Fault.FAIL_BEFORE, Fault.GARBAGE_AFTER])
    async def test_one_is_down(
        self, shop_of_two: tuple[Shop, TonDesk, TonDesk], fault: Fault
    ) -> None:
        """The other answers, whatever is asked."""
        shop, one, other = shop_of_two
        one.down = fault
        payment = await shop.asked("5", USDT)
        one.send_jetton(SHOP, 5_000_000, payment.provider_id)
        assert (await shop.checked(payment)).state is State.SETTLED
        assert {CONTRACTS, HEAD, TRANSACTIONS} <= set(other.calls)
        now = shop.house.clock.now()
        lines = shop.gateway.lines(now, now + timedelta(days=1))
        assert [line.payment async for page in lines for line in page] == [payment.id]

    @pytest.mark.parametrize("path", [CONTRACTS, HEAD, TRANSACTIONS])
    async def test_nobody_answers(self, shop: Shop, path: str) -> None:
        """Nothing is known, and nothing is written; then it is read."""
        payment = await shop.asked("2")
        shop.desk.send(SHOP, 2 * NANO, payment.provider_id)
        begin = await place(shop)
        faults = [Fault.FAIL_AFTER, Fault.CUT_AFTER, Fault.HANG_AFTER, Fault.GARBAGE_AFTER]
        shop.desk.faults.plan(path, *faults)
        for _ in faults:
            with pytest.raises(Unavailable):
                await shop.read()
            assert await place(shop) == begin
        assert (await shop.checked(payment)).state is State.SETTLED

    async def test_a_gap_is_not_read_over(self, shop: Shop) -> None:
        """A row is missing between two, or after the last that was read: he is not believed."""
        payments = [await shop.asked("2") for _ in range(3)]
        sent = [shop.desk.send(SHOP, 2 * NANO, each.provider_id) for each in payments]
        happened = shop.desk.chain.transactions
        await self.refused_without(shop, sent[1])
        happened.remove(sent[2])
        happened.remove(sent[1])
        await shop.read()
        happened += sent[1:]
        await self.refused_without(shop, sent[1])
        for payment in payments:
            assert (await shop.checked(payment)).state is State.SETTLED

    async def refused_without(self, shop: Shop, missing: Any) -> None:
        """Without that one the feed is not read."""
        happened = shop.desk.chain.transactions
        at, before = happened.index(missing), await place(shop)
        happened.remove(missing)
        with pytest.raises(ProviderUnclear, match="is missing"):
            await shop.read()
        happened.insert(at, missing)
        assert await place(shop) == before

    async def test_a_gap_of_one_is_filled_by_another(
        self, shop_of_two: tuple[Shop, TonDesk, TonDesk]
    ) -> None:
        """Who shows less than there is, is passed over."""
        shop, one, _ = shop_of_two
        payments = [await shop.asked("2") for _ in range(2)]
        sent = [one.send(SHOP, 2 * NANO, each.provider_id) for each in payments]
        holes = TonDesk(shop.house.clock)
        holes.chain.transactions += [each for each in one.chain.transactions if each is not sent[0]]
        await shop.read()
        one.send(SHOP, NANO)
        kept = one.send(SHOP, NANO)
        holes.chain.transactions.append(kept)
        async with reading(holes) as first, reading(one) as second:
            careful = Shop.over(shop.house, one, pooled(shop.house.clock, first, second))
            assert await careful.read() == 1
        assert len(await shop.house.drawer()) == 2


class TestPurses:
    """Where our jettons are."""

    async def test_both_sides_say_so(self, shop: Shop) -> None:
        """The master names the wallet, and the wallet names the master and us; asked once."""
        shop.desk.send_jetton(SHOP, 1)
        purses = purses_of(shop)
        for _ in range(3):
            assert await purses.ours() == Purse(OWNER, {WALLET: USDT})
        assert shop.desk.calls == [CONTRACTS, CONTRACTS]

    async def test_before_the_first_jettons_there_is_none(self, shop: Shop) -> None:
        """The master knows all the same where it will be."""
        assert await purses_of(shop).ours() == Purse(OWNER, {WALLET: USDT})

    @pytest.mark.parametrize(
        "kept",
        [
            Kept(owner=stranger("somebody else"), master=USDT_MASTER),
            Kept(owner=SHOP, master=stranger("a master of toys")),
        ],
    )
    async def test_an_imposter(self, shop: Shop, kept: Kept) -> None:
        """He is not believed, and asked again."""
        shop.desk.send_jetton(SHOP, 1)
        accounts, at = shop.desk.chain.accounts, jetton_wallet(USDT_MASTER, SHOP)
        honest = accounts[at]
        accounts[at] = type(honest)(status="active", purse=kept)
        purses = purses_of(shop)
        with pytest.raises(ProviderUnclear, match="says that it is not ours"):
            await purses.ours()
        accounts[at] = honest
        assert await purses.ours() == Purse(OWNER, {WALLET: USDT})

    async def test_no_jetton_wallet_at_all(self, shop: Shop) -> None:
        """Something else lives there."""
        shop.desk.external(jetton_wallet(USDT_MASTER, SHOP))
        with pytest.raises(ProviderUnclear, match="is no jetton"):
            await purses_of(shop).ours()

    async def test_no_master(self, shop: Shop) -> None:
        """Nobody lives there, or somebody who knows nothing of wallets."""
        purses = Purses(shop.chain, OWNER, {parse_address(SOMEBODY): USDT})
        for _ in range(2):
            with pytest.raises(ProviderUnclear, match="is no jetton"):
                await purses.ours()
            shop.desk.external(SOMEBODY)

    async def test_nothing_is_read_before_that_is_known(self, shop: Shop) -> None:
        """What came in jettons would be taken for dust."""
        payment = await shop.asked("5", USDT)
        shop.desk.send_jetton(SHOP, 5_000_000, payment.provider_id)
        shop.desk.faults.plan(CONTRACTS, Fault.FAIL_BEFORE, Fault.GARBAGE_AFTER)
        for _ in range(2):
            with pytest.raises(Unavailable):
                await shop.read()
        assert (await shop.checked(payment)).state is State.SETTLED


class TestUnhurried:
    """Providers who count calls."""

    def test_there_is_a_rest_between_two_calls(self) -> None:
        """However many call at once, and however the call went; who comes late does not wait."""
        began: list[float] = []

        async def server(method: str, path: str, **more: object) -> Answer:
            began.append(asyncio.get_running_loop().time())
            await asyncio.sleep(0.5)
            if path == "/broken":
                raise ProviderUnclear("ton", "no answer")
            return Answer(200, {}, json.dumps([method, path, *map(str, more.values())]).encode())

        async def story() -> None:
            calls = Unhurried(server, 1.0)
            said = await asyncio.gather(
                calls("GET", "/a"),
                calls("GET", "/broken"),
                calls("POST", "/b", body=b"x", headers={"h": "1"}),
                return_exceptions=True,
            )
            assert isinstance(said[1], ProviderUnclear)
            assert isinstance(said[2], Answer)
            assert said[2].json() == ["POST", "/b", "b'x'", "{'h': '1'}"]
            await asyncio.sleep(5)
            await calls("GET", "/c")

        run_virtually(story())
        assert began == [0.0, 1.5, 3.0, 8.5]


def purses_of(shop: Shop) -> Purses:
    """Which nobody has asked yet."""
    return Purses(shop.chain, OWNER, {MASTER: USDT})


async def place(shop: Shop) -> Cursor:
    """How far we are."""
    return await shop.house.cursors.get("ton")
