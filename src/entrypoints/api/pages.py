"""Lists come in pages: each goes on after the last one of the page before."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Final, TypeVar
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

Item = TypeVar("Item")
Place = tuple[datetime, UUID]


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


def cursor_after(
    items: Sequence[Item], limit: int, place: Callable[[Item], Place]
) -> tuple[Sequence[Item], str | None]:
    """The page, and where the next one goes on; of `items` one more than `limit` was asked for."""
    if len(items) <= limit:
        return items, None
    at, id = place(items[limit - 1])
    return items[:limit], f"{(at - EPOCH) // MICROSECOND}-{id}"
