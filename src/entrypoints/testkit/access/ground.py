"""What every story about coming in starts from."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import pytest

from ....core.transaction import Transaction

T = TypeVar("T")

NOON: Final = datetime(2026, 1, 1, 12, 0, 0, 1, tzinfo=UTC)
TICK: Final = timedelta(microseconds=1)
HOUR: Final = timedelta(hours=1)
QUOTED: Final = '«кружка» "it\'s" \\ 100% 🪙; --'
"""What text can be, and what a careless storage stumbles over."""


@pytest.mark.asyncio
class Ground:
    """The fixture that every contract here needs beside its port, of the same storage."""

    @pytest.fixture
    def transaction(self) -> Transaction:
        """The transaction of that storage."""
        raise NotImplementedError("override the fixture `transaction`")


async def meanwhile(asked: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Somebody else who asks while we are in the middle; it has begun, and may have to wait."""
    task = asyncio.create_task(asked)
    await asyncio.wait([task], timeout=0.05)
    return task
