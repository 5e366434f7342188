"""Somebody else who opens the store for our account: what is asked of him, and what is believed."""

import json
from typing import Any

import pytest

from altyn.adapters.http import Answer, Calls
from altyn.adapters.memory import ManualClock, ManualTicks
from altyn.adapters.stickerdom import Account, Door, Opener, StickerdomApi
from altyn.core.purchases import SupplierClosed, SupplierUnclear
from altyn.core.resilience import DEPENDENCIES, CircuitOpen, Guard, Priority, TurnedAway
from altyn.entrypoints.sandbox import StickerdomDesk
from altyn.entrypoints.sandbox.stickerdom import OPENER
from altyn.entrypoints.sandbox.stickerdom_wire import BOT
from tests.unit.fragment_outside import AtTheDesk
from tests.unit.stickerdom_outside import api_of
from tests.unit.test_stickerdom_api import Scripted

MINI_APP = "https://stickerdom.store/"
TOLD = "query_id=AA&user=%7B%22id%22%3A42%7D&auth_date=1&signature=s&hash=0a"


def opener(caller: Calls, bot: int = BOT, key: str = "") -> Opener:
    """Asks him, over that line."""
    guard = Guard("stickerdom.opener", DEPENDENCIES["stickerdom"], ticks=ManualTicks())
    return Opener(caller, OPENER, guard, ("sticker_bot", bot), MINI_APP, key)


def answered(said: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, headers, said if isinstance(said, bytes) else json.dumps(said).encode())


async def test_the_store_lets_in_whoever_it_was_opened_for() -> None:
    """What he answers is traded for a token as it is; the store proves that Telegram said it."""
    clock = ManualClock()
    desk = StickerdomDesk(clock, account=(7, "our_buyer"))
    at_the_desk = AtTheDesk(desk, "stickerdom")
    line = api_of(at_the_desk, clock).line
    api = StickerdomApi(line, Door(opener(at_the_desk), line, clock))
    assert await api.account(Priority.LOW) == Account(7, "@our_buyer")
    await api.ask("settings", Priority.LOW)
    assert desk.calls == ["opener", "auth", "settings"]
    forger = AtTheDesk(StickerdomDesk(clock, bot_token="another"), "stickerdom")
    with pytest.raises(SupplierClosed, match="signing in"):
        await StickerdomApi(line, Door(opener(forger), line, clock)).account(Priority.LOW)
    with pytest.raises(SupplierClosed, match="does not, status 404"):
        await opener(at_the_desk, bot=BOT + 1)()


async def test_he_is_told_what_to_open_and_who_asks() -> None:
    """The key goes with it where there is one, and is shown to nobody else."""
    line = Scripted([answered({"init_data": TOLD})] * 2)
    keyed = opener(line, key="opener-key-of-ours")
    assert "opener-key" not in repr(keyed)
    assert await keyed() == TOLD
    assert await opener(line)() == TOLD
    (method, path, headers), (_, _, keyless) = line.asked
    assert (method, path) == ("POST", "/opener")
    assert headers["Authorization"] == "Bearer opener-key-of-ours"
    assert "Authorization" not in keyless


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410])
async def test_his_no_is_for_a_person(status: int) -> None:
    """He does not know us, or the account is not signed in there: the store is closed to us."""
    with pytest.raises(SupplierClosed, match=f"does not, status {status}"):
        await opener(Scripted([answered({"init_data": TOLD}, status)]))()


@pytest.mark.parametrize(
    "answer",
    [
        answered({"init_data": TOLD}, 500),
        answered({"init_data": TOLD}, 302),
        answered({"init_data": TOLD}, 408),
        answered({"init_data": TOLD}, 204),
        answered(TOLD),
        answered(TOLD.encode()),
        answered([TOLD]),
        answered({}),
        answered({"init_data": ""}),
        answered({"init_data": 42}),
        answered({"init_data": f"{TOLD}\n"}),
        answered({"init_data": f"{TOLD} x"}),
        answered({"init_data": f"{TOLD}ы"}),
        answered({"init_data": TOLD * 200}),
    ],
)
async def test_what_is_no_answer_leaves_us_in_doubt(answer: Answer) -> None:
    """It is asked again later, and nothing of what he said is in the error."""
    with pytest.raises(SupplierUnclear) as doubt:
        await opener(Scripted([answer]))()
    assert "hash" not in f"{doubt.value!r} {doubt.value.__cause__!r} {doubt.value.__context__!r}"


async def test_he_is_left_alone_while_he_is_unwell() -> None:
    """As long as he says when he is too busy; after three failures nobody asks for a while."""
    line = Scripted([answered(b"", 429, **{"retry-after": "7"}), *[answered(b"", 503)] * 2])
    ask = opener(line)
    with pytest.raises(TurnedAway) as busy:
        await ask()
    assert busy.value.retry_after_seconds == 7
    for _ in range(2):
        with pytest.raises(SupplierUnclear):
            await ask()
    with pytest.raises(CircuitOpen):
        await ask()
    assert len(line.asked) == 3
