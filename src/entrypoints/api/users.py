"""What people have: their balances, what is set aside of them, and their history."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any, Final

from attrs import frozen
from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, Router, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from litestar.response import Stream

from ...core.balances import AccountName, HoldId, KeptHold, Ledger, Statement
from ...core.clock import parse_instant
from ...core.identity import ID_MAX, account_of, user_id
from ...core.money import Asset, Assets
from ..wiring.plain import PlainBalance, PlainBalances, PlainHold, PlainStatement
from .balances import ASSET, AT, BEFORE
from .calling import Connection, caller_of, must_see
from .pages import FROM, LIMIT, LIMIT_MAX, PAGE, Place, page_of
from .papers import CSV, head, lines
from .refusals import OF_READING

USER = Annotated[int, Parameter(ge=1, le=ID_MAX, description="as Telegram numbers people, like 42")]


TABLE: Final = ResponseSpec(str, media_type=CSV, description="The table.", generate_examples=False)


@frozen
class PlainHolds:
    """A page of what was set aside, newest first."""

    holds: tuple[PlainHold, ...]
    next: str | None


@get("/{user:int}/balances", summary="What somebody has", responses=OF_READING)
@inject
async def balances(
    request: Request[Any, Any, Any], user: USER, ledger: FromDishka[Ledger]
) -> PlainBalances:
    """Every asset of theirs."""
    account = account_in(request, user)
    return PlainBalances.of(account, await ledger.balances(account))


@get(
    "/{user:int}/balances/{asset:str}",
    summary="What somebody has of one asset",
    responses=OF_READING,
)
@inject
async def balance(
    request: Request[Any, Any, Any],
    user: USER,
    asset: ASSET,
    ledger: FromDishka[Ledger],
    assets: FromDishka[Assets],
    at: AT = None,
) -> PlainBalance:
    """Now, or at a past moment."""
    account, moment = account_in(request, user), None if at is None else parse_instant(at)
    return PlainBalance.of(await ledger.balance(account, assets.named(asset), moment))


@get("/{user:int}/statement/{asset:str}", summary="The history of somebody", responses=OF_READING)
@inject
async def statement(
    request: Request[Any, Any, Any],
    user: USER,
    asset: ASSET,
    ledger: FromDishka[Ledger],
    assets: FromDishka[Assets],
    before: BEFORE = None,
    limit: PAGE = LIMIT,
) -> PlainStatement:
    """Newest first, a page of it; pages stay what they are while new entries come."""
    account, kind = account_in(request, user), assets.named(asset)
    page = await ledger.statement(account, kind, before=before, limit=limit)
    return PlainStatement.of(account, kind, page)


@get(
    "/{user:int}/statement/{asset:str}/csv",
    summary="The history of somebody as a table",
    media_type=CSV,
    responses={200: TABLE, **OF_READING},
)
@inject
async def table(
    request: Request[Any, Any, Any],
    user: USER,
    asset: ASSET,
    ledger: FromDishka[Ledger],
    assets: FromDishka[Assets],
) -> Stream:
    """All of it, newest first, as CSV with a head; amounts are decimal text."""
    account, kind = account_in(request, user), assets.named(asset)
    first = await ledger.statement(account, kind, limit=LIMIT_MAX)  # refused before it begins
    name = f'attachment; filename="user-{user}-{kind.code}.csv"'
    headers = {"content-disposition": name.replace(":", "-")}
    return Stream(_paper(ledger, account, kind, first), media_type=CSV, headers=headers)


async def _paper(
    ledger: Ledger, account: AccountName, asset: Asset, page: Statement
) -> AsyncIterator[str]:
    yield head() + lines(page)
    while page.next is not None:
        page = await ledger.statement(account, asset, before=page.next, limit=LIMIT_MAX)
        yield lines(page)


@get("/{user:int}/holds/{asset:str}", summary="What is set aside", responses=OF_READING)
@inject
async def holds(
    request: Request[Any, Any, Any],
    user: USER,
    asset: ASSET,
    ledger: FromDishka[Ledger],
    assets: FromDishka[Assets],
    before: FROM = None,
    limit: PAGE = LIMIT,
) -> PlainHolds:
    """What is or was set aside of one asset, newest first."""
    ask = partial(ledger.holds, account_in(request, user), assets.named(asset))
    page, following = await page_of(ask, HoldId, _place, before, limit)
    return PlainHolds(tuple(map(PlainHold.of, page)), following)


def _place(kept: KeptHold) -> Place:
    return kept.placed_at, kept.hold.id


def account_in(request: Connection, user: int) -> AccountName:
    """The account of that user, which whoever asks may see."""
    account = account_of(user_id(user))
    must_see(caller_of(request), account)
    return account


router: Final = Router(
    "/v1/users", route_handlers=[balances, balance, statement, table, holds], tags=["users"]
)
