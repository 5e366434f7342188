"""Whether the process lives and is ready, over real HTTP."""

import socket
import sqlite3
from contextlib import closing
from pathlib import Path

from altyn.entrypoints.wiring.metrics import Exposition

from .payment_market import open_street
from .test_api_balances import served


async def test_live_and_ready(tmp_path: Path, redis_url: str) -> None:
    """With everything well it is ready, and says what it looked at."""
    database = f"sqlite:///{tmp_path}/shop.db"
    async with served(tmp_path, ALTYN_DATABASE=database, ALTYN_REDIS=redis_url) as shop:
        assert (await shop.client.get("/health/live")).json() == {"live": True}
        answer = await shop.client.get("/health/ready")
        assert answer.status_code == 200
        well = {"well": True, "words": ""}
        assert answer.json() == {
            "ready": True,
            "parts": dict.fromkeys(("database", "outbox", "limits", "redis", "schema"), well),
        }


async def test_redis_away(tmp_path: Path) -> None:
    """Without Redis work goes on: it is ready, and says which part is not well."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]  # nobody listens there once it is closed
    database = f"sqlite:///{tmp_path}/shop.db"
    url = f"redis://:hunter2@127.0.0.1:{port}/0"
    given = {"ALTYN_DATABASE": database, "ALTYN_REDIS": url, "ALTYN_METRICS_PORT": "0"}
    async with served(tmp_path, **given) as shop:
        answer = await shop.client.get("/health/ready")
        assert (answer.status_code, answer.json()["ready"]) == (200, True)
        parts = answer.json()["parts"]
        assert {name: part["well"] for name, part in parts.items()} == {
            "database": True,
            "outbox": True,
            "limits": True,  # nobody asked for any yet
            "redis": False,
            "schema": True,
        }
        assert parts["redis"]["words"]
        assert "hunter2" not in answer.text
        assert (await shop.client.get("/v1/accounts/user:42/balances")).status_code == 200
        limits = (await shop.client.get("/health/ready")).json()["parts"]["limits"]
        assert not limits["well"]
        assert "the shared meter rests for 1" in limits["words"]
        numbers = (await shop.container.get(Exposition)).text().decode()
        assert 'altyn_breaker_state{name="redis"} 3.0' in numbers


async def test_file_taken_away(tmp_path: Path) -> None:
    """A database that was moved away while in use is noticed."""
    async with served(tmp_path, ALTYN_DATABASE=f"sqlite:///{tmp_path}/shop.db") as shop:
        (tmp_path / "shop.db").rename(tmp_path / "elsewhere.db")
        answer = await shop.client.get("/health/ready")
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) > 0
        assert answer.json()["code"] == "not_ready"
        assert answer.json()["detail"].startswith("database: ")
        parts = answer.json()["facts"]["parts"]
        assert not parts["database"]["well"]
        assert (await shop.client.get("/health/live")).status_code == 200
        assert parts["schema"]["words"] == "not known while the database is not well"
        (tmp_path / "elsewhere.db").rename(tmp_path / "shop.db")
        assert (await shop.client.get("/health/ready")).status_code == 200


async def test_newer_schema(tmp_path: Path) -> None:
    """A database that somebody migrated further is no longer ours to serve."""
    async with served(tmp_path, ALTYN_DATABASE=f"sqlite:///{tmp_path}/shop.db") as shop:
        with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
            connection.execute("INSERT INTO migration VALUES (9999, 'later', '')")
            connection.commit()
        answer = await shop.client.get("/health/ready")
        assert answer.status_code == 503
        assert "run the newer Altyn" in answer.json()["facts"]["parts"]["schema"]["words"]


async def test_deep(tmp_path: Path) -> None:
    """Operators see how everybody is who is needed, and are told the same for a while."""
    key = "another-key-than-the-true-one"
    async with open_street() as street:
        del street.settings["ALTYN_API_PUBLIC"]
        database = f"sqlite:///{tmp_path}/shop.db"
        given = {"ALTYN_DATABASE": database, "ALTYN_HELEKET_PAYMENT_KEY": key}
        async with served(tmp_path, **street.settings | given) as shop:
            answer = await shop.client.get("/health/deep")
            assert answer.status_code == 200
            assert key not in answer.text
            told = answer.json()
            assert not told["well"]
            assert {each["code"]: each["grade"] for each in told["findings"]} == {
                "disk": "well", "database": "well", "database.durability": "well",
                "database.clock": "well", "outbox": "well", "redis": "well",
                "payments.heleket": "wrong", "clock.127.0.0.1": "well",
            }  # fmt: skip
            assert "ratelimit" in answer.headers
            assert (await shop.client.get("/health/deep")).json() == told
