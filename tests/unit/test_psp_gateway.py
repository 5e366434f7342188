"""A card provider in this process: the gateway passes the contract, and believes no nonsense."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from attrs import define, evolve

from altyn.adapters.http import Answer
from altyn.adapters.memory import ManualClock
from altyn.adapters.psp import Profile, PspGateway
from altyn.core.errors import Missing, Refused, Unavailable
from altyn.core.money import RUB, Money
from altyn.core.payments import (
    AmountOutOfBounds,
    Hint,
    NoticeForged,
    NoticeUnreadable,
    NotReturnable,
    Payment,
    ProviderRefused,
    ProviderUnclear,
    RefundStage,
    RefundState,
    Returning,
    State,
)
from altyn.core.resilience import BreakerPolicy, Guard
from altyn.entrypoints.sandbox import PspDesk
from altyn.entrypoints.testkit.gateway import (
    Call,
    GatewayContract,
    House,
    Trait,
    Trouble,
    fifths,
    order_of,
    wish_of,
)
from tests.unit.psp_outside import AtTheDesk, DeskOutside, gateway_of, house_of, profile_with

QUERY_BY_PAYMENT = {
    "query": 'method = "GET"\npath = "/v1/payments/{payment.id}"\nbody = "query"',
    "answers": 'code = "/error/code"\nmissing = ["not_found"]',
}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> PspDesk:
    return PspDesk(clock)


@pytest.fixture
def line(desk: PspDesk) -> AtTheDesk:
    return AtTheDesk(desk)


@pytest.fixture
def gateway(desk: PspDesk, line: AtTheDesk, clock: ManualClock) -> PspGateway:
    return gateway_of(desk, line, clock)


@pytest.fixture
def outside(desk: PspDesk, clock: ManualClock) -> DeskOutside:
    return DeskOutside(desk, clock)


@pytest.fixture
def house(gateway: PspGateway, clock: ManualClock) -> House:
    return house_of(gateway, clock)


class TestPspGateway(GatewayContract):
    """Every sentence, without a wire."""

    @pytest.fixture
    def gateway(self, desk: PspDesk, clock: ManualClock) -> PspGateway:
        return gateway_of(desk, AtTheDesk(desk), clock)

    @pytest.fixture
    def outside(self, desk: PspDesk, clock: ManualClock) -> DeskOutside:
        return DeskOutside(desk, clock)

    @pytest.fixture
    def house(self, gateway: PspGateway, clock: ManualClock) -> House:
        return house_of(gateway, clock)


class AtOnce(DeskOutside):
    """The same desk, where refunds do not wait."""

    traits = DeskOutside.traits - {Trait.REFUNDS_LATER}

    def __init__(self, desk: PspDesk, clock: ManualClock) -> None:
        super().__init__(desk, clock)
        desk.refunds_wait = False


class TestByItsOwnName(GatewayContract):
    """The same of a provider who is asked by his own names, and does refunds at once."""

    @pytest.fixture
    def gateway(self, desk: PspDesk, clock: ManualClock) -> PspGateway:
        return gateway_of(desk, AtTheDesk(desk), clock, profile_with(**QUERY_BY_PAYMENT))

    @pytest.fixture
    def outside(self, desk: PspDesk, clock: ManualClock) -> DeskOutside:
        return AtOnce(desk, clock)

    @pytest.fixture
    def house(self, gateway: PspGateway, clock: ManualClock) -> House:
        return house_of(gateway, clock)


# Opening.


async def test_the_bounds_are_taken_too(gateway: PspGateway) -> None:
    """The least and the most, and nothing beyond."""
    for units in (1000, 10_000_000):
        await gateway.accept(Money(units, RUB))
    for units in (999, 10_000_001):
        with pytest.raises(AmountOutOfBounds):
            await gateway.accept(Money(units, RUB))


def careful(desk: PspDesk, line: AtTheDesk, clock: ManualClock) -> PspGateway:
    """A provider who opens another payment each time he is asked."""
    desk.creates_are_single = False
    return gateway_of(desk, line, clock, profile_with(features="refunds_are_single = true"))


@pytest.mark.parametrize("trouble", list(Trouble))
async def test_who_opens_two_when_asked_twice_is_asked_once(
    desk: PspDesk,
    line: AtTheDesk,
    clock: ManualClock,
    outside: DeskOutside,
    trouble: Trouble,
) -> None:
    """He is asked what he has; what he may still be opening is not asked for again."""
    house = house_of(careful(desk, line, clock), clock)
    outside.trouble(Call.OPEN, trouble)
    payment = await house.open(order := order_of(outside))
    assert payment.state is State.UNKNOWN
    for _ in range(5):
        outside.pass_time(timedelta(seconds=40))
        await house.open(order)
        await house.poll()
    payment = await house.payments.get(order.id)
    assert desk.calls.count("create") == 1
    assert outside.invoices() == int(trouble.happens)
    assert payment.state is (State.PENDING if trouble.happens else State.UNKNOWN)
    assert bool(payment.link) is trouble.happens
    if not trouble.happens:
        assert "asked again it might open another" in payment.told
        outside.pass_time(timedelta(hours=2))
        await house.poll()
        assert (await house.payments.get(order.id)).state is State.EXPIRED


async def test_who_was_written_down_and_perhaps_asked_is_not_asked_later(
    desk: PspDesk, line: AtTheDesk, clock: ManualClock, outside: DeskOutside
) -> None:
    """We died in the middle: after the seconds in which it is sent, it is only looked for."""
    gateway = careful(desk, line, clock)
    payment = await house_of(gateway, clock).open(order_of(outside))
    begun = Payment.begun(payment.order, clock.now(), clock.now() + timedelta(hours=1), clock.now())
    desk.sales.clear()
    clock.advance(seconds=10)
    for doubtful in (begun, evolve(begun, state=State.UNKNOWN, created_at=clock.now())):
        with pytest.raises(ProviderUnclear, match="it might open another"):
            await gateway.open(doubtful)
    assert outside.invoices() == 0
    fresh = evolve(begun, created_at=clock.now() - timedelta(seconds=9))
    assert (await gateway.open(fresh)).link
    assert outside.invoices() == 1


@define
class Hasty(AtTheDesk):
    """The way to a provider whose first notice is here, and read, before he has answered."""

    house: House | None = None

    async def __call__(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer, in the end."""
        answer = await super().__call__(method, path, body=body, headers=headers)
        if method == "POST" and (house := self.house) is not None:
            self.house = None
            assert await house.take("example", *self.desk.notices[-1])
            assert await house.read() == 1
        return answer


@pytest.mark.parametrize("single", [True, False])
@pytest.mark.parametrize("trouble", [None, Trouble.SILENCE])
async def test_he_tells_us_before_he_answers(
    desk: PspDesk,
    clock: ManualClock,
    outside: DeskOutside,
    single: bool,
    trouble: Trouble | None,
) -> None:
    """Then we ask while he is still opening it: there is one all the same, and one page."""
    line = Hasty(desk)
    gateway = gateway_of(desk, line, clock) if single else careful(desk, line, clock)
    house = house_of(gateway, clock)
    order = order_of(outside)
    if trouble is None:
        line.house = house
        payment = await house.open(order)
    else:
        outside.trouble(Call.OPEN, trouble)
        assert (await house.open(order)).state is State.UNKNOWN
        assert await house.take("example", *desk.notices[-1])
        assert await house.read() == 1
        payment = await house.payments.get(order.id)
    assert (payment.state, outside.invoices()) == (State.PENDING, 1)
    assert payment.link == next(iter(desk.sales.values()))["checkout_url"]
    assert desk.calls.count("create") == (2 if single else 1)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("amount", {"value": "4999.99", "currency": "RUB"}),
        ("amount", {"value": "5000.00", "currency": "USD"}),
    ],
)
async def test_a_payment_with_other_terms_is_not_ours(
    house: House, outside: DeskOutside, line: AtTheDesk, member: str, value: object
) -> None:
    """Whoever gave it our id: the payer is not sent there."""
    order = order_of(outside)
    line.instead["POST /v1/payments"] = opened(order.id.hex, **{member: value})
    payment = await house.open(order)
    assert (payment.state, payment.link) == (State.FAILED, "")
    assert "other terms" in payment.told


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("order_id", "another"),
        ("order_id", None),
        ("id", None),
        ("id", "x" * 129),
        ("checkout_url", None),
        ("checkout_url", ""),
        ("checkout_url", "javascript:alert(1)"),
        ("checkout_url", "http://pay.example-pay.invalid/1"),
        ("checkout_url", "https://user@pay.example-pay.invalid/1"),
        ("checkout_url", "https://pay.example-pay.invalid/" + "x" * 2048),
        ("amount", {"value": "five thousand", "currency": "RUB"}),
        ("amount", None),
    ],
)
async def test_an_answer_that_makes_no_sense_leaves_us_in_doubt(
    house: House, outside: DeskOutside, line: AtTheDesk, member: str, value: object
) -> None:
    """There may be one, so it has not failed; and nobody is sent to a strange place."""
    order = order_of(outside)
    line.instead["POST /v1/payments"] = opened(order.id.hex, **{member: value})
    payment = await house.open(order)
    assert (payment.state, payment.link) == (State.UNKNOWN, "")


def opened(ours: str, **members: Any) -> Answer:
    """How the call that opens is answered."""
    said = {
        "id": "p-1",
        "order_id": ours,
        "status": "new",
        "amount": {"value": "5000.00", "currency": "RUB"},
        "checkout_url": "https://pay.example-pay.invalid/1",
        **members,
    }
    return Answer(201, {}, json.dumps(said).encode())


async def test_what_is_there_already_is_shown(
    desk: PspDesk, line: AtTheDesk, clock: ManualClock, outside: DeskOutside
) -> None:
    """He refuses a second one by a code: then the first is looked for, and compared."""
    line.instead["POST /v1/payments"] = Answer(409, {}, b'{"error":{"code":"order_exists"}}')
    house = house_of(gateway_of(desk, line, clock), clock)
    payment = await house.open(order := order_of(outside))
    assert (payment.state, payment.link) == (State.UNKNOWN, "")
    del line.instead["POST /v1/payments"]
    outside.trouble(Call.OPEN, Trouble.AFTER)
    await house.open(order)
    line.instead["POST /v1/payments"] = Answer(409, {}, b'{"error":{"code":"order_exists"}}')
    payment = await house.open(order)
    assert (payment.state, outside.invoices()) == (State.PENDING, 1)
    assert payment.link


async def test_where_he_does_not_show_the_page_again_nobody_pays(
    desk: PspDesk, line: AtTheDesk, clock: ManualClock, outside: DeskOutside
) -> None:
    """There is a payment whose page nobody was told: it stays in doubt until it has run out."""
    shown = (
        'payment_id = "/id"\norder_id = "/order_id"\nstatus = "/status"\n'
        'amount = "/amount/value"\ncurrency = "/amount/currency"\n'
        'paid_amount = "/paid/value"\nrefunded_amount = "/refunded"'
    )
    profile = profile_with(features="# none", query__response=shown)
    desk.creates_are_single = False
    house = house_of(gateway_of(desk, line, clock, profile), clock)
    outside.trouble(Call.OPEN, Trouble.AFTER)
    order = order_of(outside)
    await house.open(order)
    payment = await house.open(order)
    assert (payment.state, outside.invoices()) == (State.UNKNOWN, 1)
    assert "does not say where to pay" in payment.told


# Asking.


@pytest.mark.parametrize(
    "members",
    [
        {"order_id": "another"},
        {"id": "another"},
        {"amount": {"value": "50.00", "currency": "RUB"}},
        {"amount": {"value": "500000", "currency": "RUB"}},
        {"amount": {"value": "5000.00", "currency": "USD"}},
        {"status": "frozen"},
        {"paid": {"value": "5000.001", "currency": "RUB"}},
    ],
)
async def test_what_is_not_about_this_payment_credits_nobody(
    house: House, outside: DeskOutside, line: AtTheDesk, desk: PspDesk, members: Mapping[str, Any]
) -> None:
    """Another payment, other terms or an unknown status: it stays as it is, and says why."""
    payment = await house.open(order_of(outside))
    outside.pay(payment, payment.asked)
    said = {**desk.of_order(payment.id.hex), **members}
    line.instead["GET /v1/payments"] = Answer(200, {}, json.dumps(said).encode())
    with pytest.raises(Unavailable):
        await house.check(payment.id)
    payment = await house.payments.get(payment.id)
    assert (payment.state, payment.came.units) == (State.PENDING, 0)
    assert payment.told
    assert payment.check_at is not None


@pytest.mark.parametrize("seen", [False, True], ids=["at once", "seen before"])
@pytest.mark.parametrize(
    ("back", "left"), [("5000.00", 0), ("2000.00", 300_000), ("", 0)], ids=["all", "some", "bank"]
)
async def test_what_went_back_without_us_is_taken_back(
    house: House, outside: DeskOutside, desk: PspDesk, back: str, left: int, seen: bool
) -> None:
    """Refunded there or charged back by a bank, and told once more: the payer has what is left."""
    payment = await house.open(order_of(outside))
    outside.pay(payment, payment.asked)
    if seen:
        assert (await house.check(payment.id)).state is State.SETTLED
    if back:
        desk.give_back(payment.id.hex, back)
    else:
        desk.move(payment.id.hex, "charged_back")
    for _ in range(2):
        after = await house.check(payment.id)
        assert after.state is (State.SETTLED if left else State.REFUNDED)
        assert (after.came - after.returned).units == left
        balance = await house.ledger.balance(payment.order.target, payment.asked.asset)
        assert balance.posted.units == left


async def test_the_longest_name_has_room_for_more_money(
    house: House, outside: DeskOutside, desk: PspDesk
) -> None:
    """Our books put something behind his name when a payment is paid again."""
    payment = await house.open(order_of(outside))
    (sale,) = desk.sales.values()
    sale["id"] = "x" * 120
    payment = evolve(payment, provider_id="x" * 120)
    await house.payments.put(payment, was=payment.state)
    for times in (1, 2, 3):
        outside.pay(payment, payment.asked)
        assert (await house.check(payment.id)).came == fifths(outside, 5 * times)


async def test_a_provider_who_does_not_work_is_left_alone(
    house: House, outside: DeskOutside, line: AtTheDesk, gateway: PspGateway
) -> None:
    """But not one whose words we do not know: he works, and our profile is wrong."""
    payment = await house.open(order_of(outside))
    policy = BreakerPolicy(failures_min=3, volume_min=3)
    for status, opens in ((500, True), (429, True), (200, False), (403, False)):
        careful = evolve(gateway, guard=Guard("example", policy))
        line.instead["GET /v1/payments"] = Answer(status, {}, b'{"error":{"code":"odd"}}')
        line.asked.clear()
        for _ in range(6):
            with pytest.raises((Unavailable, Refused)):
                await careful.inquire(payment)
        assert len(line.asked) == (3 if opens else 6)


@pytest.mark.parametrize("arrived", [True, False])
async def test_what_comes_after_a_refund_of_ours_is_credited_in_full(
    house: House, outside: DeskOutside, arrived: bool
) -> None:
    """What we sent back, or are sending, is not taken for what others did."""
    payment = await house.open(order_of(outside))
    outside.pay(payment, payment.asked)
    await house.check(payment.id)
    (arrival,) = await house.arrivals.of(payment.id)
    refund = await house.ask_back(wish_of(outside, arrival, fifths(outside, 2)))
    await house.carry_out(refund.id)
    if arrived:
        outside.finish_refunds(paid=True)
        await house.carry_out(refund.id)
    outside.pay(payment, payment.asked)
    after = await house.check(payment.id)
    assert after.came == fifths(outside, 10)
    assert after.returned == fifths(outside, 2 * arrived)


async def test_a_notice_of_somebody_elses_is_looked_up_by_the_name_it_gives(
    desk: PspDesk, line: AtTheDesk, clock: ManualClock
) -> None:
    """By the name by which he is asked; another answer is not believed."""
    desk.sell("order-7", "10.00", "RUB")
    for profile in (profile_with(), profile_with(**QUERY_BY_PAYMENT)):
        gateway = gateway_of(desk, line, clock, profile)
        hint = gateway.prove(*desk.notices[-1])
        assert hint.payment is None
        (inflow,) = await gateway.find(hint)
        assert inflow.amount == Money(1000, RUB)
        sale = json.dumps({**desk.of_order("order-7"), "id": "x", "order_id": "y"}).encode()
        path = "/v1/payments" if profile.query.by == "order.id" else f"/v1/payments/{inflow.key}"
        line.instead[f"GET {path}"] = Answer(200, {}, sale)
        with pytest.raises(Unavailable):
            await gateway.find(hint)
        line.instead.clear()
        assert await gateway.find(Hint("k", None, "nobody")) == ()


async def test_who_is_asked_by_his_own_name_has_to_have_told_it(
    desk: PspDesk, line: AtTheDesk, clock: ManualClock, outside: DeskOutside
) -> None:
    """A payment for which nobody ever got a page was never paid."""
    gateway = gateway_of(desk, line, clock, profile_with(**QUERY_BY_PAYMENT))
    payment = await house_of(gateway, clock).open(order_of(outside))
    calls = len(desk.calls)
    with pytest.raises(Missing):
        await gateway.inquire(evolve(payment, provider_id=""))
    assert len(desk.calls) == calls


# Notices.


async def test_a_notice_without_a_name_of_its_own_is_known_by_its_bytes(
    desk: PspDesk, line: AtTheDesk, clock: ManualClock
) -> None:
    """The same bytes are the same notice, others are another."""
    fields = 'content = "json"\nfields = { order_id = "/order_id" }'
    gateway = gateway_of(desk, line, clock, profile_with(callback=fields))
    desk.sell("order-7", "10.00", "RUB")
    keys = [gateway.prove(*told).key for told in [*desk.notices, *desk.notices]]
    assert len(keys) == 4
    assert len(set(keys)) == 2
    assert all(len(key) == 64 for key in keys)


async def test_what_a_notice_says_besides_is_not_asked(
    house: House, outside: DeskOutside, desk: PspDesk
) -> None:
    """Signed, and with a wrong amount, a wrong currency or a wrong status: he is asked himself."""
    payment = await house.open(order_of(outside))
    sale = desk.of_order(payment.id.hex)
    for members in ({"paid_amount": "9000.00"}, {"currency": "USD"}, {"status": "refunded"}):
        await house.take("example", *desk.told(sale, **{"status": "paid", **members}))
        await house.read()
        assert (await house.payments.get(payment.id)).came.units == 0
    outside.pay(payment, payment.asked)
    await house.take("example", *desk.told(sale, status="expired", paid_amount="0.00"))
    await house.read()
    assert (await house.payments.get(payment.id)).state is State.SETTLED


async def test_a_genuine_notice_that_names_nothing_is_unreadable(
    gateway: PspGateway, desk: PspDesk
) -> None:
    """It is about no payment, so there is nothing to ask."""
    for members in ({"order_id": ""}, {"order_id": "x" * 129}, {"event_id": "e\n"}):
        with pytest.raises(NoticeUnreadable):
            gateway.prove(*desk.told_to_try(**members))


def test_who_has_nothing_to_tell_us_is_not_heard(
    desk: PspDesk, line: AtTheDesk, clock: ManualClock
) -> None:
    """His profile has no notices: whoever brings one is not he."""
    gateway = gateway_of(desk, line, clock, profile_with(callback="", callback__signature=""))
    with pytest.raises(NoticeForged):
        gateway.prove(*desk.told_to_try())
    assert gateway.acknowledgement.status == 200


def test_he_hears_what_he_wants_to_hear(gateway: PspGateway) -> None:
    """Else he tells us again and again."""
    told = gateway.acknowledgement
    assert (told.status, told.body, told.content_type) == (200, "OK", "text/plain")


# Refunds and the list.


def without_refunds() -> Profile:
    """Somebody who gives nothing back."""
    tables = ("refund", "refund__fields", "refund__response", "refund__statuses")
    return profile_with(
        **dict.fromkeys(tables, ""), refund_query="", refund_query__response="", features="# none"
    )


async def test_how_much_goes_back_is_for_the_profile_to_say(
    desk: PspDesk, line: AtTheDesk, clock: ManualClock, outside: DeskOutside, house: House
) -> None:
    """Nothing, all at once, or parts."""
    returning = []
    for profile in (without_refunds(), profile_with(features="# none"), profile_with()):
        gateway = gateway_of(desk, line, clock, profile)
        returning.append((gateway.returning, gateway.refunds_are_single))
    assert returning == [
        (Returning.NEVER, False),
        (Returning.WHOLE, False),
        (Returning.ONCE, True),
    ]
    payment = await house.open(order_of(outside))
    outside.pay(payment, payment.asked)
    await house.check(payment.id)
    (arrival,) = await house.arrivals.of(payment.id)
    refund = await house.ask_back(wish_of(outside, arrival))
    none = gateway_of(desk, line, clock, without_refunds())
    with pytest.raises(NotReturnable):
        await none.refund(refund, arrival)
    with pytest.raises(ProviderUnclear):
        await none.inquire_refund(refund, arrival)
    assert desk.refunds == {}


async def test_what_is_said_of_a_refund_is_compared(
    house: House, outside: DeskOutside, line: AtTheDesk, gateway: PspGateway
) -> None:
    """A payment that he does not know is not refunded; one that he did before is looked up."""
    payment = await house.open(order_of(outside))
    outside.pay(payment, payment.asked)
    await house.check(payment.id)
    (arrival,) = await house.arrivals.of(payment.id)
    refund = await house.ask_back(wish_of(outside, arrival))
    path = f"POST /v1/payments/{arrival.inflow.key}/refunds"
    line.instead[path] = Answer(404, {}, b"{}")
    with pytest.raises(ProviderRefused, match="knows no such payment"):
        await gateway.refund(refund, arrival)
    line.instead[path] = Answer(409, {}, b'{"error":{"code":"order_exists"}}')
    assert await gateway.refund(refund, arrival) is RefundStage.NOTHING
    said = {"refund_id": refund.id.hex, "status": "done", "amount": {"value": "0.01"}}
    line.instead[path] = Answer(200, {}, json.dumps(said).encode())
    refund = await house.carry_out(refund.id)
    assert refund.state is RefundState.UNKNOWN
    assert "another amount" in refund.told


async def test_a_list_that_never_ends_is_none(
    gateway: PspGateway, desk: PspDesk, line: AtTheDesk, clock: ManualClock
) -> None:
    """Nor one that is refused, that is not there, or that is no list."""
    desk.sell("order-7", "10.00", "RUB")
    since, until = clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)
    sale = json.dumps({"items": [desk.of_order("order-7")]}).encode()
    for answer in (
        Answer(200, {}, sale),
        Answer(404, {}, b"{}"),
        Answer(403, {}, b"{}"),
        Answer(200, {}, b'{"items":{}}'),
        Answer(200, {}, b'{"items":[7]}'),
        Answer(409, {}, b'{"error":{"code":"order_exists"}}'),
    ):
        line.instead["GET /v1/reports/payments"] = answer
        with pytest.raises(Unavailable):
            async for _ in gateway.lines(since, until):
                pass
    line.instead.clear()
    assert [len(page) async for page in gateway.lines(since, until)] == [1, 0]
    none = gateway_of(desk, line, clock, profile_with(listing="", listing__item=""))
    with pytest.raises(Unavailable, match="it has no list"):
        async for _ in none.lines(since, until):
            pass


async def test_a_list_may_be_read_by_cursors(
    desk: PspDesk, line: AtTheDesk, clock: ManualClock
) -> None:
    """Until there is none; a number will do."""
    listing = 'method = "GET"\npath = "/v1/list"\nbody = "query"\nitems = "/items"\n'
    by_cursor = listing + 'next = "/next"\nfields = { "/cursor" = "page.cursor" }'
    since, until = clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)
    desk.sell("order-7", "10.00", "RUB")
    items = [desk.of_order("order-7")]
    pages = {
        "": {"items": items, "next": 17},
        "17": {"items": [], "next": "last"},
        "last": {"items": items * 2, "next": None},
    }
    gateway = gateway_of(desk, ByCursor(pages), clock, profile_with(listing=by_cursor))
    assert [len(page) async for page in gateway.lines(since, until)] == [1, 0, 2]
    gateway = gateway_of(desk, ByCursor(pages), clock, profile_with(listing=listing))
    assert [len(page) async for page in gateway.lines(since, until)] == [1]


class ByCursor:
    """A list in pages, each of which names the next."""

    def __init__(self, pages: Mapping[str, Any]) -> None:
        self.pages = pages

    async def __call__(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The page of that cursor."""
        cursor = path.partition("cursor=")[2]
        return Answer(200, {}, json.dumps(self.pages[cursor]).encode())


async def test_a_no_to_a_question_is_no_answer_about_the_payment(
    house: House, outside: DeskOutside, line: AtTheDesk
) -> None:
    """Our key was wrong, say: the payment is as it was, and asked about again."""
    payment = await house.open(order_of(outside))
    line.instead["GET /v1/payments"] = Answer(401, {}, b'{"error":{"code":"unauthorized"}}')
    with pytest.raises(Refused):
        await house.check(payment.id)
    payment = await house.payments.get(payment.id)
    assert payment.state is State.PENDING
    assert payment.check_at is not None
    line.instead["GET /v1/payments"] = Answer(409, {}, b'{"error":{"code":"order_exists"}}')
    with pytest.raises(Unavailable):
        await house.check(payment.id)
