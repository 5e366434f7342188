"""Fetching updates where Telegram cannot bring them: what is not kept is fetched again."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from attrs import define, field

from ...core.payments import ProviderUnclear
from .bot import BotApi
from .methods import TELEGRAM
from .secret import HEADER
from .updates import QUERY
from .webhook import UPDATES

WAIT_SECONDS: Final = 25

Told = tuple[bytes, Mapping[str, str]]


@define
class Polling:
    """
    Updates as though Telegram had come with them, secret and all.

    One process at a time may: Telegram refuses the others, and their updates are not lost.
    """

    api: BotApi
    _secret: str = field(repr=False)
    wait_seconds: int = WAIT_SECONDS
    _next: int = field(default=0, init=False)
    _ours: bool = field(default=False, init=False)

    @asynccontextmanager
    async def updates(self) -> AsyncIterator[Sequence[Told]]:
        """
        Those that there are, or come soon; who asks whether they may pay now comes first.

        They are acknowledged by the next fetching, once the block has ended without an error.

        Raises:
            Refused, Unavailable: there are none to be had, yet.
        """
        if not self._ours:
            # Telegram brings them elsewhere until it is told not to. What waits may be payments.
            await self.api("deleteWebhook", {"drop_pending_updates": False})
            self._ours = True
        found = await self._fetched()
        yield [self._told(each) for each in sorted(found, key=lambda each: QUERY not in each)]
        self._next = max([self._next, *(each["update_id"] + 1 for each in found)])

    async def _fetched(self) -> Sequence[Mapping[str, Any]]:
        asked = {
            "offset": self._next,
            "timeout": self.wait_seconds,
            "allowed_updates": list(UPDATES),
        }
        try:
            said = await self.api("getUpdates", asked)
        except BaseException:
            self._ours = False  # perhaps somebody has set a webhook
            raise
        if not isinstance(said, list) or not all(map(_is_update, said)):
            raise ProviderUnclear(TELEGRAM, "updates that make no sense")
        return said

    def _told(self, update: Mapping[str, Any]) -> Told:
        raw = json.dumps(update, separators=(",", ":"), ensure_ascii=False, default=str)
        return raw.encode(), {HEADER: self._secret}


def _is_update(said: object) -> bool:
    return isinstance(said, dict) and type(said.get("update_id")) is int
