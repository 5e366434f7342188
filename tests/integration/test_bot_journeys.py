"""The bot over real HTTP, from the first start to what was bought, in both languages."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from altyn.core.chats import Inbox
from altyn.core.identity import Caller, UserId, Users
from altyn.core.money import TON, Money
from altyn.core.payments import State as PaymentState
from altyn.core.purchases import (
    CancelPurchase,
    RecipientRefused,
    State,
    SupplierClosed,
    SupplierUnclear,
)
from altyn.entrypoints.bot.middlewares import Apology
from altyn.entrypoints.bot.scenes import recharging
from altyn.entrypoints.bot.watching import CLAIMED
from altyn.entrypoints.sandbox.faults import Fault
from tests.integration.bot_stand import Stand, open_stand, tapped

EN: Mapping[str, str] = {
    "empty": "Your balance is empty",
    "stars": "Buy Stars",
    "me": "For me (@anna)",
    "short": "181.50 ₽ is missing",
    "top_up": "Top up 181.50 ₽",
    "method": "Telegram Stars · 121 ⭐",
    "pay": "Pay 121 ⭐",
    "paid": "Your balance grew by 181.50 ₽",
    "goods": "50 Stars",
    "delivered": "50 Stars delivered",
    "menu": "Menu",
    "left": "16.50 ₽",
}
RU: Mapping[str, str] = {
    "empty": "На балансе пока пусто",
    "stars": "Купить звёзды",
    "me": "Для меня (@anna)",
    "short": "не хватает 181,50 ₽",
    "top_up": "Пополнить на 181,50 ₽",
    "method": "Звёзды Telegram · 121 ⭐",
    "pay": "Оплатить 121 ⭐",
    "paid": "Баланс пополнен на 181,50 ₽",
    "goods": "50 звёзд",
    "delivered": "50 звёзд: доставлено",
    "menu": "Меню",
    "left": "16,50 ₽",
}


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with open_stand(tmp_path) as stand:
        yield stand


@pytest.mark.parametrize(("language", "words"), [("en", EN), ("ru", RU)])
async def test_from_the_first_start_to_delivered_stars(
    stand: Stand, language: str, words: Mapping[str, str]
) -> None:
    """Too little money, a top-up, it is bought, and every message is where it should be."""
    anna = stand.desk.join("Anna", username="anna", language_code=language)
    # It costs a little less when somebody asks again, and is bought for that.
    stand.supplier.cost, stand.supplier.rises = Money.parse("0.55", TON), Money.parse("0.5", TON)
    await stand.say(anna, "/start")
    assert words["empty"] in stand.text(anna)
    await stand.press(anna, words["stars"])
    await stand.press(anna, "50 ⭐")
    await stand.press(anna, words["me"])
    assert words["short"] in stand.text(anna)
    await stand.press(anna, words["top_up"])
    assert words["method"] in stand.labels(anna)
    await stand.press(anna, words["method"])
    assert words["pay"] in stand.labels(anna)
    (living,) = stand.messages(anna)  # one message all the way
    await stand.pays(anna)
    await stand.passes(4)
    receipt, bought = stand.messages(anna)
    assert receipt["message_id"] == living["message_id"]
    assert words["paid"] in receipt["text"].replace("\u00a0", " ")
    (payment,) = await stand.asked_to_pay(anna)
    assert payment.state is PaymentState.SETTLED
    assert "stx" in receipt["text"]  # the id of Telegram's charge
    assert words["goods"] in bought["text"]
    assert await stand.holds(anna) == ("181.50", "165.00")
    await stand.passes(20)
    assert words["delivered"] in stand.text(anna)
    assert len(stand.messages(anna)) == 2
    assert (await stand.bought(anna))[0].state is State.DELIVERED
    assert await stand.holds(anna) == ("16.50", "0.00")
    await stand.press(anna, words["menu"])
    assert len(stand.messages(anna)) == 3  # a receipt stays
    assert words["left"] in stand.text(anna)
    taps = stand.desk.calls.count("answerCallbackQuery")
    assert taps == len(stand.desk.talk.answered) == 6
    assert await stand.sound()


async def test_what_costs_more_after_a_top_up_is_asked_for_again(stand: Stand) -> None:
    """Nobody agreed to that; what came stays theirs."""
    anna = stand.desk.join("Anna", username="anna")
    stand.supplier.cost, stand.supplier.rises = Money.parse("0.5", TON), Money.parse("0.55", TON)
    await stand.say(anna, "/buy_stars 50 @bob")
    await stand.press(anna, "Top up 165.00")
    await stand.press(anna, "Telegram Stars")
    await stand.pays(anna)
    await stand.passes(10)
    assert "16.50 ₽ is missing" in stand.text(anna)
    assert await stand.holds(anna) == ("165.00", "0.00")
    await stand.press(anna, "Top up 16.50")
    await stand.press(anna, "Telegram Stars")
    await stand.pays(anna)
    await stand.passes(20)
    assert "50 Stars delivered" in stand.text(anna)
    assert await stand.holds(anna) == ("0.00", "0.00")
    assert await stand.sound()


async def test_who_has_the_name_after_a_top_up_is_asked_about_again(stand: Stand) -> None:
    """They agreed to give it to whom they saw, not to whoever has that name by now."""
    anna = stand.desk.join("Anna", username="anna")
    await stand.say(anna, "/buy_stars 50 @bob")
    await stand.press(anna, "Top up 165.00")
    await stand.press(anna, "Telegram Stars")
    stand.supplier.shown = "Mallory"
    await stand.pays(anna)
    await stand.passes(10)
    assert "Mallory" in stand.text(anna)
    assert "Buy for 165.00 ₽" in stand.labels(anna)
    assert await stand.holds(anna) == ("165.00", "0.00")
    await stand.press(anna, "Buy for")
    await stand.passes(20)
    assert "50 Stars delivered" in stand.text(anna)
    assert await stand.sound()


async def offered(stand: Stand, name: str = "anna") -> Any:
    """Somebody who has money and was told the price of 50 Stars for Bob."""
    user = stand.desk.join(name.capitalize(), username=name)
    await stand.given(user, "1000")
    await stand.say(user, "/buy_stars 50 @bob")
    assert "For: Bob (@bob)" in stand.text(user)
    return user


async def test_a_command_says_it_all(stand: Stand) -> None:
    """How many and for whom in one line; what is wrong about it is asked for again."""
    anna = await offered(stand)
    assert "Buy for 165.00 ₽" in stand.labels(anna)
    await stand.say(anna, "/buy_stars 7 @bob")
    assert "“7” cannot be bought here: send a number from 50" in stand.text(anna)
    await stand.say(anna, "100")
    assert "100 Stars" in stand.text(anna)
    stand.supplier.fails = [RecipientRefused("nobody", "there is nobody")]
    await stand.say(anna, "@nobody")
    assert "@nobody cannot be given this" in stand.text(anna)
    await stand.say(anna, "no name at all")
    assert "@no name at all cannot be given this" in stand.text(anna)
    await stand.say(anna, "https://t.me/bob")
    assert "100 Stars" in stand.text(anna)
    assert len(stand.messages(anna)) == 1  # there is one living message
    await stand.say(anna, "/buy_stars 50")
    assert "(@anna)" in stand.text(anna)


async def test_a_double_tap_buys_once(stand: Stand) -> None:
    """The second one finds that it was done, and shows how it goes."""
    anna = await offered(stand)
    stand.desk.press(anna, "Buy for")
    stand.desk.press(anna, "Buy for")
    await stand.settled()
    assert "165.00 ₽ set aside" in stand.text(anna)
    assert await stand.holds(anna) == ("1000.00", "165.00")
    assert [each.state for each in await stand.bought(anna)] == [State.RESERVED]
    assert len(stand.messages(anna)) == 1


async def test_a_stale_button_resumes_the_same_step(stand: Stand) -> None:
    """Whatever it was for: it shows what is so now, and does nothing."""
    anna = await offered(stand)
    drop = next(
        button["callback_data"]
        for row in stand.messages(anna)[-1]["reply_markup"]["inline_keyboard"]
        for button in row
        if "Cancel" in button["text"]
    )
    old = stand.messages(anna)[-1]
    await stand.press(anna, "Somebody else")
    assert "For whom?" in stand.text(anna)
    for data in (drop, "0:1:buy:", "nonsense", drop.replace("drop", "nothing")):
        await tapped(stand, anna, data, old)
        assert "For whom?" in stand.text(anna)
    assert (await stand.bought(anna))[0].state is State.QUOTED


async def test_a_price_that_ran_out_is_made_anew(stand: Stand) -> None:
    """It is told so, and nothing is bought at another price than was agreed to."""
    anna = await offered(stand)
    stand.clock.advance(minutes=11)
    stand.supplier.cost = Money.parse("0.6", TON)
    await stand.press(anna, "Buy for 165.00")
    assert "The price ran out" in stand.text(anna)
    assert await stand.holds(anna) == ("1000.00", "0.00")
    await stand.press(anna, "Buy for 198.00")
    assert await stand.holds(anna) == ("1000.00", "198.00")


async def test_a_price_that_others_found_to_have_run_out_is_made_anew(stand: Stand) -> None:
    """The worker was faster than the tap: there is a new price, and no word of money back."""
    anna = await offered(stand)
    stand.clock.advance(minutes=11)
    await stand.passes(2)
    assert (await stand.bought(anna))[0].state is State.REFUSED
    await stand.press(anna, "Buy for 165.00")
    assert "The price ran out" in stand.text(anna)
    stand.clock.advance(minutes=11)
    await stand.passes(2)
    await tapped(stand, anna, "nonsense", stand.messages(anna)[-1])  # it shows what is so now
    assert "The price ran out" in stand.text(anna)
    await stand.press(anna, "Buy for 165.00")
    assert await stand.holds(anna) == ("1000.00", "165.00")
    assert len(stand.messages(anna)) == 1


async def test_what_staff_call_off_is_told(stand: Stand) -> None:
    """Only whoever called it off themselves knows that already."""
    anna = await offered(stand)
    await stand.press(anna, "Buy for")
    await stand.press(anna, "Menu")
    (purchase,) = await stand.bought(anna)
    cancel: CancelPurchase = await stand.get(CancelPurchase)
    await cancel(purchase.id, Caller.local())
    await stand.passes(3)
    assert "50 Stars for @bob could not be bought" in stand.text(anna)


async def test_nonsense_is_asked_for_again(stand: Stand) -> None:
    """Numbers that are none, numbers that are too large, and buttons for what is not offered."""
    anna = stand.desk.join("Anna", username="anna")
    for nonsense in ("10:30", "10:00", "ton:5", "pack:5"):
        await stand.say(anna, f"/buy_stars {nonsense}")
        assert f"“{nonsense}” cannot be bought here" in stand.text(anna)
        await stand.say(anna, nonsense)
        assert f"“{nonsense}” cannot be bought here" in stand.text(anna)
    await stand.say(anna, "/recharge 90000000000000000")
    assert "This amount cannot be paid right now" in stand.text(anna)
    await stand.say(anna, "/recharge 999999999999999999999")
    assert "is no amount of RUB" in stand.text(anna)
    for forged in ("ton:5", "pack:5", "nothing:5"):
        turn = (await stand.window(anna)).turn
        await tapped(stand, anna, f"1:{turn}:count:{forged}", stand.messages(anna)[-1])
        assert "This cannot be bought right now" in stand.text(anna)


async def test_what_cannot_be_had_costs_nothing(stand: Stand) -> None:
    """A silent supplier is asked again by a tap; what came to nothing is given back."""
    anna = await offered(stand)
    await stand.press(anna, "Cancel")
    assert "Called off" in stand.text(anna)
    stand.supplier.fails = [SupplierUnclear("fragment", "silence")]
    await stand.say(anna, "/buy_stars 50 @bob")
    assert "does not answer right now" in stand.text(anna)
    await stand.press(anna, "Try again")
    stand.supplier.fails = [RecipientRefused("bob", "he left")]
    await stand.press(anna, "Buy for")
    await stand.passes(5)
    assert "It could not be bought. You have your 165.00 ₽ back." in stand.text(anna)
    assert await stand.holds(anna) == ("1000.00", "0.00")
    assert await stand.sound()


async def test_a_top_up_that_is_given_up(stand: Stand) -> None:
    """Called off by a tap, or run out: nothing was charged, and another way is offered."""
    anna = stand.desk.join("Anna")
    await stand.say(anna, "/recharge nothing")
    assert "“nothing” is no amount of RUB" in stand.text(anna)
    await stand.say(anna, "99,50")
    assert "Top up 99.50 ₽" in stand.text(anna)
    await stand.press(anna, "Telegram Stars · 67 ⭐")
    await stand.press(anna, "I have paid")
    assert "Waiting for your payment" in stand.text(anna)
    await stand.press(anna, "Cancel")
    assert "Called off. Nothing was charged." in stand.text(anna)
    await stand.press(anna, "Another way to pay")
    await stand.press(anna, "Telegram Stars")
    for _ in range(2):
        stand.clock.advance(hours=2)
        await stand.passes(2)
    assert "The time to pay is over" in stand.text(anna)
    assert await stand.holds(anna) == ("0.00", "0.00")


async def test_a_top_up_whose_provider_is_silent(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown while he is waited for, and its button comes once he was asked again."""
    monkeypatch.setattr(recharging, "PATIENCE_SECONDS", 0.5)
    anna = stand.desk.join("Anna")
    await stand.say(anna, "/recharge 150")
    stand.desk.faults.plan("createInvoiceLink", Fault.HANG_AFTER)
    await stand.press(anna, "Telegram Stars · 100 ⭐")
    assert "Preparing the invoice" in stand.text(anna)
    stand.clock.advance(seconds=10)
    await stand.passes(2)
    await stand.pays(anna)
    await stand.passes(5)
    assert "Your balance grew by 150.00" in stand.text(anna)


async def test_looking_around(stand: Stand) -> None:
    """Balance, history page by page, the numbers of payments, and whom to ask about them."""
    anna = stand.desk.join("Anna <b> & Co")
    for _ in range(8):
        await stand.given(anna, "1")
        stand.clock.advance(minutes=1)
    await stand.say(anna, "/balance")
    assert "8.00 ₽" in stand.text(anna)
    await stand.press(anna, "History")
    newest = stand.text(anna)
    assert newest.count("1.00 ₽ · done") == 6
    await stand.press(anna, "Older")
    assert stand.text(anna).count("1.00 ₽ · done") == 2
    await stand.press(anna, "Newest")
    assert stand.text(anna) == newest
    await stand.press(anna, "Menu")
    assert "Anna <b> & Co" in stand.text(anna)
    await stand.press(anna, "Help")
    assert "/buy_stars – buy Stars" in stand.text(anna)
    await stand.say(anna, "/recharge 100")
    await stand.press(anna, "Telegram Stars")
    (payment,) = await stand.asked_to_pay(anna)
    await stand.say(anna, "/paysupport")
    assert str(payment.id) in stand.text(anna)
    assert "@help_of_the_shop" in stand.text(anna)
    for command, words in [("terms", "Terms"), ("privacy", "forgotten"), ("support", "@help")]:
        await stand.say(anna, f"/{command}@altyn_sandbox_bot")
        assert words in stand.text(anna)
    await stand.say(anna, "/nonsense")
    assert "I did not get that" in stand.text(anna)


async def test_a_language_is_chosen(stand: Stand) -> None:
    """It stays chosen whatever Telegram tells of them, and commands are listed in both."""
    anna = stand.desk.join("Anna", language_code="de")
    await stand.say(anna, "/start")
    await stand.press(anna, "Русский")
    assert "На балансе пока пусто" in stand.text(anna)
    await stand.say(anna, "/premium")
    assert "На какой срок?" in stand.text(anna)
    await stand.say(anna, "/language")
    assert "Your balance is empty" in stand.text(anna)
    for _ in range(2):
        for _, do, _ in stand.talk.chores:
            await do()
    listed = {language: names for (_, language), names in stand.desk.talk.commands.items()}
    assert [each["command"] for each in listed["ru"]] == list(stand.talk.stage.commands)
    assert listed["ru"][0]["description"] == "меню"
    assert listed[""][0]["description"] == "the menu"
    assert stand.desk.calls.count("setMyCommands") == 2


async def test_whoever_is_too_fast_is_told_once(stand: Stand) -> None:
    """And then there is silence, until there is time again; nobody else notices."""
    anna, boris = stand.desk.join("Anna"), stand.desk.join("Boris")
    for _ in range(30):
        stand.desk.say(anna, "/start")
    await stand.settled()
    told = [each for each in stand.messages(anna) if "That is a little fast" in each["text"]]
    assert len(told) == 1
    await stand.say(boris, "/start")
    assert "Boris" in stand.text(boris)


async def test_the_muted_are_not_listened_to(stand: Stand) -> None:
    """And whoever blocks the bot is not written to until they come again."""
    anna = await offered(stand)
    users: Users = await stand.get(Users)
    await users.change(UserId(anna.id), muted=True)
    before = stand.text(anna)
    await stand.say(anna, "/balance")
    assert stand.text(anna) == before
    await users.change(UserId(anna.id), muted=False)
    await stand.press(anna, "Buy for")
    stand.desk.block(anna)
    await stand.settled()
    assert (await users.get(UserId(anna.id))).blocked
    await stand.passes(20)
    assert (await stand.bought(anna))[0].state is State.DELIVERED
    assert (await stand.window(anna)).look_at is None
    stand.desk.chats.blocked.clear()
    await stand.say(anna, "/start")
    assert not (await users.get(UserId(anna.id))).blocked


async def test_whoever_looks_elsewhere_is_told(stand: Stand) -> None:
    """By a message of its own, once, below the menu that stays as it is."""
    anna = await offered(stand)
    await stand.press(anna, "Buy for")
    await stand.press(anna, "Menu")
    await stand.passes(20)
    menu, told = stand.messages(anna)
    assert told["text"] == "✅ 50 Stars for @bob: delivered."
    assert "reply_markup" not in told
    await stand.press(anna, "Balance")
    assert stand.messages(anna)[0]["message_id"] == menu["message_id"]


async def test_what_a_receipt_cannot_show_any_more_is_told(stand: Stand) -> None:
    """A payment that was settled there goes back: they hear of it though they look at it still."""
    anna = stand.desk.join("Anna")
    await stand.say(anna, "/recharge 100")
    await stand.press(anna, "Telegram Stars")
    await stand.pays(anna)
    await stand.passes(5)
    assert "Your balance grew by 100.00 ₽" in stand.text(anna)
    assert len(stand.messages(anna)) == 1
    (charge,) = stand.desk.stars.charges
    stand.desk.refund_outside(charge)
    await stand.settled()

    async def told() -> bool:
        await stand.passes(1)
        return len(stand.messages(anna)) == 2

    await stand.until(told)
    await stand.passes(5)  # and once is enough
    receipt, *news = [each["text"].replace("\u00a0", " ") for each in stand.messages(anna)]
    assert "Your balance grew by 100.00 ₽" in receipt
    assert news == ["↩️ 67 ⭐ went back to you."]


async def test_whoever_wants_to_be_forgotten_is(stand: Stand) -> None:
    """All that is known is handed out as a file; wiped, there is a number and its money."""
    anna = await offered(stand)
    await stand.say(anna, "/privacy")
    await stand.press(anna, "All of it, as a file")
    assert "document" in stand.messages(anna)[-1]
    await stand.press(anna, "Forget me")
    await stand.press(anna, "Yes, forget me")
    users: Users = await stand.get(Users)
    user = await users.get(UserId(anna.id))
    assert (user.name, user.username, user.erased_at is None) == ("", "", False)
    assert any("You are forgotten" in each.get("text", "") for each in stand.messages(anna))
    inbox: Inbox = await stand.get(Inbox)
    assert len(await inbox.of(stand.talk.bot.id, str(anna.id), 10)) == 1  # that they wanted it
    await stand.say(anna, "/balance")
    assert "1,000.00" in stand.text(anna)
    assert await stand.sound()


async def test_groups_are_told_where_to_talk(stand: Stand) -> None:
    """Nobody's balance is shown there."""
    anna = stand.desk.join("Anna", language_code="ru")
    await stand.say(anna, "/start")
    chat = {"id": anna.id, "type": "group", "title": "Friends"}
    message = {"message_id": 1, "date": 1, "from": anna.as_sender(), "chat": chat}
    stand.desk.updates.make("message", {**message, "text": "/balance"})
    for other in ("hello", "/weather", "/start@another_bot", "/", "/@"):
        stand.desk.updates.make("message", {**message, "text": other})
    await stand.settled()
    assert "Давайте поговорим в личном чате" in stand.text(anna)
    assert len(stand.messages(anna)) == 2
    stand.desk.updates.make("message", {**message, "text": "/weather@altyn_sandbox_bot"})
    await stand.settled()
    assert len(stand.messages(anna)) == 3
    for _ in range(30):
        stand.desk.updates.make("message", {**message, "text": "/balance"})
    await stand.settled()
    assert len(stand.messages(anna)) < 30  # no faster than they may write anywhere


async def test_old_receipts_still_lead_on(stand: Stand) -> None:
    """What needs nothing of its turn is done whenever it is tapped."""
    anna = await offered(stand)
    receipt = stand.messages(anna)[-1]
    for action, words in (
        ("stars", "How many?"),
        ("premium", "For how long?"),
        ("menu", "balance"),
    ):
        await stand.say(anna, "/help")
        await tapped(stand, anna, f"1:1:{action}:", receipt)
        assert words in stand.text(anna)


async def test_whoever_waits_too_long_is_told(stand: Stand) -> None:
    """A supplier who hangs does not leave them in silence."""
    anna = stand.desk.join("Anna", username="anna")
    (apology,) = [
        each
        for each in stand.talk.lanes.answer.dispatcher.update.outer_middleware  # type: ignore[attr-defined]
        if isinstance(each, Apology)
    ]
    apology.seconds_max = 0.5

    async def hangs() -> None:
        await asyncio.Event().wait()

    stand.supplier.meanwhile = hangs
    await stand.say(anna, "/buy_stars 50 @bob")
    assert "Please try again in a moment" in stand.text(anna)


async def test_a_slow_window_holds_up_no_others(stand: Stand) -> None:
    """It is looked at again later, and whoever else is due is shown what is new."""
    anna, boris = await offered(stand), await offered(stand, "boris")
    for user in (anna, boris):
        await stand.press(user, "Buy for")
    stage = stand.talk.watch.stage

    class Slow:
        """Hangs over the window of one."""

        async def draw(self, guest: Any, window: Any) -> Any:
            if window.chat == anna.id:
                await asyncio.Event().wait()
            return await stage.draw(guest, window)

    watch = stand.talk.watch
    watch.stage, watch.look_seconds_max, watch.round_seconds = Slow(), 1.0, 0.01  # type: ignore[assignment]
    await stand.passes(10)
    assert "50 Stars delivered" in stand.text(boris)

    async def put_off() -> bool:
        due = (await stand.window(anna)).look_at
        return due is not None and due > stand.clock.now() + CLAIMED

    assert not await put_off()  # nobody has given up yet
    await stand.until(put_off)


async def test_what_cannot_be_had_is_not_shown(stand: Stand) -> None:
    """Neither what has no price here, nor what nobody sells to us before it is tried again."""
    anna = stand.desk.join("Anna")
    await stand.say(anna, "/start")
    assert "Buy Stars" in stand.labels(anna)
    stand.supplier.fails = [SupplierClosed("fragment", "log in again")]
    await stand.say(anna, "/buy_stars 50 @bob")
    await stand.press(anna, "Menu")
    assert "Buy Stars" not in stand.labels(anna)
    stand.clock.advance(minutes=5)
    await stand.say(anna, "/start")
    assert "Buy Stars" in stand.labels(anna)
