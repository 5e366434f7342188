"""Reading a feed: what came is in our books together with how far we have read."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from attrs import evolve, frozen

from ..errors import AltynError
from ..events import Fact
from ..mishaps import surviving
from ..transaction import Transaction
from .arrival import Deposit, Reversal
from .booking import BookInflows
from .errors import FeedStuck
from .gateways import Gateways
from .payment import Payment, Stage, State
from .ports import Cursor, Cursors, Feed, Page
from .reversing import BookReversal

PAGES_MAX: Final = 20
TRIES: Final = 10
"""How often a place in a feed is tried that a mistake of ours keeps us from passing."""


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
            FeedStuck: by a mistake of ours some of it could not be read or booked; all else is.
            Unavailable: it could not be read; what was read before that is kept.
        """
        count = 0
        while count < PAGES_MAX:
            cursor = await self.cursors.get(feed.name)
            page = await self._page(feed, cursor)
            await self._kept(feed, cursor, page)
            count += 1
            if page.last:
                break
        return count

    async def _page(self, feed: Feed, at: Cursor) -> Page:
        with surviving("reading feed", feed.name) as reading:
            page = await feed.page(at.position)
        if reading.mishap:
            await self._stuck(feed, at, reading.mishap)
            raise FeedStuck(feed.name, reading.mishap)
        return page

    async def _kept(self, feed: Feed, was: Cursor, page: Page) -> None:
        with surviving(f"booking a page of feed {feed.name} from", was.position) as booking:
            await self._keep(feed, was, page)
        if not booking.mishap:
            return
        tries = await self._stuck(feed, was, booking.mishap)
        left = [each for each in in_order(page) if not await self._books(feed, each)]
        if left and tries >= TRIES:
            async with self.transaction():
                # It came, and nobody knows why it cannot be booked: a person has to see it.
                await self.book.cashbook.hold(feed.method, [each.inflow for each in left])
        # What is held by now may have gone back; what cannot be booked of that the tie-out names.
        left_back = [each for each in page.reversals if not await self._reverses(feed, each)]
        if (left or left_back) and tries < TRIES:
            raise FeedStuck(feed.name, booking.mishap)
        await self._keep(feed, was, evolve(page, deposits=(), reversals=()))

    async def _books(self, feed: Feed, deposit: Deposit) -> bool:
        """Whether it can be booked, alone: what cannot keeps nothing else from being so."""
        with surviving(f"booking of feed {feed.name}", deposit.inflow.key) as booking:
            async with self.transaction():
                await self.book.told(feed.method, deposit)
        return not booking.mishap

    async def _reverses(self, feed: Feed, reversal: Reversal) -> bool:
        """The same of what went back."""
        with surviving(f"booking of feed {feed.name} what went back of", reversal.key) as booking:
            await self.reverse(feed.method, reversal)
        return not booking.mishap

    async def _stuck(self, feed: Feed, at: Cursor, words: str) -> int:
        """How often that place could not be passed by now; a person is told of it once."""
        known = await self.cursors.get(f"stuck:{feed.name}")
        tries, _, place = known.position.partition(" ")
        count = int(tries) + 1 if tries and place == at.position else 1
        async with self.transaction():
            counted = evolve(known, position=f"{count} {at.position}")
            await self.cursors.put(counted, was=known)
            if count == TRIES:
                facts: dict[str, Fact] = {"feed": feed.name, "method": feed.method, "told": words}
                await self.book.cashbook.tell("feed.stuck", {**facts, "position": at.position})
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
        for deposit in in_order(page):
            await self.book.told(feed.method, deposit)


def in_order(page: Page) -> Sequence[Deposit]:
    """What is on it; of two who book for the same payments one waits for the other."""
    return sorted(page.deposits, key=lambda each: str(each.payment))


@frozen
class ReadFeeds:
    """Read all feeds there are; one that cannot be read keeps no other from being read."""

    gateways: Gateways
    read: ReadFeed

    async def __call__(self) -> int:
        """Answers how many pages were read."""
        count = 0
        for feed in self.gateways.feeds:
            with suppress(AltynError), surviving("reading feed", feed.name):
                count += await self.read(feed)  # or else again, from where it was
        return count
