"""When purchases are gone on with, and when a person is called."""

from datetime import datetime, timedelta
from typing import Final

from .purchase import Purchase, State

QUOTE_HOLDS: Final = timedelta(minutes=10)
"""For how long a price holds."""
CALL: Final = timedelta(minutes=1)
"""For how long nobody else goes on with a purchase about which the supplier is being asked."""
PAYING_NEEDS: Final = timedelta(seconds=60)
"""A bill is given to a wallet only if so much of its time is left."""
ATTEMPTS_MAX: Final = 3
"""How often a purchase is ordered, if its bill was certainly not paid."""
DELIVERY_TAKES: Final = timedelta(minutes=10)
"""So long after the payment goods are awaited without anybody wondering."""
ASKED_FOR: Final = timedelta(hours=24)
"""So long it is asked about what is in doubt; then a person decides."""
STEPS_SECONDS: Final = (2, 5, 15, 60, 300)
"""Between one look and the next; after the last of them, that one again."""
WAITS_SECONDS: Final = 15
"""Between one look and the next for the payment of a purchase: its price does not hold for long."""
PAYING_SECONDS: Final = (1, 1, 1, 1, 1, 1, 2, 2, 3, 5, 10, 15, 30, 60, 300)
"""The same while a wallet pays: only our own books are looked at, and others wait in its lane."""
PAID_SECONDS: Final = (1, 2, 2, 2, 2, 2, 2, 3, 3, 5, 5, 10, 15, 30, 60)
"""The same for goods that were paid for, as a person looks at a page; others wait in its lane."""
STEPS_OF: Final = {State.PAYING: PAYING_SECONDS, State.PAID: PAID_SECONDS}

WAITED_FOR: Final = 25
"""After so many looks, nearly an hour, at a wallet that neither pays nor says that it never will,
a person is told; the purchase goes on waiting, since nothing but a fact leads out of that."""


def next_step(purchase: Purchase, now: datetime) -> datetime:
    """When to go on with it, after this time was in vain."""
    steps = STEPS_OF.get(purchase.state, STEPS_SECONDS)
    seconds = steps[min(purchase.checks, len(steps) - 1)]
    if purchase.state is State.QUOTED:
        seconds = min(seconds, WAITS_SECONDS)
    return now + timedelta(seconds=seconds)


def patience(purchase: Purchase, now: datetime) -> State:
    """In which state what is not seen to be delivered is by now."""
    waited = now - purchase.since
    if purchase.state is State.PAID and waited >= DELIVERY_TAKES:
        return State.UNKNOWN
    if purchase.state is State.UNKNOWN and waited >= ASKED_FOR:
        return State.REVIEW
    return purchase.state
