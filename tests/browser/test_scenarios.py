"""Every scenario of the page, at one click."""

import pytest
from playwright.sync_api import expect

from altyn.entrypoints.sandbox.page.scenarios import SCENARIOS

from .conftest import Shop
from .eyes import Visit


@pytest.mark.parametrize("visit", [("en", 1280)], indirect=True, ids=["en_1280"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_the_books_are_right(visit: Visit, name: str) -> None:
    """Step by step it is told what happened, and how it ended."""
    visit.see("trouble")
    card = visit.page.locator(f"#scenario-{name}")
    card.get_by_role("button").click()
    expect(card).to_contain_text("The books are right")
    if name == "killed_while_paying":
        card.scroll_into_view_if_needed()
        visit.picture("killed_while_paying")
    else:
        visit.photo("played")


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
    visit.reads("На балансе")
