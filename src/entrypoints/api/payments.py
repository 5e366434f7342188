"""Money coming in: people are asked for it, and it is given back."""

from datetime import timedelta
from functools import partial
from typing import Annotated, Any, Final, Literal

from attrs import frozen
from dishka.integrations.litestar import FromDishka, inject
from litestar import Request, Router, get, post
from litestar.params import FromQuery, JSONBody, Parameter

from ...core.balances import account_name
from ...core.identifiers import parse_id
from ...core.identity import Permission
from ...core.money import Assets, Money
from ...core.payments import (
    Arrivals,
    CancelPayment,
    Goods,
    OfferMethods,
    OpenPayment,
    Order,
    Payment,
    PaymentId,
    Payments,
    PaymentsUnderWay,
    Place,
    Quote,
    RefundId,
    RequestRefund,
    Sale,
    State,
    Wish,
)
from ..wiring.plain_payments import PlainArrival, PlainOffer, PlainPayment, PlainRefund
from .balances import ASSET
from .bodies import Body, Name, Sum, Text, Word
from .calling import Connection, caller_of, errand_of, must_act, must_see
from .pages import FROM, LIMIT, MINUTES, PAGE, made, page_of
from .refusals import OF_READING, OF_WRITING

PAYER = Annotated[str, Parameter(description="whose, like user:42", max_length=128)]
PAYMENT = Annotated[
    str, Parameter(description="the id of a payment", schema_extra={"format": "uuid"})
]

UnderWay = Literal["created", "unknown", "pending", "confirming", "refunding"]


class NewPayment(Body, frozen=True, kw_only=True):
    """What somebody is asked for."""

    amount: Sum
    method: Word
    payer: Name
    """Who is to pay."""
    account: Name = ""
    """Whose balance grows: the payer's, where nothing is said."""
    reference: Text = ""
    goods: Goods = Goods.DIGITAL
    place: Place = Place.TELEGRAM
    country: str = ""
    """Where the payer is from, two capital letters."""


class Reason(Body, frozen=True, kw_only=True):
    """Why."""

    why: Text = ""


class NewRefund(Body, frozen=True, kw_only=True):
    """What is to go back of what came for a payment."""

    key: Text
    """Of the arrival, as the arrivals of the payment show it."""
    amount: Sum | None = None
    """All that can go back, where nothing is said."""
    to: Text = ""
    """Where it goes, where the method has to be told."""
    reason: Text


@frozen
class PlainPayments:
    """A page of payments, newest first."""

    payments: tuple[PlainPayment, ...]
    next: str | None


@frozen
class PlainArrivals:
    """All that came for a payment, in the order in which it was noted."""

    arrivals: tuple[PlainArrival, ...]


@frozen
class PlainOffers:
    """Ways of paying, those that can be used first."""

    offers: tuple[PlainOffer, ...]


@post("/payments", summary="Ask somebody for money", responses=OF_WRITING)
@inject
async def create(
    request: Request[Any, Any, Any],
    data: JSONBody[NewPayment],
    open_payment: FromDishka[OpenPayment],
    assets: FromDishka[Assets],
) -> PlainPayment:
    """An invoice is opened; its `link` is where they pay. Look at `state`: it may be in doubt."""
    account = account_name(data.account or data.payer)
    must_act(caller_of(request), Permission.PAY, data.payer, account)
    order = Order(
        id=PaymentId(errand_of(request)),
        payer=data.payer,
        target=account,
        method=data.method,
        quote=Quote.plain(data.amount.money(assets)),
        reference=data.reference,
        sale=Sale(goods=data.goods, place=data.place, country=data.country),
    )
    return PlainPayment.of(await open_payment(order))


@get("/payments", summary="What somebody was asked for", responses=OF_READING)
@inject
async def listed(
    request: Request[Any, Any, Any],
    payer: PAYER,
    payments: FromDishka[Payments],
    before: FROM = None,
    limit: PAGE = LIMIT,
) -> PlainPayments:
    """Newest first."""
    must_see(caller_of(request), payer)
    page, following = await page_of(partial(payments.of, payer), PaymentId, made, before, limit)
    return PlainPayments(tuple(map(PlainPayment.of, page)), following)


@get("/payments/under-way", summary="What anybody is to pay", responses=OF_READING)
@inject
async def under_way(
    request: Request[Any, Any, Any],
    see: FromDishka[PaymentsUnderWay],
    only: FromQuery[UnderWay | None] = None,
    minutes: MINUTES = 0,
    after: FROM = None,
    limit: PAGE = LIMIT,
) -> PlainPayments:
    """Something is still to come, is in doubt, or goes back: the oldest first."""
    wanted = None if only is None else State(only)
    ask = partial(see, caller_of(request), state=wanted, age=timedelta(minutes=minutes))
    page, following = await page_of(ask, PaymentId, made, after, limit)
    return PlainPayments(tuple(map(PlainPayment.of, page)), following)


@get("/payments/{id:str}", summary="A payment", responses=OF_READING)
@inject
async def one(
    request: Request[Any, Any, Any], id: PAYMENT, payments: FromDishka[Payments]
) -> PlainPayment:
    """As it is in the books; providers are asked by the worker."""
    return PlainPayment.of(await seen(request, payments, id))


@get("/payments/{id:str}/arrivals", summary="What came for a payment", responses=OF_READING)
@inject
async def arrivals(
    request: Request[Any, Any, Any],
    id: PAYMENT,
    payments: FromDishka[Payments],
    came: FromDishka[Arrivals],
) -> PlainArrivals:
    """Each with the key under which it can be given back."""
    payment = await seen(request, payments, id)
    return PlainArrivals(tuple(map(PlainArrival.of, await came.of(payment.id))))


@post(
    "/payments/{id:str}/cancel", summary="Call a payment off", status_code=200, responses=OF_WRITING
)
@inject
async def cancel(
    request: Request[Any, Any, Any],
    id: PAYMENT,
    data: JSONBody[Reason],
    call_off: FromDishka[CancelPayment],
) -> PlainPayment:
    """Nobody waits for it any more; what comes all the same is late, and not lost."""
    payment = await call_off(PaymentId(parse_id(id)), caller_of(request), data.why)
    return PlainPayment.of(payment)


@post("/payments/{id:str}/refunds", summary="Give money back", responses=OF_WRITING)
@inject
async def refund(
    request: Request[Any, Any, Any],
    id: PAYMENT,
    data: JSONBody[NewRefund],
    payments: FromDishka[Payments],
    give_back: FromDishka[RequestRefund],
    assets: FromDishka[Assets],
) -> PlainRefund:
    """It is set aside, and the provider is asked by the worker; a large one waits for approval."""
    payment = await payments.get(PaymentId(parse_id(id)))
    amount: Money | None = None if data.amount is None else data.amount.money(assets)
    wish = Wish(
        id=RefundId(errand_of(request)),
        method=payment.order.method,
        key=data.key,
        amount=amount,
        to=data.to,
        reason=data.reason,
        by=caller_of(request),
    )
    return PlainRefund.of(await give_back(wish))


@get("/methods", summary="By which methods somebody may pay", responses=OF_READING)
@inject
async def methods(
    amount: Annotated[str, Parameter(description="decimal text, like 12.50", max_length=40)],
    asset: ASSET,
    offer: FromDishka[OfferMethods],
    assets: FromDishka[Assets],
    goods: FromQuery[Goods] = Goods.DIGITAL,
    place: FromQuery[Place] = Place.TELEGRAM,
    country: Annotated[str, Parameter(description="two capital letters", max_length=2)] = "",
) -> PlainOffers:
    """The first to be offered first, and what speaks against the others."""
    sale = Sale(goods=goods, place=place, country=country)
    offers = await offer(Money.parse(amount, assets.named(asset)), sale)
    return PlainOffers(tuple(map(PlainOffer.of, offers)))


async def seen(request: Connection, payments: Payments, id: str) -> Payment:
    """The payment, which whoever asks may see."""
    payment = await payments.get(PaymentId(parse_id(id)))
    must_see(caller_of(request), payment.order.payer)
    return payment


router: Final = Router(
    "/v1",
    route_handlers=[create, listed, under_way, one, arrivals, cancel, refund, methods],
    tags=["payments"],
)
