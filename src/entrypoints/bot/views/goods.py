"""Buying goods for somebody: how much, for whom, at what price, and how it goes."""

from collections.abc import Sequence
from typing import Final

from ....core.money import Money
from ....core.purchases import Goods, Kind, Purchase, State
from ..texts import Html, Words
from .view import Button, View, in_rows, menu_button

MONTHS: Final = (3, 6, 12)


def goods_name(words: Words, kind: str, quantity: int) -> str:
    """So much of it, in words."""
    return words.plain(f"goods-{kind}", quantity=quantity)


def how_many(words: Words, presets: Sequence[int], least: int, most: int, wrong: str) -> View:
    """Numbers of Stars to choose from; any other may be sent."""
    facts = {"least": least, "most": most}
    text = words("goods-wrong", text=wrong, **facts) if wrong else words("stars-how-many", **facts)
    counts = [
        Button(
            label=words.plain("button-count", count=each), action="count", argument=f"stars:{each}"
        )
        for each in presets
    ]
    return View(text=text, rows=[*in_rows(counts, 3), [menu_button(words)]])


def how_long(words: Words) -> View:
    """The lengths of Premium that there are."""
    months = [
        Button(
            label=words.plain("button-months", months=each),
            action="count",
            argument=f"premium:{each}",
        )
        for each in MONTHS
    ]
    return View(text=words("premium-how-long"), rows=[months, [menu_button(words)]])


def for_whom(words: Words, kind: str, quantity: int, username: str, wrong: str) -> View:
    """A name is asked for; one's own is a tap away."""
    goods = goods_name(words, kind, quantity)
    text = words("for-whom", goods=goods)
    if wrong:
        text = words("for-whom-wrong", goods=goods, recipient=wrong)
    me = [Button(label=words.plain("button-for-me", username=username), action="me")]
    return View(text=text, rows=[*([me] if username else []), [menu_button(words)]])


def offer(words: Words, purchase: Purchase, available: Money, *, renewed: bool) -> View:
    """The price for somebody who was found, and whether the balance is enough for it."""
    short = purchase.price - available
    facts = {
        "goods": _goods(words, purchase),
        "shown": purchase.shown,
        "recipient": purchase.wish.recipient,
        "price": purchase.price,
        "balance": available,
    }
    if short.units > 0:
        text = words("offer-short", short=short, **facts)
        label = words.plain("button-top-up-by", amount=short)
        act = Button(label=label, action="top_up", argument=short.decimal)
    else:
        text = words("offer", until=purchase.quote.expires_at, **facts)
        act = Button(label=words.plain("button-buy", price=purchase.price), action="buy")
    if renewed:
        text = words("offer-expired") + "\n\n" + text
    other = Button(label=words.plain("button-other-person"), action="other")
    drop = Button(label=words.plain("button-cancel"), action="drop")
    return View(text=text, rows=[[act], [other, drop]])


def no_offer(words: Words, kind: str, quantity: int, why: str, *, again: bool) -> View:
    """That it cannot be had, at least not now."""
    text = words("offer-none", goods=goods_name(words, kind, quantity), why=Html(words(why)))
    repeat = [Button(label=words.plain("button-again"), action="again")] * again
    return View(text=text, rows=[[*repeat, menu_button(words)]])


def bought(words: Words, purchase: Purchase) -> View:
    """How it goes, once it was agreed to."""
    if purchase.state is State.DELIVERED:
        return receipt(words, purchase)
    state = words(f"purchase-{purchase.state}", price=purchase.price)
    text = words(
        "bought",
        goods=_goods(words, purchase),
        shown=purchase.shown,
        recipient=purchase.wish.recipient,
        price=purchase.price,
        state=Html(state),
    )
    rows = [[_once_more(words, purchase.wish.goods)]] if purchase.ended else []
    return View(text=text, rows=[*rows, [menu_button(words)]])


def receipt(words: Words, purchase: Purchase) -> View:
    """That it was delivered; it stays."""
    text = words(
        "receipt",
        goods=_goods(words, purchase),
        shown=purchase.shown,
        recipient=purchase.wish.recipient,
        price=purchase.price,
        purchase=str(purchase.id),
        proof=purchase.proof or "–",
    )
    more = _once_more(words, purchase.wish.goods)
    return View(text=text, rows=[[more, menu_button(words)]], final=True)


def _goods(words: Words, purchase: Purchase) -> str:
    goods = purchase.wish.goods
    return goods_name(words, goods.kind, goods.quantity)


def _once_more(words: Words, goods: Goods) -> Button:
    action = "premium" if goods.kind is Kind.PREMIUM else "stars"
    return Button(label=words.plain("button-once-more"), action=action)
