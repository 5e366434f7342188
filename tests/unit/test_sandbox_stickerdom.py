"""The desk of sticker packs: it writes as the store does, byte for byte where that is known."""

import json
from datetime import timedelta
from typing import Any

import pytest
from attrs import define

from altyn.adapters.http import Answer
from altyn.adapters.memory import ManualClock
from altyn.entrypoints.sandbox import StickerdomDesk
from altyn.entrypoints.sandbox.stickerdom import WALLET
from altyn.entrypoints.sandbox.stickerdom_wire import init_data
from tests.unit.fragment_outside import AtTheDesk

BUY = "/shop/buy/crypto?collection=12&character=3&currency=TON&count=2"


@define
class Browser:
    """Somebody who asks the desk, signed in or not."""

    desk: StickerdomDesk
    clock: ManualClock
    token: str = ""

    async def raw(self, method: str, path: str, body: str = "") -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        at = AtTheDesk(self.desk, "stickerdom")
        return await at(method, f"/api/v1{path}", body=body.encode(), headers=headers)

    async def ask(self, method: str, path: str, body: str = "") -> Any:
        return json.loads((await self.raw(method, path, body)).body)

    async def sign_in(self) -> None:
        said = await self.ask("POST", "/auth", init_data(42, "altyn", self.clock.now()))
        self.token = said["data"]


@pytest.fixture
async def browser() -> Browser:
    clock = ManualClock()
    browser = Browser(StickerdomDesk(clock), clock)
    await browser.sign_in()
    return browser


async def test_envelopes(browser: Browser) -> None:
    """A yes has data, a no has a code, and both have the status of success."""
    settings = await browser.raw("GET", "/shop/settings")
    assert settings.body == (
        b'{"ok":true,"data":{"is_crypto_payment_enabled":true,"is_transfer_enabled":true,'
        b'"is_market_enabled":true,"crypto_orders_limit":1}}'
    )
    price = await browser.raw("GET", "/shop/price/crypto?collection=12&character=4")
    assert price.body == b'{"ok":true,"data":[{"token_symbol":"TON","price":2.100000001}]}'
    missing = await browser.raw("GET", "/collection/13")
    assert (missing.status, missing.body) == (
        200,
        b'{"ok":false,"errorCode":"collection_not_found"}',
    )
    browser.desk.refuses_with = 404
    missing = await browser.raw("GET", "/shop/price/crypto?collection=12&character=x")
    assert (missing.status, missing.body) == (
        404,
        b'{"ok":false,"errorCode":"character_not_found"}',
    )
    nothing = await browser.raw("GET", "/stickers/3")
    assert (nothing.status, nothing.body[:6]) == (404, b"<html>")


async def test_whoever_telegram_does_not_vouch_for_is_not_let_in(browser: Browser) -> None:
    """Nor who says what it said long ago."""
    browser.token = ""
    now = browser.clock.now()
    wrong = [
        init_data(42, "altyn", now, bot_token="another"),
        init_data(42, "altyn", now - timedelta(days=2)),
        init_data(42, "altyn", now + timedelta(minutes=1)),
        init_data(42, "altyn", now).replace("42", "43"),
        "hash=1",
        "",
    ]
    for raw in wrong:
        assert await browser.ask("POST", "/auth", raw) == {
            "ok": False,
            "errorCode": "invalid_auth_token",
        }


@pytest.mark.parametrize("status", [200, 401])
async def test_a_token_lasts_for_an_hour(browser: Browser, status: int) -> None:
    """Then it is not taken, nor is one that was changed, or that the desk has forgotten."""
    browser.desk.turns_away_with = status
    good = browser.token
    browser.clock.advance(minutes=59)
    assert (await browser.ask("GET", "/collections"))["ok"]
    for token in ("", "e30.e30.x", good[:-2] + "xx"):
        browser.token = token
        assert (await browser.raw("GET", "/collections")).status == status
    browser.token = good
    browser.clock.advance(minutes=1)
    said = await browser.raw("GET", "/collections")
    assert (said.status, said.body) == (status, b'{"ok":false,"errorCode":"invalid_auth_token"}')
    await browser.sign_in()
    assert (await browser.ask("GET", "/collections"))["ok"]
    browser.desk.expire_tokens()
    assert not (await browser.ask("GET", "/collections"))["ok"]


async def test_an_order_from_its_making_to_the_packs(browser: Browser) -> None:
    """It is paid by its id, seen, handed over, and shown in the profile; fewer are left."""
    made = (await browser.ask("POST", BUY))["data"]
    assert made == {
        "order_id": made["order_id"],
        "total_amount": 2_500_000_000,
        "currency": "TON",
        "wallet": WALLET,
    }
    assert await browser.ask("POST", BUY) == {"ok": False, "errorCode": "orders_limit_reached"}
    browser.desk.sees = lambda id: id == made["order_id"]
    for packs in (0, 2, 2):
        profile = (await browser.ask("GET", "/user/42/profile"))["data"]
        assert len(profile["characters"]) == packs
    character = (await browser.ask("GET", "/collection/12"))["data"]["characters"][0]
    assert (character["id"], character["left"], character["price"]) == (3, 98, 500)
    assert (await browser.ask("POST", BUY))["ok"]


async def test_an_invoice_in_stars(browser: Browser) -> None:
    """One pack, and it counts as no order in coins."""
    url = (await browser.ask("POST", "/shop/buy?collection=12&character=3"))["data"]["url"]
    slug = url.removeprefix("https://t.me/$")
    assert (browser.desk.orders[slug].units, browser.desk.orders[slug].in_stars) == (500, True)
    assert (await browser.ask("POST", BUY))["ok"]
    browser.desk.pay(slug)
    for _ in range(2):
        await browser.ask("GET", "/shop/settings")
    assert browser.desk.owned == {42: [(12, 3)]}


async def test_what_cannot_be_bought(browser: Browser) -> None:
    """Each with a code."""

    async def code(path: str) -> str:
        return str((await browser.ask("POST", path))["errorCode"])

    assert await code(BUY.replace("count=2", "count=6")) == "invalid_count"
    assert await code(BUY.replace("count=2", "count=0")) == "invalid_count"
    assert await code(BUY.replace("TON", "USDT")) == "invalid_count"
    assert await code(BUY.replace("=3", "=5")) == "character_not_found"
    browser.desk.stocked(12, 3, 1)
    assert await code(BUY) == "sold_out"
    browser.desk.crypto_enabled = False
    assert await code(BUY) == "crypto_payment_disabled"
