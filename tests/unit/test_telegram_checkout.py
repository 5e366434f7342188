"""Somebody is about to pay: charged when that is right, and told in time when it is not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from attrs import define, evolve

from altyn.adapters.http import Caller
from altyn.adapters.telegram import CARDS, BotApi, TelegramCounter
from altyn.adapters.telegram.bot import AT_ONCE_SECONDS
from altyn.adapters.telegram.words import ENGLISH, RUSSIAN
from altyn.core.errors import Unavailable
from altyn.core.money import RUB, WELL_KNOWN, XTR, Asset, Money
from altyn.core.payments import (
    NoticeUnreadable,
    Objection,
    Payment,
    PaymentId,
    ProviderUnclear,
    State,
)
from altyn.core.payments.checkout import PATIENCE_SECONDS
from altyn.core.payments.notice import RAW_MAX
from altyn.core.resilience import CircuitOpen
from altyn.core.transaction import StorageBroken, StorageUnreachable
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.telegram_sales import PATIENCE, Outcome
from altyn.entrypoints.testkit import run_virtually
from tests.unit.staff import ANNA
from tests.unit.telegram_outside import SECRET, Shop, charge, link_of_another, open_shop

ANSWER = "answerPreCheckoutQuery"
HOUR = timedelta(hours=1)


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop


async def test_whoever_may_pay_is_charged_and_it_is_credited(shop: Shop) -> None:
    """Whoever it is: the payer need not be the one who was asked."""
    payment = await shop.opened(100)
    checkout = shop.desk.pay(payment.link, shop.desk.join("Boris"))
    assert await shop.tell(shop.desk.deliveries[-1])
    assert checkout.outcome is Outcome.PAID
    await shop.hear()
    assert (await shop.now(payment)).state is State.SETTLED
    (arrival,) = await shop.came(payment)
    assert arrival.inflow.sender == str(checkout.payer.id)
    assert await shop.house.holds("user:1", payment.asked.asset) == 100
    await shop.house.sound()


# Why not.


async def nothing_of_ours(shop: Shop) -> str:
    return link_of_another(shop.desk, Money(100, XTR))


async def never_asked_for(shop: Shop) -> str:
    return link_of_another(shop.desk, (await shop.opened()).asked, uuid4().hex)


async def of_the_other_method(shop: Shop) -> str:
    payment = await shop.opened(Money.parse("500", RUB))
    return link_of_another(shop.desk, (await shop.opened()).asked, payment.id.hex)


async def written_otherwise(shop: Shop) -> str:
    payment = await shop.opened()
    return link_of_another(shop.desk, payment.asked, str(payment.id))


async def for_less(shop: Shop) -> str:
    payment = await shop.opened(100)
    return link_of_another(shop.desk, Money(99, payment.asked.asset), payment.id.hex)


async def paid_before(shop: Shop) -> str:
    payment, _ = await shop.sold()
    return payment.link


async def paid_and_given_back(shop: Shop) -> str:
    payment, _ = await shop.sold()
    payment = payment.sent_back(payment.asked, payment.asked).given_back(payment.asked)
    await shop.house.payments.put(payment, was=State.SETTLED)
    return payment.link


async def too_old(shop: Shop) -> str:
    payment = await shop.opened()
    shop.house.clock.moment = payment.expires_at
    return payment.link


async def called_off(shop: Shop) -> str:
    payment = await shop.opened()
    await shop.house.cancel(payment.id, ANNA, "another way of paying")
    return payment.link


async def not_taken_any_more(shop: Shop) -> str:
    payment = await shop.opened()
    by_method: Any = shop.house.gateways.by_method
    del by_method["stars"]
    return payment.link


async def storage_away(shop: Shop) -> str:
    return await with_storage(shop, StorageUnreachable("the database", "it is away"))


async def storage_broken(shop: Shop) -> str:
    return await with_storage(shop, StorageBroken("the database", "it is broken"))


async def with_storage(shop: Shop, trouble: Exception) -> str:
    payment = await shop.opened()
    away: Any = Away(trouble)
    shop.update = evolve(shop.update, allow=evolve(shop.update.allow, payments=away))
    return payment.link


@define
class Away:
    """A storage that cannot be read; without an error it never answers."""

    trouble: Exception | None = None

    async def get(self, id: PaymentId) -> Payment:
        if self.trouble is not None:
            raise self.trouble
        await asyncio.Event().wait()
        raise AssertionError


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", RUSSIAN),
        ("ru-RU", RUSSIAN),
        ("uz", RUSSIAN),
        ("en", ENGLISH),
        ("de", ENGLISH),
        ("rus", ENGLISH),
        ("", ENGLISH),
    ],
)
@pytest.mark.parametrize(
    ("prepared", "objection"),
    [
        (nothing_of_ours, Objection.UNKNOWN),
        (never_asked_for, Objection.UNKNOWN),
        (of_the_other_method, Objection.UNKNOWN),
        (written_otherwise, Objection.UNKNOWN),
        (for_less, Objection.OTHER_TERMS),
        (paid_before, Objection.PAID),
        (paid_and_given_back, Objection.PAID),
        (too_old, Objection.CLOSED),
        (called_off, Objection.CLOSED),
        (not_taken_any_more, Objection.CLOSED),
        (storage_away, Objection.UNSURE),
        (storage_broken, Objection.UNSURE),
    ],
)
async def test_whoever_may_not_pay_is_told_why(
    shop: Shop,
    prepared: Callable[[Shop], Awaitable[str]],
    objection: Objection,
    language: str,
    words: Any,
) -> None:
    """In their language, at once; and nobody is charged."""
    link = await prepared(shop)
    charged = len(shop.desk.stars.charges)
    checkout = shop.desk.pay(link, shop.desk.join("Anna", language_code=language))
    assert await shop.tell(shop.desk.deliveries[-1])
    assert (checkout.outcome, checkout.why) == (Outcome.REFUSED, words[objection])
    assert len(shop.desk.stars.charges) == charged


def test_there_are_words_for_everything() -> None:
    """In both languages; other words for each."""
    for words in (ENGLISH, RUSSIAN):
        assert set(words) == set(Objection)
        assert len(set(words.values())) == len(Objection)


async def test_asking_changes_nothing(shop: Shop) -> None:
    """Whoever asks and does not pay leaves the payment as it is."""
    payment = await shop.opened()
    shop.desk.pay(payment.link, shop.desk.join("Anna"), fails="the card has expired")
    await shop.tell(shop.desk.deliveries[-1])
    assert await shop.now(payment) == payment
    checkout = shop.desk.pay(payment.link, shop.desk.join("Boris"))
    await shop.tell(shop.desk.deliveries[-1])
    assert checkout.outcome is Outcome.PAID


# In time.


@define
class Silent(httpx.AsyncBaseTransport):
    """A wire on which an answer never comes."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError


@pytest.mark.parametrize("answers", [True, False])
def test_nobody_is_waited_for_too_long(answers: bool) -> None:
    """A storage that never answers, and Telegram too: it ends while the payer still waits."""

    async def story() -> None:
        async with open_shop() as shop, httpx.AsyncClient(transport=Silent()) as silent:
            payment = await shop.opened()
            away: Any = Away()
            update = evolve(shop.update, allow=evolve(shop.update.allow, payments=away))
            if not answers:
                api = BotApi(Caller("telegram", silent), shop.api.guard, shop.desk.token)
                update = evolve(update, counter=TelegramCounter(api, WELL_KNOWN, SECRET))
            checkout = shop.desk.pay(payment.link, shop.desk.join("Anna"))
            attempt, headers = attempt_of(shop)
            time = asyncio.get_running_loop().time
            began = time()
            if answers:
                assert await update(attempt, headers)
                assert time() - began == PATIENCE_SECONDS
                assert checkout.why == ENGLISH[Objection.UNSURE]
            else:
                with pytest.raises(ProviderUnclear, match="no answer in 4 s"):
                    await update(attempt, headers)
                assert time() - began == PATIENCE_SECONDS + AT_ONCE_SECONDS
                assert time() - began < PATIENCE.total_seconds()
                assert checkout.outcome is Outcome.WAITING

    run_virtually(story())


def attempt_of(shop: Shop) -> tuple[bytes, dict[str, str]]:
    """What Telegram told last, as it comes."""
    told = shop.desk.deliveries[-1]
    return told.body, {name.lower(): value for name, value in told.headers.items()}


async def test_an_answer_that_comes_too_late_is_done_with(shop: Shop) -> None:
    """Nobody is charged, and Telegram need not come again with it."""
    payment = await shop.opened()
    checkout = shop.desk.pay(payment.link, shop.desk.join("Anna"))
    shop.house.clock.advance(seconds=10)
    for _ in range(2):
        assert await shop.tell(shop.desk.deliveries[-1])
    assert checkout.outcome is Outcome.LATE
    assert shop.desk.stars.charges == {}
    assert await shop.now(payment) == payment


async def test_asked_again_nobody_is_charged_again(shop: Shop) -> None:
    """Telegram may come with the same attempt any number of times, before and after."""
    payment = await shop.opened()
    shop.desk.pay(payment.link, shop.desk.join("Anna"))
    attempt = shop.desk.deliveries[-1]
    for _ in range(3):
        assert await shop.tell(attempt)
    await shop.hear()
    assert await shop.tell(attempt)
    assert shop.desk.calls.count(ANSWER) == 5
    assert len(shop.desk.stars.charges) == len(await shop.came(payment)) == 1


@pytest.mark.parametrize("fault", list(Fault))
async def test_an_answer_in_doubt_is_given_again(shop: Shop, fault: Fault) -> None:
    """When Telegram comes again with it; whatever became of the first, one charge is made."""
    payment = await shop.opened()
    checkout = shop.desk.pay(payment.link, shop.desk.join("Anna"))
    shop.desk.faults.plan(ANSWER, fault)
    attempt = shop.desk.deliveries[-1]
    with pytest.raises(Unavailable):
        await shop.tell(attempt)
    assert (checkout.outcome is Outcome.PAID) == fault.happens
    assert await shop.tell(attempt)
    assert checkout.outcome is Outcome.PAID
    await shop.hear()
    assert len(await shop.came(payment)) == 1


async def test_a_breaker_does_not_stand_before_the_answer(shop: Shop) -> None:
    """Telegram has just asked, so it is there, whatever became of other calls."""
    payment = await shop.opened()
    shop.api.guard.trip()
    with pytest.raises(CircuitOpen):
        await shop.read_feed()
    checkout = shop.desk.pay(payment.link, shop.desk.join("Anna"))
    assert await shop.tell(shop.desk.deliveries[-1])
    assert checkout.outcome is Outcome.PAID


async def test_what_is_not_about_a_payment_is_left_to_others(shop: Shop) -> None:
    """It is neither answered nor kept."""
    anna = shop.desk.join("Anna")
    shop.desk.say(anna, "/start")
    shop.desk.refund_outside(charge(shop.desk, (await shop.opened()).link, anna).id)
    greeting, _, paid, refunded = shop.desk.deliveries
    shop.desk.calls.clear()
    assert not await shop.tell(greeting)
    assert await shop.house.read() == 0
    assert shop.desk.calls == []
    assert await shop.tell(paid)
    assert await shop.tell(refunded)
    assert await shop.house.read() == 2


# Money that moved is kept, whatever we think of it now.


async def test_a_charge_of_a_way_that_is_not_taken_any_more_is_kept(shop: Shop) -> None:
    """We said yes, and began anew without it: the charge waits until it is taken again."""
    payment = await shop.opened(Money.parse("500", RUB))
    charge(shop.desk, payment.link, shop.desk.join("Anna"))
    by_method: Any = shop.house.gateways.by_method
    cards = by_method.pop(CARDS)
    for _ in range(2):
        assert await shop.tell(shop.desk.deliveries[-1])
    assert await shop.house.read() == 0
    for seconds in (5, 30, 120, 600, 3600):
        shop.house.clock.advance(seconds=seconds)
        assert await shop.house.read() == 0
    calls = [each for each in await shop.house.told() if each.name == "notice.unread"]
    assert [each.facts["method"] for each in calls] == [CARDS]
    by_method[CARDS] = cards
    shop.house.clock.advance(hours=1)
    assert await shop.house.read() == 1
    assert (await shop.now(payment)).state is State.SETTLED
    await shop.house.sound()


async def test_a_charge_that_cannot_be_made_out_is_kept(shop: Shop) -> None:
    """In a currency that nobody counts here, or with something missing; a person is called."""
    link = link_of_another(shop.desk, Money(100, Asset("EUR", 2)))
    charge(shop.desk, link, shop.desk.join("Anna"))
    assert await shop.tell(shop.desk.deliveries[-1])
    assert await shop.house.read() == 0
    (notice,) = await shop.house.notices.waiting(shop.house.clock.now() + HOUR, 9)
    assert "currency" in notice.outcome


async def test_more_than_can_be_kept_is_refused(shop: Shop) -> None:
    """Nothing that Telegram sends is that long."""
    link = link_of_another(shop.desk, Money(100, XTR))
    charge(shop.desk, link, shop.desk.join("Anna"))
    told = shop.desk.deliveries[-1]
    with pytest.raises(NoticeUnreadable):
        await shop.tell(evolve(told, body=told.body + b" " * RAW_MAX))
    assert await shop.house.read() == 0
