"""What accounts hold and how it came to be: of anybody by name, of people by their number."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any, Final

from attrs import frozen
from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, Router, get
from litestar.di import NamedDependency, Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from litestar.response import Stream

from ...core.balances import AccountName, HoldId, KeptHold, Ledger, account_name
from ...core.clock import parse_instant
from ...core.identity import ID_MAX, account_of, user_id
from ...core.money import UNITS_MAX, Asset, Assets
from ..wiring.plain import PlainBalance, PlainBalances, PlainHold, PlainStatement
from .calling import Connection, caller_of, must_see
from .pages import FROM, LIMIT, LIMIT_MAX, PAGE, Place, page_of
from .papers import CSV, ENTRIES, HOLDS, Paper
from .refusals import OF_READING

NAME = Annotated[str, Parameter(description="purpose:owner, like user:42")]
USER = Annotated[int, Parameter(ge=1, le=ID_MAX, description="as Telegram numbers people, like 42")]
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
ACCOUNT = NamedDependency[AccountName]
"""The account that the path names, which whoever asks may see."""
TABLE: Final = ResponseSpec(str, media_type=CSV, description="The table.", generate_examples=False)


@frozen
class PlainHolds:
    """A page of what was set aside, newest first."""

    holds: tuple[PlainHold, ...]
    next: str | None


async def by_name(request: Request[Any, Any, Any], name: NAME) -> AccountName:
    """The account of that name."""
    return _seen(request, account_name(name))


async def by_number(request: Request[Any, Any, Any], user: USER) -> AccountName:
    """The account of that user."""
    return _seen(request, account_of(user_id(user)))


def _seen(request: Connection, account: AccountName) -> AccountName:
    must_see(caller_of(request), account)
    return account


@get("/balances", summary="What is there", responses=OF_READING)
@inject
async def balances(account: ACCOUNT, ledger: FromDishka[Ledger]) -> PlainBalances:
    """Every asset."""
    return PlainBalances.of(account, await ledger.balances(account))


@get("/balances/{asset:str}", summary="What is there of one asset", responses=OF_READING)
@inject
async def balance(
    account: ACCOUNT,
    asset: ASSET,
    ledger: FromDishka[Ledger],
    assets: FromDishka[Assets],
    at: AT = None,
) -> PlainBalance:
    """Now, or at a past moment."""
    moment = None if at is None else parse_instant(at)
    return PlainBalance.of(await ledger.balance(account, assets.named(asset), moment))


@get("/statement/{asset:str}", summary="The history", responses=OF_READING)
@inject
async def statement(
    account: ACCOUNT,
    asset: ASSET,
    ledger: FromDishka[Ledger],
    assets: FromDishka[Assets],
    before: BEFORE = None,
    limit: PAGE = LIMIT,
) -> PlainStatement:
    """Newest first, a page of it; pages stay what they are while new entries come."""
    kind = assets.named(asset)
    page = await ledger.statement(account, kind, before=before, limit=limit)
    return PlainStatement.of(account, kind, page)


@get(
    "/statement/{asset:str}/csv",
    summary="The history as a table",
    media_type=CSV,
    responses={200: TABLE, **OF_READING},
)
@inject
async def statement_table(
    account: ACCOUNT, asset: ASSET, ledger: FromDishka[Ledger], assets: FromDishka[Assets]
) -> Stream:
    """All of it, newest first, as CSV with a head; amounts are decimal text."""
    kind = assets.named(asset)
    page = await ledger.statement(account, kind, limit=LIMIT_MAX)  # refused before it begins

    async def written() -> AsyncIterator[str]:
        nonlocal page
        yield ENTRIES.head() + ENTRIES.lines(page.entries)
        while page.next is not None:
            page = await ledger.statement(account, kind, before=page.next, limit=LIMIT_MAX)
            yield ENTRIES.lines(page.entries)

    return _sheet(ENTRIES, account, kind, written())


@get("/holds/{asset:str}", summary="What is set aside", responses=OF_READING)
@inject
async def holds(
    account: ACCOUNT,
    asset: ASSET,
    ledger: FromDishka[Ledger],
    assets: FromDishka[Assets],
    before: FROM = None,
    limit: PAGE = LIMIT,
) -> PlainHolds:
    """What is or was set aside of one asset, newest first."""
    ask = partial(ledger.holds, account, assets.named(asset))
    page, following = await page_of(ask, HoldId, _place, before, limit)
    return PlainHolds(tuple(map(PlainHold.of, page)), following)


@get(
    "/holds/{asset:str}/csv",
    summary="What is set aside as a table",
    media_type=CSV,
    responses={200: TABLE, **OF_READING},
)
@inject
async def holds_table(
    account: ACCOUNT, asset: ASSET, ledger: FromDishka[Ledger], assets: FromDishka[Assets]
) -> Stream:
    """All that is or was, newest first, as CSV with a head; amounts are decimal text."""
    kind = assets.named(asset)
    ask = partial(ledger.holds, account, kind)
    page, following = await page_of(ask, HoldId, _place, None, LIMIT_MAX)

    async def written() -> AsyncIterator[str]:
        nonlocal page, following
        yield HOLDS.head() + HOLDS.lines(page)
        while following is not None:
            page, following = await page_of(ask, HoldId, _place, following, LIMIT_MAX)
            yield HOLDS.lines(page)

    return _sheet(HOLDS, account, kind, written())


def _sheet(
    paper: Paper[Any], account: AccountName, kind: Asset, written: AsyncIterator[str]
) -> Stream:
    name = f"{account}-{kind.code}{paper.suffix}.csv".replace(":", "-")
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Stream(written, media_type=CSV, headers=headers)


def _place(kept: KeptHold) -> Place:
    return kept.placed_at, kept.hold.id


HANDLERS: Final = (balances, balance, statement, statement_table, holds, holds_table)
accounts: Final = Router(
    "/v1/accounts/{name:str}",
    route_handlers=HANDLERS,
    dependencies={"account": Provide(by_name)},
    tags=["balances"],
)
of_users: Final = Router(
    "/v1/users/{user:int}",
    route_handlers=HANDLERS,
    dependencies={"account": Provide(by_number)},
    tags=["users"],
)
