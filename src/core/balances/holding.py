"""Setting money aside, spending it, and giving it back."""

from attrs import frozen

from ..clock import Clock
from ..errors import Conflict
from ..events import Event, EventId, Outbox
from ..identifiers import Identifiers
from ..transaction import Transaction
from .commands import Closed, Expire, Move, Place, Placed, Receipt, Release, granted
from .hold import Hold, HoldId
from .ports import Ledger
from .transfer import Transfer

EXPIRED_EVENT = "hold.expired"


@frozen
class PlaceHold:
    """Set an amount aside, so that nothing else can spend it."""

    ledger: Ledger

    async def __call__(self, hold: Hold) -> Placed:
        """
        Place it; the same hold again is answered the same.

        Raises:
            InsufficientFunds: less is available.
            HoldReused: the id is known with other contents.
        """
        (verdict,) = await self.ledger.carry_out([Place(hold)])
        return granted(verdict, Placed)


@frozen
class CaptureHold:
    """Spend what was set aside, whole or in part; the rest goes back at once."""

    ledger: Ledger

    async def __call__(self, hold: HoldId, *transfers: Transfer) -> Receipt:
        """
        Post the transfers out of the hold and close it.

        Raises:
            HoldExceeded: they ask for more than was set aside.
            HoldClosed, HoldLate: it is too late for that.
        """
        (verdict,) = await self.ledger.carry_out([Move(transfers, hold)])
        return granted(verdict, Receipt)


@frozen
class ReleaseHold:
    """Give a hold's money back to its account."""

    ledger: Ledger

    async def __call__(self, hold: HoldId) -> Closed:
        """
        Release it; releasing it again is answered the same.

        Raises:
            HoldClosed: it was captured or expired before.
        """
        (verdict,) = await self.ledger.carry_out([Release(hold)])
        return granted(verdict, Closed)


@frozen
class ExpireHolds:
    """Give back what was set aside for longer than agreed, and tell the house."""

    ledger: Ledger
    outbox: Outbox
    transaction: Transaction
    clock: Clock
    identifiers: Identifiers

    async def __call__(self, limit: int = 100) -> int:
        """Expire the oldest late holds, this many at most; answers how many it was."""
        expired = 0
        for id in await self.ledger.late_holds(self.clock.now(), limit):
            async with self.transaction():
                (verdict,) = await self.ledger.carry_out([Expire(id)])
                if isinstance(verdict, Conflict):
                    continue  # somebody captured or released it in the meantime
                at = granted(verdict, Closed).at
                event_id = EventId(self.identifiers())
                facts = {"hold": str(id)}
                await self.outbox.put([Event(id=event_id, name=EXPIRED_EVENT, at=at, facts=facts)])
                expired += 1
        return expired
