"""Links into the chat: to what somebody paid and bought, and to who brought them."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from altyn.core.chats import Topic
from altyn.core.identity import UserId, Users
from altyn.core.purchases import State
from altyn.entrypoints.bot.addresses import Addresses
from tests.integration.bot_stand import Stand, open_stand

EN: Mapping[str, str] = {
    "set_aside": "165.00 ₽ set aside",
    "delivered": "50 Stars delivered",
    "nothing": "That link leads to nothing of yours",
    "method": "Telegram Stars",
    "grew": "Your balance grew by 99.00 ₽",
    "came": "1 person has come by it",
}
RU: Mapping[str, str] = {
    "set_aside": "165,00 ₽ отложено",
    "delivered": "50 звёзд: доставлено",
    "nothing": "По этой ссылке ничего вашего нет",
    "method": "Звёзды Telegram",
    "grew": "Баланс пополнен на 99,00 ₽",
    "came": "По ней пришёл 1 человек",
}
BOT = "https://t.me/altyn_sandbox_bot?start="


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with open_stand(tmp_path) as stand:
        yield stand


def start_of(link: str) -> str:
    """What Telegram writes for whoever follows it."""
    assert link.startswith(BOT)
    return f"/start {link.removeprefix(BOT)}"


@pytest.mark.parametrize(("language", "words"), [("en", EN), ("ru", RU)])
async def test_a_receipt_is_opened_again_by_whoever_it_is_of(
    stand: Stand, language: str, words: Mapping[str, str]
) -> None:
    """A purchase and a payment; others are shown the menu, with a word about it."""
    anna = stand.desk.join("Anna", username="anna", language_code=language)
    boris = stand.desk.join("Boris", language_code=language)
    await stand.given(anna, "1000")
    await stand.say(anna, "/buy_stars 50 @bob")
    await stand.press(anna, "165")
    await stand.passes(20)
    assert words["delivered"] in stand.text(anna)
    bought = start_of(stand.link(anna))
    await stand.say(anna, "/recharge 99")
    await stand.press(anna, words["method"])
    await stand.pays(anna)
    await stand.passes(4)
    assert words["grew"] in stand.text(anna)
    paid = start_of(stand.link(anna))
    for text, said in ((bought, words["delivered"]), (paid, words["grew"])):
        await stand.say(anna, text)
        assert said in stand.text(anna)
        await stand.say(boris, text)
        assert words["nothing"] in stand.text(boris)
    for forged in (bought[:-1], f"{bought}A", "/start hello"):
        await stand.say(anna, forged)
        assert words["nothing"] in stand.text(anna)
    await stand.say(anna, "/start")
    assert words["nothing"] not in stand.text(anna)


@pytest.mark.parametrize(("language", "words"), [("en", EN), ("ru", RU)])
async def test_who_brought_somebody_is_kept_once(
    stand: Stand, language: str, words: Mapping[str, str]
) -> None:
    """At first sight; nobody brings themselves, nor whoever was here before."""
    anna = stand.desk.join("Anna", language_code=language)
    boris, vera = stand.desk.join("Boris"), stand.desk.join("Vera")
    await stand.say(anna, "/invite")
    (link,) = [word for word in stand.text(anna).split() if word.startswith(BOT)]
    await stand.say(boris, start_of(link))
    assert "Boris" in stand.text(boris)
    await stand.say(vera, "/start")
    for user in (anna, vera):
        await stand.say(user, start_of(link))
    users: Users = await stand.get(Users)
    kept = [(await users.get(UserId(each.id))).referrer for each in (anna, boris, vera)]
    assert kept == [None, anna.id, None]
    await stand.say(anna, "/invite")
    assert words["came"] in stand.text(anna)


async def test_a_purchase_under_way_is_shown_as_it_is(stand: Stand) -> None:
    """The window that it is opened in follows it."""
    anna = stand.desk.join("Anna")
    await stand.given(anna, "1000")
    await stand.say(anna, "/buy_stars 50 @bob")
    await stand.press(anna, "165")
    (purchase,) = await stand.bought(anna)
    addresses: Addresses = await stand.get(Addresses)
    link = await addresses.of(Topic.PURCHASE, purchase.id.int)
    await stand.press(anna, "Menu")
    await stand.say(anna, start_of(link))
    assert EN["set_aside"] in stand.text(anna)
    await stand.passes(20)
    assert EN["delivered"] in stand.text(anna)
    assert (await stand.bought(anna))[0].state is State.DELIVERED
