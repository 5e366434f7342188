"""What accounts hold and how it came to be, to read."""

from typing import Annotated, Any, Final

from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, Router, get
from litestar.params import Parameter

from ...core.balances import AccountName, Ledger, account_name
from ...core.clock import parse_instant
from ...core.money import UNITS_MAX, Assets
from ..wiring.plain import PlainBalance, PlainBalances, PlainStatement
from .calling import Connection, caller_of, must_see
from .pages import LIMIT, PAGE
from .refusals import OF_READING

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


@get("/accounts/{name:str}/balances", summary="What an account holds", responses=OF_READING)
@inject
async def balances(
    request: Request[Any, Any, Any], name: NAME, ledger: FromDishka[Ledger]
) -> PlainBalances:
    """Every asset of the account."""
    account = theirs(request, name)
    return PlainBalances.of(account, await ledger.balances(account))


@get(
    "/accounts/{name:str}/balances/{asset:str}",
    summary="What an account holds of one asset",
    responses=OF_READING,
)
@inject
async def balance(
    request: Request[Any, Any, Any],
    name: NAME,
    asset: ASSET,
    ledger: FromDishka[Ledger],
    assets: FromDishka[Assets],
    at: AT = None,
) -> PlainBalance:
    """Now, or at a past moment."""
    account, moment = theirs(request, name), None if at is None else parse_instant(at)
    return PlainBalance.of(await ledger.balance(account, assets.named(asset), moment))


@get(
    "/accounts/{name:str}/statement/{asset:str}",
    summary="The history of an account",
    responses=OF_READING,
)
@inject
async def statement(
    request: Request[Any, Any, Any],
    name: NAME,
    asset: ASSET,
    ledger: FromDishka[Ledger],
    assets: FromDishka[Assets],
    before: BEFORE = None,
    limit: PAGE = LIMIT,
) -> PlainStatement:
    """Newest first, a page of it; pages stay what they are while new entries come."""
    account, kind = theirs(request, name), assets.named(asset)
    page = await ledger.statement(account, kind, before=before, limit=limit)
    return PlainStatement.of(account, kind, page)


def theirs(request: Connection, name: str) -> AccountName:
    """The account, which whoever asks may see."""
    account = account_name(name)
    must_see(caller_of(request), account)
    return account


router: Final = Router("/v1", route_handlers=[balances, balance, statement], tags=["balances"])
