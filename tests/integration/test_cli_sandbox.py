"""`altyn sandbox`: the outside as a process of its own, at which `altyn up` buys."""

import shlex
import signal
import socket
import time
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import httpx
import pytest

from altyn.entrypoints.cli.sandbox import SERVERS
from altyn.entrypoints.sandbox.fragment import DESTINATION

from .test_cli_program import Program

PRICES = 'percent = "10"\nrates = { "TON:RUB" = "300" }'
DEADLINE_SECONDS = 30
ASK_AGAIN_SECONDS = 0.1


@pytest.fixture
def altyn(tmp_path: Path) -> Program:
    """The program in an empty folder; the port of the API is any free one."""
    return Program(tmp_path, {"ALTYN_API_PORT": "0", "ALTYN_GOODS_PRICES": PRICES})


def settings_in(said: str) -> dict[str, str]:
    """What a shell makes of what was said."""
    lines = [shlex.split(line, comments=True) for line in said.splitlines()]
    return dict(words[1].split("=", 1) for words in lines if words)


def test_stars_are_paid_by_settings_alone(altyn: Program, tmp_path: Path) -> None:
    """`altyn up` is told of it by the environment, and pays there; both then stop cleanly."""
    with altyn.running("sandbox", "fragment", "ton") as outside:
        told = settings_in(outside.until("# Stop it with Ctrl-C.\n"))
        shop = Program(tmp_path, {**altyn.settings, **told})
        with shop.running("up") as house:
            assert "fragment is on" in house.until("Stop it with Ctrl-C.\n")
            words = ("stars", "50", "bob", "--buyer", "user:ann", "--in", "TON", "--house")
            priced = shop.json("purchases", "price", *words)
            shop.json("purchases", "buy", priced["id"])
            chain = told["ALTYN_TON_API"].removeprefix("toncenter:")
            assert paid(chain, DESTINATION) == [int(priced["cost"]["units"])]
            assert house.stop(signal.SIGINT).code == 0
        answer = outside.stop(signal.SIGINT)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.endswith("# stopped\n")


def paid(chain: str, to: str) -> list[int]:
    """What somebody was paid on the chain, once there is anything."""
    until = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < until:
        answer = httpx.get(f"{chain}/api/v3/transactions", params={"account": to})
        messages = [each["in_msg"] for each in answer.json()["transactions"]]
        if found := [int(each["value"]) for each in messages if each["source"]]:
            return found
        time.sleep(ASK_AGAIN_SECONDS)
    raise AssertionError("nobody was paid")


def test_for_programs(altyn: Program) -> None:
    """One document says where they are, port by port; each answers, however often it is asked."""
    port = free_ports(len(SERVERS))
    with altyn.running("sandbox", "--port", str(port), "--json") as running:
        running.until("\n")
        for each in range(port, port + len(SERVERS)):
            assert httpx.get(f"http://127.0.0.1:{each}/nonsense").status_code < 500
        answer = running.stop(signal.SIGTERM)
    assert (answer.code, answer.err) == (0, "")
    told = {each["server"]: each for each in answer.document["servers"]}
    assert tuple(told) == SERVERS
    assert [each["address"] for each in told.values()] == [
        f"http://127.0.0.1:{each}" for each in range(port, port + len(SERVERS))
    ]
    heleket = told["heleket"]
    assert heleket["settings"]["ALTYN_HELEKET_API"] == heleket["address"]


def free_ports(count: int) -> int:
    """The first of so many that are free, side by side."""
    for _ in range(50):
        with ExitStack() as held, suppress(OSError, OverflowError):
            first = held.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
            port: int = first.getsockname()[1]
            for each in range(port + 1, port + count):
                held.enter_context(closing(socket.create_server(("127.0.0.1", each))))
            return port
    raise AssertionError("no free ports side by side")


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (("bank",), 2, "altyn: 'bank' is none of fragment, ton, stickerdom, "),
        (("ton", "--port", "0"), 2, "altyn: argument --port: 0 is not between 1 and 65000"),
    ],
)
def test_what_cannot_be(altyn: Program, words: tuple[str, ...], code: int, reason: str) -> None:
    """It is told in one line."""
    answer = altyn("sandbox", *words)
    assert (answer.code, answer.out) == (code, "")
    assert answer.err.startswith(reason)
    assert len(answer.err.splitlines()) == 1


def test_port_taken(altyn: Program) -> None:
    """A port that somebody has is named, and how to choose another one."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        answer = altyn("sandbox", "ton", "--port", str(port))
    assert (answer.code, answer.out) == (1, "")
    assert f"port {port} of 127.0.0.1 is taken" in answer.err
    assert "choose another port with --port\n" in answer.err
