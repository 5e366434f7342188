"""The use cases of balances, on a ledger in memory."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import uuid4

import pytest
from attrs import define

from altyn.adapters.memory import ManualClock, MemoryLedger, MemoryOutbox, MemoryStore
from altyn.core.balances import (
    EXPIRED_EVENT,
    Account,
    CaptureHold,
    Closed,
    Command,
    CorrectTransfer,
    ExpireHolds,
    Hold,
    HoldClosed,
    HoldExceeded,
    HoldId,
    HoldMissing,
    HoldReused,
    HoldState,
    InsufficientFunds,
    Ledger,
    Move,
    MoveMoney,
    OpenAccounts,
    OverCorrected,
    Placed,
    PlaceHold,
    Release,
    ReleaseHold,
    Transfer,
    TransferId,
    TransferMissing,
    TransferReused,
    Verdict,
    account_name,
    facts_of,
    refusal_of,
)
from altyn.core.errors import AltynError
from altyn.core.events import Event
from altyn.core.identifiers import TimeOrdered
from altyn.core.money import RUB, XTR, Money
from altyn.core.transaction import StorageUnreachable
from altyn.entrypoints.testkit import CommandSource
from altyn.entrypoints.testkit.stumbling import undone

ALICE, BOB, BANK = map(account_name, ("user:alice", "user:bob", "clearing:bank"))


def pay(units: int) -> Transfer:
    """From Alice to Bob."""
    return Transfer(id=TransferId(uuid4()), source=ALICE, target=BOB, amount=Money(units, XTR))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
async def ledger(store: MemoryStore, clock: ManualClock) -> MemoryLedger:
    """Alice has 100 stars, Bob nothing."""
    ledger = MemoryLedger(store, clock)
    for account in (Account.unlimited(BANK, XTR), Account(ALICE, XTR), Account(BOB, XTR)):
        await ledger.open(account)
    await MoveMoney(ledger)(
        Transfer(id=TransferId(uuid4()), source=BANK, target=ALICE, amount=Money(100, XTR))
    )
    return ledger


async def units(ledger: Ledger, name: str = "user:alice") -> tuple[int, int]:
    """What the account holds, and what of it is held."""
    balance = await ledger.balance(account_name(name), XTR)
    return balance.posted.units, balance.held.units


async def test_money_moves_or_the_reason_is_raised(ledger: MemoryLedger) -> None:
    """One transfer or several; again is the same; a refusal comes as an exception."""
    move = MoveMoney(ledger)
    one, two, three = pay(10), pay(20), pay(30)
    receipt = await move(one)
    assert receipt.posted[0].transfer == one
    assert await move(one) == receipt
    assert len((await move(two, three)).posted) == 2
    with pytest.raises(InsufficientFunds) as said:
        await move(pay(41))
    assert said.value.available == Money(40, XTR)
    with pytest.raises(TransferReused):
        await move(one, two)
    assert await units(ledger) == (40, 0)


async def test_a_mistake_is_taken_back_by_its_id(ledger: MemoryLedger) -> None:
    """Whole or in part, once under one id, never more than it was."""
    move, correct = MoveMoney(ledger), CorrectTransfer(ledger)
    mistake, id = pay(10), TransferId(uuid4())
    await move(mistake)
    receipt = await correct(mistake.id, id=id, amount=Money(4, XTR), memo="half")
    assert receipt.posted[0].transfer.memo == "half"
    assert await correct(mistake.id, id=id, amount=Money(4, XTR), memo="half") == receipt
    with pytest.raises(OverCorrected):
        await correct(mistake.id, id=TransferId(uuid4()))
    await correct(mistake.id, id=TransferId(uuid4()), amount=Money(6, XTR))
    assert await units(ledger) == (100, 0)
    with pytest.raises(TransferMissing):
        await correct(TransferId(uuid4()), id=TransferId(uuid4()))


async def test_a_hold_is_placed_captured_and_released(
    ledger: MemoryLedger, clock: ManualClock
) -> None:
    """Each answers the same when asked again, and raises what the ledger refuses."""
    place, capture, release = PlaceHold(ledger), CaptureHold(ledger), ReleaseHold(ledger)
    one, two = (Hold(id=HoldId(uuid4()), account=ALICE, amount=Money(30, XTR)) for _ in range(2))
    assert await place(one) == await place(one) == Placed(one, clock.now())
    await place(two)
    assert await units(ledger) == (100, 60)
    with pytest.raises(InsufficientFunds):
        await place(Hold(id=HoldId(uuid4()), account=ALICE, amount=Money(41, XTR)))
    with pytest.raises(HoldReused):
        await place(Hold(id=one.id, account=ALICE, amount=Money(31, XTR)))
    with pytest.raises(HoldExceeded):
        await capture(one.id, pay(31))
    spent = pay(10), pay(5)
    receipt = await capture(one.id, *spent)
    assert await capture(one.id, *spent) == receipt
    assert [posted.company.hold for posted in receipt.posted] == [one.id] * 2
    with pytest.raises(HoldClosed):
        await release(one.id)
    closed = Closed(two.id, HoldState.RELEASED, clock.now())
    assert await release(two.id) == await release(two.id) == closed
    assert await units(ledger) == (85, 0)


class Confused(MemoryLedger):
    """A ledger that answers another question."""

    async def carry_out(self, commands: Sequence[Command]) -> Sequence[Verdict]:
        """As if each were a release."""
        return [Closed(HoldId(uuid4()), HoldState.RELEASED, self.clock.now()) for _ in commands]


async def test_a_ledger_that_answers_something_else_is_not_believed(
    store: MemoryStore, clock: ManualClock
) -> None:
    """No receipt, no success: an adapter's mistake does not pass for a movement."""
    with pytest.raises(TypeError, match="answered Closed instead of Receipt"):
        await MoveMoney(Confused(store, clock))(pay(1))


@define
class Overtaken:
    """A transaction before which somebody else is faster."""

    store: MemoryStore
    ledger: MemoryLedger
    faster: list[Command]

    @property
    def active(self) -> bool:
        """As the store says."""
        return self.store.active

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        """Let the other one go first, once."""
        if self.faster:
            await self.ledger.carry_out([self.faster.pop()])
        async with self.store():
            yield


class Forgetful(MemoryLedger):
    """A ledger that names a late hold it does not have."""

    async def late_holds(self, at: datetime, limit: int) -> Sequence[HoldId]:
        """One that nobody placed."""
        return [HoldId(uuid4())]


class Full(MemoryOutbox):
    """An outbox that takes nothing."""

    async def put(self, events: Sequence[Event]) -> None:
        """Raise after a moment."""
        raise StorageUnreachable("the outbox", "full")


async def with_holds(ledger: Ledger, clock: ManualClock, count: int) -> list[HoldId]:
    """Holds of a star each that end a minute apart, the first in a minute."""
    ids = [HoldId(uuid4()) for _ in range(count)]
    for minutes, id in enumerate(ids, 1):
        until = clock.now() + timedelta(minutes=minutes)
        hold = Hold(id=id, account=ALICE, amount=Money(1, XTR), expires_at=until)
        await PlaceHold(ledger)(hold)
    return ids


async def test_late_holds_expire_and_the_house_is_told(
    ledger: MemoryLedger, store: MemoryStore, clock: ManualClock
) -> None:
    """The oldest first, as many as asked for, each with an event of its own, and once."""
    outbox, ids = MemoryOutbox(store), await with_holds(ledger, clock, 4)
    expire = ExpireHolds(ledger, outbox, store, clock, TimeOrdered(clock))
    assert await expire() == 0
    clock.advance(minutes=3)
    assert await expire(limit=2) == 2
    assert await units(ledger) == (100, 2)
    assert await expire() == 1
    assert await expire() == 0
    events = await outbox.pending(10)
    assert [event.facts for event in events] == [{"hold": str(id)} for id in ids[:3]]
    assert {(event.name, event.at) for event in events} == {(EXPIRED_EVENT, clock.now())}
    assert len({event.id for event in events}) == 3
    states = [(await ledger.hold(id)).state for id in ids]
    assert states == [HoldState.EXPIRED] * 3 + [HoldState.OPEN]


async def test_a_hold_closed_in_the_meantime_is_passed_over(
    ledger: MemoryLedger, store: MemoryStore, clock: ManualClock
) -> None:
    """Losing the race is a normal answer: the others expire, and no event tells of it."""
    outbox, ids = MemoryOutbox(store), await with_holds(ledger, clock, 2)
    clock.advance(minutes=5)
    race = Overtaken(store, ledger, [Release(ids[0])])
    assert await ExpireHolds(ledger, outbox, race, clock, TimeOrdered(clock))() == 1
    (event,) = await outbox.pending(10)
    assert event.facts == {"hold": str(ids[1])}
    assert (await ledger.hold(ids[0])).state == HoldState.RELEASED


async def test_what_cannot_be_told_does_not_happen(
    ledger: MemoryLedger, store: MemoryStore, clock: ManualClock
) -> None:
    """The expiry and its event are kept together or not at all."""
    (id,) = await with_holds(ledger, clock, 1)
    clock.advance(minutes=5)
    with pytest.raises(StorageUnreachable):
        await ExpireHolds(ledger, Full(store), store, clock, TimeOrdered(clock))()
    assert (await ledger.hold(id)).state == HoldState.OPEN
    assert await units(ledger) == (100, 1)


async def test_a_ledger_that_contradicts_itself_is_not_hushed_up(
    store: MemoryStore, clock: ManualClock
) -> None:
    """A late hold that does not exist is an error, not a lost race."""
    outbox = MemoryOutbox(store)
    expire = ExpireHolds(Forgetful(store, clock), outbox, store, clock, TimeOrdered(clock))
    with pytest.raises(HoldMissing):
        await expire()
    assert await outbox.pending(1) == []


async def test_refusals_hold_on_to_nothing(ledger: MemoryLedger) -> None:
    """A refusal that is kept, raised and said again does not grow with every time."""
    broke = pay(101)
    for _ in range(3):
        with pytest.raises(InsufficientFunds):
            await MoveMoney(ledger)(broke)
        (verdict,) = await ledger.carry_out([Move.of(broke)])
        assert isinstance(verdict, AltynError)
        assert verdict.__traceback__ is None


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_the_books_remember_can_be_stored(seed: int) -> None:
    """Every refusal that is said again later survives the way to a storage and back."""
    clock = ManualClock()
    ledger = MemoryLedger(MemoryStore(), clock)
    names = [account_name(f"user:{n}") for n in range(5)]
    source = CommandSource(Random(seed), names, (XTR, RUB))
    for account in source.opening:
        await ledger.open(account)
    await ledger.carry_out(source.funding())
    for _ in range(10):
        commands = source.batch(60, clock.now())
        for verdict in await ledger.carry_out(commands):
            if isinstance(verdict, AltynError):
                stored = json.loads(json.dumps(facts_of(verdict)))
                assert refusal_of(verdict.code, stored).like(verdict)
        clock.advance(seconds=15)


class Opened(MemoryLedger):
    """Remembers what was opened, however often."""

    opened: Final = list[Account]()

    async def open(self, account: Account) -> None:
        """As the port says."""
        self.opened.append(account)
        await super().open(account)


@pytest.fixture
def opened() -> Opened:
    Opened.opened.clear()
    return Opened(MemoryStore(), ManualClock())


async def test_accounts_are_opened_ahead_once(opened: Opened) -> None:
    """With the limits that are wanted, unless somebody chose others for them."""
    accounts = OpenAccounts(opened)
    await opened.open(Account(BOB, XTR))
    for _ in range(2):
        await accounts.ahead(Account.unlimited(ALICE, XTR), Account.unlimited(BOB, XTR))
        await accounts.now(Account.unlimited(ALICE, XTR))
    assert len(opened.opened) == 3
    assert [each.floor_units == 0 for each in await opened.accounts()] == [False, True]


async def test_what_may_be_undone_is_not_remembered(opened: Opened) -> None:
    """It is opened again by whoever needs it next."""
    accounts = OpenAccounts(opened)
    async with undone(opened.store):
        await accounts.now(Account.unlimited(ALICE, XTR))
    assert await opened.accounts() == []
    await accounts.now(Account.unlimited(ALICE, XTR))
    assert [each.name for each in await opened.accounts()] == [ALICE]


async def test_not_too_much_is_remembered(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has more accounts opens some of them again."""
    monkeypatch.setattr("altyn.core.balances.opening.KNOWN_MAX", 1)
    accounts = OpenAccounts(opened)
    for _ in range(2):
        await accounts.ahead(Account(ALICE, XTR), Account(BOB, XTR))
    assert len(opened.opened) == 3
