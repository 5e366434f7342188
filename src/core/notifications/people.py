"""Which events a person is told of, and whom."""

from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from ..events import Event
from ..identifiers import Identifiers
from .catalogue import public, whose
from .notification import Notification, NotificationId, recipient_of

NEWS: Final = timedelta(days=1)
"""For how long something is news."""

TOLD: Final = frozenset(
    {
        "payment.settled",
        "payment.overpaid",
        "payment.underpaid",
        "refund.done",
        "refund.failed",
        "refund.declined",
        "purchase.delivered",
        "purchase.refused",
        "purchase.released",
        "purchase.review",
        "standing.begun",
        "standing.renewed",
        "standing.unpaid",
        "standing.lapsed",
        "ticket.answered",
        "broadcast.ended",
    }
)
"""
What a customer waits for; each is also the kind under which words are found for it.

That money goes back is told of the refund. What that makes of its payment says it once more.
"""


ONCE_AT_MOST: Final = frozenset({"purchase.review", "standing.renewed", "broadcast.ended"})
"""What nobody waits for: where it is not known whether they were told, they are not told again."""


@frozen
class Spoken:
    """The kinds for which somebody in this process has words; others are left to others."""

    kinds: frozenset[str] = frozenset()


def notifications_of(event: Event, at: datetime, identifiers: Identifiers) -> list[Notification]:
    """What whoever it is about is told; nothing, where that is nobody with whom one can talk."""
    recipient = recipient_of(whose(event))
    if recipient is None or event.name not in TOLD:
        return []
    return [
        Notification(
            id=NotificationId(identifiers()),
            source=event.id,
            recipient=recipient,
            kind=event.name,
            facts=public(event),
            made_at=at,
            until=at + NEWS,
            repeats=event.name not in ONCE_AT_MOST,
            check_at=at,
        )
    ]
