"""Whoever reads the chain for us over HTTP: his answers, and what the lack of one means."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from attrs import field, frozen

from ...core.payments import ProviderRefused, ProviderUnclear
from ...core.resilience import Guard, NotExecuted, TurnedAway
from ..http import Answer, Calls, TooLong
from .chain import METHOD
from .wire import Unintelligible

Told = TypeVar("Told")

OK: Final = 200
NO_SUCH_PATH: Final = 404
NOT_LET_IN: Final = frozenset({401, 403, 429})
"""The key is unknown or of the other network, or we ask too often."""
REFUSALS: Final = frozenset({400, 416, 422})
REASON_MAX: Final = 200


def said_in(answer: Answer) -> object:
    """What is said in an answer, or what went wrong."""
    status, later = f"status {answer.status}", answer.retry_after_seconds
    if answer.status in NOT_LET_IN:
        raise TurnedAway(f"{METHOD}, {status}", later)
    if answer.status == NO_SUCH_PATH:
        raise NotExecuted(f"{METHOD}, {status}")
    if answer.status in REFUSALS:
        raise ProviderRefused(METHOD, _reason(answer) or status)
    if answer.status != OK:
        raise ProviderUnclear(METHOD, status, later)
    try:
        return answer.json()
    except ValueError:
        raise ProviderUnclear(METHOD, "what came is not JSON") from None


def heard(answer: Answer) -> str:
    """
    How a message was taken: nothing where it was, else his words.

    He who answers at all is well: that a message cannot be carried out, or not any more, does not
    speak against him.
    """
    if answer.status in NOT_LET_IN:
        raise TurnedAway(f"{METHOD}, status {answer.status}", answer.retry_after_seconds)
    if answer.status == NO_SUCH_PATH:
        raise NotExecuted(f"{METHOD}, status {answer.status}")
    if answer.status == OK:
        return ""
    return f"status {answer.status} {_reason(answer)}".strip()


def _reason(answer: Answer) -> str:
    """Why, in his words, as far as they can be shown."""
    try:
        said: Any = answer.json()
    except ValueError:
        return ""
    text = said.get("error") if isinstance(said, dict) else None
    return "".join(each for each in str(text or "")[:REASON_MAX] if each.isprintable())


@frozen(kw_only=True)
class Website:
    """Where he is asked, and how he knows us."""

    caller: Calls
    guard: Guard
    api_key: str = field(default="", repr=False)
    prefix: str = ""
    """Where his calls begin on the host."""

    @property
    def key_header(self) -> Mapping[str, str]:
        """What shows him our key."""
        return {"X-API-Key": self.api_key}

    async def _get(
        self,
        path: str,
        wanted: Mapping[str, str | int],
        read: Callable[[object], Told],
        said: Callable[[Answer], object] = said_in,
    ) -> Told:
        asked = f"{path}?{urlencode(wanted)}" if wanted else path
        return await self._ask("GET", asked, b"", read, said)

    async def _hand_in(self, path: str, bag: str) -> None:
        """
        Let him pass a message on to the chain.

        Raises:
            Unavailable: perhaps he did.
        """
        body = json.dumps({"boc": bag}).encode()
        no = await self._ask("POST", path, body, str, heard)
        if no:
            raise ProviderUnclear(METHOD, no)

    async def _ask(
        self,
        method: str,
        path: str,
        body: bytes,
        read: Callable[[object], Told],
        said: Callable[[Answer], object] = said_in,
    ) -> Told:
        """
        What he answers, read while the guard looks: nonsense speaks against him too.

        Raises:
            ProviderRefused: he will not have the question, from anybody.
            Unavailable: he did not say.
        """
        headers = {"Content-Type": "application/json"} if body else {}
        if self.api_key:
            headers |= self.key_header

        async def call() -> Told | TooLong:
            path_there = f"{self.prefix}/{path}"
            try:
                answer = await self.caller(method, path_there, body=body, headers=headers)
            except TooLong as more:
                return more  # whoever says too much is not broken
            try:
                return read(said(answer))
            except Unintelligible as wrong:
                raise ProviderUnclear(METHOD, str(wrong)) from None

        told = await self.guard(call)
        if isinstance(told, TooLong):
            raise told
        return told
