"""What is measured: a way to make payments durable, and the proof that it did."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from .traffic import Payment

Pay = Callable[[Payment], Awaitable[object]]
"""Returns when the payment is on disk; raises when it is not."""


class Contender(Protocol):
    """One way to pay, on tables of its own."""

    @property
    def name(self) -> str:
        """What its column is called."""
        ...

    def at_work(self, workers: int) -> AbstractAsyncContextManager[Sequence[Pay]]:
        """Connections for so many workers, and what each of them calls."""
        ...

    async def stored(self) -> int | None:
        """How many payments its tables hold; None when it stores none."""
        ...

    async def fault(self, *, thorough: bool) -> str | None:
        """Where its books are wrong, if they are; `thorough` may take seconds."""
        ...
