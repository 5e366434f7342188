"""Refunds of Heleket: asked for once, in its own words, and never where it is not certain."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve, field, frozen

from altyn.adapters.heleket import HeleketGateway, Merchant
from altyn.adapters.heleket.wire import REFUND_STAGES
from altyn.adapters.http import Answer
from altyn.adapters.memory import ManualClock
from altyn.core.errors import Unavailable
from altyn.core.money import TON, Money
from altyn.core.payments import Arrival, Payment, Refund, RefundStage, RefundState, Returning
from altyn.entrypoints.sandbox import HeleketDesk
from altyn.entrypoints.sandbox.heleket_wire import signature
from altyn.entrypoints.testkit.gateway import Call, House, Trouble, fifths, order_of, wish_of
from tests.unit.heleket_outside import PATHS, AtTheDesk, DeskOutside, gateway_of, house_of

INFO, REFUND = PATHS[Call.INQUIRE], PATHS[Call.REFUND]


@frozen
class Line(AtTheDesk):
    """The way to the desk, on which one sees what passes, and may put in another answer."""

    asked: list[tuple[str, bytes, str]] = field(factory=list, init=False)
    instead: dict[str, Answer] = field(factory=dict, init=False)

    async def __call__(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer."""
        self.asked.append((path, body, (headers or {})["sign"]))
        if path in self.instead:
            return self.instead[path]
        return await super().__call__(method, path, body=body, headers=headers)

    def of(self, path: str) -> list[dict[str, Any]]:
        """What was asked there."""
        return [json.loads(body) for asked, body, _ in self.asked if asked == path]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> HeleketDesk:
    return HeleketDesk(clock)


@pytest.fixture
def line(desk: HeleketDesk) -> Line:
    return Line(desk)


@pytest.fixture
def gateway(desk: HeleketDesk, line: Line, clock: ManualClock) -> HeleketGateway:
    return gateway_of(desk, line, clock)


@pytest.fixture
def outside(desk: HeleketDesk, clock: ManualClock) -> DeskOutside:
    return DeskOutside(desk, clock)


@pytest.fixture
def house(gateway: HeleketGateway, clock: ManualClock) -> House:
    return house_of(gateway, clock)


async def paid(house: House, outside: DeskOutside, times: int = 1) -> tuple[Payment, list[Arrival]]:
    """Somebody paid, so often, and each time was noted."""
    payment = await house.open(order_of(outside))
    for _ in range(times):
        outside.pay(payment, payment.asked)
        payment = await house.check(payment.id)
    return payment, list(await house.arrivals.of(payment.id))


async def later(house: House, outside: DeskOutside, refund: Refund) -> Refund:
    """The refund, when it was looked at again."""
    outside.pass_time(timedelta(minutes=10))
    await house.poll_refunds()
    return await house.refunds.get(refund.id)


async def test_he_is_told_how_much_where_to_and_of_what(
    house: House, outside: DeskOutside, line: Line, desk: HeleketDesk
) -> None:
    """By his own name for the invoice, signed with the key for payouts, the fee being ours."""
    payment, (arrival,) = await paid(house, outside)
    refund = await house.ask_back(wish_of(outside, arrival, fifths(outside, 2)))
    await house.carry_out(refund.id)
    assert line.of(REFUND) == [
        {
            "uuid": payment.provider_id,
            "address": outside.address,
            "amount": "2.000000",
            "is_subtract": True,
        }
    ]
    _, body, sign = line.asked[-1]
    assert sign == signature(body, desk.payout_key)


async def test_without_the_key_for_payouts_nothing_goes_back(gateway: HeleketGateway) -> None:
    """Which is said before anybody hopes for it; with it, it is a secret like the other."""
    poor = Merchant(id="m", payment_key="one-secret")
    assert evolve(gateway, merchant=poor).returning is Returning.NEVER
    assert gateway.returning is Returning.ONCE
    rich = evolve(poor, payout_key="another-secret")
    assert "secret" not in repr(evolve(gateway, merchant=rich))


async def test_it_has_to_be_said_where_it_goes(
    house: House, outside: DeskOutside, line: Line
) -> None:
    """Not to whoever sent it: that may be an exchange. He is not even asked."""
    payment, (arrival,) = await paid(house, outside)
    before = len(line.asked)
    refund = await house.ask_back(evolve(wish_of(outside, arrival), to=""))
    refund = await house.carry_out(refund.id)
    assert (refund.state, len(line.asked)) == (RefundState.FAILED, before)
    assert "address" in refund.told
    assert (await house.payments.get(payment.id)).credited == payment.asked


async def test_a_wrong_key_is_told_as_such(
    house: House, outside: DeskOutside, desk: HeleketDesk
) -> None:
    """With his words, and without the key."""
    _, (arrival,) = await paid(house, outside)
    ours, desk.payout_key = desk.payout_key, "another"
    refund = await house.ask_back(wish_of(outside, arrival))
    refund = await house.carry_out(refund.id)
    assert refund.state is RefundState.FAILED
    assert "Wrong key" in refund.told
    assert ours not in refund.told


@pytest.mark.parametrize("trouble", list(Trouble))
async def test_who_cannot_be_asked_about_it_is_not_asked_for_it(
    house: House, outside: DeskOutside, line: Line, trouble: Trouble
) -> None:
    """Nothing was sent, so it is tried again."""
    _, (arrival,) = await paid(house, outside)
    refund = await house.ask_back(wish_of(outside, arrival))
    outside.trouble(Call.INQUIRE_REFUND, trouble)
    refund = await house.carry_out(refund.id)
    assert (refund.state, line.of(REFUND)) == (RefundState.DUE, [])
    assert (await later(house, outside, refund)).state is RefundState.ACCEPTED
    assert len(line.of(REFUND)) == 1


@pytest.mark.parametrize("status", sorted(REFUND_STAGES))
async def test_what_was_refunded_before_is_not_refunded_again(
    house: House, outside: DeskOutside, desk: HeleketDesk, line: Line, status: str
) -> None:
    """Also where that failed: a person looks at what became of it there."""
    payment, (arrival,) = await paid(house, outside)
    desk.invoices[payment.id.hex]["status"] = status
    refund = await house.ask_back(wish_of(outside, arrival))
    refund = await house.carry_out(refund.id)
    assert (refund.state, line.of(REFUND)) == (RefundState.FAILED, [])
    assert status in refund.told


@pytest.mark.parametrize(
    "members", [{"payer_currency": "TON"}, {"payment_amount": "4.999999"}], ids=str
)
async def test_nothing_else_goes_back_than_what_came(
    house: House, outside: DeskOutside, desk: HeleketDesk, line: Line, members: dict[str, str]
) -> None:
    """An amount has no coin of its own in his words, so his coin has to be ours."""
    payment, (arrival,) = await paid(house, outside)
    desk.invoices[payment.id.hex].update(members)
    refund = await house.ask_back(wish_of(outside, arrival))
    refund = await house.carry_out(refund.id)
    assert (refund.state, line.of(REFUND)) == (RefundState.FAILED, [])
    assert "it says that" in refund.told


async def test_another_asset_goes_back_as_it_came(
    house: House, outside: DeskOutside, desk: HeleketDesk
) -> None:
    """Out of the drawer."""
    payment = await house.open(order_of(outside))
    outside.pay(payment, Money(3_000_000_000, TON))
    await house.check(payment.id)
    (held,) = await house.arrivals.held(10)
    refund = await house.ask_back(wish_of(outside, held))
    await house.carry_out(refund.id)
    assert [str(each.amount) for each in desk.refunds.begun] == ["3.000000000"]


@pytest.mark.parametrize("wrong", [{"uuid": "another"}, {"payment_amount": None}], ids=str)
async def test_an_answer_that_makes_no_sense_is_none(
    house: House, outside: DeskOutside, desk: HeleketDesk, line: Line, wrong: dict[str, Any]
) -> None:
    """It is asked about again before anything is sent."""
    payment, (arrival,) = await paid(house, outside)
    invoice = {**desk.invoices[payment.id.hex], **wrong}
    said = json.dumps({"state": 0, "result": invoice}).encode()
    line.instead[INFO] = Answer(200, {}, said)
    refund = await house.ask_back(wish_of(outside, arrival))
    refund = await house.carry_out(refund.id)
    assert (refund.state, line.of(REFUND)) == (RefundState.DUE, [])


async def test_what_he_does_not_know_does_not_go_back(
    house: House, outside: DeskOutside, line: Line
) -> None:
    """Nothing was sent, and nothing will be."""
    payment, (arrival,) = await paid(house, outside)
    refund = await house.ask_back(wish_of(outside, arrival))
    outside.forget(payment)
    refund = await house.carry_out(refund.id)
    assert (refund.state, line.of(REFUND)) == (RefundState.FAILED, [])


@pytest.mark.parametrize(
    ("status", "said", "state"),
    [
        (200, {"state": 0, "result": []}, RefundState.ACCEPTED),
        (200, {"state": 0, "result": {}}, RefundState.ACCEPTED),
        (200, {"state": 1, "message": "Not enough funds"}, RefundState.FAILED),
        (401, {"state": 1, "message": "Wrong key"}, RefundState.FAILED),
        (422, {"state": 1, "errors": {"address": ["validation.min"]}}, RefundState.FAILED),
        (404, {"state": 1, "message": "Not found"}, RefundState.FAILED),
        (200, {"state": 0}, RefundState.UNKNOWN),
        (200, {}, RefundState.UNKNOWN),
        (302, {}, RefundState.UNKNOWN),
        (408, {"state": 1}, RefundState.UNKNOWN),
        (429, {"state": 1}, RefundState.UNKNOWN),
        (500, {"state": 1, "message": "Server error, #1"}, RefundState.UNKNOWN),
        (404, "not JSON of his", RefundState.UNKNOWN),
    ],
)
async def test_only_a_no_is_a_no(
    house: House, outside: DeskOutside, line: Line, status: int, said: object, state: RefundState
) -> None:
    """A yes is one, and everything else is doubt."""
    _, (arrival,) = await paid(house, outside)
    line.instead[REFUND] = Answer(status, {}, json.dumps(said).encode())
    refund = await house.ask_back(wish_of(outside, arrival))
    assert (await house.carry_out(refund.id)).state is state


async def test_a_yes_is_remembered_until_he_shows_it(
    house: House, outside: DeskOutside, line: Line
) -> None:
    """He said that he does it; that his list is behind makes it no doubt."""
    _, (arrival,) = await paid(house, outside)
    line.instead[REFUND] = Answer(200, {}, b'{"state":0,"result":[]}')
    refund = await house.ask_back(wish_of(outside, arrival))
    await house.carry_out(refund.id)
    assert (await later(house, outside, refund)).state is RefundState.ACCEPTED


async def test_a_doubt_that_he_does_not_clear_up_is_not_asked_away(
    house: House, outside: DeskOutside, line: Line, desk: HeleketDesk
) -> None:
    """He does it, his answer is lost, and what he shows is behind: he is not asked again."""
    payment, (arrival,) = await paid(house, outside)
    behind = {"state": 0, "result": dict(desk.invoices[payment.id.hex])}
    line.instead[INFO] = Answer(200, {}, json.dumps(behind).encode())
    outside.trouble(Call.REFUND, Trouble.AFTER)
    refund = await house.ask_back(wish_of(outside, arrival, fifths(outside, 2)))
    await house.carry_out(refund.id)
    for _ in range(3):
        refund = await later(house, outside, refund)
    assert (refund.state, len(line.of(REFUND))) == (RefundState.UNKNOWN, 1)
    assert outside.sent_back() == refund.amount


@pytest.mark.parametrize("status", ["paid", "locked", "something_new", *sorted(REFUND_STAGES)])
async def test_what_became_of_it_is_what_he_says_of_the_invoice(
    house: House, gateway: HeleketGateway, outside: DeskOutside, desk: HeleketDesk, status: str
) -> None:
    """A status that is about something else says nothing of it."""
    payment, (arrival,) = await paid(house, outside)
    refund = await house.ask_back(wish_of(outside, arrival))
    desk.invoices[payment.id.hex]["status"] = status
    expected = {
        "refund_process": RefundStage.ACCEPTED,
        "refund_paid": RefundStage.DONE,
        "refund_fail": RefundStage.FAILED,
    }
    stage = await gateway.inquire_refund(refund, arrival)
    assert stage is expected.get(status, RefundStage.NOTHING)
    outside.forget(payment)
    with pytest.raises(Unavailable):
        await gateway.inquire_refund(refund, arrival)


@pytest.mark.parametrize("part", [0, 1])
async def test_each_part_of_an_invoice_may_be_the_one_that_goes_back(
    house: House, outside: DeskOutside, line: Line, part: int
) -> None:
    """He has one name for both, and is told how much."""
    payment, arrivals = await paid(house, outside, times=2)
    refund = await house.ask_back(wish_of(outside, arrivals[part]))
    refund = await house.carry_out(refund.id)
    assert refund.state is RefundState.ACCEPTED
    (asked,) = line.of(REFUND)
    assert (asked["uuid"], asked["amount"]) == (payment.provider_id, "5.000000")
    outside.finish_refunds(paid=True)
    assert (await later(house, outside, refund)).state is RefundState.DONE


@pytest.mark.parametrize("part", [0, 1])
@pytest.mark.parametrize("status", sorted(REFUND_STAGES))
async def test_the_refund_of_one_part_is_not_taken_for_that_of_another(
    house: House,
    gateway: HeleketGateway,
    outside: DeskOutside,
    desk: HeleketDesk,
    status: str,
    part: int,
) -> None:
    """His words are for both; only whoever heard a yes knows that it was for him."""
    payment, arrivals = await paid(house, outside, times=2)
    asked = await house.ask_back(wish_of(outside, arrivals[part]))
    desk.invoices[payment.id.hex]["status"] = status
    doubtful = evolve(asked, state=RefundState.UNKNOWN)
    with pytest.raises(Unavailable):
        await gateway.inquire_refund(doubtful, arrivals[part])
    accepted = evolve(asked, state=RefundState.ACCEPTED)
    assert await gateway.inquire_refund(accepted, arrivals[part]) is REFUND_STAGES[status]
    desk.invoices[payment.id.hex]["status"] = "paid_over"
    assert await gateway.inquire_refund(doubtful, arrivals[part]) is RefundStage.NOTHING
