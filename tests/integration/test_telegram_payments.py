"""Stars and cards over real HTTP: updates in any order and number, and the books are right."""

import asyncio
import itertools
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from attrs import define, field

from altyn.adapters.http import open_caller
from altyn.adapters.system import SystemClock
from altyn.core.balances import AccountMissing, Ledger, account_name
from altyn.core.chats import Inbox
from altyn.core.money import RUB, XTR, Asset, Money
from altyn.core.payments import (
    Arrivals,
    Gateway,
    Goods,
    MethodForbidden,
    Notices,
    OpenPayment,
    Order,
    Payment,
    PaymentId,
    Payments,
    Quote,
    Rules,
    Sale,
    State,
)
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.sandbox import Fault, TelegramDesk
from altyn.entrypoints.sandbox.faults import Receive, Scope, Send, answer
from altyn.entrypoints.sandbox.telegram_sales import Checkout, Outcome
from altyn.entrypoints.sandbox.telegram_updates import Delivery
from altyn.entrypoints.testkit.gateway import GatewayContract, House
from altyn.entrypoints.worker import chores_of
from tests.integration.test_api_balances import Shop, served
from tests.integration.test_cli_program import Program
from tests.unit import telegram_outside

MUG = Sale(goods=Goods.PHYSICAL)
UPDATES = "/webhooks/telegram"
SECRET = "X-Telegram-Bot-Api-Secret-Token"


@define
class Kiosk:
    """A house on SQLite whose bot stands at a desk on this machine."""

    desk: TelegramDesk
    shop: Shop
    program: Program

    async def opened(
        self, payer: str, amount: Money | int = 100, sale: Sale | None = None
    ) -> Payment:
        """Somebody is asked for so much."""
        asked = Money(amount, XTR) if isinstance(amount, int) else amount
        order = Order(
            id=PaymentId(uuid4()),
            payer=payer,
            target=account_name(payer),
            method="stars" if asked.asset == XTR else "cards",
            quote=Quote.plain(asked),
            sale=sale or Sale(),
        )
        return await (await self.shop.container.get(OpenPayment))(order)

    async def told(self, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        """How an update is answered."""
        return await self.shop.client.post(UPDATES, content=body, headers=headers)

    async def tell(self, *deliveries: Delivery) -> None:
        """Telegram comes with each of them, and is told that we have it."""
        for each in deliveries:
            answer = await self.told(each.body, each.headers)
            assert (answer.status_code, answer.json()) == (200, {})

    async def pressed(self, payment: Payment, count: int = 1) -> list[Checkout]:
        """So many press the button at once, and are charged; what is told of that is not heard."""
        people = [self.desk.join("Anna") for _ in range(count)]
        checkouts = [self.desk.pay(payment.link, each) for each in people]
        await self.tell(*self.desk.deliveries[-count:])
        assert [each.outcome for each in checkouts] == [Outcome.PAID] * count
        return checkouts

    async def worked(self) -> None:
        """The worker does each of its chores once, all at the same time."""
        await asyncio.gather(*(chore() for chore in await chores_of(self.shop.container)))

    async def holds(self, name: str, asset: Asset = XTR) -> int:
        """What an account holds."""
        ledger: Ledger = await self.shop.container.get(Ledger)
        try:
            return (await ledger.balance(account_name(name), asset)).posted.units
        except AccountMissing:
            return 0

    async def now(self, payment: Payment) -> Payment:
        """As it is by now."""
        payments: Payments = await self.shop.container.get(Payments)
        return await payments.get(payment.id)

    async def kept(self) -> int:
        """How many notices are to be read."""
        notices: Notices = await self.shop.container.get(Notices)
        return len(await notices.waiting(SystemClock().now(), 10))

    async def sound(self) -> bool:
        """Whether `altyn check` finds the books in order."""
        return bool((await asyncio.to_thread(self.program.json, "check"))["well"])


@pytest.fixture
async def kiosk(tmp_path: Path) -> AsyncIterator[Kiosk]:
    desk, stopping = TelegramDesk(SystemClock()), asyncio.Event()
    with closing(listen("127.0.0.1", 0)) as listener:
        serving = Serving(desk, listener)
        settings = {
            "ALTYN_DATABASE": f"sqlite:///{tmp_path}/shop.db",
            "ALTYN_API_PUBLIC": "https://shop.example",
            "ALTYN_TELEGRAM_TOKEN": desk.token,
            "ALTYN_TELEGRAM_PROVIDER_TOKEN": desk.provider_token,
            "ALTYN_TELEGRAM_API": serving.address,
        }
        async with serving.until(stopping), served(tmp_path, **settings) as shop:
            kiosk = Kiosk(desk, shop, Program(tmp_path, settings))
            await kiosk.worked()  # which tells Telegram where we are, and looks at its list
            assert desk.updates.webhook
            assert desk.updates.webhook.url == "https://shop.example" + UPDATES
            yield kiosk
            stopping.set()


async def test_told_in_any_order_and_any_number_of_times(kiosk: Kiosk) -> None:
    """Two pay one link and one another: each is credited once, and one of the two has it back."""
    orders = itertools.product(itertools.permutations(range(3)), (1, 2, 3))
    for number, (order, times) in enumerate(orders):
        twice = await kiosk.opened(f"user:a{number}")
        once = await kiosk.opened(f"user:b{number}")
        checkouts = await kiosk.pressed(twice, 2)
        checkouts += await kiosk.pressed(once)
        paid = [each for each in kiosk.desk.deliveries if b"successful_payment" in each.body][-3:]
        for which, again in itertools.product(order, range(times)):
            await kiosk.tell(paid[which])
            if (which + again + number) % 3 == 0:
                await kiosk.worked()
        for _ in range(3):  # one reads, one refunds, and one finds nothing to do
            await kiosk.worked()
        assert await kiosk.holds(f"user:a{number}") == await kiosk.holds(f"user:b{number}") == 100
        back = [each.charge.is_refunded for each in checkouts if each.charge]
        assert (sorted(back[:2]), back[2]) == ([False, True], False)
        assert (await kiosk.now(twice)).returned == twice.asked
        assert (await kiosk.now(once)).state is State.SETTLED
    assert kiosk.desk.calls.count("refundStarPayment") == 18
    assert await kiosk.holds("clearing:stars") == -18 * 200 == -kiosk.desk.stars.balance // 10**9
    assert await kiosk.holds("returning:stars") == await kiosk.holds("suspense:unmatched") == 0
    assert await kiosk.sound()


async def test_what_was_never_told_is_found(kiosk: Kiosk) -> None:
    """The worker reads the list of transactions; an update that comes late changes nothing."""
    payment = await kiosk.opened("user:alice")
    await kiosk.pressed(payment, 2)
    await kiosk.worked()
    await kiosk.worked()
    assert await kiosk.holds("user:alice") == 100
    await kiosk.tell(*kiosk.desk.deliveries)
    await kiosk.worked()
    arrivals: Arrivals = await kiosk.shop.container.get(Arrivals)
    assert [each.case for each in await arrivals.of(payment.id)] == ["exact", "double"]
    assert (await kiosk.holds("user:alice"), await kiosk.holds("clearing:stars")) == (100, -100)
    assert kiosk.desk.calls.count("refundStarPayment") == 1
    assert await kiosk.sound()


async def test_by_card(kiosk: Kiosk) -> None:
    """In the smallest units, by the same bot and the same address."""
    payment = await kiosk.opened("user:alice", Money.parse("500.50", RUB), MUG)
    await kiosk.pressed(payment)
    await kiosk.tell(kiosk.desk.deliveries[-1])
    await kiosk.worked()
    assert await kiosk.holds("user:alice", RUB) == 50050
    assert (await kiosk.now(payment)).state is State.SETTLED


async def test_what_a_payer_is_offered(kiosk: Kiosk) -> None:
    """By what is sold, by the asset and by the amount; what can be used comes first."""

    async def offered(*words: str) -> list[tuple[str, str | None]]:
        told = await asyncio.to_thread(kiosk.program.json, "payments", "offers", *words)
        return [(each["method"], each["obstacle"]) for each in told["offers"]]

    assert await offered("100", "XTR") == [("stars", None), ("cards", "goods")]
    mug = ("--goods", "physical")
    assert await offered("500", "RUB", *mug) == [("cards", None), ("stars", "asset")]
    told = await asyncio.to_thread(kiosk.program, "payments", "offers", "50", "RUB", *mug)
    assert [line.split() for line in told.out.splitlines() if "amount" in line] == [
        ["cards", "no:", "amount", "100.00", "RUB", "100000.00", "RUB"]
    ]


async def test_no_digital_goods_by_card(kiosk: Kiosk) -> None:
    """Not inside Telegram, whoever asks for the money; a mug may be paid so."""
    asked = Money.parse("500", RUB)
    with pytest.raises(MethodForbidden):
        await kiosk.opened("user:alice", asked)
    words = ("payments", "open", "user:alice", "500", "RUB", "--method", "cards", "--json")
    refused = await asyncio.to_thread(kiosk.program, *words)
    assert (refused.code, refused.document["error"]["code"]) == (1, "method_forbidden")
    assert "createInvoiceLink" not in kiosk.desk.calls
    mug = await asyncio.to_thread(
        kiosk.program.json, *words[:-1], "--goods", "physical", "--country", "de"
    )
    assert (mug["state"], mug["goods"], mug["place"], mug["country"]) == (
        "pending",
        "physical",
        "telegram",
        "DE",
    )
    elsewhere = await asyncio.to_thread(kiosk.program.json, *words[:-1], "--sold", "elsewhere")
    assert (elsewhere["state"], elsewhere["place"]) == ("pending", "elsewhere")


async def test_a_subscription(kiosk: Kiosk) -> None:
    """Opened, seen and called off from the command line; charged twice, and each time credited."""

    async def altyn(*words: str) -> Any:
        return await asyncio.to_thread(kiosk.program.json, "payments", *words)

    opened = await altyn(
        "stand", "user:alice", "XTR", "--amount", "50", "--method", "stars", "--reference", "club"
    )
    checkout = kiosk.desk.pay(opened["link"], kiosk.desk.join("Anna"))
    await kiosk.tell(kiosk.desk.deliveries[-1])
    assert checkout.charge
    await kiosk.tell(kiosk.desk.deliveries[-1])
    kiosk.desk.renew(checkout.charge.id)
    await kiosk.tell(kiosk.desk.deliveries[-1], kiosk.desk.deliveries[-1])
    await kiosk.worked()
    assert await kiosk.holds("user:alice") == 100
    assert checkout.charge.subscription
    (shown,) = (await altyn("standing", "user:alice"))["standing"]
    until = datetime.fromtimestamp(checkout.charge.subscription.until, UTC)
    assert datetime.fromisoformat(shown["until"]) == until
    assert (shown["id"], shown["renews"], shown["lapsed"]) == (opened["id"], True, False)
    called_off = await altyn("unsubscribe", opened["id"])
    assert (called_off["renews"], called_off["until"]) == (False, shown["until"])
    assert not checkout.charge.subscription.is_active
    assert (await altyn("resubscribe", opened["id"]))["renews"] is False
    kiosk.desk.change_subscription(checkout.charge.id, "active")
    await kiosk.tell(kiosk.desk.deliveries[-1])
    await kiosk.worked()
    assert (await altyn("end", opened["id"]))["renews"] is False
    assert not checkout.charge.subscription.is_active
    assert await kiosk.sound()


async def test_what_support_gave_back_is_taken_back(kiosk: Kiosk) -> None:
    """Told by an update, once, and the payment says so."""
    payment = await kiosk.opened("user:alice")
    (checkout,) = await kiosk.pressed(payment)
    await kiosk.tell(kiosk.desk.deliveries[-1])
    await kiosk.worked()
    assert checkout.charge
    kiosk.desk.refund_outside(checkout.charge.id)
    await kiosk.tell(kiosk.desk.deliveries[-1], kiosk.desk.deliveries[-1])
    await kiosk.worked()
    assert await kiosk.holds("user:alice") == await kiosk.holds("clearing:stars") == 0
    assert (await kiosk.now(payment)).state is State.REFUNDED
    assert await kiosk.sound()


GREETING = b'{"update_id":1,"message":{"text":"/start"}}'


async def test_only_what_telegram_says_is_taken(kiosk: Kiosk) -> None:
    """And only what can be understood."""
    assert kiosk.desk.updates.webhook
    secret = kiosk.desk.updates.webhook.secret
    for body, given, status, code in (
        (GREETING, secret, 200, None),
        (GREETING, "", 401, "notice_forged"),
        (GREETING, secret[:-1], 401, "notice_forged"),
        (b"{", secret[:-1], 401, "notice_forged"),
        (b'{"update_id":1,"pre_checkout_query":null}', secret, 400, "notice_unreadable"),
        (b"\xff" * 64, secret, 400, "notice_unreadable"),
        (b"[" * 64_000, secret, 400, "notice_unreadable"),
        (b" " * (64 * 1024 + 1), secret, 413, "body_too_large"),
    ):
        answer = await kiosk.told(body, {SECRET: given})
        assert (answer.status_code, answer.json().get("code")) == (status, code)
        for each in (secret, kiosk.desk.token):
            assert each not in answer.text
    assert await kiosk.kept() == 0


async def test_a_charge_is_kept_whatever_it_lacks(kiosk: Kiosk) -> None:
    """It is told once, and there is no list of what cards paid."""
    assert kiosk.desk.updates.webhook
    secret = kiosk.desk.updates.webhook.secret
    charged = b'{"update_id":1,"message":{"successful_payment":{}}}'
    for _ in range(2):
        assert (await kiosk.told(charged, {SECRET: secret})).status_code == 200
    assert await kiosk.kept() == 1


async def test_what_is_forged_is_not_taken(kiosk: Kiosk) -> None:
    """A charge that somebody else tells of is none, and an attempt is not answered."""
    payment = await kiosk.opened("user:alice")
    await kiosk.pressed(payment)
    kiosk.desk.calls.clear()
    for each in kiosk.desk.deliveries:
        for headers in ({}, {SECRET: each.headers[SECRET][:-1]}):
            assert (await kiosk.told(each.body, headers)).status_code == 401
    assert (await kiosk.kept(), kiosk.desk.calls) == (0, [])


async def test_an_attempt_that_cannot_be_answered_comes_again(kiosk: Kiosk) -> None:
    """Telegram is told to, and the payer is charged once; too late, it need not come again."""
    payment = await kiosk.opened("user:alice")
    checkout = kiosk.desk.pay(payment.link, kiosk.desk.join("Anna"))
    attempt = kiosk.desk.deliveries[-1]
    kiosk.desk.faults.plan("answerPreCheckoutQuery", Fault.FAIL_BEFORE)
    answer = await kiosk.told(attempt.body, attempt.headers)
    assert (answer.status_code, checkout.outcome) == (503, Outcome.WAITING)
    for _ in range(2):
        await kiosk.tell(attempt)
        assert checkout.outcome is Outcome.PAID
    assert len(kiosk.desk.stars.charges) == 1


async def test_no_log_tells_the_token(kiosk: Kiosk, caplog: pytest.LogCaptureFixture) -> None:
    """However much is logged, by whatever library."""
    caplog.set_level(logging.DEBUG)
    await kiosk.opened("user:alice")
    kiosk.desk.faults.plan("getStarTransactions", Fault.CUT_AFTER)
    await kiosk.worked()
    assert "/bot(secret)/createInvoiceLink" in caplog.text
    assert "httpcore" in caplog.text
    assert kiosk.desk.token not in caplog.text
    assert json.dumps(kiosk.desk.token.partition(":")[2]) not in caplog.text


async def test_without_a_bot_nothing_is_taken(tmp_path: Path) -> None:
    """Nobody is expected to tell us anything there."""
    async with served(tmp_path, ALTYN_DATABASE=f"sqlite:///{tmp_path}/shop.db") as shop:
        answer = await shop.client.post(UPDATES, content=GREETING, headers={SECRET: ""})
        assert (answer.status_code, answer.json()["code"]) == (404, "method_unknown")


async def test_what_is_about_no_payment_is_kept_for_the_bot(kiosk: Kiosk) -> None:
    """Before it is acknowledged, and once however often it is told."""
    assert kiosk.desk.updates.webhook
    headers = {SECRET: kiosk.desk.updates.webhook.secret}
    await kiosk.tell(*[Delivery(UPDATES, headers, GREETING)] * 2)
    inbox: Inbox = await kiosk.shop.container.get(Inbox)
    now = SystemClock().now()
    (kept,) = await inbox.claim(int(kiosk.desk.token.partition(":")[0]), now, now, 10)
    assert kept.raw == GREETING


@define
class Counter:
    """The way to a desk, on which a call may be refused that nobody else would refuse."""

    desk: TelegramDesk
    refusals: list[str] = field(factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.refusals:
            await self.desk(scope, receive, send)
            return
        said = {"ok": False, "error_code": 400, "description": self.refusals.pop()}
        await answer(send, receive, None, 400, json.dumps(said).encode())


@pytest.fixture
async def counter() -> AsyncIterator[tuple[Counter, telegram_outside.Shop]]:
    """A house over memory, whose bot stands at a desk on this machine."""
    house, stopping = telegram_outside.house_of(Rules()), asyncio.Event()
    counter = Counter(TelegramDesk(house.clock))
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(closing(listen("127.0.0.1", 0)))
        serving = Serving(counter, listener)
        caller = await stack.enter_async_context(open_caller("telegram", serving.address, 1.0))
        async with serving.until(stopping):
            stopping.set()
            wire = telegram_outside.Wire(counter.desk)
            yield counter, await telegram_outside.shop_of(house, wire, caller)


Stand = tuple[Counter, telegram_outside.Shop]


class TestStars(GatewayContract):
    """Every sentence, over the wire."""

    @pytest.fixture
    def outside(self, counter: Stand) -> telegram_outside.StarsOutside:
        way, shop = counter

        class Outside(telegram_outside.StarsOutside):
            def refuse_refund(self) -> None:
                way.refusals.append("Bad Request: BALANCE_TOO_LOW")

        return Outside(shop)

    @pytest.fixture
    def gateway(self, counter: Stand) -> Gateway:
        return counter[1].stars

    @pytest.fixture
    def house(self, counter: Stand, outside: telegram_outside.StarsOutside) -> House:
        return telegram_outside.contract_house(counter[1], outside)


class TestCards(GatewayContract):
    """The same by card."""

    @pytest.fixture
    def outside(self, counter: Stand) -> telegram_outside.CardsOutside:
        return telegram_outside.CardsOutside(counter[1])

    @pytest.fixture
    def gateway(self, counter: Stand) -> Gateway:
        return counter[1].cards

    @pytest.fixture
    def house(self, counter: Stand, outside: telegram_outside.CardsOutside) -> House:
        return telegram_outside.contract_house(counter[1], outside)
