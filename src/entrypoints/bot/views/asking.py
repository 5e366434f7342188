"""Asking us something, and what was asked."""

from collections.abc import Sequence

from ....core.payments import Payment
from ....core.purchases import Purchase
from ....core.support import Ticket
from ..texts import Html, Words
from .goods import goods_name
from .view import Button, View, menu_button

SHOWN_MAX = 120


def support(words: Words, tickets: Sequence[Ticket], contact: str, user: int) -> View:
    """Whom to ask, here or elsewhere; and what they have asked here."""
    lines = [
        words(
            "support-ticket",
            number=str(each.number),
            words=each.words[:SHOWN_MAX],
            state=words.plain(f"ticket-{each.state}"),
        )
        for each in tickets
    ]
    text = words("support", contact=Html(_contact(words, contact, user)))
    if lines:
        text += "\n\n" + words("support-tickets", lines=Html("\n".join(lines)))
    return View(text=text, rows=[[_ask(words, "button-ask", "")], [menu_button(words)]])


def paysupport(
    words: Words,
    payments: Sequence[Payment],
    purchases: Sequence[Purchase],
    contact: str,
    user: int,
) -> View:
    """The latest payments and purchases; one is chosen, or none of them."""
    lines = [
        words(
            "paysupport-line",
            at=each.created_at,
            amount=each.asked,
            state=words.plain(f"payment-{each.state}"),
            id=str(each.id),
        )
        for each in payments
    ]
    text = words(
        "paysupport",
        lines=Html("\n".join(lines) or words("paysupport-empty")),
        contact=Html(_contact(words, contact, user)),
    )
    ways = [
        [_ask(words, "button-ask-payment", str(each.id), at=each.created_at, amount=each.asked)]
        for each in payments
    ]
    for each in purchases:
        goods = goods_name(words, each.wish.goods.kind, each.wish.goods.quantity)
        at, id = each.created_at, str(each.id)
        ways.append([_ask(words, "button-ask-purchase", id, at=at, goods=goods)])
    other = [_ask(words, "button-ask-other", ""), menu_button(words)]
    return View(text=text, rows=[*ways, other])


def question(words: Words, about: str, *, full: bool) -> View:
    """What is asked is written; or enough was asked that nobody has answered."""
    text = words("question-full") if full else words("question")
    if about:
        text += "\n\n" + words("question-about", id=about)
    return View(text=text, rows=[[menu_button(words)]])


def ticket(words: Words, number: int) -> View:
    """It is taken in."""
    return View(text=words("ticket", number=str(number)), rows=[[menu_button(words)]])


def _ask(words: Words, key: str, id: str, **facts: object) -> Button:
    return Button(label=words.plain(key, **facts), action="ask", argument=id)


def _contact(words: Words, contact: str, user: int) -> str:
    number = str(user)
    if contact:
        return words("support-contact", contact=contact, user=number)
    return words("support-none", user=number)
