"""Buying goods for somebody: how much, for whom, at what price, and how it goes."""

from collections.abc import Sequence
from typing import Final

from ....core.money import Money
from ....core.purchases import Goods, Kind, Purchase, State
from ..texts import Html, Words
from .view import Button, View, in_rows, menu_button, open_again

MONTHS: Final = (3, 6, 12)


def goods_name(words: Words, kind: str, quantity: int, title: str = "") -> str:
    """So much of it, in words; of which one, where it has a title."""
    name = words.plain(f"goods-{kind}", quantity=quantity)
    return words.plain("goods-titled", goods=name, title=title) if title else name


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


def for_whom(words: Words, goods: str, username: str, wrong: str) -> View:
    """A name is asked for; one's own is a tap away."""
    text = words("for-whom", goods=goods)
    if wrong:
        text = words("for-whom-wrong", goods=goods, recipient=wrong)
    me = [Button(label=words.plain("button-for-me", username=username), action="me")]
    return View(text=text, rows=[*([me] if username else []), [menu_button(words)]])


def offer(words: Words, purchase: Purchase, goods: str, available: Money, *, renewed: bool) -> View:
    """The price for somebody who was found, and whether the balance is enough for it."""
    short = purchase.price - available
    facts = {**_facts(words, purchase, goods), "balance": available}
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


def no_offer(words: Words, goods: str, why: str, *, again: bool) -> View:
    """That it cannot be had, at least not now."""
    text = words("offer-none", goods=goods, why=Html(words(why)))
    repeat = [Button(label=words.plain("button-again"), action="again")] * again
    return View(text=text, rows=[[*repeat, menu_button(words)]])


def bought(words: Words, purchase: Purchase, goods: str, address: str = "") -> View:
    """How it goes, once it was agreed to."""
    if purchase.state is State.DELIVERED:
        return receipt(words, purchase, goods, address)
    state = words(f"purchase-{purchase.state}", price=purchase.price)
    text = words("bought", state=Html(state), **_facts(words, purchase, goods))
    rows = [[_once_more(words, purchase.wish.goods)]] if purchase.ended else []
    return View(text=text, rows=[*rows, [menu_button(words)]])


def receipt(words: Words, purchase: Purchase, goods: str, address: str) -> View:
    """That it was delivered; it stays, and can be opened again by its address."""
    text = words(
        "receipt-pack" if purchase.wish.goods.kind is Kind.PACK else "receipt",
        **_facts(words, purchase, goods),
        purchase=str(purchase.id),
        proof=purchase.proof or "–",
    )
    more = _once_more(words, purchase.wish.goods)
    rows = [[more, menu_button(words)], *open_again(words, address)]
    return View(text=text, rows=rows, final=True)


def _facts(words: Words, purchase: Purchase, goods: str) -> dict[str, object]:
    # Packs are bought for an account of ours, which gives them on.
    whom = "whom-pack" if purchase.wish.goods.kind is Kind.PACK else "whom"
    told = words(whom, shown=purchase.shown, recipient=purchase.wish.recipient)
    return {"goods": goods, "whom": Html(told), "price": purchase.price}


MORE: Final = {Kind.PREMIUM: "premium", Kind.PACK: "stickers"}


def _once_more(words: Words, goods: Goods) -> Button:
    return Button(label=words.plain("button-once-more"), action=MORE.get(goods.kind, "stars"))
