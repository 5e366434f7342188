"""Lists come in pages: each goes on after the last one of the page before."""

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, Final, Protocol, TypeVar
from uuid import UUID

from litestar.params import Parameter

from ...core.identifiers import EPOCH, MICROSECOND
from ...core.wording import MalformedText

LIMIT: Final = 50
LIMIT_MAX: Final = 200
CURSOR: Final = re.compile(r"([0-9]{1,17})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")

FROM = Annotated[
    str | None, Parameter(description="where to go on: `next` of the page before", max_length=80)
]
PAGE = Annotated[int, Parameter(ge=1, le=LIMIT_MAX, description="how many at most")]

MINUTES = Annotated[
    int,
    Parameter(ge=0, le=10 * 366 * 24 * 60, description="only those that were begun so long ago"),
]

Item = TypeVar("Item")
Id = TypeVar("Id", bound=UUID)
Place = tuple[datetime, UUID]


class Made(Protocol):
    """What was made at a moment, and has an id."""

    @property
    def created_at(self) -> datetime:
        """When."""
        ...

    @property
    def id(self) -> UUID:
        """Which one."""
        ...


def made(each: Made) -> Place:
    """Its place in a list that goes by when things were made."""
    return each.created_at, each.id


def place_of(cursor: str | None) -> Place | None:
    """
    Where a page goes on.

    Raises:
        MalformedText: it is no cursor of ours.
    """
    if cursor is None:
        return None
    found = CURSOR.fullmatch(cursor)
    if found is None:
        raise MalformedText("cursor", cursor[:80], "take the `next` of a page as it is")
    return EPOCH + int(found[1]) * MICROSECOND, UUID(found[2])


async def page_of(
    ask: Callable[[int, tuple[datetime, Id] | None], Awaitable[Sequence[Item]]],
    id_of: Callable[[UUID], Id],
    place: Callable[[Item], Place],
    cursor: str | None,
    limit: int,
) -> tuple[Sequence[Item], str | None]:
    """
    The page after that cursor, and where the next one goes on.

    Raises:
        MalformedText: it is no cursor of ours.
    """
    start = place_of(cursor)
    # One more than the page holds tells whether there is another one.
    found = await ask(limit + 1, (start[0], id_of(start[1])) if start else None)
    if len(found) <= limit:
        return found, None
    at, id = place(found[limit - 1])
    return found[:limit], f"{(at - EPOCH) // MICROSECOND}-{id}"
