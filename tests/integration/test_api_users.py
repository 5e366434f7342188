"""What people have, over real HTTP; names of requests, tags, limits, and the page for people."""

import csv
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from altyn.core.balances import Hold, HoldId, MoveMoney, PlaceHold, Transfer, TransferId
from altyn.core.money import RUB, Money
from tests.integration.api_counter import Counter, opened, said
from tests.integration.test_api_balances import CARD, USER

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def counter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Counter]:
    async with opened(tmp_path_factory.mktemp("shop")) as counter:
        await counter.shop.pays(100, 200, 300)
        yield counter


async def test_users_are_accounts(counter: Counter) -> None:
    """By the number of somebody one reads what the account of that name has."""
    for rest in (
        "balances",
        "balances/RUB",
        "statement/RUB",
        "statement/RUB?limit=2&before=3",
        "statement/RUB/csv",
        "holds/RUB",
        "holds/RUB/csv",
    ):
        by_number = await counter.get(f"/v1/users/42/{rest}")
        by_name = await counter.get(f"/v1/accounts/user:42/{rest}")
        assert (by_number.status_code, by_number.content) == (200, by_name.content)
    past = await counter.told("/v1/users/42/balances/RUB?at=2020-01-01T00:00:00Z")
    assert past["posted"]["units"] == "0"


PROBLEMS = {
    "/v1/users/43/balances": (404, "nothing_open"),
    "/v1/users/43/balances/RUB": (404, "account_missing"),
    "/v1/users/42/balances/EUR": (404, "unknown_asset"),
    "/v1/users/42/balances/RUB?at=yesterday": (422, "malformed_instant"),
    "/v1/users/43/statement/RUB": (404, "account_missing"),
    "/v1/users/43/statement/RUB/csv": (404, "account_missing"),
    "/v1/users/42/statement/EUR/csv": (404, "unknown_asset"),
    "/v1/users/43/holds/RUB": (404, "account_missing"),
    "/v1/users/43/holds/RUB/csv": (404, "account_missing"),
    "/v1/users/42/balances?account=user:43": (400, "invalid_request"),
    "/v1/accounts/nobody/holds/RUB/csv": (422, "malformed_text"),
    "/v1/users/42/holds/RUB?before=17": (422, "malformed_text"),
    "/v1/users/42/holds/RUB?limit=201": (400, "invalid_request"),
    "/v1/users/42/balances?request=1": (400, "invalid_request"),
    "/v1/users/0/balances": (400, "invalid_request"),
    f"/v1/users/{2**52}/balances": (400, "invalid_request"),
    "/v1/users/ann/balances": (404, "not_found"),
}


async def test_problems(counter: Counter) -> None:
    """Each has its status and its code."""
    assert {path: said(await counter.get(path)) for path in PROBLEMS} == PROBLEMS


async def test_holds(counter: Counter) -> None:
    """Newest first, page by page."""
    place = await counter.shop.container.get(PlaceHold)
    ids = []
    for units in (1, 2, 3):
        hold = Hold(id=HoldId(uuid4()), account=USER, amount=Money(units, RUB), reference="r")
        await place(hold)
        ids.append(str(hold.id))
    first = await counter.told("/v1/users/42/holds/RUB?limit=2")
    second = await counter.told(f"/v1/users/42/holds/RUB?limit=2&before={first['next']}")
    assert [each["id"] for each in [*first["holds"], *second["holds"]]] == ids[::-1]
    assert second["next"] is None
    assert second["holds"][0] == {
        "id": ids[0],
        "account": "user:42",
        "amount": {"amount": "0.01", "asset": "RUB", "units": "1"},
        "state": "open",
        "captured": {"amount": "0.00", "asset": "RUB", "units": "0"},
        "reference": "r",
        "placed_at": second["holds"][0]["placed_at"],
        "expires_at": None,
        "closed_at": None,
    }


async def test_a_table_of_holds(counter: Counter) -> None:
    """All there are, however many, newest first."""
    place = await counter.shop.container.get(PlaceHold)
    for _ in range(205):
        hold = Hold(id=HoldId(uuid4()), account=USER, amount=Money(1, RUB), reference="=r")
        await place(hold)
    answer = await counter.get("/v1/users/42/holds/RUB/csv")
    assert answer.headers["content-disposition"] == ('attachment; filename="user-42-RUB-holds.csv"')
    head, *lines = csv.reader(answer.text.splitlines())
    rows = [dict(zip(head, line, strict=True)) for line in lines]
    assert len({row["hold"] for row in rows}) == len(rows) >= 205
    assert [row["placed_at"] for row in rows] == sorted(
        (row["placed_at"] for row in rows), reverse=True
    )
    assert rows[0] == rows[0] | {"hold": str(hold.id), "amount": "0.01", "reference": "'=r"}


async def test_tables(counter: Counter) -> None:
    """All of the history, however long; words of others never become formulas."""
    move = await counter.shop.container.get(MoveMoney)
    for number in range(1000, 1230):
        id = TransferId(UUID(int=number))
        memo = "=1+1" if number == 1229 else ""
        await move(Transfer(id=id, source=CARD, target=USER, amount=Money(5, RUB), memo=memo))
    answer = await counter.get("/v1/users/42/statement/RUB/csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="user-42-RUB.csv"'
    assert answer.headers["cache-control"] == "no-store"
    head, *lines = csv.reader(answer.text.splitlines())
    assert head[:4] == ["number", "at", "change", "after"]
    numbers = [int(line[0]) for line in lines]
    assert numbers == list(range(len(lines), 0, -1))
    assert len(lines) >= 230
    newest = dict(zip(head, lines[0], strict=True))
    assert (newest["memo"], newest["change"], newest["asset"]) == ("'=1+1", "0.05", "RUB")
    assert newest["transfer"] == str(UUID(int=1229))


async def test_names_of_requests(counter: Counter) -> None:
    """One's own is kept if it can be one; problems have it too."""
    own = "trace-0001:a/b"
    answer = await counter.get("/v1/users/43/balances", **{"X-Request-Id": own})
    assert (answer.headers["x-request-id"], answer.json()["request"]) == (own, own)
    for wrong in ("short", "x" * 129, "with space", "100%s-of-it", ""):
        answer = await counter.get("/nowhere", **{"X-Request-Id": wrong})
        assert UUID(answer.headers["x-request-id"]).version == 7
        assert answer.json()["request"] == answer.headers["x-request-id"]


async def test_what_has_not_changed(counter: Counter) -> None:
    """Whoever knows the tag is told so, without a body; until it changes."""
    path = "/v1/users/42/balances"
    first = await counter.get(path)
    tag = first.headers["etag"]
    for known in (tag, f'"x", W/{tag}', "*"):
        same = await counter.get(path, **{"If-None-Match": known})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
        assert "content-type" not in same.headers
        assert "x-request-id" in same.headers
    move = await counter.shop.container.get(MoveMoney)
    gift = Transfer(id=TransferId(uuid4()), source=CARD, target=USER, amount=Money(5, RUB))
    await move(gift)
    fresh = await counter.get(path, **{"If-None-Match": tag})
    assert fresh.status_code == 200
    assert fresh.headers["etag"] != tag
    other = await counter.get("/v1/users/42/balances/RUB", **{"If-None-Match": tag})
    assert other.status_code == 200
    assert other.headers["etag"] != tag
    missing = await counter.get("/v1/users/43/balances", **{"If-None-Match": "*"})
    assert missing.status_code == 404
    assert "etag" not in missing.headers


async def test_limits(counter: Counter) -> None:
    """What is left, with nothing counted but the request itself."""
    ((address, caller),) = (await counter.told("/v1/limits")).values()
    assert (address["name"], caller["name"]) == ("api.address", "api.caller")
    assert (caller["most"], caller["wait_seconds"]) == (100_000, 0)
    assert 0 < caller["left"] < 100_000
    path = "/v1/limits/api/ask?caller=somebody"
    first, again = await counter.told(path), await counter.told(path)
    assert first == again
    assert first["limits"][0]["left"] == 100_000 - 1
    assert said(await counter.get("/v1/limits/api/ask")) == (422, "subject_missing")
    assert said(await counter.get("/v1/limits/api/fly?caller=x")) == (404, "rule_unknown")


async def test_the_page_for_people(counter: Counter) -> None:
    """It is whole, comes alone, and a browser loads and sends nothing from it."""
    answer = await counter.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    paths = (await counter.told("/docs/openapi.json"))["paths"]
    assert all(f"<code>{path}</code>" in answer.text for path in paths)
    for foreign in ("<script", "src=", "http:", "@import", "url("):
        assert foreign not in answer.text
