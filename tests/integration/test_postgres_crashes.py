"""The server and the wire to it die at the worst moments: nothing acknowledged is ever lost."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from random import Random
from typing import Final
from uuid import uuid4

import pytest
from attrs import define, field

from altyn.adapters.memory import ManualClock
from altyn.adapters.postgres import (
    PostgresLedger,
    PostgresProbe,
    PostgresSchema,
    open_postgres,
)
from altyn.core.balances import (
    Account,
    AccountName,
    Command,
    InsufficientFunds,
    Move,
    Receipt,
    Transfer,
    TransferId,
    Verdict,
    account_name,
)
from altyn.core.errors import Unavailable
from altyn.core.money import XTR, Money
from altyn.core.transaction import StorageUnreachable
from tests.integration.cutting import Wire, wire_to
from tests.integration.postgres_sessions import (
    findings,
    locked,
    patient_store,
    session,
    until_waiting,
    value,
)
from tests.integration.servers import PostgresServer

BANK = account_name("clearing:bank")
SHOP = account_name("income:shop")
USERS = [account_name(f"user:{n}") for n in range(6)]
FUNDS = 100_000

KILLS = 20
CALLERS = 12
ACKNOWLEDGED_BEFORE_A_KILL = 60


def pay(source: AccountName, target: AccountName, units: int = 1) -> Move:
    """A transfer on its own."""
    return Move.of(one(source, target, units))


def one(source: AccountName, target: AccountName, units: int = 1) -> Transfer:
    return Transfer(id=TransferId(uuid4()), source=source, target=target, amount=Money(units, XTR))


async def furnished(ledger: PostgresLedger) -> None:
    """A bank, a shop, and users with money."""
    await ledger.open(Account.unlimited(BANK, XTR))
    for name in (*USERS, SHOP):
        await ledger.open(Account(name, XTR))
    await ledger.carry_out([pay(BANK, name, FUNDS) for name in USERS])


async def units(ledger: PostgresLedger, *names: AccountName) -> list[int]:
    return [(await ledger.balance(name, XTR)).posted.units for name in names]


@define
class Load:
    """Callers who never stop, and what they know."""

    ledger: PostgresLedger
    acknowledged: dict[TransferId, tuple[Move, Verdict]] = field(factory=dict)
    doubtful: list[Move] = field(factory=list)
    """Asked for, and the caller was told that it is not known."""
    since_kill: int = 0
    enough: asyncio.Event = field(factory=asyncio.Event)
    stop: bool = False

    async def caller(self, random: Random) -> None:
        """Moves money at random, on its own or in a transaction, whatever happens."""
        while not self.stop:
            source, target = random.sample(USERS, 2)
            move = random.choice(
                [
                    pay(source, target, random.randint(1, 9)),
                    pay(source, SHOP),
                    Move.of(one(source, target, 5), one(target, SHOP, 5)),
                ]
            )
            try:
                await self.ask(move, inside=random.random() < 0.2)
            except Unavailable:  # anything else ends the test
                self.doubtful.append(move)

    async def ask(self, move: Move, *, inside: bool = False) -> None:
        if inside:
            async with self.ledger.store():
                (verdict,) = await self.ledger.carry_out([move])
        else:
            (verdict,) = await self.ledger.carry_out([move])
        assert isinstance(verdict, Receipt | InsufficientFunds)
        self.acknowledged[move.transfers[0].id] = (move, verdict)
        self.since_kill += 1
        if self.since_kill >= ACKNOWLEDGED_BEFORE_A_KILL:
            self.enough.set()

    async def settle(self) -> None:
        """Ask for everything doubtful again, under the same ids, until it is known."""
        async with asyncio.timeout(60):
            while self.doubtful:
                try:
                    await self.ask(self.doubtful[-1])
                except Unavailable:
                    continue
                self.doubtful.pop()

    async def lost(self) -> list[TransferId]:
        """What was acknowledged and is not in the books as it was told."""
        return [
            posted.transfer.id
            for _, verdict in self.acknowledged.values()
            if isinstance(verdict, Receipt)
            for posted in verdict.posted
            if await self.ledger.transfer(posted.transfer.id) != posted
        ]


@pytest.fixture(scope="module")
def durable_server() -> Iterator[PostgresServer]:
    """A server of our own, which waits for the disk and may be killed."""
    # One call instead of one for each of a thousand files, where the system has it.
    quickly = {"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {}
    with PostgresServer(durable=True, settings=quickly) as server:
        yield server


async def test_twenty_kills_lose_nothing(durable_server: PostgresServer) -> None:
    """
    `kill -9` of the postmaster under load, twenty times, on one store that is never rebuilt.

    Callers get an answer or Unavailable, never anything else; what was acknowledged is in the
    books after every recovery, what was in doubt is told by asking again, and the audit is clean.
    """
    async with open_postgres(durable_server.url, connections_max=4) as store:
        await PostgresSchema(store).migrate()
        ledger = PostgresLedger(store, ManualClock())
        await furnished(ledger)
        load = Load(ledger)
        async with asyncio.TaskGroup() as group:
            for seed in range(CALLERS):
                group.create_task(load.caller(Random(seed)))
            for _ in range(KILLS):
                load.since_kill = 0
                load.enough.clear()
                await load.enough.wait()
                await asyncio.to_thread(durable_server.kill)
                await asyncio.to_thread(durable_server.start)
                while not (await PostgresProbe(store)()).well:
                    pass
                assert await findings(store) == []
            load.stop = True
        # How many depends on how fast the server was up again; without any this proves little.
        assert len(load.doubtful) >= KILLS // 2
        await load.settle()
        assert await load.lost() == []
        expected = Counter(dict.fromkeys(USERS, FUNDS))
        for move, verdict in load.acknowledged.values():
            if isinstance(verdict, Receipt):
                for transfer in move.transfers:
                    expected[transfer.source] -= transfer.amount.units
                    expected[transfer.target] += transfer.amount.units
        names = (*USERS, SHOP)
        assert await units(ledger, *names) == [expected[name] for name in names]
        assert await findings(store) == []


# One connection dies


@pytest.fixture
async def ledger(postgres_url: str) -> AsyncIterator[PostgresLedger]:
    """A furnished ledger on the server that all tests share."""
    async with open_postgres(postgres_url) as store:
        ledger = PostgresLedger(store, ManualClock())
        await furnished(ledger)
        yield ledger


ALICE, BOB, *_ = USERS
END_THE_WAITING: Final = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock'
"""

ONE_MOVE: Final[Mapping[str, Callable[[], list[Command]]]] = {
    "alone": lambda: [pay(ALICE, BOB, 7)],
    "two": lambda: [pay(ALICE, BOB, 3), pay(ALICE, BOB, 4)],
    "movement": lambda: [Move.of(one(ALICE, BOB, 3), one(ALICE, BOB, 4))],
}
every_way = pytest.mark.parametrize("ask", ONE_MOVE.values(), ids=ONE_MOVE)


@every_way
async def test_a_terminated_connection_is_replaced_and_asked_again(
    ledger: PostgresLedger, postgres_url: str, ask: Callable[[], list[Command]]
) -> None:
    """The caller does not notice that its connection was killed while it waited: one effect."""
    commands = ask()
    async with patient_store(postgres_url) as store:
        patient = PostgresLedger(store, ManualClock())
        async with locked(postgres_url, ALICE):
            task = asyncio.create_task(patient.carry_out(commands))
            await until_waiting(postgres_url, 1)
            async with session(postgres_url) as other:
                assert await value(other, END_THE_WAITING) == 1
        said = await task
    assert all(isinstance(verdict, Receipt) for verdict in said)
    assert await units(ledger, ALICE, BOB) == [FUNDS - 7, FUNDS + 7]
    assert await findings(ledger.store) == []


async def test_a_terminated_transaction_is_told_and_leaves_nothing(
    ledger: PostgresLedger, postgres_url: str
) -> None:
    """Inside a transaction nothing can be repeated: the caller is told, and may begin anew."""
    moves = [pay(BOB, SHOP), pay(ALICE, SHOP)]
    async with patient_store(postgres_url) as store:
        patient = PostgresLedger(store, ManualClock())

        async def both() -> None:
            async with store():
                for move in moves:
                    (verdict,) = await patient.carry_out([move])
                    assert isinstance(verdict, Receipt)

        async with locked(postgres_url, ALICE):
            task = asyncio.create_task(both())
            await until_waiting(postgres_url, 1)
            async with session(postgres_url) as other:
                assert await value(other, END_THE_WAITING) == 1
            with pytest.raises(StorageUnreachable, match="terminat"):
                await task
        assert await units(ledger, ALICE, BOB, SHOP) == [FUNDS, FUNDS, 0]
        await both()
    assert await units(ledger, ALICE, BOB, SHOP) == [FUNDS - 1, FUNDS - 1, 2]
    assert await findings(ledger.store) == []


@pytest.fixture
async def wire(postgres_url: str) -> AsyncIterator[Wire]:
    async with wire_to(postgres_url) as wire:
        yield wire


@every_way
async def test_an_answer_that_is_lost_after_the_commit(
    ledger: PostgresLedger, wire: Wire, ask: Callable[[], list[Command]]
) -> None:
    """The money has moved when the line breaks; the repeated call moves it no second time."""
    commands = ask()
    async with open_postgres(wire.url, connections_max=1) as store:
        far = PostgresLedger(store, ManualClock())
        await far.carry_out(ask())  # from now on the statement is one request and one answer
        wire.swallow_the_next_answer()
        task = asyncio.create_task(far.carry_out(commands))
        await wire.swallowed.wait()
        assert await units(ledger, ALICE, BOB) == [FUNDS - 14, FUNDS + 14]
        wire.cut()
        said = await task
    assert all(isinstance(verdict, Receipt) for verdict in said)
    assert list(said) == list(await ledger.carry_out(commands))
    assert await units(ledger, ALICE, BOB) == [FUNDS - 14, FUNDS + 14]
    assert await findings(ledger.store) == []


async def test_a_commit_whose_answer_is_lost(ledger: PostgresLedger, wire: Wire) -> None:
    """The caller is told that it is not known, and learns by asking again under the same id."""
    move = pay(ALICE, BOB, 7)
    async with open_postgres(wire.url, connections_max=1) as store:
        far = PostgresLedger(store, ManualClock())

        async def transact() -> None:
            async with store():
                (verdict,) = await far.carry_out([move])
                assert isinstance(verdict, Receipt)
                wire.swallow_the_next_answer()

        task = asyncio.create_task(transact())
        await wire.swallowed.wait()
        wire.cut()
        with pytest.raises(StorageUnreachable):
            await task
        (verdict,) = await far.carry_out([move])
        assert isinstance(verdict, Receipt)
        assert await units(far, ALICE, BOB) == [FUNDS - 7, FUNDS + 7]
    assert await findings(ledger.store) == []
