"""What the doctor finds: one line about one thing."""

from collections.abc import Awaitable, Callable
from enum import StrEnum

from attrs import frozen


class Grade(StrEnum):
    """How bad it is."""

    WELL = "well"
    WARNING = "warning"
    """It works, and should not stay so."""
    UNKNOWN = "unknown"
    """It could not be seen; perhaps another time."""
    WRONG = "wrong"
    """It does not work, and will not before somebody does something."""


@frozen
class Finding:
    """How one thing is, and what to do about it."""

    code: str
    """Stable: the subject, and after a dot which one of several, like `payments.heleket`."""
    grade: Grade
    words: str
    advice: str = ""
    """What to do next; empty where nothing has to be done."""


@frozen
class Check:
    """Something to look at."""

    code: str
    look: Callable[[], Awaitable[Finding]]
    """May raise our typed errors: then it could not be seen, or was refused."""


def well(code: str, words: str) -> Finding:
    """It is as it should be."""
    return Finding(code, Grade.WELL, words)


def warning(code: str, words: str, advice: str) -> Finding:
    """It works, and should not stay so."""
    return Finding(code, Grade.WARNING, words, advice)


def unknown(code: str, words: str, advice: str) -> Finding:
    """It could not be seen."""
    return Finding(code, Grade.UNKNOWN, words, advice)


def wrong(code: str, words: str, advice: str) -> Finding:
    """It does not work."""
    return Finding(code, Grade.WRONG, words, advice)
