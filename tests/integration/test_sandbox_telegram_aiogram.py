"""A bot of aiogram's own, at the desk of the sandbox: nothing there surprises it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import BufferedInputFile, LabeledPrice, Update

from altyn.adapters.memory import ManualClock
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox import Fault, TelegramDesk
from altyn.entrypoints.sandbox.telegram_sales import Outcome

GOODS: dict[str, Any] = {
    "title": "Fifty coins",
    "description": "To spend here",
    "payload": "order-1",
    "currency": "XTR",
    "prices": [LabeledPrice(label="Coins", amount=50)],
}
BUTTONS: dict[str, Any] = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}


@pytest.fixture
def desk() -> TelegramDesk:
    return TelegramDesk(ManualClock())


@pytest.fixture
async def bot(desk: TelegramDesk) -> AsyncIterator[Bot]:
    """The desk's bot, over a socket of this machine."""
    stopping = asyncio.Event()
    async with AsyncExitStack() as stack:
        serving = Serving(desk, stack.enter_context(listen("127.0.0.1", 0)))
        await stack.enter_async_context(serving.until(stopping))
        stack.callback(stopping.set)
        session = AiohttpSession(api=TelegramAPIServer.from_base(serving.address))
        yield await stack.enter_async_context(Bot(desk.token, session=session))


async def test_a_bot_sells_for_stars(desk: TelegramDesk, bot: Bot) -> None:
    """From who it is to the refund, with its own classes all the way."""
    assert (await bot.get_me()).id == bot.id
    link = await bot.create_invoice_link(**GOODS, provider_token="", subscription_period=2592000)
    anna = desk.join("Anna", language_code="ru")
    polling = asyncio.create_task(bot.get_updates(timeout=50, allowed_updates=[]))
    checkout = desk.pay(link, anna, commission_per_mille=155)
    (update,) = await polling
    query = update.pre_checkout_query
    assert query is not None
    assert (query.invoice_payload, query.total_amount) == ("order-1", 50)
    assert query.from_user.language_code == "ru"
    assert await bot.answer_pre_checkout_query(query.id, ok=True)
    assert checkout.outcome is Outcome.PAID
    (update,) = await bot.get_updates(offset=update.update_id + 1)
    assert update.message is not None
    payment = update.message.successful_payment
    assert payment is not None
    charge = payment.telegram_payment_charge_id
    assert payment.is_first_recurring
    assert await bot.edit_user_star_subscription(anna.id, charge, is_canceled=True)
    assert await bot.refund_star_payment(anna.id, charge)
    (update,) = await bot.get_updates(offset=update.update_id + 1)
    assert update.message is not None
    assert update.message.refunded_payment is not None
    came, went = (await bot.get_star_transactions()).transactions
    assert came.source is not None
    assert went.receiver is not None
    assert (came.id, went.id, came.amount, went.nanostar_amount) == (
        charge,
        charge,
        42,
        250_000_000,
    )
    assert (await bot.get_my_star_balance()).amount == 0


async def test_a_bot_understands_every_update(desk: TelegramDesk, bot: Bot) -> None:
    """Those of a webhook too, each as a thing of its kind."""
    pem = BufferedInputFile("-----BEGIN Ж-----\r\n".encode(), "a.pem")
    await bot.set_webhook("https://shop.example/", pem, secret_token="s")
    info = await bot.get_webhook_info()
    assert (info.url, info.has_custom_certificate) == ("https://shop.example/", True)
    anna = desk.join("Anna", last_name="A", username="anna")
    desk.say(anna, "/start")
    sent = await bot.send_message(anna.id, "pick", reply_markup=BUTTONS)  # type: ignore[arg-type]
    assert sent.reply_markup is not None
    desk.tap(anna, "a")
    message = await bot.send_invoice(anna.id, **GOODS)
    assert message.invoice is not None
    card = {**GOODS, "currency": "RUB", "provider_token": desk.provider_token}
    monthly = {**GOODS, "subscription_period": 2592000}
    for sold in (card, monthly):
        checkout = desk.pay(await bot.create_invoice_link(**sold), anna)
        await bot.answer_pre_checkout_query(checkout.id, ok=True)
    assert checkout.charge
    renewal = desk.renew(checkout.charge.id)
    desk.change_subscription(renewal.id, "canceled")
    desk.refund_outside(renewal.id)
    desk.withdraw(50)
    updates = [Update.model_validate_json(each.body) for each in desk.deliveries]
    assert [each.event_type for each in updates] == [
        "message",
        "callback_query",
        "pre_checkout_query",
        "message",
        "pre_checkout_query",
        "message",
        "message",
        "subscription",
        "message",
    ]
    transactions = (await bot.get_star_transactions()).transactions
    partners = [each.source or each.receiver for each in transactions]
    assert [each and each.type for each in partners] == ["user", "user", "user", "fragment"]


async def test_a_bot_understands_every_no(desk: TelegramDesk, bot: Bot) -> None:
    """As the error that it has for it."""
    anna = desk.join("Anna")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(anna.id, "hello")
    desk.say(anna, "/start")
    desk.chats.blocked.add(anna.id)
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(anna.id, "hello")
    with pytest.raises(TelegramNotFound):
        await bot.log_out()
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_pre_checkout_query("1", ok=True)
    desk.faults.plan("getMe", Fault.BUSY, Fault.FAIL_AFTER)
    with pytest.raises(TelegramRetryAfter):
        await bot.get_me()
    with pytest.raises(TelegramServerError):
        await bot.get_me()
    await bot.set_webhook("https://shop.example/")
    with pytest.raises(TelegramConflictError):
        await bot.get_updates()
    desk.token += "x"
    with pytest.raises(TelegramUnauthorizedError):
        await bot.get_me()
