"""
Stories of purchases on PostgreSQL, and races whose interleaving is forced.

Somebody has a row in his hands, so that whoever needs it stops in the middle; the database itself
tells who waits for whom. Purchases and books are locked before cheques, these before outlays, and
these before accounts.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from attrs import define, evolve, field

from altyn.adapters.postgres import (
    PostgresAuditor,
    PostgresStore,
    open_postgres,
)
from altyn.core.balances import Auditor, InsufficientFunds
from altyn.core.money import RUB
from altyn.core.purchases import Goods, Kind, LaneTaken, Offer, Purchase, PurchaseMoved, State
from altyn.core.wallets import (
    Bill,
    Cheque,
    ChequebookMoved,
    ChequeId,
    ChequeMoved,
    ChequeOpen,
    Draft,
    OutlayState,
)
from altyn.entrypoints.testkit.wallets.ground import cheque as a_cheque
from tests.integration.cutting import wire_to
from tests.integration.postgres_sessions import Session, patient_store, session, until_waiting
from tests.integration.purchase_processes import house_in
from tests.integration.purchase_stories import (
    House,
    Outside,
    PurchaseStories,
    bought_once,
    last_piece,
    sound,
)
from tests.unit.purchases_house import ANN, FakeSupplier, FakeWallet, wish
from tests.unit.staff import ANNA


@define
class Meeting(FakeWallet):
    """A wallet that has signed for everybody before it answers anybody."""

    everybody: asyncio.Barrier = field(factory=lambda: asyncio.Barrier(2))

    async def draw(self, bills: Sequence[Bill], last: int) -> Draft:
        draft = await FakeWallet.draw(self, bills, last)
        await self.everybody.wait()
        return draft


@define
class Crowded(FakeSupplier):
    """A supplier who says what something costs when so many ask for it."""

    everybody: asyncio.Barrier = field(factory=lambda: asyncio.Barrier(2))
    met: asyncio.Event = field(factory=asyncio.Event)

    async def offer(self, goods: Goods, recipient: str) -> Offer:
        self.met.set()
        await self.everybody.wait()
        return await FakeSupplier.offer(self, goods, recipient)


class TestPostgresStories(PurchaseStories):
    """In one database."""

    @pytest.fixture
    async def store(self, postgres_url: str) -> AsyncIterator[PostgresStore]:
        async with open_postgres(postgres_url) as store:
            yield store

    @pytest.fixture
    def house(self, store: PostgresStore) -> House:
        return house_in(store, Outside())

    @pytest.fixture
    async def crew(self, postgres_url: str) -> AsyncIterator[Sequence[House]]:
        outside = Outside()
        async with AsyncExitStack() as stack:
            stores = [await stack.enter_async_context(open_postgres(postgres_url)) for _ in "12345"]
            yield [house_in(each, outside) for each in stores]

    @pytest.fixture
    def auditor(self, store: PostgresStore) -> Auditor:
        return PostgresAuditor(store)


Houses = tuple[House, House]


@pytest.fixture
async def houses(postgres_url: str) -> AsyncIterator[Houses]:
    """Two processes that wait patiently, with one wallet and one supplier."""
    outside = Outside()
    outside.wallet = Meeting(outside.clock)
    outside.supplier.wallet = outside.wallet
    async with patient_store(postgres_url) as one, patient_store(postgres_url) as two:
        houses = house_in(one, outside), house_in(two, outside)
        await houses[0].furnished()
        yield houses


@pytest.fixture
def auditor(houses: Houses) -> Auditor:
    return PostgresAuditor(houses[0].transaction)  # type: ignore[arg-type]


@asynccontextmanager
async def in_hand(url: str, table: str) -> AsyncIterator[Session]:
    """Every row of that table is in the hands of somebody else while the block lasts."""
    async with session(url) as connection, connection.transaction():
        await connection.execute(f"SELECT FROM altyn.{table} FOR UPDATE".encode())
        yield connection


async def at_once(url: str, table: str, *asked: Coroutine[Any, Any, Any]) -> list[Any]:
    """They stop at the rows of a table, the first one first, and go on when all of them wait."""
    begun = []
    async with in_hand(url, table):
        for count, each in enumerate(asked, start=1):
            begun.append(asyncio.create_task(each))
            await until_waiting(url, count)
    return await asyncio.gather(*begun, return_exceptions=True)


async def reserved(house: House, id: int = 1) -> Purchase:
    """Ann has agreed to the price."""
    return await house.reserve((await house.quote(wish(id))).id)


async def paying(house: House, id: int = 1) -> Purchase:
    """A wallet was told to pay."""
    await reserved(house, id)
    await house.go_on(wish(id).id)
    return await house.go_on(wish(id).id)


def alone(house: House) -> None:
    """Its wallet waits for nobody else."""
    house.wallet.everybody = asyncio.Barrier(1)  # type: ignore[attr-defined]


async def drawn(house: House) -> Cheque:
    """A cheque was drawn, and nobody was in the way."""
    alone(house)
    cheque = await house.draw("ton")
    assert cheque is not None
    return cheque


async def test_of_two_who_draw_a_cheque_one_does(
    postgres_url: str, houses: Houses, auditor: Auditor
) -> None:
    """Both have signed; the second finds the book moved, and what he signed nobody ever sees."""
    one, two = houses
    await paying(one)
    async with one.transaction():
        await one.cheques.book("ton")  # so that there is a row to wait at
    async with in_hand(postgres_url, "chequebook"):
        drawing = [asyncio.create_task(each.draw("ton")) for each in houses]
        await until_waiting(postgres_url, 2)
    said = await asyncio.gather(*drawing, return_exceptions=True)
    (cheque,) = (each for each in said if isinstance(each, Cheque))
    assert sum(isinstance(each, ChequebookMoved) for each in said) == 1
    assert len(one.wallet.drawn) == 2
    assert await one.cheques.get(cheque.id) == cheque
    book = await two.cheques.book("ton")
    assert (book.number, book.open, book.spent) == (1, cheque.id, {"TON": 500_000_000})
    (outlay,) = await one.outlays.of(str(wish().id))
    assert (outlay.state, outlay.cheque) == (OutlayState.SIGNED, cheque.id)
    assert await rows(postgres_url, "cheque") == 1
    assert await sound(auditor)


async def test_of_two_who_draw_from_a_book_that_is_new_one_does(
    postgres_url: str, houses: Houses
) -> None:
    """There is no row to lock, and still the second waits for the first and finds it drawn."""
    one, two = houses
    await paying(one)
    alone(two)
    async with one.transaction():
        book = await one.cheques.book("ton")
        (outlay,) = await one.outlays.due("ton", 5)
        drawing = asyncio.create_task(two.draw("ton"))
        await until_waiting(postgres_url, 1)
        mine = a_cheque(1, outlay)
        await one.cheques.draw(mine, book.draws(mine.id, [outlay], one.clock.now()))
        await one.outlays.put(outlay.signed(mine.id))
    with pytest.raises(ChequebookMoved):
        await drawing
    assert (await two.cheques.book("ton")).open == mine.id
    assert await rows(postgres_url, "cheque") == 1


async def rows(url: str, table: str) -> int:
    """How many rows there are."""
    async with session(url) as connection:
        found = await connection.execute(f"SELECT count(*) FROM altyn.{table}".encode())
        return int((await found.fetchall())[0][0])


@pytest.mark.parametrize("closed", [False, True])
async def test_who_draws_without_a_lock_writes_nothing(houses: Houses, closed: bool) -> None:
    """A cheque that was drawn meanwhile is in the way, whether it is open still or not."""
    one, two = houses
    purchase = await paying(one)
    (outlay,) = await one.outlays.of(str(purchase.id))
    stale = await two.cheques.book("ton")
    cheque = await drawn(one)
    if closed:
        await one.cash(cheque.id)
        await one.cash(cheque.id)
    kept = await one.cheques.book("ton")
    assert (kept.open is None) is closed
    other = evolve(cheque, id=ChequeId(UUID(int=7)), number=stale.number + 1)
    with pytest.raises(ChequebookMoved):
        await two.cheques.draw(other, stale.draws(other.id, [outlay], two.clock.now()))
    if not closed:
        next = evolve(cheque, id=ChequeId(UUID(int=8)), number=2)
        with pytest.raises(ChequeOpen):
            await two.cheques.draw(next, evolve(kept, number=2, open=next.id))
    assert await one.cheques.book("ton") == kept


async def test_of_two_who_present_a_cheque_one_does(postgres_url: str, houses: Houses) -> None:
    """The second one finds that it was written down, and stays at home."""
    one, two = houses
    await paying(one)
    cheque = await drawn(one)
    said = await at_once(postgres_url, "cheque", one.cash(cheque.id), two.cash(cheque.id))
    assert [type(each) for each in said] == [Cheque, ChequeMoved]
    assert list(one.wallet.taken) == [cheque.draft.message]
    assert (await one.cheques.get(cheque.id)).presented == 1


async def test_of_two_who_see_a_cheque_cashed_one_books(
    postgres_url: str, houses: Houses, auditor: Auditor
) -> None:
    """Both look, and both see it; the money leaves our books once."""
    one, two = houses
    await paying(one)
    cheque = await drawn(one)
    await one.cash(cheque.id)
    said = await at_once(postgres_url, "chequebook", one.cash(cheque.id), two.cash(cheque.id))
    assert [each.state for each in said] == ["cashed", "cashed"]
    assert (await one.told()).count("outlay.paid") == 1
    assert await sound(auditor)


async def test_of_two_who_go_on_with_a_purchase_one_does(postgres_url: str, houses: Houses) -> None:
    """It is ordered once; the other one is told that it moved."""
    one, two = houses
    purchase = await reserved(one)
    said = await at_once(postgres_url, "purchase", one.go_on(purchase.id), two.go_on(purchase.id))
    assert [type(each) for each in said] == [Purchase, PurchaseMoved]
    assert one.supplier.orders == [purchase.id]
    kept = await two.purchases.get(purchase.id)
    assert (kept.state, kept.attempt) == (State.ORDERED, 1)


async def test_of_two_who_pay_a_bill_one_does(postgres_url: str, houses: Houses) -> None:
    """There is one outlay for it."""
    one, two = houses
    purchase = await reserved(one)
    await one.go_on(purchase.id)
    said = await at_once(postgres_url, "purchase", one.go_on(purchase.id), two.go_on(purchase.id))
    assert [type(each) for each in said] == [Purchase, PurchaseMoved]
    (outlay,) = await one.outlays.of(str(purchase.id))
    assert outlay.state is OutlayState.DUE


@pytest.mark.parametrize("kept", [True, False])
async def test_of_two_purchases_one_takes_the_lane(
    postgres_url: str, houses: Houses, kept: bool
) -> None:
    """The second waits for the first one's transaction; if nothing comes of that, it is his."""
    one, two = houses
    one.supplier.its_lane = "fragment"
    first, second = await reserved(one, 1), await reserved(one, 2)
    taking: asyncio.Task[Purchase]
    try:
        async with one.transaction():
            await one.purchases.put(first.changed(lane="fragment", queue=""))
            taking = asyncio.create_task(two.go_on(second.id))
            await until_waiting(postgres_url, 1)
            if not kept:
                raise ZeroDivisionError
    except ZeroDivisionError:
        assert (await taking).state is State.ORDERED
    else:
        with pytest.raises(LaneTaken):
            await taking
    after = await two.purchases.get(second.id)
    assert (after.lane, after.attempt) == (("", 0) if kept else ("fragment", 1))
    assert one.supplier.orders == ([] if kept else [second.id])


async def test_of_ten_who_buy_with_money_for_one_one_does(postgres_url: str) -> None:
    """The others are told that there is too little, and may ask again."""
    outside = Outside()
    async with open_postgres(postgres_url) as one, open_postgres(postgres_url) as two:
        houses = [house_in(each, outside) for each in (one, two)]
        await houses[0].furnished("329.99")
        ids = [(await houses[0].quote(wish(n))).id for n in range(1, 11)]
        buys = [houses[n % 2].reserve(id) for n, id in enumerate(ids)]
        said = await at_once(postgres_url, "balance", *buys[:2])
        said += await asyncio.gather(*buys[2:], return_exceptions=True)
        assert sum(isinstance(each, Purchase) for each in said) == 1
        assert sum(isinstance(each, InsufficientFunds) for each in said) == 9
        states = [(await houses[0].purchases.get(id)).state for id in ids]
        assert sorted(states) == [State.QUOTED] * 9 + [State.RESERVED]
        assert await houses[0].has(ANN, RUB) == ("329.99", "165.00")
        assert await sound(PostgresAuditor(one))


async def test_of_two_who_set_the_last_nanoton_aside_one_does(postgres_url: str) -> None:
    """Both have seen that it is there, and a price for the last piece; the other one is told."""
    outside = Outside()
    crowded = Crowded(outside.clock, outside.wallet, name="packs", kinds=(Kind.PACK,))
    outside.packs = crowded
    async with patient_store(postgres_url) as one, patient_store(postgres_url) as two:
        houses = [house_in(each, outside) for each in (one, two)]
        begun = await houses[0].begin(last_piece(outside.clock), ANNA)
        async with in_hand(postgres_url, "balance"):
            steps = [asyncio.create_task(houses[0].step(begun.id))]
            await crowded.met.wait()
            outside.clock.advance(minutes=2)  # so that his claim has run out
            steps.append(asyncio.create_task(houses[1].step(begun.id)))
            await until_waiting(postgres_url, 2)
        told = [each.told for each in await asyncio.gather(*steps)]
        assert sum("0.000000000 TON" in each for each in told) == 1
        bought = await houses[0].purchases.of(begun.buyer, 100)
        assert sorted(each.state for each in bought) == [State.QUOTED, State.RESERVED]
        crowded.everybody = asyncio.Barrier(1)
        await houses[0].work(3)
        await bought_once(houses[0], begun)
        assert await sound(PostgresAuditor(one))


@pytest.mark.parametrize(("lane", "trips"), [("", 79), ("fragment", 81)])
async def test_a_purchase_costs_so_many_round_trips(
    postgres_url: str, lane: str, trips: int
) -> None:
    """From its price to the goods, once statements are prepared; whoever adds one has a reason."""
    outside = Outside()
    outside.supplier.its_lane = lane
    async with wire_to(postgres_url) as wire, open_postgres(wire.url, connections_max=1) as store:
        house = house_in(store, outside)
        await house.furnished()
        for id in (1, 2):
            before = wire.asked
            await paying(house, id)
            cheque = await house.draw("ton")
            assert cheque is not None
            await house.cash(cheque.id)  # it is presented
            await house.cash(cheque.id)  # and seen
            await house.go_on(wish(id).id)
            assert (await house.go_on(wish(id).id)).state is State.DELIVERED
        assert wire.asked - before == trips
