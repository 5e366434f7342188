"""A ledger in which everything happened once: what laws and audits are tried on."""

import asyncio
from collections.abc import Sequence
from random import Random
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from altyn.adapters.memory import ManualClock
from altyn.adapters.postgres import PostgresLedger, open_postgres
from altyn.core.balances import (
    Account,
    AccountName,
    Closed,
    Command,
    Expire,
    Hold,
    HoldId,
    Ledger,
    Move,
    Place,
    Placed,
    Receipt,
    Release,
    Transfer,
    TransferId,
    Verdict,
    account_name,
)
from altyn.core.errors import AltynError
from altyn.core.money import RUB, XTR, Asset, Money
from altyn.entrypoints.testkit import CommandSource

BANK: Final = account_name("clearing:bank")
ALICE: Final = account_name("user:alice")
BOB: Final = account_name("user:bob")
SHOP: Final = account_name("income:shop")
EMPTY: Final = account_name("user:empty")


def transfer_id(word: str) -> TransferId:
    """The id that goes by this word."""
    return TransferId(uuid5(NAMESPACE_OID, word))


def hold_id(word: str) -> HoldId:
    """The id that goes by this word."""
    return HoldId(uuid5(NAMESPACE_OID, word))


def pay(
    word: str, source: AccountName, target: AccountName, units: int, asset: Asset = XTR
) -> Transfer:
    return Transfer(id=transfer_id(word), source=source, target=target, amount=Money(units, asset))


def write_history_in(url: str) -> None:
    """`write_history` in a migrated, empty PostgreSQL; no connection is left open."""

    async def write() -> None:
        clock = ManualClock()
        async with open_postgres(url) as store:
            await write_history(PostgresLedger(store, clock), clock)

    asyncio.run(write())


async def write_history(ledger: Ledger, clock: ManualClock) -> None:
    """
    Two assets, movements, a correction, refusals, a hold in every state, and a random crowd.

    Alice has 1 000 Stars less what is below and at most 5 000; hold «open» is 50 of them.
    """
    for asset in (XTR, RUB):
        await ledger.open(Account.unlimited(BANK, asset))
        for name in (ALICE, BOB):
            await ledger.open(Account(name, asset, ceiling_units=5_000))
        await ledger.open(Account(SHOP, asset))
    await ledger.open(Account(EMPTY, XTR))
    fund = [
        Move.of(pay(f"fund {name} {asset}", BANK, name, 1_000, asset))
        for name in (ALICE, BOB)
        for asset in (XTR, RUB)
    ]
    await _all(ledger, clock, fund, Receipt)
    mistake = pay("mistake", ALICE, SHOP, 30)
    moves = [
        Move.of(pay("lunch", ALICE, SHOP, 20)),
        Move.of(mistake),
        Move.of(pay("first leg", ALICE, BOB, 5), pay("second leg", BOB, SHOP, 5)),
        Move.of(mistake.opposite(transfer_id("correction"), amount=Money(10, XTR))),
    ]
    await _all(ledger, clock, moves, Receipt)
    soon = clock.now().replace(minute=30)
    places = [
        Place(Hold(id=hold_id("open"), account=ALICE, amount=Money(50, XTR))),
        Place(Hold(id=hold_id("captured"), account=ALICE, amount=Money(9, XTR))),
        Place(Hold(id=hold_id("released"), account=ALICE, amount=Money(9, XTR))),
        Place(Hold(id=hold_id("late"), account=BOB, amount=Money(9, XTR), expires_at=soon)),
        Place(Hold(id=hold_id("expired"), account=BOB, amount=Money(9, XTR), expires_at=soon)),
    ]
    await _all(ledger, clock, places, Placed)
    capture = Move((pay("capture", ALICE, SHOP, 6),), hold_id("captured"))
    await _all(ledger, clock, [capture], Receipt)
    clock.advance(hours=1)
    await _all(ledger, clock, [Release(hold_id("released")), Expire(hold_id("expired"))], Closed)
    refused: list[Command] = [
        Move.of(pay("too much", ALICE, SHOP, 100_000)),
        Place(Hold(id=hold_id("too much"), account=BOB, amount=Money(100_000, RUB))),
    ]
    await _all(ledger, clock, refused, AltynError)
    source = CommandSource(
        Random(1), [account_name(f"crowd:{n}") for n in range(5)], (XTR, RUB), "crowd"
    )
    for account in source.opening:
        await ledger.open(account)
    await ledger.carry_out(source.funding())
    await ledger.carry_out(source.batch(150, clock.now()))


async def _all(
    ledger: Ledger, clock: ManualClock, commands: Sequence[Command], kind: type[Verdict]
) -> None:
    for command in commands:
        clock.advance(seconds=1)
        (verdict,) = await ledger.carry_out([command])
        assert isinstance(verdict, kind), (command, verdict)
