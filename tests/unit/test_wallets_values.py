"""Bills, outlays, cheques and chequebooks: what they are, and what they refuse to be."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from attrs import evolve

from altyn.adapters.memory import ManualClock
from altyn.core.balances import account_name
from altyn.core.clock import ZoneMissing
from altyn.core.money import TON, USDT, AssetsMixed, Money, NotPositive
from altyn.core.wallets import (
    CHEQUE_MOVES,
    OUTLAY_MOVES,
    Bill,
    BillTooLarge,
    Caps,
    Cheque,
    Chequebook,
    ChequeId,
    ChequeOpen,
    ChequeState,
    Draft,
    Look,
    NotABill,
    Outlay,
    OutlayId,
    OutlayState,
    Part,
    Sight,
    SpentForToday,
    Wallets,
    WalletUnknown,
    fees,
    purse,
)
from altyn.core.wallets.presenting import paid_of
from altyn.core.wallets.schedule import GIVEN_UP, next_look
from altyn.core.wording import MalformedText
from tests.unit.purchases_house import FakeWallet
from tests.unit.test_errors import TABLE, home_of

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NAIVE = datetime(2026, 1, 1, 12)  # noqa: DTZ001
MINUTE = timedelta(minutes=1)
ONE = ChequeId(UUID(int=1))


def ton(units: int) -> Money:
    return Money(units, TON)


def bill(*units: int) -> Bill:
    return Bill(parts=tuple(Part(to="shop", amount=ton(each)) for each in units), pay_before=NOON)


def outlay(number: int = 1, units: int = 5, to: str = "shop") -> Outlay:
    return Outlay(
        id=OutlayId(UUID(int=number)),
        wallet="ton",
        bill=Bill(parts=(Part(to=to, amount=ton(units)),), pay_before=NOON),
        target=account_name("supply:shop"),
        reference=f"thing {number}",
        created_at=NOON,
    )


def cheque(signed_at: datetime = NOON, **changes: object) -> Cheque:
    draft = Draft(message="m", hash="h", sequence=3, expires_at=signed_at + MINUTE)
    told = {
        "id": ONE,
        "wallet": "ton",
        "number": 1,
        "draft": draft,
        "outlays": (OutlayId(UUID(int=1)), OutlayId(UUID(int=2))),
        "present_before": signed_at + MINUTE,
        "signed_at": signed_at,
        "check_at": signed_at,
    }
    return Cheque(**{**told, **changes})  # type: ignore[arg-type]


# Bills.


def test_a_bill_is_the_sum_of_its_parts() -> None:
    """All of them in one asset."""
    assert bill(1, 2, 3).total == ton(6)
    assert bill(1).asset == TON


@pytest.mark.parametrize("units", [(), (1, 1, 1, 1, 1)])
def test_a_bill_has_from_one_to_a_few_parts(units: tuple[int, ...]) -> None:
    """Neither none, nor more than a wallet sends at once."""
    with pytest.raises(NotABill) as refused:
        bill(*units)
    assert refused.value.parts == len(units)


def test_a_bill_is_in_one_asset() -> None:
    """Who wants two is owed two bills."""
    parts = (Part(to="a", amount=ton(1)), Part(to="a", amount=Money(1, USDT)))
    with pytest.raises(AssetsMixed):
        Bill(parts=parts, pay_before=NOON)


def test_a_bill_says_in_which_zone_it_runs_out() -> None:
    """Else nobody knows when."""
    with pytest.raises(ZoneMissing):
        evolve(bill(1), pay_before=NAIVE)


def test_a_part_is_a_positive_amount_to_somebody() -> None:
    """With words of a bounded length, which may have more than one line."""
    assert Part(to="a", amount=ton(1), comment="for you\nRef#1").comment == "for you\nRef#1"
    with pytest.raises(NotPositive):
        Part(to="a", amount=ton(0))
    with pytest.raises(MalformedText):
        Part(to="", amount=ton(1))
    with pytest.raises(MalformedText):
        Part(to="a" * 129, amount=ton(1))
    with pytest.raises(MalformedText):
        Part(to="a", amount=ton(1), comment="x" * 513)
    with pytest.raises(MalformedText):
        Part(to="a", amount=ton(1), body="x" * 8193)


# Outlays.


def test_nothing_leads_back_to_where_an_outlay_could_be_signed_again() -> None:
    """Once it is on a cheque it is paid or not, and either for good."""
    assert not any(OutlayState.DUE in after for after in OUTLAY_MOVES.values())
    assert not outlay().ended
    assert outlay().paid("tx\n1").proof == "tx 1"
    assert outlay().paid("tx").ended
    assert outlay().unpaid(ValueError("no\nno")).told == "no no"
    assert outlay().signed(ONE).cheque == ONE


# Cheques.


def test_what_is_not_there_in_time_never_will_be() -> None:
    """A cheque is void when it was not seen after it ran out, by the clock outside, or is no more
    possible; until then nothing is known."""
    its, end = cheque(), NOON + MINUTE
    late, early = end, end - timedelta(microseconds=1)
    assert Look(sight=Sight.NOTHING, as_of=early).fate(its) is ChequeState.SIGNED
    assert Look(sight=Sight.NOTHING, as_of=late).fate(its) is ChequeState.VOID
    assert Look(sight=Sight.NEVER, as_of=early).fate(its) is ChequeState.VOID
    assert Look(sight=Sight.CASHED, as_of=late).fate(its) is ChequeState.CASHED


def test_what_was_not_carried_out_paid_nothing() -> None:
    """Whatever somebody saw of its bills."""
    look = Look(sight=Sight.CASHED, as_of=NOON, paid=(True, False))
    assert paid_of(cheque(state=ChequeState.CASHED), look) == (True, False)
    assert paid_of(cheque(state=ChequeState.VOID), look) == [False, False]


def test_a_cheque_that_ended_stays_so() -> None:
    """Carried out or not, that is known for good."""
    assert not CHEQUE_MOVES[ChequeState.VOID] | CHEQUE_MOVES[ChequeState.CASHED]
    assert cheque(state=ChequeState.VOID).ended
    assert not cheque().ended
    assert cheque().told_that("a\nb").told == "a b"


def test_a_cheque_is_looked_for_until_a_person_is_called() -> None:
    """Ever less often; not at all once it has ended."""
    assert next_look(cheque(), NOON) == NOON + timedelta(seconds=2)
    assert next_look(cheque(checks=99), NOON) == NOON + timedelta(seconds=60)
    assert next_look(cheque(), NOON + MINUTE + GIVEN_UP) is None
    assert next_look(cheque(state=ChequeState.VOID), NOON) is None


# Chequebooks.


def test_a_chequebook_has_one_cheque_open() -> None:
    """Another one is drawn when it is known what became of that."""
    book = Chequebook(wallet="ton").draws(ONE, [outlay(1), outlay(2)], NOON)
    assert (book.number, book.open, book.spent) == (1, ONE, {"TON": 10})
    with pytest.raises(ChequeOpen):
        book.draws(ONE, [], NOON)
    cashed = book.closes(cheque(state=ChequeState.CASHED), [outlay(2)])
    assert (cashed.open, cashed.spent, cashed.sequence) == (None, {"TON": 5}, 3)
    void = book.closes(cheque(state=ChequeState.VOID), [outlay(1), outlay(2)])
    assert (void.spent, void.sequence) == ({"TON": 0}, -1)


def test_each_day_begins_with_nothing_spent() -> None:
    """In UTC; a clock that goes back begins no day again."""
    book = Chequebook(wallet="ton").draws(ONE, [outlay()], NOON)
    assert book.on(NOON + timedelta(hours=11)) == book
    assert book.on(NOON + timedelta(hours=12)).spent == {}
    assert book.on(NOON - timedelta(days=1)) == book


def test_what_was_signed_on_another_day_is_not_given_back_to_this_one() -> None:
    """A day gets back what it had given."""
    today = Chequebook(wallet="ton").draws(ONE, [outlay()], NOON)
    yesterday = cheque(NOON - timedelta(days=1), state=ChequeState.VOID)
    assert today.closes(yesterday, [outlay()]).spent == {"TON": 5}


def test_a_wallet_pays_so_much_at_once_and_so_much_a_day() -> None:
    """And of what is not named, nothing."""
    caps = Caps(a_bill={"TON": ton(5)}, a_day={"TON": ton(12)})
    book = Chequebook(wallet="ton").draws(ONE, [outlay()], NOON)
    book.room(caps, outlay(2), [])
    with pytest.raises(BillTooLarge):
        book.room(caps, outlay(2, units=6), [])
    with pytest.raises(SpentForToday) as refused:
        book.room(caps, outlay(2), [outlay(3)])
    assert refused.value.spent == ton(10)
    with pytest.raises(BillTooLarge):
        book.room(Caps(a_bill={}, a_day={}), outlay(), [])
    with pytest.raises(SpentForToday):
        book.room(evolve(caps, a_day={}), outlay(), [])


def test_a_wallet_may_pay_only_those_whom_it_knows() -> None:
    """Where they are named at all."""
    caps = Caps(a_bill={"TON": ton(9)}, a_day={"TON": ton(9)}, payees=frozenset({"shop"}))
    book = Chequebook(wallet="ton")
    book.room(caps, outlay(), [])
    with pytest.raises(BillTooLarge, match="does not pay eve"):
        book.room(caps, outlay(to="eve"), [])


# Wallets.


def test_wallets_are_known_by_their_names() -> None:
    """Each has one of its own."""
    clock = ManualClock()
    wallets = Wallets.these(FakeWallet(clock), FakeWallet(clock, name="stars"))
    assert wallets.names == ("ton", "stars")
    assert wallets.of("stars").name == "stars"
    with pytest.raises(WalletUnknown) as missing:
        wallets.of("x" * 50)
    assert (missing.value.wallet, missing.value.known) == ("x" * 40, ("stars", "ton"))
    with pytest.raises(ValueError, match="one name"):
        Wallets.these(FakeWallet(clock), FakeWallet(clock))
    assert (purse("ton"), fees("ton")) == ("wallet:ton", "fees:ton")


@pytest.mark.parametrize("code", [code for code in TABLE if ".wallets." in home_of(code)])
def test_a_refusal_says_what_it_is_about(code: str) -> None:
    """In one line, as the table of all refusals has it."""
    _, error, words = TABLE[code]
    assert str(error) == words
