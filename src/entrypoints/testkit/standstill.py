"""The contract of `core.standstill.Standstill`."""

from datetime import UTC, datetime, timedelta

import pytest

from ...core.standstill import Standstill
from ...core.transaction import Transaction
from .stumbling import undone

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.asyncio
class StandstillContract:
    """
    What everything does that keeps whether money may go out. Subclass it in a test and override
    two fixtures: `standstill`, where it may, and `transaction` of the same storage.
    """

    @pytest.fixture
    def standstill(self) -> Standstill:
        """Where money may go out."""
        raise NotImplementedError("override the fixture `standstill`")

    @pytest.fixture
    def transaction(self) -> Transaction:
        """The transaction of the storage."""
        raise NotImplementedError("override the fixture `transaction`")

    async def test_it_begins_once_and_ends(
        self, standstill: Standstill, transaction: Transaction
    ) -> None:
        """Since the first beginning, to the microsecond; undone, nothing has changed."""
        assert await standstill.since() is None
        await standstill.end()
        since = NOON + timedelta(microseconds=1)
        for at in (since, since + timedelta(days=1)):
            await standstill.begin(at)
            assert await standstill.since() == since
        async with undone(transaction):
            await standstill.end()
        assert await standstill.since() == since
        await standstill.end()
        assert await standstill.since() is None
