"""`altyn up` where nothing is configured: a whole shop and its world, killed and started again."""

import json
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from attrs import frozen

from .test_cli_program import DEADLINE_SECONDS, Program
from .test_cli_sandbox import free_ports

SERVERS = 7
"""Altyn, the page, and five desks."""
ANN = {"who": "ann", "lang": "en"}


@frozen
class Visitor:
    """A browser without a script."""

    page: str

    def do(self, deed: str, **form: str) -> None:
        """Send a form, as Ann."""
        origin = self.page.removesuffix("/sandbox")
        answer = httpx.post(
            f"{self.page}/do/{deed}", params=ANN, data=form, headers={"Origin": origin}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/sandbox?who=ann&lang=en")

    def parts(self) -> dict[str, str]:
        """What is there now."""
        told: dict[str, str] = httpx.get(f"{self.page}/parts", params=ANN, timeout=20).json()
        return told

    def until(self, name: str, holds: Callable[[str], bool]) -> str:
        """A part, once it is like that."""
        end = time.monotonic() + 2 * DEADLINE_SECONDS
        while time.monotonic() < end:
            if holds(part := self.parts()[name]):
                return part
            time.sleep(0.1)
        raise AssertionError(self.parts())


@pytest.fixture
def altyn(tmp_path: Path) -> Program:
    """The program in an empty folder, with nothing said but where there is room."""
    return Program(tmp_path, {"ALTYN_API_PORT": str(free_ports(SERVERS))})


def address_of(url: str) -> tuple[str, int]:
    """Where that is."""
    parts = urlsplit(url)
    return str(parts.hostname), int(parts.port or 0)


def field(html: str, name: str) -> str:
    """The value of the first hidden field of that name."""
    return html.partition(f'name="{name}" value="')[2].partition('"')[0]


def test_a_whole_shop_from_one_command(altyn: Program) -> None:
    """It talks, takes money and dies; it is started again, and goes on the next day."""
    with altyn.running("up", "--json") as running:
        told = json.loads(running.until("\n"))
        ann = Visitor(told["page"])
        ann.do("say", text="/recharge 300")
        chat = ann.until("messages", lambda html: ":method:heleket:USDT" in html)
        data = chat.rpartition(":method:heleket:USDT")[0].rpartition('"')[2]
        tapped = chat.partition(f'{data}:method:heleket:USDT"')[0].rpartition('name="message"')[2]
        message = tapped.partition('value="')[2].partition('"')[0]
        ann.do("tap", message=message, data=f"{data}:method:heleket:USDT")
        checkout = ann.until("heleket", lambda html: "Pay exactly" in html)
        # It is killed, and nobody hears that Ann pays, until it is there again by itself.
        died = ann.until("state", lambda html: "Altyn is up" in html)
        ann.do("kill")
        ann.do("checkout", invoice=field(checkout, "invoice"), way="exact")
        ann.until("payments", lambda html: "settled" in html)
        assert ann.parts()["state"] != died
        assert "300.00 RUB" in ann.parts()["balance"]
        assert httpx.get(f"{told['serving']}/health/ready").json()["ready"]
        # Somebody whom the silent Heleket has not answered yet keeps nobody from leaving.
        ann.do("weather", desk="heleket", latency="0", errors="0", silence="on")
        with socket.create_connection(address_of(told["desks"]["heleket"])) as caller:
            caller.sendall(b"GET /nothing HTTP/1.1\r\nHost: heleket\r\n\r\n")
            ann.until("calls", lambda html: "/nothing" in html)
            answer = running.stop(signal.SIGINT)
            assert caller.recv(1) == b""
    assert (answer.code, answer.err) == (0, "")
    assert altyn.json("--config", told["config"], "check")["well"]
    log = (altyn.folder / "altyn-data" / "sandbox" / "altyn.log").read_text()
    assert "Traceback" not in log

    with altyn.running("up", "--json") as running:
        assert json.loads(running.until("\n")) == told
        parts = Visitor(told["page"]).parts()
        assert "/recharge 300" in parts["messages"]
        assert "paid" in parts["heleket"]
        assert "300.00 RUB" in parts["balance"]
        answer = running.stop(signal.SIGTERM)
    assert (answer.code, answer.err) == (0, "")


def test_who_is_configured_has_no_sandbox(altyn: Program) -> None:
    """One setting of a shop is enough, and so are books."""
    with altyn.running("up", ALTYN_ASSETS="GOLD=4") as running:
        said = running.until("Stop it with Ctrl-C.\n")
        assert "sandbox" not in said
        running.stop(signal.SIGTERM)
    with altyn.running("up") as running:
        assert "sandbox" not in running.until("Stop it with Ctrl-C.\n")
        running.stop(signal.SIGTERM)
    assert not (altyn.folder / "altyn-data" / "sandbox").exists()
