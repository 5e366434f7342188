"""Heleket in this process: the gateway passes the contract, and believes no nonsense."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from altyn.adapters.heleket import HeleketGateway
from altyn.adapters.heleket.api import result_of
from altyn.adapters.heleket.wire import STAGES, Unintelligible, report_of
from altyn.adapters.http import Answer
from altyn.adapters.memory import ManualClock
from altyn.core.errors import AltynError
from altyn.core.money import USDT, WELL_KNOWN, Money
from altyn.core.payments import (
    Inflow,
    NoticeUnreadable,
    ProviderRefused,
    ProviderUnclear,
    Stage,
    State,
    Uncounted,
)
from altyn.entrypoints.sandbox import HeleketDesk
from altyn.entrypoints.testkit.gateway import Call, GatewayContract, House, Trouble, order_of
from tests.unit.heleket_outside import AtTheDesk, DeskOutside, Says, gateway_of, house_of


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> HeleketDesk:
    return HeleketDesk(clock)


@pytest.fixture
def gateway(desk: HeleketDesk, clock: ManualClock) -> HeleketGateway:
    return gateway_of(desk, AtTheDesk(desk), clock)


@pytest.fixture
def outside(desk: HeleketDesk, clock: ManualClock) -> DeskOutside:
    return DeskOutside(desk, clock)


@pytest.fixture
def house(gateway: HeleketGateway, clock: ManualClock) -> House:
    return house_of(gateway, clock)


class TestHeleketGateway(GatewayContract):
    """Every sentence, without a wire."""

    @pytest.fixture
    def gateway(self, desk: HeleketDesk, clock: ManualClock) -> HeleketGateway:
        return gateway_of(desk, AtTheDesk(desk), clock)

    @pytest.fixture
    def outside(self, desk: HeleketDesk, clock: ManualClock) -> DeskOutside:
        return DeskOutside(desk, clock)

    @pytest.fixture
    def house(self, gateway: HeleketGateway, clock: ManualClock) -> House:
        return house_of(gateway, clock)


async def test_an_invoice_that_is_opened_late_does_not_wait_longer(
    desk: HeleketDesk, clock: ManualClock, outside: DeskOutside, house: House
) -> None:
    """It ends with the rate of its quote, or as soon after as he allows."""
    longer = []
    for minutes in (0, 40, 58):
        outside.trouble(Call.OPEN, Trouble.BEFORE)
        await house.open(order := order_of(outside))
        clock.advance(minutes=minutes)
        payment = await house.open(order)
        longer.append(desk.invoices[order.id.hex]["expired_at"] - payment.expires_at.timestamp())
    assert longer == [0, 0, 180]


async def test_an_old_invoice_with_other_terms_is_not_ours(
    desk: HeleketDesk, outside: DeskOutside, house: House
) -> None:
    """Whoever gave it our id: the payer is not sent there."""
    for name, value in (("amount", "4.000000"), ("currency", "TON")):
        outside.trouble(Call.OPEN, Trouble.AFTER)
        await house.open(order := order_of(outside))
        desk.invoices[order.id.hex][name] = value
        payment = await house.open(order)
        assert (payment.state, payment.link) == (State.FAILED, "")
        assert "other terms" in payment.told


async def test_an_invoice_that_cannot_be_kept_leaves_us_in_doubt(
    desk: HeleketDesk, outside: DeskOutside, house: House
) -> None:
    """There is one, so it has not failed."""
    for name, value in (("uuid", "u" * 129), ("url", "https://" + "x" * 2048), ("url", "")):
        outside.trouble(Call.OPEN, Trouble.AFTER)
        await house.open(order := order_of(outside))
        desk.invoices[order.id.hex][name] = value
        assert (await house.open(order)).state is State.UNKNOWN


async def test_a_notice_with_a_name_too_long_is_unreadable(
    desk: HeleketDesk, gateway: HeleketGateway
) -> None:
    """It is not cut, or two of them might be taken for one; asking finds what came."""
    for name in ("u" * 257, "u" * 220):
        with pytest.raises(NoticeUnreadable):
            gateway.prove(desk.test_notice(uuid=name, payment_amount="1" * 40), {})
    for wrong in ({"type": "payout"}, {"uuid": ""}, {"status": 7}):
        with pytest.raises(NoticeUnreadable):
            gateway.prove(desk.test_notice(**wrong), {})


def invoice(**members: Any) -> dict[str, Any]:
    """One that was paid, as he shows it."""
    return {
        "uuid": "u-1",
        "status": "paid",
        "is_final": True,
        "payment_amount": "5.00000000",
        "payer_currency": "USDT",
        "from": "TSender",
        "updated_at": "2026-01-01T15:30:00+03:00",
        **members,
    }


NOW = datetime(2026, 1, 1, 13, tzinfo=UTC)


@pytest.mark.parametrize("status", sorted({*STAGES, "something_new"}))
def test_only_what_is_here_for_good_is_reported(status: str) -> None:
    """A status that nobody knows is not final; nor is one that he says is not."""
    report = report_of(invoice(status=status), WELL_KNOWN, NOW)
    assert [each.amount.units for each in report.inflows] == [5_000_000] * (
        status in {"paid", "paid_over", "wrong_amount"} or status.startswith("refund")
    )
    if not status.startswith("refund"):
        open_still = report_of(invoice(status=status, is_final=False), WELL_KNOWN, NOW)
        assert open_still.inflows == ()
        assert open_still.stage is not Stage.CLOSED


def test_what_came_is_told_in_our_words() -> None:
    """When and from whom, as far as that can be kept."""
    (inflow,) = report_of(invoice(), WELL_KNOWN, NOW).inflows
    assert inflow == Inflow(
        key="u-1",
        amount=Money(5_000_000, USDT),
        at=NOW - timedelta(minutes=30),
        sender="TSender",
    )
    for sender, kept in (("x" * 300, "x" * 256), ("a\nb", ""), (None, ""), (7, "")):
        (inflow,) = report_of(invoice(**{"from": sender}), WELL_KNOWN, NOW).inflows
        assert inflow.sender == kept
    for moment in (None, "yesterday", "2026-01-01T15:30:00"):
        (inflow,) = report_of(invoice(updated_at=moment), WELL_KNOWN, NOW).inflows
        assert inflow.at == NOW
    made = {"created_at": "2026-01-01T15:00:00+03:00", "status": "refund_paid"}
    (inflow,) = report_of(invoice(**made), WELL_KNOWN, NOW).inflows
    assert inflow.at == NOW - timedelta(hours=1)  # it did not come when it went back


@pytest.mark.parametrize(
    "wrong",
    [
        {"payment_amount": None},
        {"payment_amount": "0"},
        {"payment_amount": "-5"},
        {"payment_amount": True},
        {"payment_amount": 5.0},
        {"payment_amount": "NaN"},
        {"payer_currency": None},
        {"uuid": ""},
        {"uuid": "u" * 257},
        {"status": None},
        {"status": ["paid"]},
    ],
)
def test_what_cannot_be_understood_is_no_amount(wrong: dict[str, Any]) -> None:
    """It is neither guessed nor taken for nothing."""
    with pytest.raises(Unintelligible):
        report_of(invoice(**wrong), WELL_KNOWN, NOW)


@pytest.mark.parametrize(
    ("members", "units", "rest"),
    [
        ({"payment_amount": "5.00000012"}, 5_000_000, "0.00000012 of 5.00000012 USDT"),
        ({"payment_amount": "5.00000000"}, 5_000_000, ""),
        ({"payment_amount": "0.0000004"}, 0, "0.0000004 of 0.0000004 USDT"),
        ({"payment_amount": "9" * 40}, 0, f"{'9' * 40} USDT"),
        ({"payer_currency": "DOGE"}, 0, "5 DOGE"),
        ({"payer_currency": "D" * 99}, 0, f"5 {'D' * 20}"),
        ({"payment_amount": "1.50", "payer_currency": "XTR"}, 1, "0.5 of 1.5 XTR"),
    ],
    ids=str,
)
def test_what_our_books_cannot_say_is_told_in_his_words(
    members: dict[str, Any], units: int, rest: str
) -> None:
    """An asset that we do not know, more than we can count, or finer: nothing is rounded away."""
    report = report_of(invoice(**members), WELL_KNOWN, NOW)
    assert sum(each.amount.units for each in report.inflows) == units
    assert [each.said for each in report.uncounted] == [rest] * bool(rest)
    keys = [each.key for each in report.inflows] + [each.key for each in report.uncounted]
    assert set(keys) == {"u-1"}
    assert {each.at for each in report.uncounted} <= {NOW - timedelta(minutes=30)}


async def test_a_payer_is_offered_the_coin_that_was_asked_for(
    desk: HeleketDesk, clock: ManualClock, outside: DeskOutside, house: House
) -> None:
    """On whatever network; of any other there would be no rate, and of most no books."""
    says = Says({"uuid": "u", "url": "https://pay", "amount": "5", "currency": "USDT"})
    payment = await house.open(order_of(outside))
    await gateway_of(desk, says, clock).open(payment)
    ((_, body),) = says.asked
    assert json.loads(body)["currencies"] == [{"currency": "USDT"}]


async def test_what_a_stranger_pays_in_an_unknown_coin_is_found(
    gateway: HeleketGateway, desk: HeleketDesk
) -> None:
    """As what it is, under his name for it."""
    desk.sell("somebody-else-1", "0.01", "BTC")
    (found,) = await gateway.find(gateway.prove(desk.notices[-1], {}))
    assert isinstance(found, Uncounted)
    assert found.said == "0.01 BTC"


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        (200, {"state": 0}, ProviderUnclear),
        (200, {"state": 0, "result": None}, ProviderUnclear),
        (200, {"result": {"uuid": "u"}}, ProviderUnclear),
        (200, {"state": 1, "message": "You are forbidden"}, ProviderRefused),
        (422, {"state": 1, "errors": {"amount": ["validation.required"]}}, ProviderRefused),
        (401, {"message": None}, ProviderRefused),
        (429, {"state": 1, "message": "slowly"}, ProviderUnclear),
        (500, {"state": 0, "result": {"uuid": "u"}}, ProviderUnclear),
        (302, {"state": 0, "result": {"uuid": "u"}}, ProviderUnclear),
        (200, ["state"], ProviderUnclear),
    ],
)
def test_no_result_is_a_no_a_nothing_or_a_doubt(
    status: int, said: object, kind: type[AltynError]
) -> None:
    """And doubt wherever it is not said which."""
    with pytest.raises(kind):
        result_of(Answer(status, {}, json.dumps(said).encode()))
    for unknown in (Answer(404, {}, b"{}"), Answer(200, {}, b'{"state":1,"message":"Not found"}')):
        assert result_of(unknown) is None


async def test_an_answer_of_another_shape_leaves_us_in_doubt(
    desk: HeleketDesk, clock: ManualClock, outside: DeskOutside, house: House
) -> None:
    """A list where an invoice was to be expected opens none, and tells of none."""
    gateway = gateway_of(desk, Says([]), clock)
    payment = await house.open(order_of(outside))
    for ask in (gateway.open, gateway.inquire):
        with pytest.raises(ProviderUnclear):
            await ask(payment)


async def test_codes_may_be_written_in_any_case(
    desk: HeleketDesk, outside: DeskOutside, house: House
) -> None:
    """`usdt` is USDT, on an invoice and in what came."""
    outside.trouble(Call.OPEN, Trouble.AFTER)
    await house.open(order := order_of(outside))
    desk.invoices[order.id.hex]["currency"] = "usdt"
    payment = await house.open(order)
    outside.pay(payment, payment.asked)
    desk.invoices[order.id.hex]["payer_currency"] = "Usdt"
    assert (await house.check(payment.id)).state is State.SETTLED


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("7", 7.0), ("9999", 300.0), ("9" * 6000, 300.0), ("soon", None), ("-1", None), ("", None)],
)
def test_he_may_ask_us_to_wait(told: str, seconds: float | None) -> None:
    """Not for ever, and in whatever words he does."""
    assert Answer(429, {"retry-after": told}, b"").retry_after_seconds == seconds
