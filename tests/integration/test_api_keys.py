"""Keys over real HTTP: what opens, what does not, and who is told to wait."""

from collections.abc import AsyncIterator, Collection
from datetime import datetime
from pathlib import Path

import pytest
from dishka import Provider, Scope, provide

from altyn.adapters.memory import ManualClock, ManualTicks, MemoryMeter
from altyn.core.clock import Clock, Ticks
from altyn.core.identity import (
    ApiKeys,
    Caller,
    MadeKey,
    MakeKey,
    OpenWithKey,
    Permission,
    RevokeKey,
    RotateKey,
    Token,
)
from altyn.core.limits import Meter
from altyn.entrypoints.api.door import ANYBODY, CALLER, caller
from altyn.entrypoints.wiring.access import KEYS_BY_ADDRESS

from .test_api_balances import Shop, served

PATH = "/v1/accounts/user:42/balances"
SEES: Collection[Permission] = (Permission.SEE_OTHERS,)


class MovedByHand(Provider):
    """Time that stands still, and limits that are counted by it."""

    scope = Scope.APP

    def __init__(self) -> None:
        super().__init__()
        self.hand, self.ticks = ManualClock(), ManualTicks()

    @provide
    def clock(self) -> Clock:
        return self.hand

    @provide
    def meter(self) -> Meter:
        return MemoryMeter(self.ticks)

    @provide
    def ticking(self) -> Ticks:
        return self.ticks

    def pass_seconds(self, seconds: float) -> None:
        self.hand.advance(seconds=seconds)
        self.ticks.advance(seconds=seconds)


@pytest.fixture
def time() -> MovedByHand:
    return MovedByHand()


@pytest.fixture(params=["", "a-long-key-for-a-caller"], ids=["open", "locked"])
async def shop(
    request: pytest.FixtureRequest, tmp_path: Path, time: MovedByHand
) -> AsyncIterator[Shop]:
    """A house with keys of the settings, and one without."""
    settings = {"ALTYN_API_KEYS": request.param} if request.param else {}
    database = f"sqlite:///{tmp_path}/shop.db"
    async with served(tmp_path, time, ALTYN_DATABASE=database, **settings) as shop:
        yield shop


async def made(shop: Shop, expires_at: datetime | None = None) -> MadeKey:
    make = await shop.container.get(MakeKey)
    return await make(Caller.local(), "cash desk", frozenset(SEES), expires_at)


async def status(shop: Shop, token: Token | str, **more: str) -> int:
    """What whoever shows that is answered; a refusal says no more than any other."""
    text = token if isinstance(token, str) else token.reveal()
    headers = {"Authorization": f"Bearer {text}", "Host": "shop.example", **more}
    answer = await shop.client.get(PATH, headers=headers)
    if answer.status_code == 401:
        assert answer.json()["code"] == "key_needed"
        assert answer.headers["www-authenticate"] == "Bearer"
    assert text not in answer.text
    return answer.status_code


async def test_a_key_opens_until_it_is_revoked(shop: Shop, time: MovedByHand) -> None:
    """Under any name of this machine, and five seconds longer at most where it was known."""
    key = await made(shop)
    assert await status(shop, key.token) == 200
    await (await shop.container.get(RevokeKey))(Caller.local(), key.key.public)
    time.pass_seconds(5)
    assert await status(shop, key.token) == 401


async def test_a_key_opens_until_it_expires(shop: Shop, time: MovedByHand) -> None:
    """The one that took over opens then."""
    old = await made(shop)
    new = await (await shop.container.get(RotateKey))(Caller.local(), old.key.public)
    for key in (old, new):
        assert await status(shop, key.token) == 200
    time.pass_seconds(24 * 3600)
    assert await status(shop, old.token) == 401
    assert await status(shop, new.token) == 200


async def test_guessers_are_told_to_wait(shop: Shop, time: MovedByHand) -> None:
    """After so many that open nothing; whoever is known there comes in all the same."""
    known, late = await made(shop), await made(shop)
    assert await status(shop, known.token) == 200
    for _ in range(KEYS_BY_ADDRESS.limit):
        assert await status(shop, Token.fresh("ak")) == 401
    answer = await shop.client.get(PATH, headers={"Authorization": "Bearer no-key-at-all"})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_often")
    assert answer.headers["retry-after"] == "300"
    assert await status(shop, late.token) == 429
    assert await status(shop, known.token) == 200
    time.pass_seconds(300)
    assert await status(shop, late.token) == 200


async def test_the_last_use_is_seen(shop: Shop, time: MovedByHand) -> None:
    """To the minute."""
    key = await made(shop)
    await status(shop, key.token)
    await (await shop.container.get(OpenWithKey)).settle()
    kept = await (await shop.container.get(ApiKeys)).get(key.key.public)
    assert kept.used_at == time.hand.now()


async def test_a_key_opens_what_it_is_for(shop: Shop) -> None:
    """Another one is told what it lacks."""
    make = await shop.container.get(MakeKey)
    key = await make(Caller.local(), "cash desk", {Permission.BUY})
    headers = {"Authorization": f"Bearer {key.token.reveal()}"}
    for path in (PATH, f"{PATH}/RUB", "/v1/accounts/user:42/statement/RUB"):
        answer = await shop.client.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
        assert answer.json()["facts"]["permission"] == "see_others"


async def test_pages_of_others_ask_nothing(shop: Shop) -> None:
    """Not even in a browser of this machine, where whoever shows nothing is its owner."""
    for origin, status in (
        ("https://evil.example", 403),
        ("null", 403),
        ("http://[", 403),
        ("http://localhost:8420", 200),
    ):
        answer = await shop.client.get(PATH, headers={"Origin": origin})
        if answer.status_code != 401:  # the house with keys lets in nobody without
            assert answer.status_code == status


def test_of_whom_nothing_is_known_is_counted_by_address() -> None:
    """Otherwise all who sign in would share one limit, and anybody could use it up."""
    there = {"client": ("192.0.2.1", 1)}
    assert caller({CALLER: ANYBODY, **there}) == {"caller": "192.0.2.1"}
    assert caller({CALLER: Caller.local(), **there}) == {"caller": "local"}
