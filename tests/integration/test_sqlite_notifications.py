"""Webhooks and deliveries in SQLite pass the contracts; the file itself guards their laws."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from altyn.adapters.sqlite import (
    SqliteDeliveries,
    SqliteNotifications,
    SqliteOutbox,
    SqlitePreferences,
    SqliteSchema,
    SqliteStore,
    SqliteWebhooks,
    open_sqlite,
)
from altyn.adapters.sqlite.deliveries import DUE
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


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with open_sqlite(tmp_path / "altyn.db") as store:
        await SqliteSchema(store).migrate()
        yield store


class InSqlite:
    """All of them in one file."""

    @pytest.fixture
    def webhooks(self, store: SqliteStore) -> Webhooks:
        return SqliteWebhooks(store)

    @pytest.fixture
    def deliveries(self, store: SqliteStore) -> Deliveries:
        return SqliteDeliveries(store)

    @pytest.fixture
    def outbox(self, store: SqliteStore) -> Outbox:
        return SqliteOutbox(store)

    @pytest.fixture
    def notifications(self, store: SqliteStore) -> Notifications:
        return SqliteNotifications(store)

    @pytest.fixture
    def preferences(self, store: SqliteStore) -> Preferences:
        return SqlitePreferences(store)

    @pytest.fixture
    def transaction(self, store: SqliteStore) -> Transaction:
        return store


class TestSqliteWebhooks(InSqlite, WebhooksContract):
    """Every sentence of the port."""


class TestSqliteNotifications(InSqlite, NotificationsContract):
    """Every sentence of the port."""


class TestSqlitePreferences(InSqlite, PreferencesContract):
    """Every sentence of the port."""


class TestSqliteDeliveries(InSqlite, DeliveriesContract):
    """Every sentence of the port."""


async def test_what_is_due_is_found_without_reading_the_rest(store: SqliteStore) -> None:
    """By an index that is in the order in which deliveries of a webhook are claimed."""

    def planned(connection: sqlite3.Connection) -> list[str]:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {DUE}", (bytes(16), 0, 5))
        return [row[3] for row in plan]

    assert await store.read(planned) == [
        "SEARCH webhook_delivery USING INDEX webhook_delivery_due (webhook=? AND check_at<?)",
    ]


# The laws of the file

DELIVERY: Final = """event, name, body, made_at, state, attempts, tries, check_at, told, version"""
WORDS: Final = {
    "s": "",
    "event": "event",
    "two": "2",
    "uuid": "zeroblob(16)",
    "tick": "1",
    "none": "'[]'",
    "empty": "x''",
    "yes": "1",
    "no": "0",
    "notified_again": "INSERT INTO notification SELECT zeroblob(16), source, recipient, kind, "
    "facts, made_at, until, repeats, state, tries, check_at, in_doubt, told, version "
    "FROM notification LIMIT 1",
    "b": "",
    "after_url": "events, account, secret, old_secret, old_until, state, why, failing_since, "
    "resting_until, created_at, version",
    "but_version": "events, account, secret, old_secret, old_until, state, why, failing_since, "
    "resting_until, created_at",
    "again": f"INSERT INTO webhook_delivery SELECT zeroblob(16), webhook, {DELIVERY} "
    "FROM webhook_delivery LIMIT 1",
}
UNNAMED: Final = {
    "notification_is_told_once": "UNIQUE constraint failed: notification.source, "
    "notification.recipient, notification.kind",
    "webhook_delivery_is_told_once": "UNIQUE constraint failed: webhook_delivery.event, "
    "webhook_delivery.webhook",
    "webhook_attempt_is_single": "UNIQUE constraint failed: webhook_attempt.delivery, "
    "webhook_attempt.number",
    "webhook_attempt_delivery_is_known": "FOREIGN KEY constraint failed",
    "webhook_delivery_webhook_is_known": "FOREIGN KEY constraint failed",
}
"""Of these SQLite says what was done, and not against which law."""


@pytest.fixture(scope="module")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in which everything happened."""
    path = tmp_path_factory.mktemp("lively") / "altyn.db"

    async def made() -> None:
        async with open_sqlite(path) as store:
            await SqliteSchema(store).migrate()
            await lived(
                SqliteOutbox(store),
                SqliteWebhooks(store),
                SqliteDeliveries(store),
                SqliteNotifications(store),
                SqlitePreferences(store),
            )

    asyncio.run(made())
    return path


@pytest.fixture
def raw(lively: Path) -> Iterator[sqlite3.Connection]:
    """Whoever has the file, whose deeds are undone in the end."""
    with closing(sqlite3.connect(lively, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


@pytest.mark.parametrize("crime", CRIMES, ids=lambda crime: crime.what.replace(" ", "-"))
def test_what_goes_around_the_code_is_refused(raw: sqlite3.Connection, crime: Crime) -> None:
    """The law is named in the error, and nothing is changed."""
    before = list(raw.iterdump())
    law = crime.law.format(**WORDS)
    with pytest.raises(sqlite3.IntegrityError, match=re.escape(UNNAMED.get(law, law)) + "$"):
        raw.execute(crime.statement.format(**WORDS))
    assert list(raw.iterdump()) == before


@pytest.mark.parametrize("statement", HONEST.values(), ids=HONEST)
def test_what_keeps_the_laws_is_let_through(raw: sqlite3.Connection, statement: str) -> None:
    """The crimes above are refused for what is wrong about them, not for being strangers."""
    assert raw.execute(statement.format(**WORDS)).rowcount == 1
