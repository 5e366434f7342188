"""Time that passes at once: whenever everybody waits, the next timer is due."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Told = TypeVar("Told")

SelectorKey = selectors.SelectorKey


class Deadlock(Exception):
    """Everybody waits, and nobody for a timer."""


class _Leaping(selectors.DefaultSelector):
    """Instead of waiting it lets the time pass."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        if timeout is None:
            raise Deadlock
        self.seconds += max(timeout, 0.0)
        found: list[tuple[SelectorKey, int]] = super().select(0)
        return found


class VirtualLoop(asyncio.SelectorEventLoop):
    """
    An event loop whose hours take no time, for code that waits for timers and for itself.

    Work in threads and on sockets is not waited for: time has no reason to stand still for it.
    """

    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        """Seconds since the loop was made; they pass only while everybody waits."""
        return self._leaping.seconds

    def ticks(self) -> int:
        """The same as a `Ticks` counts."""
        return round(self._leaping.seconds * 1_000_000)


def run_virtually(story: Coroutine[Any, Any, Told]) -> Told:
    """What the story answers, run on a loop of its own whose time takes none."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(story)
