"""The page of the sandbox: who may use it, and that words stay words."""

import asyncio
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from altyn.adapters.memory import ManualClock
from altyn.core import payments, purchases
from altyn.core.balances import ADJUSTMENT, BONUS, CORRECTION, PURCHASE, RECHARGE, REFUND
from altyn.entrypoints.sandbox import shop
from altyn.entrypoints.sandbox.faults import Fault
from altyn.entrypoints.sandbox.heleket_invoices import STATES_OF_THE_END
from altyn.entrypoints.sandbox.page import Page, chat, inside, words
from altyn.entrypoints.sandbox.page.guard import refusal
from altyn.entrypoints.sandbox.page.html import Html, inner, tag
from altyn.entrypoints.sandbox.page.insight import Seen
from altyn.entrypoints.sandbox.page.links import Links, transfer_in
from altyn.entrypoints.sandbox.page.look import Look
from altyn.entrypoints.sandbox.page.scenarios import SCENARIOS
from altyn.entrypoints.sandbox.page.telegram_text import shown
from altyn.entrypoints.sandbox.people import PEOPLE
from altyn.entrypoints.sandbox.stickerdom_wire import BOT
from altyn.entrypoints.sandbox.telegram_html import plain_of
from altyn.entrypoints.sandbox.telegram_sales import Outcome
from altyn.entrypoints.sandbox.world import DESKS, World

ANN = Look(PEOPLE[0], "en")
HERE = ("host", "127.0.0.1:8421")
OWN = ("origin", "http://127.0.0.1:8421")


def asked(method: str, *headers: tuple[str, str], client: str = "127.0.0.1") -> dict[str, Any]:
    """A request."""
    told = [(name.encode(), value.encode()) for name, value in headers]
    return {"type": "http", "method": method, "client": (client, 5), "headers": told}


@pytest.mark.parametrize(
    "scope",
    [
        asked("GET", HERE),
        asked("GET", ("host", "localhost:8421")),
        asked("GET", ("host", "[::1]:8421"), client="::1"),
        asked("POST", HERE, OWN, ("sec-fetch-site", "same-origin")),
    ],
)
def test_a_browser_on_this_machine_may(scope: dict[str, Any]) -> None:
    """Under any name of its own; and what changes something comes from our page."""
    assert refusal(scope) == ""


@pytest.mark.parametrize(
    "scope",
    [
        asked("GET", HERE, client="192.0.2.7"),
        asked("GET", HERE, client="nowhere"),
        asked("GET"),
        asked("GET", HERE, HERE),
        asked("GET", ("host", "evil.example")),
        asked("GET", ("host", "127.0.0.1.evil.example:8421")),
        asked("GET", ("host", "[bad")),
        asked("POST", HERE),
        asked("POST", HERE, ("origin", "null")),
        asked("POST", HERE, ("origin", "http://evil.example")),
        asked("POST", HERE, ("origin", "http://127.0.0.1:9999")),
        asked("POST", HERE, ("origin", "https://127.0.0.1:8421")),
        asked("POST", HERE, OWN, ("sec-fetch-site", "cross-site")),
        asked("DELETE", HERE),
    ],
)
def test_nobody_else_may(scope: dict[str, Any]) -> None:
    """Not from elsewhere, not under a foreign name, and not from a page of another site."""
    assert refusal(scope)


def test_text_is_written_as_text() -> None:
    """In elements and in attributes, whatever it is."""
    evil, safe = '<script>"&', "&lt;script&gt;&quot;&amp;"
    assert tag("p", evil, title=evil) == f'<p title="{safe}">{safe}</p>'
    assert tag("input", checked=True, disabled=False, value=None) == "<input checked>"
    assert inner(["a", None, Html("<br>")]) == "a<br>"


@pytest.mark.parametrize(
    ("written", "html"),
    [
        ("a &lt;b&gt; <b>c &amp; d</b>", "a &lt;b&gt; <b>c &amp; d</b>"),
        ("👋 <b>one <i>two</i></b> three", "👋 <b>one <i>two</i></b> three"),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="https://a.example/?b&amp;c">x</a>', None),
    ],
)
def test_what_a_bot_wrote_is_shown_as_it_meant_it(written: str, html: str | None) -> None:
    """Entities lie in each other, are counted in UTF-16, and lead nowhere but to websites."""
    text, entities = plain_of(written)
    found = shown(text, entities, Links(ANN))
    if html is None:
        assert 'href="https://a.example/?b&amp;c" rel="noopener noreferrer"' in found
    else:
        assert found == html


def test_names_of_people_are_text_in_the_chat(tmp_path: Path) -> None:
    """Also what they write themselves."""
    world = World.open(ManualClock(), tmp_path, ["altyn"])
    world.desks.telegram.say(ANN.who.user, "<img src=x onerror=alert(1)>")
    html = chat.messages(world, ANN)
    assert "&lt;img src=x" in html
    assert "<img" not in html


def test_a_link_to_a_wallet_says_what_to_send() -> None:
    """And anything else is none."""
    link = "https://app.tonkeeper.com/transfer/UQC?amount=5&text=a%20b"
    found = transfer_in(link)
    assert found is not None
    assert (found.to, found.units, found.text, found.in_dollars) == ("UQC", 5, "a b", False)
    dollars = transfer_in(f"{link}&jetton=EQ")
    assert dollars is not None
    assert dollars.in_dollars
    assert transfer_in("https://a.example/") is None
    assert transfer_in("https://app.tonkeeper.com/transfer/UQC?amount=x") is None


def test_everything_is_said_in_both_languages() -> None:
    """With the same facts."""
    for word, said in words.WORDS.items():
        assert len(said) == len(words.LANGUAGES), word
        assert all(said), word
        first, *others = [sorted(re.findall(r"\{(\w+)\}", each)) for each in said]
        assert others == [first], word


def test_every_state_has_a_word() -> None:
    """Whatever becomes of something, the page can say it."""
    states = {
        "payment": payments.State,
        "refund": payments.RefundState,
        "purchase": purchases.State,
        "kind": purchases.Kind,
        "altyn": shop.State,
    }
    wanted = {f"{name}_{each}" for name, kind in states.items() for each in kind}
    wanted |= {f"method_{each}" for each in ("heleket", "stars", "cards", "ton")}
    wanted |= {
        f"entry_{each}" for each in (ADJUSTMENT, BONUS, CORRECTION, PURCHASE, RECHARGE, REFUND)
    }
    wanted |= {f"heleket_{each}" for each in STATES_OF_THE_END}
    wanted |= {f"desk_{each}" for each in DESKS} | SCENARIOS.keys()
    wanted |= {f"checkout_{each}" for each in Outcome} - {"checkout_paid"}
    assert wanted <= words.WORDS.keys()


def test_what_stands_in_the_ledger_has_words_where_it_is_ours() -> None:
    """Kinds and accounts of the house do; those of others are shown as they are named."""
    entry = {
        "change": {"amount": "1.00", "asset": "RUB"},
        "after": {"amount": "1.00", "asset": "RUB"},
        "at": "2026-01-01T12:00:00+00:00",
    }
    entries = [
        {**entry, "counterpart": "exchange:heleket", "kind": "recharge"},
        {**entry, "counterpart": "user:7", "kind": "gift"},
    ]
    html = inside.postings(Seen(entries=entries), Look(ANN.who, "ru"))
    for said in ("обмен: heleket", "<td>пополнение</td>", "user:7", "<td>gift</td>"):
        assert said in html


def test_the_language_is_that_of_the_browser_until_somebody_chooses() -> None:
    """And one is somebody who speaks it."""
    assert Look.of({}, "ru-RU,ru;q=0.9").language == "ru"
    assert Look.of({}, "ru-RU").who.user.language_code == "ru"
    assert Look.of({"lang": "en", "who": "vera"}, "ru") == Look(PEOPLE[2], "en")
    assert Look.of({"lang": "xx", "who": "nobody"}, "") == ANN


def test_weather_comes_when_nothing_is_planned(tmp_path: Path) -> None:
    """A storm refuses all, errors some of hundred, and calm none."""
    world = World.open(ManualClock(), tmp_path, ["altyn"])
    faults, weather = world.desks.heleket.faults, world.weathers["heleket"]
    assert faults.next("/x") is None
    weather.storm = True
    faults.plan("/x", Fault.GARBAGE_AFTER)
    assert [faults.next("/x"), faults.next("/x")] == [Fault.GARBAGE_AFTER, Fault.BUSY]
    world.calm()
    assert weather.is_calm
    weather.errors_percent = 30
    found = [faults.next("/x") for _ in range(1000)]
    assert 200 < sum(each is not None for each in found) < 400
    assert set(found) == {None, Fault.FAIL_BEFORE, Fault.FAIL_AFTER}


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """At the page of a world in which Altyn was not started."""
    world = World.open(ManualClock(), tmp_path, ["altyn"])
    page: Any = Page(world, asyncio.Event(), ["altyn"])
    transport = httpx.ASGITransport(app=page, client=("127.0.0.1", 5))
    address = "http://127.0.0.1:8421"
    async with httpx.AsyncClient(transport=transport, base_url=address) as client:
        yield client


async def test_the_page_is_of_one_piece(browser: httpx.AsyncClient) -> None:
    """Small, in the language that is wanted, and nothing in it comes from elsewhere."""
    sizes = []
    for path in ("/sandbox?lang=ru", "/sandbox/page.css", "/sandbox/page.js", "/sandbox/coin.svg"):
        answer = await browser.get(path)
        assert answer.status_code == 200
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        sizes.append(len(answer.content))
    assert sum(sizes) < 60_000
    html = (await browser.get("/sandbox", headers={"Accept-Language": "ru"})).text
    assert '<html lang="ru">' in html
    assert "Вы – Вера" in html
    assert "<script>" not in html
    assert " style=" not in html
    assert (await browser.get("/")).headers["location"] == "/sandbox"


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/sandbox", {"Host": "evil.example"}, 403),
        ("POST", "/sandbox/do/kill", {}, 403),
        ("POST", "/sandbox/do/kill", {"Origin": "https://evil.example"}, 403),
        ("POST", "/sandbox/do/kill", dict([OWN]), 303),
        ("POST", "/sandbox/do/kill", {**dict([OWN]), "Accept": "application/json"}, 204),
        ("POST", "/sandbox/do/nothing", dict([OWN]), 409),
        ("POST", "/sandbox/do/tap", dict([OWN]), 409),
        ("POST", "/sandbox/do/stock", dict([OWN]), 409),
        ("POST", "/elsewhere", dict([OWN]), 404),
        ("PUT", "/sandbox", dict([OWN]), 405),
        ("GET", "/sandbox/app.py", {}, 404),
    ],
)
async def test_what_is_asked_is_answered(
    browser: httpx.AsyncClient, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    """What cannot be done is told, and nobody does anything here from a page of another site."""
    assert (await browser.request(method, path, headers=headers)).status_code == status


async def test_a_button_opens_a_mini_app(tmp_path: Path) -> None:
    """In a window of its own, at the address that the bot gave, with who taps it; no other."""
    world = World.open(ManualClock(), tmp_path, ["altyn"])
    look, app = Look(PEOPLE[0], "en"), "http://localhost:5173/shop"
    world.desks.telegram.say(look.user, "/start")
    (message,) = world.desks.telegram.chats.messages[look.user.id]
    keys = [[{"text": "Shop", "web_app": {"url": app}}]]
    message["reply_markup"] = {"inline_keyboard": keys}
    html = chat.messages(world, look)
    assert 'target="_blank"' in html
    page: Any = Page(world, asyncio.Event(), ["altyn"])
    transport = httpx.ASGITransport(app=page, client=("127.0.0.1", 5))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8421") as client:
        link = unescape(html.partition('href="')[2].partition('"')[0])
        answer = await client.get(link)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(f"{app}#tgWebAppData=query_id")
        assert (await client.get(link.replace("5173", "80"))).status_code == 404


async def test_calls_are_shown_without_secrets(tmp_path: Path) -> None:
    """The token is in the address of each call of a bot, and keys are among what is set."""
    world = World.open(ManualClock(), tmp_path, ["altyn"])
    desk, door = world.desks.telegram, world.doors[0]
    app: Any = door.app
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://telegram") as bot:
        for _ in range(2):
            await bot.post(f"/bot{desk.token}/getMe", json={"evil": desk.provider_token})
        await bot.post("/bot1:x/getMe", data={"evil": desk.provider_token, "more": "a b"})
    shop: Any = world.doors[-1].app
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=shop)) as altyn:
        told = await altyn.post("http://stickerdom/opener", json={"bot_id": BOT})
        await altyn.post("http://stickerdom/api/v1/auth", content=told.json()["init_data"])
    call, form, opened, signed_in = world.record.calls
    assert (opened.what, opened.status, signed_in.status) == ("/opener", 200, 200)
    assert signed_in.said == "•••"
    assert (call.desk, call.what, call.status, call.times) == ("telegram", "/getMe", 200, 2)
    assert call.said == '{"evil": "•••"}'
    assert (form.what, form.status, form.said) == ("/getMe", 401, "evil=•••\nmore=a b")
