"""Webhooks over real HTTP: of the house, and of customers who may have their own."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from altyn.adapters.sqlite import SqliteStore
from altyn.core.errands import Errands
from altyn.core.events import Event, EventId, Outbox
from altyn.core.notifications import Deliveries, DeliveryId, RelayEvents, WebhookId, Webhooks
from altyn.core.sealing import Sealer
from tests.integration.api_counter import Counter, opened, said
from tests.integration.test_api_customers import signed_in
from tests.unit.test_telegram_launches import TOKEN

pytestmark = pytest.mark.asyncio(loop_scope="module")

URL = "https://8.8.8.8/altyn"
NOBODY = "01a0b2c4-7a10-7cc1-b9b4-0f6e2d1c5a01"
ALL = {"url": URL, "events": ["*"]}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def counter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Counter]:
    variables = {
        "ALTYN_TELEGRAM_TOKEN": TOKEN,
        "ALTYN_SEALING_KEYS": "ab" * 32,
        "ALTYN_WEBHOOKS_CUSTOMERS": "2",
    }
    async with opened(tmp_path_factory.mktemp("shop"), **variables) as counter:
        yield counter


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def ann(counter: Counter) -> str:
    """The token of user 42."""
    return await signed_in(counter, 42)


async def added(counter: Counter, shown: str = "", **more: Any) -> dict[str, Any]:
    """A webhook with its secret."""
    headers = {"Authorization": shown} if shown else {}
    answer = await counter.post("/v1/webhooks", ALL | more, **headers)
    assert answer.status_code == 201, answer.text
    hook: dict[str, Any] = answer.json()
    return hook


async def happens(counter: Counter, payer: str = "user:42") -> None:
    """Something of which is told."""
    event = Event(
        id=EventId(uuid4()),
        name="payment.settled",
        at=datetime.now(UTC),
        facts={"payment": "1", "payer": payer},
    )
    await (await counter.shop.container.get(Outbox)).put([event])
    await (await counter.shop.container.get(RelayEvents))()


async def given_up(counter: Counter, hook: str) -> None:
    """Nothing of what waits for it will arrive."""
    await (await counter.shop.container.get(Deliveries)).drop(WebhookId(UUID(hook)), "no")


async def test_a_secret_is_shown_once(counter: Counter) -> None:
    """And again to whoever asks under the same key: it is kept sealed, never as it is."""
    first, again = [await counter.post("/v1/webhooks", ALL, "w") for _ in range(2)]
    assert first.status_code == 201
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    hook = first.json()
    assert hook["secret"].startswith("whsec_")
    kept = await (await counter.shop.container.get(Webhooks)).get(WebhookId(UUID(hook["id"])))
    sealer = await counter.shop.container.get(Sealer)
    assert sealer.open(kept.secret, kept.about).decode() == hook["secret"]
    shown = await counter.told(f"/v1/webhooks/{hook['id']}")
    assert shown == {name: value for name, value in hook.items() if name != "secret"}
    place = (await counter.shop.container.get(SqliteStore)).path
    files = b"".join(path.read_bytes() for path in place.parent.glob("shop.db*"))
    assert hook["secret"].encode() not in files
    assert UUID(hook["id"]).bytes in files
    other = await counter.post("/v1/webhooks", ALL | {"events": ["hold.*"]}, "w")
    assert said(other) == (422, "idempotency_key_reused")


async def test_steering(counter: Counter) -> None:
    """Told nothing for a while, told again, given another secret, and removed for good."""
    hook = await added(counter)
    path = f"/v1/webhooks/{hook['id']}"
    paused = await counter.post(f"{path}/pause", {"why": "it moves"})
    assert (paused.json()["state"], paused.json()["why"]) == ("disabled", "it moves")
    assert (await counter.post(f"{path}/resume")).json()["state"] == "enabled"
    first, again = [await counter.post(f"{path}/rotate", None, "o") for _ in range(2)]
    assert (first.status_code, first.content) == (200, again.content)
    assert first.json()["secret"] != hook["secret"]
    assert first.json()["old_secret_until"] is not None
    for _ in range(2):
        assert (await counter.shop.client.delete(path)).status_code == 204
    assert (await counter.told(path))["state"] == "removed"
    for deed in ("pause", "resume", "rotate"):
        assert said(await counter.post(f"{path}/{deed}")) == (409, "webhook_moved")


async def test_a_rotation_of_which_the_answer_was_lost(counter: Counter) -> None:
    """Asked for again there is no third secret: the one before is the one that its owner knows."""
    path = f"/v1/webhooks/{(await added(counter))['id']}/rotate"
    first = await counter.post(path, None, "lost")
    errands = await counter.shop.container.get(Errands)
    assert await errands.forget(datetime.now(UTC) + timedelta(hours=1), 10_000) > 0
    again = await counter.post(path, None, "lost")
    assert (again.status_code, again.content) == (200, first.content)
    assert "idempotent-replayed" not in again.headers
    assert (await counter.post(path)).json()["secret"] != first.json()["secret"]
    assert await errands.forget(datetime.now(UTC) + timedelta(hours=1), 10_000) > 0
    assert said(await counter.post(path, None, "lost")) == (409, "webhook_moved")


async def test_what_it_is_told(counter: Counter) -> None:
    """Newest first, page by page; what was given up is told again, one or all of it."""
    hook = await added(counter, events=["payment.settled"])
    for _ in range(3):
        await happens(counter)
    path = f"/v1/webhooks/{hook['id']}/deliveries"
    first = await counter.told(f"{path}?limit=2")
    second = await counter.told(f"{path}?limit=2&before={first['next']}")
    told = [*first["deliveries"], *second["deliveries"]]
    assert [each["state"] for each in told] == ["waiting"] * 3
    assert second["next"] is None
    await given_up(counter, hook["id"])
    assert len((await counter.told(f"{path}?only=dead"))["deliveries"]) == 3
    one = f"/v1/deliveries/{told[0]['id']}"
    again = [await counter.post(f"{one}/replay", None, "d") for _ in range(2)]
    assert [answer.json()["state"] for answer in again] == ["waiting"] * 2
    assert (await counter.told(one)) == again[0].json() | {"log": []}
    assert (await counter.post(f"/v1/webhooks/{hook['id']}/replay")).json() == {"replayed": 2}
    kept = await counter.shop.container.get(Deliveries)
    assert (await kept.get(DeliveryId(UUID(told[0]["id"])))).state == "waiting"


async def test_those_of_customers(counter: Counter, ann: str) -> None:
    """They have so many of what is about themselves, and look after them all by themselves."""
    hook = await added(counter, ann, account="user:42")
    second = await added(counter, ann, account="user:42")
    third = await counter.post("/v1/webhooks", ALL | {"account": "user:42"}, Authorization=ann)
    assert said(third) == (422, "too_many_webhooks")
    listed = "/v1/webhooks?account=user:42&limit=1"
    first = (await counter.get(listed, Authorization=ann)).json()
    rest = (await counter.get(f"{listed}&after={first['next']}", Authorization=ann)).json()
    found = [each["id"] for each in (*first["webhooks"], *rest["webhooks"])]
    assert found == [hook["id"], second["id"]]
    await happens(counter)
    path = f"/v1/webhooks/{hook['id']}"
    (told,) = (await counter.get(f"{path}/deliveries", Authorization=ann)).json()["deliveries"]
    delivery = f"/v1/deliveries/{told['id']}"
    assert (await counter.get(delivery, Authorization=ann)).status_code == 200
    for deed in ("pause", "resume", "rotate", "replay"):
        answer = await counter.post(f"{path}/{deed}", Authorization=ann)
        assert answer.status_code == 200
    answer = await counter.post(f"{delivery}/replay", Authorization=ann)
    assert answer.json()["state"] == "waiting"
    gone = await counter.shop.client.delete(path, headers={"Authorization": ann})
    assert gone.status_code == 204


async def test_what_is_others(counter: Counter, ann: str) -> None:
    """Nothing of it is seen or changed, and nobody hears what is about others."""
    hook = await added(counter, account="user:43")
    await happens(counter, "user:43")
    path = f"/v1/webhooks/{hook['id']}"
    (told,) = (await counter.told(f"{path}/deliveries"))["deliveries"]
    for asked in (
        "/v1/webhooks",
        "/v1/webhooks?account=user:43",
        path,
        f"{path}/deliveries",
        f"/v1/deliveries/{told['id']}",
    ):
        assert said(await counter.get(asked, Authorization=ann)) == (403, "not_allowed"), asked
    for posted, body in (
        ("/v1/webhooks", ALL),
        ("/v1/webhooks", ALL | {"account": "user:43"}),
        (f"{path}/pause", {}),
        (f"{path}/resume", {}),
        (f"{path}/rotate", {}),
        (f"{path}/replay", {}),
        (f"/v1/deliveries/{told['id']}/replay", {}),
    ):
        answer = await counter.post(posted, body, Authorization=ann)
        assert said(answer) == (403, "not_allowed"), posted
    refused = await counter.shop.client.delete(path, headers={"Authorization": ann})
    assert said(refused) == (403, "not_allowed")
    assert (await counter.told(path))["state"] == "enabled"


async def test_what_is_refused(counter: Counter) -> None:
    """Each has its status and its code."""
    for body, refusal in (
        (ALL | {"events": []}, (400, "invalid_request")),
        (ALL | {"events": ["weather"]}, (422, "webhook_malformed")),
        (ALL | {"url": "nowhere"}, (422, "webhook_malformed")),
        (ALL | {"url": "https://127.0.0.1/"}, (422, "address_refused")),
        (ALL | {"secret": "mine"}, (400, "invalid_request")),
    ):
        assert said(await counter.post("/v1/webhooks", body)) == refusal
    for kind, code in (("webhooks", "webhook_missing"), ("deliveries", "delivery_missing")):
        assert said(await counter.get(f"/v1/{kind}/{NOBODY}")) == (404, code)
        assert said(await counter.post(f"/v1/{kind}/{NOBODY}/replay")) == (404, code)
        assert said(await counter.get(f"/v1/{kind}/17")) == (422, "malformed_id")
    for deed in ("pause", "resume", "rotate"):
        answer = await counter.post(f"/v1/webhooks/{NOBODY}/{deed}")
        assert said(answer) == (404, "webhook_missing")
    missing = await counter.shop.client.delete(f"/v1/webhooks/{NOBODY}")
    assert said(missing) == (404, "webhook_missing")
    assert said(await counter.get("/v1/webhooks?after=17")) == (422, "malformed_text")
    asked = await counter.get(f"/v1/webhooks/{NOBODY}/deliveries?only=lost")
    assert said(asked) == (400, "invalid_request")


async def test_nothing_seals(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Without a key for secrets there are no webhooks, and the answer says which setting it is."""
    async with opened(tmp_path_factory.mktemp("poor")) as poor:
        assert said(await poor.post("/v1/webhooks", ALL)) == (422, "nothing_seals")
