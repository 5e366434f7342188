"""What Altyn did about one person, and how Altyn itself is."""

from collections.abc import Sequence
from typing import Any, Final

from ..shop import State
from ..world import World
from .html import Html, tag
from .insight import Insight, Row, Seen
from .look import Look

GOOD: Final = frozenset(
    {"settled", "delivered", "refunded", "overpaid", "underpaid", "done", "paid"}
)
BAD: Final = frozenset({"failed", "refused", "unknown", "review", "expired", "cancelled"})
CALLS_MAX: Final = 40
HAPPENINGS_MAX: Final = 12


def state(world: World, look: Look) -> Html:
    """Whether it is up."""
    shop = world.shop
    kind = {State.UP: "good", State.STARTING: "plain", State.DOWN: "bad"}[shop.state]
    return tag(
        "span",
        tag("span", class_="dot", aria_hidden="true"),
        look(f"altyn_{shop.state}"),
        tag("span", str(shop.pid), class_="pid") if shop.pid else None,
        class_=f"pill {kind}",
    )


def balance(seen: Seen, look: Look) -> Html:
    """What they have, and what of it is set aside."""
    its = seen.balance
    return tag(
        "dl",
        [
            tag("div", tag("dt", look(name)), tag("dd", amount(its[name]) if its else "0.00 RUB"))
            for name in ("available", "held")
        ],
        class_="balance",
    )


def payments(seen: Seen, look: Look) -> Html:
    """What they were asked for, and what came."""
    rows = [
        (
            look(f"method_{each['method']}"),
            _pill(each["state"], look(f"payment_{each['state']}")),
            amount(each["asked"]),
            amount(each["credited"]),
            at(each["created_at"]),
        )
        for each in seen.payments
    ]
    return _table("payments", look, ("method", "state", "asked", "credited", "time"), rows)


def purchases(seen: Seen, look: Look) -> Html:
    """What they bought, and how far it is."""
    rows = [
        (
            f"{each['quantity']} × {look('kind_' + each['kind'])}",
            _pill(each["state"], look(f"purchase_{each['state']}")),
            f"@{each['recipient']}",
            amount(each["price"]),
            at(each["created_at"]),
        )
        for each in seen.purchases
    ]
    return _table("purchases", look, ("goods", "state", "for_whom", "price", "time"), rows)


def refunds(seen: Seen, look: Look) -> Html | None:
    """What goes back to them."""
    rows = [
        (
            look(f"method_{each['method']}"),
            _pill(each["state"], look(f"refund_{each['state']}")),
            amount(each["amount"]),
            each["reason"],
            at(each["created_at"]),
        )
        for each in seen.refunds
    ]
    return (
        _table("refunds", look, ("method", "state", "amount", "reason", "time"), rows)
        if rows
        else None
    )


def postings(seen: Seen, look: Look) -> Html:
    """The lines of the ledger: each is one transfer, seen from this person's account."""
    rows = [
        (
            _signed(each["change"]["amount"]),
            _purse(each["counterpart"], look),
            look.or_raw("entry", each["kind"]),
            amount(each["after"]),
            at(each["at"]),
        )
        for each in seen.entries
    ]
    return _table("postings", look, ("change", "counterpart", "sort", "after", "time"), rows)


def _purse(account: str, look: Look) -> Html:
    """The other side in words, where it is one of the house's own accounts."""
    name, colon, whose = account.partition(":")
    words = look.or_raw("purse", name)
    return tag("span", f"{words}{colon} {whose}" if words != name else account, title=account)


def happenings(insight: Insight, look: Look) -> Html:
    """The events that were passed on, the newest first."""
    found = list(insight.happenings)[:HAPPENINGS_MAX]
    rows = [(each["name"], each["whose"], at(each["at"])) for each in found]
    return _table("events", look, ("event", "whose", "time"), rows)


def health(seen: Seen, look: Look) -> Html:
    """The parts that it needs, the breakers in front of the outside, and what is left to ask."""
    parts = [
        tag(
            "li",
            tag("span", name),
            tag("span", each["words"], class_="small"),
            _lamp(each["well"], look),
        )
        for name, each in seen.parts.items()
    ]
    breakers = [
        tag(
            "li",
            tag("span", look("breaker", name=name)),
            _pill("done" if state == 0 else "failed", look(f"breaker_{state}")),
        )
        for name, state in sorted(seen.breakers.items())
    ]
    limits = [
        tag(
            "li",
            tag("span", look("limit", name=each["name"])),
            tag("span", look("left", left=each["left"], most=each["most"]), class_="small"),
        )
        for each in seen.limits
    ]
    lines = [*parts, *breakers, *limits]
    return (
        tag("ul", lines, class_="lines")
        if lines
        else tag("p", look("nothing_yet"), class_="nothing")
    )


def calls(world: World, look: Look) -> Html:
    """Every call outside, the newest first."""
    found = list(reversed(world.record.calls))[:CALLS_MAX]
    return tag("ol", [_call(each, look) for each in found], class_="calls")


def _call(each: Any, look: Look) -> Html:
    status = str(each.status) if each.status else ("—" if each.ended else "…")
    kind = "good" if each.status and each.status < 300 else "bad" if each.ended else "plain"
    times = tag("span", f"×{each.times}", class_="small") if each.times > 1 else None
    line = [
        tag("time", f"{each.at.astimezone():%H:%M:%S}", class_="small"),
        tag("span", look(f"desk_{each.desk}"), class_="whom"),
        tag("code", each.what),
        times,
        tag("span", f"{each.seconds * 1000:.0f} ms" if each.ended else "", class_="small"),
        tag("span", status, class_=f"pill {kind}"),
    ]
    if not each.said:
        return tag("li", tag("div", line, class_="line"))
    return tag("li", tag("details", tag("summary", line, class_="line"), tag("pre", each.said)))


def amount(its: Row) -> str:
    """As people write it: without noughts that say nothing."""
    whole, dot, part = its["amount"].partition(".")
    return f"{whole}{dot}{part[:2]}{part[2:].rstrip('0')} {its['asset']}"


def at(iso: str) -> str:
    """The time of the day."""
    from datetime import datetime

    return f"{datetime.fromisoformat(iso).astimezone():%H:%M:%S}"


def _signed(text: str) -> Html:
    negative = text.startswith("-")
    return tag(
        "span",
        text.replace("-", "−") if negative else f"+{text}",
        class_="out" if negative else "in",
    )


def _pill(state: str, words: str) -> Html:
    kind = "good" if state in GOOD else "bad" if state in BAD else "plain"
    return tag("span", words, class_=f"pill {kind}")


def _lamp(well: bool, look: Look) -> Html:
    return tag(
        "span", look("well" if well else "unwell"), class_=f"pill {'good' if well else 'bad'}"
    )


def _table(name: str, look: Look, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Html:
    if not rows:
        return tag("div", tag("h3", look(name)), tag("p", look("nothing_yet"), class_="nothing"))
    head = tag("tr", [tag("th", look(each), scope="col") for each in columns])
    body = [tag("tr", [tag("td", each) for each in row]) for row in rows]
    table = tag("table", tag("thead", head), tag("tbody", body))
    return tag(
        "div",
        tag("h3", look(name)),
        tag("div", table, class_="scroll", tabindex="0", role="region", aria_label=look(name)),
    )
