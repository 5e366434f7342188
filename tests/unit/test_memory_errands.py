"""Errands in memory pass the contract."""

import pytest

from altyn.adapters.memory import MemoryErrands, MemoryStore
from altyn.core.errands import Errands
from altyn.entrypoints.testkit import ErrandsContract


class TestMemoryErrands(ErrandsContract):
    """Every sentence of the port."""

    @pytest.fixture
    def errands(self) -> Errands:
        return MemoryErrands(MemoryStore())
