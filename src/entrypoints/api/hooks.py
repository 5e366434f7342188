"""Webhooks: who is told what happens, how that went, and having it told again."""

from functools import partial
from typing import Annotated, Any, Final, Self

from attrs import asdict, frozen
from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, Router, delete, get, post
from litestar.params import FromQuery, JSONBody, Parameter
from msgspec import Meta

from ...core.identifiers import parse_id
from ...core.notifications import (
    AddWebhook,
    Delivery,
    DeliveryId,
    DeliveryState,
    ReplayDelivery,
    SeeWebhooks,
    Shown,
    SteerWebhook,
    WebhookId,
)
from ..wiring.plain_notifications import PlainDelivery, PlainWebhook
from .bodies import Body, Name, Nothing, Text
from .calling import SHOWN_ONCE, caller_of, errand_of
from .pages import FROM, LIMIT, PAGE, Place, made, page_of
from .refusals import OF_READING, OF_WRITING

WEBHOOK = Annotated[
    str, Parameter(description="the id of a webhook", schema_extra={"format": "uuid"})
]
DELIVERY = Annotated[
    str, Parameter(description="the id of a delivery", schema_extra={"format": "uuid"})
]
ACCOUNT = Annotated[
    str, Parameter(description="only about that account, like user:42", max_length=128)
]


class NewWebhook(Body, frozen=True, kw_only=True):
    """An address, and what it is to be told."""

    url: Annotated[str, Meta(max_length=1000, description="like https://shop.example/altyn")]
    events: Annotated[
        tuple[Annotated[str, Meta(max_length=64)], ...], Meta(min_length=1, max_length=100)
    ]
    """Like `payment.settled`, `purchase.*` or `*`."""
    account: Name = ""
    """Only what is about that account; about all, where nothing is said."""


class Pausing(Body, frozen=True, kw_only=True):
    """Why it is told nothing for a while."""

    why: Text = "by hand"


@frozen
class ShownWebhook(PlainWebhook):
    """A webhook with its new secret, which nobody is shown again."""

    secret: str

    @classmethod
    def to(cls, shown: Shown) -> Self:
        """The only time that it is written out."""
        plain = asdict(PlainWebhook.of(shown.webhook), recurse=False)
        return cls(**plain, secret=shown.secret)


@frozen
class PlainWebhooks:
    """A page of webhooks, the oldest first."""

    webhooks: tuple[PlainWebhook, ...]
    next: str | None


@frozen
class PlainDeliveries:
    """A page of what a webhook is told, newest first."""

    deliveries: tuple[PlainDelivery, ...]
    next: str | None


@frozen
class Replayed:
    """How many are told again."""

    replayed: int


@post("/webhooks", summary="Begin to tell an address", responses=OF_WRITING, opt={SHOWN_ONCE: True})
@inject
async def add(
    request: Request[Any, Any, Any], data: JSONBody[NewWebhook], begin: FromDishka[AddWebhook]
) -> ShownWebhook:
    """The secret with which that is signed is shown this once."""
    shown = await begin(caller_of(request), errand_of(request), data.url, data.events, data.account)
    return ShownWebhook.to(shown)


@get("/webhooks", summary="Who is told what happens", responses=OF_READING)
@inject
async def listed(
    request: Request[Any, Any, Any],
    see: FromDishka[SeeWebhooks],
    account: ACCOUNT = "",
    after: FROM = None,
    limit: PAGE = LIMIT,
) -> PlainWebhooks:
    """The oldest first; those that were removed are left out."""
    ask = partial(see.page, caller_of(request), account)
    page, following = await page_of(ask, WebhookId, made, after, limit)
    return PlainWebhooks(tuple(map(PlainWebhook.of, page)), following)


@get("/webhooks/{id:str}", summary="A webhook", responses=OF_READING)
@inject
async def one(
    request: Request[Any, Any, Any], id: WEBHOOK, see: FromDishka[SeeWebhooks]
) -> PlainWebhook:
    """As it is, without its secrets."""
    return PlainWebhook.of(await see.one(caller_of(request), named(id)))


@delete("/webhooks/{id:str}", summary="Never tell it again", responses=OF_WRITING)
@inject
async def remove(
    request: Request[Any, Any, Any], id: WEBHOOK, steer: FromDishka[SteerWebhook]
) -> None:
    """Its secrets are forgotten, and what waits for it is given up; the log stays."""
    await steer.remove(named(id), caller_of(request))


@post(
    "/webhooks/{id:str}/pause",
    summary="Tell it nothing for a while",
    status_code=200,
    responses=OF_WRITING,
)
@inject
async def pause(
    request: Request[Any, Any, Any],
    id: WEBHOOK,
    data: JSONBody[Pausing],
    steer: FromDishka[SteerWebhook],
) -> PlainWebhook:
    """What waits for it goes on waiting; what happens meanwhile is not kept for it."""
    return PlainWebhook.of(await steer.disable(named(id), caller_of(request), data.why))


@post("/webhooks/{id:str}/resume", summary="Tell it again", status_code=200, responses=OF_WRITING)
@inject
async def resume(
    request: Request[Any, Any, Any],
    id: WEBHOOK,
    data: JSONBody[Nothing],
    steer: FromDishka[SteerWebhook],
) -> PlainWebhook:
    """First what waits for it."""
    return PlainWebhook.of(await steer.enable(named(id), caller_of(request)))


@post(
    "/webhooks/{id:str}/rotate",
    summary="Give it another secret",
    status_code=200,
    responses=OF_WRITING,
    opt={SHOWN_ONCE: True},
)
@inject
async def rotate(
    request: Request[Any, Any, Any],
    id: WEBHOOK,
    data: JSONBody[Nothing],
    steer: FromDishka[SteerWebhook],
) -> ShownWebhook:
    """What it is told is signed with the old one too for a day; the new one is shown this once."""
    return ShownWebhook.to(await steer.rotate(named(id), caller_of(request), errand_of(request)))


@get("/webhooks/{id:str}/deliveries", summary="What a webhook is told", responses=OF_READING)
@inject
async def deliveries(
    request: Request[Any, Any, Any],
    id: WEBHOOK,
    see: FromDishka[SeeWebhooks],
    only: FromQuery[DeliveryState | None] = None,
    before: FROM = None,
    limit: PAGE = LIMIT,
) -> PlainDeliveries:
    """Newest first; all of it, or what is in that state."""
    ask = partial(see.told, caller_of(request), named(id), state=only)
    page, following = await page_of(ask, DeliveryId, _place, before, limit)
    return PlainDeliveries(tuple(map(PlainDelivery.of, page)), following)


@post(
    "/webhooks/{id:str}/replay",
    summary="Tell it again what was given up",
    status_code=200,
    responses=OF_WRITING,
)
@inject
async def replay_dead(
    request: Request[Any, Any, Any],
    id: WEBHOOK,
    data: JSONBody[Nothing],
    replay: FromDishka[ReplayDelivery],
) -> Replayed:
    """The newest thousand, from the first attempt on, under the ids they had."""
    return Replayed(await replay.dead(named(id), caller_of(request)))


@get("/deliveries/{id:str}", summary="How one delivery went", responses=OF_READING)
@inject
async def delivery(
    request: Request[Any, Any, Any], id: DELIVERY, see: FromDishka[SeeWebhooks]
) -> PlainDelivery:
    """Attempt by attempt."""
    one, log = await see.delivery(caller_of(request), DeliveryId(parse_id(id)))
    return PlainDelivery.of(one, log)


@post("/deliveries/{id:str}/replay", summary="Tell it again", status_code=200, responses=OF_WRITING)
@inject
async def replay_one(
    request: Request[Any, Any, Any],
    id: DELIVERY,
    data: JSONBody[Nothing],
    replay: FromDishka[ReplayDelivery],
) -> PlainDelivery:
    """From the first attempt on, under the id it had; nothing, where it waits already."""
    return PlainDelivery.of(await replay(DeliveryId(parse_id(id)), caller_of(request)))


def named(id: str) -> WebhookId:
    """The webhook of that id."""
    return WebhookId(parse_id(id))


def _place(each: Delivery) -> Place:
    return each.made_at, each.id


router: Final = Router(
    "/v1",
    route_handlers=[
        add,
        listed,
        one,
        remove,
        pause,
        resume,
        rotate,
        deliveries,
        replay_dead,
        delivery,
        replay_one,
    ],
    tags=["webhooks"],
)
