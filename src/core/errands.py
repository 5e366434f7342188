"""Errands: what somebody asks for under a key of their own is done once, and answered once."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, NewType, Protocol, Self
from uuid import UUID, uuid5

from attrs import define, frozen

from .clock import Clock
from .errors import AltynError, Refused, Unavailable
from .identifiers import Identifiers

ErrandId = NewType("ErrandId", UUID)

ERRANDS: Final = UUID("1f0f4b0e-64e5-5b0f-9d0e-5d6a1b7c2f43")
"""Ids of errands are made in this space."""
LEASE: Final = timedelta(seconds=30)
"""For how long nobody else does what somebody began; whoever has died by then is succeeded."""
PAUSES: Final = (0.02, 0.05, 0.1, 0.2, *(0.5,) * 20)
"""How long to wait for the answer of somebody else, until one is told to come again."""
PASSING: Final = frozenset({400, 401, 403, 408, 413, 421, 429})
"""Statuses of answers that were given before anything was done: another time it may be done."""
UNEXPECTED: Final = 500


@define
class IdempotencyKeyReused(Refused):
    """The key was used for a request with other contents."""

    errand: UUID

    def __str__(self) -> str:
        return "this Idempotency-Key was used for a request with other contents: use a fresh one"


@define
class ErrandUnderWay(Unavailable):
    """The same request is being carried out; asking again under the same key tells the outcome."""

    errand: UUID

    def __str__(self) -> str:
        return "the same request is still being carried out: ask again under the same key"

    @property
    def retry_after_seconds(self) -> float:
        """Until whoever began it is done, or is succeeded."""
        return 1.0


@frozen(kw_only=True)
class Errand:
    """What is asked for; of whoever asks the same under the same key it is the same errand."""

    id: ErrandId
    """Follows from who asks, where, and under which key; ids of what comes of it follow from it."""
    digest: bytes
    """What tells its contents from others."""

    @classmethod
    def of(cls, caller: str, route: str, key: str, contents: bytes) -> Self:
        """What that caller asks for there, under a key of theirs."""
        # Lengths keep apart what would read the same when it is put together.
        name = f"{len(caller)} {caller} {len(route)} {route} {key}"
        return cls(id=ErrandId(uuid5(ERRANDS, name)), digest=sha256(contents).digest())


@frozen
class Answer:
    """What was answered, in the words of HTTP."""

    status: int
    media_type: str
    body: bytes

    @property
    def definite(self) -> bool:
        """Whether asking the same again is answered the same."""
        return self.status < UNEXPECTED and self.status not in PASSING


class Errands(Protocol):
    """Errands and their answers, kept for a while."""

    async def begin(
        self, errand: Errand, claim: UUID, at: datetime, until: datetime
    ) -> Answer | None:
        """
        The answer, when it was answered before; else None, and it is one's own until that moment.

        One that somebody else began, and that is over by `at` or was given up, is one's own.

        Raises:
            ErrandUnderWay: somebody else has it.
            IdempotencyKeyReused: the id is known with other contents.
        """
        ...

    async def answer(self, id: ErrandId, answer: Answer) -> Answer:
        """Keep the answer, if there is none; the one that counts is answered."""
        ...

    async def give_up(self, id: ErrandId, claim: UUID) -> None:
        """Let others have it at once; what is not one's own, or answered, stays as it is."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Forget errands that were over or answered before then, this many; answers how many."""
        ...


@frozen
class DoOnce:
    """Do an errand unless it was done; who asks for the same meanwhile waits for the one answer."""

    errands: Errands
    clock: Clock
    identifiers: Identifiers
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep

    async def __call__(
        self, errand: Errand, work: Callable[[], Awaitable[Answer]]
    ) -> tuple[Answer, bool]:
        """
        The answer, and whether it was given before; `work` has to be safe to be done again.

        What is no definite answer is not kept: asked again it is done again.

        Raises:
            ErrandUnderWay: it is not known yet what came of it.
            IdempotencyKeyReused: the key was used for something else.
        """
        claim = self.identifiers()
        kept = await self._begun(errand, claim)
        if kept is not None:
            return kept, True
        try:
            answer = await work()
        except Exception:
            await self._give_up(errand, claim)
            raise
        if not answer.definite:
            await self._give_up(errand, claim)
            return answer, False
        return await self.errands.answer(errand.id, answer), False

    async def _begun(self, errand: Errand, claim: UUID) -> Answer | None:
        for seconds in PAUSES:
            with suppress(ErrandUnderWay):
                return await self._begin(errand, claim)
            await self.pause(seconds)
        return await self._begin(errand, claim)

    async def _begin(self, errand: Errand, claim: UUID) -> Answer | None:
        now = self.clock.now()
        return await self.errands.begin(errand, claim, now, now + LEASE)

    async def _give_up(self, errand: Errand, claim: UUID) -> None:
        with suppress(AltynError):  # else it is over by itself, a little later
            await self.errands.give_up(errand.id, claim)
