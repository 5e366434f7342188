"""People: who they are, what they may do, and what we know of them."""

from typing import Annotated, Any, Final

from attrs import frozen
from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, Router, get, post
from litestar.params import FromQuery, JSONBody, Parameter

from ...core.events import Fact
from ...core.identity import (
    ID_MAX,
    EraseUser,
    ExportUser,
    FindUser,
    ListUsers,
    MuteUser,
    Role,
    SetRole,
    User,
    UserId,
    user_id,
)
from ..wiring.plain_identity import PlainUser
from .balances import USER
from .bodies import Body, Nothing, Text
from .calling import caller_of
from .pages import LIMIT, PAGE
from .refusals import OF_READING, OF_WRITING

AFTER = Annotated[
    int | None,
    Parameter(ge=0, le=ID_MAX, description="only those with a greater number; `next` of a page"),
]
USERNAME = Annotated[str, Parameter(max_length=33, description="with an @ or without, like durov")]


class NewRole(Body, frozen=True, kw_only=True):
    """What somebody is from now on."""

    role: Role


class Muting(Body, frozen=True, kw_only=True):
    """Whether we listen to somebody, and why."""

    muted: bool = True
    why: Text = ""


@frozen
class PlainUsers:
    """A page of people, by their numbers."""

    users: tuple[PlainUser, ...]
    next: int | None


@frozen
class PlainDocument:
    """All that we know of somebody."""

    user: dict[str, Fact]
    balances: list[dict[str, Fact]]
    kept: dict[str, list[dict[str, Fact]]]
    """By what it is, such as `payments`."""


@get("/", summary="People", responses=OF_READING)
@inject
async def listed(
    request: Request[Any, Any, Any],
    everybody: FromDishka[ListUsers],
    role: FromQuery[Role | None] = None,
    after: AFTER = None,
    limit: PAGE = LIMIT,
) -> PlainUsers:
    """By their numbers; all that were seen, or those of a role."""
    start = None if after is None else UserId(after)
    found = await everybody(caller_of(request), limit + 1, start, role)
    page: tuple[User, ...] = tuple(found[:limit])
    following = page[-1].id if len(found) > limit else None
    return PlainUsers(tuple(map(PlainUser.of, page)), following)


@get("/named/{username:str}", summary="Somebody by their name", responses=OF_READING)
@inject
async def named(
    request: Request[Any, Any, Any], username: USERNAME, find: FromDishka[FindUser]
) -> PlainUser:
    """Who was seen last under that username."""
    return PlainUser.of(await find(caller_of(request), f"@{username.removeprefix('@')}"))


@get("/{user:int}", summary="Somebody", responses=OF_READING)
@inject
async def one(request: Request[Any, Any, Any], user: USER, find: FromDishka[FindUser]) -> PlainUser:
    """As Telegram showed them last, and what was decided about them."""
    return PlainUser.of(await find(caller_of(request), str(user)))


@post("/{user:int}/role", summary="Give a role", status_code=200, responses=OF_WRITING)
@inject
async def appoint(
    request: Request[Any, Any, Any],
    user: USER,
    data: JSONBody[NewRole],
    set_role: FromDishka[SetRole],
) -> PlainUser:
    """Instead of the one they have; it takes effect within five seconds."""
    return PlainUser.of(await set_role(caller_of(request), user_id(user), data.role))


@post(
    "/{user:int}/mute", summary="Listen no longer, or again", status_code=200, responses=OF_WRITING
)
@inject
async def mute(
    request: Request[Any, Any, Any],
    user: USER,
    data: JSONBody[Muting],
    mute_user: FromDishka[MuteUser],
) -> PlainUser:
    """Their money stays theirs, and what they began goes on."""
    return PlainUser.of(await mute_user(caller_of(request), user_id(user), data.muted, data.why))


@get("/{user:int}/export", summary="All that we know of somebody", responses=OF_READING)
@inject
async def export(
    request: Request[Any, Any, Any], user: USER, hand_out: FromDishka[ExportUser]
) -> PlainDocument:
    """One document; that it was handed out is in the trail."""
    document = await hand_out(caller_of(request), user_id(user))
    return PlainDocument(
        user=dict(document.user),
        balances=list(map(dict, document.balances)),
        kept={name: list(map(dict, rows)) for name, rows in document.kept.items()},
    )


@post("/{user:int}/erase", summary="Wipe what is personal", status_code=200, responses=OF_WRITING)
@inject
async def erase(
    request: Request[Any, Any, Any],
    user: USER,
    data: JSONBody[Nothing],
    wipe: FromDishka[EraseUser],
) -> PlainUser:
    """It does not come back; the history of their money stays under their number."""
    return PlainUser.of(await wipe(caller_of(request), user_id(user)))


router: Final = Router(
    "/v1/users",
    route_handlers=[listed, named, one, appoint, mute, export, erase],
    tags=["users"],
)
