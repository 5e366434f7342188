"""Somebody, and money that came."""

from collections.abc import Sequence
from typing import Final

from .....core.identity import user_of
from .....core.money import Money
from .....core.oversight import Person, Trace
from .....core.payments import Arrival, Payment, Refund
from .....core.purchases import Purchase
from ...texts import Words
from ..goods import goods_name
from ..recharge import method_name
from ..view import Button, View, menu_button
from .sheet import Line, back_to, sheet, state

BALANCES_MAX: Final = 12
PARTS_MAX: Final = 8


def asking(words: Words, what: str) -> View:
    """What a command is to be told."""
    return View(text=words(f"ask-{what}"), rows=[[menu_button(words)]])


def nobody(words: Words, what: str, text: str, why: str) -> View:
    """That there is no such thing; another name may be sent."""
    told = words("office-missing", text=text, why=why, ask=words.plain(f"ask-{what}"))
    return View(text=told, rows=[[menu_button(words)]])


def person(words: Words, found: Person) -> View:
    """Who they are, what they have, and what they did of late."""
    user = found.user
    lines: list[Line] = [
        ("user", str(user.id)),
        ("username", f"@{user.username}" if user.username else ""),
        ("role", words.plain(f"role-{user.role}")),
        ("since", user.since),
        ("seen", user.seen_at),
        ("marks", ", ".join(_marks(words, found))),
        *(
            ("balance", _balance(words, found, at))
            for at in range(min(len(found.balances), BALANCES_MAX))
        ),
        *(("bought", _bought(words, each)) for each in found.purchases),
    ]
    payments = [
        [Button(label=_paid(words, each), action="payment", argument=each.id.hex)]
        for each in found.payments
    ]
    limits = Button(label=words.plain("button-limits"), action="limits", argument=str(user.id))
    title = user.name or user.account
    return View(text=sheet(words, title, lines), rows=[*payments, [limits, menu_button(words)]])


def _marks(words: Words, found: Person) -> Sequence[str]:
    marks = {"muted": found.user.muted, "blocked": found.user.blocked}
    return [words.plain(f"mark-{name}") for name, is_so in marks.items() if is_so]


def _balance(words: Words, found: Person, at: int) -> str:
    balance = found.balances[at]
    return words.plain("office-balance", available=balance.available, held=balance.held)


def _bought(words: Words, purchase: Purchase) -> str:
    wish = purchase.wish
    return words.plain(
        "office-bought",
        goods=goods_name(words, wish.goods.kind, wish.goods.quantity),
        recipient=wish.recipient,
        price=purchase.price,
        state=state(words, purchase.state),
    )


def _paid(words: Words, payment: Payment) -> str:
    amount = payment.came if payment.came.units else payment.asked
    return words.plain("button-payment", amount=amount, state=state(words, payment.state))


def money(words: Words, trace: Trace, may_refund: bool) -> View:
    """A payment with all that came for it, or what came for none."""
    arrivals = trace.arrivals[:PARTS_MAX]
    lines = [*(_asked(words, trace.payment) if trace.payment else [])]
    for each in arrivals:
        lines += _came(words, each)
    lines += [("returned", _back(words, each)) for each in trace.refunds[:PARTS_MAX]]
    give = [
        [
            Button(
                label=words.plain("button-refund", amount=left(each)),
                action="refund",
                argument=str(at),
            )
        ]
        for at, each in enumerate(arrivals)
        if may_refund and left(each).units
    ]
    payer = None if trace.payment is None else user_of(trace.payment.order.payer)
    back = [menu_button(words)] if payer is None else back_to(words, "person", str(payer))
    return View(text=sheet(words, words.plain("money"), lines), rows=[*give, back])


def _back(words: Words, refund: Refund) -> str:
    return words.plain("office-returned", amount=refund.amount, state=state(words, refund.state))


def left(arrival: Arrival) -> Money:
    """What of it would go back: what waits in the drawer, or else what somebody has."""
    return arrival.held if arrival.held.units else arrival.credited


def _asked(words: Words, payment: Payment) -> list[Line]:
    return [
        ("payment", str(payment.id)),
        ("state", state(words, payment.state)),
        ("payer", payment.order.payer),
        ("method", method_name(words, payment.order.method)),
        ("asked", payment.asked),
        ("since", payment.created_at),
        ("told", payment.told),
    ]


def _came(words: Words, arrival: Arrival) -> list[Line]:
    return [
        ("came", arrival.inflow.amount),
        ("key", arrival.inflow.key),
        ("held", arrival.held if arrival.held.units else ""),
        ("why", arrival.why_held),
    ]
