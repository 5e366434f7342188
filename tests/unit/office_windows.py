"""Every window of operators, with the longest and the worst that they can be told."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from attrs import evolve

from altyn.core.balances import Balance, account_name
from altyn.core.broadcasts import (
    Announcement,
    BroadcastState,
    Counts,
    LetterState,
    Link,
    Segment,
)
from altyn.core.chats import Update
from altyn.core.health import Condition
from altyn.core.identity import Language, Role, User, UserId
from altyn.core.limits import Admission, Rate
from altyn.core.money import RUB, TON, Money
from altyn.core.oversight import Doubt, DoubtKind, Figures, Person, Tally, Trace
from altyn.core.oversight.doubts import doubt_of
from altyn.core.payments import Case, RefundState
from altyn.core.payments import State as Paid
from altyn.core.purchases import State
from altyn.core.wallets import ChequeState, OutlayState
from altyn.entrypoints.bot.scenes.office.broadcasting import LINK, segments
from altyn.entrypoints.bot.scenes.office.reviewing import PAGE, decisions
from altyn.entrypoints.bot.texts import Words
from altyn.entrypoints.bot.views import View, about
from altyn.entrypoints.bot.views.office import broadcast, deeds, doubts, people, reading
from altyn.entrypoints.bot.views.office.sheet import sheet
from altyn.entrypoints.testkit.broadcasts.ground import NEWS, draft
from altyn.entrypoints.testkit.payments.ground import (
    NOON,
    begun,
    came,
    notice,
    order,
    refund,
    unmatched,
)
from altyn.entrypoints.testkit.purchases.ground import quoted
from altyn.entrypoints.testkit.wallets.ground import cheque, outlay
from tests.unit.staff import ANNA

NASTY: Final = "<b>Анна</b> & «Co» <script>"
MUCH: Final = Money(2**63 - 1, TON)
LONG: Final = "x<" * 128


def somebody(**other: Any) -> User:
    fields = {
        "id": UserId(2**52 - 1),
        "name": NASTY,
        "username": "a" * 32,
        "since": NOON,
        "seen_at": NOON,
        **other,
    }
    return User(**fields)


def things() -> Iterator[Doubt]:
    """One of every kind in every state, with what belongs to it."""
    payment = begun(order(payer="user:" + "9" * 15))
    paid = came(payment, 5, LONG)
    for state in RefundState:
        back = refund(paid, state=state, check_at=None, reason=NASTY * 8, told=NASTY * 8, to=LONG)
        yield evolve(doubt_of(back), payment=payment)
    for its in ChequeState:
        told = evolve(cheque(7), state=its, check_at=None, told=NASTY * 8)
        bills = [outlay(state=each, proof=LONG[:128]) for each in OutlayState]
        yield evolve(doubt_of(told), outlays=bills)
    for going in State:
        yield doubt_of(quoted(shown=NASTY[:40], state=going, told=NASTY * 8, order_id=LONG))
    yield doubt_of(notice(LONG).given_up(NASTY * 8))
    for case in Case:
        lost = unmatched(7, LONG, why_held="")
        at = payment.id if case is not Case.UNMATCHED else None
        yield evolve(doubt_of(evolve(lost, case=case, payment=at)), payment=payment)


def windows(words: Words) -> Iterator[tuple[str, View]]:
    """All of them."""
    lot = [Tally(10**9, MUCH), Tally(1, Money(5, RUB))]
    counted = Figures(
        since=NOON,
        until=NOON,
        people=10**9,
        newcomers=10**6,
        came=lot * 9,
        delivered=lot,
        returned=[],
        waiting=dict.fromkeys(DoubtKind, 10**6),
    )
    yield "stats", reading.figures(words, counted)
    yield "stats of nothing", reading.figures(words, evolve(counted, waiting={}))
    policy = Rate(name="bot.write", count=30, seconds=60, burst=10)
    admission = Admission((("42", policy, 1),), ((10**9, 7, 10**7),), 0, "", False)
    yield "limits", reading.limits(words, "9" * 16, dict.fromkeys("abcdef", admission))
    parts = {"database": Condition(True), "redis": Condition(False, NASTY * 20)}
    broken = Update(bot=1, number=2**62, lane="42", raw=b"", taken_at=NOON, due_at=None)
    yield "health", reading.health(words, parts, [])
    yield "health and cases", reading.health(words, parts, [broken] * 9)
    yield "case of a secret", reading.case(words, broken)
    said = '{"message": {"text": "' + "<b>" * 999 + '"}}'
    yield "case", reading.case(words, evolve(broken, raw=said.encode(), outcome=NASTY * 60))
    tapped = b'{"callback_query": {"data": "1:1:buy:"}}'
    yield "case of a tap", reading.case(words, evolve(broken, raw=tapped, lane="a group"))
    for what in ("user", "payment", "refund", "adjust", "buy_stars_fragment", "case"):
        yield f"asking {what}", people.asking(words, what)
        yield f"no {what}", people.nobody(words, what, NASTY, NASTY)
    balances = [Balance(account_name("user:1"), MUCH, Money(1, TON))] * 20
    for role in Role:
        found = Person(
            user=somebody(role=role, muted=True, blocked=True),
            balances=balances,
            payments=[begun(order())] * 5,
            purchases=[quoted(shown=NASTY[:40])] * 5,
        )
        yield f"person {role}", people.person(words, found)
    poor = Person(user=somebody(name="", username=""), balances=[], payments=[], purchases=[])
    yield "person of nothing", people.person(words, poor)
    for state in Paid:
        payment = evolve(begun(order(payer="user:" + "9" * 15)), state=state, told=NASTY * 9)
        parted = [came(payment, 5, LONG[:200])] * 4
        trace = Trace(payment=payment, arrivals=parted, refunds=[refund(parted[0])] * 3)
        yield f"money {state}", people.money(words, trace, True)
    lost = Trace(payment=None, arrivals=[unmatched(key=LONG)], refunds=[])
    yield "money of nobody", people.money(words, lost, True)
    yield "money that is only seen", people.money(words, lost, False)
    told = list(things())
    yield "queue", doubts.queue(words, told[:PAGE], older=True, first=False)
    yield "no queue", doubts.queue(words, [], older=False, first=True)
    for number, each in enumerate(told):
        offered = decisions(ANNA, each)
        name = f"{each.thing.kind} {number}"
        yield name, doubts.doubt(words, each, offered)
        yield f"{name} for those who look", doubts.doubt(words, each, ())
        for decision in offered:
            if decision != "back":
                asked = words(f"decide-{each.thing.kind}-{decision}")
                what = sheet(words, doubts.named(words, each), doubts.lines(words, each)) + asked
                yield f"{name} {decision}", deeds.confirm(words, what, NASTY * 10)
    yield "confirm", deeds.confirm(words, NASTY.replace("<", "("), "")
    yield "code", deeds.code(words, "what", "", 0)
    yield "wrong code", deeds.code(words, "what", "yes", 0)
    yield "too many codes", deeds.code(words, "what", "", timedelta(minutes=15).total_seconds())
    yield "no second factor", deeds.no_factor(words, "what", "9" * 16)
    yield "not done", deeds.failed(words, "what", NASTY * 9)
    yield from of_broadcasts(words)


def of_broadcasts(words: Words) -> Iterator[tuple[str, View]]:
    """Drafts, previews and progress, with the longest that may be said."""
    link = Link("Н" * 64, "https://shop.example/" + "a" * 900)
    long = Announcement(
        texts={Language.EN: "<b>" + "x" * 4096 + "</b>", Language.RU: "Новости"}, link=link
    )
    narrow = Segment(
        language=Language.RU,
        role=Role.CUSTOMER,
        bought_since=NOON,
        not_bought_since=NOON,
        seen_since=NOON,
    )
    many = Counts(**dict.fromkeys(LetterState, 10**6))
    yield "broadcasts", broadcast.newest(words, [])
    yield "draft of nothing", broadcast.draft(words, draft(announcement=Announcement()))
    yield "draft", broadcast.draft(words, draft(announcement=long, segment=narrow))
    each = [draft(state=state, segment=narrow, counts=many) for state in BroadcastState]
    yield "all broadcasts", broadcast.newest(words, each)
    for one in each:
        for gathered in (True, False):
            shown = evolve(one, gathered=gathered)
            yield f"{one.state} {gathered}", broadcast.progress(words, shown)
    yield "sure", broadcast.sure(words, each[0], dict.fromkeys(Language, 10**9))
    yield "nobody", broadcast.sure(words, each[0], {})
    for what in (*Language, LINK):
        yield f"say {what}", broadcast.asking(words, what, "")
        yield f"say {what} again", broadcast.asking(words, what, NASTY * 9)
    yield "to", broadcast.to(words, segments(NOON))
    yield "preview", broadcast.preview(words, NEWS, words.language)
    yield "quiet", about.quiet(words)
    yield "loud", about.loud(words)
