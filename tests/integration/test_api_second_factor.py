"""Operators show their second factor over real HTTP, and are sure for five minutes."""

from base64 import b32decode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from altyn.core.identity import (
    Caller,
    MakeKey,
    NotSure,
    OpenWithAccessToken,
    Permission,
    Role,
    Users,
)
from altyn.core.identity.one_time import code_of, step_of
from tests.unit.test_telegram_launches import TOKEN

from .test_api_balances import Shop, served
from .test_api_keys import MovedByHand
from .test_api_sessions import ANN, came, code

PATH = "/v1/auth/second-factor"
SETTINGS = {
    "ALTYN_TELEGRAM_TOKEN": TOKEN,
    "ALTYN_API_PUBLIC": "https://shop.example",
    "ALTYN_API_KEYS": "a-long-key-for-a-caller",
    "ALTYN_ACCESS_KEYS": "2026-11:a-secret-of-at-least-thirty-two-characters",
    "ALTYN_SEALING_KEYS": "ab" * 32,
}


@pytest.fixture
def time() -> MovedByHand:
    return MovedByHand()


@pytest.fixture
async def shop(tmp_path: Path, time: MovedByHand) -> AsyncIterator[Shop]:
    """A house that can keep secrets."""
    database = f"sqlite:///{tmp_path}/shop.db"
    async with served(tmp_path, time, ALTYN_DATABASE=database, **SETTINGS) as shop:
        yield shop


async def asked(
    shop: Shop, method: str, access: str, path: str = PATH, **body: str
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {access}", "Host": "shop.example"}
    return await shop.client.request(method, path, headers=headers, json=body or None)


async def enrolled(shop: Shop, access: str) -> dict[str, Any]:
    answer = await asked(shop, "POST", access)
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    told: dict[str, Any] = answer.json()
    return told


def app(told: dict[str, Any], time: MovedByHand) -> str:
    """What the app shows now."""
    return code_of(b32decode(told["secret"]), step_of(time.hand.now()))


async def caller(shop: Shop, access: str) -> Caller:
    """Who that is to the use cases behind the door."""
    opens = await shop.container.get(OpenWithAccessToken)
    return (await opens(access, "192.0.2.1")).caller


async def test_an_owner_becomes_sure(shop: Shop, time: MovedByHand) -> None:
    """Their token is not enough to make keys; with the second factor it is, for five minutes."""
    access = (await came(shop))["access_token"]
    await (await shop.container.get(Users)).change(ANN, role=Role.OWNER)
    make, sees = await shop.container.get(MakeKey), {Permission.SEE_OTHERS}
    with pytest.raises(NotSure):
        await make(await caller(shop, access), "cash desk", sees)
    told = await enrolled(shop, access)
    assert (await asked(shop, "GET", access)).json() == {
        "confirmed": False,
        "recovery_codes_left": 10,
    }
    answer = await asked(shop, "POST", access, f"{PATH}/verify", code=app(told, time))
    assert answer.status_code == 200
    assert answer.json()["sure_until"] == "2026-01-01T12:05:00Z"
    sure = answer.json()["access_token"]
    await make(await caller(shop, sure), "cash desk", sees)
    with pytest.raises(NotSure):
        await make(await caller(shop, access), "another", sees)
    time.pass_seconds(300)
    with pytest.raises(NotSure):
        await make(await caller(shop, sure), "late", sees)
    assert (await asked(shop, "GET", sure)).json()["confirmed"]


async def test_a_code_counts_once(shop: Shop, time: MovedByHand) -> None:
    """Replayed it is nothing; one from paper neither."""
    access = (await came(shop))["access_token"]
    assert (await asked(shop, "GET", access)).json()["confirmed"] is False
    told = await enrolled(shop, access)
    codes = (app(told, time), told["recovery_codes"][0])
    for each, status in zip((*codes, *codes), (200, 200, 401, 401), strict=True):
        answer = await asked(shop, "POST", access, f"{PATH}/verify", code=each)
        assert answer.status_code == status
    assert code(answer) == (401, "not_known")
    assert (await asked(shop, "GET", access)).json()["recovery_codes_left"] == 9


async def test_few_are_tried(shop: Shop) -> None:
    """Five in a quarter of an hour."""
    access = (await came(shop))["access_token"]
    await enrolled(shop, access)
    for _ in range(5):
        answer = await asked(shop, "POST", access, f"{PATH}/verify", code="000000")
        assert code(answer) == (401, "not_known")
    answer = await asked(shop, "POST", access, f"{PATH}/verify", code="000000")
    assert code(answer) == (429, "too_often")
    assert answer.headers["retry-after"] == "900"


async def test_thieves_set_up_nothing(shop: Shop, time: MovedByHand) -> None:
    """Long after signing in, or where there is one already."""
    told = await came(shop)
    time.pass_seconds(601)
    answer = await shop.client.post(
        "/v1/auth/refresh", json={"refresh_token": told["refresh_token"]}
    )
    assert code(await asked(shop, "POST", answer.json()["access_token"])) == (403, "not_fresh")
    access = (await came(shop, query_id="later"))["access_token"]
    factor = await enrolled(shop, access)
    await asked(shop, "POST", access, f"{PATH}/verify", code=app(factor, time))
    assert code(await asked(shop, "POST", access)) == (403, "not_sure")


async def test_who_has_none(shop: Shop) -> None:
    """Whoever has set up none is told so, and programs have none."""
    access = (await came(shop))["access_token"]
    answer = await asked(shop, "POST", access, f"{PATH}/verify", code="000000")
    assert code(answer) == (404, "second_factor_missing")
    for method, path in (("GET", PATH), ("POST", PATH)):
        answer = await asked(shop, method, "a-long-key-for-a-caller", path)
        assert code(answer) == (401, "not_known")


async def test_without_keys_nobody_is_sure(tmp_path: Path, time: MovedByHand) -> None:
    """Neither where secrets could not be sealed nor where the bot's token could sign."""
    for missing, path, expected in (
        ("ALTYN_SEALING_KEYS", PATH, "nothing_seals"),
        ("ALTYN_ACCESS_KEYS", f"{PATH}/verify", "nothing_vouches"),
    ):
        folder = tmp_path / missing
        folder.mkdir()
        left = {name: value for name, value in SETTINGS.items() if name != missing}
        database = f"sqlite:///{folder}/shop.db"
        async with served(folder, time, ALTYN_DATABASE=database, **left) as shop:
            access = (await came(shop))["access_token"]
            body = {"code": "000000"} if path != PATH else {}
            answer = await asked(shop, "POST", access, path, **body)
            assert code(answer) == (422, expected)


async def test_an_operator_gives_money_back_when_sure(shop: Shop, time: MovedByHand) -> None:
    """Their token alone agrees to no refund; with the second factor it is looked for."""
    access = (await came(shop))["access_token"]
    await (await shop.container.get(Users)).change(ANN, role=Role.OPERATOR)
    told = await enrolled(shop, access)
    answer = await asked(shop, "POST", access, f"{PATH}/verify", code=app(told, time))
    time.pass_seconds(5)
    refused = {access: (403, "not_sure"), answer.json()["access_token"]: (404, "refund_missing")}
    for number, (token, expected) in enumerate(refused.items()):
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"agree-{number}"}
        path = f"/v1/refunds/{UUID(int=7)}/approve"
        assert code(await shop.client.post(path, json={}, headers=headers)) == expected
