"""Conversations in SQLite pass their contracts, and the file itself guards their laws."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from altyn.adapters.sqlite import (
    SqliteInbox,
    SqliteSchema,
    SqliteStore,
    SqliteWindows,
    open_sqlite,
)
from altyn.core.chats import Inbox, Window, Windows
from altyn.core.transaction import StorageBroken, Transaction
from altyn.entrypoints.testkit import InboxContract, WindowsContract
from altyn.entrypoints.testkit.chats.inbox import update


@asynccontextmanager
async def opened_at(path: Path) -> AsyncIterator[SqliteStore]:
    async with open_sqlite(path) as store:
        await SqliteSchema(store).migrate()
        yield store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "altyn.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    async with opened_at(path) as store:
        yield store


class TestSqliteInbox(InboxContract):
    """Every sentence of the port."""

    @pytest.fixture
    def inbox(self, store: SqliteStore) -> Inbox:
        return SqliteInbox(store)

    @pytest.fixture
    def transaction(self, store: SqliteStore) -> Transaction:
        return store

    @pytest.fixture
    async def other(self, path: Path, inbox: Inbox) -> AsyncIterator[Inbox]:
        async with opened_at(path) as store:
            yield SqliteInbox(store)


class TestSqliteWindows(WindowsContract):
    """Every sentence of the port."""

    @pytest.fixture
    def windows(self, store: SqliteStore) -> Windows:
        return SqliteWindows(store)

    @pytest.fixture
    def transaction(self, store: SqliteStore) -> Transaction:
        return store

    @pytest.fixture
    async def other(self, path: Path, windows: Windows) -> AsyncIterator[Windows]:
        async with opened_at(path) as store:
            yield SqliteWindows(store)


ATTACKS = {
    "chat_update_is_single": "INSERT INTO chat_update (bot, number, lane, raw, taken_at) "
    "VALUES (42, 1, '', x'', 0)",
    "chat_update_is_short": "INSERT INTO chat_update (bot, number, lane, raw, taken_at) "
    "VALUES (42, 2, '', zeroblob(65537), 0)",
    "chat_update_tries_are_counted": "UPDATE chat_update SET tries = -1",
    "chat_update_trouble_is_known": "UPDATE chat_update SET trouble = 2, due_at = NULL",
    "chat_update_trouble_is_over": "UPDATE chat_update SET trouble = 1",
    "chat_update_keeps_what_was_told": "UPDATE chat_update SET raw = x'00'",
    "chat_window_is_single": "INSERT INTO chat_window (bot, chat, turn, scene, facts) "
    "VALUES (42, 7, 1, 'menu', '{}')",
    "chat_window_turn_is_counted": "INSERT INTO chat_window (bot, chat, turn, scene, facts) "
    "VALUES (42, 8, 0, 'menu', '{}')",
    "chat_window_facts_are_json": "UPDATE chat_window SET facts = 'nothing'",
    "chat_window_turns_forwards": "UPDATE chat_window SET turn = 3",
}


@pytest.mark.parametrize("law", ATTACKS)
async def test_the_file_guards_it(store: SqliteStore, law: str) -> None:
    """Whoever writes past the adapters is refused."""
    await SqliteInbox(store).add(update(1))
    await SqliteWindows(store).put(Window(bot=42, chat=7, turn=1))
    single = {"chat_update_is_single": "bot, chat_update.number", "chat_window_is_single": "chat"}
    with pytest.raises(StorageBroken, match=single.get(law, law)):
        await store.write(lambda connection: connection.execute(ATTACKS[law]))
