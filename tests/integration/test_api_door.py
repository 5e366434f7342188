"""Who may come in: keys where there are any, this machine's own names where there are none."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from altyn.entrypoints.api.app import make_api
from altyn.entrypoints.wiring import read_settings

from .test_api_balances import Shop, served

KEYS = ("a-long-key-for-a-caller-1", "a-long-key-for-a-caller-2")
PATHS = ("/health/ready", "/v1/accounts/user:42/balances", "/docs/openapi.json", "/nowhere")


@pytest.fixture
async def open_house(tmp_path: Path) -> AsyncIterator[Shop]:
    """A house without keys."""
    async with served(tmp_path, ALTYN_DATABASE=f"sqlite:///{tmp_path}/shop.db") as shop:
        yield shop


@pytest.fixture
async def locked_house(tmp_path: Path) -> AsyncIterator[Shop]:
    """A house with two keys."""
    database = f"sqlite:///{tmp_path}/shop.db"
    async with served(tmp_path, ALTYN_DATABASE=database, ALTYN_API_KEYS=",".join(KEYS)) as shop:
        yield shop


async def test_each_key_opens(locked_house: Shop) -> None:
    """Any of the keys will do, under any name of this machine."""
    for key in KEYS:
        for scheme in ("Bearer", "bearer"):
            headers = {"Authorization": f"{scheme} {key}", "Host": "altyn.example"}
            answer = await locked_house.client.get(PATHS[1], headers=headers)
            assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Authorization", "")],
        [("Authorization", "Bearer")],
        [("Authorization", f"Bearer {KEYS[0]}x")],
        [("Authorization", f"Bearer {KEYS[0][:-1]}")],
        [("Authorization", KEYS[0])],
        [("Authorization", f"Basic {KEYS[0]}")],
        [("Authorization", f"Bearer {KEYS[0]}"), ("Authorization", f"Bearer {KEYS[1]}")],
        [("Authorization", "Bearer кл".encode())],
        [("X-Api-Key", KEYS[0])],
    ],
)
async def test_nothing_else_does(locked_house: Shop, headers: list[tuple[str, str]]) -> None:
    """Without a key nobody learns even which pages there are."""
    for path in PATHS:
        answer = await locked_house.client.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "key_needed")
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"] == "Bearer"
        assert KEYS[0] not in answer.text
    assert (await locked_house.client.get("/health/live", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8420", "127.0.0.1", "127.0.0.1:1", "[::1]:8420", "shop.localhost:80"],
)
async def test_names_of_this_machine(open_house: Shop, host: str) -> None:
    """Whoever names this machine as itself is answered."""
    answer = await open_house.client.get(PATHS[1], headers={"Host": host})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8420",
        "localhost.evil.example",
        "192.168.1.5",
        "[::2]:8420",
        "",
    ],
)
async def test_foreign_names(open_house: Shop, host: str) -> None:
    """A foreign name that leads here is a page trying to read what is not its own."""
    for path in (*PATHS, "/health/live"):
        answer = await open_house.client.get(path, headers={"Host": host})
        assert (answer.status_code, answer.json()["code"]) == (421, "host_not_allowed")
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "Via"]
)
async def test_who_was_passed_on_is_not_here(open_house: Shop, header: str) -> None:
    """A proxy beside us asks for others: by whatever name it calls us, they are strangers."""
    for said in ("127.0.0.1", ""):
        answer = await open_house.client.get(PATHS[1], headers={header: said})
        assert (answer.status_code, answer.json()["code"]) == (401, "key_needed")


@pytest.mark.parametrize(
    ("where", "status"),
    [
        ("127.0.0.1", 200),
        ("127.8.9.1", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("192.0.2.1", 401),
        ("::ffff:192.0.2.1", 401),
        ("2001:db8::1", 401),
        ("", 401),
        ("localhost", 401),
    ],
)
async def test_who_asks_from_elsewhere_is_not_here(
    open_house: Shop, tmp_path: Path, where: str, status: int
) -> None:
    """Anybody may write our name into a request; where it comes from they cannot choose."""
    api = await make_api(open_house.container, read_settings({}, tmp_path))
    transport = httpx.ASGITransport(api, client=(where, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        assert (await client.get(PATHS[1])).status_code == status


async def test_nobody_is_at_home_where_the_outside_comes_in(tmp_path: Path) -> None:
    """With an address for the outside a key is needed here too: proxies may say nothing."""
    database, public = f"sqlite:///{tmp_path}/shop.db", "https://shop.example"
    async with served(tmp_path, ALTYN_DATABASE=database, ALTYN_API_PUBLIC=public) as shop:
        for path in PATHS:
            answer = await shop.client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (401, "key_needed")
        alive = await shop.client.get("/health/live", headers={"Host": "shop.example"})
        assert alive.status_code == 200


async def test_answers_are_nobody_elses(open_house: Shop) -> None:
    """No cache keeps an answer, no browser takes it for a page."""
    for path in PATHS:
        answer = await open_house.client.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "server" not in answer.headers
