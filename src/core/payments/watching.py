"""Reading a feed: what came is in our books together with how far we have read."""

from contextlib import suppress
from typing import Final

from attrs import evolve, frozen

from ..errors import AltynError
from ..transaction import Transaction
from .booking import BookInflows
from .gateways import Gateways
from .payment import Payment, Stage, State
from .ports import Cursor, Cursors, Feed, Page
from .reversing import BookReversal

PAGES_MAX: Final = 20


def stage_of(payment: Payment, cursor: Cursor) -> Stage:
    """Where an invoice is that is nothing but a promise to read what comes to an account."""
    if payment.state is State.CANCELLED:
        return Stage.CANCELLED
    # As long as the feed lags behind, what was paid in time may still turn up.
    over = cursor.until is not None and cursor.until > payment.expires_at
    return Stage.EXPIRED if over else Stage.OPEN


@frozen
class ReadFeed:
    """Put what a feed says into the books, page by page."""

    cursors: Cursors
    book: BookInflows
    transaction: Transaction
    reverse: BookReversal

    async def __call__(self, feed: Feed) -> int:
        """
        Read on from where we were; answers how many pages were read.

        Raises:
            CursorMoved: somebody else reads it.
            Unavailable: it could not be read; what was read before that is kept.
        """
        count = 0
        while count < PAGES_MAX:
            cursor = await self.cursors.get(feed.name)
            page = await feed.page(cursor.position)
            await self._keep(feed, cursor, page)
            count += 1
            if page.last:
                break
        return count

    async def _keep(self, feed: Feed, was: Cursor, page: Page) -> None:
        if page.reversals:  # of what is here by then; whoever dies before the end begins anew
            async with self.transaction():
                await self._book(feed, page)
            for each in page.reversals:
                await self.reverse(feed.method, each)
        async with self.transaction():
            await self._book(feed, page)
            # An index that answers now may be behind the one that answered before.
            known = [each for each in (page.until, was.until) if each is not None]
            until = max(known, default=None)
            await self.cursors.put(evolve(was, position=page.position, until=until), was=was)

    async def _book(self, feed: Feed, page: Page) -> None:
        # In one order, so that of two who book for the same payments one waits for the other.
        for deposit in sorted(page.deposits, key=lambda each: str(each.payment)):
            await self.book.told(feed.method, deposit)


@frozen
class ReadFeeds:
    """Read all feeds there are; one that cannot be read keeps no other from being read."""

    gateways: Gateways
    read: ReadFeed

    async def __call__(self) -> int:
        """Answers how many pages were read."""
        count = 0
        for feed in self.gateways.feeds:
            with suppress(AltynError):  # it is read again from where it was
                count += await self.read(feed)
        return count
