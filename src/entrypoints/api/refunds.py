"""Money on its way back: shown, and decided about."""

from functools import partial
from typing import Annotated, Any, Final

from attrs import frozen
from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, Router, get, post
from litestar.params import JSONBody, Parameter

from ...core.identifiers import parse_id
from ...core.payments import DecideRefund, RefundId, Refunds
from ..wiring.plain_payments import PlainRefund
from .bodies import Body, Nothing, Text
from .calling import caller_of, must_see
from .pages import FROM, LIMIT, PAGE, made, page_of
from .payments import PAYER
from .refusals import OF_READING, OF_WRITING
from .showing import as_seen

REFUND = Annotated[
    str, Parameter(description="the id of a refund", schema_extra={"format": "uuid"})
]


class Declined(Body, frozen=True, kw_only=True):
    """Why it is not agreed to."""

    why: Text


class Seen(Body, frozen=True, kw_only=True):
    """What was seen at the provider's."""

    paid: bool


@frozen
class PlainRefunds:
    """A page of refunds, newest first."""

    refunds: tuple[PlainRefund, ...]
    next: str | None


@get("/", summary="What goes back to somebody", responses=OF_READING)
@inject
async def listed(
    request: Request[Any, Any, Any],
    payer: PAYER,
    refunds: FromDishka[Refunds],
    before: FROM = None,
    limit: PAGE = LIMIT,
) -> PlainRefunds:
    """Newest first."""
    caller = caller_of(request)
    must_see(caller, payer)
    page, following = await page_of(partial(refunds.of, payer), RefundId, made, before, limit)
    shown = tuple(as_seen(caller, PlainRefund.of(each)) for each in page)
    return PlainRefunds(shown, following)


@get("/{id:str}", summary="A refund", responses=OF_READING)
@inject
async def one(
    request: Request[Any, Any, Any], id: REFUND, refunds: FromDishka[Refunds]
) -> PlainRefund:
    """How far it has come."""
    refund = await refunds.get(RefundId(parse_id(id)))
    caller = caller_of(request)
    must_see(caller, refund.payer)
    return as_seen(caller, PlainRefund.of(refund))


@post(
    "/{id:str}/approve",
    summary="Agree to a large one",
    status_code=200,
    responses=OF_WRITING,
)
@inject
async def approve(
    request: Request[Any, Any, Any],
    id: REFUND,
    data: JSONBody[Nothing],
    decide: FromDishka[DecideRefund],
) -> PlainRefund:
    """Whoever asked for it cannot."""
    caller = caller_of(request)
    return as_seen(caller, PlainRefund.of(await decide.approve(RefundId(parse_id(id)), caller)))


@post(
    "/{id:str}/decline",
    summary="Do not agree",
    status_code=200,
    responses=OF_WRITING,
)
@inject
async def decline(
    request: Request[Any, Any, Any],
    id: REFUND,
    data: JSONBody[Declined],
    decide: FromDishka[DecideRefund],
) -> PlainRefund:
    """The money is where it was before."""
    caller = caller_of(request)
    refund = await decide.decline(RefundId(parse_id(id)), caller, data.why)
    return as_seen(caller, PlainRefund.of(refund))


@post(
    "/{id:str}/resolve",
    summary="Say what became of one in doubt",
    status_code=200,
    responses=OF_WRITING,
)
@inject
async def resolve(
    request: Request[Any, Any, Any],
    id: REFUND,
    data: JSONBody[Seen],
    decide: FromDishka[DecideRefund],
) -> PlainRefund:
    """After having looked at the provider's: nothing is asked of him any more."""
    caller = caller_of(request)
    refund = await decide.resolve(RefundId(parse_id(id)), caller, data.paid)
    return as_seen(caller, PlainRefund.of(refund))


router: Final = Router(
    "/v1/refunds", route_handlers=[listed, one, approve, decline, resolve], tags=["refunds"]
)
