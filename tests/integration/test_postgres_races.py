"""
Races, each with its interleaving forced by locks that the test holds, and one great crowd.

A lock is held, callers are started, and the database itself tells when they wait for it; nothing
here depends on how fast the machine is.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, nullcontext
from itertools import pairwise, permutations
from random import Random
from uuid import uuid4

import pytest
from attrs import define, evolve
from psycopg import errors

from altyn.adapters.memory import ManualClock
from altyn.adapters.postgres import PostgresLedger, PostgresStore, open_postgres
from altyn.core.balances import (
    Account,
    AccountName,
    Closed,
    Command,
    Expire,
    Hold,
    HoldClosed,
    HoldId,
    HoldState,
    InsufficientFunds,
    Move,
    Place,
    Placed,
    Receipt,
    Release,
    Transfer,
    TransferId,
    TransferReused,
    Verdict,
    account_name,
)
from altyn.core.errors import AltynError
from altyn.core.money import XTR, Money
from altyn.core.transaction import StorageBusy
from altyn.entrypoints.testkit import agree
from tests.integration.postgres_sessions import (
    HOLD,
    findings,
    locked,
    patient_store,
    pid_of,
    session,
    until_waiting,
    with_options,
)

BANK = account_name("clearing:bank")
# Opened in this order, so this is the order in which their rows are locked.
LOW = account_name("user:low")
HIGH = account_name("user:high")
LAST = account_name("user:last")
SHOP = account_name("income:shop")
FUNDS = 1_000


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    patient = "-c lock_timeout=60s -c idle_in_transaction_session_timeout=60s"
    async with open_postgres(with_options(postgres_url, patient), connections_max=8) as store:
        yield store


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def ledger(store: PostgresStore, clock: ManualClock) -> PostgresLedger:
    """Three users with money, a shop without, and the bank it came from."""
    ledger = PostgresLedger(store, clock)
    for account in (Account.unlimited(BANK, XTR), *(Account(n, XTR) for n in (LOW, HIGH, LAST))):
        await ledger.open(account)
    await ledger.open(Account(SHOP, XTR))
    await ledger.carry_out([pay(BANK, name, FUNDS) for name in (LOW, HIGH, LAST)])
    return ledger


@define
class Others:
    """Other processes on the same database, each with one connection and a lane of its own."""

    url: str
    clock: ManualClock
    stack: AsyncExitStack
    tasks: list[asyncio.Task[Sequence[Verdict]]]

    async def ledger(self, clock: ManualClock | None = None) -> PostgresLedger:
        """A ledger of a process of its own."""
        store = await self.stack.enter_async_context(patient_store(self.url))
        return PostgresLedger(store, clock or self.clock)

    async def ask(
        self, commands: Sequence[Command], clock: ManualClock | None = None
    ) -> asyncio.Task[Sequence[Verdict]]:
        """Another process asks for it, and its question is on the way."""
        task = asyncio.create_task((await self.ledger(clock)).carry_out(commands))
        self.tasks.append(task)
        return task

    async def asked(self, commands: Sequence[Command], clock: ManualClock | None = None) -> None:
        """Another process asks for it and waits for a lock, as everyone before it does."""
        await self.ask(commands, clock)
        await until_waiting(self.url, len(self.tasks))

    async def verdicts(self) -> list[Verdict]:
        """What they were answered; everyone asked for one thing."""
        return [verdict for answer in await asyncio.gather(*self.tasks) for verdict in answer]


@pytest.fixture
async def others(postgres_url: str, clock: ManualClock) -> AsyncIterator[Others]:
    async with AsyncExitStack() as stack:
        others = Others(postgres_url, clock, stack, [])
        try:
            yield others
        finally:
            for task in others.tasks:
                task.cancel()
            await asyncio.gather(*others.tasks, return_exceptions=True)


def pay(
    source: AccountName, target: AccountName, units: int = 1, id: TransferId | None = None
) -> Move:
    """A transfer on its own."""
    return Move.of(one(source, target, units, id))


def one(
    source: AccountName, target: AccountName, units: int = 1, id: TransferId | None = None
) -> Transfer:
    id = id or TransferId(uuid4())
    return Transfer(id=id, source=source, target=target, amount=Money(units, XTR))


def set_aside(account: AccountName, units: int, id: HoldId | None = None) -> Hold:
    return Hold(id=id or HoldId(uuid4()), account=account, amount=Money(units, XTR))


async def units(ledger: PostgresLedger, *names: AccountName) -> list[int]:
    return [(await ledger.balance(name, XTR)).posted.units for name in names]


# (a) a crowd


async def test_a_crowd_over_eight_connections(ledger: PostgresLedger, store: PostgresStore) -> None:
    """64 tasks, ten accounts and a hot one, in transactions and without: all of it counts once."""
    names = [account_name(f"user:{n}") for n in range(10)]
    for name in names:
        await ledger.open(Account(name, XTR))
    await ledger.carry_out([pay(BANK, name, FUNDS) for name in names])
    others = [PostgresLedger(store, ManualClock()) for _ in range(4)]  # lanes beside each other
    told: list[tuple[Command, Verdict]] = []

    async def mover(seed: int) -> None:
        random = Random(seed)
        ledger = random.choice(others)
        for step in range(12):
            source, target = random.sample(names, 2)
            commands: list[Command] = [pay(source, target, random.randint(1, 40))]
            commands.append(pay(source, SHOP) if step % 2 else pay(target, SHOP))
            if step % 4 == 1:
                commands.append(Move.of(one(target, source, 3), one(source, SHOP, 3)))
            if step % 3:
                said = await ledger.carry_out(commands)
            else:
                async with store():
                    said = [*await ledger.carry_out(commands)]
            told.extend(zip(commands, said, strict=True))

    async with asyncio.TaskGroup() as group:
        for seed in range(64):
            group.create_task(mover(seed))

    kinds = Counter(type(verdict) for _, verdict in told)
    assert set(kinds) <= {Receipt, InsufficientFunds}, kinds
    assert kinds[Receipt] > 1_500
    expected = Counter(dict.fromkeys(names, FUNDS))
    for command, verdict in told:
        assert isinstance(command, Move)
        if isinstance(verdict, Receipt):
            for posted in verdict.posted:
                assert await ledger.transfer(posted.transfer.id) == posted
                expected[posted.transfer.source] -= posted.transfer.amount.units
                expected[posted.transfer.target] += posted.transfer.amount.units
    for name in (*names, SHOP):
        statement = await ledger.statement(name, XTR, limit=10_000)
        assert [entry.number for entry in statement.entries][-1] == 1
        for newer, older in pairwise(statement.entries):
            assert newer.number == older.number + 1
            assert newer.after == older.after + newer.change
        assert await units(ledger, name) == [expected[name]]
    assert await findings(store) == []


async def test_transactions_that_lock_in_opposite_order_are_refused_not_stuck(
    ledger: PostgresLedger, store: PostgresStore, others: Others, postgres_url: str
) -> None:
    """A use case that posts twice inside a transaction may meet another: one waits, one is told."""
    first, second = await others.ledger(), await others.ledger()
    outcome: list[str] = []

    async def both(
        ledger: PostgresLedger, way: Sequence[Command], ready: asyncio.Event, go: asyncio.Event
    ) -> None:
        try:
            async with ledger.store():
                await ledger.carry_out([way[0]])
                ready.set()
                await go.wait()
                await ledger.carry_out([way[1]])
            outcome.append("done")
        except StorageBusy:
            outcome.append("busy")

    one_ready, two_ready = asyncio.Event(), asyncio.Event()
    ways = [[pay(LOW, SHOP), pay(HIGH, BANK)], [pay(HIGH, BANK), pay(LOW, SHOP)]]
    async with asyncio.TaskGroup() as group:
        group.create_task(both(first, ways[0], one_ready, two_ready))
        group.create_task(both(second, ways[1], two_ready, one_ready))
    assert sorted(outcome) == ["busy", "done"]
    assert await units(ledger, LOW, HIGH) == [FUNDS - 1, FUNDS - 1]
    assert await findings(store) == []


# (b) the order of locks


async def _movements(_: PostgresLedger) -> list[Command]:
    return [Move.of(one(HIGH, LOW), one(LOW, HIGH))]


async def _holds(ledger: PostgresLedger) -> list[Command]:
    holds = [set_aside(HIGH, 1), set_aside(LOW, 1)]
    await ledger.carry_out([Place(hold) for hold in holds])
    return [Release(hold.id) for hold in holds]


async def _captures(ledger: PostgresLedger) -> list[Command]:
    hold = set_aside(HIGH, 1)
    await ledger.carry_out([Place(hold)])
    return [Move((one(HIGH, LOW),), hold.id)]


async def _up(_: PostgresLedger) -> list[Command]:
    return [pay(LOW, HIGH)]


async def _down(_: PostgresLedger) -> list[Command]:
    return [pay(HIGH, LOW)]


async def _many(_: PostgresLedger) -> list[Command]:
    return [pay(HIGH, LOW), pay(LOW, HIGH), pay(HIGH, SHOP), pay(SHOP, LOW)]


async def _one_refused(_: PostgresLedger) -> list[Command]:
    return [pay(HIGH, LOW), pay(HIGH, LOW, 10 * FUNDS)]


async def _places(_: PostgresLedger) -> list[Command]:
    return [Place(set_aside(HIGH, 1)), Place(set_aside(LOW, 1))]


Way = Callable[[PostgresLedger], Awaitable[list[Command]]]
WAYS: Sequence[Way] = [
    _up,
    _down,
    _many,
    _one_refused,
    _movements,
    _places,
    _holds,
    _captures,
]
every_way = pytest.mark.parametrize("way", WAYS, ids=[way.__name__.strip("_") for way in WAYS])


async def is_free(url: str, name: AccountName) -> bool:
    """Whether nobody has this account's balance in hand."""
    async with session(url) as connection:
        try:
            await connection.execute(HOLD + " NOWAIT", (name,))
        except errors.LockNotAvailable:
            return False
    return True


async def higher_is_free_while_lower_is_awaited(
    url: str, ledger: PostgresLedger, others: Others, way: Way
) -> bool:
    """Hold the lower account, let another process begin, and look whether it took the higher."""
    commands = await way(ledger)
    async with locked(url, LOW):
        await others.asked(commands)
        free = await is_free(url, HIGH)
    for verdict in await others.verdicts():
        assert isinstance(verdict, Receipt | Placed | Closed | InsufficientFunds), verdict
    return free


@every_way
async def test_accounts_are_locked_in_one_order(
    postgres_url: str, ledger: PostgresLedger, others: Others, way: Way
) -> None:
    """Whoever waits for the lower account does not hold the higher, whichever way money goes."""
    assert await higher_is_free_while_lower_is_awaited(postgres_url, ledger, others, way)


@every_way
async def test_the_test_of_the_order_can_fail(
    postgres_url: str, ledger: PostgresLedger, others: Others, way: Way
) -> None:
    """With the order turned round in the database's functions, the same look finds it."""
    assert await turned_round(postgres_url) > 1
    assert not await higher_is_free_while_lower_is_awaited(postgres_url, ledger, others, way)


SORTED = re.compile(r"(ORDER BY [\w.]+)(?=\s+FOR NO KEY UPDATE)")
"""Rows sorted by account before they are locked."""
PAIRED = re.compile(r"= (least|greatest)\((?=s\.id, t\.id\))")
"""Two rows told apart by their accounts and locked one after the other."""


async def turned_round(url: str) -> int:
    """Make every function that locks balances in order do so in the opposite one; how many."""
    turned = 0
    async with session(url) as connection:
        definitions = await connection.execute(
            "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'altyn'::regnamespace"
        )
        for (text,) in await definitions.fetchall():
            other = SORTED.sub(r"\1 DESC", text)
            other = PAIRED.sub(
                lambda word: "= greatest(" if word[1] == "least" else "= least(", other
            )
            if other != text:
                await connection.execute(other.encode())
                turned += 1
    return turned


async def test_all_ways_at_once_wait_for_the_first_account(
    postgres_url: str, ledger: PostgresLedger, store: PostgresStore, others: Others
) -> None:
    """Every function waits for the same lock, holding no other; then all of them get through."""
    lists = [await way(ledger) for way in WAYS]
    before = await units(ledger, LOW, HIGH, SHOP)
    async with locked(postgres_url, LOW):
        for commands in lists:
            await others.asked(commands)
        assert await is_free(postgres_url, HIGH)
        assert await is_free(postgres_url, SHOP)
    verdicts = await others.verdicts()
    assert Counter(type(each) for each in verdicts)[InsufficientFunds] == 1
    assert sum(await units(ledger, LOW, HIGH, SHOP)) == sum(before)
    assert await findings(store) == []


@every_way
async def test_whoever_waited_sees_what_was_done_meanwhile(
    ledger: PostgresLedger, store: PostgresStore, others: Others, way: Way
) -> None:
    """A lock is waited for with old figures in mind; what is written builds on the new ones."""
    commands = await way(ledger)
    before = [await ledger.statement(name, XTR) for name in (LOW, HIGH)]
    meanwhile: list[Command] = [pay(LAST, LOW, 11), pay(HIGH, SHOP, 500), pay(LOW, SHOP, 7)]
    await _while_another_transaction(store, ledger, meanwhile, commands, others, kept=True)
    verdicts = await others.verdicts()
    refused = [each for each in verdicts if isinstance(each, AltynError)]
    assert len(refused) == (way is _one_refused)
    legs = sum(len(each.posted) for each in verdicts if isinstance(each, Receipt))
    changed = [await ledger.statement(name, XTR) for name in (LOW, HIGH)]
    added = sum(len(a.entries) - len(b.entries) for a, b in zip(changed, before, strict=True))
    assert added >= 3 + legs
    assert await findings(store) == []


# (c) one id, several callers


async def test_the_same_transfer_from_four_processes_is_made_once(
    postgres_url: str, ledger: PostgresLedger, store: PostgresStore, others: Others
) -> None:
    """They all wait for the same account; the first does it, the others are answered the same."""
    move = pay(LOW, HIGH, 7)
    async with locked(postgres_url, LOW):
        for _ in range(4):
            await others.asked([move])
    answers = await others.verdicts()
    assert isinstance(answers[0], Receipt)
    assert answers == [answers[0]] * 4
    assert await units(ledger, LOW, HIGH) == [FUNDS - 7, FUNDS + 7]
    assert await findings(store) == []


@pytest.mark.parametrize("count", [1, 2, 5], ids=["alone", "two", "five"])
@pytest.mark.parametrize("kept", [True, False], ids=["committed", "rolled-back"])
async def test_an_id_that_somebody_is_just_using_with_other_contents(
    ledger: PostgresLedger,
    store: PostgresStore,
    others: Others,
    postgres_url: str,
    count: int,
    *,
    kept: bool,
) -> None:
    """Whoever comes second waits for the first: refused if it commits, done if it does not."""
    id = TransferId(uuid4())
    rest = [pay(LAST, SHOP) for _ in range(count - 1)]
    await _while_another_transaction(
        store, ledger, [pay(LOW, HIGH, 3, id)], [*rest, pay(LAST, SHOP, 4, id)], others, kept=kept
    )
    *before, verdict = await others.verdicts()
    assert all(isinstance(each, Receipt) for each in before)
    assert isinstance(verdict, TransferReused if kept else Receipt)
    shop = count - 1 if kept else count + 3
    assert await units(ledger, LOW, SHOP) == [FUNDS - 3 * kept, shop]
    assert await findings(store) == []


async def test_a_refused_id_that_somebody_is_just_using(
    ledger: PostgresLedger, store: PostgresStore, others: Others
) -> None:
    """Two are refused under one id at once: the second is told that the id was used before."""
    id = TransferId(uuid4())
    first, second = [pay(LOW, HIGH, 5_000, id)], [pay(LAST, SHOP, 5_000, id)]
    await _while_another_transaction(store, ledger, first, second, others, kept=True)
    (verdict,) = await others.verdicts()
    assert isinstance(verdict, TransferReused)
    assert await findings(store) == []


async def test_a_hold_id_that_somebody_is_just_using(
    ledger: PostgresLedger, store: PostgresStore, others: Others
) -> None:
    """Two place a hold under one id at once: one is set aside, the other is refused."""
    id = HoldId(uuid4())
    first, second = [Place(set_aside(LOW, 5, id))], [Place(set_aside(LAST, 5, id))]
    await _while_another_transaction(store, ledger, first, second, others, kept=True)
    (verdict,) = await others.verdicts()
    assert isinstance(verdict, AltynError)
    assert verdict.code == "hold_reused"
    assert (await ledger.balance(LAST, XTR)).held.units == 0
    assert await findings(store) == []


async def _while_another_transaction(
    store: PostgresStore,
    ledger: PostgresLedger,
    first: Sequence[Command],
    second: Sequence[Command],
    others: Others,
    *,
    kept: bool,
) -> None:
    """The first is carried out and not committed until the second waits for it."""
    try:
        async with store():
            await ledger.carry_out(first)
            await others.asked(second)
            if not kept:
                raise LookupError
    except LookupError:
        return


# (d) one hold, three ends


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
async def test_capture_release_and_expiry_race_for_one_hold(
    postgres_url: str,
    ledger: PostgresLedger,
    store: PostgresStore,
    clock: ManualClock,
    others: Others,
    order: tuple[int, ...],
) -> None:
    """All three find it open and wait; exactly one closes it, the others are told how it ended."""
    hold = evolve(set_aside(LOW, 10), expires_at=clock.now().replace(minute=30))
    await ledger.carry_out([Place(hold)])
    late = ManualClock(clock.now().replace(minute=45))  # clocks of two processes may differ
    asked: list[tuple[Command, ManualClock]] = [
        (Move((one(LOW, SHOP, 6),), hold.id), clock),
        (Release(hold.id), clock),
        (Expire(hold.id), late),
    ]
    async with locked(postgres_url, LOW):
        for nth in order:
            command, its_clock = asked[nth]
            await others.asked([command], its_clock)
    verdicts = await others.verdicts()
    won = [each for each in verdicts if isinstance(each, Receipt | Closed)]
    assert len(won) == 1
    kept = await ledger.hold(hold.id)
    lost = [each for each in verdicts if each not in won]
    assert all(agree(each, HoldClosed(hold.id, kept.state)) for each in lost)
    if isinstance(won[0], Receipt):
        assert (kept.state, kept.captured.units) == (HoldState.CAPTURED, 6)
        assert await units(ledger, LOW, SHOP) == [FUNDS - 6, 6]
    else:
        assert won[0] == Closed(hold.id, kept.state, kept.closed_at or clock.now())
        assert await units(ledger, LOW, SHOP) == [FUNDS, 0]
    assert (await ledger.balance(LOW, XTR)).held.units == 0
    assert await findings(store) == []


@pytest.mark.parametrize("end", ["release", "expire"])
async def test_a_hold_that_came_after_the_locks(
    postgres_url: str,
    ledger: PostgresLedger,
    store: PostgresStore,
    clock: ManualClock,
    others: Others,
    end: str,
) -> None:
    """
    Nobody is told that money went back which another just spent.

    The hold is placed while a batch that gives it back waits for a lock: the batch could not know
    which account to lock for it. Then somebody captures it at the same moment.
    """
    hold = evolve(set_aside(LOW, 10), expires_at=clock.now().replace(minute=30))
    late = ManualClock(clock.now().replace(minute=45))
    give_back = Release(hold.id) if end == "release" else Expire(hold.id)
    placer = await others.ledger()
    async with store():
        async with locked(postgres_url, LAST):
            await others.asked([give_back, pay(BANK, LAST)], late)
            await placer.carry_out([Place(hold)])
            (receipt,) = await ledger.carry_out([Move((one(LOW, SHOP, 6),), hold.id)])
            assert isinstance(receipt, Receipt)
        await until_waiting(postgres_url, 1, behind=await pid_of(store))
    verdict, _ = await others.verdicts()
    assert agree(verdict, HoldClosed(hold.id, HoldState.CAPTURED)), verdict
    assert await units(ledger, LOW, SHOP) == [FUNDS - 6, 6]
    assert await findings(store) == []


# (e) two processes


async def test_two_processes_ask_for_the_same_ids(
    ledger: PostgresLedger, store: PostgresStore, others: Others
) -> None:
    """Lanes of two processes with the same ids, each in its own order: one effect, one answer."""
    lanes = [await others.ledger(), await others.ledger()]
    names = (LOW, HIGH, LAST, SHOP)
    random = Random(2)
    pairs = [(left, right) for left in names for right in names if left != right]
    moves = [pay(*random.choice(pairs), random.randint(1, 90)) for _ in range(150)]
    moves += [Move.of(one(LOW, HIGH, 2), one(HIGH, SHOP, 2)) for _ in range(20)]
    answers: list[dict[TransferId, Verdict]] = [{}, {}]

    async def ask(nth: int, move: Move) -> None:
        (answers[nth][move.transfers[0].id],) = await lanes[nth].carry_out([move])

    async with asyncio.TaskGroup() as group:
        for nth in range(2):
            for move in random.sample(moves, len(moves)):
                group.create_task(ask(nth, move))
    assert answers[0].keys() == answers[1].keys() == {move.transfers[0].id for move in moves}
    for id, verdict in answers[0].items():
        assert agree(verdict, answers[1][id]), id
    done = [each for each in answers[0].values() if isinstance(each, Receipt)]
    assert len(done) > 50
    entries = [await ledger.statement(name, XTR, limit=10_000) for name in names]
    assert sum(len(each.entries) for each in entries) == 3 + 2 * sum(
        len(each.posted) for each in done
    )
    assert await findings(store) == []


# (f) a lock held for too long


@pytest.mark.parametrize("inside", [False, True], ids=["alone", "in-a-transaction"])
async def test_a_lock_that_is_held_for_too_long(
    postgres_url: str, ledger: PostgresLedger, clock: ManualClock, *, inside: bool
) -> None:
    """The caller is told that the database is busy and when to ask again, and nothing is done."""
    move = pay(LOW, HIGH, 7)
    async with patient_store(postgres_url, lock_timeout="30ms") as hasty:
        impatient = PostgresLedger(hasty, clock)

        async def ask() -> None:
            async with hasty() if inside else nullcontext():
                await impatient.carry_out([move])

        async with locked(postgres_url, HIGH):
            with pytest.raises(StorageBusy) as busy:
                await ask()
        assert busy.value.retry_after_seconds == 1.0
        assert "lock timeout" in str(busy.value)
        assert await units(ledger, LOW, HIGH) == [FUNDS, FUNDS]
        (verdict,) = await impatient.carry_out([move])
    assert isinstance(verdict, Receipt)
    assert await units(ledger, LOW, HIGH) == [FUNDS - 7, FUNDS + 7]


# (g) callers who give up


async def test_a_caller_who_gives_up_takes_nobody_along(
    postgres_url: str, ledger: PostgresLedger, store: PostgresStore, others: Others
) -> None:
    """Cancelled in mid-flight: those beside it are answered, and asking again tells what it was."""
    patient = await others.ledger()
    moves = [pay(LOW, HIGH, 1) for _ in range(6)]
    async with locked(postgres_url, LOW):
        tasks = [asyncio.create_task(patient.carry_out([move])) for move in moves[:1]]
        await until_waiting(postgres_url, 1)
        tasks += [asyncio.create_task(patient.carry_out([move])) for move in moves[1:]]
        await asyncio.sleep(0)
        for task in (tasks[0], tasks[3]):
            task.cancel()
        gone = await asyncio.gather(tasks[0], tasks[3], return_exceptions=True)
        assert all(isinstance(each, asyncio.CancelledError) for each in gone)
    for task in (tasks[1], tasks[2], tasks[4], tasks[5]):
        (verdict,) = await task
        assert isinstance(verdict, Receipt)
    again = await patient.carry_out(moves)
    assert all(isinstance(each, Receipt) for each in again)
    assert await units(ledger, LOW, HIGH) == [FUNDS - 6, FUNDS + 6]
    assert await findings(store) == []


async def test_transactions_that_are_cancelled_leave_nothing(
    postgres_url: str, ledger: PostgresLedger, store: PostgresStore
) -> None:
    """Cancelled in mid-statement, on every connection at once: undone, and all are usable."""

    async def stuck() -> None:
        async with store():
            await ledger.carry_out([pay(HIGH, SHOP)])
            await ledger.carry_out([pay(HIGH, SHOP)])

    async def limits() -> None:
        await ledger.limit(Account(HIGH, XTR, 0, 5 * FUNDS))

    async with locked(postgres_url, HIGH):
        tasks = [asyncio.create_task(stuck()) for _ in range(7)]
        tasks.append(asyncio.create_task(limits()))
        await until_waiting(postgres_url, len(tasks))
        for task in tasks:
            task.cancel()
        gone = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(each, asyncio.CancelledError) for each in gone)
        await until_waiting(postgres_url, 0)
    assert not store.active
    assert await units(ledger, HIGH, SHOP) == [FUNDS, 0]
    async with asyncio.TaskGroup() as group:
        for _ in range(8):
            group.create_task(stuck())
    assert await units(ledger, HIGH, SHOP) == [FUNDS - 16, 16]
    assert (await ledger.accounts())[-1].ceiling_units != 5 * FUNDS
    assert await findings(store) == []
