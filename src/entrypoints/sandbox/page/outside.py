"""Those whom Altyn deals with: Heleket's checkout, a wallet on TON, the orders at Fragment."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from ..fragment_sales import Asked
from ..heleket_invoices import STATES_OF_THE_END
from ..people import Person
from ..ton_cells import comment_of, friendly, jetton_wallet
from ..ton_chain import USDT_MASTER
from ..world import World
from .forms import button, form
from .html import Html, tag
from .insight import Seen
from .links import Transfer, transfer_in
from .look import Look

INVOICES_MAX: Final = 3
ORDERS_MAX: Final = 6
TRANSFERS_MAX: Final = 4
WAYS: Final = ("exact", "little", "much", "late", "never")


def heleket(world: World, seen: Seen, look: Look) -> Html:
    """The checkout: one pays there, or does not."""
    mine = {each["provider_id"] for each in seen.payments}
    found = [each for each in world.desks.heleket.invoices.values() if each["uuid"] in mine]
    cards = [_invoice(each, look) for each in reversed(found)]
    return desk_of(
        "heleket", look("heleket"), cards[:INVOICES_MAX] or nothing(look("heleket_empty"))
    )


def _invoice(invoice: Mapping[str, Any], look: Look) -> Html:
    over = invoice["is_final"] or invoice["status"] in STATES_OF_THE_END
    came = invoice["payment_amount"]
    paying = [
        form(
            look,
            "checkout",
            button(look(f"pay_{way}"), class_="main" if way == "exact" else ""),
            invoice=invoice["uuid"],
            way=way,
        )
        for way in WAYS
    ]
    return tag(
        "article",
        tag(
            "div",
            tag("strong", _plain(invoice["amount"], invoice["currency"])),
            _state(invoice["status"], look),
            class_="top",
        ),
        tag("p", look("came", amount=_plain(came, invoice["currency"])), class_="small")
        if came
        else None,
        tag("p", look("until", at=_clock(invoice["expired_at"])), class_="small")
        if not over
        else None,
        None if over else tag("div", paying, class_="ways"),
        class_="card",
        id=f"invoice-{invoice['uuid']}",
        tabindex="-1",
    )


def _state(status: str, look: Look) -> Html:
    kind = "good" if status in ("paid", "paid_over") else "bad" if status == "fail" else "plain"
    return tag("span", look(f"heleket_{status}"), class_=f"pill {kind}")


def wallet(world: World, look: Look) -> Html:
    """The person's purse on the chain, the transfer that they were asked for, and a faucet."""
    who, chain = look.who, world.desks.ton.chain
    coins = Decimal(chain.at(who.wallet).balance).scaleb(-9)
    purse = chain.at(jetton_wallet(USDT_MASTER, who.wallet)).purse
    dollars = Decimal(purse.units if purse else 0).scaleb(-6)
    wanted = wanted_of(world, who)
    moved = [each for each in reversed(chain.transactions) if each.account == who.wallet]
    return desk_of(
        "wallet",
        look("wallet"),
        tag(
            "article",
            tag(
                "div",
                tag("strong", f"{coins:.2f} TON"),
                tag("strong", f"{dollars:.2f} USDT"),
                form(look, "faucet", button(look("faucet"))),
                class_="top",
            ),
            tag("p", tag("code", _short(friendly(who.wallet, bounceable=False))), class_="small"),
            _wanted(wanted, look) if wanted else None,
            tag("ul", [_moved(each) for each in moved[:TRANSFERS_MAX]], class_="lines"),
            class_="card",
        ),
    )


def wanted_of(world: World, who: Person) -> Transfer | None:
    """The transfer that the bot asks them for."""
    for message in reversed(world.desks.telegram.chats.messages.get(who.user.id, [])):
        for row in message.get("reply_markup", {}).get("inline_keyboard", []):
            for key in row:
                if found := transfer_in(key.get("url", "")):
                    return found
    return None


def _wanted(wanted: Transfer, look: Look) -> Html:
    amount = worth(wanted)
    ways = [
        form(
            look,
            "transfer",
            button(look(f"transfer_{way}", amount=amount), class_="main" if way == "exact" else ""),
            way=way,
        )
        for way in ("exact", "wordless")
    ]
    return tag("div", ways, class_="ways")


def worth(wanted: Transfer) -> str:
    """The amount as people write it."""
    if wanted.in_dollars:
        return _plain(Decimal(wanted.units).scaleb(-6), "USDT")
    return _plain(Decimal(wanted.units).scaleb(-9), "TON")


def _plain(amount: str | Decimal, currency: str) -> str:
    """Without the zeros that say nothing."""
    return f"{Decimal(amount).normalize():f} {currency}"


def _moved(each: Any) -> Html:
    came = each.came
    sent = each.sent[0] if each.sent else None
    nano = sent.nano if sent else came.nano
    words = comment_of((sent or came).body) or ""
    sign = "−" if sent else "+"
    return tag(
        "li",
        tag("span", f"{sign}{Decimal(nano).scaleb(-9):.2f} TON"),
        tag("span", _short(words), class_="small"),
    )


def fragment(world: World, look: Look) -> Html:
    """What Altyn ordered there, and what became of it; and the wallet that pays for it."""
    orders = list(world.desks.fragment.requests.values())
    cards = [_order(each, look) for each in reversed(orders)][:ORDERS_MAX]
    coins = Decimal(world.desks.ton.chain.at(world.desks.wallet).balance).scaleb(-9)
    return desk_of(
        "fragment",
        look("fragment"),
        tag("p", look("hot_wallet", amount=f"{coins:.2f} TON"), class_="small"),
        tag("ul", cards, class_="lines orders") if cards else nothing(look("fragment_empty")),
        tag("p", look("fragment_note"), class_="small") if cards else None,
    )


def _order(asked: Asked, look: Look) -> Html:
    kind = {"new": "plain", "processing": "plain", "done": "good"}[asked.mode]
    what = look(f"sold_{asked.counter.name}", count=asked.quantity)
    return tag(
        "li",
        tag("span", f"{what} · @{asked.username}"),
        tag(
            "span",
            f"{asked.coins:.2f} {asked.method.partition('_')[0].upper()}",
            class_="small",
        ),
        tag("span", look(f"fragment_{asked.mode}"), class_=f"pill {kind}"),
    )


def desk_of(id: str, title: str, *within: Any) -> Html:
    """A part of the page about one of them."""
    return tag(
        "section",
        tag("h3", title, id=f"{id}-title"),
        *within,
        id=id,
        class_="desk",
        aria_labelledby=f"{id}-title",
        tabindex="-1",
    )


def nothing(words: str) -> Html:
    """There is nothing there yet."""
    return tag("p", words, class_="nothing")


def _short(text: str) -> str:
    return text if len(text) <= 22 else f"{text[:10]}…{text[-8:]}"


def _clock(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone():%H:%M}"
