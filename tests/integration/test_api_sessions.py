"""People sign in, go on and sign out over real HTTP, and everybody else is refused."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pytest

from altyn.core.events import Outbox
from altyn.core.identity import (
    AccessToken,
    AccessTokens,
    Caller,
    EndSessions,
    Role,
    SessionId,
    UserId,
    Users,
)
from altyn.entrypoints.sandbox import TelegramDesk
from altyn.entrypoints.wiring.access import KEYS_BY_ADDRESS
from tests.unit.test_telegram_launches import TOKEN, fields, signed

from .test_api_balances import Shop, served
from .test_api_keys import MovedByHand

ANN = UserId(42)
MINE, HIS = "/v1/accounts/user:42/balances", "/v1/accounts/user:43/balances"


@pytest.fixture
def time() -> MovedByHand:
    return MovedByHand()


@pytest.fixture
async def shop(tmp_path: Path, time: MovedByHand) -> AsyncIterator[Shop]:
    """A house with a bot."""
    settings = {
        "ALTYN_DATABASE": f"sqlite:///{tmp_path}/shop.db",
        "ALTYN_TELEGRAM_TOKEN": TOKEN,
        "ALTYN_API_PUBLIC": "https://shop.example",
        "ALTYN_API_KEYS": "a-long-key-for-a-caller",
    }
    async with served(tmp_path, time, **settings) as shop:
        yield shop


def launch(user: int = 42, token: str = TOKEN, **other: str) -> str:
    return signed(fields({"id": user, "first_name": "Ann"}, **other), token)


async def post(shop: Shop, path: str, access: str = "", **body: str) -> httpx.Response:
    headers = {"Host": "shop.example", "User-Agent": "a phone"}
    if access:
        headers["Authorization"] = f"Bearer {access}"
    answer = await shop.client.post(f"/v1/auth/{path}", json=body, headers=headers)
    assert answer.headers["cache-control"] == "no-store"
    return answer


async def came(shop: Shop, **other: Any) -> dict[str, Any]:
    """Somebody who has signed in."""
    answer = await post(shop, "telegram", init_data=launch(**other))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def refreshed(shop: Shop, token: str) -> httpx.Response:
    return await post(shop, "refresh", refresh_token=token)


async def asked(shop: Shop, access: str, path: str = MINE, method: str = "GET") -> httpx.Response:
    headers = {"Authorization": f"Bearer {access}", "Host": "shop.example"}
    return await shop.client.request(method, path, headers=headers)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_somebody_signs_in(shop: Shop) -> None:
    """They see what is theirs, and nothing else."""
    told = await came(shop)
    assert (told["token_type"], told["user"]) == ("Bearer", 42)
    assert told["expires_at"] == "2026-01-01T12:10:00Z"
    assert (await asked(shop, told["access_token"])).status_code == 200
    for path in (HIS, "/v1/accounts/income:shop/balances"):
        assert code(await asked(shop, told["access_token"], path)) == (403, "not_allowed")
    assert (await (await shop.container.get(Users)).get(ANN)).name == "Ann"


async def test_a_mini_app_of_the_sandbox_signs_in(shop: Shop, time: MovedByHand) -> None:
    """What its Telegram says in the address of an app is believed as that of Telegram is."""
    desk = TelegramDesk(time.hand, token=TOKEN)
    ann = desk.join("Анна <&>", username="ann")
    desk.say(ann, "/start")
    button = {"text": "Open", "web_app": {"url": "https://app.example/"}}
    message = desk.chats.messages[ann.id][0]
    message["reply_markup"] = {"inline_keyboard": [[button]]}
    address = desk.launch(ann, "https://app.example/")
    (init_data,) = parse_qs(urlsplit(address).fragment)["tgWebAppData"]
    answer = await post(shop, "telegram", init_data=init_data)
    assert answer.status_code == 200
    again = await post(shop, "telegram", init_data=init_data.replace("ann", "bob"))
    assert code(again) == (401, "not_known")


async def test_operators_see_more(shop: Shop, time: MovedByHand) -> None:
    """What their role lets them, seconds after they have it."""
    told = await came(shop)
    await (await shop.container.get(Users)).change(ANN, role=Role.SUPPORT)
    time.pass_seconds(5)
    answer = await asked(shop, told["access_token"], "/v1/accounts/clearing:card/balances")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("init_data", "status", "expected"),
    [
        (launch().replace("Ann", "Bob"), 401, "not_known"),
        (launch(token="42:a-token-of-another-bot"), 401, "not_known"),
        (launch(auth_date="1767265200"), 401, "launch_over"),
        (launch(auth_date="1767268861"), 401, "launch_over"),
        ("", 401, "not_known"),
        ("x" * 8193, 400, "invalid_request"),
    ],
    ids=["forged", "other-bot", "old", "of-tomorrow", "empty", "long"],
)
async def test_other_launches_are_refused(
    shop: Shop, init_data: str, status: int, expected: str
) -> None:
    """Nobody was seen."""
    answer = await post(shop, "telegram", init_data=init_data)
    assert code(answer) == (status, expected)
    assert list(await (await shop.container.get(Users)).page(9)) == []


async def test_bodies_are_strict(shop: Shop) -> None:
    """What is unknown, missing or no text is refused."""
    for body in ({}, {"init_data": 5}, {"init_data": launch(), "role": "owner"}):
        answer = await shop.client.post("/v1/auth/telegram", json=body)
        assert code(answer) == (400, "invalid_request")
    answer = await shop.client.post("/v1/auth/telegram", content=b"{" + b" " * 20_000 + b"}")
    assert code(answer) == (413, "body_too_large")


async def test_a_launch_signs_in_once(shop: Shop) -> None:
    """Replayed, it opens nothing."""
    await came(shop)
    assert code(await post(shop, "telegram", init_data=launch())) == (401, "launch_used")


async def test_a_session_goes_on(shop: Shop, time: MovedByHand) -> None:
    """With new tokens for old ones; the old access token ends by itself."""
    told = await came(shop)
    time.pass_seconds(600)
    answer = await asked(shop, told["access_token"])
    assert code(answer) == (401, "key_needed")
    answer = await refreshed(shop, told["refresh_token"])
    assert answer.status_code == 200
    after = answer.json()
    assert (after["session"], after["user"]) == (told["session"], 42)
    assert (await asked(shop, after["access_token"])).status_code == 200


async def test_a_stolen_token_ends_the_session(shop: Shop, time: MovedByHand) -> None:
    """For both, and it is told."""
    told = await came(shop)
    after = (await refreshed(shop, told["refresh_token"])).json()
    for token in (told["refresh_token"], after["refresh_token"]):
        assert code(await refreshed(shop, token)) == (401, "not_known")
    time.pass_seconds(5)
    assert code(await asked(shop, after["access_token"])) == (401, "key_needed")
    (event,) = await (await shop.container.get(Outbox)).pending(9)
    assert (event.name, event.facts["session"]) == ("session.reused", told["session"])


async def test_people_see_and_end_their_sessions(shop: Shop, time: MovedByHand) -> None:
    """One, the others, and in the end the one they are in."""
    here, there, gone = [await came(shop, query_id=name) for name in "abc"]
    await came(shop, user=43)
    access = here["access_token"]
    listed = (await asked(shop, access, "/v1/sessions")).json()["sessions"]
    assert {each["session"] for each in listed} == {x["session"] for x in (here, there, gone)}
    assert [each["session"] for each in listed if each["current"]] == [here["session"]]
    assert {each["device"] for each in listed} == {"a phone"}
    for path, status in (
        (f"/v1/sessions/{gone['session']}", 204),
        (f"/v1/sessions/{gone['session']}", 404),
        (f"/v1/sessions/{UUID(int=7)}", 404),
        ("/v1/sessions/nonsense", 422),
        ("/v1/sessions", 204),
    ):
        assert (await asked(shop, access, path, "DELETE")).status_code == status
    assert len((await asked(shop, access, "/v1/sessions")).json()["sessions"]) == 1
    for each in (there, gone):
        assert code(await refreshed(shop, each["refresh_token"])) == (401, "not_known")
    assert (await post(shop, "logout", access)).status_code == 204
    time.pass_seconds(5)
    assert code(await asked(shop, access)) == (401, "key_needed")
    assert code(await refreshed(shop, here["refresh_token"])) == (401, "not_known")


async def test_nobody_ends_the_sessions_of_others(shop: Shop) -> None:
    """For them there are none."""
    hers, his = await came(shop), await came(shop, user=43)
    path = f"/v1/sessions/{hers['session']}"
    assert (await asked(shop, his["access_token"], path, "DELETE")).status_code == 404
    assert (await asked(shop, his["access_token"], "/v1/sessions", "DELETE")).status_code == 204
    assert (await asked(shop, hers["access_token"])).status_code == 200


async def test_somebody_is_signed_out(shop: Shop, time: MovedByHand) -> None:
    """By whoever may; within five seconds nothing they have opens anything."""
    told = await came(shop)
    assert (await asked(shop, told["access_token"])).status_code == 200
    await (await shop.container.get(EndSessions))(Caller.local(), ANN)
    time.pass_seconds(5)
    assert code(await asked(shop, told["access_token"])) == (401, "key_needed")
    assert code(await refreshed(shop, told["refresh_token"])) == (401, "not_known")


async def test_programs_have_no_sessions(shop: Shop) -> None:
    """A key has nothing to sign out of."""
    for method, path in (
        ("GET", "/v1/sessions"),
        ("DELETE", "/v1/sessions"),
        ("POST", "/v1/auth/logout"),
    ):
        answer = await asked(shop, "a-long-key-for-a-caller", path, method)
        assert code(answer) == (401, "not_known")


async def test_tokens_of_others_open_nothing(shop: Shop) -> None:
    """Signed with another key, or for a session that is not there; guessers are told to wait."""
    token = AccessToken.of(ANN, SessionId(UUID(int=1)), MovedByHand().hand.now())
    ours = await shop.container.get(AccessTokens)
    assert code(await asked(shop, ours.sign(token))) == (401, "key_needed")
    forged = AccessTokens({"bot": bytes(32)}).sign(token)
    for _ in range(KEYS_BY_ADDRESS.limit):
        assert code(await asked(shop, forged)) == (401, "key_needed")
    assert code(await asked(shop, forged)) == (429, "too_often")


async def test_secrets_are_not_logged(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever is asked, and whatever comes of it."""
    caplog.set_level(logging.DEBUG, "altyn")
    told = await came(shop)
    answers = [
        await post(shop, "telegram", init_data=launch()),
        await refreshed(shop, told["refresh_token"]),
        await refreshed(shop, told["refresh_token"]),
        await asked(shop, told["access_token"], "/v1/sessions"),
    ]
    shown = caplog.text + "".join(each.text for each in (answers[0], *answers[2:]))
    for secret in (told["access_token"], told["refresh_token"], launch(), TOKEN):
        assert secret not in shown
