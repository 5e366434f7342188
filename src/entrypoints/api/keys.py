"""Keys by which programs come in: made, seen, taken over from, and taken away."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Self

from attrs import asdict, frozen
from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, Router, delete, get, post
from litestar.params import JSONBody, Parameter
from msgspec import Meta

from ...core.clock import parse_instant
from ...core.identity import (
    OVERLAP,
    OVERLAP_MAX,
    ListKeys,
    MadeKey,
    MakeKey,
    Permission,
    RevokeKey,
    RotateKey,
)
from ..wiring.plain_access import PlainKey
from .bodies import Body
from .calling import SHOWN_ONCE, caller_of, errand_of
from .refusals import OF_READING, OF_WRITING

HOUR: Final = timedelta(hours=1)

KEY = Annotated[
    str, Parameter(pattern="^[a-z2-7]{16}$", description="what a key is called, without its secret")
]
Ends = Annotated[
    Annotated[str, Meta(max_length=40)] | None,
    Meta(description="a moment with its zone; null: good until it is taken away"),
]


class NewKey(Body, frozen=True, kw_only=True):
    """What a program is let in for, and until when."""

    name: Annotated[str, Meta(max_length=64, description="what it is for, like cash desk")]
    scopes: Annotated[tuple[Permission, ...], Meta(min_length=1, max_length=len(Permission))]
    """All that it opens; nothing that its maker may not do."""
    expires_at: Ends


class NextKey(Body, frozen=True, kw_only=True):
    """Until when the next one is good, and the one before."""

    expires_at: Ends
    hours: Annotated[int, Meta(ge=0, le=OVERLAP_MAX // HOUR)] = OVERLAP // HOUR
    """For so many more the old one is good."""


@frozen
class ShownKey(PlainKey):
    """A new key with its text, which nobody is shown again."""

    secret: str

    @classmethod
    def to(cls, made: MadeKey) -> Self:
        """The only time that it is written out."""
        return cls(**asdict(PlainKey.of(made.key), recurse=False), secret=made.token.reveal())


@frozen
class PlainKeys:
    """Keys, the newest first."""

    keys: tuple[PlainKey, ...]


@post("/", summary="Let a program in", responses=OF_WRITING, opt={SHOWN_ONCE: True})
@inject
async def add(
    request: Request[Any, Any, Any], data: JSONBody[NewKey], make: FromDishka[MakeKey]
) -> ShownKey:
    """`secret` is what it shows from then on; it is shown this once, and only a digest is kept."""
    scopes, ends = frozenset(data.scopes), _end(data.expires_at)
    return ShownKey.to(await make(caller_of(request), data.name, scopes, ends, errand_of(request)))


@get("/", summary="Which programs are let in", responses=OF_READING)
@inject
async def listed(request: Request[Any, Any, Any], every: FromDishka[ListKeys]) -> PlainKeys:
    """All keys there ever were: what they open, until when, and when they were last used."""
    return PlainKeys(tuple(map(PlainKey.of, await every(caller_of(request)))))


@post(
    "/{key:str}/rotate",
    summary="Let a new key take over",
    status_code=200,
    responses=OF_WRITING,
    opt={SHOWN_ONCE: True},
)
@inject
async def rotate(
    request: Request[Any, Any, Any],
    key: KEY,
    data: JSONBody[NextKey],
    take_over: FromDishka[RotateKey],
) -> ShownKey:
    """The new one opens the same and is shown this once; the old one is good for a while more."""
    overlap, ends = data.hours * HOUR, _end(data.expires_at)
    return ShownKey.to(await take_over(caller_of(request), key, overlap, ends, errand_of(request)))


@delete("/{key:str}", summary="Let a program in no longer", responses=OF_WRITING)
@inject
async def revoke(
    request: Request[Any, Any, Any], key: KEY, take_away: FromDishka[RevokeKey]
) -> None:
    """Within five seconds it opens nothing anywhere; that there was one is still seen."""
    await take_away(caller_of(request), key)


def _end(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)


router: Final = Router("/v1/keys", route_handlers=[add, listed, rotate, revoke], tags=["keys"])
