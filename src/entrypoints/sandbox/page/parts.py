"""The page, and the parts of it that change."""

from collections.abc import Callable, Mapping
from typing import Final

from ..world import World
from . import chat, inside, outside, stickers, trouble
from .forms import button
from .html import Child, Html, tag
from .insight import Insight
from .look import PATH, Look
from .phone import Phone, phone
from .scenarios import Stage

VIEWS: Final = ("chat", "outside", "inside", "trouble")
DOCTYPE: Final = Html("<!doctype html>\n")


async def parts(
    world: World, insight: Insight, stage: Stage, its: Phone, look: Look
) -> Mapping[str, Html]:
    """Each under its name, as it is now."""
    seen = await insight.of(look.who)
    found: dict[str, Html | None] = {
        "state": inside.state(world, look),
        "messages": chat.messages(world, look),
        "note": chat.checkout(world, look),
        "phone": phone(world, its, look),
        "menus": chat.writing(world, look),
        "heleket": outside.heleket(world, seen, look),
        "wallet": outside.wallet(world, look),
        "fragment": outside.fragment(world, look),
        "stickerdom": stickers.stickerdom(world, seen, look),
        "balance": inside.balance(seen, look),
        "payments": inside.payments(seen, look),
        "purchases": inside.purchases(seen, look),
        "refunds": inside.refunds(seen, look),
        "postings": inside.postings(seen, look),
        "events": inside.happenings(insight, look),
        "health": inside.health(seen, look),
        "calls": inside.calls(world, look),
        "scenarios": trouble.scenarios(stage, look),
        "altyn": trouble.altyn(world, look),
        "weather": trouble.weather(world, look),
    }
    return {name: html or Html("") for name, html in found.items()}


def document(look: Look, its: Mapping[str, Html], api: str) -> Html:
    """All of it."""

    def part(name: str, kind: str = "div", class_: str = "") -> Html:
        return tag(kind, its[name], data_part=name, class_=class_ or None)

    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", look("title")),
        tag("link", rel="icon", type="image/svg+xml", href=f"{PATH}/coin.svg"),
        tag("link", rel="stylesheet", href=f"{PATH}/page.css"),
        tag("script", type="module", src=f"{PATH}/page.js"),
    )
    body = tag(
        "body",
        tag("a", look("skip"), href="#chat", class_="skip"),
        _header(look, part("state"), api),
        tag(
            "main",
            _view("chat", look, _chat(look, part)),
            _view(
                "outside",
                look,
                *(part(name) for name in ("heleket", "wallet", "fragment", "stickerdom")),
                titled=True,
            ),
            _tabs(look, "beside", VIEWS[2:]),
            _view(
                "inside",
                look,
                part("balance"),
                *(
                    part(name)
                    for name in ("payments", "purchases", "refunds", "postings", "events")
                ),
                tag("h3", look("health")),
                part("health"),
                tag("h3", look("calls")),
                part("calls"),
                titled=True,
            ),
            _view(
                "trouble",
                look,
                tag("h3", look("scenarios")),
                part("scenarios"),
                tag("h3", look("faults")),
                part("altyn"),
                part("weather"),
                titled=True,
            ),
        ),
        _tabs(look, "below", VIEWS),
        tag(
            "p",
            id="toast",
            role="alert",
            hidden=True,
            data_impossible=look("impossible"),
            data_lost=look("lost"),
        ),
    )
    return Html(DOCTYPE + tag("html", head, body, lang=look.language))


def _header(look: Look, state: Html, api: str) -> Html:
    other = look.in_("en" if look.language == "ru" else "ru")
    return tag(
        "header",
        tag("img", src=f"{PATH}/coin.svg", alt="", width="28", height="28"),
        tag("h1", "Altyn ", tag("span", look("sandbox"))),
        tag("p", look("tagline")),
        state,
        api
        and tag(
            "a",
            look("api"),
            href=f"{api}/docs",
            rel="noopener",
            target="_blank",
            class_="quiet api",
        ),
        tag(
            "a",
            look("language"),
            href=other.url(),
            lang=other.language,
            hreflang=other.language,
            class_="quiet",
        ),
    )


def _view(name: str, look: Look, *within: Child, titled: bool = False) -> Html:
    title = tag("h2", look(name), id=f"{name}-title", class_=None if titled else "unseen")
    return tag(
        "section",
        title,
        *within,
        id=name,
        class_="view",
        aria_labelledby=f"{name}-title",
        tabindex="-1",
    )


def _tabs(look: Look, where: str, views: tuple[str, ...]) -> Html:
    short = where == "below"
    links = [
        tag(
            "a",
            look(f"{each}_short" if short and each in VIEWS[2:] else each),
            href=f"#{each}",
            data_view=each,
        )
        for each in views
    ]
    return tag("nav", links, class_=f"tabs {where}", aria_label=look("views"))


def _chat(look: Look, part: Callable[[str], Html]) -> Child:
    written = tag(
        "form",
        tag("label", look("write"), for_="text", class_="unseen"),
        tag(
            "input",
            id="text",
            name="text",
            type="text",
            autocomplete="off",
            maxlength="4096",
            placeholder=look("write"),
            required=True,
        ),
        button("➤", class_="send", aria_label=look("send")),
        method="post",
        action=look.url("/do/say"),
        id="composer",
    )
    top = tag(
        "div",
        tag("span", "Au", class_="face gold", aria_hidden="true"),
        tag("span", tag("b", look("bot")), tag("span", look("bot_kind"), class_="small")),
        class_="bot",
    )
    return [
        chat.people(look),
        top,
        tag(
            "div",
            part("messages"),
            class_="talk",
            tabindex="0",
            role="region",
            aria_label=look("messages"),
        ),
        part("note"),
        part("phone"),
        tag("div", part("menus"), written, class_="writing"),
    ]
