"""People on PostgreSQL pass the contract; the database itself guards their laws."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import psycopg
import pytest

from altyn.adapters.postgres import PostgresStore, PostgresTrail, PostgresUsers, open_postgres
from altyn.core.identity import Trail, Users
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import TrailContract, UsersContract
from tests.integration.identity_laws import CRIMES, HONEST, link, lived
from tests.integration.payment_laws import Crime
from tests.integration.postgres_sessions import copy_of, with_guards_off

Connection = psycopg.Connection[tuple[Any, ...]]

TABLES: Final = ("person", "audit")
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
    def users(self, store: PostgresStore) -> Users:
        return PostgresUsers(store)

    @pytest.fixture
    def trail(self, store: PostgresStore) -> Trail:
        return PostgresTrail(store)

    @pytest.fixture
    def transaction(self, store: PostgresStore) -> Transaction:
        return store


class TestPostgresUsers(OnPostgres, UsersContract):
    """Every sentence of the port."""


class TestPostgresTrail(OnPostgres, TrailContract):
    """Every sentence of the port."""


# The laws of the database

WORDS: Final = {
    "s": "altyn.",
    "tick": "interval '1 microsecond'",
    "yes": "true",
    "start": "decode(repeat('00', 32), 'hex')",
    "short": "decode('00', 'hex')",
    "person_more": "",
    "audit_more": "",
}

POSTGRES_ONLY: Final = (
    Crime("people emptied", "person_is_never_deleted", "TRUNCATE {s}person"),
    Crime("the trail emptied", "audit_is_append_only", "TRUNCATE {s}audit"),
    Crime("an entry again", "audit_is_single", link(number="1"), ("audit.audit_continues",)),
)

GUARDS: Final = """
SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE c.relnamespace = 'altyn'::regnamespace AND NOT t.tgisinternal AND c.relname = ANY (%s)
UNION
SELECT k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
 WHERE c.relnamespace = 'altyn'::regnamespace AND k.contype IN ('c', 'f', 'p', 'u')
   AND c.relname = ANY (%s)
"""


@pytest.fixture(scope="module")
def lively_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A database in which everything happened; the tests leave it as it is."""

    async def made(url: str) -> None:
        async with open_postgres(url) as store:
            await lived(PostgresUsers(store), PostgresTrail(store), store)

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


@pytest.mark.parametrize(
    "crime", CRIMES + POSTGRES_ONLY, ids=lambda crime: crime.what.replace(" ", "-")
)
def test_what_goes_around_the_code_is_refused(raw: Connection, crime: Crime) -> None:
    """The law is named in the error, and nothing is changed."""
    for each in crime.without:
        table, _, trigger = each.partition(".")
        raw.execute(f"DROP TRIGGER {trigger} ON altyn.{table}".encode())
    before = rows(raw)
    with pytest.raises(psycopg.errors.IntegrityError) as error, raw.transaction():
        raw.execute(crime.statement.format(**WORDS).encode())
    assert error.value.diag.constraint_name == crime.law, error.value
    assert rows(raw) == before


@pytest.mark.parametrize("statement", HONEST.values(), ids=HONEST)
def test_what_keeps_the_laws_is_let_through(raw: Connection, statement: str) -> None:
    """The crimes above are refused for what is wrong about them, not for being strangers."""
    assert raw.execute(statement.format(**WORDS).encode()).rowcount == 1


def test_every_law_of_people_is_tried(raw: Connection) -> None:
    """No constraint and no trigger of these tables is missing from the lists."""
    there = {name for (name,) in raw.execute(GUARDS.encode(), [list(TABLES)] * 2)}
    assert there == {crime.law for crime in CRIMES + POSTGRES_ONLY}
