"""What the store wants to be paid is looked at; and what of a delivery can be known."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from altyn.adapters.http import Unintelligible
from altyn.adapters.memory import ManualClock
from altyn.adapters.stickerdom import CoinsWay, StickerdomSupplier
from altyn.adapters.stickerdom.wire import (
    character_of,
    coins_of,
    item_of,
    owned_in,
    price_in_coins,
    price_in_stars,
)
from altyn.adapters.ton import Address
from altyn.core.money import TON, XTR, Money
from altyn.core.purchases import (
    PAYING_NEEDS,
    Goods,
    Kind,
    Purchase,
    Stage,
    State,
    SupplierClosed,
    SupplierRefused,
    SupplierUnclear,
)
from altyn.core.wallets import Part
from altyn.entrypoints.sandbox import StickerdomDesk
from altyn.entrypoints.testkit.supplier import begun, in_doubt, paid_for
from tests.unit.fragment_outside import AtTheDesk
from tests.unit.stickerdom_outside import (
    COINS,
    FOX,
    OURS,
    OWL,
    STARS,
    USER,
    StickerdomOutside,
    supplier_of,
)

ITEM = item_of(FOX)
THERE = Address(0, b"\x53" * 32)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> StickerdomDesk:
    return StickerdomDesk(clock)


@pytest.fixture
def outside(desk: StickerdomDesk, clock: ManualClock) -> StickerdomOutside:
    return StickerdomOutside(desk, clock, COINS)


@pytest.fixture
def supplier(desk: StickerdomDesk, clock: ManualClock) -> StickerdomSupplier:
    return supplier_of(AtTheDesk(desk, "stickerdom"), clock)


async def wanted(
    supplier: StickerdomSupplier, outside: StickerdomOutside, goods: Goods = FOX
) -> Purchase:
    """Something that was offered, and is about to be ordered."""
    return begun(supplier, outside, await supplier.offer(goods, "bob"), goods)


async def paid(
    supplier: StickerdomSupplier, outside: StickerdomOutside, goods: Goods = FOX
) -> tuple[Purchase, str]:
    """Something that was paid for, and the id by which the desk knows it."""
    purchase = await wanted(supplier, outside, goods)
    ordered = await supplier.order(purchase)
    outside.pay(ordered)
    now = outside.now
    purchase = purchase.moved(State.ORDERED, now, order_id=ordered.order_id, bill=ordered.bill)
    id = ordered.order_id.partition(" ")[2]
    return paid_for(purchase.moved(State.PAYING, now)), id


async def test_a_bill_in_coins(supplier: StickerdomSupplier, outside: StickerdomOutside) -> None:
    """To the wallet that was named, with the id of the order in words, exactly."""
    owls = Goods(kind=Kind.PACK, quantity=5, item="12/4")
    ordered = await supplier.order(await wanted(supplier, outside, owls))
    before, id = ordered.order_id.split()
    assert before == "0"
    assert ordered.bill.parts == (
        Part(to=f"0:{'53' * 32}", amount=Money(10_500_000_005, TON), comment=id),
    )
    assert ordered.bill.pay_before == outside.now + PAYING_NEEDS + timedelta(seconds=15)
    assert ordered.shown == "@altyn_shop"


async def test_a_bill_in_stars(
    desk: StickerdomDesk, clock: ManualClock, outside: StickerdomOutside
) -> None:
    """To the bot of the store, with the slug of its invoice."""
    supplier = supplier_of(AtTheDesk(desk, "stickerdom"), clock, STARS)
    ordered = await supplier.order(await wanted(supplier, outside))
    _, slug = ordered.order_id.split()
    assert ordered.bill.parts == (Part(to="7686366470", amount=Money(500, XTR), body=slug),)
    with pytest.raises(SupplierRefused, match="1 at once"):
        await supplier.offer(Goods(kind=Kind.PACK, quantity=2, item="12/3"), "bob")
    desk.stocked(12, 3, 0)
    with pytest.raises(SupplierRefused, match="sold out"):
        await supplier.offer(FOX, "bob")
    with pytest.raises(SupplierRefused, match="no such character"):
        await supplier.offer(Goods(kind=Kind.PACK, quantity=1, item="12/9"), "bob")


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://t.me/$Ab-_9", "Ab-_9"),
        ("https://t.me/invoice/Ab", None),
        ("https://t.me/$", None),
        ("https://t.me/$a b", None),
        ("https://t.me.evil.example/$ab", None),
        (None, None),
    ],
)
async def test_the_slug_of_an_invoice(
    desk: StickerdomDesk,
    clock: ManualClock,
    outside: StickerdomOutside,
    url: str | None,
    slug: str | None,
) -> None:
    """It is in the link as it is known to be, or there is none."""
    supplier = supplier_of(AtTheDesk(desk, "stickerdom"), clock, STARS)
    desk.bends.append(lambda said: said.update(url=url))
    purchase = await wanted(supplier, outside)
    if slug is None:
        with pytest.raises(SupplierUnclear):
            await supplier.order(purchase)
    else:
        assert (await supplier.order(purchase)).bill.parts[0].body == slug


@pytest.mark.parametrize(
    ("member", "value", "error"),
    [
        ("currency", "USDT", SupplierClosed),
        ("currency", None, SupplierClosed),
        ("wallet", OURS.friendly(bounceable=True), SupplierClosed),
        ("wallet", OURS.raw, SupplierClosed),
        ("wallet", "UQBTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTUxFp", SupplierClosed),
        ("wallet", THERE.friendly(bounceable=True, testnet=True), SupplierClosed),
        ("wallet", "-1:" + "53" * 32, SupplierClosed),
        ("wallet", 7, SupplierUnclear),
        ("total_amount", 0, SupplierUnclear),
        ("total_amount", -1, SupplierUnclear),
        ("total_amount", 1.25, SupplierUnclear),
        ("total_amount", "1250000000", SupplierUnclear),
        ("total_amount", True, SupplierUnclear),
        ("total_amount", 2**63, SupplierUnclear),
        ("order_id", "", SupplierUnclear),
        ("order_id", "a\nb", SupplierUnclear),
        ("order_id", "x" * 121, SupplierUnclear),
        ("order_id", "ж" * 61, SupplierUnclear),
        ("order_id", 7, SupplierUnclear),
    ],
)
async def test_a_wrong_bill_is_none(
    desk: StickerdomDesk,
    supplier: StickerdomSupplier,
    outside: StickerdomOutside,
    member: str,
    value: object,
    error: type[Exception],
) -> None:
    """It is no refusal of theirs: somebody looks at it, or it is ordered again."""
    purchase = await wanted(supplier, outside)
    desk.bends.append(lambda said: said.update({member: value}))
    with pytest.raises(error):
        await supplier.order(purchase)
    assert (await supplier.order(purchase)).bill.total == Money(1_250_000_000, TON)


async def test_the_longest_id_of_an_order(
    desk: StickerdomDesk, supplier: StickerdomSupplier, outside: StickerdomOutside
) -> None:
    """It goes with the coins to the letter."""
    purchase = await wanted(supplier, outside)
    desk.bends.append(lambda said: said.update(order_id="ж" * 60))
    assert (await supplier.order(purchase)).bill.parts[0].comment == "ж" * 60


async def test_it_does_not_order_while_coins_are_not_taken(
    desk: StickerdomDesk, supplier: StickerdomSupplier, outside: StickerdomOutside
) -> None:
    """Somebody has to see to it; an order is refused by the store itself."""
    purchase = await wanted(supplier, outside)
    desk.crypto_enabled = False
    with pytest.raises(SupplierClosed):
        await supplier.offer(FOX, "bob")
    with pytest.raises(SupplierRefused):
        await supplier.order(purchase)


@pytest.mark.parametrize(
    "item", ["12", "12/", "/3", "12/3/4", "12/3?", "12 /3", "..", "12/%33", "ж/3", "1" * 41 + "/3"]
)
async def test_what_is_no_item_is_not_sold(
    desk: StickerdomDesk, supplier: StickerdomSupplier, item: str
) -> None:
    """And nobody is asked about it."""
    with pytest.raises(SupplierRefused):
        await supplier.offer(Goods(kind=Kind.PACK, quantity=1, item=item), "bob")
    with pytest.raises(SupplierRefused):
        await supplier.offer(Goods(kind=Kind.PACK, quantity=6, item="12/3"), "bob")
    assert desk.calls == []


async def test_stock_is_what_is_on_sale(desk: StickerdomDesk, supplier: StickerdomSupplier) -> None:
    """None of a collection that is not; a character that is not there is a no."""
    assert await supplier.stock(FOX) == 100
    desk.collections[12].status = "soon"
    assert await supplier.stock(FOX) == 0
    for item in ("12/9", "13/3"):
        with pytest.raises(SupplierRefused):
            await supplier.stock(Goods(kind=Kind.PACK, quantity=1, item=item))


@pytest.mark.parametrize("way", [COINS, STARS])
async def test_the_last_pack_goes_to_one(
    desk: StickerdomDesk,
    supplier: StickerdomSupplier,
    outside: StickerdomOutside,
    clock: ManualClock,
    way: Any,
) -> None:
    """Whoever paid for it too late waits, whoever he is; nothing is said to be there."""
    desk.stocked(12, 3, 1)
    purchase, _ = await paid(supplier_of(AtTheDesk(desk, "stickerdom"), clock, way), outside)
    desk.stocked(12, 3, 0)  # somebody else was faster
    desk.delivers_after = timedelta(0)
    for _ in range(3):
        said = await supplier.delivery(purchase, "")
        assert (said.stage, said.words) == (Stage.PENDING, "0 have come")
    with pytest.raises(SupplierRefused):
        await supplier.order(await wanted(supplier, outside))


async def test_an_account_has_so_many_orders_open(
    desk: StickerdomDesk,
    supplier: StickerdomSupplier,
    outside: StickerdomOutside,
    clock: ManualClock,
) -> None:
    """One more is a no; when the one before was paid or has run out there is room."""
    desk.orders_limit = 1
    purchase = await wanted(supplier, outside)
    await supplier.order(purchase)
    with pytest.raises(SupplierRefused):
        await supplier.order(purchase)
    clock.advance(minutes=15)
    await supplier.order(purchase)


async def test_both_ways_of_paying_are_one_lane() -> None:
    """However it is paid, it comes to the same account."""
    clock = ManualClock()
    at = AtTheDesk(StickerdomDesk(clock), "stickerdom")
    coins, stars = supplier_of(at, clock), supplier_of(at, clock, STARS)
    assert (coins.name, stars.name) == ("stickerdom", "stickerdom_stars")
    assert coins.lane(FOX) == coins.lane(OWL) == stars.lane(FOX)


async def test_what_there_was_before_is_not_delivered(
    desk: StickerdomDesk, supplier: StickerdomSupplier, outside: StickerdomOutside
) -> None:
    """Only packs of that item that came after the order count, and all of them have to come."""
    desk.give(USER, 12, 3, 7)
    three = Goods(kind=Kind.PACK, quantity=3, item="12/3")
    purchase, _ = await paid(supplier, outside, three)
    desk.give(USER, 12, 4, 3)
    desk.give(USER + 1, 12, 3, 3)
    desk.give(USER, 12, 3, 2)
    assert (await supplier.delivery(purchase, "")).words == "2 have come"
    desk.give(USER, 12, 3, 1)
    assert (await supplier.delivery(purchase, "")).stage is Stage.DELIVERED
    desk.owned[USER].clear()
    assert (await supplier.delivery(purchase, "")).words == "0 have come"


class PassingTime(ManualClock):
    """It goes on by itself, as time does."""

    def now(self) -> datetime:
        self.advance(seconds=0.001)
        return super().now()


async def test_of_what_nobody_paid_for_nothing_is_in_doubt() -> None:
    """The first order of an item is not kept waiting, though time passes while it is made."""
    clock = PassingTime()
    desk = StickerdomDesk(clock)
    supplier = supplier_of(AtTheDesk(desk, "stickerdom"), clock)
    assert await supplier.order(await wanted(supplier, StickerdomOutside(desk, clock, COINS)))


async def test_nothing_of_an_item_is_ordered_while_one_is_in_doubt(
    desk: StickerdomDesk,
    supplier: StickerdomSupplier,
    outside: StickerdomOutside,
    clock: ManualClock,
) -> None:
    """What comes late would be taken for it; whoever is paid in another way knows that too."""
    doubtful, _ = await paid(supplier, outside)
    await supplier.delivery(in_doubt(doubtful), "")
    stars = StickerdomSupplier(api=supplier.api, shelf=supplier.shelf, way=STARS, clock=clock)
    for each in (supplier, stars):
        with pytest.raises(SupplierUnclear, match="has not come yet"):
            await each.order(await wanted(each, outside))
        await each.order(await wanted(each, outside, OWL))
    clock.advance(minutes=14)
    await supplier.delivery(in_doubt(doubtful), "")
    clock.advance(minutes=14)
    with pytest.raises(SupplierUnclear):
        await supplier.order(await wanted(supplier, outside))
    clock.advance(minutes=1)
    await supplier.order(await wanted(supplier, outside))


async def test_what_was_given_up_keeps_nobody_waiting(
    supplier: StickerdomSupplier, outside: StickerdomOutside
) -> None:
    """It is asked about for a week, and of which order a pack came is never told."""
    doubtful, _ = await paid(supplier, outside)
    given_up = in_doubt(doubtful).moved(State.RELEASED, outside.now)
    assert (await supplier.delivery(given_up, "")).stage is Stage.PENDING
    assert await supplier.order(await wanted(supplier, outside))


async def test_a_profile_that_shows_no_packs_leaves_it_to_a_person(
    desk: StickerdomDesk,
    supplier: StickerdomSupplier,
    outside: StickerdomOutside,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """How the real one looks is not known: it is ordered all the same, and nothing is guessed."""
    monkeypatch.setattr(StickerdomDesk, "_profile", lambda *_: {"id": USER})
    purchase, id = await paid(supplier, outside)
    assert purchase.order_id == f"- {id}"
    monkeypatch.undo()
    desk.deliver(id)
    said = await supplier.delivery(purchase, "")
    assert (said.stage, "before" in said.words) == (Stage.PENDING, True)


@pytest.mark.parametrize(
    ("price", "units"),
    [
        (1, 1_000_000_000),
        (Decimal("0.000000001"), 1),
        (Decimal("1E-9"), 1),
        (Decimal("1.250000000000"), 1_250_000_000),
        (Decimal("1E+3"), 1_000_000_000_000),
        ("2.5", 2_500_000_000),
        ("3.000", 3_000_000_000),
        (Decimal("0.0000000001"), None),
        (0, None),
        ("0.0", None),
        (-1, None),
        (True, None),
        (None, None),
        ("", None),
        ("1e3", None),
        (" 1", None),
        ("1,5", None),
        (10**10, None),
        (Decimal("NaN"), None),
        (Decimal("Infinity"), None),
        (Decimal("1E+999999"), None),
        (Decimal("1E-999999"), None),
        (Decimal(9999999999), None),
    ],
)
def test_prices_in_coins_are_exact(price: object, units: int | None) -> None:
    """To the smallest unit, or they are none."""
    if units is None:
        with pytest.raises(Unintelligible):
            coins_of(price)
    else:
        assert coins_of(price) == Money(units, TON)


@pytest.mark.parametrize(
    "read",
    [
        lambda: price_in_coins([]),
        lambda: price_in_coins([{"token_symbol": "TON", "price": 1}] * 2),
        lambda: price_in_coins([{"token_symbol": "USDT", "price": 1}]),
        lambda: price_in_coins({"token_symbol": "TON", "price": 1}),
        lambda: price_in_coins([1]),
        lambda: character_of({"characters": [{"id": 3}, {"id": "3"}]}, item_of(FOX)),
        lambda: character_of([], item_of(FOX)),
        lambda: price_in_stars({"price": 0}),
        lambda: price_in_stars({"price": 1_250_000_000}),
        lambda: price_in_stars({"price": "500"}),
        lambda: owned_in({"characters": [{"id": 3, "collection_id": 12, "count": -1}]}, ITEM),
        lambda: owned_in({"characters": {}}, ITEM),
        lambda: owned_in([], ITEM),
    ],
)
def test_what_is_not_as_it_has_to_be_is_not_read(read: Callable[[], object]) -> None:
    """A price in Stars that would be one in nano is none."""
    with pytest.raises(Unintelligible):
        read()


def test_packs_are_counted_by_item() -> None:
    """Each by itself, or several with their count."""
    packs = [
        {"id": 3, "collection_id": 12},
        {"id": "3", "collection_id": "12", "count": 4},
        {"id": 3, "collection_id": 13},
        {"id": 4, "collection_id": 12},
    ]
    assert owned_in({"characters": packs}, ITEM) == 5


def test_somebody_pays_in_coins() -> None:
    """Who does not say which wallets are ours cannot see that we are to pay ourselves."""
    with pytest.raises(ValueError, match="somebody pays"):
        CoinsWay(ours=frozenset())
