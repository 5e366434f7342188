"""Letting money go out again after the books were restored."""

from datetime import datetime

from attrs import frozen

from ..standstill import Standstill
from ..transaction import Transaction
from .auditing import Audit
from .caller import Caller
from .permission import Permission


@frozen
class ResumePaying:
    """Somebody has compared the books with the outside, and answers for it."""

    standstill: Standstill
    audit: Audit
    transaction: Transaction

    async def __call__(self, by: Caller) -> datetime | None:
        """
        Since when money stood still; None where it did not, and then nothing was done.

        Raises:
            NotAllowed: they may not decide what becomes of what is in doubt.
            NotSure: they have not shown their second factor just now.
        """
        by.must(Permission.DECIDE)
        by.must_be_sure()
        async with self.transaction():
            since = await self.standstill.since()
            if since is not None:
                await self.standstill.end()
                await self.audit(by, "paying.resumed", "books:restored", since=since.isoformat())
        return since
