"""The account in turns: one process at a time has its session, and none keeps it for itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from attrs import define, field

from altyn.adapters.memory import ManualTicks
from altyn.adapters.stars import (
    AccountClosed,
    Declined,
    SessionTaken,
    SessionUnusable,
    SharedAccount,
    shared,
)
from altyn.core.resilience import NotExecuted


@define
class Session:
    """What is opened, and how often; answers with what it is asked."""

    ticks: ManualTicks = field(factory=ManualTicks)
    openings: int = 0
    open_now: int = 0
    fails: list[Exception] = field(factory=list)
    declines: list[str] = field(factory=list)
    gate: asyncio.Event | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Session"]:
        if self.fails:
            raise self.fails.pop(0)
        self.openings += 1
        self.open_now += 1
        yield self
        self.open_now -= 1

    async def __call__(self, request: Any) -> Any:
        if self.gate is not None:
            await self.gate.wait()
        if self.declines:
            raise Declined(self.declines.pop(0))
        return request

    async def named(self, username: str) -> Any:
        return await self(f"@{username}")


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def account(session: Session, monkeypatch: pytest.MonkeyPatch) -> SharedAccount:
    """Whoever waits for the session lets the hand of a test go on by that much."""

    async def wait(seconds: float) -> None:
        session.ticks.advance(seconds=seconds)

    monkeypatch.setattr(shared.asyncio, "sleep", wait)  # type: ignore[attr-defined]
    return SharedAccount(session.opened, idle_seconds=0, ticks=session.ticks)


async def turns_of_the_loop() -> None:
    """Whatever is ready is done."""
    for _ in range(5):
        done = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(done.set_result, None)
        await done


async def test_it_is_opened_when_it_is_needed(account: SharedAccount, session: Session) -> None:
    """Once for questions that follow each other, and let go after the last of them."""
    assert session.openings == 0
    assert [await account(1), await account.named("durov")] == [1, "@durov"]
    assert (session.openings, session.open_now) == (1, 1)
    await turns_of_the_loop()
    assert session.open_now == 0
    assert await account(2) == 2
    assert session.openings == 2
    await account.close()
    assert session.open_now == 0
    await account.close()


async def test_it_is_not_let_go_under_a_question(account: SharedAccount, session: Session) -> None:
    """However long that takes, and whoever wants to close it."""
    session.gate = asyncio.Event()
    asking = [asyncio.create_task(account(each)) for each in range(2)]
    await turns_of_the_loop()
    session.ticks.advance(seconds=100)
    await account.close()
    assert session.open_now == 1
    session.gate.set()
    assert await asyncio.gather(*asking) == [0, 1]
    assert session.openings == 1
    await account.close()


async def test_whoever_has_it_for_long_leaves_it_to_others(
    account: SharedAccount, session: Session
) -> None:
    """For a moment between two questions, in which somebody who waits finds it free."""
    await account(1)
    session.ticks.advance(seconds=shared.HELD_SECONDS)
    before = session.ticks()
    assert await account(2) == 2
    assert (session.openings, session.open_now) == (2, 1)
    assert session.ticks() - before == shared.LEFT_SECONDS * 1_000_000
    session.ticks.advance(seconds=shared.HELD_SECONDS)
    await account(3)
    await turns_of_the_loop()
    await account.close()


async def test_somebody_else_is_waited_for(account: SharedAccount, session: Session) -> None:
    """For a while; then nothing was done, and it is asked another time."""
    session.fails = [SessionTaken("stars.session")] * 3
    assert await account(1) == 1
    await account.close()
    session.fails = [SessionTaken("stars.session")] * 1000
    with pytest.raises(NotExecuted, match="another process"):
        await account(2)


async def test_an_account_that_is_not_signed_in(account: SharedAccount, session: Session) -> None:
    """It is said what to do, be it known from the start or only when something is asked."""
    session.fails = [SessionUnusable("stars.session", "there is none")]
    with pytest.raises(AccountClosed, match="altyn stars login"):
        await account(1)
    session.declines = ["SESSION_REVOKED"]
    with pytest.raises(AccountClosed, match="SESSION_REVOKED"):
        await account(1)
    session.declines = ["BALANCE_TOO_LOW"]
    with pytest.raises(Declined):
        await account(1)
    assert await account(1) == 1
    await account.close()
