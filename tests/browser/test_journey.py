"""The first hour, in both languages, on a desk and on a phone."""

import re
from collections.abc import Mapping

import pytest
from playwright.sync_api import expect

from .eyes import VIEWS, Visit

EN: Mapping[str, str] = {
    "start": "Start",
    "empty": "Your balance is empty",
    "top_up": "Top up",
    "crypto": "Crypto · 3.157895",
    "button": "Pay 3.157895",
    "exact": "Pay exactly",
    "grew": "Your balance grew by 300.00 ₽",
    "settled": "settled",
    "buy": "Buy for",
    "delivered": "50 Stars delivered",
    "goods": "delivered",
    "stars": "Telegram Stars",
    "pay": "Pay 100 ⭐",
    "grew_by_stars": "Your balance grew by 150.00 ₽",
    "back": "⭐ 100 came back to you",
    "for_me": "For me",
    "bought": "Forest – Fox · 1 sticker pack bought",
    "handed_over": "handed over",
    "hers": "Ann has bought: 1 × Forest – Fox → @ann",
    "owls": "Left: Forest – Owl",
}
RU: Mapping[str, str] = {
    "start": "Начать",
    "empty": "На балансе пока пусто",
    "top_up": "Пополнить",
    "crypto": "Криптовалюта · 3,157895",
    "button": "Оплатить 3,157895",
    "exact": "Заплатить точно",
    "grew": "Баланс пополнен на 300,00 ₽",
    "settled": "зачислен",
    "buy": "Купить за",
    "delivered": "50 звёзд: доставлено",
    "goods": "доставлена",
    "stars": "Звёзды Telegram",
    "pay": "Оплатить 100 ⭐",
    "grew_by_stars": "Баланс пополнен на 150,00 ₽",
    "back": "⭐ 100 возвращено вам",
    "for_me": "Для меня",
    "bought": "Forest – Fox · 1 набор стикеров: куплено",
    "handed_over": "выдан",
    "hers": "Куплено (Вера): 1 × Forest – Fox → @vera",
    "owls": "Осталось: Forest – Owl",
}
# In the language in which the bot has met her who owns the shop.
MET = re.compile("Your balance is empty|На балансе пока пусто")
ASKED = re.compile("Send the code of your app|Пришлите код из приложения")
DO = re.compile("Do it|Сделать")
DONE = re.compile("State: done|Состояние: готово")


@pytest.mark.parametrize(
    ("visit", "words"),
    [(("en", 1280), EN), (("ru", 390), RU)],
    indirect=["visit"],
    ids=["en_1280", "ru_390"],
)
def test_the_first_hour(visit: Visit, words: Mapping[str, str]) -> None:
    """Top up by Heleket, buy Stars and a pack, see them come, pay with Stars, and get them back."""
    visit.photo("welcome")
    visit.examine()
    visit.press(words["start"])
    visit.reads(words["empty"])
    visit.press(words["top_up"])
    visit.press("300")
    visit.press(words["crypto"])
    expect(visit.key(words["button"])).to_be_visible()
    expect(visit.page.locator("#outside .card", has_text="3.157895").first).to_be_attached()
    visit.picture("invoice")
    visit.see("outside")
    visit.page.get_by_role("button", name=words["exact"]).click()
    visit.see("chat")
    visit.reads(words["grew"])
    visit.see("inside")
    visit.reads(words["settled"], "#inside")
    visit.reads("+300.00", "#inside")

    visit.say("/buy_stars 50 @bob")
    visit.press(words["buy"])
    visit.reads(words["delivered"])
    visit.picture("delivered")
    visit.see("inside")
    visit.reads(words["goods"], "#inside")
    visit.photo("inside")

    visit.say("/stickers")
    for words_of_a_button in ("Forest", "Fox", words["for_me"], words["buy"]):
        visit.press(words_of_a_button)
    visit.reads(words["bought"])
    visit.photo("pack")
    visit.see("outside")
    visit.reads(words["handed_over"], "#stickerdom")
    visit.reads(words["hers"], "#stickerdom")
    owls = visit.page.get_by_label(words["owls"])
    owls.fill("3")
    owls.press("Enter")
    expect(owls).to_have_attribute("value", "3")
    visit.page.locator("#stickerdom .given").scroll_into_view_if_needed()
    visit.photo("store")

    visit.say("/recharge 150")
    visit.press(words["stars"])
    visit.press(words["pay"])
    visit.reads(words["grew_by_stars"])
    refund(visit)
    visit.reads(words["back"])
    visit.photo("refunded")
    for name in VIEWS:
        visit.see(name)
        visit.photo(name)
        visit.examine()


def refund(visit: Visit) -> None:
    """The owner of the shop gives the Stars back, in her own chat."""
    charge = visit.page.locator("#chat code", has_text="stx").last.inner_text()
    who = visit.page.url
    visit.become("Ольга")
    visit.say("/start")
    visit.reads(MET)
    app = visit.page.locator(".phone")
    if not app.locator(".code").count():
        app.get_by_role("button").click()
        expect(app.locator(".code")).to_be_visible()
    visit.say(f"/refund {charge} 100")
    visit.reads(ASKED)
    visit.picture("second_factor")
    visit.examine()
    app.locator(".code").click()
    visit.press(DO)
    visit.reads(DONE)
    visit.photo("refunding")
    visit.page.goto(who)


@pytest.mark.parametrize(
    "visit", [("ru", 1280), ("en", 390)], indirect=True, ids=["ru_1280", "en_390"]
)
def test_every_view(visit: Visit) -> None:
    """In the other language too each fits its screen, and everybody can use it."""
    for name in VIEWS:
        visit.see(name)
        visit.photo(name)
        visit.examine()


@pytest.mark.parametrize("visit", [("en", 1280)], indirect=True, ids=["en_1280"])
def test_with_the_keyboard_alone(visit: Visit) -> None:
    """Everything is reached by Tab, and what was reached is kept while the page changes."""
    page = visit.page
    page.goto(f"{page.url.partition('?')[0]}?who=bob&lang=en")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.locator("#text").focus()
    page.keyboard.type("/balance")
    page.keyboard.press("Enter")
    visit.reads("Your balance")
    expect(page.locator("#text")).to_be_focused()
    page.locator(".menu summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".command").first).to_be_focused()
    page.keyboard.press("Enter")
    visit.reads("/start")
