"""Signing in: what Telegram says of our account is traded for a token that lasts for a while."""

import asyncio
import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from urllib.parse import parse_qs

from attrs import define, field, frozen

from ...core.clock import Clock
from ...core.purchases import SupplierClosed
from ...core.resilience import Priority
from ...core.wording import one_line
from ..http import Unintelligible
from .line import Line
from .operations import SIGN_IN
from .wire import STICKERDOM, understood

USED_FOR: Final = 0.8
"""So much of its life a token is used; then there is a new one before anybody has to wait."""
UNSAID: Final = timedelta(minutes=20)
"""So long one is used that does not say how long it lasts."""
LIFE_MAX: Final = timedelta(days=1)
TOKEN_MAX: Final = 8192
NAME_MAX: Final = 64


class InitData(Protocol):
    """Whoever opens the Mini App for our account."""

    async def __call__(self) -> str:
        """
        What Telegram tells the Mini App of us, to the letter, made just now.

        Raises:
            Unavailable: it could not be opened.
        """
        ...


@frozen
class Account:
    """Who we are there: whatever is bought is put into this account."""

    id: int
    shown: str


@frozen
class Visit:
    """Being signed in."""

    account: Account
    token: str = field(repr=False)
    until: datetime
    """From then on another one is used."""


@define(eq=False)
class Door:
    """Signs in when that is needed; whoever comes meanwhile waits for the same."""

    init_data: InitData = field(repr=False)
    line: Line
    clock: Clock
    _visit: Visit | None = field(default=None, init=False, repr=False)
    _lock: asyncio.Lock = field(factory=asyncio.Lock, init=False, repr=False)

    async def enter(self, priority: Priority) -> Visit:
        """
        A visit that lasts for a while yet.

        Raises:
            SupplierClosed: it does not let us in.
            Unavailable: it is not known whether it does.
        """
        async with self._lock:
            if self._visit is None or self.clock.now() >= self._visit.until:
                self._visit = await self._sign_in(priority)
            return self._visit

    def leave(self, visit: Visit) -> None:
        """It is not taken any more; perhaps there is another one by now."""
        if self._visit is visit:
            self._visit = None

    async def _sign_in(self, priority: Priority) -> Visit:
        raw, began = await self.init_data(), self.clock.now()
        with understood():
            account = account_in(raw)
        said = await self.line.send(SIGN_IN, {}, priority, body=raw.encode())
        if not said.let_in or said.refusal is not None:
            words = said.refusal or "it does not take what Telegram says of us"
            raise SupplierClosed(STICKERDOM, f"signing in: {words}")
        with understood():
            token = _token(said.data)
        return Visit(account, token, until_of(token, began))


def account_in(raw: str) -> Account:
    """Of whom it tells."""
    try:
        user = json.loads(parse_qs(raw, strict_parsing=True)["user"][0])
        id, name = user["id"], user.get("username")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unintelligible("what Telegram says of our account cannot be read") from None
    if type(id) is not int or id <= 0:
        raise Unintelligible("what Telegram says of our account has no id")
    named = isinstance(name, str) and name
    return Account(id, one_line(f"@{name}", NAME_MAX) if named else f"account {id}")


def until_of(token: str, began: datetime) -> datetime:
    """Until when a token is used that was given out since then; it is not for us to verify it."""
    try:
        claims = token.split(".")[1]
        expires = json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"]
        life = datetime.fromtimestamp(int(expires), UTC) - began
    except (ValueError, KeyError, IndexError, TypeError, OverflowError, OSError, RecursionError):
        return began + UNSAID
    return began + min(life, LIFE_MAX) * USED_FOR


def _token(data: object) -> str:
    good = isinstance(data, str) and data.isascii() and data.isprintable() and " " not in data
    if not isinstance(data, str) or not good or not 0 < len(data) <= TOKEN_MAX:
        raise Unintelligible("what it gives for signing in is no token")
    return data
