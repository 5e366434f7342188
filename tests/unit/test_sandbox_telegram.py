"""Telegram on this machine: what it answers, what it charges, and what it never does."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from attrs import frozen
from httpx import ASGITransport, AsyncClient, Response

from altyn.adapters.memory import ManualClock
from altyn.entrypoints.sandbox import Fault, TelegramDesk
from altyn.entrypoints.sandbox.telegram_chats import User
from altyn.entrypoints.sandbox.telegram_sales import Checkout, Outcome
from altyn.entrypoints.sandbox.telegram_wire import BODY_BYTES_MAX
from altyn.entrypoints.testkit import run_virtually

HOOK = "https://shop.example/webhooks/telegram"
GOODS: Mapping[str, Any] = {
    "title": "Fifty coins",
    "description": "To spend here",
    "payload": "order-1",
    "currency": "XTR",
    "prices": [{"label": "Coins", "amount": 50}],
}
CARD: Mapping[str, Any] = {
    **GOODS,
    "currency": "RUB",
    "prices": [{"label": "Mug", "amount": 45000}, {"label": "Discount", "amount": -5000}],
}


@frozen
class Bot:
    """A bot that calls the desk."""

    client: AsyncClient
    token: str

    async def post(self, method: str, **request: Any) -> Response:
        """Whatever comes back."""
        return await self.client.post(f"/bot{self.token}/{method}", **request)

    async def __call__(self, method: str, **params: Any) -> Any:
        """The result."""
        response = await self.post(method, json=params)
        said = response.json()
        assert (response.status_code, said["ok"]) == (200, True), said
        return said["result"]

    async def refused(self, method: str, **params: Any) -> str:
        """The code and the reason for the no."""
        response = await self.post(method, json=params)
        said = response.json()
        assert (said["ok"], said["error_code"]) == (False, response.status_code)
        return f"{said['error_code']} {said['description']}"

    async def updates(self, **params: Any) -> list[Any]:
        """What there is to fetch."""
        fetched = await self("getUpdates", **params)
        assert isinstance(fetched, list)
        return fetched

    async def answer(self, checkout: Checkout, ok: bool = True, **params: Any) -> None:
        """Agree to it, or not."""
        await self("answerPreCheckoutQuery", pre_checkout_query_id=checkout.id, ok=ok, **params)

    async def sell(self, desk: TelegramDesk, payer: User, **how: Any) -> str:
        """A charge that was made for a link to the goods."""
        link = await self("createInvoiceLink", **{**GOODS, **how.pop("goods", {})})
        checkout = desk.pay(link, payer, **how)
        await self.answer(checkout)
        assert checkout.charge
        return checkout.charge.id

    async def transactions(self, **params: Any) -> list[Any]:
        """Those of its Stars."""
        told = await self("getStarTransactions", **params)
        assert list(told) == ["transactions"]
        return list(told["transactions"])


def bot_of(desk: TelegramDesk) -> Bot:
    """Its own bot."""
    return Bot(AsyncClient(transport=ASGITransport(desk), base_url="http://desk"), desk.token)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> TelegramDesk:
    return TelegramDesk(clock)


@pytest.fixture
def anna(desk: TelegramDesk) -> User:
    return desk.join("Anna", username="anna", language_code="ru")


@pytest.fixture
async def bot(desk: TelegramDesk) -> AsyncIterator[Bot]:
    async with (bot := bot_of(desk)).client:
        yield bot


# How it is asked, and how it answers.


async def test_a_bot_is_who_its_token_says(desk: TelegramDesk, bot: Bot) -> None:
    """Its id is the number before the colon; names of methods may be written in any case."""
    told = await bot("getme")
    assert (told["id"], told["is_bot"], told["username"]) == (4200000042, True, desk.username)
    assert desk.calls == ["getMe"]
    assert (await bot.client.get(f"/bot{desk.token}/getMe")).json()["result"] == told


async def test_nobody_else_is_the_bot(desk: TelegramDesk, bot: Bot) -> None:
    """Another token is 401, another method or place 404, and none of it is done."""
    other = Bot(bot.client, desk.token + "x")
    assert await other.refused("createInvoiceLink", **GOODS) == "401 Unauthorized"
    assert await bot.refused("makeMeRich") == "404 Not Found: method not found"
    for path in ("/", "/bot", f"/bot{desk.token}", f"/{desk.token}/getMe"):
        assert (await bot.client.get(path)).json()["error_code"] == 404
    assert (desk.calls, desk.sales.links) == (["makeMeRich"], {})
    assert desk.token not in repr(desk)
    assert desk.provider_token not in repr(desk)


MULTIPART = (
    "--b 1\r\n"
    'Content-Disposition: form-data; name="text"\r\n\r\n'
    "Привет,\r\n--b\r\n мир\r\n"
    "--b 1\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    'Content-Disposition: form-data; name="chat_id"\r\n\r\n'
    "7000000001\r\n"
    "--b 1\r\n"
    'Content-Disposition: form-data; filename="a.png"; name="photo"\r\n\r\n'
    "chat_id\r\n"
    "--b 1--\r\n"
).encode()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            "application/json",
            b'{"chat_id":7000000001,"text":"\\u041f\xd1\x80\xd0\xb8","reply_markup":null}',
        ),
        ("Application/JSON; charset=utf-8", b'{"chat_id":"7000000001","text":"\xd0\x9f"}'),
        ("application/x-www-form-urlencoded", b"chat_id=7000000001&text=%D0%9F+%D0%B9&x="),
        ('multipart/form-data; boundary="b 1"', MULTIPART),
    ],
)
async def test_a_body_may_be_written_in_any_of_three_ways(
    desk: TelegramDesk, bot: Bot, anna: User, kind: str, body: bytes
) -> None:
    """And says the same in each."""
    desk.say(anna, "/start")
    headers = {"Content-Type": kind}
    response = await bot.post("sendMessage", content=body, headers=headers)
    told = response.json()["result"]
    assert told["chat"]["id"] == anna.id
    assert told["text"][0] == "П"
    if "multipart" in kind:
        assert told["text"] == "Привет,\r\n--b\r\n мир"


async def test_a_query_says_it_as_well(desk: TelegramDesk, bot: Bot, anna: User) -> None:
    """With GET, and beside a body."""
    desk.say(anna, "/start")
    query = {"chat_id": str(anna.id), "text": "hello"}
    response = await bot.client.get(f"/bot{desk.token}/sendMessage", params=query)
    assert response.json()["result"]["text"] == "hello"
    response = await bot.post("sendMessage", params=query, data={"text": "the body wins"})
    assert response.json()["result"]["text"] == "the body wins"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b"[" * 100_000),
        ("application/json", b'{"text":"\xff"}'),
        ("application/json", b'{"text":"\\ud800"}'),
        ("application/json", b'{"chat_id":1e3,"text":"x"}'),
        ("application/json", json.dumps({str(each): 1 for each in range(201)}).encode()),
        ("application/x-www-form-urlencoded", b"text=%ff"),
        ("application/x-www-form-urlencoded", b"text=\xff"),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 1000)),
        ("multipart/form-data; boundary=b", b'--b\r\nX: ; name="text"\r\n\r\n\xff\r\n--b--'),
        ("multipart/form-data; boundary=b", b'--b\r\nX: ; name="chat_id"\r\n\r\n7\r\n' * 1000),
        ("multipart/form-data", b"--"),
        ("text/plain", b"chat_id=7000000001&text=hello"),
    ],
)
async def test_what_cannot_be_read_is_a_bad_request(bot: Bot, kind: str, body: bytes) -> None:
    """Said so, and not a failure of the server."""
    response = await bot.post("sendMessage", content=body, headers={"Content-Type": kind})
    assert (response.status_code, response.json()["error_code"]) == (400, 400)
    assert response.json()["description"].startswith("Bad Request: ")


async def test_too_much_is_not_read(bot: Bot) -> None:
    """However it is written."""
    response = await bot.post("sendMessage", content=b" " * (BODY_BYTES_MAX + 1))
    assert (response.status_code, response.json()["error_code"]) == (413, 413)


@pytest.mark.parametrize(
    ("fault", "code", "done"),
    [(Fault.BUSY, 429, 0), (Fault.FAIL_BEFORE, 500, 0), (Fault.FAIL_AFTER, 500, 1)],
)
async def test_faults_speak_as_telegram_does(
    desk: TelegramDesk, bot: Bot, fault: Fault, code: int, done: int
) -> None:
    """Of the method that they were planned for, once each, done or not done."""
    desk.faults.plan("createInvoiceLink", fault)
    await bot("getMe")
    assert (await bot.refused("createInvoiceLink", **GOODS)).startswith(str(code))
    assert len(desk.sales.links) == done
    await bot("createInvoiceLink", **GOODS)
    desk.faults.plan("getMe", Fault.BUSY)
    busy = (await bot.post("getMe")).json()
    assert busy["parameters"] == {"retry_after": 1}


async def test_an_answer_may_be_nonsense(desk: TelegramDesk, bot: Bot) -> None:
    """Or say more than it brings; it was done all the same."""
    desk.faults.plan("createInvoiceLink", Fault.GARBAGE_AFTER, Fault.CUT_AFTER)
    response = await bot.post("createInvoiceLink", json=GOODS)
    assert response.text.startswith("<html>")
    response = await bot.post("createInvoiceLink", json=GOODS)
    assert int(response.headers["content-length"]) > len(response.content)
    assert len(desk.sales.links) == 2
    desk.faults.plan("createInvoiceLink", Fault.FAIL_AFTER)
    wrong = {**GOODS, "payload": ""}
    assert (await bot.refused("createInvoiceLink", **wrong)).startswith("500")


def test_an_answer_may_never_come() -> None:
    """It was done all the same."""

    async def story() -> int:
        desk = TelegramDesk(ManualClock())
        desk.faults.plan("createInvoiceLink", Fault.HANG_AFTER)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3600):
                await bot_of(desk)("createInvoiceLink", **GOODS)
        return len(desk.sales.links)

    assert run_virtually(story()) == 1


async def test_buttons_open_mini_apps(desk: TelegramDesk, bot: Bot) -> None:
    """At addresses with HTTPS, as Telegram has it, or on this machine, as the sandbox has it."""
    ann = desk.join("Ann")
    desk.say(ann, "/start")

    def asked(url: str) -> dict[str, Any]:
        keys = [[{"text": "Open", "web_app": {"url": url}}]]
        return {"chat_id": ann.id, "text": "!", "reply_markup": {"inline_keyboard": keys}}

    for url in ("http://app.example/", "https://", "javascript:1", "http://[", "http://10.0.0.1/"):
        assert "Only HTTPS links are allowed" in await bot.refused("sendMessage", **asked(url))
    for url in (
        "https://app.example/#x",
        "http://localhost:5173/",
        "http://127.0.0.1/",
        "http://[::1]/",
    ):
        await bot("sendMessage", **asked(url))
    for rows in (5, [5], [[5]], [[{"text": "!", "web_app": 5}]]):
        wrong = {**asked("https://app.example/"), "reply_markup": {"inline_keyboard": rows}}
        assert "can't parse" in await bot.refused("sendMessage", **wrong)
    assert desk.launch(ann, "http://[::1]/").startswith("http://[::1]/#tgWebAppData=")
    assert desk.launch(ann, "https://app.example/#x").startswith("https://app.example/#x&tgWeb")
    with pytest.raises(LookupError, match="no button opens"):
        desk.launch(ann, "https://elsewhere.example/")


# Updates.


async def test_updates_are_fetched_until_they_are_confirmed(
    desk: TelegramDesk, bot: Bot, anna: User
) -> None:
    """By an offset above them; a limit cuts, and an offset from the end forgets."""
    for text in "abcde":
        desk.say(anna, text)
    texts = [each["message"]["text"] for each in await bot.updates()]
    assert texts == list("abcde")
    assert [each["update_id"] for each in await bot.updates(limit=2)] == [1, 2]
    assert [each["update_id"] for each in await bot.updates(limit=0)] == [1]
    assert [each["update_id"] for each in await bot.updates(offset=3)] == [3, 4, 5]
    assert [each["update_id"] for each in await bot.updates(offset=-1)] == [5]
    assert [each["update_id"] for each in await bot.updates()] == [5]
    assert await bot.updates(offset=6) == []
    desk.updates.next_id = 3
    desk.say(anna, "after a quiet week")
    assert [each["update_id"] for each in await bot.updates()] == [3]


async def test_no_more_than_a_hundred_at_once(desk: TelegramDesk, bot: Bot, anna: User) -> None:
    """Whatever is asked for."""
    for _ in range(101):
        desk.say(anna, "hello")
    assert len(await bot.updates(limit=1000)) == len(await bot.updates()) == 100


def test_a_long_poll_waits_for_what_is_new() -> None:
    """No longer than was asked for, and not at all when something is there."""

    async def story() -> list[Any]:
        desk = TelegramDesk(ManualClock())
        bot, anna = bot_of(desk), desk.join("Anna")
        loop = asyncio.get_running_loop()
        found: list[Any] = [await bot.updates(timeout=20), loop.time()]
        polling = asyncio.create_task(bot.updates(timeout=20))
        await asyncio.sleep(5)
        desk.say(anna, "hello")
        found += [[each["message"]["text"] for each in await polling], loop.time()]
        found += [len(await bot.updates(timeout=20)), loop.time()]
        found += [await bot.updates(timeout=10**6, offset=2), loop.time()]
        return found

    assert run_virtually(story()) == [[], 20, ["hello"], 25, 1, 25, [], 75]


def test_one_consumer_at_a_time() -> None:
    """The newer poll ends the older, as a webhook does."""

    async def story() -> list[Any]:
        desk = TelegramDesk(ManualClock())
        bot, anna = bot_of(desk), desk.join("Anna")
        older = asyncio.create_task(bot.refused("getUpdates", timeout=50))
        await asyncio.sleep(1)
        newer = asyncio.create_task(bot.updates(timeout=50))
        await asyncio.sleep(1)
        found: list[Any] = [older.done()]
        desk.say(anna, "hello")
        found += [(await older)[:33], len(await newer)]
        last = asyncio.create_task(bot.refused("getUpdates", timeout=50, offset=2))
        await asyncio.sleep(1)
        await bot("setWebhook", url=HOOK)
        return [*found, await last, asyncio.get_running_loop().time()]

    assert run_virtually(story()) == [
        True,
        "409 Conflict: terminated by other",
        1,
        "409 Conflict: terminated by setWebhook request",
        3,
    ]


def test_a_poll_ends_with_whoever_made_it() -> None:
    """Nobody holds the line for a bot that is gone."""

    async def story() -> float:
        desk = TelegramDesk(ManualClock())
        requests: list[Any] = [{"type": "http.request", "body": b'{"timeout":50}'}]
        told: list[Any] = []

        async def receive() -> Any:
            return requests.pop() if requests else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            told.append(message)

        headers = [(b"content-type", b"application/json")]
        await desk({"path": f"/bot{desk.token}/getUpdates", "headers": headers}, receive, send)
        assert json.loads(told[1]["body"]) == {"ok": True, "result": []}
        return asyncio.get_running_loop().time()

    assert run_virtually(story()) == 0


async def test_a_webhook_gets_requests_that_are_ready(
    desk: TelegramDesk, bot: Bot, anna: User
) -> None:
    """With the secret, in their order; what waited for a poll comes first."""
    desk.say(anna, "before")
    await bot("setWebhook", url=HOOK, secret_token="s-1")
    desk.say(anna, "after")
    assert [json.loads(each.body)["message"]["text"] for each in desk.deliveries] == [
        "before",
        "after",
    ]
    for number, delivery in enumerate(desk.deliveries, 1):
        assert delivery.url == HOOK
        assert delivery.headers["X-Telegram-Bot-Api-Secret-Token"] == "s-1"
        assert delivery.headers["Content-Type"] == "application/json"
        assert json.loads(delivery.body)["update_id"] == number
        assert "s-1" not in repr(delivery)
    refused = await bot.refused("getUpdates")
    assert refused.startswith("409 Conflict: can't use getUpdates method while webhook is active")
    await bot("setWebhook", url=HOOK)
    desk.say(anna, "without a secret")
    assert list(desk.deliveries[-1].headers) == ["Content-Type"]
    await bot("deleteWebhook")
    desk.say(anna, "again")
    assert [each["message"]["text"] for each in await bot.updates()] == ["again"]
    assert len(desk.deliveries) == 3


async def test_a_webhook_is_shown_as_it_was_set(desk: TelegramDesk, bot: Bot, anna: User) -> None:
    """Without its secret; an empty address takes it away."""
    desk.say(anna, "hello")
    nothing = {"url": "", "has_custom_certificate": False, "pending_update_count": 1}
    assert await bot("getWebhookInfo") == nothing
    await bot("setWebhook", url=HOOK, max_connections=1000, allowed_updates=["message", "poll"])
    assert await bot("getWebhookInfo") == {
        "url": HOOK,
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "max_connections": 100,
        "allowed_updates": ["message", "poll"],
    }
    files = {"certificate": ("a.pem", b"-----")}
    await bot.post("setWebhook", data={"url": HOOK}, files=files)
    info = await bot("getWebhookInfo")
    assert (info["has_custom_certificate"], info["max_connections"]) == (True, 40)
    await bot("setWebhook", url="")
    assert (await bot("getWebhookInfo"))["url"] == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://shop.example/"},
        {"url": "https://"},
        {"url": "https://shop.example:8080/"},
        {"url": "https://shop.example:x/"},
        {"url": HOOK, "secret_token": "a secret"},
        {"url": HOOK, "secret_token": "s" * 257},
        {"url": HOOK, "allowed_updates": "message"},
    ],
)
async def test_a_wrong_webhook_changes_nothing(
    desk: TelegramDesk, bot: Bot, anna: User, wrong: dict[str, Any]
) -> None:
    """The one that was there stays."""
    await bot("setWebhook", url="https://shop.example:8443/old", secret_token="s" * 256)
    refused = await bot.refused("setWebhook", drop_pending_updates=True, **wrong)
    assert refused.startswith("400 Bad Request: ")
    assert (await bot("getWebhookInfo"))["url"] == "https://shop.example:8443/old"


async def test_what_kinds_are_wanted_is_remembered(
    desk: TelegramDesk, bot: Bot, anna: User
) -> None:
    """Until other kinds are named; an empty list is nearly all of them."""
    link = await bot("createInvoiceLink", **GOODS)

    async def kinds() -> list[str]:
        desk.say(anna, "hello")
        desk.pay(link, anna)
        desk.updates.make("chat_member", {})
        updates = await bot.updates()
        desk.updates.pending.clear()
        return [list(each)[1] for each in updates]

    assert await kinds() == ["message", "pre_checkout_query"]
    await bot.updates(allowed_updates=["message"])
    assert await kinds() == ["message"]
    await bot("setWebhook", url=HOOK)
    await bot("deleteWebhook")
    assert await kinds() == ["message"]
    await bot("setWebhook", url=HOOK, allowed_updates=["chat_member"])
    await bot("deleteWebhook")
    assert await kinds() == ["chat_member"]
    await bot.updates(allowed_updates=[])
    assert await kinds() == ["message", "pre_checkout_query"]
    assert desk.updates.next_id == 8


async def test_pending_updates_are_dropped_only_when_that_is_asked_for(
    desk: TelegramDesk, bot: Bot, anna: User
) -> None:
    """Whichever way the updates go from then on."""
    desk.say(anna, "lost")
    await bot("setWebhook", url=HOOK, drop_pending_updates=True)
    assert desk.deliveries == []
    await bot("deleteWebhook")
    desk.say(anna, "kept")
    await bot("deleteWebhook", drop_pending_updates=False)
    assert len(await bot.updates()) == 1
    await bot("deleteWebhook", drop_pending_updates="True")
    assert await bot.updates() == []


# Talking.


async def test_people_and_the_bot_talk(desk: TelegramDesk, bot: Bot, anna: User) -> None:
    """Both see what was said, in its order."""
    desk.say(anna, "/start")
    (update,) = await bot.updates()
    assert update["message"] == {
        "message_id": 1,
        "from": {
            "id": anna.id,
            "is_bot": False,
            "first_name": "Anna",
            "username": "anna",
            "language_code": "ru",
        },
        "chat": {"id": anna.id, "type": "private", "first_name": "Anna", "username": "anna"},
        "date": 1767268800,
        "text": "/start",
    }
    told = await bot("sendMessage", chat_id=anna.id, text=" hello ")
    assert (told["message_id"], told["text"], told["from"]["is_bot"]) == (2, "hello", True)
    assert [each["text"] for each in desk.chats.messages[anna.id]] == ["/start", "hello"]
    assert await bot.updates(offset=2) == []


async def test_a_bot_does_not_speak_first(desk: TelegramDesk, bot: Bot, anna: User) -> None:
    """Nor to whoever does not want it."""
    not_found = "400 Bad Request: chat not found"
    assert await bot.refused("sendMessage", chat_id=anna.id, text="hello") == not_found
    assert await bot.refused("sendInvoice", chat_id=anna.id, **GOODS) == not_found
    desk.say(anna, "/start")
    await bot("sendMessage", chat_id=anna.id, text="hello")
    desk.chats.blocked.add(anna.id)
    blocked = "403 Forbidden: bot was blocked by the user"
    assert await bot.refused("sendMessage", chat_id=anna.id, text="hello") == blocked
    assert await bot.refused("sendInvoice", chat_id=anna.id, **GOODS) == blocked


@pytest.mark.parametrize("text", ["", "   ", "x" * 4097])
async def test_a_message_has_some_text(desk: TelegramDesk, bot: Bot, anna: User, text: str) -> None:
    """And not too much."""
    desk.say(anna, "/start")
    assert await bot.refused("sendMessage", chat_id=anna.id, text=text)
    await bot("sendMessage", chat_id=anna.id, text="x" * 4096)
    assert len(desk.chats.messages[anna.id]) == 2


async def test_buttons_are_tapped_below_messages(desk: TelegramDesk, bot: Bot, anna: User) -> None:
    """The newest that has the button is told of; a keyboard below the field is kept only here."""
    desk.say(anna, "/start")
    inline = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}], [{"text": "B"}]]}
    told = []
    for markup in (inline, inline, {"keyboard": [[{"text": "a"}]]}):
        markup_text = json.dumps(markup)
        told.append(
            await bot("sendMessage", chat_id=anna.id, text="pick", reply_markup=markup_text)
        )
    assert [each.get("reply_markup") for each in told] == [inline, inline, None]
    assert "keyboard" in desk.chats.messages[anna.id][-1]["reply_markup"]
    desk.tap(anna, "a")
    query = (await bot.updates())[-1]["callback_query"]
    assert (query["data"], query["from"]["id"]) == ("a", anna.id)
    assert query["message"] == told[1]
    assert query["id"]
    for data in ("b", "B"):
        with pytest.raises(LookupError):
            desk.tap(anna, data)
    with pytest.raises(LookupError):
        desk.tap(desk.join("Boris"), "a")


# Invoices.


def goods(**members: Any) -> dict[str, Any]:
    """The goods with other members."""
    return {**GOODS, **members}


def prices(*amounts: Any) -> list[dict[str, Any]]:
    """A price of several parts."""
    return [{"label": "Part", "amount": amount} for amount in amounts]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (goods(title=""), 'parameter "title"'),
        (goods(title="t" * 33), "title"),
        (goods(description=""), 'parameter "description"'),
        (goods(description="d" * 256), "description"),
        (goods(payload=""), 'parameter "payload"'),
        (goods(payload="p" * 129), "INVOICE_PAYLOAD_INVALID"),
        (goods(payload="я" * 65), "INVOICE_PAYLOAD_INVALID"),
        (goods(currency=""), 'parameter "currency"'),
        (goods(prices=""), 'parameter "prices"'),
        (goods(prices=[]), "STARS_INVOICE_INVALID"),
        (goods(prices=prices(25, 25)), "STARS_INVOICE_INVALID"),
        (goods(prices=prices(0)), "CURRENCY_TOTAL_AMOUNT_INVALID"),
        (goods(prices=prices(-1)), "CURRENCY_TOTAL_AMOUNT_INVALID"),
        (goods(prices=prices(2**53 + 1)), "CURRENCY_TOTAL_AMOUNT_INVALID"),
        (goods(prices=prices(1.5)), "labeled price"),
        (goods(prices=prices(True)), "labeled price"),
        (goods(prices=[{"amount": 1}]), "labeled price"),
        (goods(prices=[50]), "labeled price"),
        (goods(prices={"label": "Coins", "amount": 50}), "can't parse prices"),
        (goods(provider_token="x"), "STARS_INVOICE_INVALID"),
        (goods(max_tip_amount=1), "STARS_INVOICE_INVALID"),
        ({**CARD, "provider_token": ""}, "PAYMENT_PROVIDER_INVALID"),
        ({**CARD, "provider_token": "x"}, "PAYMENT_PROVIDER_INVALID"),
        ({**CARD, "currency": "roubles"}, "CURRENCY_INVALID"),
        ({**CARD, "prices": []}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({**CARD, "prices": prices(5, -5)}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({**CARD, "max_tip_amount": 9, "suggested_tip_amounts": [1, 2, 3, 4, 5]}, "TIP"),
        ({**CARD, "max_tip_amount": 9, "suggested_tip_amounts": [2, 2]}, "TIP"),
        ({**CARD, "max_tip_amount": 9, "suggested_tip_amounts": [0]}, "TIP"),
        ({**CARD, "max_tip_amount": 9, "suggested_tip_amounts": [10]}, "TIP"),
        ({**CARD, "max_tip_amount": 9, "suggested_tip_amounts": ["5"]}, "TIP"),
    ],
)
async def test_a_wrong_invoice_is_refused(
    desk: TelegramDesk, bot: Bot, anna: User, wrong: dict[str, Any], why: str
) -> None:
    """Whichever way it was to go to the payer, and there is none."""
    desk.say(anna, "/start")
    wrong = (
        {"provider_token": desk.provider_token, **wrong} if wrong["currency"] == "RUB" else wrong
    )
    for method in ("createInvoiceLink", "sendInvoice"):
        refused = await bot.refused(method, chat_id=anna.id, **wrong)
        assert refused.startswith("400 Bad Request: ")
        assert why in refused
    assert (desk.sales.links, desk.sales.sent) == ({}, {})
    assert len(desk.chats.messages[anna.id]) == 1


@pytest.mark.parametrize(
    "right",
    [
        goods(title="я" * 32, description="я" * 255, payload="я" * 64),
        goods(title="t", description="d", payload="p", prices=prices(1), provider_token=""),
        goods(need_name=True, is_flexible=True, max_tip_amount=0, photo_url="https://x.example/"),
        {**CARD, "max_tip_amount": 9, "suggested_tip_amounts": [1, 5, 8, 9]},
    ],
)
async def test_a_right_one_is_not(desk: TelegramDesk, bot: Bot, right: dict[str, Any]) -> None:
    """Also at the ends of what is right; every link is another."""
    right = (
        {"provider_token": desk.provider_token, **right} if right["currency"] == "RUB" else right
    )
    links = [await bot("createInvoiceLink", **right) for _ in range(2)]
    assert len(set(links)) == 2
    assert all(link.startswith("https://t.me/$") for link in links)
    assert {each.total_amount for each in desk.sales.links.values()} == {
        sum(price["amount"] for price in right["prices"])
    }


async def test_names_come_from_nowhere_but_their_number(clock: ManualClock) -> None:
    """Two runs see the same ones, unless the second begins to count higher."""

    async def run(first: int) -> tuple[str, str, int]:
        desk = TelegramDesk(clock, first=first)
        bot, anna = bot_of(desk), desk.join("Anna")
        charge = await bot.sell(desk, anna)
        return next(iter(desk.sales.links)), charge, (await bot.updates())[0]["update_id"]

    runs = [await run(1), await run(1), await run(1000)]
    assert runs[0] == runs[1]
    assert all(one != other for one, other in zip(runs[0], runs[2], strict=True))
    assert runs[2][2] == 1000


@pytest.mark.parametrize(
    "wrong",
    [
        goods(subscription_period=2592001),
        goods(subscription_period=0),
        goods(subscription_period="month"),
        goods(subscription_period=2592000, prices=prices(10001)),
        {**CARD, "subscription_period": 2592000, "prices": prices(100)},
        goods(business_connection_id="b"),
    ],
)
async def test_not_everything_can_be_subscribed_to(
    desk: TelegramDesk, bot: Bot, wrong: dict[str, Any]
) -> None:
    """Stars, thirty days, ten thousand at most."""
    token = desk.provider_token if wrong["currency"] == "RUB" else ""
    refused = await bot.refused("createInvoiceLink", provider_token=token, **wrong)
    assert refused.startswith("400")
    await bot("createInvoiceLink", **goods(subscription_period=2592000, prices=prices(10000)))
    assert len(desk.sales.links) == 1


@pytest.mark.parametrize(
    "rows", [[[]], [[{"text": "No", "callback_data": "no"}], [{"text": "Pay", "pay": True}]], "no"]
)
async def test_the_first_button_below_an_invoice_pays(
    desk: TelegramDesk, bot: Bot, anna: User, rows: Any
) -> None:
    """Or there is none."""
    desk.say(anna, "/start")
    markup = {"inline_keyboard": rows}
    refused = await bot.refused("sendInvoice", chat_id=anna.id, reply_markup=markup, **GOODS)
    assert "REPLY_MARKUP" in refused
    markup = {"inline_keyboard": [[{"text": "Pay ⭐", "pay": True}], [{"text": "No"}]]}
    told = await bot("sendInvoice", chat_id=anna.id, reply_markup=markup, **GOODS)
    assert told["reply_markup"] == markup
    assert told["invoice"] == {
        "title": "Fifty coins",
        "description": "To spend here",
        "start_parameter": "",
        "currency": "XTR",
        "total_amount": 50,
    }


# Paying.


async def test_only_a_payment_is_a_payment(
    desk: TelegramDesk, bot: Bot, anna: User, clock: ManualClock
) -> None:
    """The bot is asked, agrees in time, and then hears that the Stars are there."""
    link = await bot("createInvoiceLink", **GOODS)
    checkout = desk.pay(link, anna)
    (update,) = await bot.updates()
    assert update["pre_checkout_query"] == {
        "id": checkout.id,
        "from": anna.as_sender(),
        "currency": "XTR",
        "total_amount": 50,
        "invoice_payload": "order-1",
    }
    clock.advance(seconds=9.9)
    assert (checkout.outcome, checkout.charge) == (Outcome.WAITING, None)
    assert await bot("getMyStarBalance") == {"amount": 0}
    await bot.answer(checkout)
    charge = checkout.charge
    assert checkout.outcome is Outcome.PAID
    assert charge
    (update,) = await bot.updates(offset=2)
    assert update["message"]["from"] == anna.as_sender()
    assert update["message"]["chat"] == anna.as_chat()
    assert update["message"]["successful_payment"] == {
        "currency": "XTR",
        "total_amount": 50,
        "invoice_payload": "order-1",
        "telegram_payment_charge_id": charge.id,
        "provider_payment_charge_id": f"{anna.id}_3",
    }
    assert await bot.transactions() == [
        {
            "id": charge.id,
            "amount": 50,
            "date": 1767268809,
            "source": {
                "type": "user",
                "transaction_type": "invoice_payment",
                "user": anna.as_sender(),
                "invoice_payload": "order-1",
            },
        }
    ]
    assert await bot("getMyStarBalance") == {"amount": 50}


async def test_charge_ids_are_as_long_as_in_the_wild(
    desk: TelegramDesk, bot: Bot, anna: User
) -> None:
    """Longer than 128 characters; each payment has its own."""
    ids = {await bot.sell(desk, anna) for _ in range(3)}
    assert sorted(map(len, ids)) == [131, 131, 131]
    assert all(each.startswith("stx") and each.isascii() for each in ids)


async def nothing_was_charged(desk: TelegramDesk, bot: Bot, checkout: Checkout) -> None:
    """Neither the Stars nor the bot know of a payment."""
    assert checkout.charge is None
    assert await bot.transactions() == []
    assert await bot("getMyStarBalance") == {"amount": 0}
    assert [list(each)[1] for each in await bot.updates()] == ["pre_checkout_query"]


OLD = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_an_answer_that_comes_late_is_none(
    desk: TelegramDesk, bot: Bot, anna: User, clock: ManualClock
) -> None:
    """Ten seconds are over when they are over."""
    checkout = desk.pay(await bot("createInvoiceLink", **GOODS), anna)
    clock.advance(seconds=10)
    assert (checkout.outcome, checkout.why) == (Outcome.LATE, "the bot did not answer in time")
    answer = {"pre_checkout_query_id": checkout.id, "ok": True}
    assert await bot.refused("answerPreCheckoutQuery", **answer) == OLD
    assert checkout.outcome is Outcome.LATE
    await nothing_was_charged(desk, bot, checkout)


async def test_a_refusal_says_why(desk: TelegramDesk, bot: Bot, anna: User) -> None:
    """To the payer; without a reason it is no answer."""
    checkout = desk.pay(await bot("createInvoiceLink", **GOODS), anna)
    no = {"pre_checkout_query_id": checkout.id, "ok": False}
    assert "error_message" in await bot.refused("answerPreCheckoutQuery", **no)
    assert checkout.outcome is Outcome.WAITING
    await bot.answer(checkout, ok=False, error_message="paid before")
    assert (checkout.outcome, checkout.why) == (Outcome.REFUSED, "paid before")
    await nothing_was_charged(desk, bot, checkout)


async def test_the_money_may_stay_away_after_the_bot_agreed(
    desk: TelegramDesk, bot: Bot, anna: User
) -> None:
    """To agree is not to be paid."""
    link = await bot("createInvoiceLink", **GOODS)
    checkout = desk.pay(link, anna, fails="no Stars left")
    await bot.answer(checkout)
    assert (checkout.outcome, checkout.why) == (Outcome.FAILED, "no Stars left")
    await nothing_was_charged(desk, bot, checkout)


@pytest.mark.parametrize(("ok", "came"), [(True, 1), (False, 0)])
async def test_an_answer_counts_once(
    desk: TelegramDesk, bot: Bot, anna: User, ok: bool, came: int
) -> None:
    """Whatever is said afterwards, and of whatever query."""
    checkout = desk.pay(await bot("createInvoiceLink", **GOODS), anna)
    await bot.answer(checkout, ok=ok, error_message="no")
    outcome = checkout.outcome
    for id in (checkout.id, "0"):
        for again in (True, False):
            answer = {"pre_checkout_query_id": id, "ok": again, "error_message": "no"}
            assert await bot.refused("answerPreCheckoutQuery", **answer) == OLD
    assert (checkout.outcome, len(await bot.transactions())) == (outcome, came)


async def test_an_invoice_is_paid_as_often_as_the_bot_agrees(
    desk: TelegramDesk, bot: Bot, anna: User
) -> None:
    """By anybody who has the link, also at the same time."""
    link = await bot("createInvoiceLink", **GOODS)
    boris = desk.join("Boris")
    checkouts = [desk.pay(link, anna), desk.pay(link, boris), desk.pay(link, anna)]
    for checkout in checkouts:
        await bot.answer(checkout)
    payers = [each["source"]["user"]["id"] for each in await bot.transactions()]
    assert payers == [anna.id, boris.id, anna.id]
    assert await bot("getMyStarBalance") == {"amount": 150}


async def test_a_message_is_paid_where_it_has_a_button(
    desk: TelegramDesk, bot: Bot, anna: User
) -> None:
    """Copies of it have one too, unless they lead to the bot."""
    desk.say(anna, "/start")
    boris = desk.join("Boris")
    open_to_all = await bot("sendInvoice", chat_id=anna.id, **GOODS)
    hers = await bot("sendInvoice", chat_id=anna.id, start_parameter="x", **GOODS)
    for message, payer in ((open_to_all, anna), (open_to_all, boris), (hers, anna)):
        await bot.answer(desk.pay(message, payer))
    assert len(await bot.transactions()) == 3
    plain = await bot("sendMessage", chat_id=anna.id, text="no invoice")
    for nothing, payer in ((hers, boris), (plain, anna), ("https://t.me/$x", anna)):
        with pytest.raises(LookupError):
            desk.pay(nothing, payer)
    await bot("sendMessage", chat_id=boris.id, text="a payer has a chat with the bot")


async def test_who_brought_the_payer_gets_a_share(desk: TelegramDesk, bot: Bot, anna: User) -> None:
    """The payment tells of all, the transaction of what is left, to the billionth."""
    await bot.sell(desk, anna, commission_per_mille=155)
    payment = (await bot.updates())[-1]["message"]["successful_payment"]
    assert payment["total_amount"] == 50
    (transaction,) = await bot.transactions()
    assert (transaction["amount"], transaction["nanostar_amount"]) == (42, 250_000_000)
    assert transaction["source"]["affiliate"] == {
        "commission_per_mille": 155,
        "amount": 7,
        "nanostar_amount": 750_000_000,
    }
    assert await bot("getMyStarBalance") == {"amount": 42, "nanostar_amount": 250_000_000}


async def test_cards_move_no_stars(desk: TelegramDesk, bot: Bot, anna: User) -> None:
    """The bot hears of both ids, and there is nothing that Telegram could give back."""
    card = {**CARD, "provider_token": desk.provider_token}
    charge = await bot.sell(desk, anna, goods=card, commission_per_mille=100)
    payment = (await bot.updates())[-1]["message"]["successful_payment"]
    assert (payment["currency"], payment["total_amount"]) == ("RUB", 40000)
    assert payment["telegram_payment_charge_id"] == charge
    assert payment["provider_payment_charge_id"] not in ("", charge)
    assert await bot.transactions() == []
    refund = {"user_id": anna.id, "telegram_payment_charge_id": charge}
    assert "CHARGE_NOT_FOUND" in await bot.refused("refundStarPayment", **refund)


# After the sale.


async def test_a_refund_goes_back_once(
    desk: TelegramDesk, bot: Bot, anna: User, clock: ManualClock
) -> None:
    """Under the same id; the bot is told, and the next try says that it was done."""
    charge = await bot.sell(desk, anna)
    clock.advance(hours=1)
    refund = {"user_id": anna.id, "telegram_payment_charge_id": charge}
    assert await bot("refundStarPayment", **refund) is True
    came, went = await bot.transactions()
    assert (went["id"], went["amount"], went["date"] - came["date"]) == (charge, 50, 3600)
    assert went["receiver"] == came["source"]
    assert ("receiver" in came, "source" in went) == (False, False)
    message = (await bot.updates())[-1]["message"]
    assert message["from"]["id"] == anna.id
    assert message["refunded_payment"] == {
        "currency": "XTR",
        "total_amount": 50,
        "invoice_payload": "order-1",
        "telegram_payment_charge_id": charge,
        "provider_payment_charge_id": f"{anna.id}_3",
    }
    again = await bot.refused("refundStarPayment", **refund)
    assert again == "400 Bad Request: CHARGE_ALREADY_REFUNDED"
    with pytest.raises(LookupError):
        desk.refund_outside(charge)
    assert len(await bot.transactions()) == 2
    assert await bot("getMyStarBalance") == {"amount": 0}


async def test_only_the_payer_is_refunded(desk: TelegramDesk, bot: Bot, anna: User) -> None:
    """What was paid, and what there is."""
    charge = await bot.sell(desk, anna)
    boris = desk.join("Boris")
    for user, id in ((boris.id, charge), (anna.id, charge + "x"), (anna.id, "")):
        refund = {"user_id": user, "telegram_payment_charge_id": id}
        assert (await bot.refused("refundStarPayment", **refund)).startswith("400")
    assert (await bot.refused("refundStarPayment", telegram_payment_charge_id=charge))[:3] == "400"
    assert len(await bot.transactions()) == 1


async def test_what_is_gone_cannot_be_given_back(desk: TelegramDesk, bot: Bot, anna: User) -> None:
    """Until there is enough again."""
    charge = await bot.sell(desk, anna)
    desk.withdraw(1)
    refund = {"user_id": anna.id, "telegram_payment_charge_id": charge}
    assert await bot.refused("refundStarPayment", **refund) == "400 Bad Request: BALANCE_TOO_LOW"
    withdrawal = (await bot.transactions())[-1]
    assert (withdrawal["amount"], withdrawal["receiver"]["type"]) == (1, "fragment")
    await bot.sell(desk, anna, goods={"prices": prices(1)})
    assert await bot("refundStarPayment", **refund)
    assert await bot("getMyStarBalance") == {"amount": 0}


async def test_support_asks_nobody(desk: TelegramDesk, bot: Bot, anna: User) -> None:
    """The balance may fall below nothing; the bot is told and finds it in its transactions."""
    charge = await bot.sell(desk, anna, commission_per_mille=155)
    desk.withdraw(42)
    desk.refund_outside(charge)
    refunded = (await bot.updates())[-1]["message"]["refunded_payment"]
    assert refunded["telegram_payment_charge_id"] == charge
    went = (await bot.transactions())[-1]
    assert (went["id"], went["amount"], went["nanostar_amount"]) == (charge, 42, 250_000_000)
    assert went["receiver"]["affiliate"]["amount"] == -7
    assert went["receiver"]["affiliate"]["nanostar_amount"] == -750_000_000
    assert await bot("getMyStarBalance") == {"amount": -42}
    refund = {"user_id": anna.id, "telegram_payment_charge_id": charge}
    assert "CHARGE_ALREADY_REFUNDED" in await bot.refused("refundStarPayment", **refund)


async def test_transactions_are_read_from_the_oldest(
    desk: TelegramDesk, bot: Bot, anna: User
) -> None:
    """A page of a hundred at most, after so many that are skipped."""
    charges = [await bot.sell(desk, anna) for _ in range(103)]
    assert [each["id"] for each in await bot.transactions()] == charges[:100]
    assert [each["id"] for each in await bot.transactions(limit=1000, offset=2)] == charges[2:102]
    assert [each["id"] for each in await bot.transactions(limit=2, offset=1)] == charges[1:3]
    assert await bot.transactions(offset=103) == []
    assert len(await bot.transactions(limit=0, offset=-5)) == 1


# Subscriptions.

MONTH = 2592000
MONTHLY = {"subscription_period": MONTH}


async def test_a_subscription_renews_itself(
    desk: TelegramDesk, bot: Bot, anna: User, clock: ManualClock
) -> None:
    """The first payment says so, and the next ones come without a question."""
    first = await bot.sell(desk, anna, goods=MONTHLY)
    now = int(clock.now().timestamp())
    paid = (await bot.updates())[-1]["message"]["successful_payment"]
    assert (paid["is_recurring"], paid["is_first_recurring"]) == (True, True)
    assert paid["subscription_expiration_date"] == now + MONTH
    assert (await bot.transactions())[0]["source"]["subscription_period"] == MONTH
    clock.advance(seconds=MONTH)
    second = desk.renew(first)
    desk.renew(second.id)
    updates = await bot.updates(offset=3)
    assert len(updates) == 2
    for number, update in enumerate(updates, 2):
        paid = update["message"]["successful_payment"]
        assert (paid["is_recurring"], paid.get("is_first_recurring")) == (True, None)
        assert paid["subscription_expiration_date"] == now + number * MONTH
        assert paid["invoice_payload"] == "order-1"
    ids = [each["id"] for each in await bot.transactions()]
    assert len(set(ids)) == 3
    assert ids[:2] == [first, second.id]
    refund = {"user_id": anna.id, "telegram_payment_charge_id": second.id}
    assert await bot("refundStarPayment", **refund)
    refund["telegram_payment_charge_id"] = desk.renew(second.id).id
    assert await bot("refundStarPayment", **refund)
    refund["telegram_payment_charge_id"] = first
    assert await bot("refundStarPayment", **refund)


async def test_a_renewal_may_have_the_id_of_what_it_renews(
    desk: TelegramDesk, bot: Bot, anna: User
) -> None:
    """Nobody has confirmed that it has not."""
    first = await bot.sell(desk, anna, goods=MONTHLY)
    assert desk.renew(first, own_id=False).id == first
    assert [each["id"] for each in await bot.transactions()] == [first, first]
    dates = [
        each["message"]["successful_payment"]["subscription_expiration_date"]
        for each in await bot.updates(offset=2)
    ]
    assert dates[1] - dates[0] == MONTH


async def test_a_subscription_ends_when_somebody_says_so(
    desk: TelegramDesk, bot: Bot, anna: User
) -> None:
    """The payer, who may want it again; or the bot, after which he may not."""
    charge = await bot.sell(desk, anna, goods=MONTHLY)

    async def edit(canceled: bool) -> None:
        named = {"user_id": anna.id, "telegram_payment_charge_id": charge}
        assert await bot("editUserStarSubscription", is_canceled=canceled, **named)

    desk.change_subscription(charge, "canceled")
    assert (await bot.updates())[-1]["subscription"] == {
        "user": anna.as_sender(),
        "invoice_payload": "order-1",
        "state": "canceled",
    }
    with pytest.raises(LookupError):
        desk.renew(charge)
    desk.change_subscription(charge, "active")
    desk.change_subscription(charge, "failed")
    desk.renew(charge)
    states = [
        each["subscription"]["state"] for each in await bot.updates() if "subscription" in each
    ]
    assert states == ["canceled", "active", "failed"]

    await edit(canceled=True)
    with pytest.raises(LookupError):
        desk.renew(charge)
    with pytest.raises(LookupError):
        desk.change_subscription(charge, "active")
    await edit(canceled=False)
    with pytest.raises(LookupError):
        desk.renew(charge)
    desk.change_subscription(charge, "active")
    desk.renew(charge)
    assert len(await bot.transactions()) == 3


async def test_what_is_no_subscription_is_not_edited(
    desk: TelegramDesk, bot: Bot, anna: User
) -> None:
    """Nor one of somebody else's, nor without saying how."""
    once = await bot.sell(desk, anna)
    monthly = await bot.sell(desk, anna, goods=MONTHLY)
    yes = {"is_canceled": True}
    for user, charge, how in (
        (anna.id, once, yes),
        (anna.id + 1, monthly, yes),
        (anna.id, monthly, {}),
    ):
        named = {"user_id": user, "telegram_payment_charge_id": charge}
        assert (await bot.refused("editUserStarSubscription", **named, **how)).startswith("400")
    for hand in (desk.renew, lambda id: desk.change_subscription(id, "canceled")):
        for id in (once, "nothing"):
            with pytest.raises(LookupError):
                hand(id)
    desk.renew(monthly)
    assert len(await bot.transactions()) == 3


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<b>a</b> &amp; <code>&lt;b&gt;</code> &#33;", "a & <b> !"),
        ('<a href="https://a.example">там</a> 🪙', "там 🪙"),
        ("a < b", None),
        ("<b>a", None),
        ("<b>a</i>", None),
        ("a</b>", None),
        ("<script>a</script>", None),
        ("&nbsp;", None),
        ("<b></b>", None),
    ],
)
async def test_html_is_read_as_telegram_does(
    desk: TelegramDesk, bot: Bot, text: str, plain: str | None
) -> None:
    """A few tags and entities, all of them closed; anything else is refused."""
    anna = desk.join("Anna")
    desk.say(anna, "/start")
    asked = {"chat_id": anna.id, "text": text, "parse_mode": "HTML"}
    if plain is None:
        assert (await bot.refused("sendMessage", **asked)).startswith("400 Bad Request: ")
    else:
        sent = await bot("sendMessage", **asked)
        assert sent["text"] == plain
        first = sent["entities"][0]
        assert first["type"] in ("bold", "text_link")


async def test_messages_are_edited_and_deleted(desk: TelegramDesk, bot: Bot) -> None:
    """Those of the bot; what is the same, is gone, or is somebody else's is refused."""
    anna = desk.join("Anna")
    said = desk.say(anna, "/start")
    keys = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    sent = await bot("sendMessage", chat_id=anna.id, text="one", reply_markup=keys)
    where = {"chat_id": anna.id, "message_id": sent["message_id"]}
    same = await bot.refused("editMessageText", **where, text="one", reply_markup=keys)
    assert same.startswith("400 Bad Request: message is not modified")
    edited = await bot("editMessageText", **where, text="two", reply_markup=keys)
    assert (edited["text"], "edit_date" in edited) == ("two", True)
    desk.press(anna, "A")
    await bot("editMessageReplyMarkup", **where)
    again = await bot.refused("editMessageReplyMarkup", **where)
    assert again.startswith("400 Bad Request: message is not modified")
    with pytest.raises(LookupError):
        desk.press(anna, "A")
    other = {**where, "message_id": said["message_id"]}
    no = await bot.refused("editMessageText", **other, text="x")
    assert no == "400 Bad Request: message can't be edited"
    assert await bot("deleteMessage", **where)
    no = await bot.refused("editMessageText", **where, text="x")
    assert no == "400 Bad Request: message to edit not found"


async def test_taps_are_answered_and_commands_listed(desk: TelegramDesk, bot: Bot) -> None:
    """By scope and language; and what a bot does is seen by whom it concerns."""
    anna = desk.join("Anna")
    desk.say(anna, "/start")
    assert await bot("answerCallbackQuery", callback_query_id="5")
    assert await bot("sendChatAction", chat_id=anna.id, action="typing")
    assert (desk.talk.answered, desk.talk.actions) == (["5"], [(anna.id, "typing")])
    commands = [{"command": "start", "description": "the menu"}]
    assert await bot("setMyCommands", commands=commands, language_code="ru")
    assert await bot("getMyCommands", language_code="ru") == commands
    assert await bot("getMyCommands") == []
    bad = [{"command": "start", "description": ""}]
    no = await bot.refused("setMyCommands", commands=bad)
    assert no == "400 Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"
    many = await bot.refused("setMyCommands", commands=commands * 101)
    assert many == "400 Bad Request: BOT_COMMANDS_TOO_MUCH"


async def test_a_person_stops_the_bot(desk: TelegramDesk, bot: Bot) -> None:
    """It is told so, and cannot write to them."""
    anna = desk.join("Anna")
    desk.say(anna, "/start")
    desk.block(anna)
    changed = (await bot.updates())[-1]["my_chat_member"]
    assert changed["new_chat_member"]["status"] == "kicked"
    assert (await bot.refused("sendMessage", chat_id=anna.id, text="x")).startswith("403")
