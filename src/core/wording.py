"""Words attached to what is kept: bounded, printable, and safe to show in a table."""

import re
from typing import Final

from attrs import define

from .errors import Refused

WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")


@define
class MalformedText(Refused):
    """A kind, reference or memo is too long, or holds what is not text."""

    what: str
    text: str
    rule: str

    def __str__(self) -> str:
        return f"{self.what} {self.text!r} is not allowed: {self.rule}"


def checked_word(what: str, text: str) -> str:
    """A name such as `heleket`, or MalformedText."""
    if not WORD.fullmatch(text):
        raise MalformedText(what, text[:40], "small letters, digits and _, 32 at most")
    return text


def checked_text(what: str, text: str, longest: int) -> str:
    """Text of a bounded length without control characters, or MalformedText."""
    if len(text) > longest:
        raise MalformedText(what, text[:40] + "…", f"{longest} characters at most")
    if not text.isprintable():
        raise MalformedText(what, text[:40], "one line of printable characters")
    return text


def one_line(text: str, longest: int) -> str:
    """What others said, so that it can be kept: on one line and cut."""
    return "".join(each if each.isprintable() else " " for each in text[:longest])
