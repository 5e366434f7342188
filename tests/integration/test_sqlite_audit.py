"""An audit of the file names the first row that breaks a law, whoever broke it and however."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from altyn.adapters.memory import ManualClock
from altyn.adapters.sqlite import SqliteAuditor, SqliteLedger, SqliteSchema, open_sqlite
from altyn.core.balances import (
    Account,
    Examined,
    Expire,
    Finding,
    Hold,
    HoldId,
    Move,
    Place,
    Release,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.errors import AltynError
from altyn.core.money import RUB, XTR, Money

BANK, ALICE, BOB = (account_name(name) for name in ("clearing:bank", "user:alice", "user:bob"))
FUNDED, PAID, BACK, FIRST, SECOND, SPENT, RUBLES, LAST = (UUID(int=n) for n in range(101, 109))
OPEN, CAPTURED, RELEASED, EXPIRED = (HoldId(UUID(int=n)) for n in range(201, 205))


def move(
    id: UUID, source: str, target: str, money: Money, corrects: UUID | None = None
) -> Transfer:
    return Transfer(
        id=TransferId(id),
        source=account_name(source),
        target=account_name(target),
        amount=money,
        corrects=None if corrects is None else TransferId(corrects),
    )


def stars(units: int) -> Money:
    return Money(units, XTR)


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """A file with some of everything in it."""
    path, clock = tmp_path / "altyn.db", ManualClock()
    async with open_sqlite(path) as store:
        await SqliteSchema(store).migrate()
        ledger = SqliteLedger(store, clock)
        for asset in (XTR, RUB):
            await ledger.open(Account.unlimited(BANK, asset))
            await ledger.open(Account(ALICE, asset))
            await ledger.open(Account(BOB, asset))
        until = clock.now() + timedelta(minutes=1)
        holds = [
            Hold(id=OPEN, account=ALICE, amount=stars(20)),
            Hold(id=CAPTURED, account=ALICE, amount=stars(15), expires_at=until),
            Hold(id=RELEASED, account=ALICE, amount=stars(5)),
            Hold(id=EXPIRED, account=ALICE, amount=stars(6), expires_at=until),
        ]
        verdicts = await ledger.carry_out(
            [
                Move.of(move(FUNDED, BANK, ALICE, stars(100))),
                Move.of(move(PAID, ALICE, BOB, stars(30))),
                Move.of(move(BACK, BOB, ALICE, stars(10), PAID)),
                Move.of(move(FIRST, ALICE, BOB, stars(3)), move(SECOND, BOB, BANK, stars(2))),
                *(Place(hold) for hold in holds),
                Move((move(SPENT, ALICE, BOB, stars(7)),), CAPTURED),
                Move.of(move(RUBLES, BANK, BOB, Money(500, RUB))),
            ]
        )
        clock.advance(minutes=1)
        verdicts = [
            *verdicts,
            *await ledger.carry_out(
                [Release(RELEASED), Expire(EXPIRED), Move.of(move(LAST, BANK, ALICE, stars(1)))]
            ),
        ]
        assert not [each for each in verdicts if isinstance(each, AltynError)]
    return path


async def examined(path: Path) -> Sequence[Examined]:
    async with open_sqlite(path) as store:
        return [each async for each in SqliteAuditor(store).examine()]


def corrupt(path: Path, *statements: str) -> None:
    """Do it by hand, with every guard away for the moment."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        guards = connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement
        for _, sql in guards:
            connection.execute(sql)


ENTRIES: Final = "every entry continues the one before it"
BALANCES: Final = "every balance is what its newest entry says"
ZERO: Final = "every asset sums to zero"
ASSETS: Final = "every transfer moves one asset between two accounts"
LIMITS: Final = "every balance is within its limits"
HELD: Final = "what is held is the sum of open holds"
HOLDS: Final = "every hold is open, or was closed once and in time"
CAPTURES: Final = "every hold was spent by the transfers that name it"
CORRECTIONS: Final = "corrections run opposite to what they name, and within it"
MOVEMENTS: Final = "what happened together is there together"
WHOLE: Final = "the file is whole"
GUARDED: Final = "tables and guards are those of the migrations"


NOON: Final = "2026-01-01T12:00:00.000000Z"
SOONER: Final = "2026-01-01T12:00:59.999999Z"
LONG_AGO: Final = "1970-01-01T00:00:00.000007Z"
LATER: Final = "2026-01-01T12:01:00.000000Z"


def of(id: UUID) -> str:
    """The row with that id, as SQL says it."""
    return f"WHERE id = x'{id.hex}'"


CORRUPTIONS: Final = {
    "an amount": (
        ENTRIES,
        f"transfer {PAID}",
        "entry 2 of user:alice with 69 after it",
        "entry 2 with 70 after it",
        f"UPDATE transfer SET amount = 31 {of(PAID)}",
    ),
    "a running balance": (
        ENTRIES,
        f"transfer {SECOND}",
        "entry 2 of clearing:bank with -98 after it",
        "entry 2 with -97 after it",
        f"UPDATE transfer SET target_after = -97 {of(SECOND)}",
    ),
    "a number": (
        ENTRIES,
        f"transfer {FIRST}",
        "entry 4 of user:alice with 77 after it",
        "entry 40 with 77 after it",
        f"UPDATE transfer SET source_number = 40 {of(FIRST)}",
        "UPDATE transfer SET source_number = 41 WHERE source = 2 AND source_number = 5",
        "UPDATE transfer SET target_number = 42 WHERE target = 2 AND target_number = 6",
    ),
    "a moment": (
        ENTRIES,
        f"transfer {LAST}",
        f"entry 3 of clearing:bank with -99 after it, not before {NOON}",
        f"entry 3 with -99 after it, at {LONG_AGO}",
        f"UPDATE transfer SET at = 7 {of(LAST)}",
    ),
    "the oldest entry gone": (
        ENTRIES,
        f"transfer {SECOND}",
        "entry 1 of clearing:bank with 2 after it",
        "entry 2 with -98 after it",
        f"DELETE FROM transfer {of(FUNDED)}",
    ),
    "the newest entry gone": (
        BALANCES,
        "account clearing:bank XTR",
        "-98 after 2 entries",
        "-99 after 3 entries",
        f"DELETE FROM transfer {of(LAST)}",
    ),
    "a balance": (
        BALANCES,
        "account user:bob XTR",
        "28 after 5 entries",
        "29 after 5 entries",
        "UPDATE account SET posted = 29 WHERE name = 'user:bob' AND asset = 'XTR'",
    ),
    "a count": (
        BALANCES,
        "account user:bob RUB",
        "500 after 1 entries",
        "500 after 0 entries",
        "UPDATE account SET entries = 0 WHERE name = 'user:bob' AND asset = 'RUB'",
    ),
    "money from nothing": (
        ZERO,
        "asset RUB",
        "0",
        "-1",
        "UPDATE account SET posted = posted - 1 WHERE asset = 'RUB' AND name = 'user:alice'",
    ),
    "more money from nothing than 64 bits hold": (
        ZERO,
        "asset XTR",
        "0",
        str(3 * (2**63 - 1)),
        "UPDATE account SET posted = 9223372036854775807 WHERE asset = 'XTR'",
    ),
    "another asset": (
        ASSETS,
        f"transfer {PAID}",
        "a positive amount of RUB on two accounts",
        "30 from user:alice XTR to user:bob XTR",
        f"UPDATE transfer SET asset = 'RUB' {of(PAID)}",
    ),
    "another asset's account": (
        ASSETS,
        f"transfer {PAID}",
        "a positive amount of XTR on two accounts",
        "30 from user:alice XTR to user:bob RUB",
        "UPDATE transfer SET target = 6, target_number = 9 WHERE amount = 30",
    ),
    "no account": (
        ASSETS,
        f"transfer {PAID}",
        "a positive amount of XTR on two accounts",
        "30 from user:alice XTR to nowhere",
        f"UPDATE transfer SET target = 77 {of(PAID)}",
    ),
    "to itself": (
        ASSETS,
        f"transfer {PAID}",
        "a positive amount of XTR on two accounts",
        "30 from user:alice XTR to user:alice XTR",
        f"UPDATE transfer SET target = source, target_number = 99 {of(PAID)}",
    ),
    "a negative amount": (
        ASSETS,
        f"transfer {PAID}",
        "a positive amount of XTR on two accounts",
        "-30 from user:alice XTR to user:bob XTR",
        f"UPDATE transfer SET amount = -30 {of(PAID)}",
    ),
    "a floor": (
        LIMITS,
        "account clearing:bank RUB",
        "from -499 to 9223372036854775807",
        "-500 with 0 held",
        "UPDATE account SET floor = -499 WHERE posted = -500",
    ),
    "a floor above what is available": (
        LIMITS,
        "account user:alice XTR",
        "from -9 to 9223372036854775807",
        "71 with 81 held",
        "UPDATE account SET held = 81, floor = -9 WHERE name = 'user:alice' AND asset = 'XTR'",
    ),
    "a ceiling": (
        LIMITS,
        "account user:bob RUB",
        "from 0 to 499",
        "500 with 0 held",
        "UPDATE account SET ceiling = 499 WHERE name = 'user:bob' AND asset = 'RUB'",
    ),
    "held too much": (
        HELD,
        "account user:alice XTR",
        "20 held",
        "21 held",
        "UPDATE account SET held = 21 WHERE name = 'user:alice' AND asset = 'XTR'",
    ),
    "held by nobody": (
        HELD,
        "account user:alice XTR",
        "0 held",
        "20 held",
        f"DELETE FROM hold {of(OPEN)}",
    ),
    "held still": (
        HELD,
        "account user:alice XTR",
        "25 held",
        "20 held",
        f"UPDATE hold SET state = 'open', closed_at = NULL {of(RELEASED)}",
    ),
    "counted still": (
        HOLDS,
        f"hold {RELEASED}",
        "one of the states of a hold, at its time",
        f"released, 0 of 5 captured, from {NOON} to {LATER}, good until ever, counted",
        f"UPDATE hold SET counted = 1 {of(RELEASED)}",
    ),
    "a state": (
        HOLDS,
        f"hold {RELEASED}",
        "one of the states of a hold, at its time",
        f"lost, 0 of 5 captured, from {NOON} to {LATER}, good until ever",
        f"UPDATE hold SET state = 'lost' {of(RELEASED)}",
    ),
    "closed at no time": (
        HOLDS,
        f"hold {RELEASED}",
        "one of the states of a hold, at its time",
        f"released, 0 of 5 captured, from {NOON} to now, good until ever",
        f"UPDATE hold SET closed_at = NULL {of(RELEASED)}",
    ),
    "closed before": (
        HOLDS,
        f"hold {RELEASED}",
        "one of the states of a hold, at its time",
        f"released, 0 of 5 captured, from {NOON} to {LONG_AGO}, good until ever",
        f"UPDATE hold SET closed_at = 7 {of(RELEASED)}",
    ),
    "expired too early": (
        HOLDS,
        f"hold {EXPIRED}",
        "one of the states of a hold, at its time",
        f"expired, 0 of 6 captured, from {NOON} to {SOONER}, good until {LATER}",
        f"UPDATE hold SET closed_at = closed_at - 1 {of(EXPIRED)}",
    ),
    "captured too late": (
        HOLDS,
        f"hold {CAPTURED}",
        "one of the states of a hold, at its time",
        f"captured, 7 of 15 captured, from {NOON} to {LATER}, good until {LATER}",
        f"UPDATE hold SET closed_at = expires_at {of(CAPTURED)}",
    ),
    "captured by nothing": (
        HOLDS,
        f"hold {RELEASED}",
        "one of the states of a hold, at its time",
        f"captured, 0 of 5 captured, from {NOON} to {LATER}, good until ever",
        f"UPDATE hold SET state = 'captured' {of(RELEASED)}",
    ),
    "captured more": (
        CAPTURES,
        f"hold {CAPTURED}",
        "7 captured by its account at its closing",
        "8 captured",
        f"UPDATE hold SET captured = 8 {of(CAPTURED)}",
    ),
    "a capture by another": (
        CAPTURES,
        f"transfer {SPENT}",
        "a capture by the account of its hold, when that was closed",
        f"hold captured at {NOON}",
        f"UPDATE hold SET account = 3 {of(CAPTURED)}",
    ),
    "a capture of nothing": (
        CAPTURES,
        f"transfer {SPENT}",
        "a capture by the account of its hold, when that was closed",
        "hold missing",
        f"DELETE FROM hold {of(CAPTURED)}",
    ),
    "a correction the same way": (
        CORRECTIONS,
        f"transfer {BACK}",
        "the opposite of what it names, at most 3",
        "10 in all",
        f"UPDATE transfer SET corrects = x'{FIRST.hex}' {of(BACK)}",
    ),
    "a correction elsewhere": (
        CORRECTIONS,
        f"transfer {BACK}",
        "the opposite of what it names, at most 100",
        "10 in all, between other accounts",
        f"UPDATE transfer SET corrects = x'{FUNDED.hex}' {of(BACK)}",
    ),
    "a correction too many": (
        CORRECTIONS,
        f"transfer {SECOND}",
        "the opposite of what it names, at most 11",
        "12 in all",
        f"UPDATE transfer SET amount = 11 {of(PAID)}",
        f"UPDATE transfer SET corrects = x'{PAID.hex}' {of(SECOND)}",
        f"UPDATE transfer SET target = 2, target_number = 99 {of(SECOND)}",
    ),
    "a correction of nothing": (
        CORRECTIONS,
        f"transfer {BACK}",
        "a mistake",
        "10 in all, of nothing",
        f"UPDATE transfer SET corrects = zeroblob(16) {of(BACK)}",
    ),
    "a leg gone": (
        MOVEMENTS,
        f"movement {FIRST}",
        "2 legs at one time",
        "1 legs",
        f"DELETE FROM transfer {of(SECOND)}",
    ),
    "a leg at another time": (
        MOVEMENTS,
        f"movement {FIRST}",
        "2 legs at one time",
        "2 legs that differ",
        f"UPDATE transfer SET at = at + 1 {of(SECOND)}",
    ),
    "a lonely leg of another": (
        MOVEMENTS,
        f"movement {FIRST}",
        "one leg",
        "leg 0",
        f"UPDATE transfer SET movement = x'{FIRST.hex}' {of(PAID)}",
    ),
}


@pytest.mark.parametrize("what", CORRUPTIONS)
async def test_a_corrupted_row_is_named(file: Path, what: str) -> None:
    """The law that it breaks, the first row that breaks it, what was expected and what is there."""
    law, where, expected, found, *statements = CORRUPTIONS[what]
    corrupt(file, *statements)
    findings = {each.law: each.finding for each in await examined(file)}
    assert findings[law] == Finding(law, where, expected, found)
    assert findings[GUARDED] is None


async def test_good_books_have_no_findings(file: Path) -> None:
    """Every law is looked at, and over how many rows."""
    found = await examined(file)
    assert [each.finding for each in found] == [None] * len(found)
    assert {each.law: each.rows for each in found if each.law not in (WHOLE, GUARDED)} == {
        ZERO: 6,
        ENTRIES: 16,
        BALANCES: 6,
        ASSETS: 8,
        LIMITS: 6,
        HELD: 6,
        HOLDS: 4,
        CAPTURES: 4,
        CORRECTIONS: 1,
        MOVEMENTS: 8,
    }
    rows = {each.law: each.rows for each in found}
    assert rows[WHOLE] > 20
    assert rows[GUARDED] > 40  # as many as the migrations made


async def test_empty_books_have_no_findings(tmp_path: Path) -> None:
    """Nothing is in order."""
    async with open_sqlite(tmp_path / "altyn.db") as store:
        await SqliteSchema(store).migrate()
    assert [each.finding for each in await examined(tmp_path / "altyn.db") if each.finding] == []


@pytest.mark.parametrize(
    ("statement", "where", "expected", "found"),
    [
        ("DROP TRIGGER hold_is_closed_once", "hold_is_closed_once", "as migrated", "nothing"),
        ("DROP INDEX hold_due", "hold_due", "as migrated", "nothing"),
        ("CREATE TABLE notes (text)", "notes", "nothing", "something else"),
        (
            "ALTER TABLE account ADD COLUMN vip INTEGER",
            "account",
            "as migrated",
            "something else",
        ),
    ],
)
async def test_a_missing_guard_is_named(
    file: Path, statement: str, where: str, expected: str, found: str
) -> None:
    """Whoever took it away could have written anything."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
    findings = [each.finding for each in await examined(file) if each.finding]
    assert findings == [Finding(GUARDED, where, expected, found)]


async def test_a_damaged_page_is_found(file: Path) -> None:
    """An index that lost its entries is told by SQLite itself."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'transfer_correcting'"
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as pages:
        pages.seek((page - 1) * size)
        pages.write(b"\x0a" + b"\x00" * 4 + size.to_bytes(2) + b"\x00")  # an empty leaf
    findings = {each.law: each.finding for each in await examined(file)}
    assert findings[WHOLE] is not None
    assert "transfer_correcting" in findings[WHOLE].found


async def test_an_audit_sees_one_moment(file: Path) -> None:
    """What is written while it goes on is not part of it, and nobody has to wait."""
    async with open_sqlite(file) as store:
        ledger = SqliteLedger(store, ManualClock())
        rows: dict[str, int] = {}
        audit: AsyncIterator[Examined] = SqliteAuditor(store).examine()
        async for each in audit:
            assert each.finding is None
            rows[each.law] = each.rows
            await ledger.carry_out([Move.of(move(UUID(int=1000 + len(rows)), BANK, BOB, stars(1)))])
        assert rows[ENTRIES] == 16
        assert rows[MOVEMENTS] == 8
        assert (await ledger.balance(BOB, XTR)).posted == stars(28 + len(rows))
