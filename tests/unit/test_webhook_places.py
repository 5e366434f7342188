"""Where a webhook may be: on the public internet and nowhere else, however it is spelt."""

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import httpx
import pytest

from altyn.adapters.webhooks import HttpSender, open_sender
from altyn.core.notifications import AddressRefused
from altyn.core.resilience import NotExecuted

PRIVATE = [
    "10.1.2.3",
    "127.0.0.1",
    "0.0.0.0",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.0.1",
    "198.18.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::808:808",
    "2001:0:7f00:1::",
    "2002:7f00:1::",
    "fc00::1",
    "fe80::1",
    "fec0::1",
    "feff::1",
    "ff02::1",
]
PUBLIC = ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]


def literal(address: str) -> str:
    return f"https://[{address}]/" if ":" in address else f"https://{address}/"


class Wire(httpx.AsyncBaseTransport):
    """Notes where it is sent to, and lets in whoever it was told to."""

    def __init__(self, *closed: str) -> None:
        self.closed = closed
        self.sent: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        if request.url.host in self.closed:
            raise httpx.ConnectError("refused")
        return httpx.Response(204, stream=httpx.ByteStream(b""))


def known(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Every name is found at these addresses."""

    def found(host: str, port: int, **_: Any) -> Sequence[Any]:
        if not addresses:
            raise socket.gaierror("unknown")
        return [(0, 0, 0, "", (each, port)) for each in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)


def sender(wire: Wire, *, private: bool = False) -> HttpSender:
    return HttpSender(httpx.AsyncClient(transport=wire), ThreadPoolExecutor(1), private)


@pytest.mark.parametrize("address", PRIVATE)
async def test_private_addresses_are_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written as they are before anything is kept, and under a name when it is sent."""
    wire = Wire()
    with pytest.raises(AddressRefused):
        sender(wire).check(literal(address))
    known(monkeypatch, "8.8.8.8", address)
    with pytest.raises(AddressRefused):
        await sender(wire).send("https://shop.example/", {}, b"{}")
    assert wire.sent == []
    sender(wire, private=True).check(f"http://{address}:81/" if "." in address else "http://x/")


@pytest.mark.parametrize("address", PUBLIC)
async def test_public_addresses_are_not(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is sent to just the address that was looked at, under the name that proves itself."""
    wire = Wire()
    sender(wire).check(literal(address))
    known(monkeypatch, address)
    answered = await sender(wire).send("https://shop.example:8443/a?b=c", {"x": "y"}, b"{}")
    assert answered.status == 204
    (request,) = wire.sent
    assert request.url.host == address.lower()
    assert (request.url.port, request.url.raw_path) == (8443, b"/a?b=c")
    assert request.headers["host"] == "shop.example:8443"
    assert request.extensions["sni_hostname"] == "shop.example"
    assert request.headers["x"] == "y"
    assert request.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "url", ["http://shop.example/", "https://shop.example:22/", "https://shop.example:8080/"]
)
def test_only_https_on_its_ports(url: str) -> None:
    """Unless it is allowed."""
    with pytest.raises(AddressRefused):
        sender(Wire()).check(url)
    sender(Wire(), private=True).check(url)


async def test_one_address_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody lets us in nothing was sent, so the next one is tried."""
    known(monkeypatch, "8.8.8.8", "8.8.4.4")
    wire = Wire("8.8.8.8")
    assert (await sender(wire).send("https://shop.example/", {}, b"{}")).status == 204
    assert [each.url.host for each in wire.sent] == ["8.8.8.8", "8.8.4.4"]
    with pytest.raises(NotExecuted, match="ConnectError"):
        await sender(Wire("8.8.8.8", "8.8.4.4")).send("https://shop.example/", {}, b"{}")


async def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was sent."""
    known(monkeypatch)
    with pytest.raises(NotExecuted, match=r"nobody knows where shop\.example is"):
        await sender(Wire()).send("https://shop.example/", {}, b"{}")


async def test_a_name_that_nobody_answers_for_is_in_nobody_s_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The threads of the loop stay free, and the sender is closed without waiting."""
    ended = Event()

    def hangs(*_: Any, **__: Any) -> Sequence[Any]:
        ended.wait()
        raise socket.gaierror("unknown")

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    try:
        async with asyncio.timeout(5):
            async with open_sender() as sender:
                sent = [
                    asyncio.create_task(sender.send("https://slow.example/", {}, b"{}"))
                    for _ in range(50)
                ]
                await asyncio.sleep(0)  # now all of them look
                assert await asyncio.to_thread(int) == 0
                for each in sent:
                    each.cancel()
                await asyncio.gather(*sent, return_exceptions=True)
        assert not ended.is_set()
    finally:
        ended.set()
