"""Where a request comes from, over real HTTP: what proxies tell, and what others claim."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from ipaddress import ip_network
from pathlib import Path

import pytest

from altyn.adapters.memory import ManualTicks
from altyn.adapters.system import SystemClock
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.origin import origin
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox import TelegramDesk
from altyn.entrypoints.wiring import Settings, read_settings
from altyn.entrypoints.wiring.methods import Ways, methods
from tests.integration.payment_market import NOTICES, Street, open_market, open_street
from tests.integration.test_api_balances import Shop, served
from tests.integration.test_api_limits import PATH, CountedByHand, settings

HERE = "127.0.0.1"
HIS = "31.133.220.8"
KEY = "a-key-for-payments-of-ours"

CHAIN = (ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8"), ip_network("2001:db8:1::/48"))
"""Proxies of ours."""


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ((), HERE),
        (("",), HERE),
        (("192.0.2.1",), "192.0.2.1"),
        (("198.51.100.1, 192.0.2.1",), "192.0.2.1"),
        (("192.0.2.1, 10.0.0.2",), "192.0.2.1"),
        (("198.51.100.1, 192.0.2.1, 10.0.0.2, 10.0.0.1",), "192.0.2.1"),
        (("198.51.100.1", "192.0.2.1", "10.0.0.2"), "192.0.2.1"),
        (("10.0.0.3, 10.0.0.2",), "10.0.0.3"),
        (("2001:db8:2::7",), "2001:db8:2::7"),
        (("192.0.2.1,2001:db8:1::5",), "192.0.2.1"),
        (("::ffff:192.0.2.1",), "192.0.2.1"),
        (("192.0.2.1:443",), "192.0.2.1"),
        (("[2001:db8:2::7]:443",), "2001:db8:2::7"),
        (("[2001:db8:2::7]",), "2001:db8:2::7"),
        (("\t192.0.2.1 ",), "192.0.2.1"),
        (("192.0.2.1, unknown",), HERE),
        (("192.0.2.1, unknown, 10.0.0.2",), "10.0.0.2"),
        (("unknown, 192.0.2.1",), "192.0.2.1"),
        (("192.0.2.1,",), HERE),
        ((",",), HERE),
        (("192.0.2.256",), HERE),
        (("192.0.2.01",), HERE),
        (("3221225985",), HERE),
        (("[192.0.2.1",), HERE),
        (("[]:80",), HERE),
        ((":80",), HERE),
        (("192.0.2.1;10.0.0.1",), HERE),
        (('"192.0.2.1"',), HERE),
        (("192.0.2.1\xff",), HERE),
        (("10.0.0.1, " * 500 + "10.0.0.1",), "10.0.0.1"),
    ],
)
def test_read_from_the_right(told: Sequence[str], where: str) -> None:
    """The first who is no proxy of ours; what cannot be read ends the search."""
    headers = [each.encode("latin-1") for each in told]
    assert origin(HERE, headers, CHAIN) == where
    assert origin("::ffff:127.0.0.1", headers, CHAIN) == where
    assert origin("10.9.9.9", headers, CHAIN) == where.replace(HERE, "10.9.9.9")
    # To somebody else nobody listens, and nobody is trusted unless it was said.
    for host in ("192.0.2.99", "2001:db8:9::1", "", "testclient"):
        assert origin(host, headers, CHAIN) == host
    assert origin(HERE, headers, ()) == HERE


async def counted(shop: Shop, *told: str) -> list[int]:
    """How a request was answered for each of those who are said to have asked."""
    key = ("Authorization", f"Bearer {KEY}")
    answers = [
        await shop.client.get(PATH, headers=[key, ("X-Forwarded-For", each)] if each else [key])
        for each in told
    ]
    return [each.status_code for each in answers]


class TestLimits:
    @pytest.fixture
    async def shop(self, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Shop]:
        """Two at once by address; these proxies are trusted."""
        made = settings(tmp_path, '"api.address" = { count = 1, seconds = 60, burst = 2 }')
        made["ALTYN_API_KEYS"] = KEY
        if request.param:
            made["ALTYN_API_PROXIES"] = request.param
        async with served(tmp_path, CountedByHand(ManualTicks()), **made) as shop:
            yield shop

    @pytest.mark.parametrize("shop", ["127.0.0.1, 10.0.0.0/8"], indirect=True)
    async def test_each_behind_the_proxy_has_his_own(self, shop: Shop) -> None:
        """Also behind two; what one claims about himself at the left gives him no other."""
        assert await counted(shop, *["192.0.2.1"] * 3) == [200, 200, 429]
        assert await counted(shop, "192.0.2.2", "198.51.100.1, 192.0.2.2, 10.0.0.1") == [200, 200]
        assert await counted(shop, "198.51.100.2, 192.0.2.2", "192.0.2.1") == [429, 429]
        # Of IPv6 a household, by a proxy as by a connection.
        household = ["2001:db8:2::1", "[2001:db8:2::2]:443", "2001:db8:2:0:9::3"]
        assert await counted(shop, *household) == [200, 200, 429]
        assert await counted(shop, "2001:db8:3::1") == [200]

    @pytest.mark.parametrize("shop", ["127.0.0.1"], indirect=True)
    async def test_what_cannot_be_read_is_the_proxy(self, shop: Shop) -> None:
        """Whoever writes nonsense there is counted together with all who do."""
        assert await counted(shop, "unknown", "192.0.2.1, x", "") == [200, 200, 429]

    @pytest.mark.parametrize("shop", ["", "10.0.0.0/8, 2001:db8::/32"], indirect=True)
    async def test_others_are_not_believed(self, shop: Shop) -> None:
        """Nobody chooses their address, whoever else is trusted."""
        assert await counted(shop, "192.0.2.1", "10.0.0.1", "192.0.2.3") == [200, 200, 429]


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    """A desk of Heleket on this machine."""
    async with open_street() as street:
        yield street


class TestNotices:
    @pytest.mark.parametrize(
        ("proxies", "told", "status"),
        [
            (HERE, HIS, 200),
            (HERE, f"192.0.2.1, {HIS}", 200),
            (HERE, f"{HIS}, 192.0.2.1", 401),
            (f"{HERE}, 10.0.0.0/8", f"{HIS}, 10.0.0.1", 200),
            (HERE, f"{HIS}, 10.0.0.1", 401),
            (HERE, "unknown", 401),
            (HERE, f"{HIS}, unknown", 401),
            ("192.0.2.1", HIS, 401),
            ("", HIS, 401),
        ],
    )
    async def test_of_heleket(
        self, street: Street, tmp_path: Path, proxies: str, told: str, status: int
    ) -> None:
        """Only from his address, as proxies of ours tell it; true as a notice may be."""
        given = {"ALTYN_DATABASE": f"sqlite:///{tmp_path}/a.db", "ALTYN_HELEKET_ADDRESSES": HIS}
        given |= {"ALTYN_API_PROXIES": proxies} if proxies else {}
        async with open_market(street, tmp_path, **given) as market:
            raw = street.desk.test_notice()
            answer = await market.shop.client.post(
                NOTICES, content=raw, headers={"X-Forwarded-For": told}
            )
            assert answer.status_code == status, answer.text

    @pytest.mark.parametrize(
        ("told", "status"),
        [("149.154.167.220", 200), ("91.108.7.255", 200), ("192.0.2.1", 401), ("", 401)],
    )
    async def test_of_telegram(self, tmp_path: Path, told: str, status: int) -> None:
        """Only from its networks; whoever has the secret is refused from elsewhere."""
        desk, stopping = TelegramDesk(SystemClock()), asyncio.Event()
        with closing(listen(HERE, 0)) as listener:
            serving = Serving(desk, listener)
            given = {
                "ALTYN_DATABASE": f"sqlite:///{tmp_path}/shop.db",
                "ALTYN_API_PUBLIC": "https://shop.example",
                "ALTYN_API_PROXIES": HERE,
                "ALTYN_TELEGRAM_TOKEN": desk.token,
                "ALTYN_TELEGRAM_API": serving.address,
                "ALTYN_TELEGRAM_ADDRESSES": "149.154.160.0/20, 91.108.4.0/22",
            }
            async with serving.until(stopping), served(tmp_path, **given) as shop:
                secret = read_settings(given, tmp_path).telegram.secret.reveal()
                answer = await shop.client.post(
                    "/webhooks/telegram",
                    content=b'{"update_id":1,"message":{"text":"/start"}}',
                    headers={"X-Telegram-Bot-Api-Secret-Token": secret}
                    | ({"X-Forwarded-For": told} if told else {}),
                )
                assert answer.status_code == status, answer.text
                if status == 401:
                    assert answer.json()["code"] == "address_not_allowed"
                stopping.set()

    async def test_of_whom_nothing_is_expected(self, tmp_path: Path) -> None:
        """It is not here, wherever it comes from: that is told first."""
        given = {"ALTYN_DATABASE": f"sqlite:///{tmp_path}/a.db", "ALTYN_API_PROXIES": HERE}
        async with served(tmp_path, **given) as shop:
            for method in ("telegram", "heleket"):
                answer = await shop.client.post(f"/webhooks/{method}", content=b"{}")
                assert (answer.status_code, answer.json()["code"]) == (404, "method_unknown")


def ways(folder: Path, **given: str) -> Ways:
    """Those of a shop that takes Stars, cards and Heleket."""
    shop = {
        "API_PUBLIC": "https://shop.example",
        "HELEKET_MERCHANT": "8b03432e",
        "HELEKET_PAYMENT_KEY": KEY,
        "TELEGRAM_TOKEN": f"1:{KEY}",
        "TELEGRAM_PROVIDER_TOKEN": KEY,
        **given,
    }
    read: Settings = read_settings({f"ALTYN_{name}": its for name, its in shop.items()}, folder)
    return Ways(methods(read))


def test_the_second_lock_is_shut_where_addresses_are_known(tmp_path: Path) -> None:
    """Where proxies are named, the addresses that providers tell are enough; else all seem one."""
    locked = ways(tmp_path, API_PROXIES=HERE)
    assert locked.admit("heleket", HIS)
    assert not locked.admit("heleket", "192.0.2.1")
    assert locked.admit("telegram", "149.154.160.1")
    assert not locked.admit("telegram", HIS)
    for opened in (
        ways(tmp_path),
        ways(tmp_path, API_PROXIES=HERE, HELEKET_ADDRESSES="any", TELEGRAM_ADDRESSES="any"),
        ways(
            tmp_path,
            API_PROXIES=HERE,
            HELEKET_API="https://heleket.example",
            TELEGRAM_API="https://telegram.example",
        ),
    ):
        for told_as in ("heleket", "telegram"):
            assert opened.admit(told_as, "192.0.2.1")
    named = ways(tmp_path, HELEKET_ADDRESSES="192.0.2.0/24", TELEGRAM_ADDRESSES="192.0.2.1")
    for told_as in ("heleket", "telegram"):
        assert named.admit(told_as, "192.0.2.1")
        assert not named.admit(told_as, HIS)
