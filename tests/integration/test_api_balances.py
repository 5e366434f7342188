"""Balances and statements over real HTTP, on SQLite and on PostgreSQL."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
import pytest
from attrs import frozen
from dishka import AsyncContainer, Provider
from psycopg import sql

from altyn.core.balances import (
    Account,
    Ledger,
    MoveMoney,
    Posted,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.money import RUB, XTR, Money
from altyn.core.schema import Schema
from altyn.entrypoints.api.app import make_api
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container

USER = account_name("user:42")
CARD = account_name("clearing:card")


@frozen
class Shop:
    """A served house, and somebody who asks it."""

    container: AsyncContainer
    client: httpx.AsyncClient
    address: str

    async def pays(self, *units: int) -> Sequence[Posted]:
        """So much comes in, one after the other."""
        move = await self.container.get(MoveMoney)
        receipts = []
        for number, each in enumerate(units, 1):
            id = TransferId(UUID(int=number))
            transfer = Transfer(id=id, source=CARD, target=USER, amount=Money(each, RUB))
            receipts.append(await move(transfer))
        return [receipt.posted[0] for receipt in receipts]


@asynccontextmanager
async def served(folder: Path, *more: Provider, **variables: str) -> AsyncIterator[Shop]:
    """A house of these settings, migrated, with two accounts, served on a free port."""
    settings = read_settings({"ALTYN_API_PORT": "0"} | variables, folder)
    container = make_container(settings, *more, create=True)
    try:
        await (await container.get(Schema)).migrate()
        ledger = await container.get(Ledger)
        await ledger.open(Account(USER, RUB))
        await ledger.open(Account(USER, XTR))
        await ledger.open(Account.unlimited(CARD, RUB))
        api = await make_api(container, settings)
        serving = Serving(api, listen(settings.api.host, settings.api.port))
        stopping = asyncio.Event()
        async with (
            serving.until(stopping),
            httpx.AsyncClient(base_url=serving.address, timeout=30) as client,
        ):
            yield Shop(container, client, serving.address)
            stopping.set()
    finally:
        await container.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each storage."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/shop.db"


@pytest.fixture
async def shop(database: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """The house on each storage."""
    async with served(tmp_path, ALTYN_DATABASE=database) as shop:
        yield shop


def roubles(decimal: str) -> dict[str, str]:
    return {"amount": decimal, "asset": "RUB", "units": decimal.replace(".", "").lstrip("0") or "0"}


async def test_balances(shop: Shop) -> None:
    """Every asset of an account: amounts as exact text, with their units."""
    await shop.pays(1250)
    answer = await shop.client.get("/v1/accounts/user:42/balances")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert told["account"] == "user:42"
    assert [each["asset"] for each in told["balances"]] == ["RUB", "XTR"]
    assert told["balances"][0] == {
        "account": "user:42",
        "asset": "RUB",
        "available": roubles("12.50"),
        "held": roubles("0.00"),
        "posted": roubles("12.50"),
    }
    one = await shop.client.get("/v1/accounts/user%3A42/balances/RUB")
    assert one.json() == told["balances"][0]


async def test_balance_at_a_past_moment(shop: Shop) -> None:
    """What it held then, everything at that moment included, in any zone."""
    first, _ = await shop.pays(100, 200)
    zones = (first.at.isoformat(), first.at.isoformat().replace("+00:00", "Z"))
    for moment in zones:
        answer = await shop.client.get("/v1/accounts/user:42/balances/RUB", params={"at": moment})
        assert answer.json()["posted"] == roubles("1.00")
    before = {"at": "2020-01-01T03:00:00+03:00"}
    answer = await shop.client.get("/v1/accounts/user:42/balances/RUB", params=before)
    assert answer.json()["posted"] == roubles("0.00")


async def test_statement_by_pages(shop: Shop) -> None:
    """Pages follow each other without a gap, whatever comes meanwhile."""
    posted = await shop.pays(100, 200, 300, 400, 500)
    path = "/v1/accounts/user:42/statement/RUB"
    first = (await shop.client.get(path, params={"limit": 2})).json()
    assert (first["account"], first["asset"], first["next"]) == ("user:42", "RUB", 4)
    await shop.pays(100, 200, 300, 400, 500, 600)
    second = (await shop.client.get(path, params={"limit": 2, "before": first["next"]})).json()
    third = (await shop.client.get(path, params={"before": second["next"]})).json()
    entries = [*first["entries"], *second["entries"], *third["entries"]]
    assert [each["number"] for each in entries] == [5, 4, 3, 2, 1]
    assert third["next"] is None
    assert [each["transfer"] for each in entries] == [str(one.transfer.id) for one in posted[::-1]]
    assert entries[0] == {
        "number": 5,
        "at": entries[0]["at"],
        "change": roubles("5.00"),
        "after": roubles("15.00"),
        "counterpart": "clearing:card",
        "transfer": str(posted[4].transfer.id),
        "kind": "adjustment",
        "reference": "",
        "memo": "",
        "corrects": None,
    }
    assert datetime.fromisoformat(entries[0]["at"]) == posted[4].at


PROBLEMS = {
    "/v1/accounts/user:43/balances": (404, "nothing_open"),
    "/v1/accounts/user:43/balances/RUB": (404, "account_missing"),
    "/v1/accounts/user:42/balances/EUR": (404, "unknown_asset"),
    "/v1/accounts/user:42/balances/TON": (404, "account_missing"),
    "/v1/accounts/nobody/balances": (422, "malformed_text"),
    "/v1/accounts/user:42/balances/RUB?at=yesterday": (422, "malformed_instant"),
    "/v1/accounts/user:42/balances/RUB?at=2026-01-01T00:00:00": (422, "zone_missing"),
    "/v1/accounts/user:42/balances/RUB?At=2026-01-01T00:00:00Z": (400, "invalid_request"),
    "/v1/accounts/user:42/balances?at=2026-01-01T00:00:00Z": (400, "invalid_request"),
    "/v1/accounts/user:42/statement/RUB?limit=0": (400, "invalid_request"),
    "/v1/accounts/user:42/statement/RUB?limit=201": (400, "invalid_request"),
    "/v1/accounts/user:42/statement/RUB?limit=ten": (400, "invalid_request"),
    "/v1/accounts/user:42/statement/RUB?limit=1&limit=2": (400, "invalid_request"),
    "/v1/accounts/user:42/statement/RUB?before=0": (400, "invalid_request"),
    f"/v1/accounts/user:42/statement/RUB?before={2**63}": (400, "invalid_request"),
    "/v1/accounts/user:43/statement/RUB": (404, "account_missing"),
    "/v1/accounts/user:42": (404, "not_found"),
    "/nowhere": (404, "not_found"),
}


async def test_problems(shop: Shop) -> None:
    """Every error, the framework's own too, is problem details with a stable code."""
    found = {}
    for path in PROBLEMS:
        answer = await shop.client.get(path)
        told = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(told) == {"type", "status", "title", "code", "detail", "facts", "request"}
        assert told["status"] == answer.status_code
        found[path] = answer.status_code, told["code"]
    assert found == PROBLEMS


async def test_problem_carries_facts(shop: Shop) -> None:
    """What is wrong comes as values too."""
    answer = await shop.client.get("/v1/accounts/user:43/balances/RUB")
    assert answer.json() == {
        "type": "about:blank",
        "status": 404,
        "title": "Not Found",
        "code": "account_missing",
        "detail": "user:43 has no RUB account",
        "facts": {"account": "user:43", "asset": "RUB"},
        "request": answer.headers["x-request-id"],
    }
    answer = await shop.client.get("/v1/accounts/user:42/statement/RUB?limit=0&befor=5")
    assert answer.json()["facts"] == {"invalid": {"befor": "there is no such parameter"}}


async def test_other_methods(shop: Shop) -> None:
    """What is to be read is not written."""
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = await shop.client.request(method, "/v1/accounts/user:42/balances")
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
        assert "GET" in answer.headers["allow"]


async def test_description(shop: Shop) -> None:
    """The API describes itself, without a page that would need the outside."""
    answer = await shop.client.get("/docs/openapi.json")
    told = answer.json()
    assert told["openapi"].startswith("3.1")
    assert len(told["paths"]) > 30
    statement = told["paths"]["/v1/accounts/{name}/statement/{asset}"]["get"]
    names = {each["name"] for each in statement["parameters"] if "name" in each}
    assert names == {"name", "asset", "before", "limit"}
    assert "application/problem+json" in statement["responses"]["404"]["content"]
    assert shop.address not in answer.text
    links = set(re.findall(r"https?://[^\"]+", answer.text))
    assert links == {"https://pay.example/pay/26109ba0", "https://shop.example/altyn"}


async def test_database_goes_away(tmp_path: Path, postgres_url: str) -> None:
    """When the database cannot be asked it is not known: 503, and when to ask again."""
    server, _, name = postgres_url.rpartition("/")
    database = sql.Identifier(name)
    async with (
        served(tmp_path, ALTYN_DATABASE=postgres_url) as shop,
        await psycopg.AsyncConnection.connect(f"{server}/postgres", autocommit=True) as db,
    ):
        await db.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
        answer = await shop.client.get("/v1/accounts/user:42/balances")
        assert (answer.status_code, answer.json()["code"]) == (503, "storage_unreachable")
        assert int(answer.headers["retry-after"]) > 0
        ready = await shop.client.get("/health/ready")
        assert (ready.status_code, ready.json()["code"]) == (503, "not_ready")
        await db.execute(sql.SQL("CREATE DATABASE {}").format(database))
        # It is there again, but empty: that is no fault of the caller, and no reason to wait.
        answer = await shop.client.get("/v1/accounts/user:42/balances")
        assert (answer.status_code, answer.json()["code"]) == (500, "storage_broken")
        ready = await shop.client.get("/health/ready")
        assert "run `altyn migrate`" in ready.json()["facts"]["parts"]["schema"]["words"]
