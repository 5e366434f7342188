"""Callers who wait together travel together: one call, one round trip, one commit for all."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from attrs import define, field

from .errors import Refused, Unavailable

Asked = TypeVar("Asked")
Told = TypeVar("Told")


@define
class TooManyWaiting(Unavailable):
    """More work waits already than will be accepted; this one was not begun."""

    waiting: int

    def __str__(self) -> str:
        return f"{self.waiting} requests are waiting already; try again shortly"

    @property
    def retry_after_seconds(self) -> float:
        """Calls take milliseconds, even when thousands wait."""
        return 1.0


@define
class _Member(Generic[Asked, Told]):
    asked: Sequence[Asked]
    answer: asyncio.Future[Sequence[Told]]


@define
class Lane(Generic[Asked, Told]):
    """
    Gathers what is asked while a call is under way and makes all of it the next call.

    Nobody waits for a timer: whoever comes to an empty lane starts at once. The call answers as
    many values as it was asked, in order. When it fails everybody in it is told the same; when
    it is refused as a whole, nothing of it happened and each part is asked again alone. A caller
    who gives up takes nothing with it: the call goes on for the others, and what became of its
    own part is learnt by asking again.
    """

    call: Callable[[Sequence[Asked]], Awaitable[Sequence[Told]]]
    batch_max: int = 500
    waiting_max: int = 20_000
    _queue: deque[_Member[Asked, Told]] = field(factory=deque, init=False)
    _waiting: int = field(default=0, init=False)
    _busy: asyncio.Task[None] | None = field(default=None, init=False)

    async def ask(self, asked: Sequence[Asked]) -> Sequence[Told]:
        """
        What the call answers to these, whoever else travels along.

        Raises:
            TooManyWaiting: none of it was begun.
        """
        if self._waiting >= self.waiting_max:
            raise TooManyWaiting(self._waiting)
        answer: asyncio.Future[Sequence[Told]] = asyncio.get_running_loop().create_future()
        self._queue.append(_Member(asked, answer))
        self._waiting += len(asked)
        if self._busy is None:
            self._busy = asyncio.create_task(self._serve())
        return await answer

    async def _serve(self) -> None:
        members: list[_Member[Asked, Told]] = []
        try:
            while self._queue:
                members = self._gather()
                await self._travel(members)
                # Let those who were just answered ask again before the next call is closed.
                await asyncio.sleep(0)
        finally:
            self._busy = None
            # Only when the lane itself is being torn down has anybody no answer by now.
            for left_behind in [*members, *self._queue]:
                left_behind.answer.cancel()
            self._queue.clear()
            self._waiting = 0

    def _gather(self) -> list[_Member[Asked, Told]]:
        members = [self._queue.popleft()]
        size = len(members[0].asked)
        while self._queue and size + len(self._queue[0].asked) <= self.batch_max:
            members.append(self._queue.popleft())
            size += len(members[-1].asked)
        self._waiting -= size
        return members

    def _fail(self, members: list[_Member[Asked, Told]], failure: Exception) -> None:
        for member in members:
            if not member.answer.done():
                member.answer.set_exception(failure)

    async def _travel(self, members: list[_Member[Asked, Told]]) -> None:
        asked = [each for member in members for each in member.asked]
        try:
            told = await self.call(asked)
        except Refused as refusal:
            if len(members) > 1:  # nothing of it happened, and only one of them may be to blame
                for member in members:
                    await self._travel([member])
                return
            self._fail(members, refusal)
            return
        except Exception as failure:
            self._fail(members, failure)
            return
        start = 0
        for member in members:
            end = start + len(member.asked)
            if not member.answer.done():
                member.answer.set_result(told[start:end])
            start = end
