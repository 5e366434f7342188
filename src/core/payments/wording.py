"""The words attached to payments: bounded and printable."""

import re
from typing import Final

from ..balances import MalformedText

METHOD: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")


def checked_method(text: str) -> str:
    """A name such as `heleket`, or MalformedText."""
    if not METHOD.fullmatch(text):
        raise MalformedText("method", text[:40], "small letters, digits and _, 32 at most")
    return text


def one_line(text: str, longest: int) -> str:
    """What others said, so that it can be kept: on one line and cut."""
    return "".join(each if each.isprintable() else " " for each in text[:longest])


def checked_text(what: str, text: str, longest: int) -> str:
    """Text of a bounded length without control characters, or MalformedText."""
    if len(text) > longest or not text.isprintable():
        raise MalformedText(what, text[:40], f"one line of at most {longest} printable characters")
    return text
