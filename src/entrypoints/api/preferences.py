"""What people want to be told, and what they were told."""

from functools import partial
from typing import Annotated, Any, Final, Self

from attrs import frozen
from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, Router, get, post
from litestar.di import Provide
from litestar.params import JSONBody
from msgspec import Meta

from ...core.identity import user_id
from ...core.notifications import (
    TOLD,
    ChangePreferences,
    Notification,
    NotificationId,
    Notifications,
    Preference,
    Preferences,
    Recipient,
)
from ..wiring.plain import iso
from ..wiring.plain_notifications import PlainNotification
from .balances import ACCOUNT, USER, by_number
from .bodies import Body
from .calling import caller_of
from .pages import FROM, LIMIT, PAGE, Place, page_of
from .refusals import OF_READING, OF_WRITING


class NewWish(Body, frozen=True, kw_only=True):
    """What is not to be told, or again."""

    kind: Annotated[str, Meta(max_length=64, description="like payment.settled, or payment.*")]


@frozen
class PlainPreference:
    """What somebody wants to be told."""

    kinds: list[str]
    """All that people are told of."""
    declined: list[str]
    """What they do not want to be told: kinds, or all of a subject, like `payment.*`."""
    gone_since: str | None
    """Since when they do not let the bot talk to them."""

    @classmethod
    def of(cls, preference: Preference) -> Self:
        """That."""
        gone = preference.gone_since
        return cls(sorted(TOLD), sorted(preference.declined), None if gone is None else iso(gone))


@frozen
class PlainNotifications:
    """A page of what somebody was told, newest first."""

    notifications: tuple[PlainNotification, ...]
    next: str | None


@get("/preferences", summary="What somebody wants to be told", responses=OF_READING)
@inject
async def preferences(
    account: ACCOUNT, user: USER, kept: FromDishka[Preferences]
) -> PlainPreference:
    """Whoever said nothing wants everything."""
    recipient = Recipient(user)
    known = await kept.of([recipient])
    return PlainPreference.of(known.get(recipient, Preference(recipient=recipient)))


@post("/preferences/decline", summary="Be told less", status_code=200, responses=OF_WRITING)
@inject
async def decline(
    request: Request[Any, Any, Any],
    user: USER,
    data: JSONBody[NewWish],
    change: FromDishka[ChangePreferences],
) -> PlainPreference:
    """Nothing of that kind, or of that subject."""
    by = caller_of(request)
    return PlainPreference.of(await change.decline(by, Recipient(user_id(user)), data.kind))


@post("/preferences/accept", summary="Be told it again", status_code=200, responses=OF_WRITING)
@inject
async def accept(
    request: Request[Any, Any, Any],
    user: USER,
    data: JSONBody[NewWish],
    change: FromDishka[ChangePreferences],
) -> PlainPreference:
    """What was declined under just that name."""
    by = caller_of(request)
    return PlainPreference.of(await change.accept(by, Recipient(user_id(user)), data.kind))


@get("/notifications", summary="What somebody was told", responses=OF_READING)
@inject
async def notifications(
    account: ACCOUNT,
    user: USER,
    kept: FromDishka[Notifications],
    before: FROM = None,
    limit: PAGE = LIMIT,
) -> PlainNotifications:
    """Or is to be told, newest first."""
    ask = partial(kept.of, Recipient(user))
    page, following = await page_of(ask, NotificationId, _place, before, limit)
    return PlainNotifications(tuple(map(PlainNotification.of, page)), following)


def _place(each: Notification) -> Place:
    return each.made_at, each.id


router: Final = Router(
    "/v1/users/{user:int}",
    route_handlers=[preferences, decline, accept, notifications],
    dependencies={"account": Provide(by_number)},
    tags=["users"],
)
