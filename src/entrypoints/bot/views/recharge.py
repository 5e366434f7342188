"""Filling a balance: how much, by which way, and how it stands."""

from collections.abc import Sequence
from typing import Final

from ....core.money import Asset, Money, zero
from ....core.payments import Arrival, Payment
from ..texts import Html, Words
from .view import Button, View, in_rows, menu_button, open_again

KNOWN: Final = frozenset({"stars", "cards", "heleket", "ton"})
"""Ways of paying that have names in our words; any other is called as its provider is."""
ANY_WALLET: Final = "ton://transfer/"
TONKEEPER: Final = "https://app.tonkeeper.com/transfer/"
"""Buttons lead to websites only; this one opens a wallet with the transfer filled in."""


def how_much(words: Words, presets: Sequence[Money], wrong: str, asset: Asset) -> View:
    """Amounts to choose from; any other may be sent."""
    text = words("recharge-how-much")
    if wrong:
        text = words("recharge-wrong-amount", text=wrong, asset=asset.code)
    amounts = [
        Button(label=words.plain("button-amount", amount=each), action="amount", argument=exact)
        for each in presets
        if (exact := each.decimal)
    ]
    return View(text=text, rows=[*in_rows(amounts, 3), [menu_button(words)]])


def methods(words: Words, amount: Money, offers: Sequence[tuple[str, Money]]) -> View:
    """The ways that would do, each with what it takes."""
    text = words("recharge-methods" if offers else "recharge-no-methods", amount=amount)
    ways = [
        [
            Button(
                label=words.plain("button-method", method=method_name(words, method), pays=pays),
                action="method",
                argument=f"{method}:{pays.asset.code}",
            )
        ]
        for method, pays in offers
    ]
    back = Button(label=words.plain("button-back"), action="recharge")
    return View(text=text, rows=[*ways, [back, menu_button(words)]])


def method_name(words: Words, method: str) -> str:
    """What people call it."""
    if method in KNOWN:
        return words.plain(f"method-{method}")
    return words.plain("method-other", name=method.capitalize())


def paying(words: Words, payment: Payment) -> View:
    """How to pay, and how it stands."""
    quote = payment.order.quote
    text = words(
        "paying",
        amount=quote.gives,
        pays=quote.pays,
        until=payment.expires_at,
        state=words.plain(f"payment-{payment.state}"),
    )
    pay: list[Sequence[Button]] = []
    if url := _address(payment.link):
        pay = [[Button(label=words.plain("button-pay", pays=quote.pays), url=url)]]
    if payment.link.startswith(ANY_WALLET):
        address = payment.link.removeprefix(ANY_WALLET).partition("?")[0]
        text += "\n\n" + words("paying-memo", address=address, memo=payment.provider_id)
    check = Button(label=words.plain("button-check"), action="check")
    stop = Button(label=words.plain("button-cancel"), action="stop")
    return View(text=text, rows=[*pay, [check, stop]])


def _address(link: str) -> str:
    """Where a button may lead; empty when there is nowhere."""
    if link.startswith(ANY_WALLET):
        return TONKEEPER + link.removeprefix(ANY_WALLET)
    return link if link.startswith("https://") else ""


def paid(words: Words, payment: Payment, arrivals: Sequence[Arrival], address: str = "") -> View:
    """That it came: a receipt, which stays, and can be opened again by its address."""
    receipt = "\n".join([each.inflow.key for each in arrivals] or [str(payment.id)])
    quote = payment.order.quote
    credited = quote.worth(zero(quote.pays.asset), payment.credited)
    text = words("paid", credited=credited, came=payment.came, receipt=receipt)
    note = payment.state
    if note != "settled":
        text += "\n" + words(f"payment-{note}")
    rows = [[menu_button(words)], *open_again(words, address)]
    return View(text=text, rows=rows, final=True)


def unpaid(words: Words, payment: Payment) -> View:
    """That it came to nothing."""
    state = words.plain(f"payment-{payment.state}")
    other = Button(
        label=words.plain("button-other-method"),
        action="amount",
        argument=payment.order.quote.gives.decimal,
    )
    text = words("unpaid", amount=payment.order.quote.gives, state=Html(state))
    return View(text=text, rows=[[other], [menu_button(words)]])
