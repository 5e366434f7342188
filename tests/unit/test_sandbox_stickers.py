"""The sticker shop on the page of the sandbox: what its keeper sees, and may decide."""

import asyncio
import re
from pathlib import Path

import pytest

from altyn.adapters.memory import ManualClock
from altyn.entrypoints.sandbox.page import Page, stickers
from altyn.entrypoints.sandbox.page.hands import Impossible
from altyn.entrypoints.sandbox.page.insight import Seen
from altyn.entrypoints.sandbox.page.look import Look
from altyn.entrypoints.sandbox.people import PEOPLE
from altyn.entrypoints.sandbox.stickerdom_shop import Order
from altyn.entrypoints.sandbox.world import World

ANN = Look(PEOPLE[0], "en")
LEOPARD = {"collection": "13", "character": "6"}


@pytest.fixture
def page(tmp_path: Path) -> Page:
    """Of a new world, in which Altyn was not started."""
    world = World.open(ManualClock(), tmp_path, ["altyn"])
    return Page(world, asyncio.Event(), ["altyn"])


def shown(page: Page, seen: Seen | None = None) -> str:
    return stickers.stickerdom(page.world, seen or Seen(), ANN)


async def test_of_one_pack_a_single_one_is_left(page: Page) -> None:
    """Of some there is plenty; how many are left is for the keeper to say."""
    forest, steppe = page.world.desks.stickerdom.collections.values()
    assert all(each.left > 1000 for each in forest.characters.values())
    assert [each.left for each in steppe.characters.values()] == [5, 1]
    await page.hands.do("stock", ANN, {**LEOPARD, "left": "3"})
    assert steppe.characters[6].left == 3
    field = 'value="3" min="0" max="1000000" required aria-label="Left: Steppe – Snow leopard"'
    assert field in shown(page)


@pytest.mark.parametrize(
    "wrong",
    [
        {**LEOPARD, "left": "-1"},
        {**LEOPARD, "left": "1000001"},
        {**LEOPARD, "left": "many"},
        {**LEOPARD, "left": ""},
        {**LEOPARD, "collection": "7", "left": "2"},
        {**LEOPARD, "character": "3", "left": "2"},
        LEOPARD,
    ],
)
async def test_a_shelf_holds_what_it_can(page: Page, wrong: dict[str, str]) -> None:
    """Nothing changes where somebody wants something else, or of what is not on sale."""
    before = shown(page)
    with pytest.raises(Impossible):
        await page.hands.do("stock", ANN, wrong)
    assert shown(page) == before


def test_what_was_ordered_and_who_has_it(page: Page) -> None:
    """How far each order is, what the account of the shop has, and who bought it here."""
    assert "Say /stickers in the chat" in shown(page)
    desk = page.world.desks.stickerdom
    steppe, now = desk.collections[13], desk.clock.now()
    for id in ("one", "two", "three"):
        desk.orders[id] = Order(
            id=id,
            user=desk.account[0],
            collection=steppe,
            character=steppe.characters[6],
            count=1,
            units=500_000_000,
            in_stars=False,
            made_at=now,
        )
    desk.orders["two"].paid_at = now
    desk.deliver("three")
    pack = {"kind": "pack", "quantity": 1, "item": "13/6", "recipient": "bob"}
    seen = Seen(purchases=[{**pack, "state": "delivered"}, {**pack, "state": "refused"}])
    html = shown(page, seen)
    assert re.findall(r'class="pill \w+">([^<]+)<', html) == ["handed over", "paid", "not paid"]
    assert "0.5 TON" in html
    assert "@altyn_shop, who buys here for the shop, has: 1 × Steppe – Snow leopard<" in html
    assert "Ann has bought: 1 × Steppe – Snow leopard → @bob<" in html
