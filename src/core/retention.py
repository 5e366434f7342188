"""For how long what is no history of money is kept: one table, and whoever goes by it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from attrs import asdict, frozen

from .clock import Clock
from .errors import AltynError
from .signals import Signals

DAY: Final = timedelta(days=1)

AT_ONCE: Final = 500
"""How much is forgotten in one write: nobody who writes waits long for it."""
TIMES_MAX: Final = 20
"""How often at one go; what is left then waits for the next."""

BOUNDS: Final[Mapping[str, tuple[int, int]]] = {
    "events": (4, 3650),  # a webhook is tried for more than three days
    "deliveries": (4, 3650),
    "notifications": (2, 3650),  # which are news for a day, and told once
    "updates": (1, 6),  # after a week Telegram may use their numbers again
    "windows": (30, 3650),
    "errands": (1, 30),  # whoever asks again under a key of the day before is answered
    "tasks": (1, 3650),
    "sessions": (1, 3650),
    "letters": (1, 3650),
}
"""The least and the most days."""


@frozen(kw_only=True)
class Retention:
    """
    What is forgotten, and after which time.

    What is not in here is never forgotten: the ledger, payments and what came for them, notices of
    providers, refunds, purchases, cheques, people, keys and the trail.

    Raises:
        ValueError: something is kept for less or more than it can be.
    """

    events: timedelta = 30 * DAY
    """Since they happened, when they were passed on and no delivery tells of them any more."""
    deliveries: timedelta = 30 * DAY
    """Since they were made, with their logs, when they arrived or were given up."""
    notifications: timedelta = 90 * DAY
    """Since they were made, when nothing more is done about them."""
    updates: timedelta = 6 * DAY
    """What was told to the bot, when it is done with."""
    windows: timedelta = 365 * DAY
    """What a chat shows, since it last changed."""
    errands: timedelta = 2 * DAY
    """What was answered under an Idempotency-Key."""
    tasks: timedelta = 30 * DAY
    """Since they were done."""
    sessions: timedelta = 30 * DAY
    """Since they were over."""
    letters: timedelta = 90 * DAY
    """To whom a broadcast was sent, since it ended; how many they were is kept for good."""

    def __attrs_post_init__(self) -> None:
        for name, kept in asdict(self).items():
            least, most = BOUNDS[name]
            if not least * DAY <= kept <= most * DAY:
                raise ValueError(f"{name} are kept for {least} to {most} days")


@frozen
class Forgetting:
    """One kind of thing that is forgotten: so many at most of what is older than that."""

    what: str
    kept: timedelta
    forget: Callable[[datetime, int], Awaitable[int]]


@frozen
class ForgetOld:
    """Forget what was kept long enough, the oldest first, in small writes."""

    these: Sequence[Forgetting]
    clock: Clock
    signals: Signals

    async def __call__(self) -> int:
        """
        Answers how much it was; there may be more.

        Raises:
            AltynError: of some of it; everything else was forgotten all the same.
        """
        total, trouble = 0, None
        for each in self.these:
            try:
                total += await self._some(each)
            except AltynError as failed:
                trouble = failed
        if trouble is not None:
            raise trouble
        return total

    async def _some(self, one: Forgetting) -> int:
        before, total = self.clock.now() - one.kept, 0
        for _ in range(TIMES_MAX):
            gone = await one.forget(before, AT_ONCE)
            total += gone
            if gone:
                self.signals.count("forgotten_total", gone, what=one.what)
            if gone < AT_ONCE:
                break
        return total
