"""What came and went on somebody's account by no payment of theirs, newest first."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from attrs import frozen

from ..balances import Entry, Ledger, MalformedText, account_name
from ..money import Asset
from .errors import ArrivalMissing
from .payment import OURS
from .ports import Arrivals, Payments

Place = tuple[datetime, UUID]

ENTRIES: Final = 100
"""So many are read of a statement at once."""


def place_of(entry: Entry) -> Place:
    """Where it stands among others; ids break ties."""
    return entry.posted.at, entry.posted.transfer.id


@frozen
class Movements:
    """
    The statements of an owner's account, without what their payments and refunds tell already.

    An account's entries are numbered as time goes by, so a page is found by its moment in a few
    looks, and no more is read than the page is long.
    """

    ledger: Ledger
    payments: Payments
    arrivals: Arrivals

    async def of(
        self, owner: str, limit: int, before: Place | None, since: datetime | None
    ) -> Sequence[Entry]:
        """
        The newest before that place, of every asset, ties complete; none older than `since`.

        There may be more of them than the limit, and nothing where the owner has no account.
        """
        try:
            balances = await self.ledger.balances(account_name(owner))
        except MalformedText:
            return ()
        found: list[Entry] = []
        for balance in balances:
            theirs: list[Entry] = []
            async for entry in self._read(owner, balance.posted.asset, before):
                at = entry.posted.at
                if since is not None and at < since:
                    break
                # Entries of one moment are not numbered by their ids: all of them are needed.
                if theirs and len(theirs) >= limit and at < theirs[-1].posted.at:
                    break
                if not await self._told(entry, owner):
                    theirs.append(entry)
            found += theirs
        return found

    async def _read(self, owner: str, asset: Asset, before: Place | None) -> AsyncIterator[Entry]:
        """A statement from that place on."""
        account = account_name(owner)
        number = None if before is None else await self._after(owner, asset, before[0])
        while True:
            page = await self.ledger.statement(account, asset, before=number, limit=ENTRIES)
            for entry in page.entries:
                if before is None or place_of(entry) < before:
                    yield entry
            number = page.next
            if number is None:
                return

    async def _after(self, owner: str, asset: Asset, at: datetime) -> int:
        """The number of the first entry after that moment."""
        account = account_name(owner)
        newest = (await self.ledger.statement(account, asset, limit=1)).entries
        low, high = 0, newest[0].number if newest else 0
        while low < high:
            middle = (low + high + 1) // 2
            (entry,) = (
                await self.ledger.statement(account, asset, before=middle + 1, limit=1)
            ).entries
            if entry.posted.at <= at:
                low = middle
            else:
                high = middle - 1
        return low + 1

    async def _told(self, entry: Entry, owner: str) -> bool:
        """Whether a payment of theirs tells of it: then it passed through our accounts for one."""
        if entry.counterpart.partition(":")[0] not in OURS:
            return False
        reference = entry.posted.transfer.reference
        if is_payment(reference):
            return True
        # A person gave it from the drawer, perhaps to whoever had paid it.
        method, _, key = reference.partition(":")
        try:
            arrival = await self.arrivals.get(method, key)
        except ArrivalMissing:
            return False
        if arrival.payment is None:
            return False
        payment = await self.payments.get(arrival.payment)
        return (payment.order.payer, payment.asked.asset) == (owner, entry.change.asset)


def is_payment(reference: str) -> bool:
    """Whether it is the id of one, as our own transfers write it."""
    try:
        return str(UUID(reference)) == reference
    except ValueError:
        return False
