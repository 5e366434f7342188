"""The store of sticker packs as its keeper sees it: what is left, ordered, and handed over."""

from collections import Counter
from decimal import Decimal
from typing import Final

from ..stickerdom_shop import Character, Collection, Order
from ..world import World
from .forms import button, form
from .html import Html, tag
from .insight import Seen
from .look import Look
from .outside import ORDERS_MAX, desk_of, nothing

LEFT_MAX: Final = 1_000_000
NANO: Final = 9


def stickerdom(world: World, seen: Seen, look: Look) -> Html:
    """What is on sale, and how many are left; what was ordered, and who has it now."""
    desk = world.desks.stickerdom
    wares = [
        _ware(collection, character, look)
        for collection in desk.collections.values()
        for character in collection.characters.values()
    ]
    orders = [_order(each, look) for each in reversed(desk.orders.values())][:ORDERS_MAX]
    return desk_of(
        "stickerdom",
        look("stickerdom"),
        tag("ul", wares, class_="lines wares"),
        tag("ul", orders, class_="lines orders") if orders else nothing(look("stickerdom_empty")),
        _owned(world, look),
        _given(world, seen, look),
    )


def _ware(collection: Collection, character: Character, look: Look) -> Html:
    name = title(collection, character)
    id = f"left-{collection.id}-{character.id}"
    field = tag(
        "input",
        type="number",
        name="left",
        id=id,
        value=str(character.left),
        min="0",
        max=str(LEFT_MAX),
        required=True,
        aria_label=f"{look('stock')}: {name}",
    )
    return tag(
        "li",
        tag("span", name),
        tag("span", f"{character.coins:f} TON", class_="small"),
        form(
            look,
            "stock",
            tag("label", look("stock"), field, for_=id),
            button(look("put"), aria_label=f"{look('put')}: {name}"),
            collection=str(collection.id),
            character=str(character.id),
        ),
    )


def _order(order: Order, look: Look) -> Html:
    state = "delivered" if order.delivered_at else "paid" if order.paid_at else "made"
    coins = Decimal(order.units).scaleb(-NANO).normalize()
    return tag(
        "li",
        tag("span", f"{order.count} × {title(order.collection, order.character)}"),
        tag("span", f"{coins:f} TON", class_="small"),
        tag(
            "span",
            look(f"stickerdom_{state}"),
            class_=f"pill {'good' if order.delivered_at else 'plain'}",
        ),
    )


def _owned(world: World, look: Look) -> Html | None:
    """What the account of the shop has there."""
    desk = world.desks.stickerdom
    id, name = desk.account
    counted = Counter(title_at(world, f"{place}/{item}") for place, item in desk.owned.get(id, []))
    if not counted:
        return None
    packs = ", ".join(f"{count} × {each}" for each, count in counted.items())
    return tag("p", look("stickerdom_owned", account=f"@{name}", packs=packs), class_="small")


def _given(world: World, seen: Seen, look: Look) -> Html | None:
    """What the person looked at has bought of it."""
    bought = [
        f"{each['quantity']} × {title_at(world, each['item'])} → @{each['recipient']}"
        for each in seen.purchases
        if (each["kind"], each["state"]) == ("pack", "delivered")
    ]
    if not bought:
        return None
    words = look("stickerdom_given", name=look.who.user.first_name, packs=", ".join(bought))
    return tag("p", words, class_="small given")


def title_at(world: World, item: str) -> str:
    """The name of an item such as `12/3`."""
    collection, _, character = item.partition("/")
    its = world.desks.stickerdom.collections[int(collection)]
    return title(its, its.characters[int(character)])


def title(collection: Collection, character: Character) -> str:
    """As it is written."""
    return f"{collection.title} – {character.name}"
