"""Calls of Telegram's Bot API: what it answers, and what is known when it does not."""

import asyncio
import json
import logging
import re
from collections.abc import Mapping
from typing import Any, Final

from attrs import define, field, frozen

from ...core.errors import Refused
from ...core.payments import ProviderRefused, ProviderUnclear
from ...core.resilience import Guard, TurnedAway
from ...core.spans import calling
from ..http import Answer, Calls
from .methods import TELEGRAM

AT_ONCE_SECONDS: Final = 4.0
TOO_MANY: Final = 429
FORBIDDEN: Final = 403
NOBODY: Final = "Bad Request: chat not found"
REFUSALS: Final = range(400, 500)
RETRY_AFTER_MAX_SECONDS: Final = 300
DESCRIPTION_MAX: Final = 200
SECRET: Final = re.compile(r"/bot\d+:[^/\s]+")


@define
class ChatClosed(Refused):
    """The bot may not write there: it was blocked, or nobody has ever talked to it there."""

    reason: str

    def __str__(self) -> str:
        return f"the bot may not write there: {self.reason}"


def hide_secret(record: logging.LogRecord) -> bool:
    """The client of HTTP logs every address that it asks, and in ours is the token."""
    record.msg, record.args = SECRET.sub("/bot(secret)", record.getMessage()), ()
    return True


logging.getLogger("httpx").addFilter(hide_secret)


@frozen
class BotApi:
    """
    Methods of the Bot API.

    The token is a part of the path, so nothing here tells anybody a path.
    """

    caller: Calls
    guard: Guard
    _token: str = field(repr=False)

    async def __call__(self, method: str, asked: Mapping[str, Any]) -> Any:
        """
        The result of a method.

        Raises:
            ProviderRefused: it was not carried out, and would not be.
            ChatClosed: the same, since nobody there wants to hear from the bot.
            NotExecuted, TurnedAway: it was not carried out.
            Unavailable: perhaps it was.
        """
        return await self.guard(lambda: self._call(method, asked))

    async def at_once(self, method: str, asked: Mapping[str, Any]) -> Any:
        """The same of what Telegram itself waits for: nothing holds it up, and it ends in time."""
        try:
            async with asyncio.timeout(AT_ONCE_SECONDS):
                return await self._call(method, asked)
        except TimeoutError:
            raise ProviderUnclear(TELEGRAM, f"no answer in {AT_ONCE_SECONDS:g} s") from None

    async def _call(self, method: str, asked: Mapping[str, Any]) -> Any:
        body = json.dumps(asked, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json"}
        path = f"/bot{self._token}/{method}"
        with calling(TELEGRAM, method):
            return result_of(await self.caller("POST", path, body=body, headers=headers))


def result_of(answer: Answer) -> Any:
    """The result in an answer, or what went wrong."""
    try:
        said = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict) or answer.status >= 500:
        what = f"status {answer.status}" + ("" if isinstance(said, dict) else ", not JSON")
        raise ProviderUnclear(TELEGRAM, what, answer.retry_after_seconds)
    if said.get("ok") is True and "result" in said:
        return said["result"]
    code = said.get("error_code")
    if code == TOO_MANY:
        # Unlike a limit that is ours to keep, his says for certain that nothing was done.
        raise TurnedAway(f"{TELEGRAM} has too much to do", retry_after(said))
    if code == FORBIDDEN or described(said) == NOBODY:
        raise ChatClosed(described(said))
    if isinstance(code, int) and code in REFUSALS:
        raise ProviderRefused(TELEGRAM, described(said))
    raise ProviderUnclear(TELEGRAM, f"status {answer.status}, and no result")


def retry_after(said: Mapping[str, Any]) -> float | None:
    """How long we were asked to wait."""
    parameters = said.get("parameters")
    told = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if not isinstance(told, int):
        return None
    return float(min(max(told, 0), RETRY_AFTER_MAX_SECONDS))


def described(said: Mapping[str, Any]) -> str:
    """Why, in his words, as far as they can be shown."""
    text = str(said.get("description") or "no reason was given")[:DESCRIPTION_MAX]
    return "".join(each for each in text if each.isprintable())
