"""What waits for a person: the queue, and each of it with all that is known."""

from collections.abc import Sequence

from .....core.oversight import Doubt
from .....core.payments import Arrival, Notice, Refund
from .....core.purchases import Purchase
from .....core.wallets import Cheque, Outlay
from ...texts import Words
from ..goods import goods_name
from ..recharge import method_name
from ..view import Button, View, menu_button
from .sheet import Line, back_to, sheet, state

NAMED_MAX = 24
OUTLAYS_MAX = 4


def queue(words: Words, doubts: Sequence[Doubt], *, older: bool, first: bool) -> View:
    """The oldest first, each behind a button."""
    rows = [
        [Button(label=f"{number}", action="doubt", argument=str(at))]
        for at, number in enumerate(named(words, each) for each in doubts)
    ]
    turning = [
        Button(label=words.plain(f"button-{where}"), action="queue", argument=where)
        for where, is_shown in (("first", not first), ("next", older))
        if is_shown
    ]
    text = words("review" if doubts else "review-empty")
    return View(text=text, rows=[*rows, *([turning] if turning else []), [menu_button(words)]])


def named(words: Words, doubt: Doubt) -> str:
    """In a few words."""
    match doubt.about:
        case Refund() as refund:
            return words.plain("doubt-refund", amount=refund.amount)
        case Cheque() as cheque:
            return words.plain("doubt-cheque", number=str(cheque.number), wallet=cheque.wallet)
        case Purchase() as purchase:
            goods = purchase.wish.goods
            what = goods_name(words, goods.kind, goods.quantity)
            return words.plain("doubt-purchase", goods=what, recipient=purchase.wish.recipient)
        case Notice() as notice:
            return words.plain("doubt-notice", method=method_name(words, notice.method))
        case Arrival() as arrival:
            return words.plain("doubt-arrival", amount=arrival.inflow.amount)


def doubt(words: Words, about: Doubt, decisions: Sequence[str]) -> View:
    """All that is known, and what may be decided."""
    text = sheet(words, named(words, about), lines(words, about))
    kind = about.thing.kind
    buttons = [
        [Button(label=words.plain(f"button-{kind}-{each}"), action="decide", argument=each)]
        for each in decisions
    ]
    return View(text=text, rows=[*buttons, back_to(words, "review")])


def lines(words: Words, about: Doubt) -> list[Line]:
    """What a person needs."""
    match about.about:
        case Refund() as refund:
            own = _refund(words, refund)
        case Cheque() as cheque:
            own = _cheque(words, cheque)
        case Purchase() as purchase:
            own = _purchase(words, purchase)
        case Notice() as notice:
            own = _notice(words, notice)
        case Arrival() as arrival:
            own = _arrival(words, arrival)
    paid: list[Line] = []
    if about.payment is not None:
        payment = about.payment
        paid = [
            ("payment", str(payment.id)),
            ("payer", payment.order.payer),
            ("asked", payment.asked),
        ]
    bills = [_outlay(words, each) for each in about.outlays[:OUTLAYS_MAX]]
    return [("since", about.since), *own, *paid, *bills]


def _refund(words: Words, refund: Refund) -> list[Line]:
    return [
        ("id", str(refund.id)),
        ("state", state(words, refund.state)),
        ("amount", refund.amount),
        ("method", method_name(words, refund.method)),
        ("key", refund.key),
        ("payee", refund.payer),
        ("to", refund.to),
        ("why", refund.reason),
        ("by", refund.by),
        ("decided", refund.approved_by),
        ("told", refund.told),
    ]


def _cheque(words: Words, cheque: Cheque) -> list[Line]:
    return [
        ("id", str(cheque.id)),
        ("state", state(words, cheque.state)),
        ("hash", cheque.draft.hash),
        ("until", cheque.draft.expires_at),
        ("decided", cheque.decided_by),
        ("told", cheque.told),
    ]


def _purchase(words: Words, purchase: Purchase) -> list[Line]:
    return [
        ("id", str(purchase.id)),
        ("state", state(words, purchase.state)),
        ("late", words.plain(f"late-{purchase.late}") if purchase.late else ""),
        ("buyer", purchase.wish.buyer),
        ("price", purchase.price),
        ("cost", purchase.quote.cost),
        ("supplier", purchase.supplier),
        ("order", purchase.order_id),
        ("proof", purchase.proof),
        ("decided", purchase.decided_by),
        ("told", purchase.told),
    ]


def _notice(words: Words, notice: Notice) -> list[Line]:
    return [
        ("method", method_name(words, notice.method)),
        ("key", notice.hint.key),
        ("payment", str(notice.hint.payment or "")),
        ("order", notice.hint.provider_id),
        ("tries", notice.tries),
        ("outcome", notice.outcome),
    ]


def _arrival(words: Words, arrival: Arrival) -> list[Line]:
    return [
        ("method", method_name(words, arrival.method)),
        ("key", arrival.inflow.key),
        ("came", arrival.inflow.amount),
        ("held", arrival.held),
        ("why", arrival.why_held or words.plain(f"case-{arrival.case}")),
        ("sender", arrival.inflow.sender),
        ("to", str(arrival.given_to or "")),
    ]


def _outlay(words: Words, outlay: Outlay) -> Line:
    shown = words.plain("office-bill", amount=outlay.amount, state=state(words, outlay.state))
    return "bill", f"{shown} {outlay.proof}".strip()
