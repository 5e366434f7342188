"""The shop of sticker packs in the bot, from the collections to the receipt, in both languages."""

from collections.abc import AsyncIterator, Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from altyn.core.purchases import State
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.stickerdom_shop import Character
from tests.integration.bot_stand import Stand, open_stand

EN: Mapping[str, str] = {
    "choose": "Choose a collection",
    "fox": "Fox · 412.50 ₽ · 100 left",
    "whom": "Forest – Fox · 1 sticker pack",
    "me": "For me (@anna)",
    "given": "For: @anna, given on by @altyn_shop",
    "buy": "Buy for 412.50 ₽",
    "bought": "1 sticker pack bought",
    "more": "Once more",
}
RU: Mapping[str, str] = {
    "choose": "Выберите коллекцию",
    "fox": "Fox · 412,50 ₽ · осталось 100",
    "whom": "Forest – Fox · 1 набор стикеров",
    "me": "Для меня (@anna)",
    "given": "Кому: @anna, передаст @altyn_shop",
    "buy": "Купить за 412,50 ₽",
    "bought": "1 набор стикеров: куплено",
    "more": "Ещё раз",
}


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with open_stand(tmp_path) as stand:
        yield stand


@pytest.mark.parametrize(("language", "words"), [("en", EN), ("ru", RU)])
async def test_from_the_collections_to_the_receipt(
    stand: Stand, language: str, words: Mapping[str, str]
) -> None:
    """What is shown is bought at the price that was shown, of the one that was tapped."""
    anna = stand.desk.join("Anna", username="anna", language_code=language)
    await stand.given(anna, "1000")
    await stand.say(anna, "/stickers")
    assert words["choose"] in stand.text(anna)
    await stand.press(anna, "Forest")
    assert words["fox"] in stand.text(anna)
    await stand.press(anna, "Fox")
    assert words["whom"] in stand.text(anna)
    await stand.press(anna, words["me"])
    assert words["given"] in stand.text(anna)
    assert words["whom"] in stand.text(anna)
    await stand.press(anna, words["buy"])
    await stand.passes(30)
    assert words["bought"] in stand.text(anna)
    (purchase,) = await stand.bought(anna)
    assert (purchase.state, purchase.wish.goods.item) == (State.DELIVERED, "12/3")
    assert stand.store.owned == {42: [(12, 3)]}
    assert await stand.holds(anna) == ("587.50", "0.00")
    assert len(stand.messages(anna)) == 1
    await stand.press(anna, words["more"])
    assert words["choose"] in stand.text(anna)
    assert await stand.sound()


async def test_many_are_shown_page_by_page(stand: Stand) -> None:
    """Collections and what is in them; what is sold out is shown and cannot be tapped."""
    forest = stand.store.collections[12]
    for number in range(13, 22):
        stand.store.collections[number] = evolve(forest, id=number, title=f"Wood {number}")
    forest.characters |= {
        number: Character(id=number, name=f"Elk {number}", stars=9, coins=Decimal(1), left=3)
        for number in range(5, 10)
    }
    forest.characters[4].left = 0
    anna = stand.desk.join("Anna")
    await stand.say(anna, "/start")
    await stand.press(anna, "Sticker packs")
    assert "Wood 19" in stand.labels(anna)
    assert "Wood 20" not in stand.labels(anna)
    await stand.press(anna, "More")
    assert "Wood 20 | Wood 21 | ‹ Back" in stand.labels(anna)
    await stand.press(anna, "‹ Back")
    await stand.press(anna, "Forest")
    assert "Owl · sold out" in stand.text(anna)
    assert "Owl" not in stand.labels(anna)
    await stand.press(anna, "More")
    assert stand.text(anna).endswith("Elk 9 · 330.00 ₽ · 3 left")
    await stand.press(anna, "Elk 9")
    await stand.say(anna, "@bob")
    assert "330.00 ₽ is missing" in stand.text(anna)
    await stand.press(anna, "Top up 330.00 ₽")
    await stand.press(anna, "Telegram Stars")
    await stand.pays(anna)
    await stand.passes(20)
    assert "Forest – Elk 9 · 1 sticker pack bought" in stand.text(anna)  # it went on


async def test_what_is_gone_is_not_chosen(stand: Stand) -> None:
    """A silent store shows nothing, an unknown price is asked for later, and what was withdrawn
    is not sold."""
    anna = stand.desk.join("Anna")
    stand.store.faults.plan("collections", Fault.FAIL_BEFORE)
    await stand.say(anna, "/stickers")
    assert "does not answer right now" in stand.text(anna)
    await stand.press(anna, "Try again")
    stand.store.faults.plan("price", Fault.FAIL_BEFORE)
    await stand.press(anna, "Forest")
    assert "Fox · 100 left" in stand.text(anna)
    assert "Owl · 693.02 ₽ · 100 left" in stand.text(anna)
    del stand.store.collections[12]
    await stand.press(anna, "Fox")  # the copy has it still
    await stand.say(anna, "@bob")
    assert "This cannot be bought right now" in stand.text(anna)
