"""Batches of any size get the verdicts, balances and histories of one command after the other."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from random import Random
from uuid import UUID

import pytest
from attrs import define, evolve, field

from altyn.adapters.memory import ManualClock, MemoryLedger, MemoryStore
from altyn.adapters.postgres import PostgresLedger, PostgresStore, open_postgres
from altyn.core.balances import (
    Account,
    AccountMissing,
    AccountName,
    AssetDiffers,
    CeilingReached,
    Command,
    Hold,
    HoldId,
    InsufficientFunds,
    Move,
    Place,
    Receipt,
    Transfer,
    TransferId,
    TransferReused,
    Verdict,
    account_name,
)
from altyn.core.money import RUB, UNITS_MAX, XTR, Asset, Money
from altyn.entrypoints.testkit import CommandSource, LedgerModel, agree
from tests.integration.postgres_sessions import findings

BANK = account_name("clearing:bank")
SHOP = account_name("income:shop")
ALICE = account_name("user:alice")
BOB = account_name("user:bob")
EVE = account_name("user:eve")
NOBODY = account_name("user:nobody")


@define
class Side:
    """The ledger on PostgreSQL, and beside it the model, played one by one."""

    ledger: PostgresLedger
    clock: ManualClock
    model: LedgerModel = field(factory=LedgerModel)
    told: Counter[str] = field(factory=Counter)
    """How often each kind of verdict was given."""
    ids: Random = field(factory=lambda: Random(7))

    async def open(self, *accounts: Account) -> None:
        for account in accounts:
            await self.ledger.open(account)
            assert self.model.open(account, self.clock.now()) is None

    async def play(self, commands: Sequence[Command]) -> list[Verdict]:
        """Carry them out on both, and compare verdict by verdict."""
        said = await self.ledger.carry_out(commands)
        self.compare(commands, said)
        return list(said)

    def compare(self, commands: Sequence[Command], said: Sequence[Verdict]) -> None:
        """Whether the model says the same to these commands in this order."""
        expected = self.model.carry_out(commands, self.clock.now())
        for nth, (command, one, other) in enumerate(zip(commands, said, expected, strict=True)):
            assert agree(one, other), f"{nth}: {command}\n  said {one!r}\n  expected {other!r}"
            self.told[type(one).__name__] += 1

    async def agrees(self) -> None:
        """Every balance, every line of every statement is the model's, and the audit is clean."""
        for (name, code), account in self.model.accounts.items():
            balance = await self.ledger.balance(name, account.asset)
            assert balance == self.model.balance(name, code)
            statement = await self.ledger.statement(name, account.asset, limit=100_000)
            assert list(statement.entries)[::-1] == self.model.entries[name, code]
        assert await findings(self.ledger.store) == []

    def pay(
        self,
        source: AccountName,
        target: AccountName,
        units: int,
        asset: Asset = XTR,
        id: TransferId | None = None,
    ) -> Move:
        """A transfer on its own."""
        id = id or TransferId(UUID(int=self.ids.getrandbits(128), version=4))
        return Move.of(Transfer(id=id, source=source, target=target, amount=Money(units, asset)))


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    async with open_postgres(postgres_url) as store:
        yield store


@pytest.fixture
def side(store: PostgresStore) -> Side:
    clock = ManualClock()
    return Side(PostgresLedger(store, clock), clock)


@pytest.fixture
async def shop(side: Side) -> Side:
    """A bank without limits, and three accounts that hold 100 of each asset and at most 150."""
    for asset in (XTR, RUB):
        await side.open(Account.unlimited(BANK, asset), Account(SHOP, asset))
        for name in (ALICE, BOB, EVE):
            await side.open(Account(name, asset, ceiling_units=150))
            await side.play([side.pay(BANK, name, 100, asset)])
    return side


# Random batches


@pytest.mark.parametrize("seed", range(4))
async def test_batches_of_any_kind_agree_with_model_and_memory(side: Side, seed: int) -> None:
    """1 to 500 commands of every kind, refusals and repetitions among them, twice compared."""
    random = Random(seed)
    names = [account_name(f"user:{n}") for n in range(3 + 4 * seed)]
    source = CommandSource(random, names, (XTR, RUB))
    memory = MemoryLedger(MemoryStore(), side.clock)
    await side.open(*source.opening)
    for account in source.opening:
        await memory.open(account)
    sizes = [1, 2, 3, *(random.randint(4, 120) for _ in range(3)), 500 if seed == 0 else 200]
    for batch in (source.funding(), *(source.batch(n, side.clock.now()) for n in sizes)):
        said = await side.play(batch)
        expected = await memory.carry_out(batch)
        assert all(map(agree, said, expected))
        side.clock.advance(seconds=random.choice([20, 0, -7]))
    # Enough of every kind to mean something.
    assert side.told["Receipt"] > 100
    assert side.told["InsufficientFunds"] > 20
    assert side.told["TransferReused"] > 3
    assert len(side.told) > 10
    for name in names:
        assert await side.ledger.balances(name) == await memory.balances(name)
    await side.agrees()


@define
class Plain:
    """Single transfers without hold or correction: what travels in one set-based pass."""

    random: Random
    side: Side
    names: Sequence[AccountName]
    flaws: float
    """How often a transfer is one that must be refused, or was asked for before."""
    asked: list[Move] = field(factory=list)

    def batch(self, size: int) -> list[Command]:
        return [self.one() for _ in range(size)]

    def one(self) -> Move:
        move = self.good() if self.random.random() >= self.flaws else self.bad()
        self.asked.append(move)
        return move

    def good(self) -> Move:
        source, target = self.random.sample(self.names, 2)
        return self.side.pay(
            source, target, self.random.randint(1, 9), self.random.choice([XTR, RUB])
        )

    def bad(self) -> Move:
        old = self.random.choice(self.asked) if self.asked else self.good()
        (transfer,) = old.transfers
        source, target = self.random.sample(self.names, 2)
        return self.random.choice(
            [
                old,
                Move.of(evolve(transfer, memo="another")),
                Move.of(evolve(transfer, amount=Money(3, transfer.amount.asset))),
                self.side.pay(source, NOBODY, 1),
                self.side.pay(NOBODY, target, 1),
                self.side.pay(source, target, 1, Asset("RUB", 3)),
                self.side.pay(source, target, 1, Asset("SKU:mug", 0)),
                self.side.pay(source, target, UNITS_MAX),
                self.side.pay(source, target, 150),
            ]
        )


@pytest.mark.parametrize("flaws", [0, 0.004, 0.2], ids=["all-good", "one-in-250", "many"])
@pytest.mark.parametrize("names", [3, 12])
async def test_batches_of_plain_transfers_agree(side: Side, names: int, flaws: float) -> None:
    """Good batches and batches with few or many refusals, over few and over many accounts."""
    random = Random(names)
    users = [account_name(f"user:{n}") for n in range(names)]
    for asset in (XTR, RUB):
        await side.open(Account.unlimited(BANK, asset))
        for nth, name in enumerate(users):
            ceiling = 5_000 if nth % 3 == 2 and flaws else UNITS_MAX
            await side.open(Account(name, asset, -50 * (nth % 2), ceiling))
            await side.play([side.pay(BANK, name, 4_000, asset)])
    plain = Plain(random, side, users, flaws)
    side.told.clear()
    for size in (1, 2, 3, 4, 150, 500):
        await side.play(plain.batch(size))
        side.clock.advance(seconds=random.choice([1, 0, -1]))
    if not flaws:
        assert side.told == {"Receipt": 660}
    elif flaws > 0.1:
        assert len(side.told) >= 5
    await side.agrees()


# What a pass over a whole set is most easily wrong about


async def test_one_refused_in_the_middle_is_refused_alone(shop: Side) -> None:
    """Those before it and those after it are done, as if it had not been asked for."""
    batch = [shop.pay(ALICE, SHOP, 1) for _ in range(200)]
    batch[60] = shop.pay(BOB, SHOP, 101)
    said = await shop.play(batch[:99])
    assert isinstance(said[60], InsufficientFunds)
    assert sum(isinstance(each, Receipt) for each in said) == 98
    await shop.agrees()


async def test_the_floor_may_be_touched_not_crossed(shop: Side) -> None:
    """Down to exactly nothing and up again; a unit more than all is refused where it stands."""
    good = [shop.pay(ALICE, SHOP, 100), shop.pay(SHOP, ALICE, 30), shop.pay(ALICE, SHOP, 30)]
    assert all(isinstance(each, Receipt) for each in await shop.play(good))
    # The sum over all of it is fine; a prefix is not.
    bad = [shop.pay(BOB, SHOP, 60), shop.pay(BOB, SHOP, 41), shop.pay(BANK, BOB, 41)]
    said = await shop.play(bad)
    assert [type(each) for each in said] == [Receipt, InsufficientFunds, Receipt]
    await shop.agrees()


async def test_the_ceiling_may_be_touched_not_crossed(shop: Side) -> None:
    """Up to exactly the most and down again; a unit more is refused where it stands."""
    good = [shop.pay(BANK, ALICE, 50), shop.pay(ALICE, SHOP, 20), shop.pay(BANK, ALICE, 20)]
    assert all(isinstance(each, Receipt) for each in await shop.play(good))
    bad = [shop.pay(BANK, BOB, 30), shop.pay(BANK, BOB, 21), shop.pay(BOB, SHOP, 21)]
    said = await shop.play(bad)
    assert [type(each) for each in said] == [Receipt, CeilingReached, Receipt]
    await shop.agrees()


async def test_money_that_just_came_may_leave(shop: Side) -> None:
    """What one transfer of a batch brings the next one spends."""
    chain = [shop.pay(ALICE, BOB, 50), shop.pay(BOB, EVE, 50), shop.pay(EVE, SHOP, 150)]
    assert all(isinstance(each, Receipt) for each in await shop.play(chain))
    await shop.agrees()


async def test_held_money_is_not_spent_by_a_batch(shop: Side) -> None:
    """Only what is available counts, to the unit."""
    hold = Hold(id=HoldId(UUID(int=1)), account=ALICE, amount=Money(40, XTR))
    await shop.play([Place(hold)])
    assert all(
        isinstance(each, Receipt)
        for each in await shop.play([shop.pay(ALICE, SHOP, 30), shop.pay(ALICE, SHOP, 30)])
    )
    said = await shop.play([shop.pay(BANK, ALICE, 9), shop.pay(ALICE, SHOP, 10)])
    assert [type(each) for each in said] == [Receipt, InsufficientFunds]
    await shop.agrees()


async def test_an_id_that_comes_twice_in_a_batch_has_one_effect(shop: Side) -> None:
    """The same contents are answered the same; other contents are refused."""
    first, refused = shop.pay(ALICE, SHOP, 5), shop.pay(ALICE, SHOP, 500)
    (transfer,) = first.transfers
    other = Move.of(evolve(transfer, amount=Money(6, XTR)))
    said = await shop.play([first, first, other, refused, refused, shop.pay(BOB, SHOP, 1)])
    assert said[0] == said[1]
    assert isinstance(said[2], TransferReused)
    assert agree(said[3], said[4])
    await shop.agrees()


async def test_earlier_ids_come_again_among_new_ones(shop: Side) -> None:
    """What was done and what was refused is told again, even when it would go otherwise today."""
    early = [shop.pay(ALICE, SHOP, 60), shop.pay(ALICE, SHOP, 60), shop.pay(BOB, NOBODY, 1)]
    told = await shop.play(early)
    await shop.play([shop.pay(BANK, ALICE, 100)])
    await shop.open(Account(NOBODY, XTR))
    shop.clock.advance(minutes=1)
    said = await shop.play([shop.pay(BOB, SHOP, 1), *early, shop.pay(BOB, NOBODY, 2)])
    assert all(map(agree, said[1:4], told))
    # Nothing but the memory of the refusal speaks against this one.
    said = await shop.play([shop.pay(BOB, SHOP, 1), early[1]])
    assert agree(said[1], told[1])
    (transfer,) = early[0].transfers
    again = await shop.play([Move.of(evolve(transfer, reference="x")), shop.pay(BOB, SHOP, 1)])
    assert [type(each) for each in again] == [TransferReused, Receipt]
    await shop.agrees()


async def test_missing_accounts_and_wrong_scales_are_refused_alone(shop: Side) -> None:
    """Either leg may be at fault, in a batch that is good otherwise."""
    batch = [
        shop.pay(ALICE, SHOP, 1),
        shop.pay(NOBODY, SHOP, 1),
        shop.pay(ALICE, NOBODY, 1),
        shop.pay(ALICE, SHOP, 1, Asset("XTR", 1)),
        shop.pay(ALICE, SHOP, 1, Asset("GOLD", 0)),
        shop.pay(BOB, SHOP, 1, RUB),
    ]
    kinds = [Receipt, AccountMissing, AccountMissing, AssetDiffers, AccountMissing, Receipt]
    assert [type(each) for each in await shop.play(batch)] == kinds
    await shop.agrees()


async def test_one_hot_pair_in_both_directions(shop: Side) -> None:
    """Both legs of every transfer touch the same two accounts, in two assets at once."""
    random = Random(3)
    pairs = [(ALICE, BOB), (BOB, ALICE)]
    batch = [
        shop.pay(*random.choice(pairs), random.randint(1, 2), random.choice([XTR, RUB]))
        for _ in range(400)
    ]
    await shop.play(batch)
    await shop.agrees()


async def test_the_largest_amounts_do_not_overflow(side: Side) -> None:
    """64 bits up and 64 bits down in one batch, and what is beyond is refused."""
    other = account_name("clearing:other")
    await side.open(Account.unlimited(BANK, XTR), Account.unlimited(other, XTR))
    batch = [side.pay(BANK, other, UNITS_MAX), side.pay(other, BANK, UNITS_MAX)]
    assert all(isinstance(each, Receipt) for each in await side.play(batch))
    said = await side.play([side.pay(BANK, other, UNITS_MAX), side.pay(BANK, other, 1)])
    assert [type(each) for each in said] == [Receipt, InsufficientFunds]
    await side.agrees()


# Through the lane


async def test_500_tasks_with_one_transfer_each(shop: Side) -> None:
    """Whoever waits together travels together: answered as if each had come alone, in order."""
    random = Random(5)
    plain = Plain(random, shop, [ALICE, BOB, EVE, SHOP], flaws=0.05)
    plain.asked.append(shop.pay(ALICE, SHOP, 2))
    batch = [plain.one() for _ in range(500)]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(shop.ledger.carry_out([command])) for command in batch]
    shop.compare(batch, [verdict for task in tasks for verdict in task.result()])
    assert shop.told["Receipt"] > 300
    await shop.agrees()


async def test_500_tasks_with_commands_of_any_kind(side: Side) -> None:
    """Movements, holds and single transfers of many tasks share their calls."""
    names = [account_name(f"user:{n}") for n in range(6)]
    source = CommandSource(Random(11), names, (XTR,))
    await side.open(*source.opening)
    await side.play(source.funding(5_000))
    batch = source.batch(500, side.clock.now())
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(side.ledger.carry_out([command])) for command in batch]
    side.compare(batch, [verdict for task in tasks for verdict in task.result()])
    await side.agrees()
