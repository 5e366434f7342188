"""Payments on PostgreSQL pass the contracts, and the database itself guards their laws."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import psycopg
import pytest

from altyn.adapters.postgres import (
    PostgresArrivals,
    PostgresCursors,
    PostgresNotices,
    PostgresPayments,
    PostgresRefunds,
    PostgresStandings,
    PostgresStore,
    open_postgres,
)
from altyn.core.balances import AssetDiffers
from altyn.core.money import XTR, Asset
from altyn.core.payments import Arrivals, Cursors, Notices, Payments, Refunds, Standings, State
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
    payment,
    placed,
    refund_allowed,
    refund_step,
    standing,
    told,
    walk,
)
from tests.integration.postgres_sessions import copy_of

Connection = psycopg.Connection[tuple[Any, ...]]

EMPTIED = """
ALTER TABLE altyn.payment DISABLE TRIGGER USER;
ALTER TABLE altyn.arrival DISABLE TRIGGER USER;
ALTER TABLE altyn.refund DISABLE TRIGGER USER;
ALTER TABLE altyn.standing DISABLE TRIGGER USER;
ALTER TABLE altyn.notice DISABLE TRIGGER USER;
TRUNCATE altyn.payment, altyn.arrival, altyn.refund, altyn.standing, altyn.cursor, altyn.notice;
ALTER TABLE altyn.payment ENABLE TRIGGER USER;
ALTER TABLE altyn.arrival ENABLE TRIGGER USER;
ALTER TABLE altyn.refund ENABLE TRIGGER USER;
ALTER TABLE altyn.standing ENABLE TRIGGER USER;
ALTER TABLE altyn.notice ENABLE TRIGGER USER;
"""


@pytest.fixture(scope="module")
def module_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """One database for all contracts: it is emptied for each test, which is faster than a copy."""
    with copy_of(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture
async def store(module_url: str) -> AsyncIterator[PostgresStore]:
    with psycopg.connect(module_url) as connection:
        connection.execute(EMPTIED)
    async with open_postgres(module_url) as store:
        yield store


class OnPostgres:
    """All of them in one database."""

    @pytest.fixture
    def payments(self, store: PostgresStore) -> Payments:
        return PostgresPayments(store)

    @pytest.fixture
    def arrivals(self, store: PostgresStore) -> Arrivals:
        return PostgresArrivals(store)

    @pytest.fixture
    def notices(self, store: PostgresStore) -> Notices:
        return PostgresNotices(store)

    @pytest.fixture
    def refunds(self, store: PostgresStore) -> Refunds:
        return PostgresRefunds(store)

    @pytest.fixture
    def standings(self, store: PostgresStore) -> Standings:
        return PostgresStandings(store)

    @pytest.fixture
    def cursors(self, store: PostgresStore) -> Cursors:
        return PostgresCursors(store)

    @pytest.fixture
    def transaction(self, store: PostgresStore) -> Transaction:
        return store


class TestPostgresPayments(OnPostgres, PaymentsContract):
    """Every sentence of the port."""


class TestPostgresArrivals(OnPostgres, ArrivalsContract):
    """Every sentence of the port."""


class TestPostgresRefunds(OnPostgres, RefundsContract):
    """Every sentence of the port."""


class TestPostgresStandings(OnPostgres, StandingsContract):
    """Every sentence of the port."""


class TestPostgresCursors(OnPostgres, CursorsContract):
    """Every sentence of the port."""


class TestPostgresNotices(OnPostgres, NoticesContract):
    """Every sentence of the port."""


async def test_who_only_looks_does_not_wait(store: PostgresStore) -> None:
    """Outside a transaction one reads what was there before, while another one has it."""
    payments, arrivals = PostgresPayments(store), PostgresArrivals(store)
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


async def test_an_asset_has_one_scale(store: PostgresStore) -> None:
    """Whoever counts it differently is refused, and his transaction goes on."""
    await PostgresPayments(store).add(begun())
    odd = Asset("XTR", 3)
    async with store():
        with pytest.raises(AssetDiffers) as differs:
            await PostgresPayments(store).add(begun(order(1, odd)))
        assert differs.value.facts == {"given": odd, "scale": 0}
        with pytest.raises(AssetDiffers):
            await PostgresArrivals(store).add(unmatched(asset=odd))
        await PostgresArrivals(store).add(kept := unmatched(asset=XTR))
    assert list(await PostgresArrivals(store).held(10)) == [kept]


# The laws of the database

WORDS: Final = {
    "s": "altyn.",
    "uuid": "'00000000-0000-0000-0000-000000000000'::uuid",
    "tick": "interval '1 second'",
    "no": "false",
    "yes": "true",
    "reordered": "position = DEFAULT",
    "byte": "'x'::bytea",
    "bytes": "decode(repeat('00', 65537), 'hex')",
    "most_bytes": "decode(repeat('00', 65536), 'hex')",
    "payment_more": ", pays_scale, gives_scale",
    "arrival_more": ", scale",
    "refund_more": ", scale",
    "standing_more": ", scale",
    "notice_more": "",
}

CHOSEN: Final = ") OVERRIDING SYSTEM VALUE SELECT"
SCALES: Final = "{payment_more} FROM"
FEED: Final = "INSERT INTO {s}cursor (feed, position) VALUES ('chain', '')"
POSTGRES_ONLY: Final = (
    Crime(
        "a place of an arrival again",
        "arrival_pkey",
        placed(arrival(), "position", "position").replace(") SELECT", CHOSEN),
    ),
    Crime(
        "a place of a notice again",
        "notice_pkey",
        placed(told(), "position", "position").replace(") SELECT", CHOSEN),
    ),
    Crime(
        "asked in another scale",
        "payment_counts_pays",
        payment("exchanging").replace(SCALES, ", 5, gives_scale FROM"),
    ),
    Crime(
        "given in another scale",
        "payment_counts_gives",
        payment("exchanging").replace(SCALES, ", pays_scale, 5 FROM"),
    ),
    Crime(
        "come in another scale",
        "arrival_counts_asset",
        arrival("unmatched").replace("{arrival_more} FROM", ", 5 FROM"),
    ),
    Crime(
        "back in another scale",
        "refund_is_as_it_came",
        back().replace("{refund_more} FROM", ", 5 FROM"),
    ),
    Crime("another scale goes back", "refund_is_fixed", "UPDATE {s}refund SET scale = 5"),
    Crime(
        "agreed in another scale",
        "standing_counts_asset",
        standing().replace("{standing_more} FROM", ", 5 FROM"),
    ),
    Crime("another scale agreed", "standing_is_fixed", "UPDATE {s}standing SET scale = 5"),
    Crime("standing orders emptied", "standing_is_never_deleted", "TRUNCATE {s}standing"),
    Crime("a feed again", "cursor_is_single", f"{FEED}; {FEED}"),
    Crime("another scale asked", "payment_order_is_fixed", "UPDATE {s}payment SET pays_scale = 5"),
    Crime("another scale given", "payment_order_is_fixed", "UPDATE {s}payment SET gives_scale = 5"),
    Crime("another scale came", "arrival_is_fixed", "UPDATE {s}arrival SET scale = 5"),
    Crime(
        "payments emptied",
        "payment_is_never_deleted",
        "TRUNCATE {s}payment CASCADE",
        ("arrival.arrival_is_never_deleted", "refund.refund_is_never_deleted"),
    ),
    Crime(
        "arrivals emptied",
        "arrival_is_never_deleted",
        "TRUNCATE {s}arrival CASCADE",
        ("refund.refund_is_never_deleted",),
    ),
    Crime("refunds emptied", "refund_is_never_deleted", "TRUNCATE {s}refund"),
    Crime("notices emptied", "notice_is_never_deleted", "TRUNCATE {s}notice"),
)

GUARDS: Final = """
SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE c.relnamespace = 'altyn'::regnamespace AND NOT t.tgisinternal
   AND c.relname IN ('payment', 'arrival', 'refund', 'standing', 'cursor', 'notice')
UNION
SELECT k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
 WHERE c.relnamespace = 'altyn'::regnamespace AND k.contype IN ('c', 'f', 'p', 'u')
   AND c.relname IN ('payment', 'arrival', 'refund', 'standing', 'cursor', 'notice')
"""


@pytest.fixture(scope="module")
def lively_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A database in which everything happened; the tests leave it as it is."""

    async def made(url: str) -> None:
        async with open_postgres(url) as store:
            await lived(
                PostgresPayments(store),
                PostgresArrivals(store),
                PostgresRefunds(store),
                PostgresStandings(store),
                PostgresNotices(store),
            )

    with copy_of(postgres_server, postgres_template) as url:
        asyncio.run(made(url))
        yield url


@pytest.fixture
def raw(lively_url: str) -> Iterator[Connection]:
    """The owner of the tables, whose deeds are undone in the end."""
    with (
        psycopg.connect(lively_url, autocommit=True) as connection,
        connection.transaction(force_rollback=True),
    ):
        yield connection


def rows(connection: Connection) -> list[list[tuple[Any, ...]]]:
    queries = (
        "SELECT * FROM altyn.payment ORDER BY id",
        "SELECT * FROM altyn.arrival ORDER BY position",
        "SELECT * FROM altyn.refund ORDER BY id",
        "SELECT * FROM altyn.standing ORDER BY id",
        "SELECT * FROM altyn.cursor ORDER BY feed",
        "SELECT * FROM altyn.notice ORDER BY position",
    )
    return [connection.execute(query).fetchall() for query in queries]


def refused(connection: Connection, law: str, statement: str) -> None:
    """It is refused by that law, and nothing is changed."""
    before = rows(connection)
    with pytest.raises(psycopg.errors.IntegrityError) as error, connection.transaction():
        connection.execute(statement.encode())
    assert error.value.diag.constraint_name == law, error.value
    assert rows(connection) == before


@pytest.mark.parametrize(
    "crime", CRIMES + POSTGRES_ONLY, ids=lambda crime: crime.what.replace(" ", "-")
)
def test_what_goes_around_the_code_is_refused(raw: Connection, crime: Crime) -> None:
    """The law is named in the error, and nothing is changed."""
    for each in crime.without:
        table, _, trigger = each.partition(".")
        raw.execute(f"DROP TRIGGER {trigger} ON altyn.{table}".encode())
    refused(raw, crime.law, crime.statement.format(**WORDS))


@pytest.mark.parametrize("statement", HONEST.values(), ids=HONEST)
def test_what_keeps_the_laws_is_let_through(raw: Connection, statement: str) -> None:
    """The crimes above are refused for what is wrong about them, not for being strangers."""
    before = rows(raw)
    raw.execute(statement.format(**WORDS).encode())
    assert rows(raw) != before


def test_payments_move_as_the_table_of_the_core_says(raw: Connection) -> None:
    """From every state to every state: let through or refused."""
    for trigger in ("payment_money_stays", "payment_money_arrived"):
        raw.execute(f"DROP TRIGGER {trigger} ON altyn.payment".encode())
    for one, two in STEPS:
        with raw.transaction(force_rollback=True):
            raw.execute(walk(one).format(**WORDS).encode())
            if allowed(one, two):
                raw.execute(walk(two).format(**WORDS).encode())
            else:
                refused(raw, "payment_moves", walk(two).format(**WORDS))
    assert len(STEPS) == 144


def test_refunds_move_as_the_table_of_the_core_says(raw: Connection) -> None:
    """From every state to every state: let through or refused."""
    raw.execute(b"DROP TRIGGER refund_is_set_aside ON altyn.refund")
    for one, two in REFUND_STEPS:
        step = refund_step(one, two).format(**WORDS)
        with raw.transaction(force_rollback=True):
            if refund_allowed(one, two):
                assert raw.execute(step.encode()).rowcount > 0
            else:
                refused(raw, "refund_moves", step)
    assert len(REFUND_STEPS) == 49


def test_every_law_of_payments_is_tried(raw: Connection) -> None:
    """No constraint and no trigger of these tables is missing from the lists above."""
    there = {name for (name,) in raw.execute(GUARDS)}
    tried = {crime.law for crime in CRIMES + POSTGRES_ONLY} | {"payment_moves", "refund_moves"}
    # Wider than the primary key, so that arrivals can name it: it cannot be broken alone.
    assert there - tried == {"payment_with_method"}
