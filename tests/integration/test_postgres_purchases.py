"""Wallets and purchases on PostgreSQL pass the contracts; the database itself guards their laws."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import psycopg
import pytest

from altyn.adapters.postgres import (
    PostgresCampaigns,
    PostgresCheques,
    PostgresOutlays,
    PostgresPurchases,
    PostgresShutters,
    PostgresStore,
    open_postgres,
)
from altyn.adapters.postgres.purchases import DUE
from altyn.core.purchases import Campaigns, Purchases, Shutters
from altyn.core.transaction import Transaction
from altyn.core.wallets import Cheques, Outlays
from altyn.entrypoints.testkit import (
    CampaignsContract,
    ChequesContract,
    OutlaysContract,
    PurchasesContract,
    ShuttersContract,
)
from tests.integration.payment_laws import Crime
from tests.integration.postgres_sessions import copy_of, with_guards_off
from tests.integration.purchase_laws import (
    CAMPAIGN_STEPS,
    CHEQUE_STEPS,
    CRIMES,
    HONEST,
    OUTLAY_STEPS,
    STEPS,
    campaign_step,
    cheque_step,
    due,
    law_of_campaign,
    law_of_cheque,
    law_of_outlay,
    law_of_purchase,
    lived,
    of_book,
    of_outlay,
    of_purchase,
    outlay_step,
    purchase,
    shutter,
    step,
)

Connection = psycopg.Connection[tuple[Any, ...]]

TABLES: Final = ("chequebook", "cheque", "outlay", "purchase", "campaign", "shutter")
EMPTIED: Final = "TRUNCATE " + ", ".join(f"altyn.{table}" for table in TABLES)


@pytest.fixture(scope="module")
def module_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """One database for all contracts: it is emptied for each test, which is faster than a copy."""
    with copy_of(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture
async def store(module_url: str) -> AsyncIterator[PostgresStore]:
    with psycopg.connect(module_url) as connection:
        connection.execute(with_guards_off(EMPTIED, TABLES).encode())
    async with open_postgres(module_url) as store:
        yield store


class OnPostgres:
    """All of them in one database."""

    @pytest.fixture
    def outlays(self, store: PostgresStore) -> Outlays:
        return PostgresOutlays(store)

    @pytest.fixture
    def cheques(self, store: PostgresStore) -> Cheques:
        return PostgresCheques(store)

    @pytest.fixture
    def purchases(self, store: PostgresStore) -> Purchases:
        return PostgresPurchases(store)

    @pytest.fixture
    def campaigns(self, store: PostgresStore) -> Campaigns:
        return PostgresCampaigns(store)

    @pytest.fixture
    def shutters(self, store: PostgresStore) -> Shutters:
        return PostgresShutters(store)

    @pytest.fixture
    def transaction(self, store: PostgresStore) -> Transaction:
        return store


class TestPostgresOutlays(OnPostgres, OutlaysContract):
    """Every sentence of the port."""


class TestPostgresCheques(OnPostgres, ChequesContract):
    """Every sentence of the port."""


class TestPostgresPurchases(OnPostgres, PurchasesContract):
    """Every sentence of the port."""


class TestPostgresShutters(OnPostgres, ShuttersContract):
    """Every sentence of the port."""


class TestPostgresCampaigns(OnPostgres, CampaignsContract):
    """Every sentence of the port."""


# The laws of the database

WORDS: Final = {
    "s": "altyn.",
    "uuid": "'00000000-0000-0000-0000-000000000000'::uuid",
    "tick": "interval '1 second'",
    "none": "ARRAY[]::uuid[]",
    "one": "ARRAY['00000000-0000-0000-0000-000000000000']::uuid[]",
    "chequebook_more": "",
    "cheque_more": "",
    "outlay_more": ", scale",
    "campaign_more": "",
    "purchase_more": ", price_scale, cost_scale, quota_scale",
}

POSTGRES_ONLY: Final = (
    Crime(
        "open and not the newest",
        "chequebook_open_is_newest",
        of_book("idle", "number = number + 1, open = {uuid}"),
    ),
    Crime(
        "another wallet's open",
        "chequebook_open_is_newest",
        of_book("idle", "number = number + 1, open = (SELECT id FROM {s}cheque LIMIT 1)"),
    ),
    Crime(
        "an outlay in another scale",
        "outlay_counts_asset",
        due().replace("{outlay_more} FROM", ", 5 FROM"),
    ),
    Crime("another scale of an outlay", "outlay_is_fixed", of_outlay("due", "scale = 5")),
    Crime(
        "a price in another scale",
        "purchase_counts_price",
        purchase().replace("{purchase_more} FROM", ", 5, cost_scale, quota_scale FROM"),
    ),
    Crime(
        "a cost in another scale",
        "purchase_counts_cost",
        purchase().replace("{purchase_more} FROM", ", price_scale, 5, quota_scale FROM"),
    ),
    Crime(
        "a quota in another scale",
        "purchase_counts_quota",
        purchase("quota").replace("{purchase_more} FROM", ", price_scale, cost_scale, 5 FROM"),
    ),
    Crime(
        "a quota in no scale",
        "purchase_quota_is_sound",
        purchase("quota").replace("{purchase_more} FROM", ", price_scale, cost_scale, NULL FROM"),
    ),
    Crime(
        "another scale of a quota",
        "purchase_wish_is_fixed",
        of_purchase("quota", "quota_scale = 5"),
    ),
    *(
        Crime(f"another scale of the {what}", "purchase_quote_is_fixed", of_purchase("paid", it))
        for what, it in {"price": "price_scale = 5", "cost": "cost_scale = 5"}.items()
    ),
    Crime(
        "a shutter again",
        "shutter_is_single",
        f"{shutter()} UNION ALL {shutter().partition(') ')[2]}",
    ),
    Crime("books emptied", "chequebook_is_never_deleted", "TRUNCATE {s}chequebook"),
    Crime(
        "cheques emptied",
        "cheque_is_never_deleted",
        "TRUNCATE {s}cheque CASCADE",
        ("chequebook.chequebook_is_never_deleted", "outlay.outlay_is_never_deleted"),
    ),
    Crime("outlays emptied", "outlay_is_never_deleted", "TRUNCATE {s}outlay"),
    Crime("purchases emptied", "purchase_is_never_deleted", "TRUNCATE {s}purchase"),
    Crime("campaigns emptied", "campaign_is_never_deleted", "TRUNCATE {s}campaign"),
)

GUARDS: Final = """
SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE c.relnamespace = 'altyn'::regnamespace AND NOT t.tgisinternal AND c.relname = ANY (%s)
UNION
SELECT k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
 WHERE c.relnamespace = 'altyn'::regnamespace AND k.contype IN ('c', 'f', 'p', 'u')
   AND c.relname = ANY (%s)
UNION
SELECT u.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                              JOIN pg_class u ON u.oid = i.indexrelid
 WHERE c.relnamespace = 'altyn'::regnamespace AND i.indisunique AND c.relname = ANY (%s)
"""


@pytest.fixture(scope="module")
def lively_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A database in which everything happened; the tests leave it as it is."""

    async def made(url: str) -> None:
        async with open_postgres(url) as store:
            await lived(
                PostgresPurchases(store),
                PostgresOutlays(store),
                PostgresCheques(store),
                PostgresCampaigns(store),
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
    queries = (f"SELECT t::text FROM altyn.{table} AS t ORDER BY 1" for table in TABLES)
    return [connection.execute(query.encode()).fetchall() for query in queries]


def refused(connection: Connection, law: str, statement: str) -> None:
    """It is refused by that law, and nothing is changed."""
    before = rows(connection)
    with pytest.raises(psycopg.errors.IntegrityError) as error, connection.transaction():
        connection.execute(statement.format(**WORDS).encode())
    assert error.value.diag.constraint_name == law, error.value
    assert rows(connection) == before


def drop(connection: Connection, *triggers: str) -> None:
    for each in triggers:
        table, _, trigger = each.partition(".")
        connection.execute(f"DROP TRIGGER {trigger} ON altyn.{table}".encode())


@pytest.mark.parametrize(
    "crime", CRIMES + POSTGRES_ONLY, ids=lambda crime: crime.what.replace(" ", "-")
)
def test_what_goes_around_the_code_is_refused(raw: Connection, crime: Crime) -> None:
    """The law is named in the error, and nothing is changed."""
    drop(raw, *crime.without)
    refused(raw, crime.law, crime.statement)


@pytest.mark.parametrize("statement", HONEST.values(), ids=HONEST)
def test_what_keeps_the_laws_is_let_through(raw: Connection, statement: str) -> None:
    """The crimes above are refused for what is wrong about them, not for being strangers."""
    before = rows(raw)
    raw.execute(statement.format(**WORDS).encode())
    assert rows(raw) != before


def tried(connection: Connection, statement: str, law: str | None) -> None:
    """It is let through, or refused by that law; and then undone."""
    if law is not None:
        refused(connection, law, statement)
        return
    with connection.transaction(force_rollback=True):
        assert connection.execute(statement.format(**WORDS).encode()).rowcount > 0


def test_outlays_move_as_the_table_of_the_core_says(raw: Connection) -> None:
    """From every state to every state: let through or refused."""
    drop(raw, "outlay.outlay_follows_its_cheque")
    for one, two in OUTLAY_STEPS:
        tried(raw, outlay_step(one, two), law_of_outlay(one, two))
    assert len(OUTLAY_STEPS) == 16


def test_cheques_move_as_the_table_of_the_core_says(raw: Connection) -> None:
    """From every state to every state: let through or refused."""
    for one, two in CHEQUE_STEPS:
        tried(raw, cheque_step(one, two), law_of_cheque(one, two))
    assert len(CHEQUE_STEPS) == 9


def test_purchases_move_as_the_table_of_the_core_says(raw: Connection) -> None:
    """From every state to every state: let through or refused."""
    drop(raw, "purchase.purchase_follows_its_outlay")
    for one, two in STEPS:
        tried(raw, step(one, two), law_of_purchase(one, two))
    assert len(STEPS) == 100


def test_campaigns_move_as_the_table_of_the_core_says(raw: Connection) -> None:
    """From every state to every state: let through or refused."""
    for one, two in CAMPAIGN_STEPS:
        tried(raw, campaign_step(one, two), law_of_campaign(one, two))
    assert len(CAMPAIGN_STEPS) == 16


def test_every_law_of_purchases_is_tried(raw: Connection) -> None:
    """No constraint, no trigger and no unique index of these tables is missing from the lists."""
    there = {name for (name,) in raw.execute(GUARDS.encode(), [list(TABLES)] * 3)}
    tried = {crime.law for crime in CRIMES + POSTGRES_ONLY}
    tried |= {"outlay_moves", "cheque_moves", "purchase_moves", "campaign_moves"}
    # Wider than the primary key, so that books can name it: it cannot be broken alone.
    assert there - tried == {"cheque_in_book"}


def test_a_long_queue_is_looked_at_once(raw: Connection) -> None:
    """Who has the first turn is not found anew for everybody who waits."""
    for _ in range(8):  # each time as many more as there are
        raw.execute(purchase("quoted", id="gen_random_uuid()").format(**WORDS).encode())
    what = "state = 'reserved', queue = 'nobodys', check_at = created_at"
    queue = of_purchase("quoted", what) + " RETURNING created_at"
    waiting = raw.execute(queue.format(**WORDS).encode()).fetchall()
    assert len(waiting) == 256
    raw.execute("ANALYZE altyn.purchase")
    explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {DUE}".encode()
    (((told,),),) = raw.execute(explain, {"at": waiting[0][0], "limit": 9})
    assert max(loops(told["Plan"])) == 1


def loops(plan: dict[str, Any]) -> Iterator[int]:
    """How often each part of it was done."""
    yield plan["Actual Loops"]
    for each in plan.get("Plans", ()):
        yield from loops(each)
