"""Values of payments are checked where they are made, and states move by the table."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from altyn.adapters.memory import ManualClock
from altyn.core.balances import AccountName, MalformedText, account_name
from altyn.core.clock import ZoneMissing
from altyn.core.money import TON, AssetsMixed, Money, NotPositive
from altyn.core.payments import (
    MOVES,
    REFUND_MOVES,
    Arrival,
    Case,
    Gateways,
    Hint,
    Inflow,
    Invoice,
    MethodUnknown,
    Notice,
    Origin,
    Payment,
    PaymentId,
    Quote,
    QuoteMixed,
    Refund,
    RefundId,
    RefundState,
    Sale,
    Stage,
    State,
    clearing,
    exchange,
    returning,
)
from altyn.core.payments.schedule import (
    DOUBT_SECONDS,
    LATE_WATCH,
    REFUND_LOOKS_MAX,
    REFUND_STEPS_SECONDS,
    STEPS_SECONDS,
    next_check,
    next_look,
)
from tests.unit.payments_house import Scripted, order, rubles, usdt

UNPAID = set(State) - {
    State.CONFIRMING,
    State.UNDERPAID,
    State.SETTLED,
    State.OVERPAID,
    State.REFUNDING,
    State.REFUNDED,
}
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def payment(state: State = State.PENDING, came: int = 0) -> Payment:
    """One over 1000, in that state."""
    begun = Payment.begun(order(), NOON, NOON + HOUR, NOON)
    return evolve(begun, state=state, came=usdt(came), provider_id="p-1")


# Orders.


@pytest.mark.parametrize(
    "wrong",
    [
        {"payer": "x" * 129},
        {"payer": "a\nb"},
        {"reference": "x" * 129},
        {"reference": "a\0b"},
        {"method": "Fake"},
        {"method": ""},
        {"method": "x" * 33},
        {"target": AccountName("nobody")},
        {"target": clearing("fake")},
        {"target": exchange("fake")},
        {"target": returning("fake")},
        {"target": account_name("suspense:unmatched")},
    ],
)
def test_an_order_that_cannot_be_carried_out_is_refused(wrong: dict[str, Any]) -> None:
    """Before anything is written; money never ends where it only passes through."""
    with pytest.raises(MalformedText):
        evolve(order(), **wrong)


def test_an_order_may_be_as_long_as_that() -> None:
    """And its bounds are what they say."""
    longest = evolve(order(), payer="x" * 128, reference="y" * 128, method="z" * 32)
    assert (len(longest.payer), len(longest.reference), len(longest.method)) == (128, 128, 32)


# Quotes.


def test_a_quote_is_over_something() -> None:
    """Nothing for something is no rate, nor is something for nothing."""
    for pays, gives in ((0, 1), (1, 0), (-1, 1), (1, -1)):
        with pytest.raises(NotPositive):
            Quote(usdt(pays), rubles(gives))


def test_one_asset_has_no_rate() -> None:
    """What is paid is what one gets."""
    with pytest.raises(QuoteMixed) as refused:
        Quote(usdt(5), usdt(6))
    assert str(refused.value) == "0.000005 USDT are worth 0.000005 USDT, not 0.000006 USDT"
    plain = Quote.plain(usdt(5))
    assert not plain.exchanges
    assert plain.worth(usdt(2), usdt(9)) == usdt(9)
    assert Quote(usdt(5), rubles(5)).exchanges


@given(st.integers(1, 10**12), st.integers(1, 10**6), st.lists(st.integers(1, 10**9), min_size=1))
def test_parts_sum_to_the_whole(pays: int, gives: int, parts: list[int]) -> None:
    """However it is divided, and none of them is off by more than a unit."""
    quote = Quote(usdt(pays), rubles(gives))
    before, worth = usdt(0), rubles(0)
    for part in parts:
        more = quote.worth(before, usdt(part))
        assert abs(more.units - part * gives // pays) <= 1
        before, worth = before + usdt(part), worth + more
    assert worth.units == sum(parts) * gives // pays


def test_a_rate_is_for_what_is_paid() -> None:
    """Another asset has none."""
    quote = Quote(usdt(5), rubles(5))
    ton = Money(1, TON)
    for before, more in ((ton, usdt(1)), (usdt(1), ton), (ton, ton)):
        with pytest.raises(AssetsMixed):
            quote.worth(before, more)


# Payments.


@pytest.mark.parametrize(("before", "after"), list(product(State, State)))
def test_states_move_by_the_table(before: State, after: State) -> None:
    """What is not in it changes nothing, and is no error: facts come in any order."""
    moved = payment(before).moved(after).state
    assert moved is (after if after in MOVES[before] else before)
    assert before not in MOVES[before]


def test_what_came_is_never_taken_for_not_having_come() -> None:
    """From a state with money no move leads to one without."""
    paid = {State.UNDERPAID, State.SETTLED, State.OVERPAID, State.REFUNDING, State.REFUNDED}
    assert all(MOVES[state] <= paid | {State.CONFIRMING} for state in paid)
    assert all(MOVES[state] >= {State.REFUNDING, State.SETTLED} for state in UNPAID)
    assert all(state not in MOVES[other] for other in State for state in (State.CREATED,))


@pytest.mark.parametrize(
    ("came", "stage", "state"),
    [
        (0, Stage.OPEN, State.PENDING),
        (0, Stage.SEEN, State.CONFIRMING),
        (0, Stage.CLOSED, State.UNDERPAID),
        (0, Stage.EXPIRED, State.EXPIRED),
        (0, Stage.CANCELLED, State.CANCELLED),
        (0, Stage.FAILED, State.FAILED),
        (0, Stage.LOCKED, State.UNKNOWN),
        (999, Stage.OPEN, State.CONFIRMING),
        (999, Stage.SEEN, State.CONFIRMING),
        *[(999, stage, State.UNDERPAID) for stage in Stage if stage not in ("open", "seen")],
        *[(1000, stage, State.SETTLED) for stage in Stage],
        *[(1001, stage, State.OVERPAID) for stage in Stage],
    ],
)
def test_what_came_and_what_he_says_make_the_state(came: int, stage: Stage, state: State) -> None:
    """What came counts for more."""
    assert payment(State.CREATED, came).reported(stage).state is state


@pytest.mark.parametrize(
    ("came", "returning", "returned", "state"),
    [
        (1000, 1, 0, State.REFUNDING),
        (1000, 1, 999, State.REFUNDING),
        (1000, 0, 1000, State.REFUNDED),
        (400, 0, 400, State.REFUNDED),
        (1000, 0, 999, State.SETTLED),
        (1001, 0, 1000, State.OVERPAID),
        (999, 0, 998, State.UNDERPAID),
        (999, 0, 0, State.UNDERPAID),
    ],
)
def test_what_goes_back_makes_the_state(
    came: int, returning: int, returned: int, state: State
) -> None:
    """As long as any of it is on its way; then all of it went back, or the rest is what came."""
    before = payment(State.REFUNDING, came)
    parts = evolve(before, returning=usdt(returning), returned=usdt(returned))
    assert parts.reported(Stage.CLOSED).state is state


def test_money_goes_back_and_may_stay_after_all() -> None:
    """What is taken from the target is the target's again, or is not."""
    settled = evolve(payment(State.SETTLED, 1000), credited=usdt(1000))
    away = settled.sent_back(usdt(400), usdt(400))
    assert (away.credited, away.returning, away.state) == (usdt(600), usdt(400), State.REFUNDING)
    assert away.kept_after_all(usdt(400), usdt(400)) == settled
    assert away.kept_after_all(usdt(400), usdt(0)) == evolve(settled, credited=usdt(600))
    back = away.given_back(usdt(300))
    assert (back.returning, back.returned, back.state) == (usdt(100), usdt(300), State.REFUNDING)
    back = back.given_back(usdt(100))
    assert (back.returning, back.returned, back.state) == (usdt(0), usdt(400), State.SETTLED)


def test_a_payment_has_moments_in_a_zone_and_words_on_a_line() -> None:
    """Whatever others say is cut to that."""
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(ZoneMissing):
        evolve(payment(), created_at=naive)
    with pytest.raises(ZoneMissing):
        evolve(payment(), expires_at=naive)
    for told in ("a\nb", "x" * 2049):
        with pytest.raises(MalformedText):
            evolve(payment(), told=told)
    assert payment().told_that("a\nb" + "x" * 3000).told == "a b" + "x" * 2045


# The next look.


def test_looks_become_rarer() -> None:
    """Each step is waited for once, the last of them for ever."""
    waits = [next_check(evolve(payment(), checks=n), NOON) for n in range(12)]
    seconds = [(each - NOON).total_seconds() for each in waits if each]
    assert seconds == [*STEPS_SECONDS, 1800, 1800, 1800]
    assert min(STEPS_SECONDS) >= 30 > DOUBT_SECONDS


@pytest.mark.parametrize("state", list(State))
def test_looking_has_an_end(state: State) -> None:
    """A day after its time; at once when everything came, wherever it is now."""
    end = NOON + HOUR + LATE_WATCH
    before = end - timedelta(microseconds=1)
    for came in (0, 999):
        assert next_check(payment(state, came), before) == before + timedelta(seconds=30)
        assert next_check(payment(state, came), end) is None
    for came in (1000, 1001):
        assert next_check(payment(state, came), before) is None


# What came.


def inflow(units: int = 1000) -> Inflow:
    return Inflow(key="in-1", amount=usdt(units), at=NOON, sender="somebody")


def test_what_comes_is_something_at_some_time() -> None:
    """Under a key that can be kept."""
    for units in (0, -1):
        with pytest.raises(NotPositive):
            inflow(units)
    with pytest.raises(ZoneMissing):
        evolve(inflow(), at=NOON.replace(tzinfo=None))
    for key, sender in (("x" * 257, ""), ("a\nb", ""), ("k", "x" * 257), ("k", "\t")):
        with pytest.raises(MalformedText):
            evolve(inflow(), key=key, sender=sender)
    assert evolve(inflow(), key="x" * 256, sender="y" * 256).sender


def arrival(**parts: Any) -> Arrival:
    """More came than was asked for."""
    return Arrival(
        method="fake",
        inflow=inflow(),
        payment=PaymentId(UUID(int=1)),
        case=Case.OVER,
        noted_at=NOON,
        **parts,
    )


def test_each_part_of_an_arrival_is_somewhere() -> None:
    """Credited or held; and a reason of any length is kept as far as it goes."""
    whole = arrival(credited=usdt(400), held=usdt(600), why_held="held by rule: over")
    words = "0.000400 USDT, 0.000601 USDT and 0.000000 USDT are not 0.001000 USDT"
    with pytest.raises(ValueError, match=words):
        evolve(whole, held=usdt(601))
    with pytest.raises(ValueError, match="are not"):
        evolve(whole, held=usdt(599))
    for method, why in (("?", ""), ("fake", "x" * 501), ("fake", "a\nb")):
        with pytest.raises(MalformedText):
            evolve(whole, method=method, why_held=why)
    assert whole.key == ("fake", "in-1")
    given_away = whole.all_credited()
    assert (given_away.credited, given_away.held) == (usdt(1000), usdt(0))
    assert given_away.why_held == ""
    refused = whole.all_held("a\nb" + "x" * 600)
    assert (refused.credited, refused.held) == (usdt(0), usdt(1000))
    assert refused.why_held == "a b" + "x" * 497


def test_parts_of_an_arrival_go_to_and_fro() -> None:
    """None of them is less than nothing, and what waits says why."""
    whole = arrival(credited=usdt(400), held=usdt(600), why_held="held by rule: over")
    wrong: list[dict[str, Any]] = [
        {"credited": usdt(-1), "held": usdt(1001)},
        {"credited": usdt(1001), "held": usdt(-1)},
        {"credited": usdt(1001), "held": usdt(0), "returned": usdt(-1)},
    ]
    for parts in wrong:
        with pytest.raises(ValueError, match="not less than nothing"):
            evolve(whole, **parts)
    part = whole.sent_back(usdt(0), usdt(100))
    assert (part.held, part.returned, part.why_held) == (
        usdt(500),
        usdt(100),
        "held by rule: over",
    )
    rest = part.sent_back(usdt(300), usdt(500))
    assert (rest.credited, rest.held, rest.returned, rest.why_held) == (
        usdt(100),
        usdt(0),
        usdt(900),
        "",
    )
    kept = rest.kept_after_all(usdt(300), usdt(0), "refused")
    assert (kept.credited, kept.returned, kept.why_held) == (usdt(400), usdt(600), "")
    held = kept.kept_after_all(usdt(0), usdt(600), "a\nb" + "x" * 600)
    assert (held.held, held.returned, held.why_held) == (usdt(600), usdt(0), "a b" + "x" * 497)
    given_away = held.all_credited(account_name("user:7"))
    assert (given_away.credited, given_away.given_to) == (usdt(1000), "user:7")
    back = rest.all_credited()
    assert (back.credited, back.held, back.returned) == (usdt(100), usdt(0), usdt(900))
    assert rest.all_held("refused").held == usdt(100)


# What goes back.


def refund(**other: Any) -> Refund:
    """So much of what came is to go back."""
    fields = {
        "id": RefundId(UUID(int=1)),
        "method": "fake",
        "key": "in-1",
        "payment": None,
        "payer": "",
        "amount": usdt(1),
        "origin": Origin.TARGET,
        "to": "",
        "reason": "",
        "by": "anna",
        "state": RefundState.DUE,
        "created_at": NOON,
        "check_at": NOON,
        **other,
    }
    return Refund(**fields)


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "Fake"},
        {"payer": "x" * 129},
        {"to": "x" * 257},
        {"reason": "x" * 501},
        {"by": "x" * 129},
        {"approved_by": "x" * 129},
        {"told": "x" * 2049},
        *[{name: "a\nb"} for name in ("payer", "to", "reason", "by", "approved_by", "told")],
    ],
    ids=str,
)
def test_a_refund_can_be_kept(wrong: dict[str, Any]) -> None:
    """Its words are bounded and on one line; what others say is cut to that."""
    with pytest.raises(MalformedText):
        refund(**wrong)
    name, text = next(iter(wrong.items()))
    if name != "method":
        assert getattr(refund(**{name: text[:-1].replace("\n", " ")}), name)
    assert refund().told_that("a\nb" + "x" * 3000).told == "a b" + "x" * 2045


def test_a_refund_is_over_something_at_some_time() -> None:
    """And never over less than nothing."""
    for units in (0, -1):
        with pytest.raises(NotPositive):
            refund(amount=usdt(units))
    with pytest.raises(ZoneMissing):
        refund(created_at=NOON.replace(tzinfo=None))


@pytest.mark.parametrize(("before", "after"), list(product(RefundState, RefundState)))
def test_refunds_move_by_the_table(before: RefundState, after: RefundState) -> None:
    """What is not in it changes only when it is looked at."""
    moved = refund(state=before).moved(after, NOON + HOUR)
    assert moved.state is (after if after in REFUND_MOVES[before] else before)
    assert moved.check_at == NOON + HOUR
    assert set(REFUND_MOVES) == set(RefundState)


def test_no_way_leads_back_from_doubt_but_that_nothing_was_done() -> None:
    """Nobody is asked for the first time who may have been asked; what has ended stays ended."""
    ended = {RefundState.DONE, RefundState.FAILED, RefundState.DECLINED}
    assert {state for state in RefundState if refund(state=state).ended} == ended
    assert all(not REFUND_MOVES[state] for state in ended)
    asked = {state for state in RefundState if RefundState.DUE in REFUND_MOVES[state]}
    assert asked == {RefundState.WAITING, RefundState.UNKNOWN}
    assert REFUND_MOVES[RefundState.DUE] == {RefundState.UNKNOWN, RefundState.DONE}
    claims = {state for state in RefundState if RefundState.UNKNOWN in REFUND_MOVES[state]}
    assert claims == {RefundState.DUE}


@pytest.mark.parametrize("state", list(RefundState))
def test_the_next_look_at_a_refund(state: RefundState) -> None:
    """More and more rarely; what is due for ever, what is in doubt for three days."""
    steps = [
        next_look(refund(state=state, checks=checks), NOON)
        for checks in range(REFUND_LOOKS_MAX + 2)
    ]
    seconds = [None if each is None else (each - NOON).total_seconds() for each in steps]
    if state in (RefundState.DONE, RefundState.FAILED, RefundState.DECLINED):
        assert set(seconds) == {None}
        return
    assert seconds[:8] == [*REFUND_STEPS_SECONDS, 1800, 1800]
    assert seconds[-3] == 1800
    assert seconds[-2:] == ([1800, 1800] if state is RefundState.DUE else [None, None])


# Invoices, notices, gateways.


def test_an_invoice_can_be_kept() -> None:
    """It has a name, and neither name nor link are endless."""
    for wrong in ("", "x" * 129, "a\nb"):
        with pytest.raises(MalformedText):
            Invoice(provider_id=wrong)
    for wrong in ("x" * 2049, "a\nb"):
        with pytest.raises(MalformedText):
            Invoice(provider_id="p", link=wrong)
    assert Invoice(provider_id="x" * 128, link="y" * 2048).link


def test_a_notice_can_be_kept() -> None:
    """Its key is bounded; what became of it is cut."""
    for key, provider_id in (("x" * 257, ""), ("a\nb", ""), ("k", "x" * 257), ("k", "\n")):
        with pytest.raises(MalformedText):
            Hint(key, None, provider_id)
    notice = Notice(method="fake", hint=Hint("k", None), raw=b"raw", taken_at=NOON, read_at=NOON)
    with pytest.raises(MalformedText):
        evolve(notice, method="!")
    done = notice.done("a\n" + "x" * 600)
    assert (done.read_at, done.tries, done.outcome) == (None, 1, "a " + "x" * 498)
    later = done.put_off(NOON + HOUR, "b\n" + "x" * 600)
    assert (later.read_at, later.tries, later.outcome) == (NOON + HOUR, 2, "b " + "x" * 498)


def test_gateways_are_named_by_their_method() -> None:
    """A name that none or two of them have is a mistake."""
    one, other = Scripted(ManualClock()), Scripted(ManualClock(), method="other")
    gateways = Gateways.these(one, other)
    assert gateways.of("other") is other
    with pytest.raises(MethodUnknown) as refused:
        gateways.of("x" * 100)
    assert str(refused.value) == f"there is no payment method {'x' * 40!r}; there are: fake, other"
    with pytest.raises(ValueError, match="two gateways have one method"):
        Gateways.these(one, Scripted(ManualClock()))


def test_where_nothing_is_enabled_nothing_is_listed() -> None:
    """The words say what to do about it."""
    assert str(MethodUnknown("cash", ())) == "there is no payment method 'cash'; none is enabled"


@pytest.mark.parametrize("country", ["d", "DEU", "de", "D1", "ÄÖ", " DE", "x" * 100])
def test_a_country_is_two_capital_letters(country: str) -> None:
    """Or nothing, where it is not known."""
    with pytest.raises(MalformedText, match="like DE"):
        Sale(country=country)
    assert Sale(country="DE").country == "DE"
