"""What lets people in passes its contracts on PostgreSQL; the database itself guards its laws."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import psycopg
import pytest

from altyn.adapters.postgres import (
    PostgresApiKeys,
    PostgresSecondFactors,
    PostgresSessions,
    PostgresStore,
    open_postgres,
)
from altyn.core.identity import ApiKeys, SecondFactors, Sessions
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import ApiKeysContract, SecondFactorsContract, SessionsContract
from tests.integration.access_laws import CRIMES, HONEST, a_factor, a_token, lived
from tests.integration.payment_laws import Crime
from tests.integration.postgres_sessions import copy_of

Connection = psycopg.Connection[tuple[Any, ...]]

TABLES: Final = ("api_key", "session", "refresh", "second_factor")
EMPTIED: Final = "; ".join(
    f"ALTER TABLE altyn.{table} DISABLE TRIGGER USER; TRUNCATE altyn.{table} CASCADE; "
    f"ALTER TABLE altyn.{table} ENABLE TRIGGER USER"
    for table in TABLES
)


@pytest.fixture(scope="module")
def module_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """One database for all contracts: it is emptied for each test, which is faster than a copy."""
    with copy_of(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture
async def store(module_url: str) -> AsyncIterator[PostgresStore]:
    with psycopg.connect(module_url) as connection:
        connection.execute(EMPTIED.encode())
    async with open_postgres(module_url) as store:
        yield store


class OnPostgres:
    """All of them in one database."""

    @pytest.fixture
    def api_keys(self, store: PostgresStore) -> ApiKeys:
        return PostgresApiKeys(store)

    @pytest.fixture
    def sessions(self, store: PostgresStore) -> Sessions:
        return PostgresSessions(store)

    @pytest.fixture
    def second_factors(self, store: PostgresStore) -> SecondFactors:
        return PostgresSecondFactors(store)

    @pytest.fixture
    def transaction(self, store: PostgresStore) -> Transaction:
        return store


class TestPostgresApiKeys(OnPostgres, ApiKeysContract):
    """Every sentence of the port."""


class TestPostgresSessions(OnPostgres, SessionsContract):
    """Every sentence of the port."""


class TestPostgresSecondFactors(OnPostgres, SecondFactorsContract):
    """Every sentence of the port."""


# The laws of the database

WORDS: Final = {
    "s": "altyn.",
    "hour": "interval '1 hour'",
    "half": "decode(repeat('00', 16), 'hex')",
    "other": "decode(repeat('00', 32), 'hex')",
    "nothing": "ARRAY[]::text[]",
    "more": "ARRAY['refund']",
    "now": "now()",
    "uuid": "'00000000-0000-0000-0000-000000000000'::uuid",
    "api_key_more": "",
    "session_more": "",
    "refresh_more": "",
    "second_factor_more": "",
}

POSTGRES_ONLY: Final = (
    Crime("keys emptied", "api_key_is_never_deleted", "TRUNCATE {s}api_key"),
    Crime("two of somebody", "second_factor_is_single", a_factor(person="person")),
    Crime(
        "a token of no session", "refresh_is_of_session", a_token("IS NOT NULL", session="{uuid}")
    ),
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
                PostgresApiKeys(store), PostgresSessions(store), PostgresSecondFactors(store)
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


@pytest.mark.parametrize(
    "crime", CRIMES + POSTGRES_ONLY, ids=lambda crime: crime.what.replace(" ", "-")
)
def test_what_goes_around_the_code_is_refused(raw: Connection, crime: Crime) -> None:
    """The law is named in the error, and nothing is changed."""
    before = rows(raw)
    with pytest.raises(psycopg.errors.IntegrityError) as error, raw.transaction():
        raw.execute(crime.statement.format(**WORDS).encode())
    assert error.value.diag.constraint_name == crime.law, error.value
    assert rows(raw) == before


@pytest.mark.parametrize("statement", HONEST.values(), ids=HONEST)
def test_what_keeps_the_laws_is_let_through(raw: Connection, statement: str) -> None:
    """The crimes above are refused for what is wrong about them, not for being strangers."""
    before = rows(raw)
    raw.execute(statement.format(**WORDS).encode())
    assert rows(raw) != before


def test_every_law_of_access_is_tried(raw: Connection) -> None:
    """No constraint, no trigger and no unique index of these tables is missing from the lists."""
    there = {name for (name,) in raw.execute(GUARDS.encode(), [list(TABLES)] * 3)}
    assert there - {crime.law for crime in CRIMES + POSTGRES_ONLY} == set()
