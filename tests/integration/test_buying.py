"""Goods from the price to the hand: shops and a chain over HTTP, our wallets, and the books."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from altyn.core.money import RUB, TON, XTR
from altyn.core.purchases import (
    PollPurchases,
    State,
    SupplierClosed,
)
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.testkit.wallet import Trouble
from altyn.entrypoints.wiring.readiness import unmet
from tests.unit.stickerdom_outside import FOX

from .purchase_mall import STORE, Mall, opened_mall


@pytest.fixture
async def mall(tmp_path: Path) -> AsyncIterator[Mall]:
    async with opened_mall(tmp_path) as mall:
        yield mall


async def test_stars_from_the_price_to_the_goods(mall: Mall) -> None:
    """Fragment was paid once, the customer what was quoted, and the books agree."""
    purchase = await mall.until(await mall.bought(), State.DELIVERED)
    (paid,) = mall.came
    assert paid == purchase.quote.cost.units
    assert await mall.units("user:ann", RUB) == 100_000 - purchase.price.units
    assert await mall.units("income:stars", RUB) == purchase.price.units
    assert await mall.units("supply:fragment", TON) == paid
    fee = await mall.units("fees:ton", TON)
    assert await mall.units("wallet:ton", TON) == -paid - fee
    assert fee > 0
    assert await mall.audited()


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/api/v3/message", Fault.CUT_AFTER),
        ("/api/v3/message", Fault.GARBAGE_AFTER),
        ("/api/v3/message", Fault.FAIL_BEFORE),
        ("confirmReq", Fault.CUT_AFTER),
        ("getBuyStarsLink", Fault.CUT_AFTER),
        ("initBuyStarsRequest", Fault.FAIL_AFTER),
    ],
)
async def test_an_answer_that_is_lost_pays_nothing_twice(
    mall: Mall, path: str, fault: Fault
) -> None:
    """Whoever it was that did not answer."""
    id = await mall.bought()
    (mall.chain if path.startswith("/") else mall.fragment).faults.plan(path, fault)
    await mall.until(id, State.DELIVERED)
    assert len(mall.came) == 1
    assert await mall.audited()


async def test_whoever_dies_after_signing_leaves_the_same_message(mall: Mall) -> None:
    """Another process finds the cheque, presents it, and pays no second one."""
    id = await mall.bought()
    await mall.until(id, State.PAYING)
    mall.chain.drop()
    await mall.until(id, State.DELIVERED)
    assert len(mall.came) == 1


async def test_many_purchases_one_after_the_other(mall: Mall) -> None:
    """In one lane, by one wallet: each is paid once and delivered."""
    ids = [await mall.bought(50 + number) for number in range(3)]
    for id in ids:
        await mall.until(id, State.DELIVERED)
    assert len(mall.came) == 3
    assert await mall.audited()


async def test_a_pack_for_coins(mall: Mall) -> None:
    """Its order is paid once, with its id as the words; answers that get lost change nothing."""
    id = await mall.agreed(FOX)
    mall.stickerdom.orders_limit = 2  # one order comes to nothing on the way
    mall.stickerdom.faults.plan("order", Fault.CUT_AFTER)
    mall.chain.faults.plan("/api/v3/message", Fault.CUT_AFTER)
    purchase = await mall.until(id, State.DELIVERED)
    assert (purchase.supplier, purchase.shown) == ("stickerdom", "@altyn_shop")
    assert mall.paid_to(STORE) == [purchase.quote.cost.units] == [1_250_000_000]
    assert mall.stickerdom.owned == {42: [(12, 3)]}
    assert await mall.units("user:ann", RUB) == 100_000 - purchase.price.units
    assert await mall.units("supply:stickerdom", TON) == 1_250_000_000
    assert await mall.audited()


async def test_a_pack_for_stars(mall: Mall) -> None:
    """Our account pays its invoice once; the list says so where the answer does not."""
    id = await mall.agreed(FOX, "stickerdom_stars")
    mall.telegram.troubles = {"pay": [Trouble.CUT]}
    purchase = await mall.until(id, State.DELIVERED)
    assert (len(mall.telegram.paid), mall.telegram.stars) == (1, 99_500)
    assert purchase.proof == "stx1"
    assert mall.paid_to(STORE) == []
    assert mall.stickerdom.owned == {42: [(12, 3)]}
    assert await mall.units("user:ann", RUB) == 100_000 - purchase.price.units
    assert await mall.units("wallet:stars", XTR) == -500
    assert await mall.units("supply:stickerdom_stars", XTR) == 500
    assert await mall.audited()


async def test_who_does_not_sell_to_us_is_closed(mall: Mall) -> None:
    """At an order, for everybody; nothing was paid, and money may come in all the same."""
    mall.fragment.unverified = True
    id = await mall.bought()
    await (await mall.get(PollPurchases))()
    assert await mall.state(id) is State.RESERVED
    with pytest.raises(SupplierClosed, match="verified"):
        await mall.bought(51)
    parts = await mall.look()
    assert {name for name, part in parts.items() if not part.well} == {"fragment"}
    assert "closed since" in parts["fragment"].words
    assert unmet(parts) == {}
    mall.fragment.unverified = False
    await mall.until(id, State.DELIVERED)  # which proves that he sells again
    assert (await mall.look())["fragment"].well
    assert await mall.told("supplier") == ["supplier.closed", "supplier.opened"]


async def test_sessions_that_ended_are_seen_before_anybody_buys(mall: Mall) -> None:
    """Of the shops and of our account; they are well again once they are."""
    assert all(part.well for part in (await mall.look()).values())
    right = mall.fragment.cookies
    mall.fragment.cookies = {**right, "stel_ssid": "another"}
    mall.stickerdom.banned = True
    mall.stickerdom.expire_tokens()
    mall.telegram.troubles = {"balance": [Trouble.BEFORE]}
    parts = await mall.look()
    sick = {name for name, part in parts.items() if not part.well}
    assert sick == {"fragment", "stickerdom", "stickerdom_stars", "wallet.stars"}
    with pytest.raises(SupplierClosed):
        await mall.agreed(FOX)
    mall.fragment.cookies, mall.stickerdom.banned = right, False
    assert all(part.well for part in (await mall.look()).values())
    await mall.agreed(FOX)
