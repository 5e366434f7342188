"""Somebody else who has our account of Telegram: asked over HTTP to open the Mini App for it."""

import json
from typing import Final

from attrs import field, frozen

from ...core.purchases import SupplierClosed, SupplierUnclear
from ...core.resilience import Guard, TurnedAway
from ...core.spans import calling
from ..http import Answer, Calls, Unintelligible
from .wire import BUSY, LATER, STICKERDOM, data_of, understood

OPENER: Final = f"whoever opens {STICKERDOM} for us"
DEADLINE_SECONDS: Final = 10.0
ANSWER_BYTES_MAX: Final = 16 * 1024
INIT_DATA_MAX: Final = 8 * 1024


@frozen
class Opener:
    """
    Asks for what Telegram tells the Mini App of our account, which somebody else has.

    The answer is as good as the account while it is fresh: it is in no error, and nobody keeps it.
    """

    caller: Calls
    path: str
    guard: Guard
    bot: tuple[str, int]
    """The username of the bot that the Mini App belongs to, and its id."""
    url: str
    """Where the Mini App is."""
    _key: str = field(default="", repr=False)
    """By which he knows us, if he wants one."""

    async def __call__(self) -> str:
        """
        As the port says.

        Raises:
            SupplierClosed: he does not do it, and a person has to see why.
        """
        name, id = self.bot
        wanted = json.dumps({"bot": name, "bot_id": id, "url": self.url}).encode()
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"

        async def call() -> str:
            with calling("opener", "open"):
                return _said(await self.caller("POST", self.path, body=wanted, headers=headers))

        return await self.guard(call)


def _said(answer: Answer) -> str:
    status = answer.status
    if status == BUSY:
        raise TurnedAway(f"{OPENER}, status {BUSY}", answer.retry_after_seconds)
    if 400 <= status < 500 and status not in LATER:
        raise SupplierClosed(STICKERDOM, f"{OPENER} does not, status {status}")
    if status != 200:
        raise SupplierUnclear(STICKERDOM, f"{OPENER}: status {status}", answer.retry_after_seconds)
    with understood():
        return _init_data(answer)


def _init_data(answer: Answer) -> str:
    try:
        found = data_of(answer.json()).get("init_data")
    except ValueError:
        found = None
    good = isinstance(found, str) and found.isascii() and found.isprintable() and " " not in found
    if not isinstance(found, str) or not good or not 0 < len(found) <= INIT_DATA_MAX:
        raise Unintelligible(f"{OPENER} answers without init_data")
    return found
