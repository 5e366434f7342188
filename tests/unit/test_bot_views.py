"""Every window in both languages: short enough, its buttons can be kept, and no stray HTML."""

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator, Mapping
from types import CodeType
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve

from altyn.adapters.memory import (
    MemoryPurchases,
    MemoryStore,
    MemoryTickets,
    MemoryUsers,
    MemoryWindows,
)
from altyn.core.balances import Balance, account_name
from altyn.core.chats import Window
from altyn.core.identity import Language, Profile, UserId
from altyn.core.money import RUB, TON, USDT, WELL_KNOWN, XTR, Money
from altyn.core.notifications import TOLD, KindUnworded, Recipient
from altyn.core.payments import Event, Payment, Progress, Quote
from altyn.core.payments import State as Paid
from altyn.core.purchases import Article, Collection, Goods, Kind, Priced, Purchase, State
from altyn.core.resilience import NotExecuted
from altyn.core.support import State as TicketState
from altyn.core.support import TicketMissing
from altyn.entrypoints.bot import views as all_views
from altyn.entrypoints.bot.press import DATA_MAX_BYTES, Press
from altyn.entrypoints.bot.scenes import COMMANDS
from altyn.entrypoints.bot.scenes.office import STAFF
from altyn.entrypoints.bot.scenes.recharging import PRESETS
from altyn.entrypoints.bot.telling import COUNTS, WAITS_MAX, Worded
from altyn.entrypoints.bot.texts import LANGUAGES, Words, words_in
from altyn.entrypoints.bot.views import (
    BUTTONS_MAX,
    LABEL_MAX,
    TEXT_MAX,
    View,
    about,
    asking,
    goods,
    history,
    menu,
    packs,
    recharge,
)
from altyn.entrypoints.sandbox.telegram_html import plain_of
from altyn.entrypoints.testkit.notifications.messenger import notification
from altyn.entrypoints.testkit.payments.ground import NOON, begun, came, order
from altyn.entrypoints.testkit.purchases.ground import quoted, wish
from altyn.entrypoints.testkit.tickets import ticket
from tests.unit import office_windows

LONG = "«Co» & " * 20
NASTY = "<b>Анна</b> & «Co» <script>"
MUCH = Money(2**63 - 1, TON)
TURN = 10**12
KINDS = {Kind.STARS, Kind.PREMIUM, Kind.PACK}


def payment(state: Paid = Paid.PENDING, **other: Any) -> Payment:
    quote = Quote(Money(121, XTR), Money.parse("181.50", RUB))
    fields = {"state": state, "link": "https://t.me/$slug", **other}
    return evolve(begun(order(quote=quote)), **fields)


def purchase(state: State = State.QUOTED, **other: Any) -> Purchase:
    return quoted(shown=NASTY[:40], state=state, **other)


def balances(*amounts: Money) -> list[Balance]:
    return [Balance(account_name("user:1"), each, Money(1, each.asset)) for each in amounts]


def events(count: int) -> list[Event]:
    kinds = ("purchase", "refund", "bonus", "adjustment", "recharge")
    return [
        Event(
            id=UUID(int=number),
            kind=kinds[number % 5],
            progress=list(Progress)[number % 6],
            at=NOON,
            amount=-MUCH,
            method="",
            payment=None,
        )
        for number in range(count)
    ]


def windows(words: Words) -> Iterator[tuple[str, View]]:
    """All of them, with the longest and the worst that they can be told."""
    yield "menu", menu.menu(words, NASTY, balances(MUCH, Money(5, RUB)), KINDS, True)
    yield "menu with a note", menu.menu(words, NASTY, [], KINDS, True, "link-nothing")
    address = "https://t.me/altyn_sandbox_bot?start=" + "x" * 64
    for count in (0, 1, 2, 5):
        yield f"invite {count}", menu.invite(words, address, address, count)
    yield "no invite", menu.invite(words, "", "", 0)
    yield "menu of the poor", menu.menu(words, NASTY, [], set(), False)
    yield "balance", menu.balance(words, balances(MUCH, Money(5, RUB)), True)
    yield "balance of the poor", menu.balance(words, [], False)
    yield "help", about.help_with(words, (*COMMANDS, *STAFF))
    yield "terms", about.terms(words, "")
    yield "terms of the owner", about.terms(words, NASTY * 100)
    yield "privacy", about.privacy(words)
    yield "erase", about.erase(words)
    yield "erased", about.erased(words)
    tickets = [ticket(words=NASTY * 40, number=10**9, state=each) for each in TicketState]
    yield "support", asking.support(words, tickets, "@help <x>", 7)
    yield "support of nobody", asking.support(words, [], "", 7)
    some = [purchase()] * 5
    yield "paysupport", asking.paysupport(words, [payment()] * 5, some, "@help", 7)
    yield "paysupport of nobody", asking.paysupport(words, [], [], "", 7)
    for full in (True, False):
        yield f"question {full}", asking.question(words, str(UUID(int=7)) * full, full=full)
    yield "ticket", asking.ticket(words, 10**9)
    yield "history", history.history(words, events(12), older=True, newest=False)
    yield "no history", history.history(words, [], older=False, newest=True)
    for asset, presets in ((RUB, PRESETS["RUB"]), (TON, PRESETS["TON"])):
        amounts = [Money.parse(each, asset) for each in presets]
        yield f"how much {asset}", recharge.how_much(words, amounts, "", asset)
    yield "no amount", recharge.how_much(words, [], NASTY, USDT)
    ways = [("stars", Money(100, XTR)), ("some_provider", MUCH), ("ton", MUCH)]
    yield "methods", recharge.methods(words, Money(100, RUB), ways)
    yield "no methods", recharge.methods(words, Money(100, RUB), [])
    for state in Paid:
        yield f"paying {state}", recharge.paying(words, payment(state))
        yield f"unpaid {state}", recharge.unpaid(words, payment(state))
        arrivals = [came(payment(state), 121, "stx" + "x" * 128)]
        yield f"paid {state}", recharge.paid(words, payment(state), arrivals, address)
    link = "ton://transfer/UQAddress?amount=1&text=7"
    yield "paying by hand", recharge.paying(words, payment(link=link, provider_id="7<"))
    yield "paying nowhere", recharge.paying(words, payment(link=""))
    yield "how many", goods.how_many(words, [50, 100, 2500], 50, 100_000, "")
    yield "not so many", goods.how_many(words, [], 50, 100_000, NASTY)
    yield "how long", goods.how_long(words)
    titled = goods.goods_name(words, "pack", 1, NASTY + "x" * 160)
    for name, named in ("stars", goods.goods_name(words, "stars", 100_000)), ("pack", titled):
        yield f"for whom {name}", goods.for_whom(words, named, "a" * 32, "")
        yield f"for nobody {name}", goods.for_whom(words, named, "", NASTY)
        for why in ("silent", "refused", "cancelled"):
            told = goods.no_offer(words, named, f"no-offer-{why}", again=why == "silent")
            yield f"no offer {name} {why}", told
    rich, poor = Money.parse("1000", RUB), Money.parse("1", RUB)
    for renewed in (True, False):
        yield f"offer {renewed}", goods.offer(words, purchase(), titled, rich, renewed=renewed)
        short = goods.offer(words, purchase(), titled, poor, renewed=renewed)
        yield f"offer short {renewed}", short
    for going in State:
        bought = purchase(going, proof="tx<" + "x" * 125)
        yield f"bought {going}", goods.bought(words, bought, titled, address)
    for gift in (Goods(kind=Kind.PREMIUM, quantity=3), Goods(kind=Kind.PACK, quantity=1, item="1")):
        given = purchase(State.DELIVERED, of=wish(goods=gift))
        yield f"gift {gift}", goods.bought(words, given, NASTY)
    yield (
        "packs",
        packs.collections(words, [Collection(id="1", title=LONG)] * 8, page=1, more=True),
    )
    yield "no packs", packs.collections(words, [], page=0, more=False)
    yield "no shop", packs.closed(words)
    left = Article(item="1/2", title=LONG, left=10**9)
    shown = [Priced(left, MUCH), Priced(left, None), Priced(evolve(left, left=0), None)] * 2
    yield "pack", packs.articles(words, NASTY, shown, page=1, more=True)
    yield "no pack", packs.articles(words, NASTY, [], page=0, more=False)
    yield from office_windows.windows(words)


def makers() -> Mapping[CodeType, str]:
    """Whatever makes a window, by its code."""
    found = {}
    for each in pkgutil.walk_packages(all_views.__path__, f"{all_views.__name__}."):
        for name, it in vars(importlib.import_module(each.name)).items():
            own = inspect.isfunction(it) and it.__module__ == each.name and name[0] != "_"
            if own and inspect.signature(it).return_annotation is View:
                found[it.__code__] = f"{each.name}.{name}"
    return found


def test_every_window_is_looked_at_here() -> None:
    """A new one that is not among them is named."""
    called: set[CodeType] = set()
    before = sys.getprofile()
    sys.setprofile(lambda frame, _event, _told: called.add(frame.f_code))
    try:
        for _ in windows(words_in(Language.EN)):
            pass
    finally:
        sys.setprofile(before)
    known = makers()
    assert len(known) > 15
    assert [name for code, name in known.items() if code not in called] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_window_can_be_shown(language: Language) -> None:
    """Telegram takes it as it is: its length, its HTML, its buttons and what stands behind them."""
    for name, view in windows(words_in(language)):
        text, _ = plain_of(view.text)
        assert 0 < len(text) <= TEXT_MAX, name
        buttons = [each for row in view.rows for each in row]
        assert len(buttons) <= BUTTONS_MAX, name
        assert all(row for row in view.rows), name
        for each in buttons:
            assert 0 < len(each.label) <= LABEL_MAX, (name, each.label)
            assert not re.search(r"</?\w+>|&\w+;", each.label), (name, each.label)
            assert bool(each.url) is not bool(each.action), (name, each.label)
            if each.action:
                press = Press(TURN, each.action, each.argument)
                assert len(press.data.encode()) <= DATA_MAX_BYTES
                assert Press.of(press.data) == press


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_people_are_told_of_has_words(language: Language) -> None:
    """Of goods of every kind, with amounts as the language writes them."""
    store = MemoryStore()
    worded = Worded(
        42,
        MemoryUsers(store),
        MemoryWindows(store),
        MemoryPurchases(store),
        MemoryTickets(store),
        WELL_KNOWN,
    )
    facts = {"asked": "181.50 RUB", "came": "121 XTR", "amount": "0.5 TON", "price": "165.00 RUB"}
    facts |= {"ticket": "7", "answer": NASTY}
    for kind in TOLD:
        for goods_kind in Kind:
            bought = {"kind": goods_kind.value, "quantity": 3, "recipient": "<bob>"}
            went: dict[str, str | int] = {"state": "done", **dict.fromkeys(COUNTS, 7)}
            text = worded.said(words_in(language), kind, {**facts, **bought, **went})
            plain, _ = plain_of(text)
            assert "<bob>" in plain or not kind.startswith("purchase")


async def test_what_somebody_looks_at_is_not_told_to_them() -> None:
    """The window shows it; whoever looks elsewhere is told, in their language."""
    store = MemoryStore()
    users, windows = MemoryUsers(store), MemoryWindows(store)
    worded = Worded(42, users, windows, MemoryPurchases(store), MemoryTickets(store), WELL_KNOWN)
    facts = {"payment": "p1", "asked": "121 XTR", "came": "121 XTR"}
    told = notification(Recipient(7), kind="payment.settled", facts=facts)
    assert (await worded(told))["text"] == "✅ Your payment of <b>121\u00a0⭐</b> has come."
    await users.seen(Profile(id=UserId(7), name="Anna", language=Language.RU), NOON)
    assert "Ваш платёж пришёл" in (await worded(told))["text"]


async def test_an_answer_is_told_in_the_words_of_whoever_gave_it() -> None:
    """They are read where they are kept; wiped, there is nothing to be said."""
    store = MemoryStore()
    tickets = MemoryTickets(store)
    users, windows, purchases = MemoryUsers(store), MemoryWindows(store), MemoryPurchases(store)
    worded = Worded(42, users, windows, purchases, tickets, WELL_KNOWN)
    told = notification(Recipient(7), kind="ticket.answered", facts={"ticket": 1})
    with pytest.raises(TicketMissing):
        await worded(told)
    kept = await tickets.add(ticket(UserId(7)))
    await tickets.put(kept.moved(TicketState.ANSWERED, NOON, "eve", answer="Look <again>"))
    text = (await worded(told))["text"]
    assert text == "💬 <b>Ticket 1</b>\n\nLook &lt;again&gt;"
    await tickets.wipe(UserId(7))
    with pytest.raises(KindUnworded):
        await worded(told)


async def test_only_what_was_seen_there_is_not_told() -> None:
    """A window that is looked at shows it first; what one that has ended cannot show is told."""
    store = MemoryStore()
    users, windows, purchases = MemoryUsers(store), MemoryWindows(store), MemoryPurchases(store)
    worded = Worded(42, users, windows, purchases, MemoryTickets(store), WELL_KNOWN)
    facts = {"payment": "p1", "asked": "121 XTR", "came": "121 XTR", "amount": "121 XTR"}
    told = evolve(notification(), recipient=Recipient(7), kind="payment.settled", facts=facts)
    window = Window(bot=42, chat=7).turned("paying", {"payment": "p1", "seen": "pending"}, NOON)
    await windows.put(window)
    with pytest.raises(NotExecuted):
        await worded(told)
    assert "has come" in (await worded(evolve(told, tries=WAITS_MAX)))["text"]
    window = window.turned("paying", {"payment": "p1", "seen": "settled"})
    await windows.put(window)
    with pytest.raises(KindUnworded):
        await worded(told)
    assert "back to you" in (await worded(evolve(told, kind="refund.done")))["text"]
    await windows.put(window.turned("paying", {"payment": "p1", "seen": "expired"}))
    assert "has come" in (await worded(told))["text"]


def test_windows_differ_by_language() -> None:
    """Nobody is answered in a mixture: whatever is in Russian has Russian letters."""
    english = dict(windows(words_in(Language.EN)))
    for name, view in windows(words_in(Language.RU)):
        assert view.text != english[name].text
        for each in (row for rows in view.rows for row in rows if row.label[0].isalpha()):
            said = re.search("[а-яё]", each.label.lower())
            assert said or each.action in ("amount", "method", "collection", "pack")


def test_a_window_says_what_it_is_about() -> None:
    """A few of them, to the letter."""
    words = words_in(Language.RU)
    named = goods.goods_name(words, "stars", 50)
    view = goods.offer(words, purchase(), named, Money.parse("100", RUB), renewed=False)
    text, _ = plain_of(view.text)
    assert text.replace("\u00a0", " ") == (
        "🎁 50 звёзд\n\n"
        "Кому: <b>Анна</b> & «Co» <script> (@bob)\n"
        "Цена: 165,00 ₽\n"
        "Ваш баланс: 100,00 ₽, не хватает 65,00 ₽. Пополните, и всё купится сразу; "
        "если подорожает, мы переспросим."
    )
    (top_up,), (other, drop) = view.rows
    assert (top_up.action, top_up.argument) == ("top_up", "65.00")
    assert (other.action, drop.action) == ("other", "drop")
    paid = recharge.paid(words, evolve(payment(Paid.SETTLED), credited=Money(121, XTR)), [])
    assert "Баланс пополнен на 181,50\u00a0₽" in paid.text
    assert paid.final


@pytest.mark.parametrize(
    "data", ["", "0:1:buy:", "1:x:buy:", "1:1:BUY:", "1:1:buy", "1:1:buy:a\nb", f"1:{10**18}:buy:"]
)
def test_what_is_no_button_of_ours_says_nothing(data: str) -> None:
    """Another version, or words of somebody else's."""
    assert Press.of(data) is None


def test_a_button_keeps_what_telegram_takes() -> None:
    """More is a mistake of ours, and noticed before it is shown."""
    assert Press.of(Press(1, "method", "ton:USDT").data) == Press(1, "method", "ton:USDT")
    with pytest.raises(ValueError, match="64 bytes at most"):
        _ = Press(1, "amount", "9" * 60).data
