"""The audit finds every kind of corruption, names the first wrong row, and disturbs nobody."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Final, cast
from urllib.parse import urlsplit

import pytest
from attrs import frozen

from altyn.adapters.memory import ManualClock
from altyn.adapters.postgres import PostgresAuditor, PostgresLedger, PostgresStore, open_postgres
from altyn.core.balances import Account, Examined, Move, Receipt, account_name
from altyn.core.errors import Unavailable
from altyn.core.money import XTR
from tests.integration.postgres_sessions import (
    copy_of,
    findings,
    locked,
    session,
    value,
    with_guards_off,
)
from tests.integration.rich_history import (
    ALICE,
    BANK,
    BOB,
    EMPTY,
    SHOP,
    hold_id,
    pay,
    transfer_id,
    write_history_in,
)

NEW = account_name("user:new")
KILL_OTHERS: Final = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="module")
def rich_template(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """The name of a database in which everything happened; the tests change copies of it."""
    with copy_of(postgres_server, postgres_template) as url:
        write_history_in(url)
        yield urlsplit(url).path[1:]


@pytest.fixture
def url(postgres_server: str, rich_template: str) -> Iterator[str]:
    with copy_of(postgres_server, rich_template) as url:
        yield url


@pytest.fixture
async def store(url: str) -> AsyncIterator[PostgresStore]:
    async with open_postgres(url) as store:
        yield store


HISTORY: Final = "every entry continues its account's history"
BALANCES: Final = "every balance is what its entries sum to"
ZERO: Final = "every asset sums to zero"
HELD: Final = "what is held is what open holds say"
CAPTURES: Final = "holds were spent as they say"
LIMITS: Final = "every balance is within its limits"
CORRECTIONS: Final = "corrections oppose what they name"
TRANSFERS: Final = "every transfer is between two accounts of its asset"
MOVEMENTS: Final = "every movement is complete"
REFUSALS: Final = "nothing refused was posted"
GUARDS: Final = "the database guards these laws itself"
LAWS: Final = (
    HISTORY,
    BALANCES,
    ZERO,
    HELD,
    CAPTURES,
    LIMITS,
    CORRECTIONS,
    TRANSFERS,
    MOVEMENTS,
    REFUSALS,
    GUARDS,
)


def account(name: str, asset: str = "XTR") -> str:
    return f"(SELECT id FROM altyn.account WHERE name = '{name}' AND asset = '{asset}')"


def of_balance(name: str, change: str) -> str:
    return f"UPDATE altyn.balance SET {change} WHERE account = {account(name)}"


def of_transfer(word: str, change: str) -> str:
    return f"UPDATE altyn.transfer SET {change} WHERE id = '{transfer_id(word)}'"


def without_transfer(word: str) -> str:
    return f"DELETE FROM altyn.transfer WHERE id = '{transfer_id(word)}'"


def of_hold(word: str, change: str) -> str:
    return f"UPDATE altyn.hold SET {change} WHERE id = '{hold_id(word)}'"


def dropped(*guards: str) -> str:
    """Constraints that stand in the way of the corruption, table and name."""
    pairs = (guard.split(".") for guard in guards)
    return ";".join(
        f"ALTER TABLE altyn.{table} DROP CONSTRAINT IF EXISTS {name}" for table, name in pairs
    )


@frozen
class Corruption:
    """What a hand does to the tables with their triggers off, and what the audit says of it."""

    what: str
    law: str
    statement: str
    where: str
    expected: str | None = None
    found: str | None = None
    obstacles: tuple[str, ...] = ()
    """The constraints that stand in the way."""


CORRUPTIONS: Final = (
    # Alice's XTR story: 1 funded 1000, 2 lunch 980, 3 mistake 950, 4 leg 945, 5 back 955, 6 spent.
    Corruption(
        "running balance of the source",
        HISTORY,
        of_transfer("mistake", "source_after = source_after + 1"),
        "entry 3 of user:alice XTR",
        "number 3 with balance 950",
        "number 3 with balance 951",
    ),
    Corruption(
        "running balance of the target",
        HISTORY,
        of_transfer("lunch", "target_after = target_after + 1"),
        "entry 1 of income:shop XTR",
        "number 1 with balance 20",
        "number 1 with balance 21",
    ),
    Corruption(
        "the first of several wrong rows",
        HISTORY,
        f"{of_transfer('second leg', 'target_after = 7')};"
        f"{of_transfer('mistake', 'source_after = 7')};"
        f"{of_transfer('first leg', 'source_after = 8')}",
        "entry 3 of user:alice XTR",
    ),
    Corruption(
        "an entry is gone",
        HISTORY,
        without_transfer("lunch"),
        "entry 3 of user:alice XTR",
        "number 2 with balance 970",
        "number 3 with balance 950",
    ),
    Corruption(
        "an entry moved back in time",
        HISTORY,
        of_transfer("mistake", "at = at - interval '1 hour'"),
        "entry 3 of user:alice XTR",
    ),
    Corruption(
        "amount of a transfer",
        HISTORY,
        of_transfer("lunch", "amount = amount + 1"),
        "entry 2 of user:alice XTR",
        "number 2 with balance 979",
        "number 2 with balance 980",
    ),
    Corruption(
        "the newest entry is gone",
        BALANCES,
        without_transfer("capture"),
        "balance of user:alice XTR",
        "955 after 5 entries",
        "949 after 6 entries",
    ),
    Corruption(
        "money added by hand",
        BALANCES,
        f"{of_balance(BOB, 'posted = posted + 1')};{of_balance(ALICE, 'posted = posted + 1')}",
        "balance of user:alice XTR",
        "949 after 6 entries",
        "950 after 6 entries",
    ),
    Corruption(
        "entries miscounted",
        BALANCES,
        of_balance(ALICE, "entries = entries + 1"),
        "balance of user:alice XTR",
        "949 after 6 entries",
        "949 after 7 entries",
    ),
    Corruption(
        "a balance is gone",
        BALANCES,
        f"DELETE FROM altyn.balance WHERE account = {account(EMPTY)}",
        "balance of user:empty XTR",
        "0 after 0 entries",
        "none",
    ),
    Corruption(
        "money out of nothing",
        ZERO,
        of_balance(ALICE, "posted = posted + 7"),
        "all accounts of XTR",
        "0",
        "7",
    ),
    Corruption(
        "held by hand", HELD, of_balance(ALICE, "held = 51"), "held on user:alice XTR", "50", "51"
    ),
    Corruption(
        "held without a hold",
        HELD,
        f"{of_balance(SHOP, 'held = 1')};{of_balance(BANK, 'held = 2')}",
        "held on clearing:bank XTR",
        "0",
        "2",
    ),
    Corruption(
        "a hold is gone",
        HELD,
        f"DELETE FROM altyn.hold WHERE id = '{hold_id('open')}'",
        "held on user:alice XTR",
        "0",
        "50",
    ),
    Corruption(
        "amount of a hold", HELD, of_hold("open", "amount = 49"), "held on user:alice XTR", "49"
    ),
    Corruption(
        "less spent than said",
        CAPTURES,
        of_hold("captured", "captured = 5"),
        f"hold {hold_id('captured')}",
        "spent 6 of 9",
        "captured, spent 5",
    ),
    Corruption(
        "spent out of an open hold",
        CAPTURES,
        of_transfer("lunch", f"hold = '{hold_id('open')}'"),
        f"hold {hold_id('open')}",
        "spent 20 of 50",
        "open, spent 0",
    ),
    Corruption(
        "more spent than held",
        CAPTURES,
        f"{of_hold('captured', 'captured = 10')};{of_transfer('capture', 'amount = 10')}",
        f"hold {hold_id('captured')}",
        "spent 10 of 9",
        "captured, spent 10",
        ("hold.hold_captured",),
    ),
    Corruption(
        "captured for nothing",
        CAPTURES,
        of_hold("released", "state = 'captured'"),
        f"hold {hold_id('released')}",
        "spent 0 of 9",
        "captured, spent 0",
        ("hold.hold_state",),
    ),
    Corruption(
        "spent and released",
        CAPTURES,
        of_hold("captured", "state = 'released'"),
        f"hold {hold_id('captured')}",
        "spent 6 of 9",
        "released, spent 6",
        ("hold.hold_state",),
    ),
    Corruption(
        "closed at no time",
        CAPTURES,
        of_hold("released", "closed_at = NULL"),
        f"hold {hold_id('released')}",
        obstacles=("hold.hold_state",),
    ),
    Corruption(
        "below the floor",
        LIMITS,
        of_balance(BANK, "floor = 0"),
        "balance of clearing:bank XTR",
        "between 0 and 9223372036854775807",
        "-2000 with 0 held",
        ("balance.balance_floor",),
    ),
    Corruption(
        "held below the floor",
        LIMITS,
        of_balance(ALICE, "held = 950"),
        "balance of user:alice XTR",
        "between 0 and 5000",
        "949 with 950 held",
        ("balance.balance_floor",),
    ),
    Corruption(
        "above the ceiling",
        LIMITS,
        of_balance(ALICE, "ceiling = 948"),
        "balance of user:alice XTR",
        "between 0 and 948",
        "949 with 50 held",
        ("balance.balance_ceiling",),
    ),
    Corruption(
        "less than nothing held",
        LIMITS,
        of_balance(ALICE, "held = -1"),
        "balance of user:alice XTR",
        found="949 with -1 held",
        obstacles=("balance.balance_held",),
    ),
    Corruption(
        "floor above zero",
        LIMITS,
        of_balance(ALICE, "floor = 1"),
        "balance of user:alice XTR",
        "between 1 and 5000",
        obstacles=("balance.balance_limits",),
    ),
    Corruption(
        "corrected too much",
        CORRECTIONS,
        of_transfer("correction", "amount = 31"),
        f"transfer {transfer_id('correction')}",
        f"the opposite of {transfer_id('mistake')}, at most 30",
        "31 taken back",
    ),
    Corruption(
        "corrected in the same direction",
        CORRECTIONS,
        of_transfer("lunch", f"corrects = '{transfer_id('mistake')}'"),
        f"transfer {transfer_id('lunch')}",
        f"the opposite of {transfer_id('mistake')}, at most 30",
    ),
    Corruption(
        "corrected what is gone",
        CORRECTIONS,
        without_transfer("mistake"),
        f"transfer {transfer_id('correction')}",
        f"the opposite of {transfer_id('mistake')}, at most 0",
        "10 taken back",
    ),
    Corruption(
        "another asset",
        TRANSFERS,
        of_transfer("lunch", "asset = 'RUB'"),
        f"transfer {transfer_id('lunch')}",
        "a positive amount of RUB between two accounts",
    ),
    Corruption(
        "to nobody",
        TRANSFERS,
        of_transfer("lunch", "target = 999999"),
        f"transfer {transfer_id('lunch')}",
    ),
    Corruption(
        "from nobody",
        TRANSFERS,
        of_transfer("lunch", "source = 999999"),
        f"transfer {transfer_id('lunch')}",
    ),
    Corruption(
        "to itself",
        TRANSFERS,
        of_transfer("lunch", "target = source, target_number = 99"),
        f"transfer {transfer_id('lunch')}",
        obstacles=("transfer.transfer_two_accounts",),
    ),
    Corruption(
        "less than nothing moved",
        TRANSFERS,
        of_transfer("lunch", "amount = -20"),
        f"transfer {transfer_id('lunch')}",
        "a positive amount of XTR between two accounts",
        obstacles=("transfer.transfer_positive",),
    ),
    Corruption(
        "a leg is gone",
        MOVEMENTS,
        without_transfer("second leg"),
        f"movement {transfer_id('first leg')}",
        "2 transfers",
        "1",
    ),
    Corruption(
        "a leg twice",
        MOVEMENTS,
        of_transfer("second leg", "leg = 0"),
        f"movement {transfer_id('first leg')}",
        obstacles=("transfer.transfer_company",),
    ),
    Corruption(
        "a leg more",
        MOVEMENTS,
        of_transfer("lunch", f"movement = '{transfer_id('first leg')}', leg = 1, legs = 2"),
        f"movement {transfer_id('first leg')}",
        "2 transfers",
        "3",
    ),
    Corruption(
        "legs miscounted",
        MOVEMENTS,
        of_transfer("lunch", f"movement = '{transfer_id('first leg')}', leg = 2, legs = 3"),
        f"movement {transfer_id('first leg')}",
    ),
    Corruption(
        "posted and refused",
        REFUSALS,
        "INSERT INTO altyn.refusal VALUES "
        f"('{transfer_id('lunch')}', '[]', 'insufficient_funds', '{{}}', now())",
        f"id {transfer_id('lunch')}",
        "refused: insufficient_funds",
        "also posted",
    ),
    Corruption(
        "a trigger is off",
        GUARDS,
        "ALTER TABLE altyn.transfer DISABLE TRIGGER transfer_continues",
        "transfer.transfer_continues",
        "in force",
        "disabled",
    ),
    Corruption(
        "a trigger is gone",
        GUARDS,
        "DROP TRIGGER hold_moves ON altyn.hold",
        "hold.hold_moves",
        "in force",
        "dropped",
    ),
    Corruption(
        "a constraint is gone",
        GUARDS,
        dropped("balance.balance_floor"),
        "balance.balance_floor",
        "in force",
        "dropped",
    ),
    Corruption(
        "a constraint holds for new rows only",
        GUARDS,
        f"{dropped('balance.balance_floor')};ALTER TABLE altyn.balance "
        "ADD CONSTRAINT balance_floor CHECK (posted - held >= floor) NOT VALID",
        "balance.balance_floor",
        "in force",
        "disabled",
    ),
)


REFERENCES: Final = (
    "balance.balance_of_account",
    "hold.hold_of_account",
    "transfer.transfer_source",
    "transfer.transfer_target",
    "transfer.transfer_corrects",
    "transfer.transfer_hold",
)


async def corrupt(url: str, corruption: Corruption) -> None:
    """What the owner of the tables can do with a steady hand."""
    statement = corruption.statement
    if corruption.law != GUARDS:
        obstacles = dropped(*REFERENCES, *corruption.obstacles)
        statement = f"{obstacles};{with_guards_off(statement)}"
    async with session(url) as connection, connection.transaction():
        await connection.execute(statement.encode())


async def test_a_sound_ledger_is_found_sound(store: PostgresStore) -> None:
    """Every law was looked at, in order, on rows that were there, and holds."""
    examined = [each async for each in PostgresAuditor(store).examine()]
    assert tuple(each.law for each in examined) == LAWS
    assert [each.finding for each in examined] == [None] * len(LAWS)
    assert all(each.rows > 0 for each in examined)


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda one: one.what.replace(" ", "-"))
async def test_every_corruption_is_found(
    url: str, store: PostgresStore, corruption: Corruption
) -> None:
    """The law says where the first wrong row is, and what was expected there."""
    await corrupt(url, corruption)
    found = {finding.law: finding for finding in await findings(store)}
    finding = found[corruption.law]
    assert finding.where == corruption.where
    assert corruption.expected in (None, finding.expected)
    assert corruption.found in (None, finding.found)
    assert str(finding).startswith(f"{corruption.law}: {corruption.where}: expected ")
    if corruption.law != GUARDS:
        assert found[GUARDS].found == "dropped"


def test_every_law_is_broken_once() -> None:
    """No law of the audit is missing from the corruptions."""
    assert {corruption.law for corruption in CORRUPTIONS} == set(LAWS)


GUARDS_THERE: Final = """
SELECT array_agg(ARRAY[c.relname, guard.name, guard.kind] ORDER BY guard.name) FROM (
    SELECT tgrelid, tgname, 'TRIGGER' FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT conrelid, conname, 'CONSTRAINT' FROM pg_constraint WHERE contype IN ('c', 'f', 'p', 'u')
) AS guard (relation, name, kind) JOIN pg_class c ON c.oid = guard.relation
 WHERE c.relnamespace = 'altyn'::regnamespace
   AND c.relname IN ('asset', 'account', 'balance', 'hold', 'transfer', 'refusal')
   AND guard.name NOT IN ('asset_as_counted', 'account_of_asset')
"""
RENAME: Final = {
    "TRIGGER": "ALTER TRIGGER {1} ON altyn.{0} RENAME TO {2}",
    "CONSTRAINT": "ALTER TABLE altyn.{0} RENAME CONSTRAINT {1} TO {2}",
}


async def test_no_guard_may_be_missing(url: str, store: PostgresStore) -> None:
    """Every trigger and constraint of the ledger is hidden from the audit once, and missed."""
    async with session(url) as connection:
        guards = await value(connection, GUARDS_THERE)
        assert len(guards) > 35
        for table, name, kind in guards:
            await connection.execute(RENAME[kind].format(table, name, "hidden").encode())
            missed = [each.where for each in await findings(store)]
            assert missed == [f"{table}.{name}"]
            await connection.execute(RENAME[kind].format(table, "hidden", name).encode())


# Beside others


async def test_nobody_waits_for_an_audit_and_it_waits_for_nobody(
    url: str, store: PostgresStore
) -> None:
    """It looks on while every account is in hand, and those who write go on while it looks."""
    names = (ALICE, BOB, BANK, SHOP)
    async with locked(url, *names):
        assert await findings(store) == []
    ledger = PostgresLedger(store, ManualClock())
    audit = PostgresAuditor(store).examine()
    examined = [await anext(audit)]
    for nth in range(3):
        (verdict,) = await ledger.carry_out([Move.of(pay(f"meanwhile {nth}", ALICE, SHOP, 1))])
        assert isinstance(verdict, Receipt)
    await ledger.limit(Account(EMPTY, XTR, ceiling_units=5))
    await ledger.open(Account(NEW, XTR))
    examined += [each async for each in audit]
    assert [each.finding for each in examined] == [None] * len(LAWS)
    assert tuple(each.law for each in examined) == LAWS


async def test_an_audit_sees_one_moment(store: PostgresStore) -> None:
    """Whatever is written while it looks is not in its view."""
    before = {each.law: each.rows async for each in PostgresAuditor(store).examine()}
    audit = PostgresAuditor(store).examine()
    examined: list[Examined] = [await anext(audit)]
    await PostgresLedger(store, ManualClock()).carry_out([Move.of(pay("new", ALICE, SHOP, 1))])
    examined += [each async for each in audit]
    assert {each.law: each.rows for each in examined} == before
    assert [each.finding for each in examined] == [None] * len(LAWS)
    after = {each.law: each.rows async for each in PostgresAuditor(store).examine()}
    assert after[TRANSFERS] == before[TRANSFERS] + 1


async def test_an_audit_that_is_left_gives_its_connection_back(url: str) -> None:
    """Whoever stops at the first finding leaves nothing open."""
    async with open_postgres(url, connections_max=1) as store:
        for _ in range(2):
            audit = PostgresAuditor(store).examine()
            await anext(audit)
            await cast("AsyncGenerator[Examined]", audit).aclose()
        assert await findings(store) == []


async def test_an_audit_of_a_database_that_is_gone(url: str, store: PostgresStore) -> None:
    """It is not known what the books say: Unavailable, never a clean bill."""
    assert await findings(store) == []
    async with session(url) as connection:
        await connection.execute(KILL_OTHERS.encode())
    with pytest.raises(Unavailable):
        await findings(store)
