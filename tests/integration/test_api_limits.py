"""How often one may ask the API, over real HTTP: alone, together, and while Redis is away."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import redis
from attrs import frozen
from dishka import Provider, Scope, provide

from altyn.adapters.memory import ManualTicks, MemoryMeter
from altyn.core.limits import FixedWindow, Meter, StrictWindow
from altyn.core.resilience import DEPENDENCIES, Guard
from altyn.core.signals import Signals
from altyn.entrypoints.api.turnstile import address, told
from altyn.entrypoints.wiring import SettingWrong
from altyn.entrypoints.wiring.metrics import Exposition
from altyn.entrypoints.wiring.redis import RedisGuard

from .servers import RedisServer
from .test_api_balances import Shop, served

PATH = "/v1/accounts/user:42/balances"
KEYS = tuple(f"a-long-key-for-a-caller-{number}" for number in range(4))
POLICIES = "ratelimit-policy"


class CountedByHand(Provider):
    """Limits of one process, whose time is moved by hand."""

    scope = Scope.APP

    def __init__(self, ticks: ManualTicks, places_max: int = 1000) -> None:
        super().__init__()
        self.made = MemoryMeter(ticks, places_max)

    @provide
    def meter(self) -> Meter:
        return self.made


class GuardedByHand(Provider):
    """The guard before Redis, whose time is moved by hand."""

    scope = Scope.APP

    def __init__(self, ticks: ManualTicks) -> None:
        super().__init__()
        self.ticks = ticks

    @provide
    def guard(self, signals: Signals) -> RedisGuard:
        policy = DEPENDENCIES["redis"]
        return RedisGuard(Guard("redis", policy, ticks=self.ticks, signals=signals))


@frozen
class House:
    """A house that counts three at once by address, one more each second."""

    shop: Shop
    ticks: ManualTicks

    async def asked(self, times: int, path: str = PATH, key: str = "") -> list[int]:
        """How that many requests were answered."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        answers = [await self.shop.client.get(path, headers=headers) for _ in range(times)]
        return [answer.status_code for answer in answers]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The house, for this machine."""
    ticks = ManualTicks()
    limits = '"api.address" = { count = 60, seconds = 60, burst = 3 }'
    async with served(tmp_path, CountedByHand(ticks), **settings(tmp_path, limits)) as shop:
        yield House(shop, ticks)


def settings(folder: Path, limits: str) -> dict[str, str]:
    return {"ALTYN_DATABASE": f"sqlite:///{folder}/shop.db", "ALTYN_LIMITS": limits}


async def test_what_is_left_is_told(house: House) -> None:
    """Answers tell each limit, what is left of it, and when all of it is back."""
    answer = await house.shop.client.get(PATH)
    assert answer.headers[POLICIES] == '"api.caller";q=200;w=10, "api.address";q=3;w=3'
    assert answer.headers["ratelimit"] == '"api.caller";r=199;t=1, "api.address";r=2;t=1'
    answer = await house.shop.client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.headers["ratelimit"] == '"api.caller";r=198;t=1, "api.address";r=1;t=2'


async def test_too_often(house: House) -> None:
    """A request too many is a problem, with the whole seconds after which it is none."""
    assert await house.asked(4) == [200, 200, 200, 429]
    house.ticks.advance(microseconds=999_999)
    answer = await house.shop.client.get(PATH)
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers[POLICIES] == '"api.address";q=3;w=3'
    assert answer.headers["ratelimit"] == '"api.address";r=0;t=1'
    assert answer.json() == {
        "type": "about:blank",
        "status": 429,
        "title": "Too Many Requests",
        "code": "too_often",
        "detail": "too often for 'api.address': again in 0.000 s",
        "facts": {"limit": "api.address", "wait_microseconds": 1},
        "request": answer.headers["x-request-id"],
    }
    house.ticks.advance(microseconds=1)
    assert await house.asked(2) == [200, 429]
    assert (await house.shop.client.get(PATH)).headers["retry-after"] == "1"


async def test_whole_seconds_are_rounded_up(tmp_path: Path) -> None:
    """Nobody is told to come back too early."""
    ticks = ManualTicks()
    limits = '"api.address" = { count = 1, seconds = 90.5, burst = 1 }'
    async with served(tmp_path, CountedByHand(ticks), **settings(tmp_path, limits)) as shop:
        assert (await shop.client.get(PATH)).headers["ratelimit"].endswith('"api.address";r=0;t=91')
        assert (await shop.client.get(PATH)).headers["retry-after"] == "91"
        ticks.advance(seconds=0.5)
        assert (await shop.client.get(PATH)).headers["retry-after"] == "90"


async def test_health_is_not_counted(house: House) -> None:
    """Whoever looks whether the process lives may look as often as they like."""
    assert await house.asked(4) == [200, 200, 200, 429]
    for path in ("/health/live", "/health/ready"):
        answer = await house.shop.client.get(path)
        assert answer.status_code == 200
        assert "ratelimit" not in answer.headers
    assert await house.asked(1, "/health") == [429]
    assert await house.asked(1, "//health/live") == [429]


async def test_nobody_chooses_their_address(house: House) -> None:
    """What a request says about where it comes from changes nothing."""
    answers = [
        await house.shop.client.get(PATH, headers={"X-Forwarded-For": f"192.0.2.{number}"})
        for number in range(4)
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("testclient", "testclient"),
    ],
)
def test_addresses(host: str, counted: str) -> None:
    """One address of IPv4, a network of IPv6: that is what one household has."""
    assert address({"client": (host, 50_000)}) == {"address": counted}


def test_no_address() -> None:
    """A socket without addresses is one address."""
    assert address({"client": None}) == address({}) == {"address": ""}


@pytest.mark.parametrize("window", [FixedWindow, StrictWindow])
def test_windows_are_told_like_rates(window: type[FixedWindow | StrictWindow]) -> None:
    """A limit that an operator may know by its window has that one."""
    policy = window(name="api.day", limit=5, seconds=90.5)
    assert told([("me", policy, 1)], [("api.day", 4, 1)]) == (
        (b"ratelimit-policy", b'"api.day";q=5;w=91'),
        (b"ratelimit", b'"api.day";r=4;t=1'),
    )


async def test_callers_are_counted_by_key(tmp_path: Path) -> None:
    """Behind one address each key has its own limit, whatever it asks for."""
    limits = '"api.caller" = { count = 60, seconds = 60, burst = 2 }'
    made = settings(tmp_path, limits) | {"ALTYN_API_KEYS": ",".join(KEYS)}
    async with served(tmp_path, CountedByHand(ManualTicks()), **made) as shop:
        house = House(shop, ManualTicks())
        assert await house.asked(2, "/nowhere", KEYS[0]) == [404, 404]
        assert await house.asked(1, PATH, KEYS[0]) == [429]
        assert await house.asked(3, PATH, KEYS[1]) == [200, 200, 429]
        answer = await shop.client.get(PATH, headers={"Authorization": f"bearer  {KEYS[0]}"})
        assert answer.json()["facts"]["limit"] == "api.caller"
        assert answer.headers["ratelimit"] == '"api.caller";r=0;t=1, "api.address";r=93;t=1'
        assert await house.asked(3, "/health/ready", KEYS[0]) == [200, 200, 200]


async def test_addresses_are_counted_before_keys_are_looked_at(tmp_path: Path) -> None:
    """Whoever guesses keys is soon told to wait, and uses up nothing of those who have one."""
    limits = '"api.address".burst = 3'
    made = settings(tmp_path, limits) | {"ALTYN_API_KEYS": ",".join(KEYS)}
    ticks = ManualTicks()
    async with served(tmp_path, CountedByHand(ticks), **made) as shop:
        house = House(shop, ticks)
        assert await house.asked(4, PATH, "a-guess") == [401, 401, 401, 429]
        assert await house.asked(1, PATH, KEYS[0]) == [429]
        ticks.advance(seconds=60)
        answer = await shop.client.get(PATH, headers={"Authorization": f"Bearer {KEYS[0]}"})
        assert '"api.caller";r=199' in answer.headers["ratelimit"]


async def test_what_cannot_be_counted_is_not_done(tmp_path: Path) -> None:
    """When memory is full of those who owe, others are asked to come again."""
    made = settings(tmp_path, '"api.address".burst = 3')
    async with served(tmp_path, CountedByHand(ManualTicks(), places_max=1), **made) as shop:
        answer = await shop.client.get(PATH)
        assert (answer.status_code, answer.json()["code"]) == (503, "meter_full")
        assert answer.headers["retry-after"] == "1"


async def test_the_description_says_so(house: House) -> None:
    """Whoever reads the OpenAPI document knows of 429."""
    told = (await house.shop.client.get("/docs/openapi.json")).json()
    for path, route in told["paths"].items():
        for verb in route.values():
            described = verb["responses"].get("429", {"content": ()})["content"]
            assert "application/problem+json" in described or path.startswith("/health/")


async def test_an_address_that_no_client_can_read(tmp_path: Path) -> None:
    """It stops the start with one line that names the setting, and keeps the password."""
    url = "redis://:hunter2@127.0.0.1/0?socket_timeout=soon"
    variables = {"ALTYN_DATABASE": f"sqlite:///{tmp_path}/shop.db", "ALTYN_REDIS": url}
    with pytest.raises(SettingWrong, match=r"^redis: no client can read redis://") as caught:
        async with served(tmp_path, **variables):
            pass  # it does not come to that
    assert "hunter2" not in str(caught.value)


@frozen
class Two:
    """Two processes, as far as anybody outside can tell, and the Redis between them."""

    houses: tuple[Shop, Shop]
    server: RedisServer
    ticks: ManualTicks

    async def together(self, key: str) -> Counter[int]:
        """How twenty requests at once were answered, every other by the other house."""
        answers = await asyncio.gather(*(self.one(number % 2, key) for number in range(20)))
        return Counter(answers)

    async def one(self, which: int, key: str) -> int:
        """How one request was answered."""
        headers = {"Authorization": f"Bearer {key}"}
        return (await self.houses[which].client.get(PATH, headers=headers)).status_code

    async def numbers(self, which: int) -> list[str]:
        """What a scraper reads."""
        exposition = await self.houses[which].container.get(Exposition)
        return exposition.text().decode().splitlines()

    async def parts(self, which: int) -> dict[str, dict[str, object]]:
        """How its parts are; it is ready whatever Redis does."""
        headers = {"Authorization": f"Bearer {KEYS[0]}"}
        answer = await self.houses[which].client.get("/health/ready", headers=headers)
        assert (answer.status_code, answer.json()["ready"]) == (200, True)
        parts: dict[str, dict[str, object]] = answer.json()["parts"]
        return parts


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis that may be stopped."""
    with RedisServer() as server:
        yield server


@pytest.fixture
async def two(tmp_path: Path, redis_server: RedisServer) -> AsyncIterator[Two]:
    """Two houses on one Redis; each caller may ask ten times, and then once an hour."""
    ticks = ManualTicks()
    limits = """
        "api.address" = { burst = 1000 }
        "api.caller" = { count = 1, seconds = 3600, burst = 10 }
    """
    async with AsyncExitStack() as open:
        shops = []
        for name in ("one", "other"):
            folder = tmp_path / name
            folder.mkdir()
            made = settings(folder, limits) | {
                "ALTYN_API_KEYS": ",".join(KEYS),
                "ALTYN_METRICS_PORT": "0",
                "ALTYN_REDIS": redis_server.url,
            }
            house = served(folder, GuardedByHand(ticks), **made)
            shops.append(await open.enter_async_context(house))
        one, other = shops
        yield Two((one, other), redis_server, ticks)


async def test_processes_share_limits(two: Two) -> None:
    """Through Redis a limit is one limit, exactly; and what is kept there opens no door."""
    assert await two.together(KEYS[0]) == {200: 10, 429: 10}
    assert await two.together(KEYS[1]) == {200: 10, 429: 10}
    with redis.Redis.from_url(two.server.url) as client:
        kept = [name.decode() for name in client.scan_iter()]
    assert len([name for name in kept if "api.caller" in name]) == 2
    assert len([name for name in kept if "api.address:127.0.0.1" in name]) == 1
    assert not [name for name in kept for key in KEYS if key in name]


async def test_redis_goes_and_comes_back(two: Two) -> None:
    """Without it each counts alone, which is told; with it they share again by themselves."""
    assert await two.together(KEYS[0]) == {200: 10, 429: 10}
    two.server.stop()
    for which in (0, 1):
        assert [await two.one(which, KEYS[1]) for _ in range(11)] == [200] * 10 + [429]
        numbers = await two.numbers(which)
        assert 'altyn_breaker_state{name="redis"} 3.0' in numbers
        assert "altyn_limits_counted_alone_total 22.0" in numbers
        parts = await two.parts(which)
        assert not parts["redis"]["well"]
        assert parts["limits"] == {
            "well": False,
            "words": "limits of money refuse, others are counted by each process alone; "
            "the shared meter rests for 15 s",
        }
    two.server.start()
    for _ in range(4):  # three that try, one in ten, one in two, all
        two.ticks.advance(seconds=15)
        assert [await two.one(which, KEYS[2]) for which in (0, 1)] == [200, 200]
    for which in (0, 1):
        assert 'altyn_breaker_state{name="redis"} 0.0' in await two.numbers(which)
        parts = await two.parts(which)
        assert parts["redis"]["well"]
        assert parts["limits"] == {"well": True, "words": ""}
    assert await two.together(KEYS[3]) == {200: 10, 429: 10}
