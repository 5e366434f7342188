"""Our account as several processes use it: opened when somebody asks, let go soon afterwards."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, Final, Protocol

from attrs import define, field

from ...core.clock import Ticks, ticks
from ...core.resilience import NotExecuted
from .client import Declined
from .sealing import AccountClosed, SessionTaken, SessionUnusable

IDLE_SECONDS: Final = 3.0
"""So long it stays open for the next question."""
HELD_SECONDS: Final = 15.0
"""After that it is let go between two questions, though more would come: others wait for it."""
PATIENCE_SECONDS: Final = 20.0
"""So long somebody else is waited for."""
AGAIN_SECONDS: Final = 0.2
"""Between one look at whether it is free and the next."""
LEFT_SECONDS: Final = 2 * AGAIN_SECONDS
"""So long whoever has had it for long leaves it, so that somebody who waits finds it free."""
MICRO: Final = 1_000_000

SIGNED_OUT: Final = frozenset(
    {
        "AUTH_KEY_DUPLICATED",
        "AUTH_KEY_INVALID",
        "AUTH_KEY_UNREGISTERED",
        "SESSION_EXPIRED",
        "SESSION_REVOKED",
        "USER_DEACTIVATED",
        "USER_DEACTIVATED_BAN",
    }
)
"""Answers to whatever is asked by somebody who is not signed in any more."""


class Asks(Protocol):
    """Whoever asks Telegram once, and says in our words what came of it."""

    async def __call__(self, request: Any) -> Any:
        """The answer to a request."""
        ...

    async def named(self, username: str) -> Any:
        """Whoever has that name, as requests name them."""
        ...


@define(eq=False)
class SharedAccount:
    """
    Asks for our account, of which one process at a time has the session.

    What is asked fails as NotExecuted while another process keeps it for too long.
    """

    opened: Callable[[], AbstractAsyncContextManager[Asks]] = field(repr=False)
    idle_seconds: float = IDLE_SECONDS
    held_seconds: float = HELD_SECONDS
    patience_seconds: float = PATIENCE_SECONDS
    ticks: Ticks = ticks
    _lock: asyncio.Lock = field(factory=asyncio.Lock, init=False, repr=False)
    _open: tuple[AsyncExitStack, Asks] | None = field(default=None, init=False, repr=False)
    _until: int = field(default=0, init=False)
    _asking: int = field(default=0, init=False)
    _leaving: asyncio.Task[None] | None = field(default=None, init=False, repr=False)

    async def __call__(self, request: Any) -> Any:
        """
        The answer to a request, as `Asking` says.

        Raises:
            AccountClosed: it is not signed in.
            NotExecuted: another process has it.
        """
        async with self._account() as ask:
            return await ask(request)

    async def named(self, username: str) -> Any:
        """Whoever has that name, as requests name them."""
        async with self._account() as ask:
            return await ask.named(username)

    async def close(self) -> None:
        """Let it go now, if nothing is being asked."""
        async with self._lock:
            if self._leaving is not None:
                self._leaving.cancel()
            await self._let_go()

    @asynccontextmanager
    async def _account(self) -> AsyncIterator[Asks]:
        async with self._lock:
            if self._leaving is not None:
                self._leaving.cancel()
            if self._open is not None and not self._asking and self.ticks() >= self._until:
                await self._let_go()
                await asyncio.sleep(LEFT_SECONDS)
            if self._open is None:
                self._open = await self._entered()
                self._until = self.ticks() + round(self.held_seconds * MICRO)
            _, ask = self._open
            self._asking += 1
        try:
            yield ask
        except Declined as no:
            if no.code not in SIGNED_OUT:
                raise
            raise AccountClosed(f"Telegram does not let it in ({no.code})") from None
        finally:
            self._asking -= 1
            if not self._asking:
                self._leaving = asyncio.create_task(self._leave())

    async def _leave(self) -> None:
        if self.ticks() < self._until:
            await asyncio.sleep(self.idle_seconds)
        async with self._lock:
            await self._let_go()

    async def _let_go(self) -> None:
        if self._open is not None and not self._asking:
            (stack, _), self._open = self._open, None
            await stack.aclose()

    async def _entered(self) -> tuple[AsyncExitStack, Asks]:
        give_up = self.ticks() + round(self.patience_seconds * MICRO)
        while True:
            stack = AsyncExitStack()
            try:
                return stack, await stack.enter_async_context(self.opened())
            except SessionUnusable as unusable:
                raise AccountClosed(unusable.reason) from None
            except SessionTaken as taken:
                if self.ticks() >= give_up:
                    raise NotExecuted(str(taken)) from None
            await asyncio.sleep(AGAIN_SECONDS)
