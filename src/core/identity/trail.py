"""What was done by hand, link after link: each seals all that came before it."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from attrs import field, frozen

from ..clock import aware
from ..events import Fact
from ..identifiers import EPOCH, MICROSECOND
from ..wording import MalformedText, checked_text
from .caller import CALLER_MAX

WHAT: Final = re.compile(r"(?=.{3,64}\Z)[a-z]+(\.[a-z_]+)+")
ABOUT_MAX: Final = 256
START: Final = bytes(32)
"""What comes before the first link."""


@frozen(kw_only=True)
class Audited:
    """Something that somebody did, in a few words for programs: `refund.approved`."""

    at: datetime
    who: str
    """The name of the caller."""
    what: str
    about: str
    """What it was done to: a word, a colon and an id, like `user:42` or `refund:…`."""
    facts: Mapping[str, Fact] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        aware(self.at)
        checked_text("who", self.who, CALLER_MAX)
        checked_text("about", self.about, ABOUT_MAX)
        if not WHAT.fullmatch(self.what):
            raise MalformedText("what", self.what[:40], "a subject and what was done to it")


@frozen(kw_only=True)
class Link:
    """One entry of the trail in its place: the digest is of it and of all before it."""

    number: int
    """From one, without gaps."""
    audited: Audited
    before: bytes
    """The digest of the one before it."""
    digest: bytes

    @classmethod
    def after(cls, last: "Link | None", audited: Audited) -> "Link":
        """The one that comes next."""
        number, before = (1, START) if last is None else (last.number + 1, last.digest)
        return cls(
            number=number, audited=audited, before=before, digest=seal(number, before, audited)
        )


def seal(number: int, before: bytes, audited: Audited) -> bytes:
    """The digest of an entry in its place; the same contents, the same bytes, everywhere."""
    ticks = (audited.at - EPOCH) // MICROSECOND
    told = [number, ticks, audited.who, audited.what, audited.about, dict(audited.facts)]
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return sha256(before + text.encode()).digest()
