"""The nouns of balances are checked where they are made."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from attrs import evolve, fields
from attrs.exceptions import FrozenInstanceError

from altyn.core.balances import (
    CORRECTION,
    HOLD_MOVES,
    LEGS_MAX,
    Account,
    AccountName,
    Balance,
    Company,
    Examined,
    Finding,
    Hold,
    HoldId,
    HoldState,
    LimitsCrossed,
    MalformedText,
    Move,
    NotAMovement,
    Place,
    Posted,
    Release,
    SameAccount,
    Standing,
    Statement,
    Transfer,
    TransferId,
    account_name,
    entry_of,
    needs_of,
)
from altyn.core.clock import ZoneMissing
from altyn.core.events import Event, EventId
from altyn.core.money import RUB, UNITS_MAX, XTR, AmountTooLarge, Money, NotPositive

ALICE, BOB = account_name("user:alice"), account_name("user:bob")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def transfer(units: int = 5) -> Transfer:
    """A good one."""
    return Transfer(id=TransferId(uuid4()), source=ALICE, target=BOB, amount=Money(units, XTR))


def hold(units: int = 5, expires_at: datetime | None = None) -> Hold:
    """A good one."""
    return Hold(id=HoldId(uuid4()), account=ALICE, amount=Money(units, XTR), expires_at=expires_at)


@pytest.mark.parametrize(
    "text", ["user:42", "a:b", "fees:ton", "u_1:A.b@c:d-e_f", "x" * 32 + ":" + "y" * 96]
)
def test_names_say_whose_an_account_is(text: str) -> None:
    """Purpose, colon, owner."""
    account = Account(account_name(text), XTR)
    assert f"{account.purpose}:{account.owner}" == text
    assert ":" not in account.purpose


@pytest.mark.parametrize(
    "text",
    [
        *["", "user", "user:", ":42", "User:1", "1user:1", "user: 1", "user:-1", "user:1\n"],
        *["user:ы", "x" * 33 + ":1", "x:" + "y" * 97, "user:a/b"],
    ],
)
def test_other_names_are_refused(text: str) -> None:
    """By the name itself, and by everything that bears one."""
    bad = AccountName(text)
    for make in (
        lambda: account_name(text),
        lambda: Account(bad, XTR),
        lambda: evolve(transfer(), source=bad),
        lambda: evolve(transfer(), target=bad),
        lambda: evolve(hold(), account=bad),
    ):
        with pytest.raises(MalformedText) as said:
            make()
        assert (said.value.what, said.value.text) == ("account", text[:80])


@pytest.mark.parametrize(
    ("floor", "ceiling"),
    [(1, 5), (0, -1), (-5, -1)],
)
def test_limits_must_leave_room_for_nothing(floor: int, ceiling: int) -> None:
    """The floor is zero or less, the ceiling zero or more."""
    with pytest.raises(LimitsCrossed) as said:
        Account(ALICE, XTR, floor, ceiling)
    assert said.value.facts == {
        "account": ALICE,
        "floor": Money(floor, XTR),
        "ceiling": Money(ceiling, XTR),
    }


@pytest.mark.parametrize(("floor", "ceiling"), [(-UNITS_MAX - 1, 0), (0, UNITS_MAX + 1)])
def test_limits_fit_into_64_bits(floor: int, ceiling: int) -> None:
    """What no storage could count is no limit."""
    with pytest.raises(AmountTooLarge):
        Account(ALICE, XTR, floor, ceiling)


def test_an_account_is_never_below_zero_unless_declared() -> None:
    """The safe limits are the default."""
    account = Account(ALICE, XTR)
    assert (account.floor_units, account.ceiling_units) == (0, UNITS_MAX)
    assert Account.unlimited(ALICE, XTR) == Account(ALICE, XTR, -UNITS_MAX, UNITS_MAX)


def test_a_standing_knows_what_may_leave_and_come() -> None:
    """Down to the floor without what is held, up to the ceiling; never more held than counts."""
    standing = Standing(
        Account(ALICE, XTR, -10, 100), posted=30, held=5, entries=3, touched_at=NOON
    )
    assert (standing.spendable, standing.reservable, standing.room) == (35, 35, 70)
    balance = Balance(ALICE, Money(30, XTR), Money(5, XTR))
    assert standing.balance == balance
    assert balance.available == Money(25, XTR)
    full = Standing(Account.unlimited(ALICE, XTR), UNITS_MAX, UNITS_MAX - 3, 9, NOON)
    assert full.reservable == 3


@pytest.mark.parametrize("units", [0, -1, -UNITS_MAX])
def test_what_moves_or_is_held_is_positive(units: int) -> None:
    """Nothing and less than nothing do not move."""
    for make in (transfer, hold):
        with pytest.raises(NotPositive) as said:
            make(units)
        assert said.value.facts == {"amount": Money(units, XTR)}


def test_a_transfer_needs_two_accounts() -> None:
    """Money does not move from an account to itself."""
    with pytest.raises(SameAccount) as said:
        evolve(transfer(), target=ALICE)
    assert said.value.facts == {"account": ALICE}


@pytest.mark.parametrize("kind", ["", "Purchase", "1st", "a-b", "покупка", "x" * 33, "a b", "a\n"])
def test_a_kind_is_a_plain_word(kind: str) -> None:
    """Small letters, digits and underscores."""
    with pytest.raises(MalformedText) as said:
        evolve(transfer(), kind=kind)
    assert (said.value.what, said.value.text) == ("kind", kind[:40])


@pytest.mark.parametrize("text", ["a\nb", "\x00", "\x1f", "a\tb", "\u2028", "\ud800", "\u202e"])
def test_words_are_one_line_of_text(text: str) -> None:
    """No control characters, nothing that turns the line around, nothing UTF-8 cannot hold."""
    for make, what in (
        (lambda: evolve(transfer(), memo=text), "memo"),
        (lambda: evolve(transfer(), reference=text), "reference"),
        (lambda: evolve(hold(), reference=text), "reference"),
    ):
        with pytest.raises(MalformedText) as said:
            make()
        assert said.value.what == what
        assert len(str(said.value).splitlines()) == 1


def test_words_are_bounded() -> None:
    """The longest is kept, one character more is refused, and not repeated in full."""
    assert len(evolve(transfer(), memo="ы" * 500, reference="ы" * 128, kind="k" * 32).memo) == 500
    for change in ({"memo": "ы" * 501}, {"reference": "ы" * 129}):
        with pytest.raises(MalformedText) as said:
            evolve(transfer(), **change)  # type: ignore[arg-type]
        assert said.value.text == "ы" * 40 + "…"


def test_the_opposite_takes_back() -> None:
    """The other way round, the same reference, and the name of the mistake."""
    mistake = evolve(transfer(9), reference="order-7", memo="m")
    id = TransferId(uuid4())
    back = mistake.opposite(id, memo="sorry")
    assert (back.id, back.source, back.target, back.amount) == (id, BOB, ALICE, mistake.amount)
    assert (back.kind, back.reference, back.memo) == (CORRECTION, "order-7", "sorry")
    assert back.corrects == mistake.id
    assert mistake.opposite(id, amount=Money(4, XTR)).amount == Money(4, XTR)


def test_a_hold_is_late_from_its_moment_on() -> None:
    """Without one never; its moment needs a zone."""
    with_end = hold(expires_at=NOON)
    assert not with_end.late(NOON - timedelta.resolution)
    assert with_end.late(NOON)
    assert not hold().late(datetime.max.replace(tzinfo=UTC))
    with pytest.raises(ZoneMissing):
        hold(expires_at=NOON.replace(tzinfo=None))


def test_a_hold_moves_once() -> None:
    """From open to one of three ends, and from there nowhere."""
    ends = set(HoldState) - {HoldState.OPEN}
    assert HOLD_MOVES[HoldState.OPEN] == ends
    assert all(HOLD_MOVES[end] == set() for end in ends)
    assert set(HOLD_MOVES) == set(HoldState)


def test_a_movement_is_some_transfers_with_ids_of_their_own() -> None:
    """From one to a hundred."""
    one = transfer()
    assert Move.of(one).companies == (Company(one.id, 0, 1),)
    many = [transfer() for _ in range(LEGS_MAX)]
    capture = HoldId(uuid4())
    assert Move(tuple(many), capture).companies[-1] == Company(many[0].id, 99, 100, capture)
    for bad in ([], [one, one], [one, transfer(), one], [*many, one]):
        with pytest.raises(NotAMovement) as said:
            Move.of(*bad)
        assert said.value.legs == len(bad)


def test_a_capture_beyond_64_bits_is_refused() -> None:
    """So that no storage has to sum it up; a movement without a hold has no such sum."""
    legs = transfer(UNITS_MAX), transfer(1)
    Move(legs)
    with pytest.raises(AmountTooLarge) as said:
        Move(legs, HoldId(uuid4()))
    assert said.value.units == UNITS_MAX + 1


def test_an_entry_is_a_transfer_from_one_side() -> None:
    """What left is negative, what came is positive, each with its own number and balance."""
    moved = transfer(5)
    posted = Posted(moved, Company(moved.id, 0, 1), NOON, 7, 3, Money(1, XTR), Money(9, XTR))
    left, came = entry_of(posted, ALICE), entry_of(posted, BOB)
    assert (left.number, left.change, left.after) == (7, Money(-5, XTR), Money(1, XTR))
    assert (came.number, came.change, came.after) == (3, Money(5, XTR), Money(9, XTR))
    assert (left.counterpart, came.counterpart) == (BOB, ALICE)
    assert Statement() == Statement((), None)


def test_needs_name_everything_that_rules_look_at() -> None:
    """Both ends of every leg, the transfers and those they correct, and the holds."""
    one, kept = transfer(), hold()
    back = one.opposite(TransferId(uuid4()))
    rubles = evolve(transfer(), amount=Money(1, RUB))
    released, captured = HoldId(uuid4()), HoldId(uuid4())
    needs = needs_of([Move((back, rubles), captured), Place(kept), Release(released)])
    assert needs.accounts == {(name, code) for name in (ALICE, BOB) for code in ("XTR", "RUB")}
    assert needs.transfers == {back.id, one.id, rubles.id}
    assert needs.holds == {captured, kept.id, released}


def test_a_finding_says_where_the_books_are_wrong() -> None:
    """The law, the row, and the difference; a law that holds has none."""
    finding = Finding("sums to zero", "XTR", "0", "5")
    assert str(finding) == "sums to zero: XTR: expected 0, found 5"
    assert Examined("sums to zero", 5).finding is None


def test_an_event_needs_no_facts() -> None:
    """A name and a moment may be enough."""
    assert Event(id=EventId(uuid4()), name="hold.expired", at=NOON).facts == {}


def test_values_do_not_change() -> None:
    """They change into new ones only."""
    for value in (transfer(), hold(), Account(ALICE, XTR), Move.of(transfer()), Money(1, XTR)):
        for each in fields(type(value)):
            with pytest.raises(FrozenInstanceError):
                setattr(value, each.name, None)
