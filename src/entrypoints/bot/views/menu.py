"""The menu, and what somebody has."""

from collections.abc import Sequence, Set

from ....core.balances import Balance
from ....core.money import Money
from ....core.purchases import Kind
from ..texts import Html, Words
from .view import Button, View, in_rows, menu_button

SHOWN_MAX = 20


def menu(
    words: Words,
    name: str,
    balances: Sequence[Balance],
    kinds: Set[Kind],
    can_pay: bool,
    note: str = "",
) -> View:
    """Where everything begins; with a word about how somebody came here, if there is one."""
    held = [each.available for each in balances if each.posted.units]
    text = words("menu", name=name, balance=Html(_in_short(words, held)))
    return View(
        text=f"{text}\n\n{words(note)}" if note else text,
        rows=in_rows(list(_buttons(words, kinds, can_pay)), 2),
    )


def _in_short(words: Words, held: Sequence[Money]) -> str:
    if not held:
        return words("menu-empty")
    amounts = [words("balance-line", available=each) for each in held[:SHOWN_MAX]]
    return words("menu-balance", amount=Html(", ".join(amounts)))


def _buttons(words: Words, kinds: Set[Kind], can_pay: bool) -> Sequence[Button]:
    shown = {
        "balance": True,
        "recharge": can_pay,
        "stars": Kind.STARS in kinds,
        "premium": Kind.PREMIUM in kinds,
        "stickers": Kind.PACK in kinds,
        "history": True,
        "invite": True,
        "help": True,
        "support": True,
        "language": True,
    }
    return [
        Button(label=words.plain(f"button-{action}"), action=action)
        for action, is_shown in shown.items()
        if is_shown
    ]


def balance(words: Words, balances: Sequence[Balance], can_pay: bool) -> View:
    """All that somebody has, and what of it is set aside."""
    lines = [
        words("balance-line-held", available=each.available, held=each.held)
        if each.held.units
        else words("balance-line", available=each.available)
        for each in balances[:SHOWN_MAX]
        if each.posted.units
    ]
    text = "\n".join(lines) if lines else words("balance-empty")
    recharge = [Button(label=words.plain("button-recharge"), action="recharge")] * can_pay
    history = Button(label=words.plain("button-history"), action="history")
    return View(
        text=words("balance", lines=Html(text)),
        rows=[[*recharge, history], [menu_button(words)]],
    )


def invite(words: Words, address: str, sharing: str, count: int) -> View:
    """One's own link, and how many came by it."""
    text = words("invite", address=address or "–", count=count)
    share = [Button(label=words.plain("button-share"), url=sharing)]
    return View(text=text, rows=[*([share] if address else []), [menu_button(words)]])
