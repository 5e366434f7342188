"""Orders at Fragment: every gate before a signature, and what each of its refusals means."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve
from pytoniq_core.boc.builder import Builder

from altyn.adapters.fragment import FragmentSupplier
from altyn.adapters.memory import ManualClock
from altyn.adapters.ton import comment_of, parse_address
from altyn.core.errors import AltynError
from altyn.core.money import TON, USDT, Asset, Money
from altyn.core.purchases import (
    Goods,
    Kind,
    Ordered,
    Purchase,
    PurchaseId,
    RecipientRefused,
    Stage,
    State,
    SupplierClosed,
    SupplierRefused,
    SupplierUnclear,
)
from altyn.entrypoints.sandbox import Fault, FragmentDesk
from altyn.entrypoints.sandbox.fragment import HAS_PREMIUM, NO_PERSON, STRANGER
from altyn.entrypoints.sandbox.fragment_wire import bag, comment
from altyn.entrypoints.testkit.supplier import begun, in_doubt, paid_for
from tests.unit.fragment_outside import (
    PAYER,
    RECEIVER,
    AtTheDesk,
    DeskOutside,
    payer,
    supplier_of,
)

STARS = Goods(kind=Kind.STARS, quantity=50)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> FragmentDesk:
    return FragmentDesk(clock)


@pytest.fixture
def supplier(desk: FragmentDesk, clock: ManualClock) -> FragmentSupplier:
    return supplier_of(desk, AtTheDesk(desk), clock)


@pytest.fixture
def outside(desk: FragmentDesk, clock: ManualClock) -> DeskOutside:
    return DeskOutside(desk, clock)


async def wanted(
    supplier: FragmentSupplier, outside: DeskOutside, goods: Goods = STARS
) -> Purchase:
    """A purchase that is about to be ordered."""
    return begun(supplier, outside, await supplier.offer(goods, "bob"), goods)


async def ordered(
    supplier: FragmentSupplier, outside: DeskOutside, goods: Goods = STARS
) -> Ordered:
    """What is to be paid for it."""
    return await supplier.order(await wanted(supplier, outside, goods))


SOLD = [
    (STARS, TON, "0.460900000", "50 Telegram Stars"),
    (STARS, USDT, "0.750000", "50 Telegram Stars"),
    (Goods(kind=Kind.STARS, quantity=100_000), USDT, "1500.000000", "100000 Telegram Stars"),
    (Goods(kind=Kind.PREMIUM, quantity=3), TON, "7.368300000", "Telegram Premium for 3 months"),
    (Goods(kind=Kind.PREMIUM, quantity=6), USDT, "15.990000", "Telegram Premium for 6 months"),
    (Goods(kind=Kind.PREMIUM, quantity=12), TON, "17.815300000", "Telegram Premium for 1 year"),
    (Goods(kind=Kind.TON, quantity=1_000), TON, "1000.000000000", "Telegram account top up"),
    (Goods(kind=Kind.TON, quantity=1_000), USDT, "1000.000000000", "Telegram account top up"),
]


@pytest.mark.parametrize(("goods", "asset", "cost", "words"), SOLD)
async def test_each_thing_is_ordered_by_its_own_calls(
    desk: FragmentDesk,
    clock: ManualClock,
    outside: DeskOutside,
    goods: Goods,
    asset: Asset,
    cost: str,
    words: str,
) -> None:
    """The bill is exact to the unit, goes to a known receiver, and says what it is for."""
    supplier = supplier_of(desk, AtTheDesk(desk), clock, asset)
    bill = (order := await ordered(supplier, outside, goods)).bill
    (part,) = bill.parts
    assert (part.amount.decimal, part.to) == (cost, RECEIVER.raw)
    assert part.amount.asset == (TON if goods.kind is Kind.TON else asset)
    request, _, reference = order.order_id.partition(" ")
    assert part.comment == f"{words} \n\n{reference}"
    assert desk.requests[request].reference == reference
    assert bill.pay_before == clock.now() + timedelta(minutes=29)
    if bill.asset == TON:
        assert comment_of(part.body) == part.comment


async def test_an_order_makes_these_calls_and_no_others(
    desk: FragmentDesk, supplier: FragmentSupplier, outside: DeskOutside
) -> None:
    """An offer leaves the page alone: it may be showing what somebody has paid for."""
    purchase = await wanted(supplier, outside)
    offered, desk.calls = desk.calls, []
    await supplier.order(purchase)
    assert offered == ["/stars/buy", "searchStarsRecipient", "initBuyStarsRequest"]
    assert desk.calls == [
        "searchStarsRecipient",
        "updateStarsBuyState",
        "initBuyStarsRequest",
        "getBuyStarsLink",
    ]
    link = desk.forms[-1]
    assert (link["transaction"], link["show_sender"]) == ("1", "0")
    assert (link["account"], link["device"]) == (PAYER.account, PAYER.device)
    supplier.show_sender = True
    await supplier.order(purchase)
    assert desk.forms[-1]["show_sender"] == "1"


def message(said: dict[str, Any]) -> Any:
    return said["messages"][0]


def other_words(text: str) -> Callable[[dict[str, Any]], None]:
    return lambda said: message(said).update(payload=bag(comment(text)))


def later(said: dict[str, Any]) -> None:
    said["validUntil"] += 25 * 3600


GATES: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (lambda said: said.update({"from": "0:" + "22" * 32}), "another wallet"),
    (lambda said: said.update({"from": "nobody"}), "not an address"),
    (lambda said: said["messages"].append(dict(message(said))), "2 messages"),
    (lambda said: said["messages"].clear(), "0 messages"),
    (lambda said: message(said).update(address=STRANGER), "not on the list"),
    (lambda said: message(said).update(address="EQnowhere"), "not an address"),
    (
        lambda said: message(said).update(
            address=parse_address(STRANGER).friendly(bounceable=False)
        ),
        "not on the list",
    ),
    (lambda said: message(said).update(amount="460900001"), "is due"),
    (lambda said: message(said).update(amount="460899999"), "is due"),
    (lambda said: message(said).update(amount="4609000000"), "is due"),
    (lambda said: message(said).update(stateInit="te6cc"), "deploy"),
    (lambda said: message(said).update(state_init="te6cc"), "deploy"),
    (lambda said: message(said).pop("payload"), "payload"),
    (lambda said: message(said).update(payload="!!"), "payload"),
    (lambda said: message(said).update(payload="AAAA"), "no comment"),
    (other_words("51 Telegram Stars \n\nRef#kpJ55h3BW"), "not about"),
    (other_words("500 Telegram Stars \n\nRef#kpJ55h3BW"), "not about"),
    (other_words("Telegram Premium for 3 months \n\nRef#kpJ55h3BW"), "not about"),
    (other_words("50 Telegram Stars \n\nRef#kpJ55h3BW Ref#kpJ55h3BX"), "one reference"),
    (other_words("50 Telegram Stars \n\n"), "one reference"),
    (later, "longer than any"),
]


@pytest.mark.parametrize(("bend", "words"), GATES)
async def test_what_is_not_what_we_are_about_to_pay_is_not_paid(
    desk: FragmentDesk,
    supplier: FragmentSupplier,
    outside: DeskOutside,
    bend: Callable[[dict[str, Any]], None],
    words: str,
) -> None:
    """Nobody gets a bill; a person has to look at it, and is told what was wrong."""
    purchase = await wanted(supplier, outside)
    desk.bends.append(bend)
    with pytest.raises(SupplierClosed, match=words):
        await supplier.order(purchase)
    await supplier.order(purchase)


@pytest.mark.parametrize(
    "bend",
    [
        lambda said: said.pop("from"),
        lambda said: said.pop("messages"),
        lambda said: said.update(messages=["message"]),
        lambda said: said.update(messages=None),
        lambda said: said.pop("validUntil"),
        lambda said: message(said).pop("address"),
        lambda said: message(said).update(amount=460900000),
        lambda said: said.update(validUntil="1790552821"),
    ],
)
async def test_what_makes_no_sense_leaves_us_in_doubt(
    desk: FragmentDesk,
    supplier: FragmentSupplier,
    outside: DeskOutside,
    bend: Callable[[dict[str, Any]], None],
) -> None:
    """It is asked again, and nobody has paid."""
    purchase = await wanted(supplier, outside)
    desk.bends.append(bend)
    with pytest.raises(SupplierUnclear):
        await supplier.order(purchase)


@pytest.mark.parametrize("left", [-1, 0, 59, 60])
async def test_a_bill_that_has_nearly_run_out_is_not_taken(
    desk: FragmentDesk, supplier: FragmentSupplier, outside: DeskOutside, left: int
) -> None:
    """There is another one for the asking."""
    purchase = await wanted(supplier, outside)
    desk.holds_for = timedelta(seconds=left)
    with pytest.raises(SupplierUnclear, match="run out"):
        await supplier.order(purchase)
    desk.holds_for = timedelta(hours=24)
    assert (await supplier.order(purchase)).bill.parts


DOLLARS: list[tuple[dict[str, Any], str]] = [
    ({"units": 750_001}, "is due"),
    ({"units": 750_000_000}, "is due"),
    ({"to": STRANGER}, "not on the list"),
    ({"response": STRANGER}, "to a stranger"),
    ({"response": None}, "to a stranger"),
    ({"forwarded": 0}, "something else"),
    ({"forwarded": 10_000_001}, "something else"),
    ({"custom": Builder().store_uint(1, 8).end_cell()}, "something else"),
]


@pytest.mark.parametrize(("odd", "words"), DOLLARS)
async def test_a_transfer_of_dollars_does_that_and_nothing_else(
    desk: FragmentDesk, clock: ManualClock, outside: DeskOutside, odd: dict[str, Any], words: str
) -> None:
    """Its inside is looked at: outside it is always our own wallet that is told."""
    supplier = supplier_of(desk, AtTheDesk(desk), clock, USDT)
    purchase = await wanted(supplier, outside)
    desk.odd_dollars = odd
    with pytest.raises(SupplierClosed, match=words):
        await supplier.order(purchase)
    desk.odd_dollars = {}
    desk.bends.append(other_words("50 Telegram Stars \n\nRef#kpJ55h3BW"))
    with pytest.raises(SupplierClosed, match="another opcode"):
        await supplier.order(purchase)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        ("Invalid method", SupplierClosed, "another name"),
        ("Access denied", SupplierClosed, "may not buy"),
        ("bad request", SupplierClosed, "session has ended"),
        (NO_PERSON, RecipientRefused, "assigned to a user"),
        ("No Telegram users found.", RecipientRefused, "nobody is called that"),
        ("No Telegram channels found.", RecipientRefused, "no channel"),
        (HAS_PREMIUM, RecipientRefused, "Premium already"),
        ("The minimum is 50 Stars.", SupplierRefused, "minimum"),
        ("Sorry, the price was changed.", SupplierUnclear, "the price moved"),
        ("Something went wrong\r\nX: y", SupplierUnclear, "wrong  X"),
        ("", SupplierUnclear, "found is missing"),
        (7, SupplierUnclear, "7"),
    ],
)
async def test_each_refusal_is_taken_for_what_it_is(
    desk: FragmentDesk,
    supplier: FragmentSupplier,
    outside: DeskOutside,
    error: Any,
    kind: type[AltynError],
    words: str,
) -> None:
    """A no, a person's business, or a doubt; in whatever letters it is written."""
    desk.refusals["bob"] = error
    with pytest.raises(kind, match=words):
        await supplier.offer(STARS, "bob")


@pytest.mark.parametrize(
    ("flag", "words"), [("unverified", "verified"), ("unconnected", "no wallet")]
)
async def test_what_the_account_lacks_is_no_fault_of_the_customer(
    desk: FragmentDesk,
    supplier: FragmentSupplier,
    outside: DeskOutside,
    flag: str,
    words: str,
) -> None:
    """It is said to whoever runs the shop, until something is bought."""
    purchase = await wanted(supplier, outside)
    setattr(desk, flag, True)
    with pytest.raises(SupplierClosed, match=words):
        await supplier.order(purchase)
    setattr(desk, flag, False)
    await supplier.order(purchase)


async def test_a_price_that_moves_in_between_is_asked_for_once_more(
    desk: FragmentDesk, supplier: FragmentSupplier, outside: DeskOutside
) -> None:
    """The bill has the new price, which is compared by others; a price that runs is put off."""
    purchase = await wanted(supplier, outside)
    desk.moves = 1
    order = await supplier.order(purchase)
    assert order.bill.total == Money.parse("0.4655", TON)
    assert order.bill.total > purchase.quote.cost
    desk.moves = 2
    with pytest.raises(SupplierUnclear, match="price moved"):
        await supplier.order(purchase)
    assert desk.moves == 0


async def test_below_the_minimum_nothing_is_sold(
    desk: FragmentDesk, supplier: FragmentSupplier, outside: DeskOutside
) -> None:
    """It may be raised there without a word."""
    desk.refusals["bob"] = "The minimum is 100 Stars."
    with pytest.raises(SupplierRefused, match="100"):
        await supplier.offer(STARS, "bob")


async def test_a_page_that_is_taken_up_takes_no_other_order(
    desk: FragmentDesk, supplier: FragmentSupplier, outside: DeskOutside
) -> None:
    """What becomes of the first would be taken for the second; other pages are free."""
    purchase = await wanted(supplier, outside)
    outside.pay(await supplier.order(purchase))
    another = await wanted(supplier, outside)
    with pytest.raises(SupplierUnclear, match="taken up"):
        await supplier.order(another)
    await ordered(supplier, outside, Goods(kind=Kind.PREMIUM, quantity=3))
    desk.names_requests = True
    assert (await supplier.order(another)).bill.parts


async def paid(supplier: FragmentSupplier, outside: DeskOutside) -> tuple[Purchase, Ordered, str]:
    """A purchase that our money has left for."""
    order = await supplier.order(purchase := await wanted(supplier, outside))
    now = outside.now
    purchase = purchase.moved(State.ORDERED, now, order_id=order.order_id, bill=order.bill)
    purchase = purchase.moved(State.PAYING, now)
    return paid_for(purchase), order, outside.pay(order)


async def test_what_paid_it_is_shown_to_the_letter(
    desk: FragmentDesk, supplier: FragmentSupplier, outside: DeskOutside
) -> None:
    """With the request, the wallet and its device."""
    purchase, order, boc = await paid(supplier, outside)
    await supplier.delivery(purchase, boc)
    (request,) = desk.confirmed
    assert order.order_id.startswith(request)
    assert desk.confirmed[request] == boc
    (form,) = (each for each in desk.forms if each["method"] == "confirmReq")
    assert (form["account"], form["device"]) == (PAYER.account, PAYER.device)


@pytest.mark.parametrize("fault", list(Fault))
async def test_showing_what_paid_it_may_fail(
    desk: FragmentDesk, supplier: FragmentSupplier, outside: DeskOutside, fault: Fault
) -> None:
    """The payment is seen on the chain all the same."""
    purchase, order, boc = await paid(supplier, outside)
    outside.deliver(order)
    desk.faults.plan("confirmReq", fault)
    assert (await supplier.delivery(purchase, boc)).stage is Stage.DELIVERED


async def test_the_page_is_asked_as_one_who_looks_again(
    desk: FragmentDesk, supplier: FragmentSupplier, outside: DeskOutside, clock: ManualClock
) -> None:
    """By one number for each purchase, also after a restart, and with the mode that was seen."""
    purchase, _, boc = await paid(supplier, outside)
    desk.forms.clear()
    desk.delivers_after = timedelta(0)
    for _ in range(3):
        await supplier.delivery(purchase, boc)
    await supplier_of(desk, AtTheDesk(desk), clock).delivery(purchase, boc)
    looks = [each for each in desk.forms if each["method"] == "updateStarsBuyState"]
    assert [each["mode"] for each in looks] == ["new", "processing", "done", "new"]
    (number,) = {each["dh"] for each in looks}
    assert 100_000_000 <= int(number) < 2**31
    assert {each["lv"] for each in looks} == {"false"}
    other = evolve(purchase, wish=evolve(purchase.wish, id=PurchaseId(UUID(int=1))))
    await supplier.delivery(other, boc)
    assert desk.forms[-1]["dh"] != number


async def test_done_is_believed_of_the_one_under_way(
    desk: FragmentDesk, supplier: FragmentSupplier, outside: DeskOutside
) -> None:
    """And of another only when it is named; of a wrong name never."""
    purchase, order, boc = await paid(supplier, outside)
    outside.deliver(order)
    for names in (False, True):
        desk.names_requests = names
        assert (await supplier.delivery(purchase, boc)).stage is Stage.DELIVERED
        doubted = (await supplier.delivery(in_doubt(purchase), boc)).stage
        assert doubted is (Stage.DELIVERED if names else Stage.PENDING)
    request, _, _ = order.order_id.partition(" ")
    desk.requests["another"] = desk.requests[request]
    misnamed = evolve(purchase, order_id="another Ref#000000")
    assert (await supplier.delivery(misnamed, boc)).stage is Stage.PENDING


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"mode": 7},
        {"mode": "\n"},
        {"mode": "x" * 100},
        {"error": "Access denied"},
        {"mode": "done", "need_update": True},
        {"mode": "finished"},
        {"mode": "processing", "need_update": False},
    ],
)
async def test_nothing_but_done_is_a_delivery(
    desk: FragmentDesk,
    supplier: FragmentSupplier,
    outside: DeskOutside,
    monkeypatch: pytest.MonkeyPatch,
    said: dict[str, Any],
) -> None:
    """Whatever else a page says, nobody has the goods for it."""
    purchase, _, boc = await paid(supplier, outside)
    monkeypatch.setattr(FragmentDesk, "_state", lambda *_: said)
    with suppress(SupplierUnclear, SupplierClosed):
        assert (await supplier.delivery(purchase, boc)).stage is Stage.PENDING


@pytest.mark.parametrize(
    ("named", "alone", "doubted"),
    [
        ({}, Stage.DELIVERED, Stage.PENDING),
        ({"req_id": None}, Stage.DELIVERED, Stage.PENDING),
        ({"req_id": "ours"}, Stage.DELIVERED, Stage.DELIVERED),
        ({"id": "ours"}, Stage.DELIVERED, Stage.DELIVERED),
        ({"req_id": "another"}, Stage.PENDING, Stage.PENDING),
        ({"id": "something"}, Stage.DELIVERED, Stage.PENDING),
    ],
)
async def test_a_name_is_of_ours_of_another_or_none(
    desk: FragmentDesk,
    supplier: FragmentSupplier,
    outside: DeskOutside,
    monkeypatch: pytest.MonkeyPatch,
    named: dict[str, Any],
    alone: Stage,
    doubted: Stage,
) -> None:
    """Where it may stand is not known for certain, so another one has to be named as such."""
    purchase, _, boc = await paid(supplier, outside)
    purchase = evolve(purchase, order_id="ours Ref#000000")
    monkeypatch.setattr(FragmentDesk, "_state", lambda *_: {"mode": "done", **named})
    for each, stage in ((purchase, alone), (in_doubt(purchase), doubted)):
        assert (await supplier.delivery(each, boc)).stage is stage


async def test_somebody_has_to_be_on_the_list(
    desk: FragmentDesk, clock: ManualClock, supplier: FragmentSupplier
) -> None:
    """An empty one would stop every purchase at its last gate."""
    with pytest.raises(ValueError, match="somebody"):
        FragmentSupplier(
            api=supplier.api,
            address=PAYER.address,
            payer=payer,
            clock=clock,
            destinations=frozenset(),
        )
