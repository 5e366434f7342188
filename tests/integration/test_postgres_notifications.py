"""Webhooks and deliveries on PostgreSQL pass the contracts; the database guards their laws."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import psycopg
import pytest

from altyn.adapters.postgres import (
    PostgresDeliveries,
    PostgresNotifications,
    PostgresOutbox,
    PostgresPreferences,
    PostgresStore,
    PostgresWebhooks,
    open_postgres,
)
from altyn.core.events import Outbox
from altyn.core.notifications import Deliveries, Notifications, Preferences, Webhooks
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import (
    DeliveriesContract,
    NotificationsContract,
    PreferencesContract,
    WebhooksContract,
)
from tests.integration.notification_laws import CRIMES, HONEST, Crime, lived
from tests.integration.postgres_sessions import copy_of

TABLES: Final = ("webhook", "webhook_delivery", "webhook_attempt", "notification", "preference")
EMPTIED: Final = "TRUNCATE " + ", ".join(f"altyn.{table}" for table in TABLES)


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
    def webhooks(self, store: PostgresStore) -> Webhooks:
        return PostgresWebhooks(store)

    @pytest.fixture
    def deliveries(self, store: PostgresStore) -> Deliveries:
        return PostgresDeliveries(store)

    @pytest.fixture
    def outbox(self, store: PostgresStore) -> Outbox:
        return PostgresOutbox(store)

    @pytest.fixture
    def notifications(self, store: PostgresStore) -> Notifications:
        return PostgresNotifications(store)

    @pytest.fixture
    def preferences(self, store: PostgresStore) -> Preferences:
        return PostgresPreferences(store)

    @pytest.fixture
    def transaction(self, store: PostgresStore) -> Transaction:
        return store


class TestPostgresWebhooks(OnPostgres, WebhooksContract):
    """Every sentence of the port."""


class TestPostgresNotifications(OnPostgres, NotificationsContract):
    """Every sentence of the port."""


class TestPostgresPreferences(OnPostgres, PreferencesContract):
    """Every sentence of the port."""


class TestPostgresDeliveries(OnPostgres, DeliveriesContract):
    """Every sentence of the port."""


# The laws of the database

WORDS: Final = {
    "s": "altyn.",
    "event": "outbox",
    "two": "false",
    "uuid": "'00000000-0000-0000-0000-000000000000'::uuid",
    "tick": "interval '1 second'",
    "none": "ARRAY[]::text[]",
    "empty": "''::bytea",
    "yes": "true",
    "no": "false",
    "notified_again": "INSERT INTO altyn.notification SELECT gen_random_uuid(), source, recipient, "
    "kind, facts, made_at, until, repeats, state, tries, check_at, in_doubt, told, version "
    "FROM altyn.notification",
    "b": "::text::bytea",
    "after_url": "events, account, secret, old_secret, old_until, state, why, failing_since, "
    "resting_until, created_at, version",
    "but_version": "events, account, secret, old_secret, old_until, state, why, failing_since, "
    "resting_until, created_at",
    "again": "INSERT INTO altyn.webhook_delivery SELECT gen_random_uuid(), webhook, event, name, "
    "body, made_at, state, attempts, tries, check_at, told, version FROM altyn.webhook_delivery",
}

GUARDS: Final = """
SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE c.relnamespace = 'altyn'::regnamespace AND NOT t.tgisinternal AND c.relname = ANY (%s)
UNION
SELECT k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
 WHERE c.relnamespace = 'altyn'::regnamespace AND k.contype IN ('c', 'f', 'u')
   AND c.relname = ANY (%s)
"""


@pytest.fixture(scope="module")
def lively_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A database in which everything happened; the tests leave it as it is."""

    async def made(url: str) -> None:
        async with open_postgres(url) as store:
            await lived(
                PostgresOutbox(store),
                PostgresWebhooks(store),
                PostgresDeliveries(store),
                PostgresNotifications(store),
                PostgresPreferences(store),
            )

    with copy_of(postgres_server, postgres_template) as url:
        asyncio.run(made(url))
        yield url


@pytest.fixture
def raw(lively_url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """The owner of the tables, whose deeds are undone in the end."""
    with (
        psycopg.connect(lively_url, autocommit=True) as connection,
        connection.transaction(force_rollback=True),
    ):
        yield connection


@pytest.mark.parametrize("crime", CRIMES, ids=lambda crime: crime.what.replace(" ", "-"))
def test_what_goes_around_the_code_is_refused(
    raw: psycopg.Connection[tuple[Any, ...]], crime: Crime
) -> None:
    """The law is named in the error."""
    with pytest.raises(psycopg.errors.IntegrityError) as error, raw.transaction():
        raw.execute(crime.statement.format(**WORDS).encode())
    assert error.value.diag.constraint_name == crime.law.format(**WORDS), error.value


@pytest.mark.parametrize("statement", HONEST.values(), ids=HONEST)
def test_what_keeps_the_laws_is_let_through(
    raw: psycopg.Connection[tuple[Any, ...]], statement: str
) -> None:
    """The crimes above are refused for what is wrong about them, not for being strangers."""
    assert raw.execute(statement.format(**WORDS).encode()).rowcount == 1


def test_every_law_is_tried(raw: psycopg.Connection[tuple[Any, ...]]) -> None:
    """No constraint and no trigger of these tables is missing from the list."""
    there = {name for (name,) in raw.execute(GUARDS.encode(), [list(TABLES)] * 2)}
    assert there - {crime.law for crime in CRIMES} == set()
