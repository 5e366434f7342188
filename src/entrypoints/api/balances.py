"""What accounts hold and how it came to be, to read."""

from typing import Annotated, Any, Final

from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, Router, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter

from ...core.balances import AccountName, Ledger, account_name
from ...core.clock import parse_instant
from ...core.identity import Permission
from ...core.money import UNITS_MAX, Assets
from ..wiring.plain import PlainBalance, PlainBalances, PlainStatement
from .door import caller_in
from .problems import MEDIA_TYPE, Problem

LIMIT: Final = 50
LIMIT_MAX: Final = 200

Asked = Request[Any, Any, Any]
NAME = Annotated[str, Parameter(description="purpose:owner, like user:42")]
ASSET = Annotated[str, Parameter(description="code of an asset, like RUB")]
AT = Annotated[
    str | None,
    Parameter(
        description="a past moment with its zone, like 2026-11-20T12:00:00Z; now if left out"
    ),
]
BEFORE = Annotated[
    int | None,
    Parameter(ge=1, le=UNITS_MAX, description="only entries numbered below; `next` of a page"),
]
PAGE = Annotated[int, Parameter(ge=1, le=LIMIT_MAX, description="entries a page at most")]

REFUSALS: Final = {
    status: ResponseSpec(Problem, media_type=MEDIA_TYPE, description=words)
    for status, words in {
        400: "The request makes no sense.",
        403: "The caller may not see it.",
        404: "There is no such account or asset.",
        422: "A name, a moment or an asset is not one.",
        429: "Too often; `Retry-After` says when to ask again.",
        503: "The database could not be asked; ask again.",
    }.items()
}


@get("/accounts/{name:str}/balances", summary="What an account holds", responses=REFUSALS)
@inject
async def balances(name: NAME, request: Asked, ledger: FromDishka[Ledger]) -> PlainBalances:
    """Every asset of the account."""
    account = _seen(request, name)
    return PlainBalances.of(account, await ledger.balances(account))


@get(
    "/accounts/{name:str}/balances/{asset:str}",
    summary="What an account holds of one asset",
    responses=REFUSALS,
)
@inject
async def balance(
    name: NAME,
    asset: ASSET,
    request: Asked,
    ledger: FromDishka[Ledger],
    assets: FromDishka[Assets],
    at: AT = None,
) -> PlainBalance:
    """Now, or at a past moment."""
    moment = None if at is None else parse_instant(at)
    return PlainBalance.of(await ledger.balance(_seen(request, name), assets.named(asset), moment))


@get(
    "/accounts/{name:str}/statement/{asset:str}",
    summary="The history of an account",
    responses=REFUSALS,
)
@inject
async def statement(
    name: NAME,
    asset: ASSET,
    request: Asked,
    ledger: FromDishka[Ledger],
    assets: FromDishka[Assets],
    before: BEFORE = None,
    limit: PAGE = LIMIT,
) -> PlainStatement:
    """Newest first, a page of it; pages stay what they are while new entries come."""
    account, kind = _seen(request, name), assets.named(asset)
    page = await ledger.statement(account, kind, before=before, limit=limit)
    return PlainStatement.of(account, kind, page)


def _seen(request: Asked, name: str) -> AccountName:
    """The account of that name, if the caller may see it."""
    account, caller = account_name(name), caller_in(request.scope)
    caller.must(Permission.SEE_OWN if caller.owns(account) else Permission.SEE_OTHERS)
    return account


router: Final = Router("/v1", route_handlers=[balances, balance, statement], tags=["balances"])
