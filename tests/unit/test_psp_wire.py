"""What he says of money is read to the last digit, or not at all."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from altyn.adapters.psp import Profile
from altyn.adapters.psp.meanings import STAGES, Meaning
from altyn.adapters.psp.names import payment_id
from altyn.adapters.psp.pointers import Pointer
from altyn.adapters.psp.reader import Reader, Unintelligible
from altyn.adapters.psp.wire import kept_of, lines_in, refund_stage_of, report_of
from altyn.core.money import RUB, USD, Asset, Money, zero
from altyn.core.payments import (
    Arrival,
    Case,
    Inflow,
    Line,
    Origin,
    PaymentId,
    Refund,
    RefundId,
    RefundStage,
    RefundState,
    Report,
    Stage,
)
from tests.unit.psp_outside import profile_with

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ID = UUID("0123456789abcdef0123456789abcdef")
PROFILE = profile_with()
READER = Reader(PROFILE)
WHERE = PROFILE.query.response
ITEM = PROFILE.listing.item if PROFILE.listing else WHERE


def rub(units: int) -> Money:
    """So many kopecks."""
    return Money(units, RUB)


def arrival(key: str = "p-1", units: int = 1050) -> Arrival:
    """It came, and was credited."""
    return Arrival(
        method="example",
        inflow=Inflow(key=key, amount=rub(units), at=NOON),
        payment=PaymentId(ID),
        case=Case.EXACT,
        credited=rub(units),
        held=rub(0),
        noted_at=NOON,
    )


def refund(came: Arrival) -> Refund:
    """All of it is to go back."""
    return Refund(
        id=RefundId(UUID(int=7)),
        method="example",
        key=came.inflow.key,
        payment=came.payment,
        payer="user:1",
        amount=came.credited,
        origin=Origin.TARGET,
        to="",
        reason="broken",
        by="ann",
        state=RefundState.UNKNOWN,
        created_at=NOON,
        check_at=NOON,
    )


def payment(**members: Any) -> dict[str, Any]:
    """One that was paid, as he shows it."""
    return {
        "id": "p-1",
        "order_id": ID.hex,
        "status": "paid",
        "amount": {"value": "10.50", "currency": "RUB"},
        "paid": {"value": "10.50", "currency": "RUB"},
        "refunded": None,
        "paid_at": "2026-01-01T11:30:00Z",
        "refunded_at": "2026-01-01T11:45:00Z",
        "card": {"mask": "411111******1111"},
        **members,
    }


def report(said: object, came: Money | None = None) -> Report:
    """What that means."""
    return report_of(READER, said, WHERE, came, NOON)


def came(said: object) -> list[Money]:
    """How much came."""
    return [each.amount for each in report(said).inflows]


def back(said: object, came: Money | None = None) -> list[tuple[Money, bool]]:
    """How much of it went back, and whether it has arrived."""
    return [(each.amount, each.arrived) for each in report(said, came).reversals]


def kept(said: object) -> list[Money]:
    """How much of what is not ours is here."""
    return [each.amount for each in kept_of(READER, said, WHERE, NOON)]


@pytest.mark.parametrize("status", sorted(PROFILE.statuses))
def test_only_what_is_here_for_good_is_reported(status: str) -> None:
    """Everything else says where the invoice is, whatever amount it shows."""
    meaning = PROFILE.statuses[status]
    found = report(payment(status=status, refunded="0.50"))
    if meaning in STAGES:
        assert found == Report(STAGES[meaning])
    else:
        assert [each.amount for each in found.inflows] == [rub(1050)]


def test_every_meaning_is_known_here() -> None:
    """The example uses each, and each is a stage or money."""
    money = {
        Meaning.PAID,
        Meaning.PARTIALLY_REFUNDED,
        Meaning.REFUNDED,
        Meaning.CHARGEBACK,
    }
    assert set(PROFILE.statuses.values()) == {*Meaning} == {*STAGES} | money
    stages = (Stage.SEEN, Stage.LOCKED, Stage.OPEN)
    assert (
        STAGES[Meaning.AUTHORIZED],
        STAGES[Meaning.REVIEW],
        STAGES[Meaning.PENDING],
    ) == stages


def test_what_came_is_told_in_our_words() -> None:
    """When and from whom, as far as he says it; a card's number is not kept."""
    (inflow,) = report(payment()).inflows
    assert inflow == Inflow(
        key="p-1", amount=rub(1050), at=NOON - timedelta(minutes=30), sender="411111******1111"
    )
    for mask, kept in (
        ("4111111111111111", "************1111"),
        ("x" * 300, "x" * 256),
        ("a\nb", ""),
        (None, ""),
        (7, ""),
    ):
        (inflow,) = report(payment(card={"mask": mask})).inflows
        assert inflow.sender == kept
    moments = (
        (1767268800, NOON),
        ("2026-01-01T15:00:00+03:00", NOON),
        (None, NOON),
        ("soon", NOON),
        ("2026-01-01T11:00:00", NOON),
        (0, NOON),
        (1767268800000, NOON),
        (True, NOON),
        ("2026-01-01T10:00:00Z", NOON - timedelta(hours=2)),
    )
    for told, at in moments:
        (inflow,) = report(payment(paid_at=told)).inflows
        assert inflow.at == at


def test_what_went_back_is_told_beside_what_came() -> None:
    """Whoever asked for it; a refund may fail, and what a bank has taken is gone."""
    partly = payment(status="partly_refunded", refunded="4.00")
    assert (came(partly), back(partly)) == ([rub(1050)], [(rub(400), False)])
    assert (came(payment(refunded="0.00")), back(payment(refunded="0.00"))) == ([rub(1050)], [])
    assert back(payment(refunded="4.00")) == [(rub(400), False)]
    assert back(payment(status="refunded", refunded="10.50")) == [(rub(1050), False)]
    assert back(payment(status="charged_back")) == [(rub(1050), True)]
    (reversal,) = report(partly).reversals
    assert (reversal.key, reversal.at) == ("p-1", NOON)


def test_who_shows_nothing_any_more_took_all_of_it() -> None:
    """As far as we know of any."""
    nothing = {"value": "0.00", "currency": "RUB"}
    for status, arrived, stage in (
        ("refunded", False, Stage.CANCELLED),
        ("charged_back", True, Stage.LOCKED),
    ):
        left = payment(status=status, paid=nothing)
        assert report(left) == report(left, Money(400, USD)) == Report(stage)
        assert back(left, rub(0)) == []
        assert back(left, rub(1050)) == [(rub(1050), arrived)]
        assert report(left, rub(1050)).inflows == ()


def test_of_what_is_not_ours_only_what_is_there_came() -> None:
    """It waits for a person, who could do nothing with what is gone."""
    assert kept(payment(status="partly_refunded", refunded="4.00")) == [rub(650)]
    assert kept(payment()) == [rub(1050)]
    assert kept(payment(status="charged_back")) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "frozen"},
        {"status": None},
        {"status": ["paid"]},
        {"paid": None},
        {"paid": {"value": "10.50"}},
        {"paid": {"value": "10.50", "currency": "EUR"}},
        {"paid": {"value": "10.50", "currency": 643}},
        {"paid": {"value": "0.00", "currency": "RUB"}},
        {"paid": {"value": "-10.50", "currency": "RUB"}},
        {"paid": {"value": "10.505", "currency": "RUB"}},
        {"paid": {"value": "1,050.00", "currency": "RUB"}},
        {"paid": {"value": "", "currency": "RUB"}},
        {"paid": {"value": True, "currency": "RUB"}},
        {"paid": {"value": "1e3", "currency": "RUB"}},
        {"paid": {"value": "9" * 30, "currency": "RUB"}},
        {"paid": {"value": "NaN", "currency": "RUB"}},
        {"refunded": "10.51"},
        {"refunded": "-0.01"},
        {"refunded": ""},
        {"status": "partly_refunded", "refunded": None},
        {"id": ""},
        {"id": None},
        {"id": True},
        {"id": "x" * 121},
        {"id": "a\nb"},
        {"id": "p-1+1"},
    ],
)
def test_what_cannot_be_understood_is_no_amount(wrong: dict[str, Any]) -> None:
    """It is neither guessed nor taken for nothing."""
    with pytest.raises(Unintelligible):
        report(payment(**wrong))


def test_a_status_that_the_profile_does_not_know_is_named() -> None:
    """So that somebody can write it into the profile; without cards."""
    with pytest.raises(Unintelligible, match="does not know 'frozen' of a payment"):
        report(payment(status="frozen"))
    with pytest.raises(Unintelligible, match=r"'\*{12}1111'"):
        report(payment(status="4111111111111111"))


def amounts(format: str) -> Reader:
    """Whoever reads amounts written in that way."""
    amount = "amount.minor" if format == "minor_int" else "amount.decimal"
    fields = f'"/order_id" = "order.id"\n"/sum" = "{amount}"\n"/c" = "currency.alpha"'
    back = f'"/refund_id" = "refund.id"\n"/sum" = "{amount}"'
    return Reader(
        profile_with(amount=f'format = "{format}"', create__fields=fields, refund__fields=back)
    )


@pytest.mark.parametrize(
    ("format", "told", "units"),
    [
        ("minor_int", 1050, 1050),
        ("minor_int", "1050", 1050),
        ("minor_int", "0", 0),
        ("minor_int", "1050.0", None),
        ("minor_int", Decimal("1050.5"), None),
        ("minor_int", Decimal(1050), 1050),
        ("decimal_string", "10.50", 1050),
        ("decimal_string", "10.5", 1050),
        ("decimal_string", "10.5000", 1050),
        ("decimal_string", "1000", 100_000),
        ("decimal_string", "10.50.00", None),
        ("decimal_string", "10.0.0", None),
        ("decimal_string", ".50", None),
        ("decimal_string", "10.501", None),
        ("decimal_string", 10, 1000),
        ("decimal_number", Decimal("10.50"), 1050),
        ("decimal_number", 10, 1000),
        ("decimal_number", Decimal("1E+3"), None),
        ("decimal_number", 10.5, None),
        ("decimal_number", [10], None),
        ("decimal_number", False, None),
    ],
)
def test_amounts_are_read_as_the_profile_says(format: str, told: Any, units: int | None) -> None:
    """Minor units are never taken for whole ones, nor the other way round."""
    reader, pointer = amounts(format), Pointer.parse("/sum")
    if units is None:
        with pytest.raises(Unintelligible, match="/sum is no amount of RUB"):
            reader.money({"sum": told}, pointer, RUB)
    else:
        assert reader.money({"sum": told}, pointer, RUB) == rub(units)


def currencies(code: str) -> Profile:
    """One with two currencies, whose codes are written so."""
    return profile_with(
        currency=f'code = "{code}"',
        currencies__RUB='decimals = 2\nleast = "1"\nmost = "2"\nnumeric = "643"',
        currencies__USD='decimals = 2\nleast = "1"\nmost = "2"\nnumeric = "008"',
    )


@pytest.mark.parametrize(
    ("code", "told", "asset"),
    [
        ("alpha", "RUB", RUB),
        ("alpha", "usd", USD),
        ("alpha", "643", None),
        ("alpha", "", None),
        ("numeric", "643", RUB),
        ("numeric", 643, RUB),
        ("numeric", 8, USD),
        ("numeric", "RUB", None),
        ("numeric", 978, None),
        ("numeric", None, None),
    ],
)
def test_currencies_are_read_as_the_profile_says(code: str, told: Any, asset: Asset | None) -> None:
    """One that he takes, and no other."""
    reader, pointer = Reader(currencies(code)), Pointer.parse("/c")
    if asset is None:
        with pytest.raises(Unintelligible):
            reader.asset({"c": told}, pointer)
    else:
        assert reader.asset({"c": told}, pointer) == asset


def test_only_our_own_names_are_ours() -> None:
    """As we write them."""
    assert payment_id(ID.hex) == ID
    for other in ("", "x", ID.hex.upper(), str(ID), f"{{{ID}}}", ID.hex + "0", "order-1"):
        assert payment_id(other) is None


def test_a_list_says_what_came_and_what_went_back() -> None:
    """Each dated by itself, and only what is of that time; the rest is not money."""
    hour = timedelta(hours=1)

    def lines(said: object, since: datetime = NOON - hour, until: datetime = NOON) -> list[Line]:
        return lines_in(READER, said, ITEM, since, until)

    at, back_at = NOON - timedelta(minutes=30), NOON - timedelta(minutes=15)
    line = Line(key="p-1", amount=rub(1050), at=at, payment=PaymentId(ID))
    back = Line(key="p-1", amount=rub(400), at=back_at, payment=PaymentId(ID), back=True)
    assert lines(payment()) == [line]
    partly = payment(status="partly_refunded", refunded="4.00")
    assert lines(partly) == [line, back]
    assert lines(partly, since=back_at) == [back]
    assert lines(partly, until=back_at) == [line]
    for status in ("refunded", "charged_back"):
        both = lines(payment(status=status))
        assert [(each.amount, each.back) for each in both] == [
            (rub(1050), False),
            (rub(1050), True),
        ]
    for status in ("new", "held", "in_review", "declined", "expired"):
        assert lines(payment(status=status)) == []
    (others,) = lines(payment(order_id="order-7"))
    assert others.payment is None
    undated = lines(payment(status="refunded", paid_at=None, refunded_at=None))
    assert [each.at for each in undated] == [NOON - hour] * 2
    with pytest.raises(Unintelligible):
        lines(payment(status="frozen"))


@pytest.mark.parametrize(
    ("said", "stage"),
    [
        ({"status": "accepted"}, RefundStage.ACCEPTED),
        ({"status": "done"}, RefundStage.DONE),
        ({"status": "failed"}, RefundStage.FAILED),
        ({"status": "done", "amount": {"value": "10.50"}}, RefundStage.DONE),
        ({"status": "done", "amount": {"value": "10.49"}}, None),
        ({"status": "done", "refund_id": "another"}, None),
        ({"status": "done", "refund_id": None}, None),
        ({"status": "odd"}, None),
        ({"status": None}, None),
    ],
)
def test_a_refund_is_read_as_the_profile_says(
    said: dict[str, Any], stage: RefundStage | None
) -> None:
    """Its own, of its own amount, in a state that is known."""
    wanted = refund(arrival())
    where = PROFILE.refund_query.response if PROFILE.refund_query else None
    assert where is not None
    whole = {"refund_id": wanted.id.hex, "amount": {"value": "10.50"}, **said}
    if stage is None:
        with pytest.raises(Unintelligible):
            refund_stage_of(READER, whole, where, wanted)
    else:
        assert refund_stage_of(READER, whole, where, wanted) is stage


def test_a_refund_without_a_status_is_done_unless_he_can_be_asked() -> None:
    """Where he can be, he has only accepted it."""
    wanted = refund(arrival())
    asked = profile_with(refund__response='refund_id = "/refund_id"')
    assert asked.refund is not None
    said = {"refund_id": wanted.id.hex}
    where = asked.refund.response
    assert refund_stage_of(Reader(asked), said, where, wanted) is RefundStage.ACCEPTED
    quick = profile_with(
        refund__response="# none",
        refund__statuses="# none",
        refund_query="",
        refund_query__response="",
    )
    assert quick.refund is not None
    assert refund_stage_of(Reader(quick), {}, quick.refund.response, wanted) is RefundStage.DONE
    assert zero(RUB).units == 0
