"""Conversations in memory pass their contracts."""

import pytest

from altyn.adapters.memory import MemoryInbox, MemoryStore, MemoryWindows
from altyn.core.chats import Inbox, Windows
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import InboxContract, WindowsContract


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


class TestMemoryInbox(InboxContract):
    """Every sentence of the port."""

    @pytest.fixture
    def inbox(self, store: MemoryStore) -> Inbox:
        return MemoryInbox(store)

    @pytest.fixture
    def transaction(self, store: MemoryStore) -> Transaction:
        return store


class TestMemoryWindows(WindowsContract):
    """Every sentence of the port."""

    @pytest.fixture
    def windows(self, store: MemoryStore) -> Windows:
        return MemoryWindows(store)

    @pytest.fixture
    def transaction(self, store: MemoryStore) -> Transaction:
        return store
