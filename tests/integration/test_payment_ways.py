"""Payments by Heleket over real HTTP: asked for, paid, told of in any order, credited once."""

import asyncio
import itertools
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from attrs import define, field
from dishka import Provider, Scope, provide

from altyn.adapters.memory import ManualClock
from altyn.adapters.system import SystemClock
from altyn.core.clock import Clock
from altyn.core.errors import Refused
from altyn.core.money import USDT, Money
from altyn.core.payments import Arrivals, Notice, Notices, State
from altyn.core.transaction import StorageUnreachable, StorageUnwritable
from altyn.entrypoints.api.app import specification
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.worker import chores_of
from tests.integration.payment_market import (
    INQUIRY,
    NOTICES,
    Market,
    Street,
    open_market,
    open_street,
)
from tests.integration.test_api_balances import served

KEY = "a-long-key-for-a-caller"


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    """A desk of Heleket on this machine."""
    async with open_street() as street:
        yield street


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each storage."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/shop.db"


@pytest.fixture
async def market(street: Street, database: str, tmp_path: Path) -> AsyncIterator[Market]:
    """A house on each storage."""
    async with open_market(street, tmp_path, ALTYN_DATABASE=database) as market:
        yield market


@pytest.fixture
async def small(street: Street, tmp_path: Path) -> AsyncIterator[Market]:
    """A house on SQLite alone."""
    async with open_market(street, tmp_path, ALTYN_DATABASE=on(tmp_path)) as market:
        yield market


def on(folder: Path) -> str:
    return f"sqlite:///{folder}/shop.db"


class TestMoney:
    async def test_told_in_any_order_and_any_number_of_times(self, market: Market) -> None:
        """Whatever comes of the notices, before, between or after a look: credited once."""
        for number, (order, times) in enumerate(
            itertools.product(itertools.permutations(range(3)), (1, 2, 3))
        ):
            market.desk.notices.clear()
            payer = f"user:payer-{number}"
            payment = await market.opened(payer)
            assert payment.state is State.PENDING
            market.desk.pay(payment.id.hex, "4")
            market.desk.pay(payment.id.hex, "6")
            market.desk.pay(payment.id.hex, "0.5")
            assert len(market.desk.notices) == 3
            for each, again in itertools.product(order, range(times)):
                answer = await market.told(market.desk.notices[each])
                assert (answer.status_code, answer.json()) == (200, {})
                if (each + again + number) % 2:
                    await market.worked()
            await market.worked()
            assert await market.holds(payer) == "10.500000"
            assert await market.came(payment) == {"over": "10.500000"}
        assert await market.holds("clearing:heleket") == f"-{18 * 10.5:.6f}"
        assert await market.sound()

    async def test_paid_twice(self, market: Market) -> None:
        """Looked at after each part: what its sum grew by is credited, and the first part once."""
        payment = await market.opened("user:alice")
        for amount, held in (("10", "10.000000"), ("0.5", "10.500000")):
            market.desk.pay(payment.id.hex, amount)
            await market.told(market.desk.notices[-1])
            await market.worked()
            await market.worked()
            assert await market.holds("user:alice") == held
        assert await market.came(payment) == {"exact": "10.000000", "double": "0.500000"}
        assert await market.sound()

    async def test_processes_side_by_side(
        self, street: Street, database: str, tmp_path: Path
    ) -> None:
        """Two workers that read the same notice, and hear the answer at once, credit it once."""
        (tmp_path / "other").mkdir()
        async with (
            open_market(street, tmp_path, ALTYN_DATABASE=database) as one,
            open_market(street, tmp_path / "other", ALTYN_DATABASE=database) as other,
        ):
            payment = await one.opened("user:alice")
            street.desk.pay(payment.id.hex, "10")
            for market in (one, other):
                assert (await market.told(street.desk.notices[-1])).status_code == 200
            street.barrier = asyncio.Barrier(2)
            async with asyncio.timeout(30):
                await asyncio.gather(one.worked(), other.worked())
            assert street.desk.calls.count(INQUIRY) == 2
            assert await one.holds("user:alice") == "10.000000"
            assert await other.came(payment) == {"exact": "10.000000"}
            assert await one.sound()

    async def test_the_provider_is_told_where_to_tell_us(self, small: Market) -> None:
        """He gets the public address, and not the one that we listen on."""
        payment = await small.opened("user:alice")
        assert payment.link.endswith(payment.provider_id)
        (said,) = small.street.said
        assert json.loads(said)["url_callback"] == "https://shop.example/webhooks/heleket"

    async def test_without_a_public_address(self, street: Street, tmp_path: Path) -> None:
        """He is not to tell us; the payment is found by asking, when it is time."""
        del street.settings["ALTYN_API_PUBLIC"]
        time = ManualClock(SystemClock().now())
        settings = {"ALTYN_DATABASE": on(tmp_path)}
        async with open_market(street, tmp_path, TimedByHand(time), **settings) as market:
            payment = await market.opened("user:alice")
            assert "url_callback" not in json.loads(street.said[-1])
            street.desk.pay(payment.id.hex, "10")
            await market.worked()
            assert await market.holds("user:alice") == "0.000000"
            time.advance(seconds=30)
            await market.worked()
            assert await market.holds("user:alice") == "10.000000"

    async def test_money_of_nobody_waits_in_the_drawer(self, market: Market) -> None:
        """An invoice that we never asked for: what came is held, once."""
        market.desk.sell("somebody-else-1", "4.2", "USDT")
        for _ in range(2):
            assert (await market.told(market.desk.notices[-1])).status_code == 200
            await market.worked()
        (held,) = await (await market.shop.container.get(Arrivals)).held(10)
        assert held.held == Money.parse("4.2", USDT)
        assert await market.holds("suspense:unmatched") == "4.200000"
        assert await market.sound()

    async def test_a_notice_that_tries_us_out(self, small: Market) -> None:
        """It is taken, read, and changes nothing."""
        assert (await small.told(small.desk.test_notice())).status_code == 200
        assert len(await waiting(small)) == 1
        await small.worked()
        assert await waiting(small) == []
        assert await small.holds("suspense:unmatched") == "no account"

    async def test_a_provider_in_trouble_is_asked_again(self, small: Market) -> None:
        """A notice stays until he has answered."""
        payment = await small.opened("user:alice")
        small.desk.pay(payment.id.hex, "10")
        await small.told(small.desk.notices[-1])
        small.desk.faults.plan(INQUIRY, Fault.FAIL_BEFORE)
        await small.worked()
        assert await small.holds("user:alice") == "0.000000"
        (notice,) = await everything(small)
        assert (notice.tries, "500" in notice.outcome) == (1, True)


class TimedByHand(Provider):
    """A clock that is moved by hand."""

    scope = Scope.APP

    def __init__(self, made: ManualClock) -> None:
        super().__init__()
        self.made = made

    @provide
    def clock(self) -> Clock:
        return self.made


async def waiting(market: Market) -> list[Notice]:
    """What is to be read now."""
    notices = await market.shop.container.get(Notices)
    return list(await notices.waiting(market.desk.clock.now(), 10))


async def everything(market: Market) -> list[Notice]:
    """What is to be read at any time."""
    notices = await market.shop.container.get(Notices)
    later = market.desk.clock.now().replace(year=2100)
    return list(await notices.waiting(later, 10))


class TestAnswers:
    async def test_what_is_taken_is_stored_as_it_came(self, small: Market) -> None:
        """Once it was answered it is kept, byte by byte; told again the answer is the same."""
        payment = await small.opened("user:alice")
        small.desk.pay(payment.id.hex, "10")
        raw = small.desk.notices[-1]
        for _ in range(2):
            answer = await small.told(raw)
            assert (answer.status_code, answer.json()) == (200, {})
            assert answer.headers["content-type"] == "application/json"
            assert answer.headers["cache-control"] == "no-store"
            (notice,) = await waiting(small)
            assert (notice.method, notice.raw, notice.hint.payment) == ("heleket", raw, payment.id)

    @pytest.mark.parametrize(
        ("spoil", "status", "code"),
        [
            (lambda raw: raw.replace(b'"10.000000"', b'"10.000001"', 1), 401, "notice_forged"),
            (lambda raw: raw.replace(b'"sign":"', b'"sign":"0', 1), 401, "notice_forged"),
            (lambda raw: raw.replace(b'"sign"', b'"sing"', 1), 400, "notice_unreadable"),
            (lambda _: b"", 400, "notice_unreadable"),
            (lambda _: b"[]", 400, "notice_unreadable"),
            (lambda _: b"\xff" * (64 * 1024), 400, "notice_unreadable"),
            (lambda raw: raw + b" " * 64 * 1024, 413, "body_too_large"),
        ],
    )
    async def test_what_is_not_taken(
        self, small: Market, spoil: object, status: int, code: str
    ) -> None:
        """Forged, unreadable or too long: a problem with its code, and nothing is stored."""
        assert callable(spoil)
        payment = await small.opened("user:alice")
        small.desk.pay(payment.id.hex, "10")
        answer = await small.told(spoil(small.desk.notices[-1]))
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"
        assert small.desk.payment_key not in answer.text
        assert await everything(small) == []

    async def test_too_long_is_known_before_it_was_read(self, small: Market) -> None:
        """By its announced length at once, and without one as soon as it is."""
        host, port = urlsplit(small.shop.address).hostname, urlsplit(small.shop.address).port
        for head, body in (
            (f"Content-Length: {64 * 1024 + 1}", b""),
            ("Transfer-Encoding: chunked", b"10001\r\n" + b"x" * 0x10001 + b"\r\n"),
        ):
            reader, writer = await asyncio.open_connection(host, port)
            start = f"POST {NOTICES} HTTP/1.1\r\nHost: shop.example\r\n{head}\r\n\r\n".encode()
            writer.write(start + body)  # and no more of it
            async with asyncio.timeout(30):
                assert b" 413 " in await reader.readline()
            writer.close()
            await writer.wait_closed()

    @pytest.mark.parametrize("path", ["/webhooks/bank", "/webhooks/HELEKET", "/webhooks/%00"])
    async def test_methods_that_are_not_enabled(self, small: Market, path: str) -> None:
        """Of them nothing is expected, and nothing is read."""
        for body in (small.desk.test_notice(), b" " * (64 * 1024 + 1)):
            answer = await small.shop.client.post(path, content=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "method_unknown")

    async def test_without_a_merchant(self, street: Street, tmp_path: Path) -> None:
        """No method is enabled, and the worker has nothing to do with payments."""
        async with served(tmp_path, ALTYN_DATABASE=on(tmp_path)) as shop:
            market = Market(street, shop)
            answer = await market.told(street.desk.test_notice())
            assert (answer.status_code, answer.json()["code"]) == (404, "method_unknown")
            names = {each.name for each in await chores_of(shop.container)}
            assert not names & {"reading notices", "asking about payments", "tying out"}

    async def test_other_verbs(self, small: Market) -> None:
        """A notice is posted."""
        answer = await small.shop.client.get(NOTICES)
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")

    @pytest.mark.parametrize(("named", "status"), [("192.0.2.1", 401), ("127.0.0.0/8", 200)])
    async def test_addresses(self, street: Street, tmp_path: Path, named: str, status: int) -> None:
        """Where addresses are named, a notice of another is not even read, true as it may be."""
        settings = {"ALTYN_DATABASE": on(tmp_path), "ALTYN_HELEKET_ADDRESSES": named}
        async with open_market(street, tmp_path, **settings) as market:
            forwarded = {"X-Forwarded-For": "192.0.2.1"}
            answer = await market.told(street.desk.test_notice(), **forwarded)
            assert answer.status_code == status
            assert len(await everything(market)) == (status == 200)
            if status == 401:
                assert answer.json()["code"] == "address_not_allowed"

    async def test_needs_no_key(self, street: Street, tmp_path: Path) -> None:
        """Providers have none, and come by the name of the shop; no path leads further inside."""
        settings = {"ALTYN_DATABASE": on(tmp_path), "ALTYN_API_KEYS": KEY}
        async with open_market(street, tmp_path, **settings) as market:
            answer = await market.told(street.desk.test_notice(), Host="shop.example")
            assert answer.status_code == 200
            for inside in ("v1/accounts/user:42/balances", "docs/openapi.json", "health/ready"):
                for way in ("/webhooks/../", "/webhooks/%2e%2e/", "/webhooks/heleket/../../", "//"):
                    statuses = await asked(market.shop.address, way + inside)
                    assert statuses in (401, 404), (way, inside)

    async def test_a_limit_of_its_own(self, street: Street, tmp_path: Path) -> None:
        """Too many are asked to come again; it takes nothing from those who ask the API."""
        limits = '"api.webhook" = { count = 1, seconds = 60, burst = 2 }'
        settings = {"ALTYN_DATABASE": on(tmp_path), "ALTYN_LIMITS": limits}
        async with open_market(street, tmp_path, **settings) as market:
            answers = [await market.told(street.desk.test_notice()) for _ in range(3)]
            assert [answer.status_code for answer in answers] == [200, 200, 429]
            assert 0 < int(answers[2].headers["retry-after"]) <= 60
            assert answers[2].json()["facts"]["limit"] == "api.webhook"
            answer = await market.shop.client.get("/v1/accounts/user:42/balances")
            assert '"api.address";r=99' in answer.headers["ratelimit"]

    @pytest.mark.parametrize(
        ("trouble", "status"),
        [
            (StorageUnreachable("the database", "it is away"), 503),
            (StorageUnwritable("the database", "the disk is full"), 500),
        ],
    )
    async def test_what_cannot_be_stored_is_not_acknowledged(
        self, street: Street, tmp_path: Path, trouble: Exception, status: int
    ) -> None:
        """The provider comes again, and finds us well."""
        notices = Stumbling([trouble])
        async with open_market(
            street, tmp_path, StumblingNotices(notices), ALTYN_DATABASE=on(tmp_path)
        ) as market:
            raw = street.desk.test_notice()
            answer = await market.told(raw)
            assert answer.status_code == status
            if status == 503:
                assert int(answer.headers["retry-after"]) > 0
            assert (await market.told(raw)).status_code == 200
            assert [notice.raw for notice in notices.kept] == [raw]

    def test_the_description(self) -> None:
        """Whoever reads the OpenAPI document finds all of these answers."""
        post = specification()["paths"]["/webhooks/{method}"]["post"]
        assert set(post["responses"]) == {"200", "400", "401", "404", "413", "429", "503"}
        for status in set(post["responses"]) - {"200"}:
            assert "application/problem+json" in post["responses"][status]["content"]


async def asked(address: str, path: str) -> int:
    """The status of that very path, which a client of HTTP would tidy up."""
    reader, writer = await asyncio.open_connection(
        urlsplit(address).hostname, urlsplit(address).port
    )
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    status = int((await reader.read()).split()[1])
    writer.close()
    await writer.wait_closed()
    return status


@define
class Stumbling:
    """Notices in memory, behind failures that were planned."""

    fails: list[Exception]
    kept: list[Notice] = field(factory=list)

    async def add(self, notice: Notice) -> bool:
        if self.fails:
            raise self.fails.pop(0)
        self.kept.append(notice)
        return True

    async def get(self, method: str, key: str) -> Notice:
        raise Refused

    async def waiting(self, at: object, limit: int) -> list[Notice]:
        return []

    async def unresolved(self, limit: int, after: object = None) -> list[Notice]:
        return []

    async def put(self, notice: Notice) -> None:
        raise Refused


class StumblingNotices(Provider):
    """The same, for a container."""

    scope = Scope.APP

    def __init__(self, made: Stumbling) -> None:
        super().__init__()
        self.made = made

    @provide
    def notices(self) -> Notices:
        return self.made


@pytest.mark.parametrize("enabled", [False, True])
def test_a_client_of_http_is_imported_for_those_who_need_it(enabled: bool, tmp_path: Path) -> None:
    """Where nobody pays by Heleket, nobody waits for it."""
    variables = {
        "ALTYN_HELEKET_MERCHANT": "8b03432e",
        "ALTYN_HELEKET_PAYMENT_KEY": "a-key-for-payments-of-ours",
    }
    program = f"""
import asyncio, sys
from pathlib import Path
from altyn.core.payments import Gateways
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container
async def story():
    settings = read_settings({variables if enabled else {}!r}, Path("."))
    container = make_container(settings, create=True)
    gateways = await container.get(Gateways)
    await container.close()
    return list(gateways.by_method)
print(asyncio.run(story()), "httpx" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        check=True,
        cwd=tmp_path,
        text=True,
    )
    assert done.stdout.strip() == ("['heleket'] True" if enabled else "[] False")
