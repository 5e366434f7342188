"""Heleket's list: read to its end, or not believed."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from altyn.adapters.heleket import HeleketGateway
from altyn.adapters.heleket.listing import PAGES_MAX
from altyn.adapters.memory import ManualClock
from altyn.core.errors import Unavailable
from altyn.core.money import USDT, Money
from altyn.core.payments import Line, PaymentId, Uncounted
from altyn.entrypoints.sandbox import HeleketDesk
from altyn.entrypoints.testkit.gateway import Call, Trouble, order_of
from tests.unit.heleket_outside import AtTheDesk, DeskOutside, Says, gateway_of, house_of

SINCE = datetime(2026, 1, 1, 12, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=1)
ORDER = PaymentId(UUID(int=7))


def invoice(**members: Any) -> dict[str, Any]:
    """One that was paid that day, as he lists it."""
    return {
        "uuid": "u-1",
        "order_id": ORDER.hex,
        "status": "paid",
        "is_final": True,
        "payment_amount": "5.00",
        "payer_currency": "USDT",
        "created_at": "2026-01-01T15:30:00+03:00",
        "updated_at": "2026-01-01T16:00:00+03:00",
        **members,
    }


def page(*items: Any, following: str | None = None) -> dict[str, Any]:
    """A page of his list."""
    return {"items": list(items), "paginate": {"nextCursor": following}}


def said_by(*pages: Any) -> tuple[HeleketGateway, Says]:
    """A gateway to somebody who lists that."""
    clock = ManualClock()
    says = Says(*pages)
    return gateway_of(HeleketDesk(clock), says, clock), says


async def all_of(pages: AsyncIterator[Sequence[Line | Uncounted]]) -> list[Line]:
    """What is on all pages, all of which can be counted."""
    lines = [line async for each in pages for line in each]
    assert not any(isinstance(line, Uncounted) for line in lines)
    return [line for line in lines if isinstance(line, Line)]


CAME = Line(
    key="u-1",
    amount=Money(5_000_000, USDT),
    at=SINCE + timedelta(hours=1),
    payment=ORDER,
)


async def test_he_is_asked_in_his_own_words() -> None:
    """By Moscow, from long before, and page by page with the name he gave the next one."""
    gateway, says = said_by(page(invoice(), following="a/b+c="), page())
    assert await all_of(gateway.lines(SINCE, UNTIL)) == [CAME]
    urls = [urlsplit(path) for path, _ in says.asked]
    assert {url.path for url in urls} == {"/v1/payment/list"}
    assert [parse_qs(url.query) for url in urls] == [{}, {"cursor": ["a/b+c="]}]
    for _, body in says.asked:
        assert json.loads(body) == {
            "date_from": "2025-12-18 15:00:00",
            "date_to": "2026-01-02 15:00:01",
        }


@pytest.mark.parametrize(
    ("members", "hours"),
    [
        ({"status": "check", "is_final": False}, []),
        ({"status": "confirm_check", "is_final": False}, []),
        ({"status": "cancel"}, []),
        ({"status": "paid", "is_final": False}, []),
        ({"status": "wrong_amount"}, [(1, False)]),
        ({"status": "refund_process"}, [(0.5, False)]),
        ({"status": "refund_fail"}, [(0.5, False)]),
        ({"status": "refund_paid"}, [(0.5, False), (1, True)]),
        ({"created_at": "2025-12-20T10:00:00+03:00"}, [(1, False)]),
        ({"updated_at": "2026-01-02T14:59:59+03:00"}, [(24 - 1 / 3600, False)]),
        ({"updated_at": "2026-01-02T15:00:00+03:00"}, []),
        ({"updated_at": "2026-01-01T14:59:59+03:00"}, []),
        ({"status": "refund_paid", "updated_at": "2026-01-05T10:00:00+03:00"}, [(0.5, False)]),
        ({"status": "refund_paid", "created_at": "2025-12-30T10:00:00+03:00"}, [(1, True)]),
    ],
    ids=str,
)
async def test_each_thing_is_listed_when_it_happened(
    members: dict[str, Any], hours: list[tuple[float, bool]]
) -> None:
    """What came for good, and what went back; the end of the time is no part of it."""
    gateway, _ = said_by(page(invoice(**members)))
    lines = await all_of(gateway.lines(SINCE, UNTIL))
    told = [(line.at, line.back) for line in lines]
    assert told == [(SINCE + timedelta(hours=each), back) for each, back in hours]
    assert all((line.key, line.amount) == (CAME.key, CAME.amount) for line in lines)


async def test_what_is_not_ours_is_listed_without_a_payment() -> None:
    """Another shop of the merchant names its orders as it likes."""
    gateway, _ = said_by(page(invoice(order_id="shop-7"), invoice(uuid="u-2", order_id=None)))
    lines = await all_of(gateway.lines(SINCE, UNTIL))
    assert [line.payment for line in lines] == [None, None]


async def test_what_slides_onto_the_next_page_is_listed_once() -> None:
    """Somebody was asked for money while we read."""
    pages = page(invoice(), following="2"), page(invoice(), invoice(uuid="u-2"))
    gateway, _ = said_by(*pages)
    lines = await all_of(gateway.lines(SINCE, UNTIL))
    assert [line.key for line in lines] == ["u-1", "u-2"]


@pytest.mark.parametrize(
    "pages",
    [
        [page(invoice(), following="2"), page(invoice(), following="3")],
        [page(invoice(), following="2"), page(invoice())],
        [page(invoice(), following="2"), page(invoice(uuid="u-2"), following="2")],
        [page(following="2"), page(following="2")],
        [page(invoice(), following="2"), {"items": []}],
        [page(invoice(), following="2"), {"paginate": {}}],
        [page(invoice(), following="2"), []],
        [page(following="two\nlines")],
        [{"items": [], "paginate": {"nextCursor": 7}}],
        [page("u-1")],
        [page(invoice(uuid=None))],
        [page(invoice(updated_at=None))],
        [page(invoice(created_at="yesterday"))],
        [page(invoice(payment_amount="much"))],
    ],
    ids=str,
)
async def test_a_list_that_is_not_whole_is_not_believed(pages: list[Any]) -> None:
    """What was read of it may be looked at, but there is no end at which it is taken for all."""
    gateway, says = said_by(*pages)
    with pytest.raises(Unavailable):
        await all_of(gateway.lines(SINCE, UNTIL))
    assert len(says.asked) == len(pages)


async def test_he_does_not_lead_us_on_for_ever() -> None:
    """However new each page looks."""
    gateway, says = said_by(*(page(following=str(number)) for number in range(PAGES_MAX + 10)))
    with pytest.raises(Unavailable):
        await all_of(gateway.lines(SINCE, UNTIL))
    assert len(says.asked) == PAGES_MAX


@pytest.mark.parametrize("trouble", list(Trouble))
async def test_a_list_that_breaks_off_is_none(trouble: Trouble) -> None:
    """Also in the middle."""
    clock = ManualClock()
    desk = HeleketDesk(clock)
    gateway, outside = gateway_of(desk, AtTheDesk(desk), clock), DeskOutside(desk, clock)
    house = house_of(gateway, clock)
    for _ in range(5):
        payment = await house.open(order_of(outside))
        outside.pay(payment, payment.asked)
    pages = gateway.lines(SINCE, UNTIL)
    assert [len(await anext(pages)) for _ in range(2)] == [2, 2]
    outside.trouble(Call.LIST, trouble)
    with pytest.raises(Unavailable):
        await anext(pages)
