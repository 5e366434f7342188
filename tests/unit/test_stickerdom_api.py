"""How the store is called: signed in, in turn, and never twice where that could do harm."""

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from attrs import define, field

from altyn.adapters.http import Answer, NoAnswer, Unintelligible
from altyn.adapters.memory import ManualClock, ManualTicks
from altyn.adapters.stickerdom import Account, StickerdomApi
from altyn.adapters.stickerdom.door import account_in, until_of
from altyn.core.errors import Unavailable
from altyn.core.purchases import SupplierClosed, SupplierRefused, SupplierUnclear
from altyn.core.resilience import NotExecuted, Priority, TurnedAway
from altyn.entrypoints.sandbox import Fault, StickerdomDesk
from tests.unit.fragment_outside import AtTheDesk
from tests.unit.stickerdom_outside import Telegram, api_of

ORDER = {"collection": "12", "character": "3", "count": "1"}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> StickerdomDesk:
    return StickerdomDesk(clock)


@pytest.fixture
def api(desk: StickerdomDesk, clock: ManualClock) -> StickerdomApi:
    return api_of(AtTheDesk(desk, "stickerdom"), clock)


@define
class Scripted:
    """A server that says what a test wants, and remembers what it was asked."""

    answers: list[Answer | Exception]
    asked: list[tuple[str, str, Mapping[str, str]]] = field(factory=list)

    async def __call__(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        self.asked.append((method, path, headers or {}))
        said = self.answers.pop(0)
        if isinstance(said, Exception):
            raise said
        return said


def said(data: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, headers, json.dumps(data).encode())


IN = said({"ok": True, "data": "a-token"})


async def test_it_is_signed_in_once(api: StickerdomApi, desk: StickerdomDesk) -> None:
    """Whoever comes meanwhile waits for the same, and whoever comes later has it."""
    await asyncio.gather(*(api.ask("settings", Priority.LOW) for _ in range(5)))
    await api.ask("settings", Priority.LOW)
    assert desk.calls == ["auth"] + ["settings"] * 6
    assert await api.account(Priority.LOW) == Account(42, "@altyn_shop")


async def test_a_token_is_renewed_before_it_expires(
    api: StickerdomApi, desk: StickerdomDesk, clock: ManualClock
) -> None:
    """At four fifths of its hour."""
    await api.ask("settings", Priority.LOW)
    clock.advance(minutes=47)
    await api.ask("settings", Priority.LOW)
    assert desk.calls.count("auth") == 1
    clock.advance(minutes=1)
    await api.ask("settings", Priority.LOW)
    assert desk.calls == ["auth", "settings", "settings", "auth", "settings"]


@pytest.mark.parametrize("status", [200, 401, 403])
async def test_whoever_is_not_signed_in_any_more_signs_in_and_asks_again(
    api: StickerdomApi, desk: StickerdomDesk, status: int
) -> None:
    """For an order too: turned away means that nothing was done."""
    await api.ask("settings", Priority.LOW)
    desk.turns_away_with = status
    desk.expire_tokens()
    order = await api.ask("order", Priority.CRITICAL, **ORDER)
    assert desk.calls == ["auth", "settings", "order", "auth", "order"]
    assert list(desk.orders) == [order["order_id"]]


async def test_whoever_is_turned_away_again_is_shut_out(
    api: StickerdomApi, desk: StickerdomDesk
) -> None:
    """It is repeated once."""
    bare = Scripted([IN, said({}, 401), IN, said({}, 403)])
    with pytest.raises(SupplierClosed) as closed:
        await api_of(bare, ManualClock()).ask("order", Priority.CRITICAL, **ORDER)
    assert "signed in or not" in closed.value.reason
    desk.banned = True
    with pytest.raises(SupplierClosed):
        await api.ask("settings", Priority.LOW)
    assert desk.calls == ["auth"]


async def test_many_who_are_turned_away_sign_in_once(
    api: StickerdomApi, desk: StickerdomDesk
) -> None:
    """Whoever comes late to say that a token is not taken does not throw away the new one."""
    await api.ask("settings", Priority.LOW)
    desk.expire_tokens()
    await asyncio.gather(*(api.ask("settings", Priority.LOW) for _ in range(4)))
    assert desk.calls.count("auth") == 2
    old = await api.door.enter(Priority.LOW)
    api.door.leave(old)
    new = await api.door.enter(Priority.LOW)
    api.door.leave(old)
    assert await api.door.enter(Priority.LOW) is new


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (said({"ok": False, "errorCode": "collection_not_found"}), SupplierRefused),
        (said({"ok": False, "errorCode": "collection_not_found"}, 404), SupplierRefused),
        (said({"ok": False, "errorCode": "of_tomorrow"}), SupplierRefused),
        (said({"ok": False}, 409), SupplierRefused),
        (said(["anything"], 400), SupplierRefused),
        (said({"ok": False, "errorCode": "of_tomorrow"}, 500), SupplierUnclear),
        (said({"ok": True, "data": {}}, 502), SupplierUnclear),
        (said({"ok": False}, 408), SupplierUnclear),
        (said({"ok": "true", "data": {}}), SupplierUnclear),
        (said({"data": {}}), SupplierUnclear),
        (said({"ok": True}, 302), SupplierUnclear),
        (Answer(200, {}, b"<html>"), SupplierUnclear),
        (Answer(404, {}, b"<html>"), NotExecuted),
        (Answer(405, {}, b""), NotExecuted),
        (said({"ok": False}, 429), TurnedAway),
        (NoAnswer("stickerdom", "silence"), NoAnswer),
    ],
)
async def test_what_an_answer_means(answer: Answer | Exception, error: type[Exception]) -> None:
    """A refusal is only what says so; whatever may have been done is in doubt."""
    scripted = Scripted([IN, answer])
    with pytest.raises(error):
        await api_of(scripted, ManualClock()).ask("order", Priority.CRITICAL, **ORDER)
    assert [path for _, path, _ in scripted.asked] == [
        "/api/v1/auth",
        "/api/v1/shop/buy/crypto?collection=12&character=3&currency=TON&count=1",
    ]


@pytest.mark.parametrize("fault", list(Fault))
async def test_an_order_is_not_repeated_by_itself(
    api: StickerdomApi, desk: StickerdomDesk, fault: Fault
) -> None:
    """However it went wrong."""
    desk.faults.plan("order", fault)
    with pytest.raises(Unavailable):
        await api.ask("order", Priority.CRITICAL, **ORDER)
    assert desk.calls == ["auth", "order"]
    assert len(desk.orders) == int(fault.happens)


async def test_what_it_asks_for_is_obeyed_by_everybody() -> None:
    """Whoever is told to wait is not alone at the store."""
    ticks = ManualTicks()
    yes = said({"ok": True, "data": {}})
    scripted = Scripted([IN, said({}, 429, **{"retry-after": "7"}), yes])
    api = api_of(scripted, ManualClock(), ticks)
    with pytest.raises(TurnedAway) as busy:
        await api.ask("settings", Priority.LOW)
    assert busy.value.retry_after_seconds == 7
    ticks.advance(seconds=6)
    with pytest.raises(TurnedAway) as alone:
        await api.ask("price", Priority.HIGH, **ORDER)
    assert alone.value.retry_after_seconds == 1
    assert len(scripted.asked) == 2
    ticks.advance(seconds=1)
    assert await api.ask("price", Priority.HIGH, **ORDER) == {}


async def test_it_comes_as_the_mini_app_does() -> None:
    """What Telegram says goes in the body, and the token in a header of each call."""
    scripted = Scripted([IN, said({"ok": True, "data": {}})])
    await api_of(scripted, ManualClock()).ask("profile", Priority.LOW, user="4/2?")
    (_, _, signing), (method, path, headers) = scripted.asked
    assert (signing["Content-Type"], "Authorization" in signing) == ("text/plain", False)
    assert (method, path) == ("GET", "/api/v1/user/4%2F2%3F/profile")
    assert headers == {
        "Accept": "application/json",
        "Origin": "https://stickerdom.store",
        "Referer": "https://stickerdom.store/",
        "Authorization": "Bearer a-token",
    }


@pytest.mark.parametrize("data", [None, "", 7, "two words", "line\nfeed", "ä", "x" * 9000])
async def test_what_is_no_token_is_not_used(data: Any) -> None:
    """No header can be made of it."""
    with pytest.raises(SupplierUnclear):
        await api_of(Scripted([said({"ok": True, "data": data})]), ManualClock()).account(
            Priority.LOW
        )


async def test_what_telegram_says_is_read_as_it_is() -> None:
    """The id and the name of our account; without a name the id is shown."""
    clock = ManualClock()
    assert account_in(await Telegram(clock, 7, "")()) == Account(7, "account 7")
    for wrong in ("", "user", "user=%7B", "user=7", "user=%7B%22id%22%3A%227%22%7D", "hash=1"):
        with pytest.raises(Unintelligible):
            account_in(wrong)


def test_how_long_a_token_is_used() -> None:
    """Four fifths of what it says; what says nothing is used for a while, and none for ever."""
    now = ManualClock().now()

    def token(claims: Any) -> str:
        return f"e30.{urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.x"

    in_an_hour = now.timestamp() + 3600
    assert until_of(token({"exp": int(in_an_hour)}), now) == now + timedelta(minutes=48)
    for unsaid in ("", "a-token", token([]), token({}), token({"exp": "x"}), token({"exp": 1e300})):
        assert until_of(unsaid, now) == now + timedelta(minutes=20)
    assert until_of(token({"exp": 10**10}), now) == now + 0.8 * timedelta(days=1)
    assert until_of(token({"exp": 0}), now) < now
