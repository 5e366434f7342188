"""What the store says, in our words: whether it is a yes is in its envelope, not in its status."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final

from attrs import frozen

from ...core.errors import AltynError
from ...core.money import TON, UNITS_MAX, Money
from ...core.purchases import Article, Collection, Goods, SupplierRefused, SupplierUnclear
from ...core.resilience import NotExecuted, TurnedAway
from ...core.wording import one_line
from ..http import Answer, Said, Unintelligible, object_of, objects_of, text_of, whole_of

STICKERDOM: Final = "stickerdom"
"""What people call it, and whoever pays it in coins."""
STICKERDOM_STARS: Final = "stickerdom_stars"
"""What whoever pays it in Stars is called."""

BUSY: Final = 429
NOT_LET_IN: Final = frozenset({401, 403})
NO_SUCH_PATH: Final = frozenset({404, 405})
LATER: Final = frozenset({408, 425})
"""Statuses under 500 that say nothing about what was done."""
INVALID_TOKEN: Final = "invalid_auth_token"  # noqa: S105 - a word of theirs
ACTIVE: Final = "active"
CODE_MAX: Final = 80
ID: Final = re.compile(r"[0-9A-Za-z_-]{1,40}")
DECIMAL: Final = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,20})?")
EXPONENT_MAX: Final = 20
STARS_MAX: Final = 100_000
"""No pack costs so many Stars; a price above it is in another unit."""


@contextmanager
def understood() -> Iterator[None]:
    """What we cannot read leaves us in doubt."""
    try:
        yield
    except Unintelligible as wrong:
        raise SupplierUnclear(STICKERDOM, str(wrong)) from None


@frozen
class Item:
    """What can be bought: a character of a collection."""

    collection: str
    character: str


def item_of(goods: Goods) -> Item:
    """
    What is meant by an item such as `12/3`.

    Raises:
        SupplierRefused: it is no such item.
    """
    return item_in(goods.item)


def item_in(text: str) -> Item:
    """
    The same of its name.

    Raises:
        SupplierRefused: it is no such item.
    """
    collection, _, character = text.partition("/")
    if not ID.fullmatch(collection) or not ID.fullmatch(character):
        raise SupplierRefused(STICKERDOM, "its items are called collection/character, like 12/3")
    return Item(collection, character)


@frozen
class Heard:
    """An answer that is one, be it a no; a no means that nothing was done."""

    let_in: bool = True
    refusal: str | None = None
    data: Any = None


def heard(answer: Answer) -> Heard:
    """
    What was answered.

    Raises:
        TurnedAway: it is too busy.
        NotExecuted: it knows no such path.
        SupplierUnclear: it is not known what became of it.
    """
    status = answer.status
    if status == BUSY:
        raise TurnedAway(f"{STICKERDOM}, status {BUSY}", answer.retry_after_seconds)
    if status >= 500 or status in LATER:
        raise SupplierUnclear(STICKERDOM, f"status {status}", answer.retry_after_seconds)
    try:
        said = answer.json()
    except ValueError:
        said = None
    ok = said.get("ok") if isinstance(said, dict) else None
    code = said.get("errorCode") if ok is False else None
    if status in NOT_LET_IN or code == INVALID_TOKEN:
        return Heard(let_in=False)
    if ok is False:
        return Heard(refusal=one_line(str(code or f"status {status}"), CODE_MAX))
    if status in NO_SUCH_PATH:
        raise NotExecuted(f"{STICKERDOM} knows no such path, status {status}")
    if 400 <= status < 500:
        return Heard(refusal=f"status {status}")
    if ok is not True or status >= 300:
        raise SupplierUnclear(STICKERDOM, f"what it answers makes no sense, status {status}")
    return Heard(data=said.get("data"))


def data_of(data: Any) -> Said:
    """It, if it is an object."""
    if not isinstance(data, dict):
        raise Unintelligible("its data are no object")
    return data


def coins_of(price: object) -> Money:
    """A price in whole coins, as a number or in digits, exactly."""
    if isinstance(price, Decimal) and price.is_finite() and abs(price.adjusted()) <= EXPONENT_MAX:
        text = f"{price:f}"
    else:
        text = str(price) if type(price) in (int, str) else ""
    if not DECIMAL.fullmatch(text):
        raise Unintelligible("a price is no number of coins")
    try:
        # Zeros at its end are no part of it, however many there are.
        coins = Money.parse(text.rstrip("0").rstrip(".") if "." in text else text, TON)
    except AltynError:
        raise Unintelligible("a price has parts that no coin has") from None
    if not coins.units:
        raise Unintelligible("a price is nothing")
    return coins


def price_in_coins(data: Any) -> Money:
    """What one pack costs in coins, among the prices in all that is taken there."""
    prices = [
        each for each in objects_of({"data": data}, "data") if each.get("token_symbol") == "TON"
    ]
    if len(prices) != 1:
        raise Unintelligible("it has not one price in coins")
    return coins_of(prices[0].get("price"))


def character_of(data: Any, item: Item) -> Said | None:
    """The character, as its collection shows it; None where there is none."""
    found = [
        each for each in objects_of(data_of(data), "characters") if _id(each) == item.character
    ]
    if len(found) > 1:
        raise Unintelligible("two characters have the same id")
    return found[0] if found else None


def collections_in(data: Any) -> list[Collection]:
    """Those on sale; one that has no name by which it could be asked for is not shown."""
    return [
        Collection(id=_id(each), title=str(each.get("title") or _id(each)))
        for each in objects_of({"data": data}, "data")
        if each.get("status") == ACTIVE and ID.fullmatch(_id(each))
    ]


def is_on_sale(data: Any) -> bool:
    """Whether a collection is."""
    return text_of(object_of(data_of(data), "collection"), "status") == ACTIVE


def articles_in(data: Any, collection: str) -> list[Article]:
    """Its characters, as goods name them."""
    return [
        Article(
            item=f"{collection}/{_id(each)}",
            title=str(each.get("name") or _id(each)),
            left=left_of(each),
        )
        for each in objects_of(data_of(data), "characters")
        if ID.fullmatch(_id(each))
    ]


def left_of(character: Said) -> int:
    """How many packs of it are to be had."""
    return whole_of(character, "left")


def price_in_stars(character: Said) -> int:
    """What one pack costs in Stars, if it is in Stars that it says so."""
    price = whole_of(character, "price")
    if not 0 < price <= STARS_MAX:
        raise Unintelligible("a price is not one in Stars")
    return price


def owned_in(data: Any, item: Item) -> int:
    """How many packs of it a profile shows: each by itself, or several with their count."""
    return sum(
        whole_of(each, "count") if "count" in each else 1
        for each in objects_of(data_of(data), "characters")
        if (str(each.get("collection_id")), _id(each)) == (item.collection, item.character)
    )


def times(price: Money, count: int) -> Money:
    """What so many cost at that price each."""
    return Money(price.units * count, price.asset)


def nano_of(said: Said, name: str) -> Money:
    """An amount in nano, as a whole number."""
    units = whole_of(said, name)
    if not 0 < units <= UNITS_MAX:
        raise Unintelligible(f"{name} is no amount")
    return Money(units, TON)


def _id(said: Said) -> str:
    return str(said.get("id"))
