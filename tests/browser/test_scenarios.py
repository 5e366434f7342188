"""Every scenario of the page, at one click."""

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from altyn.entrypoints.sandbox.page.scenarios import SCENARIOS

from .conftest import Shop
from .eyes import Visit, visiting

PLAYED_IN_RUSSIAN: Final = ("answer_lost", "two_taps", "last_pack")


@pytest.mark.parametrize("visit", [("en", 1280)], indirect=True, ids=["en_1280"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_the_books_are_right(
    visit: Visit, browser: Browser, shop: Shop, screens: Path, name: str
) -> None:
    """Step by step it is told what happened, to whoever looks, and how it ended."""
    with visiting(browser, shop.page, "ru", 390, screens, None) as other:
        cards = [each.page.locator(f"#scenario-{name}") for each in (visit, other)]
        for each in (visit, other):
            each.see("trouble")
        # Some are played by one of them, and some by the other.
        cards[name in PLAYED_IN_RUSSIAN].get_by_role("button").click()
        expect(cards[0]).to_contain_text("The books are right")
        expect(cards[1]).to_contain_text("Книги сошлись")
        for each, card in zip((visit, other), cards, strict=True):
            card.scroll_into_view_if_needed()
            each.photo(f"played_{each.language}")
            each.examine()
        if name == "killed_while_paying":
            visit.picture("killed_while_paying")


@pytest.mark.parametrize("visit", [("ru", 390)], indirect=True, ids=["ru_390"])
def test_faults_are_felt(visit: Visit, shop: Shop) -> None:
    """A storm at Telegram is seen in its calls, until all is calmed; and Altyn can be shut."""
    visit.see("trouble")
    card = visit.page.locator("[data-part=weather] article").first
    card.get_by_label("429").check()
    card.get_by_role("button", name="Применить").click()
    expect(card).to_contain_text("⛈")
    visit.say("/start")
    visit.see("inside")
    visit.reads("429", "[data-part=calls]")
    visit.see("trouble")
    visit.page.get_by_role("button", name="Успокоить").click()
    expect(card).not_to_contain_text("⛈")
    visit.page.get_by_role("button", name="не запускать").click()
    visit.reads("Altyn не работает", "header")
    visit.photo("down")
    visit.examine()
    visit.page.get_by_role("button", name="Запустить снова").click()
    visit.reads("Altyn работает", "header")
    visit.see("chat")
    visit.reads(re.compile("баланс(е|:)"))  # scenarios may have left her something
