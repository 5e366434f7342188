"""Much of one thing, bought side by side out of one budget."""

from typing import Annotated, Any, Final

from attrs import frozen
from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, Router, get, post
from litestar.params import JSONBody, Parameter
from msgspec import Meta

from ...core.balances import account_name
from ...core.clock import parse_instant
from ...core.errands import ErrandId
from ...core.identifiers import parse_id
from ...core.identity import Permission
from ...core.money import Assets
from ...core.purchases import (
    BeginCampaign,
    Campaign,
    CampaignBook,
    CampaignId,
    Kind,
    Plan,
    SteerCampaign,
    Strategy,
    Tally,
)
from ...core.resilience import profile_named
from ..wiring.plain_purchases import PlainCampaign
from .bodies import Body, Name, Nothing, Sum, Text, Word
from .calling import caller_of, errand_of
from .pages import FROM, LIMIT, PAGE, made, page_of
from .refusals import OF_READING, OF_WRITING

MOST: Final = 1_000_000_000
CAMPAIGN = Annotated[
    str, Parameter(description="the id of a campaign", schema_extra={"format": "uuid"})
]
Count = Annotated[int, Meta(ge=1, le=MOST)]


class NewStrategy(Body, frozen=True, kw_only=True):
    """One way of buying."""

    supplier: Word
    budget: Sum
    """What all of its purchases may cost together."""
    unit_max: Sum
    """What one piece may cost."""
    at_once: Count = 2
    quantity_max: Count = 5

    def strategy(self, assets: Assets) -> Strategy:
        """The strategy."""
        return Strategy(
            supplier=self.supplier,
            budget=self.budget.money(assets),
            unit_max=self.unit_max.money(assets),
            at_once=self.at_once,
            quantity_max=self.quantity_max,
        )


class NewCampaign(Body, frozen=True, kw_only=True):
    """What is to be bought, how much of it, for how much."""

    recipient: Word
    wanted: Count
    deadline: Text
    """A moment with its zone: from then on nothing new is begun."""
    strategies: Annotated[tuple[NewStrategy, ...], Meta(min_length=1, max_length=16)]
    kind: Kind = Kind.PACK
    item: Text = ""
    account: Name = ""
    """Whose money it is: a budget of the house, where nothing is said; another takes `adjust`."""
    profile: Word = "balanced"
    """How often is looked whether there is anything to be had."""

    def plan(self, id: ErrandId, assets: Assets) -> Plan:
        """The plan."""
        source = {"source": account_name(self.account)} if self.account else {}
        return Plan(
            id=CampaignId(id),
            kind=self.kind,
            item=self.item,
            recipient=self.recipient,
            wanted=self.wanted,
            strategies=tuple(each.strategy(assets) for each in self.strategies),
            deadline=parse_instant(self.deadline),
            poll_seconds=profile_named(self.profile).poll_seconds,
            **source,
        )


@frozen
class PlainCampaigns:
    """A page of campaigns, newest first."""

    campaigns: tuple[PlainCampaign, ...]
    next: str | None


@post("/", summary="Begin a campaign", responses=OF_WRITING)
@inject
async def begin(
    request: Request[Any, Any, Any],
    data: JSONBody[NewCampaign],
    begin_campaign: FromDishka[BeginCampaign],
    book: FromDishka[CampaignBook],
    assets: FromDishka[Assets],
) -> PlainCampaign:
    """Its budget is set aside, and the worker buys."""
    plan = data.plan(errand_of(request), assets)
    return await told(book, await begin_campaign(plan, caller_of(request)))


@get("/", summary="Campaigns", responses=OF_READING)
@inject
async def listed(
    request: Request[Any, Any, Any],
    book: FromDishka[CampaignBook],
    before: FROM = None,
    limit: PAGE = LIMIT,
) -> PlainCampaigns:
    """Newest first."""
    caller_of(request).must(Permission.SEE_OTHERS)
    page, following = await page_of(book.campaigns.newest, CampaignId, made, before, limit)
    return PlainCampaigns(tuple([await told(book, each) for each in page]), following)


@get("/{id:str}", summary="A campaign", responses=OF_READING)
@inject
async def one(
    request: Request[Any, Any, Any], id: CAMPAIGN, book: FromDishka[CampaignBook]
) -> PlainCampaign:
    """Every attempt is accounted for, the unknown ones too."""
    caller_of(request).must(Permission.SEE_OTHERS)
    return await told(book, await book.campaigns.get(CampaignId(parse_id(id))))


@post(
    "/{id:str}/pause",
    summary="Begin nothing new for a while",
    status_code=200,
    responses=OF_WRITING,
)
@inject
async def pause(
    request: Request[Any, Any, Any],
    id: CAMPAIGN,
    data: JSONBody[Nothing],
    steer: FromDishka[SteerCampaign],
) -> PlainCampaign:
    """What was begun goes on."""
    return await told(steer.book, await steer.pause(named(id), caller_of(request)))


@post(
    "/{id:str}/resume",
    summary="Go on",
    status_code=200,
    responses=OF_WRITING,
)
@inject
async def resume(
    request: Request[Any, Any, Any],
    id: CAMPAIGN,
    data: JSONBody[Nothing],
    steer: FromDishka[SteerCampaign],
) -> PlainCampaign:
    """After a pause."""
    return await told(steer.book, await steer.resume(named(id), caller_of(request)))


@post(
    "/{id:str}/cancel",
    summary="Call a campaign off",
    status_code=200,
    responses=OF_WRITING,
)
@inject
async def cancel(
    request: Request[Any, Any, Any],
    id: CAMPAIGN,
    data: JSONBody[Nothing],
    steer: FromDishka[SteerCampaign],
) -> PlainCampaign:
    """What was begun is finished, and what was not set aside goes back at once."""
    return await told(steer.book, await steer.cancel(named(id), caller_of(request)))


def named(id: str) -> CampaignId:
    """The campaign of that id."""
    return CampaignId(parse_id(id))


async def told(book: CampaignBook, campaign: Campaign) -> PlainCampaign:
    """What came of it so far."""
    return PlainCampaign.of(campaign, Tally.of(await book.bought(campaign)))


router: Final = Router(
    "/v1/campaigns",
    route_handlers=[begin, listed, one, pause, resume, cancel],
    tags=["campaigns"],
)
