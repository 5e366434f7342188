"""The file itself refuses what breaks a law of money, whoever asks it in plain SQL."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from sqlite3 import Connection
from typing import Any, Final
from uuid import UUID

import pytest

from altyn.adapters.memory import ManualClock
from altyn.adapters.sqlite import SqliteAuditor, SqliteLedger, SqliteSchema, open_sqlite
from altyn.core.balances import (
    Account,
    Hold,
    HoldId,
    Move,
    Place,
    Receipt,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.errors import AltynError
from altyn.core.money import RUB, XTR, Money

BANK, ALICE, BOB = (account_name(name) for name in ("clearing:bank", "user:alice", "user:bob"))
BANK_NO, ALICE_NO, BOB_NO, RUB_NO, FULL_NO = 1, 2, 3, 4, 5

FUNDING, MISTAKE, BACK, SPENT, OTHER, REFUSED, NEW, NEWER = (UUID(int=n) for n in range(101, 109))
OPEN, CAPTURED, REFUSED_HOLD = (HoldId(UUID(int=n)) for n in range(201, 204))


def move(id: UUID, source: str, target: str, units: int, corrects: UUID | None = None) -> Transfer:
    return Transfer(
        id=TransferId(id),
        source=account_name(source),
        target=account_name(target),
        amount=Money(units, XTR),
        corrects=None if corrects is None else TransferId(corrects),
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A file with a history: Alice has 100 and 20 of them held, Bob has 27.

    Bob got 30 by mistake and gave 10 back; 7 were captured from a hold of 15.
    """
    path = tmp_path_factory.mktemp("laws") / "altyn.db"
    asyncio.run(played(path))
    return path


@pytest.fixture
def file(template: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(template, tmp_path))


async def played(path: Path) -> None:
    """Make that history."""
    clock = ManualClock()
    async with open_sqlite(path) as store:
        await SqliteSchema(store).migrate()
        ledger = SqliteLedger(store, clock)
        await ledger.open(Account.unlimited(BANK, XTR))
        await ledger.open(Account(ALICE, XTR))
        await ledger.open(Account(BOB, XTR))
        await ledger.open(Account.unlimited(BANK, RUB))
        await ledger.open(Account(account_name("user:full"), XTR, ceiling_units=5))
        until = clock.now() + timedelta(hours=1)
        verdicts = await ledger.carry_out(
            [
                Move.of(move(FUNDING, BANK, ALICE, 117)),
                Move.of(move(MISTAKE, ALICE, BOB, 30)),
                Move.of(move(BACK, BOB, ALICE, 10, MISTAKE)),
                Place(Hold(id=OPEN, account=ALICE, amount=Money(20, XTR), expires_at=until)),
                Place(Hold(id=CAPTURED, account=ALICE, amount=Money(15, XTR))),
                Move((move(SPENT, ALICE, BOB, 7),), CAPTURED),
                Move.of(move(REFUSED, BOB, ALICE, 1000)),
                Place(Hold(id=REFUSED_HOLD, account=BOB, amount=Money(1000, XTR))),
            ]
        )
        refused = [isinstance(each, AltynError) for each in verdicts]
        assert refused == [False] * 6 + [True] * 2
        clock.advance(minutes=1)
        (last,) = await ledger.carry_out([Move.of(move(OTHER, BANK, ALICE, 10))])
        assert isinstance(last, Receipt)
        assert (await ledger.balance(ALICE, XTR)).posted.units == 100
        assert (await ledger.balance(BOB, XTR)).posted.units == 27


@pytest.fixture
def raw(file: Path) -> Iterator[Connection]:
    """Somebody at the file with a plain SQLite: foreign keys are not even looked at."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        yield connection


AT: Final = (
    "(SELECT max(touched_at) FROM account)"  # as late as anything that happened, and no later
)

TRANSFER: Final[dict[str, Any]] = {
    "id": NEW.bytes,
    "source": ALICE_NO,
    "target": BOB_NO,
    "asset": "XTR",
    "amount": 1,
    "kind": "adjustment",
    "reference": "",
    "memo": "",
    "corrects": None,
    "movement": NEW.bytes,
    "leg": 0,
    "legs": 1,
    "hold": None,
    "source_number": 6,
    "target_number": 4,
    "source_after": 99,
    "target_after": 28,
}
HOLD: Final[dict[str, Any]] = {
    "id": NEW.bytes,
    "account": ALICE_NO,
    "amount": 1,
    "reference": "",
    "expires_at": None,
}
Attack = tuple[str, dict[str, Any]]


def inserted(table: str, when: str, row: dict[str, Any], how: str, at: str) -> Attack:
    names = ", ".join([*row, when])
    values = ", ".join([*(f":{name}" for name in row), at])
    return f"{how} INTO {table} ({names}) VALUES ({values})", row


def transfer(how: str = "INSERT", at: str = AT, **changed: object) -> Attack:
    """A transfer of one XTR from Alice to Bob as it would be right, but for what is changed."""
    return inserted("transfer", "at", TRANSFER | changed, how, at)


def hold(how: str = "INSERT", at: str = AT, **changed: object) -> Attack:
    """A hold of one XTR on Alice's account as it would be right, but for what is changed."""
    return inserted("hold", "placed_at", HOLD | changed, how, at)


def plain(sql: str, **values: object) -> Attack:
    return sql, values


def closed(state: str, at: str = AT, which: UUID = OPEN, how: str = "UPDATE") -> Attack:
    sql = f"{how} hold SET state = :state, closed_at = {at} WHERE id = :id"
    return sql, {"state": state, "id": which.bytes}


RIGHT: Final = {
    "a transfer": transfer(),
    "a correction": transfer(
        source=BOB_NO,
        target=ALICE_NO,
        corrects=MISTAKE.bytes,
        amount=20,
        source_number=4,
        target_number=6,
        source_after=7,
        target_after=120,
    ),
    "all that is available": transfer(amount=80, source_after=20, target_after=107),
    "a first leg": transfer(legs=2),
    "a hold": hold(),
    "a hold of all that is available": hold(amount=80),
    "a hold with an end": hold(expires_at=2**62),
    "a release": closed("released"),
    "a capture": closed("captured"),
    "an expiry": closed("expired", "(SELECT expires_at FROM hold WHERE id = :id)"),
    "limits": plain("UPDATE account SET floor = -5, ceiling = 100 WHERE id = 2"),
    "an account": plain(
        "INSERT INTO account (name, asset, floor, ceiling, touched_at)"
        " VALUES ('a:b', 'XTR', 0, 0, 0)"
    ),
    "an asset": plain("INSERT INTO asset VALUES ('SKU:mug', 0)"),
    "a refusal": plain(
        "INSERT INTO refusal VALUES (:id, zeroblob(32), 'hold_missing', '{}', 0)", id=NEW.bytes
    ),
}

ACCOUNT: Final = "INSERT INTO account (name, asset, floor, ceiling, touched_at, posted) VALUES "

WRONG: Final = {
    # Amounts and accounts
    "nothing moves": (transfer(amount=0, source_after=100, target_after=27), "amount_is_positive"),
    "less than nothing moves": (
        transfer(amount=-1, source_after=101, target_after=26),
        "transfer_amount_is_positive",
    ),
    "to itself": (
        transfer(target=ALICE_NO, target_number=6, target_after=101),
        "transfer_has_two_accounts",
    ),
    "from nowhere": (transfer(source=77), "transfer_source_counts_asset"),
    "to nowhere": (transfer(target=77), "transfer_target_counts_asset"),
    "from another asset": (transfer(asset="RUB"), "transfer_source_counts_asset"),
    "to another asset": (
        transfer(target=RUB_NO, target_number=1, target_after=1),
        "transfer_target_counts_asset",
    ),
    "a float": (transfer(amount=1.5), "cannot store REAL value in INTEGER column transfer.amount"),
    "an id that is none": (
        transfer(id=b"short", movement=b"short"),
        "transfer_id_is_uuid",
    ),
    "a place before the first": (
        (transfer(sequence=-1)),
        "transfer_sequence_is_positive",
    ),
    # Running balances and numbers
    "a number skipped": (transfer(source_number=7), "transfer_continues_source"),
    "a number again": (transfer(source_number=5), "transfer_continues_source"),
    "a number skipped at the target": (transfer(target_number=5), "transfer_continues_target"),
    "the source keeps it": (transfer(source_after=100), "transfer_continues_source"),
    "the target gets more": (transfer(target_after=29), "transfer_continues_target"),
    "before the newest entry": (transfer(at=f"{AT} - 1"), "transfer_continues_source"),
    "before the newest entry of the target": (
        transfer(
            at=f"{AT} - 1",
            source=BOB_NO,
            target=ALICE_NO,
            source_number=4,
            target_number=6,
            source_after=26,
            target_after=101,
        ),
        "transfer_continues_target",
    ),
    "below zero": (
        transfer(amount=101, source_after=-1, target_after=128),
        "account_stays_above_floor",
    ),
    "what is held": (
        transfer(amount=81, source_after=19, target_after=108),
        "account_stays_above_floor",
    ),
    "what is held, quietly": (
        transfer("INSERT OR IGNORE", amount=81, source_after=19, target_after=108),
        "account_stays_above_floor",
    ),
    "above the ceiling": (
        transfer(target=FULL_NO, amount=6, source_after=94, target_number=1, target_after=6),
        "account_stays_below_ceiling",
    ),
    "above the ceiling, quietly": (
        transfer(
            "INSERT OR IGNORE",
            target=FULL_NO,
            amount=6,
            source_after=94,
            target_number=1,
            target_after=6,
        ),
        "account_stays_below_ceiling",
    ),
    # Append-only
    "an entry changed": (plain("UPDATE transfer SET memo = 'x'"), "transfer_is_append_only"),
    "an amount changed": (plain("UPDATE transfer SET amount = 5"), "transfer_is_append_only"),
    "an entry deleted": (plain("DELETE FROM transfer"), "transfer_is_append_only"),
    "an id again": (transfer(id=FUNDING.bytes, movement=FUNDING.bytes), "is_append_only"),
    "an entry replaced by id": (
        transfer("INSERT OR REPLACE", id=FUNDING.bytes, movement=FUNDING.bytes),
        "transfer_is_append_only",
    ),
    "an entry replaced by place": (
        transfer("INSERT OR REPLACE", sequence=1),
        "transfer_is_append_only",
    ),
    "a refused id": (
        transfer(id=REFUSED.bytes, movement=REFUSED.bytes),
        "transfer_was_not_refused",
    ),
    "a refusal changed": (plain("UPDATE refusal SET code = 'x'"), "refusal_is_append_only"),
    "a refusal deleted": (plain("DELETE FROM refusal"), "refusal_is_append_only"),
    "a refusal replaced": (
        plain(
            "INSERT OR REPLACE INTO refusal VALUES (:id, zeroblob(32), 'x', '{}', 0)",
            id=REFUSED.bytes,
        ),
        "refusal_is_append_only",
    ),
    "a refusal without an id": (
        plain("INSERT INTO refusal VALUES (x'00', zeroblob(32), 'x', '{}', 0)"),
        "refusal_id_is_uuid",
    ),
    "a refusal of nothing": (
        plain("INSERT INTO refusal VALUES (zeroblob(16), x'', 'x', '{}', 0)"),
        "refusal_fingerprint_is_sha256",
    ),
    "a refusal without facts": (
        plain("INSERT INTO refusal VALUES (zeroblob(16), zeroblob(32), 'x', '', 0)"),
        "refusal_facts_are_json",
    ),
    "a scale changed": (plain("UPDATE asset SET scale = 3"), "asset_is_append_only"),
    "an asset replaced": (plain("REPLACE INTO asset VALUES ('XTR', 2)"), "asset_is_append_only"),
    "an asset deleted": (plain("DELETE FROM asset"), "asset_is_append_only"),
    "a scale too fine": (plain("INSERT INTO asset VALUES ('X', 19)"), "asset_scale_is_small"),
    # Companies
    "a leg beyond the last": (transfer(leg=1, movement=FUNDING.bytes), "leg_is_of_its_movement"),
    "a first leg of another": (transfer(movement=FUNDING.bytes), "leg_is_of_its_movement"),
    "a later leg of itself": (transfer(leg=1, legs=2), "transfer_leg_is_of_its_movement"),
    "too many legs": (transfer(legs=101), "transfer_leg_is_of_its_movement"),
    # Corrections
    "a correction of nothing": (
        transfer(corrects=NEWER.bytes),
        "transfer_corrects_opposite",
    ),
    "a correction that is none": (
        transfer(corrects=MISTAKE.bytes),
        "transfer_corrects_opposite",
    ),
    "too much taken back": (
        transfer(
            source=BOB_NO,
            target=ALICE_NO,
            corrects=MISTAKE.bytes,
            amount=21,
            source_number=4,
            target_number=6,
            source_after=6,
            target_after=121,
        ),
        "transfer_corrects_within_amount",
    ),
    # Accounts
    "money from nothing": (
        plain("UPDATE account SET posted = posted + 1"),
        "account_posted_is_newest_entry",
    ),
    "money from nothing, quietly": (
        plain("UPDATE OR IGNORE account SET posted = posted + 1"),
        "account_posted_is_newest_entry",
    ),
    "one more entry": (
        plain("UPDATE account SET entries = entries + 1 WHERE id = 2"),
        "account_posted_is_newest_entry",
    ),
    "an entry less": (
        plain("UPDATE account SET posted = 107, entries = 3 WHERE id = 2"),
        "account_posted_is_newest_entry",
    ),
    "held by nothing": (
        plain("UPDATE account SET held = held + 1 WHERE id = 2"),
        "account_held_is_open_holds",
    ),
    "held no more": (
        plain("UPDATE account SET held = 0 WHERE id = 2"),
        "account_held_is_open_holds",
    ),
    "held by a hold that is counted": (
        plain("UPDATE account SET held = held + 20, held_by = 1 WHERE id = 2"),
        "account_held_is_open_holds",
    ),
    "held by a hold that is closed": (
        plain("UPDATE account SET held = held - 15, held_by = 2 WHERE id = 2"),
        "account_held_is_open_holds",
    ),
    "time turned back": (
        plain("UPDATE account SET touched_at = touched_at - 1"),
        "account_time_runs_forward",
    ),
    "a floor above": (
        plain("UPDATE account SET floor = 1 WHERE id = 2"),
        "account_limits_span_zero",
    ),
    "a floor beyond 64 bits": (
        plain("UPDATE account SET floor = -9223372036854775808 WHERE id = 2"),
        "account_limits_span_zero",
    ),
    "a ceiling below": (
        plain("UPDATE account SET ceiling = -1 WHERE id = 1"),
        "account_limits_span_zero",
    ),
    "a floor that is broken": (
        plain("UPDATE account SET floor = -26 WHERE id = 1"),
        "account_stays_above_floor",
    ),
    "a ceiling that is broken": (
        plain("UPDATE account SET ceiling = 99 WHERE id = 2"),
        "account_stays_below_ceiling",
    ),
    "another name": (
        plain("UPDATE account SET name = 'user:eve' WHERE id = 2"),
        "account_identity_is_fixed",
    ),
    "another asset": (plain("UPDATE account SET asset = 'RUB'"), "account_identity_is_fixed"),
    "another number": (plain("UPDATE account SET id = 9"), "account_identity_is_fixed"),
    "an account deleted": (plain("DELETE FROM account"), "account_is_never_closed"),
    "an account again": (
        plain(ACCOUNT + "('user:alice', 'XTR', 0, 0, 0, 0)"),
        "account_is_single",
    ),
    "an account replaced": (
        plain(ACCOUNT.replace("INSERT", "REPLACE") + "('user:alice', 'XTR', 0, 0, 0, 0)"),
        "account_is_single",
    ),
    "an account replaced by number": (
        plain(
            "REPLACE INTO account (id, name, asset, floor, ceiling, touched_at)"
            " VALUES (2, 'user:eve', 'XTR', 0, 0, 0)"
        ),
        "account_is_single",
    ),
    "an account of no asset": (plain(ACCOUNT + "('a:b', 'EUR', 0, 0, 0, 0)"), "counts_asset"),
    "an account with held money": (
        plain(ACCOUNT.replace("posted", "held") + "('a:b', 'XTR', -9, 9, 0, 5)"),
        "account_begins_empty",
    ),
    "an account with a past": (
        plain(ACCOUNT.replace("posted", "entries") + "('a:b', 'XTR', 0, 9, 0, 5)"),
        "account_begins_empty",
    ),
    "an account with money": (plain(ACCOUNT + "('a:b', 'XTR', 0, 9, 0, 5)"), "begins_empty"),
    # Holds
    "a hold of nothing": (hold(amount=0), "hold_amount_is_positive"),
    "a hold of less": (hold(amount=-5), "hold_amount_is_positive"),
    "a hold without an id": (hold(id=b"short"), "hold_id_is_uuid"),
    "a hold before the first": (hold(sequence=-1), "hold_sequence_is_positive"),
    "a hold on nothing": (hold(account=77), "hold_is_on_account"),
    "a hold of what is not there": (hold(amount=81), "account_stays_above_floor"),
    "a hold of what is not there, quietly": (
        hold("INSERT OR IGNORE", amount=81),
        "account_stays_above_floor",
    ),
    "a hold in the past": (hold(at=f"{AT} - 1"), "account_time_runs_forward"),
    "a hold that is late": (hold(expires_at=1), "hold_placed_in_time"),
    "a hold that begins closed": (hold(state="released", closed_at=2**62), "hold_begins_open"),
    "a hold that begins spent": (hold(captured=1), "hold_begins_open"),
    "a hold that was refused": (hold(id=REFUSED_HOLD.bytes), "hold_was_not_refused"),
    "a hold again": (hold(id=OPEN.bytes), "hold_id_is_single"),
    "a hold replaced": (hold("INSERT OR REPLACE", id=OPEN.bytes), "hold_id_is_single"),
    "a hold replaced by place": (hold("INSERT OR REPLACE", sequence=1), "hold_id_is_single"),
    "a hold deleted": (plain("DELETE FROM hold"), "hold_is_never_deleted"),
    "a hold grown": (plain("UPDATE hold SET amount = 21"), "hold_identity_is_fixed"),
    "a hold moved": (plain("UPDATE hold SET account = 3"), "hold_identity_is_fixed"),
    "a hold prolonged": (plain("UPDATE hold SET expires_at = NULL"), "hold_identity_is_fixed"),
    "an unknown state": (closed("forgotten"), "hold_state_is_known"),
    "counted no more": (
        plain("UPDATE hold SET counted = 0 WHERE state = 'open'"),
        "hold_is_counted_while_open",
    ),
    "counted still": (
        plain("UPDATE hold SET counted = 1 WHERE state <> 'open'"),
        "hold_is_counted_while_open",
    ),
    "closed and not counted": (
        plain(
            "UPDATE hold SET state = 'released', closed_at = 2e18, counted = 0 WHERE id = :id",
            id=OPEN.bytes,
        ),
        "account_held_is_open_holds",
    ),
    "a hold that begins counted": (hold(counted=1), "hold_begins_open"),
    "closed twice": (closed("released", which=CAPTURED), "hold_is_closed_once"),
    "opened again": (
        plain("UPDATE hold SET state = 'open', closed_at = NULL"),
        "hold_is_closed_once",
    ),
    "closed at no time": (closed("released", at="NULL"), "hold_closed_when_not_open"),
    "closed while open": (plain("UPDATE hold SET closed_at = 5"), "hold_is_closed_once"),
    "closed before it was placed": (
        closed("released", at="placed_at - 1"),
        "hold_closed_after_placed",
    ),
    "captured too late": (closed("captured", at="expires_at"), "hold_captured_in_time"),
    "expired too early": (closed("expired", at="expires_at - 1"), "hold_expired_when_due"),
    "captured by nothing": (
        plain("UPDATE hold SET captured = 8 WHERE state = 'captured'"),
        "hold_captured_is_its_transfers",
    ),
    "captured while open": (
        plain("UPDATE hold SET captured = 1 WHERE state = 'open'"),
        "hold_captured_is_its_transfers",
    ),
    "spent while open": (transfer(hold=OPEN.bytes), "transfer_spends_captured_hold"),
    "spent later": (transfer(hold=CAPTURED.bytes), "transfer_spends_captured_hold"),
}


def everything(connection: Connection) -> list[tuple[Any, ...]]:
    tables = ("asset", "account", "transfer", "hold", "refusal")
    return [row for table in tables for row in connection.execute(f"SELECT * FROM {table}")]


@pytest.mark.parametrize("what", RIGHT)
def test_what_keeps_the_laws_is_written(raw: Connection, what: str) -> None:
    """The statements that the attacks below are made of are good ones."""
    before = everything(raw)
    raw.execute(*RIGHT[what])
    assert everything(raw) != before


@pytest.mark.parametrize("what", WRONG)
def test_what_breaks_a_law_is_refused(raw: Connection, what: str) -> None:
    """The file says which law it is, and stays as it was."""
    attack, law = WRONG[what]
    before = everything(raw)
    with pytest.raises(sqlite3.IntegrityError, match=law):
        raw.execute(*attack)
    assert everything(raw) == before


def test_a_movement_has_each_leg_once(raw: Connection) -> None:
    """A second leg with the number of the first one's is refused."""
    raw.execute(*transfer(legs=3))
    number: dict[str, Any] = {"source_number": 7, "target_number": 5}
    number |= {"source_after": 98, "target_after": 29}
    second = UUID(int=500).bytes
    raw.execute(*transfer(id=second, movement=NEW.bytes, leg=1, legs=3, **number))
    number = {"source_number": 8, "target_number": 6, "source_after": 97, "target_after": 30}
    third = transfer(id=UUID(int=501).bytes, movement=NEW.bytes, leg=1, legs=3, **number)
    with pytest.raises(sqlite3.IntegrityError, match=r"transfer\.movement, transfer\.leg"):
        raw.execute(*third)


@pytest.mark.parametrize("state", ["released", "captured"])
def test_a_hold_is_spent_by_its_own_capture(raw: Connection, state: str) -> None:
    """A transfer cannot name a hold that was given back, nor one of another account."""
    raw.execute(*closed(state))
    attack = transfer(hold=OPEN.bytes)
    if state == "captured":
        numbers: dict[str, Any] = {"source_number": 4, "target_number": 6}
        numbers |= {"source_after": 26, "target_after": 101}
        attack = transfer(hold=OPEN.bytes, source=BOB_NO, target=ALICE_NO, **numbers)
    with pytest.raises(sqlite3.IntegrityError, match="transfer_spends_captured_hold"):
        raw.execute(*attack)


def test_a_capture_spends_no_more_than_was_held(raw: Connection) -> None:
    """The legs of a capture are counted as they come; the one that is too much is refused."""
    raw.execute(*closed("captured"))
    first = transfer(hold=OPEN.bytes, amount=15, source_after=85, target_after=42)
    raw.execute(*first)
    assert raw.execute("SELECT captured FROM hold WHERE state = 'captured'").fetchall() == [
        (15,),
        (7,),
    ]
    for how in ("INSERT", "INSERT OR IGNORE"):
        changed: dict[str, Any] = {"source_number": 7, "target_number": 5}
        changed |= {"source_after": 79, "target_after": 48, "amount": 6}
        second = UUID(int=500).bytes
        attack = transfer(how, hold=OPEN.bytes, id=second, movement=second, **changed)
        with pytest.raises(sqlite3.IntegrityError, match="hold_captured_is_within_amount"):
            raw.execute(*attack)


def test_a_transfer_moves_its_accounts_by_itself(raw: Connection) -> None:
    """Whoever writes it, both balances follow, so that the books are never out of step."""
    raw.execute(*transfer(amount=30, source_after=70, target_after=57))
    figures = "SELECT posted, held, entries FROM account WHERE id IN (2, 3) ORDER BY id"
    assert raw.execute(figures).fetchall() == [(70, 20, 6), (57, 0, 4)]
    raw.execute(*hold(amount=5))
    assert raw.execute(figures).fetchall() == [(70, 25, 6), (57, 0, 4)]
    raw.execute(*closed("released"))
    assert raw.execute(figures).fetchall() == [(70, 5, 6), (57, 0, 4)]


@pytest.fixture
def unguarded(raw: Connection) -> Connection:
    """The file without its triggers."""
    guards = "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
    for (name,) in raw.execute(guards).fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    return raw


@pytest.mark.parametrize(
    ("sql", "law"),
    [
        ("UPDATE account SET held = -1", "account_held_is_not_negative"),
        ("UPDATE account SET held = 101 WHERE id = 2", "account_stays_above_floor"),
        ("UPDATE account SET posted = 6 WHERE id = 5", "account_stays_below_ceiling"),
        ("UPDATE hold SET captured = amount + 1", "hold_captured_is_within_amount"),
        ("UPDATE hold SET captured = 1 WHERE state = 'open'", "hold_captured_when_captured"),
        ("UPDATE transfer SET source_number = 1 WHERE source = 2", "transfer.source_number"),
        ("UPDATE transfer SET target_number = 1 WHERE target = 2", "transfer.target_number"),
        ("UPDATE transfer SET id = zeroblob(16), movement = zeroblob(16)", "transfer.id"),
        ("UPDATE hold SET id = zeroblob(16)", "hold.id"),
        ("UPDATE account SET name = 'user:eve'", "account.name, account.asset"),
    ],
)
def test_what_columns_can_say_they_say_too(unguarded: Connection, sql: str, law: str) -> None:
    """Behind the guards stand constraints that hold without them."""
    with pytest.raises(sqlite3.IntegrityError, match=law):
        unguarded.execute(sql)


def test_foreign_keys_say_it_too(unguarded: Connection) -> None:
    """Without the guards a connection that looks at foreign keys still refuses strangers."""
    raw = unguarded
    raw.execute("PRAGMA foreign_keys = ON")
    for attack in (
        transfer(source=77),
        transfer(target=RUB_NO, target_number=1),
        transfer(corrects=NEWER.bytes),
        transfer(hold=NEWER.bytes),
        hold(account=77),
        plain(ACCOUNT + "('a:b', 'EUR', 0, 0, 0, 0)"),
    ):
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            raw.execute(*attack)


async def test_the_history_the_attacks_start_from_is_sound(file: Path) -> None:
    """An audit of it finds nothing."""
    async with open_sqlite(file) as store:
        examined = [each async for each in SqliteAuditor(store).examine()]
    assert [each.finding for each in examined if each.finding] == []
