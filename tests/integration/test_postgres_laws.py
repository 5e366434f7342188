"""
The database guards the laws itself.

Every statement here goes around the code, as the owner of the tables could: it is refused by the
law that carries its name, and nothing changes.
"""

from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest
from attrs import frozen

from tests.integration.postgres_sessions import copy_of, everything
from tests.integration.rich_history import (
    ALICE,
    BANK,
    BOB,
    EMPTY,
    SHOP,
    hold_id,
    transfer_id,
    write_history_in,
)

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture(scope="module")
def rich_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A database in which everything happened; the tests leave it as it is."""
    with copy_of(postgres_server, postgres_template) as url:
        write_history_in(url)
        yield url


@pytest.fixture
def connection(rich_url: str) -> Iterator[Connection]:
    with psycopg.connect(rich_url, autocommit=True) as connection:
        yield connection


# What is refused


def account(name: str, asset: str = "XTR") -> str:
    return f"(SELECT id FROM altyn.account WHERE name = '{name}' AND asset = '{asset}')"


def balance(column: str, name: str, asset: str = "XTR") -> str:
    return f"(SELECT {column} FROM altyn.balance WHERE account = {account(name, asset)})"


def transfer(**other: str) -> str:
    """A transfer of 1 from Alice to the shop that continues both histories, but for the others."""
    columns = {
        "id": f"'{transfer_id('new')}'",
        "source": account(ALICE),
        "target": account(SHOP),
        "asset": "'XTR'",
        "amount": "1",
        "kind": "'adjustment'",
        "reference": "''",
        "memo": "''",
        "corrects": "NULL",
        "movement": f"'{transfer_id('new')}'",
        "leg": "0",
        "legs": "1",
        "hold": "NULL",
        "at": "now()",
        "source_number": f"{balance('entries', ALICE)} + 1",
        "target_number": f"{balance('entries', SHOP)} + 1",
        "source_after": f"{balance('posted', ALICE)} - 1",
        "target_after": f"{balance('posted', SHOP)} + 1",
        **other,
    }
    return f"({', '.join(columns.values())})"


def second(**other: str) -> str:
    """A transfer that continues both histories after `transfer`, but for the others."""
    id = f"'{transfer_id('newer')}'"
    columns = {
        "id": id,
        "movement": id,
        "source_number": f"{balance('entries', ALICE)} + 2",
        "target_number": f"{balance('entries', SHOP)} + 2",
        "source_after": f"{balance('posted', ALICE)} - 2",
        "target_after": f"{balance('posted', SHOP)} + 2",
        **other,
    }
    return transfer(**columns)


def insert(*transfers: str) -> str:
    return f"INSERT INTO altyn.transfer VALUES {', '.join(transfers)}"


def from_bank(name: str, units: int, **other: str) -> str:
    """A transfer from the bank that continues both histories."""
    return transfer(
        source=account(BANK),
        target=account(name),
        amount=str(units),
        source_number=f"{balance('entries', BANK)} + 1",
        target_number=f"{balance('entries', name)} + 1",
        source_after=f"{balance('posted', BANK)} - {units}",
        target_after=f"{balance('posted', name)} + {units}",
        **other,
    )


def in_roubles(**other: str) -> str:
    """The same in roubles."""
    return transfer(
        source=account(ALICE, "RUB"),
        target=account(SHOP, "RUB"),
        asset="'RUB'",
        source_number=f"{balance('entries', ALICE, 'RUB')} + 1",
        target_number=f"{balance('entries', SHOP, 'RUB')} + 1",
        source_after=f"{balance('posted', ALICE, 'RUB')} - 1",
        target_after=f"{balance('posted', SHOP, 'RUB')} + 1",
        **other,
    )


def correction(units: int, **other: str) -> str:
    """A transfer from the shop to Alice that takes the mistake back, of which 20 are left."""
    return transfer(
        source=account(SHOP),
        target=account(ALICE),
        amount=str(units),
        source_number=f"{balance('entries', SHOP)} + 1",
        target_number=f"{balance('entries', ALICE)} + 1",
        source_after=f"{balance('posted', SHOP)} - {units}",
        target_after=f"{balance('posted', ALICE)} + {units}",
        **{"corrects": f"'{transfer_id('mistake')}'", **other},
    )


def hold(**other: str) -> str:
    columns = {
        "id": f"'{hold_id('new')}'",
        "account": account(ALICE),
        "asset": "'XTR'",
        "amount": "1",
        "captured": "0",
        "reference": "''",
        "expires_at": "NULL",
        "state": "'open'",
        "placed_at": "now()",
        "closed_at": "NULL",
        **other,
    }
    return f"INSERT INTO altyn.hold VALUES ({', '.join(columns.values())})"


def change(word: str, what: str) -> str:
    return f"UPDATE altyn.hold SET {what} WHERE id = '{hold_id(word)}'"


def limits(name: str, what: str) -> str:
    return f"UPDATE altyn.balance SET {what} WHERE account = {account(name)}"


def open_with(name: str, asset: str, scale: int) -> str:
    return (
        "INSERT INTO altyn.account (name, asset, scale, opened_at) "
        f"VALUES ('{name}', '{asset}', {scale}, now())"
    )


def begin(values: str, asset: str = "XTR") -> str:
    """A new account and its balance in one statement."""
    return (
        "WITH a AS (INSERT INTO altyn.account (name, asset, scale, opened_at) "
        "VALUES ('user:new', 'XTR', 0, now()) RETURNING id) "
        "INSERT INTO altyn.balance (account, asset, posted, held, entries, floor, ceiling, "
        f"touched_at) SELECT id, '{asset}', {values}, now() FROM a"
    )


CAPTURED_WHOLE: Final = change("open", "state = 'captured', captured = 50, closed_at = now()")
CLOSED_NOW: Final = "state = 'released', closed_at = now()"


@frozen
class Crime:
    """What somebody tries, the law that stops it, and where that law is written."""

    what: str
    law: str
    statement: str
    before: str = ""
    """What is taken out of the way first: another law that would speak up earlier."""
    guard: str = ""
    """The trigger or constraint, when it is not called as the law is."""


def crimes_against_history() -> Iterator[Crime]:
    columns = {
        "transfer": "memo = 'forged'",
        "refusal": "code = 'forged'",
        "account": "name = 'user:forged'",
        "asset": "scale = 1",
    }
    for table in ("transfer", "refusal", "account", "asset", "balance", "hold"):
        guard = f"{table}.history_stands"
        if table in columns:
            changed = f"UPDATE altyn.{table} SET {columns[table]}"
            yield Crime(f"{table} changed", "history_stands", changed, guard=guard)
        deleted = f"DELETE FROM altyn.{table}"
        yield Crime(f"{table} deleted", "history_stands", deleted, guard=guard)
        emptied = f"TRUNCATE altyn.{table} CASCADE"
        yield Crime(f"{table} emptied", "history_stands", emptied, guard=guard)


CRIMES: Final = (
    *crimes_against_history(),
    # Assets and accounts
    Crime("scale too fine", "asset_scale", "INSERT INTO altyn.asset VALUES ('FINE', 19)"),
    Crime("scale below zero", "asset_scale", "INSERT INTO altyn.asset VALUES ('COARSE', -1)"),
    Crime("asset twice", "asset_pkey", "INSERT INTO altyn.asset VALUES ('XTR', 3)"),
    Crime("other scale", "account_as_counted", open_with("user:new", "XTR", 2)),
    Crime("unknown asset", "account_as_counted", open_with("user:new", "GOLD", 0)),
    Crime("name without owner", "account_named", open_with("user", "XTR", 0)),
    Crime("name with a blank", "account_named", open_with("user:a b", "XTR", 0)),
    Crime("account twice", "account_once", open_with(ALICE, "XTR", 0)),
    Crime(
        "account number twice",
        "account_pkey",
        "INSERT INTO altyn.account OVERRIDING SYSTEM VALUE "
        f"VALUES ({account(ALICE)}, 'user:new', 'XTR', 0, now())",
    ),
    # Balances
    Crime("money from nowhere", "balance_follows", limits(ALICE, "posted = posted + 1")),
    Crime("money held by hand", "balance_follows", limits(ALICE, "held = held + 1")),
    Crime("entries miscounted", "balance_follows", limits(ALICE, "entries = entries - 1")),
    Crime("clock turned back", "balance_follows", limits(ALICE, "touched_at = '2020-01-01Z'")),
    Crime(
        "balance handed over", "balance_follows", limits(EMPTY, f"account = {account(BANK)} + 999")
    ),
    Crime("asset exchanged", "balance_follows", limits(EMPTY, "asset = 'RUB'")),
    Crime(
        "begins with money",
        "balance_follows",
        begin("5, 0, 0, 0, 10"),
        guard="balance.balance_begins",
    ),
    Crime(
        "begins with held money",
        "balance_follows",
        begin("0, 5, 0, -9, 10"),
        guard="balance.balance_begins",
    ),
    Crime(
        "begins with entries",
        "balance_follows",
        begin("0, 0, 5, 0, 10"),
        guard="balance.balance_begins",
    ),
    Crime("balance of another asset", "balance_of_account", begin("0, 0, 0, 0, 10", "RUB")),
    Crime(
        "balance of nobody",
        "balance_of_account",
        "INSERT INTO altyn.balance VALUES (999999, 'XTR', 0, 0, 0, 10, 0, now())",
    ),
    Crime(
        "balance twice",
        "balance_pkey",
        f"INSERT INTO altyn.balance VALUES ({account(EMPTY)}, 'XTR', 0, 0, 0, 10, 0, now())",
    ),
    Crime("floor above zero", "balance_limits", limits(ALICE, "floor = 1")),
    Crime("floor beyond 64 bits", "balance_limits", limits(BANK, f"floor = {-(2**63)}")),
    Crime("ceiling below zero", "balance_limits", limits(BANK, "ceiling = -1")),
    Crime("floor above the balance", "balance_floor", limits(BANK, "floor = 0")),
    Crime("ceiling below the balance", "balance_ceiling", limits(ALICE, "ceiling = 10")),
    Crime(
        "less than nothing held",
        "balance_held",
        limits(ALICE, "held = -1"),
        before="ALTER TABLE altyn.balance DISABLE TRIGGER balance_follows",
    ),
    Crime(
        "more held than there is",
        "balance_floor",
        limits(ALICE, "held = posted + 1"),
        before="ALTER TABLE altyn.balance DISABLE TRIGGER balance_follows",
    ),
    # Transfers
    Crime(
        "the same id",
        "transfer_pkey",
        insert(transfer(id=f"'{transfer_id('lunch')}'", leg="1", legs="2")),
    ),
    Crime("nothing moved", "transfer_positive", insert(transfer(amount="0"))),
    Crime("less than nothing moved", "transfer_positive", insert(transfer(amount="-1"))),
    Crime("to itself", "transfer_two_accounts", insert(transfer(target=account(ALICE)))),
    Crime("no number", "transfer_numbered", insert(transfer(source_number="0"))),
    Crime("number below zero", "transfer_numbered", insert(transfer(target_number="-1"))),
    Crime("leg beyond the last", "transfer_company", insert(transfer(leg="1"))),
    Crime("leg before the first", "transfer_company", insert(transfer(leg="-1"))),
    Crime(
        "movement of another",
        "transfer_company",
        insert(transfer(movement=f"'{transfer_id('lunch')}'")),
    ),
    Crime("from nobody", "transfer_continues", insert(transfer(source="999999"))),
    Crime("to nobody", "transfer_continues", insert(transfer(target="999999"))),
    Crime(
        "source of another asset",
        "transfer_continues",
        insert(transfer(source=account(ALICE, "RUB"))),
    ),
    Crime(
        "target of another asset",
        "transfer_continues",
        insert(transfer(target=account(SHOP, "RUB"))),
    ),
    Crime("asset that nobody counts", "transfer_continues", insert(transfer(asset="'GOLD'"))),
    Crime(
        "a number again",
        "transfer_of_source",
        insert(transfer(source_number="2")),
    ),
    Crime(
        "a number of the target again", "transfer_of_target", insert(transfer(target_number="1"))
    ),
    Crime(
        "a number left out",
        "transfer_continues",
        insert(transfer(source_number=f"{balance('entries', ALICE)} + 2")),
    ),
    Crime(
        "a number of the target left out",
        "transfer_continues",
        insert(transfer(target_number=f"{balance('entries', SHOP)} + 2")),
    ),
    Crime(
        "source after is wrong",
        "transfer_continues",
        insert(transfer(source_after=f"{balance('posted', ALICE)}")),
    ),
    Crime(
        "target after is wrong",
        "transfer_continues",
        insert(transfer(target_after=f"{balance('posted', SHOP)}")),
    ),
    Crime("earlier than the history", "transfer_continues", insert(transfer(at="'2026-01-01Z'"))),
    Crime(
        "the second of two is wrong",
        "transfer_continues",
        insert(
            transfer(),
            second(source_after=f"{balance('posted', ALICE)} - 1"),
        ),
    ),
    Crime(
        "the first of two is wrong",
        "transfer_continues",
        insert(
            transfer(source_after=f"{balance('posted', ALICE)} - 2"),
            second(),
        ),
    ),
    Crime(
        "the second of two leaves a number out",
        "transfer_continues",
        insert(transfer(), second(source_number=f"{balance('entries', ALICE)} + 3")),
    ),
    Crime(
        "the second of two leaves a number of the target out",
        "transfer_continues",
        insert(transfer(), second(target_number=f"{balance('entries', SHOP)} + 3")),
    ),
    Crime(
        "the second of two is earlier",
        "transfer_continues",
        insert(
            transfer(at="now() + interval '1 minute'"),
            second(),
        ),
    ),
    Crime(
        "to an account without a balance",
        "transfer_continues",
        "WITH a AS (INSERT INTO altyn.account (name, asset, scale, opened_at) "
        "VALUES ('user:new', 'XTR', 0, now()) RETURNING id) "
        "INSERT INTO altyn.transfer SELECT "
        + transfer(target="a.id", target_number="1", target_after="1")[1:-1]
        + " FROM a",
    ),
    Crime(
        "below the floor",
        "balance_floor",
        insert(
            transfer(
                amount="960",
                source_after=f"{balance('posted', ALICE)} - 960",
                target_after=f"{balance('posted', SHOP)} + 960",
            )
        ),
    ),
    Crime("above the ceiling", "balance_ceiling", insert(from_bank(ALICE, 4_500))),
    Crime(
        "held money spent",
        "balance_floor",
        insert(
            transfer(
                amount="920",
                source_after=f"{balance('posted', ALICE)} - 920",
                target_after=f"{balance('posted', SHOP)} + 920",
            )
        ),
    ),
    Crime("out of no hold", "capture_spends", insert(transfer(hold=f"'{hold_id('nothing')}'"))),
    Crime("out of an open hold", "capture_spends", insert(transfer(hold=f"'{hold_id('open')}'"))),
    Crime(
        "out of a hold that went back",
        "capture_spends",
        insert(transfer(hold=f"'{hold_id('released')}'")),
    ),
    Crime(
        "more than was captured",
        "capture_spends",
        insert(transfer(hold=f"'{hold_id('captured')}'")),
    ),
    Crime(
        "more than was captured, in parts",
        "capture_spends",
        insert(transfer(hold=f"'{hold_id('open')}'"), second(hold=f"'{hold_id('open')}'")),
        before=change("open", "state = 'captured', captured = 1, closed_at = now()"),
    ),
    Crime(
        "out of the hold of another",
        "capture_spends",
        insert(from_bank(SHOP, 1, hold=f"'{hold_id('open')}'")),
        before=CAPTURED_WHOLE,
    ),
    Crime(
        "another asset out of a hold",
        "capture_spends",
        insert(in_roubles(hold=f"'{hold_id('open')}'")),
        before=CAPTURED_WHOLE,
    ),
    # Corrections
    Crime(
        "corrects nothing",
        "correction_opposes",
        insert(correction(1, corrects=f"'{transfer_id('nothing')}'")),
    ),
    Crime("corrects too much", "correction_opposes", insert(correction(21))),
    Crime(
        "corrects in the same direction",
        "correction_opposes",
        insert(transfer(corrects=f"'{transfer_id('mistake')}'")),
    ),
    Crime(
        "corrects a transfer of others",
        "correction_opposes",
        insert(from_bank(ALICE, 1, corrects=f"'{transfer_id('mistake')}'")),
    ),
    Crime(
        "corrects another asset",
        "correction_opposes",
        insert(correction(1, corrects=f"'{transfer_id('fund user:bob RUB')}'")),
    ),
    # Holds
    Crime("the same hold", "hold_pkey", hold(id=f"'{hold_id('open')}'")),
    Crime("hold on another asset", "hold_of_account", hold(asset="'RUB'")),
    Crime("hold on nobody", "hold_of_account", hold(account="999999")),
    Crime("nothing held", "hold_positive", hold(amount="0")),
    Crime("held above the floor", "balance_floor", hold(amount="901"), guard="hold.hold_counts"),
    Crime(
        "begins captured", "hold_opens", hold(state="'captured'", captured="1", closed_at="now()")
    ),
    Crime("begins released", "hold_opens", hold(state="'released'", closed_at="now()")),
    Crime("begins closed", "hold_state", hold(closed_at="now()")),
    Crime("begins partly spent", "hold_state", hold(captured="1")),
    Crime("state that is none", "hold_state", change("open", "state = 'gone', closed_at = now()")),
    Crime(
        "captured without a capture",
        "hold_state",
        change("open", "state = 'captured', closed_at = now()"),
    ),
    Crime("released and spent", "hold_state", change("open", f"{CLOSED_NOW}, captured = 1")),
    Crime("released at no time", "hold_state", change("open", "state = 'released'")),
    Crime(
        "expired before its time",
        "hold_state",
        change("late", "state = 'expired', closed_at = placed_at"),
    ),
    Crime(
        "expired without an end",
        "hold_state",
        change("open", "state = 'expired', closed_at = now()"),
    ),
    Crime(
        "captured above its amount",
        "hold_captured",
        change("open", "state = 'captured', captured = 51, closed_at = now()"),
    ),
    Crime(
        "captured below zero",
        "hold_captured",
        change("open", "state = 'captured', captured = -1, closed_at = now()"),
    ),
    Crime("reopened", "hold_moves", change("released", "state = 'open', closed_at = NULL")),
    Crime(
        "released after its capture",
        "hold_moves",
        change("captured", f"{CLOSED_NOW}, captured = 0"),
    ),
    Crime(
        "captured after its release",
        "hold_moves",
        change("released", "state = 'captured', captured = 1"),
    ),
    Crime(
        "captured after its expiry",
        "hold_moves",
        change("expired", "state = 'captured', captured = 1"),
    ),
    Crime("closed again later", "hold_moves", change("released", "closed_at = now()")),
    Crime("amount changed", "hold_moves", change("open", "amount = 1")),
    Crime("amount changed by the way", "hold_moves", change("open", f"{CLOSED_NOW}, amount = 1")),
    Crime(
        "account changed by the way",
        "hold_moves",
        change("open", f"{CLOSED_NOW}, account = {account(BOB)}"),
    ),
    Crime("asset changed by the way", "hold_moves", change("open", f"{CLOSED_NOW}, asset = 'RUB'")),
    Crime(
        "reference changed by the way",
        "hold_moves",
        change("open", f"{CLOSED_NOW}, reference = 'x'"),
    ),
    Crime(
        "beginning changed by the way",
        "hold_moves",
        change("open", f"{CLOSED_NOW}, placed_at = now()"),
    ),
    Crime(
        "id changed by the way",
        "hold_moves",
        change("open", f"{CLOSED_NOW}, id = '{hold_id('new')}'"),
    ),
    Crime("longer by the way", "hold_moves", change("late", f"{CLOSED_NOW}, expires_at = NULL")),
    # Refusals
    Crime(
        "refused twice",
        "refusal_pkey",
        "INSERT INTO altyn.refusal SELECT * FROM altyn.refusal LIMIT 1",
    ),
)


def commit(connection: Connection, crime: Crime) -> None:
    """Try it; should it succeed after all, the other tests must not suffer."""
    with connection.transaction(force_rollback=True):
        if crime.before:
            connection.execute(crime.before.encode())
        connection.execute(crime.statement.encode())


@pytest.mark.parametrize("crime", CRIMES, ids=lambda crime: crime.what.replace(" ", "-"))
def test_what_goes_around_the_code_is_refused(connection: Connection, crime: Crime) -> None:
    """The law is named in the error, and nothing is changed."""
    before = everything(connection)
    with pytest.raises(psycopg.errors.IntegrityError) as refused:
        commit(connection, crime)
    assert refused.value.diag.constraint_name == crime.law, refused.value
    assert everything(connection) == before


HONEST: Final = {
    "a transfer": insert(transfer()),
    "two transfers": insert(
        transfer(),
        second(),
    ),
    "down to the floor": insert(
        transfer(
            amount="899",
            source_after=f"{balance('posted', ALICE)} - 899",
            target_after=f"{balance('posted', SHOP)} + 899",
        )
    ),
    "up to the ceiling": insert(from_bank(ALICE, 4_051)),
    "a correction of what is left": insert(correction(20)),
    "a hold of all that is left": hold(amount="899"),
    "another asset": insert(in_roubles()),
    "a capture": CAPTURED_WHOLE + ";" + insert(transfer(hold=f"'{hold_id('open')}'")),
    "a release": change("open", CLOSED_NOW),
    "an expiry": change("late", "state = 'expired', closed_at = now()"),
    "new limits": limits(ALICE, "floor = -5, ceiling = 949"),
    "a new account": begin("0, 0, 0, 0, 10"),
    "a new asset": "INSERT INTO altyn.asset VALUES ('FINE', 18)",
}


@pytest.mark.parametrize("statement", HONEST.values(), ids=HONEST)
def test_what_keeps_the_laws_is_let_through(connection: Connection, statement: str) -> None:
    """The crimes above are refused for what is wrong about them, not for being strangers."""
    with connection.transaction(force_rollback=True):
        before = everything(connection)
        connection.execute(statement.encode())
        assert everything(connection) != before


GUARDS: Final = """
SELECT c.relname || '.' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE c.relnamespace = 'altyn'::regnamespace AND NOT t.tgisinternal
UNION ALL
SELECT c.relname || '.' || k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
 WHERE c.relnamespace = 'altyn'::regnamespace AND k.contype IN ('c', 'f', 'p', 'u')
UNION
SELECT c.relname || '.' || i.relname
  FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
 WHERE c.relnamespace = 'altyn'::regnamespace AND x.indisunique
"""
ONLY_REFERRED_TO: Final = {
    # Wider than a primary key, so that foreign keys can name them: they cannot be broken alone.
    "asset.asset_as_counted",
    "account.account_of_asset",
}


LEDGER: Final = {"asset", "account", "balance", "hold", "transfer", "refusal"}


def test_every_law_of_the_ledger_is_tried(connection: Connection) -> None:
    """No trigger, constraint or unique index of the ledger's tables is missing from the list."""
    there = {name for (name,) in connection.execute(GUARDS.encode())}
    there = {name for name in there if name.partition(".")[0] in LEDGER}
    tried: set[str] = set()
    for crime in CRIMES:
        tried |= {crime.guard} if crime.guard else {n for n in there if n.endswith(f".{crime.law}")}
    assert there - tried == ONLY_REFERRED_TO
