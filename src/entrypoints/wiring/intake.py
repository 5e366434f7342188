"""The one stream of updates: what is about payments goes to them, everything else to the bot."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol

from attrs import frozen

from ...core.chats import TakeIn
from ...core.errors import Refused
from ...core.payments import TakeUpdate

log: Final = logging.getLogger("altyn.intake")


@frozen
class Intake:
    """Takes updates in, however they came."""

    bot: int
    take_update: TakeUpdate
    take_in: TakeIn

    async def __call__(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """
        When this returns, the update is safe and may be acknowledged.

        Whoever asks whether they may pay is answered meanwhile, and waits for nobody.

        Raises:
            NoticeForged, NoticeUnreadable: it was not kept.
            Unavailable: it may not have been kept, or nobody was answered.
        """
        if await self.take_update(raw, headers):
            return
        from ...adapters.telegram import place_of  # a client of HTTP comes with it

        place = place_of(raw)
        await self.take_in(self.bot, place.number, place.chat, raw)


class Polled(Protocol):
    """Where updates are fetched: what is not taken in within the block is fetched again."""

    def updates(
        self,
    ) -> AbstractAsyncContextManager[Sequence[tuple[bytes, Mapping[str, str]]]]:
        """What there is, or comes soon, each with what proves it."""
        ...


@frozen
class Fetching:
    """Updates that we fetch ourselves."""

    polling: Polled
    intake: Intake

    async def __call__(self) -> int:
        """Take in what there is, or comes soon; answers how many that was."""
        async with self.polling.updates() as told:
            for raw, headers in told:
                try:
                    await self.intake(raw, headers)
                except Refused as no:  # told again it would be no other
                    log.error("an update of %d bytes was not kept: %s", len(raw), no)
            return len(told)
