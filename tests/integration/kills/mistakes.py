"""Mistakes that a test plants into the program, to see that they are found."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from uuid import uuid4

from attrs import evolve

from altyn.core.payments import Cashbook, Inflow, Payment, TakeNotice, Told

IN_NO_HURRY: Final = 0.3
_running: set[asyncio.Task[Any]] = set()


def acknowledge_before_storing() -> None:
    """Whoever tells us something hears at once that we have it, and a moment later we do."""
    store = TakeNotice.keep

    async def hasty(self: TakeNotice, told: Told, raw: bytes) -> bool:
        async def later() -> None:
            await asyncio.sleep(IN_NO_HURRY)
            await store(self, told, raw)

        _running.add(task := asyncio.create_task(later()))
        task.add_done_callback(_running.discard)
        return True

    TakeNotice.keep = hasty  # type: ignore[method-assign]


def book_without_a_key() -> None:
    """What came is in the books under another key each time that we hear of it."""
    book = Cashbook.book

    async def forgetful(self: Cashbook, payment: Payment, inflows: Iterable[Inflow]) -> Payment:
        anew = [evolve(each, key=uuid4().hex) for each in inflows]
        return await book(self, payment, anew)

    Cashbook.book = forgetful  # type: ignore[method-assign]


MISTAKES: Final[Mapping[str, Callable[[], None]]] = {
    each.__name__: each for each in (acknowledge_before_storing, book_without_a_key)
}


def make(name: str) -> None:
    """From now on this process makes that mistake."""
    MISTAKES[name]()
