"""People and the trail, as they go over a wire."""

import re
from collections.abc import Mapping
from typing import Final, Self

from attrs import frozen

from ...core.events import Fact
from ...core.identity import Link, User
from .plain import iso

NOTED: Final = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


def noted(link: Link) -> str:
    """An end of the trail, to be noted elsewhere: its number and its digest."""
    return f"{link.number}:{link.digest.hex()}"


def end_of(text: str) -> tuple[int, bytes] | None:
    """An end that was noted so; None, when it is none."""
    found = NOTED.fullmatch(text)
    return None if found is None else (int(found[1]), bytes.fromhex(found[2]))


@frozen
class PlainUser:
    """Somebody who was seen."""

    id: int
    account: str
    name: str
    username: str
    language: str
    role: str
    muted: bool
    blocked: bool
    since: str
    seen_at: str
    referrer: int | None
    erased_at: str | None

    @classmethod
    def of(cls, user: User) -> Self:
        """That user."""
        return cls(
            id=user.id,
            account=user.account,
            name=user.name,
            username=user.username,
            language=user.language,
            role=user.role,
            muted=user.muted,
            blocked=user.blocked,
            since=iso(user.since),
            seen_at=iso(user.seen_at),
            referrer=user.referrer,
            erased_at=None if user.erased_at is None else iso(user.erased_at),
        )


@frozen
class PlainLink:
    """An entry of the trail."""

    number: int
    at: str
    who: str
    what: str
    about: str
    facts: Mapping[str, Fact]
    digest: str

    @classmethod
    def of(cls, link: Link) -> Self:
        """That entry."""
        audited = link.audited
        return cls(
            number=link.number,
            at=iso(audited.at),
            who=audited.who,
            what=audited.what,
            about=audited.about,
            facts=audited.facts,
            digest=link.digest.hex(),
        )
