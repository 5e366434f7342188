"""`altyn up`: from an empty folder to answers, and back to silence."""

import json
import signal
import socket
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from .test_cli_program import Program

KEY = "a-long-key-for-a-caller"


@pytest.fixture(params=["sqlite", "postgres"])
def altyn(request: pytest.FixtureRequest, tmp_path: Path) -> Program:
    """The program in an empty folder; the port is any free one."""
    settings = {"ALTYN_API_PORT": "0", "ALTYN_DATABASE": "sqlite:///altyn-data/altyn.db"}
    if request.param == "postgres":
        settings["ALTYN_DATABASE"] = request.getfixturevalue("postgres_url")
    return Program(tmp_path, settings)


@pytest.fixture
def small(tmp_path: Path) -> Program:
    """The same, on SQLite alone."""
    settings = {"ALTYN_API_PORT": "0", "ALTYN_DATABASE": "sqlite:///altyn-data/altyn.db"}
    return Program(tmp_path, settings)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_up_and_down(altyn: Program, how: signal.Signals) -> None:
    """It says where it serves and how to stop it, serves, and stops cleanly when told."""
    with altyn.running("up") as running:
        said = running.until("Stop it with Ctrl-C.\n")
        address = said.partition(" on ")[2].partition(",")[0]
        assert address.startswith("http://127.0.0.1:")
        assert "  Data       " in said
        assert "for this machine only." in said
        assert "Metrics" not in said
        with httpx.Client(base_url=address) as client:
            assert client.get("/health/live").json() == {"live": True}
            ready = client.get("/health/ready")
            assert (ready.status_code, ready.json()["ready"]) == (200, True)
            altyn.json("open", "user:42", "RUB")
            balances = client.get("/v1/accounts/user:42/balances").json()
            assert balances == altyn.json("balance", "user:42")
            answer = running.stop(how)  # with a connection still open
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.endswith("stopped\n")


def test_for_programs(small: Program) -> None:
    """One document says where it serves."""
    with small.running("up", "--json") as running:
        told = json.loads(running.until("\n"))
        assert httpx.get(f"{told['serving']}/health/live").status_code == 200
        assert told["database"] == str(small.folder / "altyn-data" / "altyn.db")
        assert told["metrics"] is None
        answer = running.stop(signal.SIGTERM)
    assert (answer.code, answer.err) == (0, "")
    assert answer.document == told


def test_with_keys(small: Program) -> None:
    """With keys it may listen anywhere, and answers only those who show one."""
    (small.folder / "keys").write_text(KEY)
    with small.running("up", ALTYN_API_HOST="0.0.0.0", ALTYN_API_KEYS_FILE="keys") as running:
        said = running.until("Stop it with Ctrl-C.\n")
        assert "for callers with a key or token." in said
        port = said.partition("http://0.0.0.0:")[2].partition(",")[0]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            assert client.get("/health/ready").status_code == 401
            headers = {"Authorization": f"Bearer {KEY}"}
            assert client.get("/health/ready", headers=headers).status_code == 200
        answer = running.stop(signal.SIGINT)
    assert answer.code == 0
    assert KEY not in answer.out + answer.err


def test_with_metrics(small: Program) -> None:
    """Numbers are served on a port of their own, which is told; and everything stops together."""
    with small.running("up", ALTYN_METRICS_PORT="0") as running:
        said = running.until("Stop it with Ctrl-C.\n")
        metrics = said.partition("  Metrics    ")[2].partition("\n")[0]
        assert metrics.startswith("http://127.0.0.1:")
        assert httpx.get(metrics).status_code == 200
        assert httpx.get(metrics.removesuffix("/metrics")).status_code == 404
        answer = running.stop(signal.SIGTERM)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.endswith("stopped\n")


def test_port_taken(small: Program) -> None:
    """A port that somebody has is named in one line, before anything is created."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        answer = small("up", ALTYN_API_PORT=str(port))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"altyn: port {port} of 127.0.0.1 is taken by another program")
    assert len(answer.err.splitlines()) == 1
    assert list(small.folder.iterdir()) == []


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_address_of_somebody_else(small: Program, host: str) -> None:
    """An address that this machine has not got is named in one line."""
    answer = small("up", ALTYN_API_HOST=host, ALTYN_API_KEYS=KEY)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"altyn: cannot listen on {host} port 0: ")
    assert len(answer.err.splitlines()) == 1
    assert list(small.folder.iterdir()) == []


def test_stopped_while_starting(small: Program) -> None:
    """A server that accepts and says nothing does not keep it from stopping."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"postgresql://altyn:hunter2@127.0.0.1:{silent.getsockname()[1]}/altyn"
        with small.running("up", ALTYN_DATABASE=url) as running:
            connection, _ = silent.accept()  # it is waiting for the database now
            with closing(connection):
                answer = running.stop(signal.SIGINT)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "stopped\n"
