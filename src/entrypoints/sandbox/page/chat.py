"""The chat with the bot: what was said, and all that can be tapped, pressed and paid."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from ..people import PEOPLE
from ..telegram_chats import Message
from ..telegram_sales import Outcome
from ..world import World
from .forms import button, form
from .html import Html, tag
from .links import INVOICE, Links
from .look import Look
from .telegram_text import shown

SHOWN_MAX: Final = 60


def people(look: Look) -> Html:
    """Whose chat it is, and the others."""
    return tag(
        "nav",
        [
            tag(
                "a",
                tag("span", each.user.first_name[0], class_="face", aria_hidden="true"),
                each.user.first_name,
                href=look.as_(each).url(),
                class_="person",
                aria_current="page" if each is look.who else None,
            )
            for each in PEOPLE
        ],
        class_="people",
        aria_label=look("people"),
    )


def messages(world: World, look: Look) -> Html:
    """What was said, the oldest first."""
    found = world.desks.telegram.chats.messages.get(look.who.user.id, [])[-SHOWN_MAX:]
    if not found:
        return tag(
            "div",
            tag("p", look("chat_empty", name=look.who.user.first_name)),
            form(look, "say", button(look("start"), class_="key wide"), text="/start"),
            class_="nothing",
        )
    return tag(
        "ol",
        [_message(world, each, look) for each in found],
        class_="messages",
        aria_label=look("messages"),
    )


def _message(world: World, message: Message, look: Look) -> Html:
    mine = not message["from"]["is_bot"]
    at = datetime.fromtimestamp(message["date"], UTC).astimezone()
    edited = look("edited") if "edit_date" in message else None
    return tag(
        "li",
        tag(
            "div",
            _content(message, look),
            tag(
                "span",
                [
                    edited and tag("i", edited, " "),
                    tag("time", f"{at:%H:%M}", datetime=at.isoformat()),
                ],
                class_="when",
            ),
            class_="bubble",
        ),
        _keyboard(world, message, look),
        class_="mine" if mine else "its",
    )


def _content(message: Message, look: Look) -> Html:
    if "text" in message:
        return tag(
            "div", shown(message["text"], message.get("entities", []), Links(look)), class_="text"
        )
    if "invoice" in message:
        its = message["invoice"]
        return tag(
            "div",
            tag("b", its["title"]),
            tag("span", its["description"]),
            tag("strong", price(its["total_amount"], its["currency"])),
            class_="text invoice",
        )
    for kind, words in (("successful_payment", "you_paid"), ("refunded_payment", "you_got_back")):
        if kind in message:
            paid = message[kind]
            amount = price(paid["total_amount"], paid["currency"])
            return tag("div", look(words, amount=amount), class_="text service")
    return tag("div", f"📎 {look('file')}", class_="text")


def price(units: int, currency: str) -> str:
    """As Telegram shows it."""
    if currency == "XTR":
        return f"⭐ {units}"
    return f"{units // 100}.{units % 100:02} {currency}"


def _keyboard(world: World, message: Message, look: Look) -> Html | None:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    if "invoice" in message and not rows:
        rows = [[{"text": look("pay"), "pay": True}]]
    if not rows:
        return None
    return tag(
        "div",
        [
            tag("div", [_key(world, each, message, look) for each in row], class_="row")
            for row in rows
        ],
        class_="keys",
    )


def _key(world: World, key: Mapping[str, Any], message: Message, look: Look) -> Html:
    words, id = key["text"], str(message["message_id"])
    if "callback_data" in key:
        pressed = button(words, class_="key")
        return form(look, "tap", pressed, message=id, data=key["callback_data"])
    if key.get("pay"):
        return form(look, "pay", button(words, class_="key pay"), message=id)
    if "web_app" in key:
        leads = f"{look.url('/launch')}&{urlencode({'app': key['web_app']['url']})}"
        return _leads(words, href=leads, rel="noopener noreferrer", target="_blank")
    url = key.get("url", "")
    if url.startswith(INVOICE):
        return form(look, "pay", button(words, class_="key pay"), link=url)
    return _leads(words, **Links(look).to(url))


def _leads(words: str, **where: str | None) -> Html:
    return tag("a", words, tag("span", " ↗", aria_hidden="true"), class_="key", **where)


def checkout(world: World, look: Look) -> Html | None:
    """What became of the last wish to pay, while that is news."""
    mine = [
        each
        for each in world.desks.telegram.sales.checkouts.values()
        if each.payer.id == look.who.user.id
    ]
    if not mine or mine[-1].outcome is Outcome.PAID:
        return None
    last = mine[-1]
    return tag("p", look(f"checkout_{last.outcome}", why=last.why), class_="note", role="status")


def writing(world: World, look: Look) -> Html:
    """What the person can do: choose a command, or write."""
    listed = _commands(world, look)
    return tag(
        "div",
        listed
        and tag(
            "details",
            tag("summary", "/", aria_label=look("commands"), title=look("commands")),
            tag(
                "div",
                [
                    form(
                        look,
                        "say",
                        button(
                            tag("b", f"/{each['command']}"),
                            " ",
                            each["description"],
                            class_="command",
                        ),
                        text=f"/{each['command']}",
                    )
                    for each in listed
                ],
                class_="commands",
            ),
            class_="menu",
        ),
        class_="menus",
    )


def _commands(world: World, look: Look) -> Sequence[Mapping[str, str]]:
    """As Telegram chooses them: of the chat, in its language, else of all and in any."""
    kept = world.desks.telegram.talk.commands
    user = look.user
    scopes = (
        f'{{"chat_id": {user.id}, "type": "chat"}}',
        '{"type": "all_private_chats"}',
        '{"type": "default"}',
    )
    for scope in scopes:
        for language in (user.language_code, ""):
            if found := kept.get((scope, language)):
                return found
    return []
