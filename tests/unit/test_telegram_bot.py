"""The Bot API: what is known after a call, where updates go, and that the token is told nobody."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from altyn.adapters.http import Answer
from altyn.adapters.memory import ManualTicks
from altyn.adapters.telegram import CardsGateway, ChatClosed, TelegramCounter, Webhook
from altyn.adapters.telegram.bot import result_of
from altyn.core.errors import AltynError, Unavailable
from altyn.core.money import TON, WELL_KNOWN, Money
from altyn.core.payments import (
    ListMissing,
    NotReturnable,
    Payment,
    ProviderRefused,
    ProviderUnclear,
    Stage,
    State,
)
from altyn.core.resilience import TurnedAway
from altyn.entrypoints.sandbox import Fault
from tests.unit.telegram_outside import HOOK, SECRET, Shop, open_shop


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop


# What is known.


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b'{"ok":false,"error_code":400,"description":"Bad Request: X"}', ProviderRefused),
        (400, b'{"ok":false,"error_code":400,"description":"Bad Request: X"}', ProviderRefused),
        (401, b'{"ok":false,"error_code":401,"description":"Unauthorized"}', ProviderRefused),
        (403, b'{"ok":false,"error_code":403}', ChatClosed),
        (409, b'{"ok":false,"error_code":409,"description":null}', ProviderRefused),
        (429, b'{"ok":false,"error_code":429,"description":"Too Many Requests"}', TurnedAway),
        (500, b'{"ok":false,"error_code":500,"description":"Internal"}', ProviderUnclear),
        (500, b'{"ok":false,"error_code":400,"description":"Bad Request: X"}', ProviderUnclear),
        (502, b'{"ok":true,"result":true}', ProviderUnclear),
        (200, b'{"ok":true}', ProviderUnclear),
        (200, b'{"ok":1,"result":true}', ProviderUnclear),
        (200, b'{"result":true}', ProviderUnclear),
        (400, b'{"ok":false,"error_code":"400"}', ProviderUnclear),
        (404, b"<html>nginx</html>", ProviderUnclear),
        (413, b"", ProviderUnclear),
        (200, b"[true]", ProviderUnclear),
        (200, b"[" * 100_000, ProviderUnclear),
    ],
)
def test_only_a_clear_no_is_a_no(status: int, body: bytes, kind: type[AltynError]) -> None:
    """Everything that is neither a result nor a no leaves us in doubt."""
    with pytest.raises(kind):
        result_of(Answer(status, {}, body))


def test_a_result_is_a_result() -> None:
    """Also one that is nothing much."""
    for body, result in ((b'{"ok":true,"result":null}', None), (b'{"ok":true,"result":[]}', [])):
        assert result_of(Answer(200, {}, body)) == result


@pytest.mark.parametrize(
    ("parameters", "seconds"),
    [
        (b'{"retry_after":7}', 7.0),
        (b'{"retry_after":0}', 0.0),
        (b'{"retry_after":-7}', 0.0),
        (b'{"retry_after":86400}', 300.0),
        (b'{"retry_after":"7"}', None),
        (b'{"migrate_to_chat_id":-100}', None),
        (b"[7]", None),
        (b"null", None),
    ],
)
def test_telegram_may_ask_us_to_wait(parameters: bytes, seconds: float | None) -> None:
    """Not for ever, and in whatever words it does."""
    with pytest.raises(TurnedAway) as away:
        result_of(Answer(429, {}, b'{"ok":false,"error_code":429,"parameters":%b}' % parameters))
    assert away.value.retry_after_seconds == seconds


def test_the_words_of_a_refusal_can_be_shown() -> None:
    """On one line, cut, and as they were otherwise."""
    said = b'{"ok":false,"error_code":400,"description":"Bad\\nRequest: \\ud800%b"}' % (b"x" * 500)
    with pytest.raises(ProviderRefused) as refused:
        result_of(Answer(400, {}, said))
    assert refused.value.reason.startswith("BadRequest: xxx")
    assert len(refused.value.reason) <= 200


# Invoices.


async def test_an_invoice_says_what_it_is_for(shop: Shop) -> None:
    """In whole Stars, without a provider, once, and never one that renews itself."""
    payment = await shop.opened(100)
    (asked,) = [said for method, said in shop.wire.asked if method == "createInvoiceLink"]
    assert asked == {
        "title": "Altyn",
        "description": "100 XTR",
        "payload": payment.id.hex,
        "currency": "XTR",
        "prices": [{"label": "100 XTR", "amount": 100}],
        "provider_token": "",
    }
    assert payment.link == f"https://t.me/${payment.provider_id}"


async def test_an_invoice_for_cards_is_in_the_smallest_units(shop: Shop) -> None:
    """As Telegram counts them; a currency of which that is not known is not taken."""
    amount = Money.parse("500.50", WELL_KNOWN.by_code["RUB"])
    payment = await shop.opened(amount)
    (asked,) = [said for method, said in shop.wire.asked if method == "createInvoiceLink"]
    assert asked["prices"] == [{"label": "500.50 RUB", "amount": 50050}]
    assert (asked["currency"], asked["provider_token"]) == ("RUB", shop.desk.provider_token)
    charge = await shop.bought(payment)
    assert charge.invoice.total_amount == 50050
    await shop.hear()
    assert (await shop.now(payment)).came == amount
    assert await shop.house.holds("user:1", amount.asset) == 50050
    await shop.house.sound()
    with pytest.raises(ValueError, match="in which units Telegram counts TON"):
        CardsGateway(
            api=shop.api,
            clock=shop.house.clock,
            assets=WELL_KNOWN,
            secret=SECRET,
            bounds={"TON": (Money(1, TON), Money(10, TON))},
            provider_token="",
        )


async def test_cards_go_back_elsewhere(shop: Shop) -> None:
    """Here they are neither refunded nor listed; nobody can be asked what came."""
    payment = await shop.opened(Money.parse("500", WELL_KNOWN.by_code["RUB"]))
    await shop.bought(payment)
    await shop.hear()
    (arrival,) = await shop.came(payment)
    refund: Any = None
    with pytest.raises(NotReturnable):
        await shop.cards.refund(refund, arrival)
    assert not shop.cards.lists
    with pytest.raises(ListMissing, match="keeps no list"):
        await shop.tie_out("cards")
    with pytest.raises(Unavailable, match="keeps no list"):
        shop.cards.lines(payment.created_at, payment.expires_at)
    for moment, stage in (
        (payment.expires_at.replace(microsecond=0), Stage.EXPIRED),
        (payment.created_at, Stage.OPEN),
    ):
        shop.house.clock.moment = moment
        assert (await shop.cards.inquire(payment)).stage is stage


@pytest.mark.parametrize(
    "link",
    [None, 7, "", "t.me/$x", "http://t.me/$x", "https://" + "x" * 130, "https://t.me/$\n"],
)
async def test_a_link_that_is_none_leaves_us_in_doubt(shop: Shop, link: object) -> None:
    """There may be an invoice, so it has not failed; the next answer is taken."""
    shop.wire.says.append((200, {"ok": True, "result": link}))
    payment = await shop.opened()
    assert (payment.state, payment.link) == (State.UNKNOWN, "")
    payment = await shop.house.open(payment.order)
    assert payment.state is State.PENDING


@pytest.mark.parametrize("fault", [Fault.FAIL_AFTER, Fault.CUT_AFTER, Fault.HANG_AFTER])
async def test_a_link_of_which_nobody_was_told_is_not_paid(shop: Shop, fault: Fault) -> None:
    """There are two then, of which one is known: it is paid once, and named by both."""
    shop.desk.faults.plan("createInvoiceLink", fault)
    payment = await shop.opened()
    assert (payment.state, payment.link) == (State.UNKNOWN, "")
    payment = await shop.house.open(payment.order)
    lost, told = shop.desk.sales.links
    assert told == payment.link
    assert {each.payload for each in shop.desk.sales.links.values()} == {payment.id.hex}
    await shop.bought(payment)
    await shop.hear()
    checkout = shop.desk.pay(lost, shop.desk.join("Boris"))  # whoever found it all the same
    await shop.tell(shop.desk.deliveries[-1])
    assert checkout.charge is None
    assert (await shop.now(payment)).state is State.SETTLED


async def test_a_no_is_for_good(shop: Shop) -> None:
    """There is no link then, and nobody waits for one."""
    shop.wire.refuse("Bad Request: CURRENCY_TOTAL_AMOUNT_INVALID")
    payment: Payment = await shop.opened()
    assert payment.state is State.FAILED
    assert "CURRENCY_TOTAL_AMOUNT_INVALID" in payment.told


# Where updates go.


async def test_telegram_is_told_once_where_we_are(shop: Shop) -> None:
    """What waits there is not thrown away, and everything that payments need is sent."""
    shop.wire.asked.clear()
    ticks = ManualTicks()
    webhook = Webhook(shop.api, HOOK, SECRET, ticks)
    for _ in range(3):
        await webhook()
    ((method, asked),) = shop.wire.asked
    assert (method, asked["url"], asked["secret_token"]) == ("setWebhook", HOOK, SECRET)
    assert asked["drop_pending_updates"] is False
    assert {"message", "pre_checkout_query"} <= set(asked["allowed_updates"])
    assert shop.desk.updates.webhook is not None
    shop.desk.updates.webhook = None  # somebody polls with our token
    ticks.advance(seconds=301)
    await webhook()
    assert shop.desk.updates.webhook is not None


async def test_it_is_told_until_it_has_heard(shop: Shop) -> None:
    """A no and a doubt are told to whoever runs this."""
    webhook = Webhook(shop.api, HOOK, SECRET)
    shop.desk.faults.plan("setWebhook", Fault.BUSY, Fault.FAIL_AFTER)
    shop.wire.says.append((200, {"ok": True, "result": False}))
    with pytest.raises(ProviderUnclear):
        await webhook()
    for _ in range(2):
        with pytest.raises(Unavailable):
            await webhook()
    await webhook()
    with pytest.raises(ProviderRefused, match="HTTPS"):
        await Webhook(shop.api, "http://shop.example", SECRET)()


# The token.


async def test_nobody_is_told_the_token(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """Not by an error, nor by what is shown of anything, nor by any log."""
    caplog.set_level(logging.DEBUG)
    token, provider = shop.desk.token, shop.desk.provider_token
    told: list[str] = []
    for fault in (None, *Fault):
        if fault:
            shop.desk.faults.plan("createInvoiceLink", fault)
        shown = await shop.opened()
        told += [repr(shown), shown.told]
    for call in (shop.api, shop.api.at_once):
        for fault in Fault:
            shop.desk.faults.plan("getMe", fault)
            with pytest.raises(Unavailable) as away:
                await call("getMe", {})
            told += [str(away.value), repr(away.value), repr(away.value.facts)]
        with pytest.raises(ProviderRefused) as refused:
            await call("fly", {})
        told += [str(refused.value), repr(refused.value)]
    parts = (shop.api, shop.stars, shop.cards, shop.feed, shop.update)
    told += [repr(each) for each in (*parts, Webhook(shop.api, HOOK, SECRET))]
    told += [repr(TelegramCounter(shop.api, WELL_KNOWN, SECRET)), caplog.text]
    assert "POST https://desk.example/bot(secret)/getMe" in caplog.text
    for secret in (token, token.partition(":")[2], provider, SECRET):
        assert not [each for each in told if secret in each]
