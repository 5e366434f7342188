"""Payments in SQLite pass the contracts, and the file itself guards their laws."""

import asyncio
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from altyn.adapters.memory import ManualClock
from altyn.adapters.sqlite import (
    SqliteArrivals,
    SqliteAuditor,
    SqliteCursors,
    SqliteLedger,
    SqliteNotices,
    SqliteOutbox,
    SqlitePayments,
    SqliteRefunds,
    SqliteSchema,
    SqliteStandings,
    SqliteStore,
    SqliteTrail,
    open_sqlite,
)
from altyn.adapters.sqlite.payments import UNDER_WAY
from altyn.adapters.sqlite.schema import MIGRATIONS
from altyn.core.balances import AssetDiffers, Auditor
from altyn.core.money import Asset
from altyn.core.payments import Arrivals, Cursors, Notices, Payments, Refunds, Standings, State
from altyn.core.schema import migrations_in
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import (
    ArrivalsContract,
    CursorsContract,
    NoticesContract,
    PaymentsContract,
    RefundsContract,
    StandingsContract,
)
from altyn.entrypoints.testkit.payments.ground import begun, order, unmatched
from tests.integration.payment_laws import (
    CRIMES,
    HONEST,
    REFUND_STEPS,
    STEPS,
    Crime,
    allowed,
    arrival,
    back,
    lived,
    of_standing,
    payment,
    placed,
    refund_allowed,
    refund_step,
    standing,
    told,
    walk,
)
from tests.integration.payment_stories import Bank, House, PaymentStories


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with tables and nothing in them."""
    path = tmp_path_factory.mktemp("payments") / "altyn.db"

    async def made() -> None:
        async with open_sqlite(path) as store:
            await SqliteSchema(store).migrate()

    asyncio.run(made())
    return path


@pytest.fixture
async def store(template: Path, tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with open_sqlite(Path(shutil.copy(template, tmp_path))) as store:
        yield store


class InSqlite:
    """All of them in one file."""

    @pytest.fixture
    def payments(self, store: SqliteStore) -> Payments:
        return SqlitePayments(store)

    @pytest.fixture
    def arrivals(self, store: SqliteStore) -> Arrivals:
        return SqliteArrivals(store)

    @pytest.fixture
    def notices(self, store: SqliteStore) -> Notices:
        return SqliteNotices(store)

    @pytest.fixture
    def refunds(self, store: SqliteStore) -> Refunds:
        return SqliteRefunds(store)

    @pytest.fixture
    def standings(self, store: SqliteStore) -> Standings:
        return SqliteStandings(store)

    @pytest.fixture
    def cursors(self, store: SqliteStore) -> Cursors:
        return SqliteCursors(store)

    @pytest.fixture
    def transaction(self, store: SqliteStore) -> Transaction:
        return store


class TestSqlitePayments(InSqlite, PaymentsContract):
    """Every sentence of the port."""


class TestSqliteArrivals(InSqlite, ArrivalsContract):
    """Every sentence of the port."""


class TestSqliteRefunds(InSqlite, RefundsContract):
    """Every sentence of the port."""


class TestSqliteStandings(InSqlite, StandingsContract):
    """Every sentence of the port."""


class TestSqliteCursors(InSqlite, CursorsContract):
    """Every sentence of the port."""


class TestSqliteNotices(InSqlite, NoticesContract):
    """Every sentence of the port."""


async def test_who_only_looks_does_not_wait(store: SqliteStore) -> None:
    """Outside a transaction one reads what was there before, while another one has it."""
    payments, arrivals = SqlitePayments(store), SqliteArrivals(store)
    payment, arrival = begun(), unmatched()
    await payments.add(payment)
    await arrivals.add(arrival)
    async with store():
        mine = await payments.get(payment.id)
        await arrivals.get(*arrival.key)
        await payments.put(mine.moved(State.PENDING), was=mine.state)
        await arrivals.put(arrival.all_credited(), was=arrival)
        async with asyncio.timeout(10), asyncio.TaskGroup() as others:
            looked = others.create_task(payments.get(payment.id))
            drawer = others.create_task(arrivals.get(*arrival.key))
    assert (looked.result(), drawer.result()) == (payment, arrival)


async def test_an_asset_has_one_scale(store: SqliteStore) -> None:
    """Whoever counts it differently is refused, and nothing is kept."""
    await SqlitePayments(store).add(begun())
    odd = Asset("XTR", 3)
    with pytest.raises(AssetDiffers):
        await SqlitePayments(store).add(begun(order(1, odd)))
    with pytest.raises(AssetDiffers):
        await SqliteArrivals(store).add(unmatched(asset=odd))
    assert await SqliteArrivals(store).held(10) == []


# The laws of the file

WORDS: Final = {
    "s": "",
    "uuid": "zeroblob(16)",
    "tick": "1",
    "no": "0",
    "yes": "1",
    "reordered": "sequence = 1000",
    "byte": "x'00'",
    "bytes": "zeroblob(65537)",
    "most_bytes": "zeroblob(65536)",
    "payment_more": "",
    "arrival_more": "",
    "refund_more": "",
    "standing_more": "",
    "notice_more": "",
}


def instead(statement: str) -> str:
    return statement.replace("INSERT", "INSERT OR REPLACE", 1)


SQLITE_ONLY: Final = (
    Crime("an id that is none", "payment_id_is_uuid", payment(id="x'00'")),
    Crime("an order that is none", "standing_id_is_uuid", standing(id="x'00'")),
    Crime("neither ended nor not", "standing_has_ended_or_not", standing(ended="2")),
    *(
        Crime(f"neither {law} nor not", law, of_standing("over", f"{column} = 2"))
        for column, law in (
            ("renews", "standing_renews_or_not"),
            ("lapsed", "standing_has_lapsed_or_not"),
        )
    ),
    Crime("an order replaced", "standing_is_single", instead(standing(id="id"))),
    Crime("a refund that is none", "refund_id_is_uuid", back(id="x'00'")),
    Crime("a hint that is none", "notice_payment_is_uuid", told(payment="x'00'")),
    Crime(
        "no place of an arrival",
        "arrival_sequence_is_positive",
        placed(arrival(), "sequence", "-1"),
    ),
    Crime(
        "neither for a person nor not",
        "notice_is_unresolved_or_not",
        told(unresolved="2", read_at="NULL"),
    ),
    Crime("no place of a notice", "notice_sequence_is_positive", placed(told(), "sequence", "-1")),
    # What SQLite would let through: another row is deleted without a word.
    Crime("a payment replaced", "payment_is_single", instead(payment(id="id"))),
    Crime("an arrival replaced", "arrival_is_single", instead(arrival(key="key"))),
    Crime("a refund replaced", "refund_is_single", instead(back(id="id"))),
    Crime("a notice replaced", "notice_is_single", instead(told(key="key"))),
    Crime(
        "an arrival replaced by place",
        "arrival_is_single",
        instead(placed(arrival(), "sequence", "sequence")),
    ),
    Crime(
        "a notice replaced by place",
        "notice_is_single",
        instead(placed(told(), "sequence", "sequence")),
    ),
)


@pytest.fixture(scope="module")
def lively(template: Path) -> Path:
    """A file in which everything happened."""
    path = Path(shutil.copy(template, template.with_name("lively.db")))

    async def made() -> None:
        async with open_sqlite(path) as store:
            await lived(
                SqlitePayments(store),
                SqliteArrivals(store),
                SqliteRefunds(store),
                SqliteStandings(store),
                SqliteNotices(store),
            )

    asyncio.run(made())
    return path


@pytest.fixture
def raw(lively: Path) -> Iterator[sqlite3.Connection]:
    """Somebody at the file with a plain SQLite, whose deeds are undone in the end."""
    with closing(sqlite3.connect(lively, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


def dump(connection: sqlite3.Connection) -> list[str]:
    return list(connection.iterdump())


@pytest.mark.parametrize(
    "crime", CRIMES + SQLITE_ONLY, ids=lambda crime: crime.what.replace(" ", "-")
)
def test_what_goes_around_the_code_is_refused(raw: sqlite3.Connection, crime: Crime) -> None:
    """The law is named in the error, and nothing is changed."""
    for trigger in crime.without:
        raw.execute(f"DROP TRIGGER {trigger.partition('.')[2]}")
    before = dump(raw)
    with pytest.raises(sqlite3.IntegrityError, match=rf"{crime.law}$"):
        raw.execute(crime.statement.format(**WORDS))
    assert dump(raw) == before


@pytest.mark.parametrize("statement", HONEST.values(), ids=HONEST)
def test_what_keeps_the_laws_is_let_through(raw: sqlite3.Connection, statement: str) -> None:
    """The crimes above are refused for what is wrong about them, not for being strangers."""
    before = dump(raw)
    raw.execute(statement.format(**WORDS))
    assert dump(raw) != before


def test_payments_move_as_the_table_of_the_core_says(raw: sqlite3.Connection) -> None:
    """From every state to every state: let through or refused."""
    for trigger in ("payment_money_stays", "payment_money_arrived"):
        raw.execute(f"DROP TRIGGER {trigger}")
    for one, two in STEPS:
        raw.execute("SAVEPOINT step")
        raw.execute(walk(one).format(**WORDS))
        if allowed(one, two):
            raw.execute(walk(two).format(**WORDS))
        else:
            with pytest.raises(sqlite3.IntegrityError, match="payment_moves"):
                raw.execute(walk(two).format(**WORDS))
        raw.execute("ROLLBACK TO step")
    assert len(STEPS) == 144


def test_refunds_move_as_the_table_of_the_core_says(raw: sqlite3.Connection) -> None:
    """From every state to every state: let through or refused."""
    raw.execute("DROP TRIGGER refund_is_set_aside_still")
    for one, two in REFUND_STEPS:
        raw.execute("SAVEPOINT step")
        if refund_allowed(one, two):
            assert raw.execute(refund_step(one, two).format(**WORDS)).rowcount > 0
        else:
            with pytest.raises(sqlite3.IntegrityError, match="refund_moves"):
                raw.execute(refund_step(one, two).format(**WORDS))
        raw.execute("ROLLBACK TO step")
    assert len(REFUND_STEPS) == 49


def test_every_law_of_payments_is_tried() -> None:
    """No constraint and no trigger of the migration is missing from the lists above."""
    (sql,) = (each.sql for each in migrations_in(MIGRATIONS) if each.name == "payments")
    there = set(re.findall(r"(?:CONSTRAINT|RAISE\(ABORT,|CREATE TRIGGER) '?(\w+)", sql))
    tried = {crime.law for crime in CRIMES + SQLITE_ONLY}
    # Triggers that carry several laws or one of two, and the tables that are walked.
    assert there - tried == {
        "arrival_is_of_its_payment",
        "notice_is_new",
        "payment_moves",
        "refund_begins",
        "refund_is_set_aside_first",
        "refund_is_set_aside_still",
        "refund_moves",
        "standing_begins",
    }


class TestSqliteStories(PaymentStories):
    """In one file."""

    @pytest.fixture
    def house(self, store: SqliteStore) -> House:
        clock = ManualClock()
        return House(
            payments=SqlitePayments(store),
            arrivals=SqliteArrivals(store),
            refunds=SqliteRefunds(store),
            standings=SqliteStandings(store),
            cursors=SqliteCursors(store),
            notices=SqliteNotices(store),
            ledger=SqliteLedger(store, clock),
            outbox=SqliteOutbox(store),
            trail=SqliteTrail(store),
            transaction=store,
            clock=clock,
            bank=Bank(),
        )

    @pytest.fixture
    def auditor(self, store: SqliteStore) -> Auditor:
        return SqliteAuditor(store)


def test_what_is_under_way_is_found_without_reading_the_rest(raw: sqlite3.Connection) -> None:
    """By an index of those alone, in the order in which they are told."""
    plan = raw.execute(f"EXPLAIN QUERY PLAN {UNDER_WAY}", (0, b"", 1, None, 1)).fetchall()
    told = [row[3] for row in plan]
    assert "USING INDEX payment_under_way (" in told[0]
    assert not any("SCAN" in each or "TEMP B-TREE" in each for each in told)
