"""When cheques are presented, looked for, and given to a person."""

from datetime import datetime, timedelta
from typing import Final

from .cheque import Cheque

SEND_WINDOW: Final = timedelta(seconds=20)
"""A cheque is presented for the first time so soon after it was signed, or never: whoever slept
longer finds that others have decided about it."""
LOOKS_SECONDS: Final = (2, 2, 2, 2, 3, 5, 5, 10, 15, 30, 60)
"""Between one look and the next; after the last of them, that one again."""
CLOCKS_APART: Final = timedelta(minutes=5)
"""So far at most the clock outside is behind ours: only after that nobody who says that a cheque
was not carried out can be wrong a moment later."""
GIVEN_UP: Final = timedelta(hours=1)
"""So long after a cheque ran out a person is called, if it is not known what became of it."""


def next_look(cheque: Cheque, now: datetime) -> datetime | None:
    """When to go on with a cheque, unless it was looked for in vain for too long."""
    if cheque.ended or now >= cheque.draft.expires_at + GIVEN_UP:
        return None
    step = LOOKS_SECONDS[min(cheque.checks, len(LOOKS_SECONDS) - 1)]
    return now + timedelta(seconds=step)
