"""Numbers about the process, on a port of their own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from attrs import frozen
from prometheus_client.parser import text_string_to_metric_families

from altyn.entrypoints.api.listening import PortTaken, listen
from altyn.entrypoints.api.metrics import MetricsPage
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.wiring.metrics import Exposition

from .test_api_balances import Shop, served

PATH = "/v1/accounts/user:42/balances"


@frozen
class Watched:
    """A house, and somebody who watches it."""

    shop: Shop
    scraper: httpx.AsyncClient


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    """A house with metrics that lets one request through an hour."""
    variables = {
        "ALTYN_DATABASE": f"sqlite:///{tmp_path}/shop.db",
        "ALTYN_LIMITS": '"api.address" = { count = 1, seconds = 3600, burst = 1 }',
        "ALTYN_METRICS_PORT": "0",
    }
    stopping = asyncio.Event()
    async with served(tmp_path, **variables) as shop:
        page = MetricsPage(await shop.container.get(Exposition))
        serving = Serving(page, listen("127.0.0.1", 0))
        async with (
            serving.until(stopping),
            httpx.AsyncClient(base_url=serving.address, timeout=30) as scraper,
        ):
            yield Watched(shop, scraper)
            stopping.set()


async def test_numbers_are_served(watched: Watched) -> None:
    """A scraper reads what was counted so far, in its own format, without a key."""
    statuses = [(await watched.shop.client.get(PATH)).status_code for _ in range(3)]
    assert statuses == [200, 429, 429]
    answer = await watched.scraper.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    (family,) = text_string_to_metric_families(answer.text)
    assert family.type == "counter"
    assert [(one.name, one.labels, one.value) for one in family.samples] == [
        ("altyn_limits_refused_total", {"limit": "api.address"}, 2.0)
    ]
    head = await watched.scraper.head("/metrics")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(answer.content))


async def test_nothing_else_is(watched: Watched) -> None:
    """Neither balances nor health are there, and the numbers are not where the balances are."""
    for path in ("/", "/metrics/", PATH, "/health/live"):
        answer = await watched.scraper.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert answer.headers["content-type"] == "application/problem+json"
    answer = await watched.scraper.post("/metrics")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert (await watched.shop.client.get("/metrics")).status_code == 404


def test_port_taken() -> None:
    """Which of the ports is taken is told by the name of its setting."""
    with closing(listen("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match="choose another port with ALTYN_METRICS_PORT"):
            listen("127.0.0.1", port, "ALTYN_METRICS")
