"""People, what they want to be told, and the trail, over real HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio

from altyn.core.identity import Caller as Anybody
from altyn.core.identity import Profile, Role, SeeUser, SetRole, UserId
from altyn.core.notifications import Notification, NotificationId, Notifications, Recipient
from tests.integration.api_counter import Counter, opened, said
from tests.integration.test_api_customers import signed_in
from tests.unit.test_telegram_launches import TOKEN

pytestmark = pytest.mark.asyncio(loop_scope="module")

OWNER = Anybody.local()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def counter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Counter]:
    folder = tmp_path_factory.mktemp("shop")
    async with opened(folder, ALTYN_TELEGRAM_TOKEN=TOKEN) as counter:
        await counter.shop.pays(100_000)
        yield counter


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def ann(counter: Counter) -> str:
    """The token of user 42, a customer."""
    return await signed_in(counter, 42)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def sue(counter: Counter) -> str:
    """The token of user 50, who is of support."""
    await seen(counter, 50)
    await (await counter.shop.container.get(SetRole))(OWNER, UserId(50), Role.SUPPORT)
    return await signed_in(counter, 50)


async def seen(counter: Counter, id: int, username: str = "") -> None:
    """Somebody came."""
    profile = Profile(id=UserId(id), name="Bob", username=username)
    await (await counter.shop.container.get(SeeUser))(profile)


async def test_people(counter: Counter, ann: str) -> None:
    """By number, by name, by role, page by page."""
    for id in (61, 62, 63):
        await seen(counter, id, f"bob{id}")
    bob = await counter.told("/v1/users/62")
    assert bob == bob | {"id": 62, "account": "user:62", "username": "bob62", "role": "customer"}
    for name in ("bob62", "@BOB62"):
        assert await counter.told(f"/v1/users/named/{name}") == bob
    first = await counter.told("/v1/users?after=60&limit=2")
    second = await counter.told(f"/v1/users?after={first['next']}&limit=2")
    assert [each["id"] for each in (*first["users"], *second["users"])] == [61, 62, 63]
    assert second["next"] is None
    assert await counter.told("/v1/users?role=owner") == {"users": [], "next": None}
    own = await counter.get("/v1/users/42", Authorization=ann)
    assert (own.status_code, own.json()["id"]) == (200, 42)


async def test_roles(counter: Counter) -> None:
    """Given once, told again under the same key; the trail knows."""
    await seen(counter, 64)
    path = "/v1/users/64/role"
    first, again = [await counter.post(path, {"role": "support"}, "r") for _ in range(2)]
    assert (first.status_code, first.json()["role"]) == (200, "support")
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    (entry,) = (await counter.told("/v1/audit?about=user:64"))["entries"]
    assert (entry["what"], entry["who"]) == ("user.role_set", "local")
    assert entry["facts"] == {"role": "support", "was": "customer"}
    await counter.post(path, {"role": "owner"})
    refused = await counter.post(path, {"role": "customer"})
    assert said(refused) == (422, "last_owner")


async def test_muting(counter: Counter, sue: str) -> None:
    """By support too, and of nobody above them."""
    await seen(counter, 65)
    path = "/v1/users/65/mute"
    muted = await counter.post(path, {"why": "abuse"}, Authorization=sue)
    assert (muted.status_code, muted.json()["muted"]) == (200, True)
    heard = await counter.post(path, {"muted": False}, Authorization=sue)
    assert heard.json()["muted"] is False
    refused = await counter.post("/v1/users/50/mute", Authorization=sue)
    assert said(refused) == (422, "outranked")


async def test_what_we_know_is_handed_out_and_wiped(counter: Counter) -> None:
    """To whom it is about, and both are in the trail."""
    eve = await signed_in(counter, 66)
    document = await counter.get("/v1/users/66/export", Authorization=eve)
    assert document.json()["user"]["id"] == 66
    assert {"payments", "purchases", "sessions", "webhooks"} <= set(document.json()["kept"])
    first = await counter.post("/v1/users/66/erase", None, "e", Authorization=eve)
    assert (first.status_code, first.json()["name"]) == (200, "")
    assert first.json()["erased_at"] is not None
    entries = (await counter.told("/v1/audit?about=user:66"))["entries"]
    assert [each["what"] for each in entries] == ["user.erased", "user.exported"]


async def test_wishes(counter: Counter, ann: str) -> None:
    """They say it themselves, once under a key, and see what they said."""
    path = "/v1/users/42/preferences"
    before = (await counter.get(path, Authorization=ann)).json()
    assert (before["declined"], before["gone_since"]) == ([], None)
    assert "payment.settled" in before["kinds"]
    for kind in ("payment.*", "purchase.delivered"):
        answer = await counter.post(f"{path}/decline", {"kind": kind}, Authorization=ann)
        assert answer.status_code == 200
    assert answer.json()["declined"] == ["payment.*", "purchase.delivered"]
    await counter.post(f"{path}/accept", {"kind": "payment.*"}, Authorization=ann)
    assert (await counter.told(path))["declined"] == ["purchase.delivered"]
    wrong = await counter.post(f"{path}/decline", {"kind": "weather"}, Authorization=ann)
    assert said(wrong) == (422, "kind_malformed")


async def test_what_somebody_was_told(counter: Counter, ann: str) -> None:
    """Newest first, page by page, and no other's."""
    kept = await counter.shop.container.get(Notifications)
    now = datetime.now(UTC)
    ids = []
    for number, recipient in enumerate((42, 42, 43, 42)):
        at = now + timedelta(seconds=number)
        one = Notification(
            id=NotificationId(uuid4()),
            source=uuid4(),
            recipient=Recipient(recipient),
            kind="payment.settled",
            facts={"payer": f"user:{recipient}"},
            made_at=at,
            until=at,
            repeats=True,
            check_at=at,
        )
        await kept.add([one])
        ids += [str(one.id)] if recipient == 42 else []
    path = "/v1/users/42/notifications?limit=2"
    first = (await counter.get(path, Authorization=ann)).json()
    second = (await counter.get(f"{path}&before={first['next']}", Authorization=ann)).json()
    told = [*first["notifications"], *second["notifications"]]
    assert [each["id"] for each in told] == ids[::-1]
    assert told[0] == told[0] | {"kind": "payment.settled", "state": "waiting", "told": ""}


async def test_the_trail(counter: Counter) -> None:
    """Newest first, page by page, by whom and about what; and it is as it was written."""
    await seen(counter, 67)
    for role in ("support", "operator", "customer"):
        await counter.post("/v1/users/67/role", {"role": role})
    path = "/v1/audit?about=user:67&who=local&limit=2"
    first = await counter.told(path)
    second = await counter.told(f"{path}&before={first['next']}")
    entries = [*first["entries"], *second["entries"]]
    assert [each["facts"]["role"] for each in entries] == ["customer", "operator", "support"]
    assert second["next"] is None
    found = await counter.told("/v1/audit/verify")
    newest = (await counter.told("/v1/audit?limit=1"))["entries"][0]
    assert found == {
        "well": True,
        "entries": newest["number"],
        "noted": f"{newest['number']}:{newest['digest']}",
        "finding": None,
    }
    assert (await counter.told(f"/v1/audit/verify?noted={found['noted']}"))["well"]
    cut = await counter.told(f"/v1/audit/verify?noted={newest['number'] + 1}:{'0' * 64}")
    assert not cut["well"]
    assert f"link {newest['number'] + 1}" in cut["finding"]


REFUSED = {
    "/v1/users/999": (404, "user_missing"),
    "/v1/users/named/nobody": (404, "user_missing"),
    "/v1/users/named/not a name": (422, "malformed_user"),
    "/v1/users?role=king": (400, "invalid_request"),
    "/v1/users?limit=0": (400, "invalid_request"),
    "/v1/users/999/export": (404, "user_missing"),
    "/v1/users/42/notifications?before=17": (422, "malformed_text"),
    "/v1/users/42/preferences?account=user:43": (400, "invalid_request"),
    "/v1/audit?before=0": (400, "invalid_request"),
    "/v1/audit/verify?noted=17": (422, "malformed_text"),
}


async def test_what_is_refused(counter: Counter) -> None:
    """Each has its status and its code, and so has what is posted."""
    assert {path: said(await counter.get(path)) for path in REFUSED} == REFUSED
    for path, body, refusal in (
        ("/v1/users/999/role", {"role": "support"}, (404, "user_missing")),
        ("/v1/users/999/mute", {}, (404, "user_missing")),
        ("/v1/users/999/erase", {}, (404, "user_missing")),
        ("/v1/users/42/role", {"role": "king"}, (400, "invalid_request")),
        ("/v1/users/42/mute", {"muted": "yes"}, (400, "invalid_request")),
        ("/v1/users/42/erase", {"really": True}, (400, "invalid_request")),
    ):
        assert said(await counter.post(path, body)) == refusal, path


async def test_who_may_not(counter: Counter, ann: str, sue: str) -> None:
    """Customers see and change themselves; support sees all, and is given no trail."""
    for path in (
        "/v1/users",
        "/v1/users/50",
        "/v1/users/named/bob62",
        "/v1/users/50/export",
        "/v1/users/50/preferences",
        "/v1/users/50/notifications",
        "/v1/audit",
        "/v1/audit/verify",
    ):
        assert said(await counter.get(path, Authorization=ann)) == (403, "not_allowed"), path
    for path in ("/v1/users/42/export", "/v1/audit", "/v1/audit/verify"):
        assert said(await counter.get(path, Authorization=sue)) == (403, "not_allowed"), path
    for shown in (ann, sue):
        for path, body in (
            ("/v1/users/63/role", {"role": "owner"}),
            ("/v1/users/63/erase", {}),
            ("/v1/users/63/preferences/decline", {"kind": "payment.*"}),
            ("/v1/users/63/preferences/accept", {"kind": "payment.*"}),
        ):
            answer = await counter.post(path, body, Authorization=shown)
            assert said(answer) == (403, "not_allowed"), path
    refused = await counter.post("/v1/users/63/mute", Authorization=ann)
    assert said(refused) == (403, "not_allowed")
