"""Conversations on PostgreSQL pass their contracts, and the database itself guards their laws."""

from collections.abc import AsyncIterator

import psycopg
import pytest

from altyn.adapters.postgres import (
    PostgresInbox,
    PostgresStore,
    PostgresWindows,
    open_postgres,
)
from altyn.core.chats import Inbox, Window, Windows
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import InboxContract, WindowsContract
from altyn.entrypoints.testkit.chats.inbox import LATER, NOON, update
from tests.integration.postgres_sessions import session


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    async with open_postgres(postgres_url) as store:
        yield store


class TestPostgresInbox(InboxContract):
    """Every sentence of the port."""

    @pytest.fixture
    def inbox(self, store: PostgresStore) -> Inbox:
        return PostgresInbox(store)

    @pytest.fixture
    def transaction(self, store: PostgresStore) -> Transaction:
        return store

    @pytest.fixture
    async def other(self, postgres_url: str, inbox: Inbox) -> AsyncIterator[Inbox]:
        async with open_postgres(postgres_url) as store:
            yield PostgresInbox(store)


class TestPostgresWindows(WindowsContract):
    """Every sentence of the port."""

    @pytest.fixture
    def windows(self, store: PostgresStore) -> Windows:
        return PostgresWindows(store)

    @pytest.fixture
    def transaction(self, store: PostgresStore) -> Transaction:
        return store

    @pytest.fixture
    async def other(self, postgres_url: str, windows: Windows) -> AsyncIterator[Windows]:
        async with open_postgres(postgres_url) as store:
            yield PostgresWindows(store)


ATTACKS = {
    "chat_update_is_single": "INSERT INTO altyn.chat_update (bot, number, lane, raw, taken_at) "
    "VALUES (42, 1, '', '', now())",
    "chat_update_is_short": "INSERT INTO altyn.chat_update (bot, number, lane, raw, taken_at) "
    "VALUES (42, 2, '', convert_to(repeat('a', 65537), 'UTF8'), now())",
    "chat_update_tries_are_counted": "UPDATE altyn.chat_update SET tries = -1",
    "chat_update_trouble_is_over": "UPDATE altyn.chat_update SET trouble = true",
    "chat_update_keeps_what_was_told": "UPDATE altyn.chat_update SET raw = 'a'",
    "chat_window_is_single": "INSERT INTO altyn.chat_window (bot, chat, turn, scene, facts) "
    "VALUES (42, 7, 1, 'menu', '{}')",
    "chat_window_turn_is_counted": "INSERT INTO altyn.chat_window (bot, chat, turn, scene, facts) "
    "VALUES (42, 8, 0, 'menu', '{}')",
    "chat_window_facts_are_json": "UPDATE altyn.chat_window SET facts = '[]'",
    "chat_window_turns_forwards": "UPDATE altyn.chat_window SET turn = 3",
}


async def test_the_database_guards_it(store: PostgresStore, postgres_url: str) -> None:
    """Whoever writes past the adapters is refused, by the name of the law."""
    await PostgresInbox(store).add(update(1))
    await PostgresWindows(store).put(Window(bot=42, chat=7, turn=1))
    async with session(postgres_url) as other:
        for law, attack in ATTACKS.items():
            with pytest.raises(psycopg.errors.IntegrityError) as refused:
                await other.execute(attack)
            assert refused.value.diag.constraint_name == law


async def test_what_another_takes_is_not_waited_for(
    store: PostgresStore, postgres_url: str
) -> None:
    """A lane whose first update is being taken is left alone, others go on."""
    inbox = PostgresInbox(store)
    for number, lane in [(1, "a"), (2, "a"), (3, "b")]:
        await inbox.add(update(number, lane))
    async with session(postgres_url) as other, other.transaction():
        await other.execute("SELECT 1 FROM altyn.chat_update WHERE number = 1 FOR UPDATE")
        assert [each.number for each in await inbox.claim(42, NOON, LATER, 10)] == [3]
