"""What nobody expected: logged with what it was about, so that everything else goes on."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from attrs import define

from .errors import AltynError

log = logging.getLogger("altyn.core")


@define
class Attempt:
    """Something that was tried."""

    mishap: str = ""
    """Why it came to nothing, where that was a mistake of ours."""


@contextmanager
def surviving(doing: str, about: object) -> Iterator[Attempt]:
    """Go on after a mistake of ours inside the block; our typed errors and a cancellation pass."""
    attempt = Attempt()
    try:
        yield attempt
    except AltynError:
        raise
    except Exception as bug:
        attempt.mishap = mishap(doing, about, bug)


def mishap(doing: str, about: object, bug: Exception) -> str:
    """Log it; words that can be kept: they hold nothing of what the exception itself says."""
    words = f"a mistake inside Altyn: {type(bug).__name__}"
    log.error("%s %s: %s", doing, about, words, exc_info=bug)
    return words
