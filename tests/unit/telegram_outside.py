"""Telegram's desk as tests play with it: a shop whose bot stands there, and people who pay."""

import json
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import httpx
from attrs import define, field

from altyn.adapters.http import Caller
from altyn.adapters.memory import ManualClock
from altyn.adapters.telegram import (
    CARDS,
    STARS,
    BotApi,
    CardsGateway,
    StarsFeed,
    StarsGateway,
    StarsList,
    StarsSubscriptions,
    TelegramCounter,
    Webhook,
)
from altyn.core.balances import account_name
from altyn.core.errors import AltynError
from altyn.core.money import RUB, WELL_KNOWN, XTR, Money
from altyn.core.payments import (
    Arrival,
    OpenStanding,
    Order,
    Payment,
    PaymentId,
    Quote,
    Routes,
    Rules,
    StandingGateways,
    StandingId,
    StandingOrder,
    TakeUpdate,
    TieOut,
    TieOutMethod,
)
from altyn.core.resilience import BreakerPolicy, Guard
from altyn.entrypoints.sandbox import Fault, TelegramDesk
from altyn.entrypoints.sandbox.telegram_chats import User
from altyn.entrypoints.sandbox.telegram_invoices import Invoice
from altyn.entrypoints.sandbox.telegram_sales import Checkout, Outcome
from altyn.entrypoints.sandbox.telegram_stars import Charge
from altyn.entrypoints.sandbox.telegram_updates import Delivery
from altyn.entrypoints.testkit.gateway import Call, NotPayable, Outside, Told, Trait, Trouble
from altyn.entrypoints.testkit.gateway import House as ContractHouse
from altyn.entrypoints.wiring.methods import BOUNDS, TREATMENTS
from tests.unit.payments_house import House

SECRET: Final = "what-only-Telegram-and-we-know"
HOOK: Final = "https://shop.example/webhooks/telegram"
LINK: Final = "https://t.me/$of-somebody-else"


@define
class Wire(httpx.AsyncBaseTransport):
    """The way to the desk, without a network: silence is noticed at once, as is what breaks off."""

    desk: TelegramDesk
    asked: list[tuple[str, Any]] = field(factory=list)
    """The methods that were called, with what they were called with."""
    says: deque[tuple[int, Any]] = field(factory=deque)
    """What is answered instead of the desk, next: a status, and what is said."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        self.asked.append((request.url.path.rpartition("/")[2], json.loads(body)))
        if self.says:
            status, said = self.says.popleft()
            raw = said if isinstance(said, bytes) else json.dumps(said).encode()
            return httpx.Response(status, content=raw)
        requests: list[Any] = [{"type": "http.request", "body": body}]
        told: list[Any] = []

        async def receive() -> Any:
            return requests.pop() if requests else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            told.append(message)

        headers = [(name.lower(), value) for name, value in request.headers.raw]
        await self.desk({"path": request.url.path, "headers": headers}, receive, send)
        if not told:
            raise httpx.ReadTimeout("it never answered")
        begun, rest = told
        if len(rest["body"]) < int(dict(begun["headers"])[b"content-length"]):
            raise httpx.RemoteProtocolError("the answer broke off")
        return httpx.Response(begun["status"], headers=begun["headers"], content=rest["body"])

    def refuse(self, why: str, code: int = 400) -> None:
        """The next call is refused like this."""
        self.says.append((code, {"ok": False, "error_code": code, "description": why}))


@define
class Shop:
    """A house over memory whose bot stands at the desk."""

    desk: TelegramDesk
    wire: Wire
    house: House
    api: BotApi
    stars: StarsGateway
    cards: CardsGateway
    feed: StarsFeed
    update: TakeUpdate
    heard: int = 0
    """How many of the deliveries."""

    async def opened(self, amount: Money | int = 100, payer: str = "user:1") -> Payment:
        """Somebody is asked for so much, by the way of paying that takes it."""
        asked = Money(amount, XTR) if isinstance(amount, int) else amount
        order = Order(
            id=PaymentId(uuid4()),
            payer=payer,
            target=account_name(payer),
            method=STARS if asked.asset == XTR else CARDS,
            quote=Quote.plain(asked),
        )
        return await self.house.open(order)

    async def stands(self, amount: int = 100, payer: str = "user:1") -> StandingOrder:
        """Somebody wants to pay so much every thirty days."""
        house = self.house
        subscriptions = StarsSubscriptions(api=self.api, cursors=house.cursors)
        gateways = StandingGateways({STARS: subscriptions})
        wanted = StandingOrder(
            id=StandingId(uuid4()),
            payer=payer,
            target=account_name(payer),
            method=STARS,
            asset=XTR,
            amount=Money(amount, XTR),
            created_at=house.clock.now(),
        )
        stand = OpenStanding(house.standings, gateways, house.store, house.clock, Routes())
        return await stand(wanted)

    async def tell(self, delivery: Delivery) -> bool:
        """Telegram comes with an update; answers whether it was about a payment."""
        headers = {name.lower(): value for name, value in delivery.headers.items()}
        return await self.update(delivery.body, headers)

    async def hear(self) -> None:
        """Everything that Telegram has to tell and did not tell yet, in order, and what follows."""
        while self.heard < len(self.desk.deliveries):
            self.heard += 1
            await self.tell(self.desk.deliveries[self.heard - 1])
        await self.house.read()

    async def bought(self, payment: Payment, payer: User | None = None, **how: Any) -> Charge:
        """Somebody presses the button and is charged; what is told of that is not heard yet."""
        checkout = self.desk.pay(payment.link, payer or self.desk.join("Anna"), **how)
        await self.tell(self.desk.deliveries[-1])
        self.heard = len(self.desk.deliveries) - 1
        assert checkout.outcome is Outcome.PAID
        assert checkout.charge
        return checkout.charge

    async def sold(self, amount: int = 100, **how: Any) -> tuple[Payment, Charge]:
        """Somebody was asked, paid, and it is in the books."""
        payment = await self.opened(amount)
        charge = await self.bought(payment, **how)
        await self.hear()
        return await self.now(payment), charge

    async def read_feed(self) -> int:
        """The worker reads the list of transactions."""
        return await self.house.read_feed(self.feed)

    async def now(self, payment: Payment) -> Payment:
        """As it is by now."""
        return await self.house.payments.get(payment.id)

    async def came(self, payment: Payment) -> list[Arrival]:
        """What came for it."""
        return list(await self.house.arrivals.of(payment.id))

    async def tie_out(self, method: str = STARS) -> TieOut:
        """Our books against Telegram's list, of the days around now."""
        house, now = self.house, self.desk.clock.now()
        tie = TieOutMethod(house.arrivals, house.refunds, house.ledger, house.gateways)
        return await tie(method, now - timedelta(days=1), now + timedelta(days=1))


@asynccontextmanager
async def open_shop(rules: Rules | None = None) -> AsyncIterator[Shop]:
    """A shop that takes Stars and cards, told Telegram where it is, and looked at the list."""
    house = house_of(rules)
    desk = TelegramDesk(house.clock)
    wire = Wire(desk)
    async with httpx.AsyncClient(transport=wire, base_url="https://desk.example") as client:
        yield await shop_of(house, wire, Caller("telegram", client))


def house_of(rules: Rules | None = None) -> House:
    """By the rules as they are delivered, unless others are given."""
    return House(Rules(of_method=TREATMENTS) if rules is None else rules)


async def shop_of(house: House, wire: Wire, caller: Caller) -> Shop:
    """The same over any way to the desk."""
    desk = wire.desk
    # It never rests from asking.
    guard = Guard("telegram", BreakerPolicy(failures_min=10**6, volume_min=10**6))
    api = BotApi(caller, guard, desk.token)
    stars_list = StarsList(api)
    stars = StarsGateway(
        api=api,
        clock=house.clock,
        assets=WELL_KNOWN,
        secret=SECRET,
        bounds=BOUNDS[STARS],
        list=stars_list,
        cursors=house.cursors,
    )
    cards = CardsGateway(
        api=api,
        clock=house.clock,
        assets=WELL_KNOWN,
        secret=SECRET,
        bounds=BOUNDS[CARDS],
        provider_token=desk.provider_token,
    )
    by_method: Any = house.gateways.by_method
    by_method |= {STARS: stars, CARDS: cards}
    await Webhook(api, HOOK, SECRET)()
    shop = Shop(
        desk=desk,
        wire=wire,
        house=house,
        api=api,
        stars=stars,
        cards=cards,
        feed=StarsFeed(stars_list, house.clock),
        update=TakeUpdate(TelegramCounter(api, WELL_KNOWN, SECRET), house.allow, house.take),
    )
    await shop.read_feed()
    return shop


def charge(desk: TelegramDesk, link: str, payer: User, **how: Any) -> Charge:
    """Somebody pays, and nobody is asked whether they may."""
    checkout: Checkout = desk.pay(link, payer, **how)
    desk.sales._charge(checkout)
    assert checkout.charge
    return checkout.charge


def link_of_another(desk: TelegramDesk, amount: Money, payload: str = "order-7") -> str:
    """A link that the bot had made before it was ours."""
    desk.sales.links[LINK] = Invoice(
        title="A mug",
        description="With a handle",
        payload=payload,
        currency=amount.asset.code,
        total_amount=amount.units,
    )
    return LINK


FAULTS: Final[Mapping[Trouble, Fault]] = {
    Trouble.BEFORE: Fault.FAIL_BEFORE,
    Trouble.AFTER: Fault.FAIL_AFTER,
    Trouble.CUT: Fault.CUT_AFTER,
    Trouble.SILENCE: Fault.HANG_AFTER,
    Trouble.NONSENSE: Fault.GARBAGE_AFTER,
    Trouble.BUSY: Fault.BUSY,
}
METHODS: Final[Mapping[Call, str]] = {
    Call.OPEN: "createInvoiceLink",
    Call.INQUIRE: "getStarTransactions",
    Call.REFUND: "refundStarPayment",
    Call.INQUIRE_REFUND: "refundStarPayment",  # only asking for it again tells
    Call.LIST: "getStarTransactions",
}


class DeskOutside(Outside):
    """The desk, as the contract wants to play with it."""

    clock: ManualClock

    def __init__(self, shop: Shop) -> None:
        self.shop, self.desk, self.clock = shop, shop.desk, shop.house.clock

    def pass_time(self, time: timedelta) -> None:
        self.clock.moment += time

    def trouble(self, call: Call, *troubles: Trouble) -> None:
        self.desk.faults.plan(METHODS[call], *(FAULTS[each] for each in troubles))

    def pay(self, payment: Payment, amount: Money) -> None:
        if amount != payment.asked:
            raise NotPayable
        charge(self.desk, payment.link, self.desk.join("Anna"))

    def stray(self) -> None:
        charge(self.desk, link_of_another(self.desk, self.price), self.desk.join("Boris"))

    def invoices(self) -> int:
        return len({each.payload for each in self.desk.sales.links.values()})

    def notices(self) -> Sequence[Told]:
        return [
            (each.body, {name.lower(): value for name, value in each.headers.items()})
            for each in self.desk.deliveries
            if b'"successful_payment"' in each.body
        ]

    def forged(self, notice: Told) -> Sequence[Told]:
        raw, headers = notice
        (name,) = (each for each in headers if "secret" in each)
        others = (SECRET[:-1], SECRET + "x", SECRET.upper(), "", "\udcff", "\ud800")
        return [(raw, {}), *((raw, {name: other}) for other in others)]


class StarsOutside(DeskOutside):
    """Paid in Stars."""

    method = STARS
    price = Money(100, XTR)
    traits = frozenset(
        {Trait.OPENS, Trait.ANSWERS, Trait.NOTIFIES, Trait.PROVES, Trait.LISTS},
    )

    def sent_back(self) -> Money:
        charges = self.desk.stars.charges.values()
        return Money(sum(each.invoice.total_amount for each in charges if each.is_refunded), XTR)

    def refuse_refund(self) -> None:
        self.shop.wire.refuse("Bad Request: BALANCE_TOO_LOW")

    def refund_outside(self, payment: Payment) -> None:
        for each in list(self.desk.stars.charges.values()):
            if each.invoice.payload == payment.id.hex:
                self.desk.refund_outside(each.id)


class CardsOutside(DeskOutside):
    """Paid by card."""

    method = CARDS
    price = Money.parse("500", RUB)
    traits = frozenset({Trait.OPENS, Trait.NOTIFIES, Trait.PROVES})


def contract_house(shop: Shop, outside: DeskOutside) -> ContractHouse:
    """The use cases as the contract knows them: what comes is heard of before it is asked about."""
    house = shop.house

    async def hear() -> None:
        if outside.method == STARS:
            await shop.read_feed()
            return
        for told in outside.notices():
            await house.take(CARDS, *told)
        await house.read()

    async def check(id: PaymentId) -> Payment:
        await hear()
        return await house.check(id)

    async def poll() -> int:
        due = await house.payments.due(house.clock.now(), 100)
        for id in due:
            with suppress(AltynError):
                await check(id)
        return len(due)

    return ContractHouse(
        open=house.open,
        check=check,
        take=house.take,
        read=house.read,
        poll=poll,
        ask_back=house.ask_back,
        carry_out=house.carry_out,
        decide=house.decide,
        poll_refunds=house.poll_refunds,
        payments=house.payments,
        arrivals=house.arrivals,
        refunds=house.refunds,
        notices=house.notices,
        ledger=house.ledger,
    )
