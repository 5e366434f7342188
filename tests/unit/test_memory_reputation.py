"""The memory of pools in memory passes the contract."""

import pytest

from altyn.adapters.memory import MemoryReputations, MemoryStore
from altyn.core.resilience import Reputations
from altyn.entrypoints.testkit import ReputationsContract


class TestMemoryReputations(ReputationsContract):
    """Every sentence of the port."""

    @pytest.fixture
    def reputations(self) -> Reputations:
        return MemoryReputations(MemoryStore())
