"""Keys of programs, made and looked after over real HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from altyn.adapters.sqlite import SqliteStore
from altyn.core.errands import Errands
from altyn.core.identity import Caller as Anybody
from altyn.core.identity import OpenWithKey, Role, SetRole, UserId
from tests.integration.api_counter import Counter, opened, said
from tests.integration.test_api_customers import signed_in
from tests.unit.test_telegram_launches import TOKEN

pytestmark = pytest.mark.asyncio(loop_scope="module")

BALANCES = "/v1/users/42/balances"
DESK: dict[str, Any] = {"name": "cash desk", "scopes": ["see_others"], "expires_at": None}
NOBODY = "/v1/keys/aaaaaaaaaaaaaaaa"
SHOWN = "secret"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def counter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Counter]:
    variables = {"ALTYN_TELEGRAM_TOKEN": TOKEN, "ALTYN_SEALING_KEYS": "ab" * 32}
    async with opened(tmp_path_factory.mktemp("shop"), **variables) as counter:
        await counter.shop.pays(100)
        yield counter


async def made(counter: Counter, **more: Any) -> dict[str, Any]:
    """A key with its secret."""
    answer = await counter.post("/v1/keys", DESK | more)
    assert answer.status_code == 201, answer.text
    key: dict[str, Any] = answer.json()
    return key


async def taken_away(counter: Counter, path: str, **headers: str) -> httpx.Response:
    return await counter.shop.client.delete(path, headers=headers)


async def opens(counter: Counter, key: dict[str, Any]) -> int:
    """What a program that shows it is answered."""
    answer = await counter.get(BALANCES, Authorization=f"Bearer {key[SHOWN]}")
    return answer.status_code


async def listed(counter: Counter, key: dict[str, Any]) -> dict[str, Any]:
    """How it stands in the list."""
    every = (await counter.told("/v1/keys"))["keys"]
    (found,) = (each for each in every if each["key"] == key["key"])
    return dict(found)


async def lost(counter: Counter) -> None:
    """As if every answer had been lost before it was kept."""
    errands = await counter.shop.container.get(Errands)
    assert await errands.forget(datetime.now(UTC) + timedelta(hours=1), 10_000) > 0


async def test_a_secret_is_shown_once(counter: Counter) -> None:
    """And again to whoever asks under the same key: it is kept sealed, never as it is."""
    first, again = [await counter.post("/v1/keys", DESK, "k") for _ in range(2)]
    assert first.status_code == 201
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    key = first.json()
    assert await listed(counter, key) == {
        name: value for name, value in key.items() if name != SHOWN
    }
    place = (await counter.shop.container.get(SqliteStore)).path
    files = b"".join(path.read_bytes() for path in place.parent.glob("shop.db*"))
    assert key[SHOWN].rpartition("_")[2].encode() not in files
    assert key["key"].encode() in files
    other = await counter.post("/v1/keys", DESK | {"name": "other"}, "k")
    assert said(other) == (422, "idempotency_key_reused")


async def test_the_life_of_a_key(counter: Counter) -> None:
    """It opens what it is for, its use is seen, another takes over, it is taken away."""
    old = await made(counter, expires_at="2100-01-01T00:00:00Z")
    assert (old["scopes"], old["made_by"]) == (["see_others"], "local")
    assert (old["expires_at"], old["used_at"]) == ("2100-01-01T00:00:00Z", None)
    assert await opens(counter, old) == 200
    await (await counter.shop.container.get(OpenWithKey)).settle()
    assert (await listed(counter, old))["used_at"] is not None
    path = f"/v1/keys/{old['key']}/rotate"
    answers = [
        await counter.post(path, {"expires_at": None, "hours": 0}, "rotated") for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    new = answers[0].json()
    assert (new["scopes"], new["replaces"]) == (old["scopes"], old["key"])
    assert await opens(counter, new) == 200
    for _ in range(2):
        assert (await taken_away(counter, f"/v1/keys/{new['key']}")).status_code == 204
    assert (await listed(counter, new))["revoked_at"] is not None
    entries = [
        each
        for key in (new, old)
        for each in (await counter.told(f"/v1/audit?about=key:{key['key']}"))["entries"]
    ]
    assert [each["what"] for each in entries] == ["key.revoked", "key.rotated", "key.made"]


async def test_an_answer_that_was_lost(counter: Counter) -> None:
    """There is one key all the same: whoever asks again is told which, to let another take over."""
    key = (await counter.post("/v1/keys", DESK, "l")).json()
    path, body = f"/v1/keys/{key['key']}/rotate", {"expires_at": None, "hours": 0}
    new = (await counter.post(path, body, "l")).json()
    await lost(counter)
    for asked, sent, known in (("/v1/keys", DESK, key), (path, body, new)):
        again = await counter.post(asked, sent, "l")
        assert said(again) == (409, "key_made")
        assert again.json()["facts"] == {"public": known["key"]}


async def test_nobody_gives_what_they_have_not(counter: Counter) -> None:
    """Neither in a new key nor in one that takes over; what was made so opens no more either."""
    maker = await made(counter, scopes=["manage_keys", "see_others"])
    wide = await made(counter, scopes=["refund", "see_others"])
    shown = f"Bearer {maker[SHOWN]}"
    narrow = await counter.post("/v1/keys", DESK, Authorization=shown)
    assert narrow.json()["made_by"] == f"key:{maker['key']}"
    for path, body in (
        ("/v1/keys", DESK | {"scopes": ["see_others", "refund"]}),
        (f"/v1/keys/{wide['key']}/rotate", {"expires_at": None}),
    ):
        refused = await counter.post(path, body, Authorization=shown)
        assert said(refused) == (403, "not_allowed")
        assert refused.json()["facts"]["permission"] == "refund"


async def test_people_show_their_second_factor(counter: Counter) -> None:
    """What was stolen from an owner sees which keys there are, and changes nothing."""
    ann = await signed_in(counter, 42)
    assert said(await counter.get("/v1/keys", Authorization=ann)) == (403, "not_allowed")
    await (await counter.shop.container.get(SetRole))(Anybody.local(), UserId(42), Role.OWNER)
    ann = await signed_in(counter, 42, query_id="as owner")
    assert said(await counter.get("/v1/keys", Authorization=ann)) == (200, None)
    key = await made(counter)
    path = f"/v1/keys/{key['key']}"
    for asked in (
        counter.post("/v1/keys", DESK, Authorization=ann),
        counter.post(f"{path}/rotate", {"expires_at": None}, Authorization=ann),
        taken_away(counter, path, Authorization=ann),
    ):
        assert said(await asked) == (403, "not_sure")
    assert await listed(counter, key) == {
        name: value for name, value in key.items() if name != SHOWN
    }


async def test_what_is_refused(counter: Counter) -> None:
    """Each has its status and its code."""
    over = "2020-01-01T00:00:00Z"
    for body, refusal in (
        (DESK | {"scopes": []}, (400, "invalid_request")),
        (DESK | {"scopes": ["fly"]}, (400, "invalid_request")),
        ({"name": "cash desk", "scopes": ["see_others"]}, (400, "invalid_request")),
        (DESK | {"name": "a\nb"}, (422, "malformed_text")),
        (DESK | {"expires_at": "soon"}, (422, "malformed_instant")),
        (DESK | {"expires_at": over}, (422, "term_malformed")),
    ):
        assert said(await counter.post("/v1/keys", body)) == refusal
    rotate: dict[str, Any] = {"expires_at": None}
    key = await made(counter)
    path = f"/v1/keys/{key['key']}"
    for asked, body, refusal in (
        (f"{NOBODY}/rotate", rotate, (404, "key_missing")),
        ("/v1/keys/17/rotate", rotate, (400, "invalid_request")),
        (f"{path}/rotate", rotate | {"hours": 2161}, (400, "invalid_request")),
        (f"{path}/rotate", rotate | {"expires_at": over}, (422, "term_malformed")),
    ):
        assert said(await counter.post(asked, body)) == refusal
    assert said(await taken_away(counter, NOBODY)) == (404, "key_missing")
    await taken_away(counter, path)
    assert said(await counter.post(f"{path}/rotate", rotate)) == (422, "key_ended")


async def test_nothing_seals(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where the answer could not be kept no key is made, rather than one that nobody has."""
    async with opened(tmp_path_factory.mktemp("poor")) as poor:
        assert said(await poor.post("/v1/keys", DESK)) == (422, "nothing_seals")
        assert await poor.told("/v1/keys") == {"keys": []}
