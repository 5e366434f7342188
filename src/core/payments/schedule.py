"""When a provider is asked again about a payment of which no notice came."""

from datetime import datetime, timedelta
from typing import Final

from .payment import Payment
from .refund import Refund, RefundState

STEPS_SECONDS: Final = (30, 30, 60, 60, 120, 300, 300, 600, 1800)
"""Between one look and the next; after the last of them, that one again."""
LATE_WATCH: Final = timedelta(hours=24)
"""For how long after its time a payment is still looked at."""
DOUBT_SECONDS: Final = 10
"""When to ask about what was written down and perhaps never asked for."""


def next_check(payment: Payment, now: datetime) -> datetime | None:
    """The next look, if there is anything left to learn by looking."""
    if payment.came >= payment.asked or now >= payment.expires_at + LATE_WATCH:
        return None
    step = STEPS_SECONDS[min(payment.checks, len(STEPS_SECONDS) - 1)]
    return now + timedelta(seconds=step)


REFUND_STEPS_SECONDS: Final = (10, 30, 60, 300, 600, 1800)
REFUND_LOOKS_MAX: Final = 150
"""How often a refund is asked about, over three days; after that it is for a person."""


def next_look(refund: Refund, now: datetime) -> datetime | None:
    """When to go on with a refund, unless it was asked about in vain for too long."""
    in_vain = refund.checks >= REFUND_LOOKS_MAX and refund.state is not RefundState.DUE
    if refund.ended or in_vain:
        return None
    step = REFUND_STEPS_SECONDS[min(refund.checks, len(REFUND_STEPS_SECONDS) - 1)]
    return now + timedelta(seconds=step)
