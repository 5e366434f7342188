"""What goes on, said on stderr, so that nobody wonders whether anything does."""

import sys
import time
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

T = TypeVar("T")

BEGAN: Final = time.monotonic()
EVERY_SECONDS: Final = 2.0


def say(text: str) -> None:
    """One line, with the seconds since the program began."""
    print(f"{time.monotonic() - BEGAN:7.1f} s  {text}", file=sys.stderr, flush=True)


def told(what: str, steps: Sequence[T]) -> Iterator[T]:
    """The steps, and now and then how many of them are done."""
    last = time.monotonic()
    for done, step in enumerate(steps):
        if time.monotonic() - last > EVERY_SECONDS:
            last = time.monotonic()
            say(f"{what}: {100 * done // len(steps)} %")
        yield step
