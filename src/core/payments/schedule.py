"""When a provider is asked again about a payment of which no notice came."""

from datetime import datetime, timedelta
from typing import Final

from .payment import Payment, State

STEPS_SECONDS: Final = (30, 30, 60, 60, 120, 300, 300, 600, 1800)
"""Between one look and the next; after the last of them, that one again."""
LATE_WATCH: Final = timedelta(hours=24)
"""For how long after its time a payment is still looked at."""
DOUBT_SECONDS: Final = 10
"""When to ask about what was written down and perhaps never asked for."""
DONE: Final = frozenset({State.SETTLED, State.OVERPAID})


def next_check(payment: Payment, now: datetime) -> datetime | None:
    """The next look, if there is anything left to learn by looking."""
    if payment.state in DONE or now >= payment.expires_at + LATE_WATCH:
        return None
    step = STEPS_SECONDS[min(payment.checks, len(STEPS_SECONDS) - 1)]
    return now + timedelta(seconds=step)
