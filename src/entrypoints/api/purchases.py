"""Goods that are bought outside for somebody: priced, bought, called off, and decided about."""

from datetime import timedelta
from functools import partial
from typing import Annotated, Any, Final, Literal, Self

from attrs import asdict, frozen
from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, Router, get, post
from litestar.params import FromQuery, JSONBody, Parameter
from msgspec import Meta

from ...core.balances import account_name
from ...core.identifiers import parse_id
from ...core.identity import Caller, Permission
from ...core.money import Assets
from ...core.payments import PaymentId
from ...core.purchases import (
    BuyForHouse,
    CancelPurchase,
    DecidePurchase,
    Funding,
    Goods,
    Kind,
    Purchase,
    PurchaseId,
    Purchases,
    PurchasesUnderWay,
    QuotePurchase,
    ReportLate,
    ReservePurchase,
    SettleLate,
    State,
    Wish,
)
from ..wiring.plain import Amount
from ..wiring.plain_purchases import PlainPurchase
from .bodies import Body, Id, Name, Nothing, Text, Word
from .calling import caller_of, errand_of, must_act, must_see
from .pages import FROM, LIMIT, MINUTES, PAGE, made, page_of
from .refusals import OF_READING, OF_WRITING
from .showing import as_seen

BUYER = Annotated[str, Parameter(description="whose, like user:42", max_length=128)]
PURCHASE = Annotated[
    str, Parameter(description="the id of a purchase", schema_extra={"format": "uuid"})
]
UnderWay = Literal["reserved", "ordered", "paying", "paid", "unknown", "review"]
QUANTITY_MAX: Final = 1_000_000_000


class NewQuote(Body, frozen=True, kw_only=True):
    """What somebody wants to buy, for whom, and who pays."""

    kind: Kind
    quantity: Annotated[int, Meta(ge=1, le=QUANTITY_MAX)]
    recipient: Word
    """A username, like durov."""
    buyer: Name
    asset: Word
    """In which the price is, like RUB."""
    item: Text = ""
    """Which pack, like 19/3."""
    account: Name = ""
    """Who pays: the buyer, where nothing is said."""
    house: bool = False
    """The house pays for itself."""
    payment: Id | None = None
    """Buy by itself once this payment has filled the account."""
    role: Word = ""
    """By which it is priced."""
    supplier: Word = ""


class NewPurchase(Body, frozen=True, kw_only=True):
    """Buy what was priced."""

    quote: Id


class SeenGoods(Body, frozen=True, kw_only=True):
    """What was seen at the supplier's."""

    delivered: bool
    because: Text


class Why(Body, frozen=True, kw_only=True):
    """What was seen."""

    because: Text


class Settlement(Body, frozen=True, kw_only=True):
    """Who pays for what came late."""

    charge: bool
    """The customer, from their balance; else the house."""
    because: Text


@frozen
class ShownPurchase:
    """A purchase; what is ours about it is told to those alone who may see what is others'."""

    id: str
    state: str
    late: str
    kind: str
    quantity: int
    item: str
    recipient: str
    shown: str
    buyer: str
    account: str | None
    payment: str | None
    price: Amount
    cost: Amount | None
    margin: Amount | None
    supplier: str
    order_id: str
    proof: str
    told: str
    decided_by: str
    created_at: str
    holds_until: str
    since: str

    @classmethod
    def to(cls, caller: Caller, purchase: Purchase) -> Self:
        """That purchase, as far as they may see it."""
        plain = asdict(PlainPurchase.of(purchase), recurse=False)
        return as_seen(caller, cls(**plain), cost=None, margin=None, order_id="", told="")


@frozen
class ShownPurchases:
    """A page of purchases."""

    purchases: tuple[ShownPurchase, ...]
    next: str | None


@post("/quotes", summary="Ask what something costs", responses=OF_WRITING)
@inject
async def quote(
    request: Request[Any, Any, Any],
    data: JSONBody[NewQuote],
    make_price: FromDishka[QuotePurchase],
    assets: FromDishka[Assets],
) -> ShownPurchase:
    """The recipient is checked, and the price holds until `holds_until`; nothing is paid yet."""
    caller = caller_of(request)
    account = None if data.house else account_name(data.account or data.buyer)
    must_act(caller, Permission.BUY, data.buyer, *([account] if account else []))
    if data.house or data.role:
        caller.must(Permission.ADJUST)  # neither is for customers to choose
    wish = Wish(
        id=PurchaseId(errand_of(request)),
        goods=Goods(kind=data.kind, quantity=data.quantity, item=data.item),
        recipient=data.recipient.removeprefix("@"),
        buyer=data.buyer,
        funding=Funding(
            account=account,
            payment=PaymentId(parse_id(data.payment)) if data.payment else None,
        ),
        asset=assets.named(data.asset),
        role=data.role,
        supplier=data.supplier,
    )
    return ShownPurchase.to(caller, await make_price(wish))


@post("/purchases", summary="Buy what was priced", responses=OF_WRITING)
@inject
async def buy(
    request: Request[Any, Any, Any],
    data: JSONBody[NewPurchase],
    purchases: FromDishka[Purchases],
    reserve: FromDishka[ReservePurchase],
    for_house: FromDishka[BuyForHouse],
) -> ShownPurchase:
    """The money is set aside, and the worker does the rest; the quote's id is the purchase's."""
    caller = caller_of(request)
    purchase = await theirs(caller, purchases, data.quote)
    if purchase.wish.funding.account is None:
        return ShownPurchase.to(caller, await for_house(purchase.id, caller))
    return ShownPurchase.to(caller, await reserve(purchase.id))


@get("/purchases", summary="What somebody bought", responses=OF_READING)
@inject
async def listed(
    request: Request[Any, Any, Any],
    buyer: BUYER,
    purchases: FromDishka[Purchases],
    before: FROM = None,
    limit: PAGE = LIMIT,
) -> ShownPurchases:
    """Or wanted to buy, newest first: a quote is a purchase that nobody has agreed to yet."""
    caller = caller_of(request)
    must_see(caller, buyer)
    page, following = await page_of(partial(purchases.of, buyer), PurchaseId, made, before, limit)
    return ShownPurchases(tuple(ShownPurchase.to(caller, each) for each in page), following)


@get("/purchases/review", summary="What waits for a person", responses=OF_READING)
@inject
async def review(
    request: Request[Any, Any, Any],
    purchases: FromDishka[Purchases],
    after: FROM = None,
    limit: PAGE = LIMIT,
) -> ShownPurchases:
    """Paid, and nobody outside says whether it was delivered: the oldest first."""
    caller = caller_of(request)
    caller.must(Permission.SEE_OTHERS)
    page, following = await page_of(purchases.in_review, PurchaseId, made, after, limit)
    return ShownPurchases(tuple(ShownPurchase.to(caller, each) for each in page), following)


@get("/purchases/under-way", summary="What is bought for anybody", responses=OF_READING)
@inject
async def under_way(
    request: Request[Any, Any, Any],
    see: FromDishka[PurchasesUnderWay],
    only: FromQuery[UnderWay | None] = None,
    minutes: MINUTES = 0,
    after: FROM = None,
    limit: PAGE = LIMIT,
) -> ShownPurchases:
    """Agreed to, and neither delivered nor given up: the oldest first."""
    caller = caller_of(request)
    wanted = None if only is None else State(only)
    ask = partial(see, caller, state=wanted, age=timedelta(minutes=minutes))
    page, following = await page_of(ask, PurchaseId, made, after, limit)
    return ShownPurchases(tuple(ShownPurchase.to(caller, each) for each in page), following)


@get("/purchases/{id:str}", summary="A purchase", responses=OF_READING)
@inject
async def one(
    request: Request[Any, Any, Any], id: PURCHASE, purchases: FromDishka[Purchases]
) -> ShownPurchase:
    """As it is in the books."""
    caller = caller_of(request)
    purchase = await purchases.get(PurchaseId(parse_id(id)))
    must_see(caller, purchase.wish.buyer)
    return ShownPurchase.to(caller, purchase)


@post(
    "/purchases/{id:str}/cancel",
    summary="Call a purchase off",
    status_code=200,
    responses=OF_WRITING,
)
@inject
async def cancel(
    request: Request[Any, Any, Any],
    id: PURCHASE,
    data: JSONBody[Nothing],
    call_off: FromDishka[CancelPurchase],
) -> ShownPurchase:
    """As long as no wallet was told to pay; what was set aside is free again."""
    caller = caller_of(request)
    return ShownPurchase.to(caller, await call_off(PurchaseId(parse_id(id)), caller))


@post(
    "/purchases/{id:str}/resolve",
    summary="Say what became of one in doubt",
    status_code=200,
    responses=OF_WRITING,
)
@inject
async def resolve(
    request: Request[Any, Any, Any],
    id: PURCHASE,
    data: JSONBody[SeenGoods],
    decide: FromDishka[DecidePurchase],
) -> ShownPurchase:
    """After having looked at the supplier's: delivered, or given up."""
    caller = caller_of(request)
    decided = await decide(
        PurchaseId(parse_id(id)), caller, delivered=data.delivered, because=data.because
    )
    return ShownPurchase.to(caller, decided)


@post(
    "/purchases/{id:str}/late",
    summary="Say that one came after it was given up",
    status_code=200,
    responses=OF_WRITING,
)
@inject
async def late(
    request: Request[Any, Any, Any],
    id: PURCHASE,
    data: JSONBody[Why],
    report: FromDishka[ReportLate],
) -> ShownPurchase:
    """Its money had gone back, so what it cost is booked as a loss, and it waits to be settled."""
    caller = caller_of(request)
    found = await report(PurchaseId(parse_id(id)), caller, data.because)
    return ShownPurchase.to(caller, found)


@post(
    "/purchases/{id:str}/settle",
    summary="Say who pays for one that came late",
    status_code=200,
    responses=OF_WRITING,
)
@inject
async def settle(
    request: Request[Any, Any, Any],
    id: PURCHASE,
    data: JSONBody[Settlement],
    settled: FromDishka[SettleLate],
) -> ShownPurchase:
    """The customer, from their balance, and the loss is taken back; or the house."""
    caller = caller_of(request)
    found = await settled(
        PurchaseId(parse_id(id)), caller, charge=data.charge, because=data.because
    )
    return ShownPurchase.to(caller, found)


async def theirs(caller: Caller, purchases: Purchases, id: str) -> Purchase:
    """The purchase, which they may go on with or call off."""
    purchase = await purchases.get(PurchaseId(parse_id(id)))
    must_act(caller, Permission.BUY, purchase.wish.buyer)
    return purchase


router: Final = Router(
    "/v1",
    route_handlers=[quote, buy, listed, review, under_way, one, cancel, resolve, late, settle],
    tags=["purchases"],
)
