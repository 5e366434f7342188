"""What a backup says of itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import field, frozen

from ..clock import aware

FORMAT: Final = 1


@frozen(kw_only=True)
class Part:
    """One of the pieces it is made of: a file of a database, or a table."""

    name: str
    size: int
    sha256: str
    rows: int | None = None
    """How many there are, where it is a table."""


@frozen(kw_only=True)
class Manifest:
    """From which database it is, when it was taken, and what is in it."""

    kind: str
    """Of which storage: `sqlite` or `postgres`."""
    made_at: datetime
    migrations: Sequence[tuple[int, str]]
    """The numbers and digests of those that the database had."""
    parts: Sequence[Part]
    counters: Mapping[str, int] = field(factory=dict)
    """Where numbers that the database gives out have come."""
    links: int
    """How many links the trail had, and the digest of the last of them."""
    head: str

    def __attrs_post_init__(self) -> None:
        aware(self.made_at)
