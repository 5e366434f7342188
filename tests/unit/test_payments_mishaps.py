"""A mistake of ours about one thing: it is put off and counted, and everything else goes on."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from attrs import define, evolve, field, frozen

from altyn.adapters.memory import MemoryArrivals, MemoryStore
from altyn.core.payments import (
    Arrival,
    Case,
    Deposit,
    FeedStuck,
    Gateways,
    Page,
    PaymentId,
    PollPayments,
    PollRefunds,
    ReadFeed,
    ReadFeeds,
    RefundState,
    Report,
    Reversal,
    Stage,
    State,
)
from altyn.core.payments.noticing import IN_VAIN
from altyn.core.payments.schedule import LATE_WATCH, REFUND_LOOKS_MAX
from altyn.core.payments.watching import TRIES
from tests.unit.payments_house import House, order, usdt, wish

WORDS = "a mistake inside Altyn: ValueError"


def bug() -> ValueError:
    """Another each time: one that is raised again and again keeps all its tracebacks."""
    return ValueError("a secret")


@pytest.fixture
def house() -> House:
    return House()


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log says."""
    return [each.getMessage() for each in caplog.records if each.name == "altyn.core"]


async def events(house: House, name: str) -> list[dict[str, object]]:
    """What was told under that name since it was asked last."""
    return [dict(event.facts) for event in await house.told() if event.name == name]


@define
class Poisoned:
    """A port, one call of which goes wrong for one id as long as that is in here."""

    port: Any
    call: str
    about: set[Any] = field(factory=set)

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.port, name)
        if name != self.call:
            return call

        async def called(*args: Any) -> Any:
            if self.about & {*args}:
                raise bug()
            return await call(*args)

        return called


# Notices.


async def test_a_notice_that_cannot_be_read_stops_no_other(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """It is read again less and less often, and then it is for a person."""
    for n in (1, 2):
        await house.open(order(n))
        await house.take("fake", f"n-{n} {n}".encode(), {"sign": "his"})
    house.gateway.reports.extend([bug(), Report(Stage.CLOSED, [house.inflow(1000)])])
    assert await house.read() == 1
    assert (await house.payments.get(order(2).id)).state is State.SETTLED
    assert logged(caplog) == [f"reading a notice of fake: n-1: {WORDS}"]
    waits = await house.notices.get("fake", "n-1")
    assert (waits.tries, waits.outcome) == (1, WORDS)
    assert await house.notices.waiting(house.clock.now(), 10) == []
    while (notice := await house.notices.get("fake", "n-1")).read_at is not None:
        house.gateway.reports.append(bug())
        house.clock.moment = notice.read_at
        assert await house.read() == 0
        assert notice.tries < 20
    assert house.clock.now() - notice.taken_at < IN_VAIN + timedelta(hours=1)
    assert [each.hint.key for each in await house.notices.unresolved(10)] == ["n-1"]
    assert [each["key"] for each in await events(house, "notice.unresolved")] == ["n-1"]
    await house.sound()


# Payments.


async def test_a_payment_that_cannot_be_asked_about_stops_no_other(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """It is looked at less and less often, and when nobody looks any more, a person has to."""
    first, second = [await house.open(order(n)) for n in (1, 2)]
    house.clock.advance(minutes=1)
    house.gateway.reports.extend([bug(), Report(Stage.CLOSED, [house.inflow(1000)])])
    assert await house.poll() == 2
    assert (await house.payments.get(second.id)).state is State.SETTLED
    assert logged(caplog) == [f"asking about payment {first.id}: {WORDS}"]
    put_off = await house.payments.get(first.id)
    assert (put_off.told, put_off.checks) == (WORDS, first.checks + 1)
    assert put_off.check_at is not None
    assert put_off.check_at > house.clock.now()
    await house.told()
    while (payment := await house.payments.get(first.id)).check_at is not None:
        house.gateway.reports.append(bug())
        house.clock.moment = payment.check_at
        await house.poll()
    assert house.clock.now() >= first.expires_at + LATE_WATCH
    assert [each["told"] for each in await events(house, "payment.unresolved")] == [WORDS]


async def test_what_was_given_up_calls_a_person_too(house: House) -> None:
    """Whether anything came for it nobody has learned."""
    payment = await house.comes(await house.open(order()), stage=Stage.EXPIRED)
    house.clock.moment = payment.expires_at + LATE_WATCH
    house.gateway.reports.append(bug())
    await house.poll()
    assert (await house.payments.get(payment.id)).check_at is None
    assert len(await events(house, "payment.unresolved")) == 1


async def test_a_payment_that_cannot_even_be_put_off_stops_no_other(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """It stays due, and the log says so each time."""
    first, second = [await house.open(order(n)) for n in (1, 2)]
    house.clock.advance(minutes=1)
    check = evolve(house.check, payments=Poisoned(house.payments, "get", {first.id}))
    house.gateway.says(Stage.CLOSED, house.inflow(1000))
    assert await PollPayments(house.payments, check, house.clock)() == 2
    assert (await house.payments.get(second.id)).state is State.SETTLED
    assert logged(caplog) == [
        f"asking about payment {first.id}: {WORDS}",
        f"putting off payment {first.id}: {WORDS}",
    ]
    assert await house.payments.due(house.clock.now(), 10) == [first.id]


# Refunds.


async def going(house: House, n: int) -> Any:
    """A refund that is to be carried out."""
    payment = await house.open(order(n))
    await house.comes(payment, house.inflow(1000, f"in-{n}"), stage=Stage.CLOSED)
    return await house.ask_back(wish(n, f"in-{n}"))


async def test_a_refund_that_cannot_be_gone_on_with_stops_no_other(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """It stays in doubt, is only asked about, less and less often, and in the end by a person."""
    first, second = [await going(house, n) for n in (1, 2)]
    house.gateway.refunds.append(bug())
    assert await house.poll_refunds() == 2
    assert (await house.refunds.get(second.id)).state is RefundState.DONE
    assert logged(caplog) == [f"going on with refund {first.id}: {WORDS}"]
    in_doubt = await house.refunds.get(first.id)
    assert (in_doubt.state, in_doubt.told) == (RefundState.UNKNOWN, WORDS)
    await house.told()
    while (refund := await house.refunds.get(first.id)).check_at is not None:
        house.gateway.refunds.append(bug())
        house.clock.moment = refund.check_at
        await house.poll_refunds()
    assert refund.checks == REFUND_LOOKS_MAX
    assert house.gateway.calls.count("refund") == 2  # one each, and never again
    assert [each["told"] for each in await events(house, "refund.unresolved")] == [WORDS]
    await house.sound()


async def test_what_was_never_asked_for_is_gone_on_with_and_told(house: House) -> None:
    """Once, after as many times as any other; nothing is in doubt there."""
    first = await going(house, 1)
    await house.told()
    for _ in range(REFUND_LOOKS_MAX + 2):
        await house.carry_out.put_off(first.id, WORDS)
    due = await house.refunds.get(first.id)
    assert due.state is RefundState.DUE
    assert due.check_at is not None
    assert len(await events(house, "refund.unresolved")) == 1
    house.clock.advance(hours=1)
    assert await house.poll_refunds() == 1
    done = await house.refunds.get(first.id)
    assert done.state is RefundState.DONE
    await house.carry_out.put_off(first.id, WORDS)
    assert await house.refunds.get(first.id) == done


async def test_a_refund_that_cannot_even_be_put_off_stops_no_other(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """It stays due, and the log says so each time."""
    first, second = [await going(house, n) for n in (1, 2)]
    refunds = Poisoned(house.refunds, "get", {first.id})
    carry_out = evolve(house.carry_out, refunds=refunds)
    assert await PollRefunds(house.refunds, carry_out, house.clock)() == 2
    assert (await house.refunds.get(second.id)).state is RefundState.DONE
    assert logged(caplog) == [
        f"going on with refund {first.id}: {WORDS}",
        f"putting off refund {first.id}: {WORDS}",
    ]


# Feeds.


@define
class Tape:
    """A feed of one page, which may be unreadable."""

    on_it: Page | Exception
    name: str = "tape"
    method: str = "fake"
    every_seconds: float = 1.0

    async def page(self, position: str) -> Page:
        """As the port says."""
        if isinstance(self.on_it, Exception):
            raise self.on_it
        return self.on_it if position == "" else evolve(self.on_it, deposits=(), last=True)


class Choosy(MemoryArrivals):
    """Arrivals that cannot keep one of them as what it is."""

    bad = "in-2"
    never = False

    async def add(self, arrival: Arrival) -> bool:
        if arrival.inflow.key == self.bad and (self.never or arrival.case is not Case.UNMATCHED):
            raise bug()
        return await super().add(arrival)


class Clumsy(MemoryArrivals):
    """Arrivals, one of which cannot change."""

    async def put(self, arrival: Arrival, was: Arrival) -> None:
        if arrival.inflow.key == "in-2":
            raise bug()
        await super().put(arrival, was=was)


async def three(house: House) -> Tape:
    """Three payments were paid, and stand in a feed."""
    deposits = []
    for n in (1, 2, 3):
        payment = await house.open(order(n))
        deposits.append(Deposit(house.inflow(1000, f"in-{n}"), payment.id))
    return Tape(Page(deposits, "end", house.clock.now(), last=True))


async def state(house: House, n: int) -> State:
    """Of that payment."""
    return (await house.payments.get(PaymentId(order(n).id))).state


async def test_what_cannot_be_booked_keeps_nothing_else_from_being_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is tried again, then told of and held, and the feed is read on."""
    house = House(arrivals=Choosy)
    tape = await three(house)
    for _ in range(TRIES - 1):
        with pytest.raises(FeedStuck, match="feed tape cannot be read on: a mistake inside"):
            await house.read_feed(tape)
        states = [await state(house, n) for n in (1, 2, 3)]
        assert states == [State.SETTLED, State.PENDING, State.SETTLED]
        assert await house.drawer() == []
    assert await events(house, "feed.stuck") == []
    assert await house.read_feed(tape) == 1
    assert [each.inflow.key for each in await house.drawer()] == ["in-2"]
    assert (await house.cursors.get("tape")).position == "end"
    facts = {"feed": "tape", "method": "fake", "told": WORDS, "position": ""}
    assert await events(house, "feed.stuck") == [facts]
    assert f"booking of feed tape in-2: {WORDS}" in logged(caplog)
    assert await house.read_feed(tape) == 1
    await house.sound()


async def test_what_can_be_booked_after_all_is_booked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mistake was mended before a person was called."""
    house = House(arrivals=Choosy)
    tape = await three(house)
    with pytest.raises(FeedStuck):
        await house.read_feed(tape)
    monkeypatch.setattr(Choosy, "bad", "")
    assert await house.read_feed(tape) == 1
    assert await state(house, 2) is State.SETTLED
    assert await house.drawer() == []


async def test_what_cannot_even_be_held_is_not_passed(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The feed stays where it is: what came is not lost, and a person is called once."""
    house = House(arrivals=Choosy)
    monkeypatch.setattr(Choosy, "never", True)
    tape = await three(house)
    read = ReadFeeds(Gateways.these(feeds=(tape,)), house.read_feed)
    for _ in range(TRIES + 3):
        assert await read() == 0
    assert (await house.cursors.get("tape")).position == ""
    assert len(await events(house, "feed.stuck")) == 1
    assert logged(caplog)[-1] == f"reading feed tape: {WORDS}"


@frozen
class Hasty(ReadFeed):
    """Fails once at what is on a page, whatever that is."""

    async def _keep(self, feed: Any, was: Any, page: Page) -> None:
        if len(page.deposits) == 3:
            raise bug()
        await super()._keep(feed, was, page)


async def test_a_page_that_only_fails_as_a_whole_is_passed(house: House) -> None:
    """Each of it could be booked."""
    tape = await three(house)
    assert await Hasty(house.cursors, house.facts, house.store, house.reverse)(tape) == 1
    assert [await state(house, n) for n in (1, 2, 3)] == [State.SETTLED] * 3
    assert (await house.cursors.get("tape")).position == "end"


async def test_what_went_back_and_cannot_be_booked_is_passed_in_the_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Everything else on its page is booked at once; a person is told, and the tie-out names it."""
    house = House(arrivals=Clumsy)
    tape = await three(house)
    assert isinstance(tape.on_it, Page)
    back = [Reversal(key=f"in-{n}", amount=usdt(1000), at=house.clock.now()) for n in (1, 2)]
    tape = evolve(tape, on_it=evolve(tape.on_it, reversals=back))
    for _ in range(TRIES - 1):
        with pytest.raises(FeedStuck):
            await house.read_feed(tape)
        states = [await state(house, n) for n in (1, 2, 3)]
        assert states == [State.REFUNDED, State.SETTLED, State.SETTLED]
        assert (await house.cursors.get("tape")).position == ""
    assert await house.read_feed(tape) == 1
    assert (await house.cursors.get("tape")).position == "end"
    assert len(await events(house, "feed.stuck")) == 1
    assert f"booking of feed tape what went back of in-2: {WORDS}" in logged(caplog)
    assert await house.holds("user:1") == 2000
    await house.sound()


async def test_what_is_held_at_last_may_have_gone_back() -> None:
    """It is taken out of the drawer again."""
    house = House(arrivals=Choosy)
    tape = await three(house)
    assert isinstance(tape.on_it, Page)
    back = Reversal(key="in-2", amount=usdt(1000), at=house.clock.now())
    tape = evolve(tape, on_it=evolve(tape.on_it, reversals=[back]))
    for _ in range(TRIES - 1):
        with pytest.raises(FeedStuck):
            await house.read_feed(tape)
    assert await house.read_feed(tape) == 1
    assert await house.drawer() == []
    assert await house.holds("clearing:fake") == -2000
    await house.sound()


async def test_a_feed_that_cannot_be_read_keeps_no_other_from_being_read(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """A person is told of it once."""
    well = evolve(await three(house), name="well")
    read = ReadFeeds(Gateways.these(feeds=(Tape(bug()), well)), house.read_feed)
    for _ in range(TRIES + 2):
        assert await read() == 1
    assert await state(house, 1) is State.SETTLED
    assert [each["feed"] for each in await events(house, "feed.stuck")] == ["tape"]
    assert logged(caplog)[0] == f"reading feed tape: {WORDS}"


# A cancellation is no mistake.


async def test_a_cancellation_passes(house: House) -> None:
    """Whoever is told to stop does, and what was under way is done later."""
    await house.open(order(1))
    await house.take("fake", b"n-1 1", {"sign": "his"})
    house.clock.advance(minutes=1)
    stop = asyncio.CancelledError()
    house.gateway.reports.extend([stop, stop])
    for step in (house.read, house.poll):
        with pytest.raises(asyncio.CancelledError):
            await step()
    await going(house, 2)
    house.gateway.refunds.append(stop)
    with pytest.raises(asyncio.CancelledError):
        await house.poll_refunds()
    tape = Tape(Page([Deposit(house.inflow(5, "x"))], "end", None, last=True))

    class Stopped(MemoryArrivals):
        async def add(self, arrival: Arrival) -> bool:
            raise stop

    cashbook = evolve(house.book, arrivals=Stopped(MemoryStore()))
    read = evolve(house.read_feed, book=evolve(house.facts, cashbook=cashbook))
    with pytest.raises(asyncio.CancelledError):
        await read(tape)
