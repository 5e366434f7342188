"""How a kind of task is done, and what becomes of one that did not work."""

from collections.abc import Awaitable, Callable
from random import Random
from typing import Final

from attrs import field, frozen

from ..errors import AltynError, Conflict, Unavailable
from ..wording import checked_word
from .errors import ClaimLost
from .ports import Tasks
from .task import Claimed, Ending

WAITS_SECONDS: Final = (1, 5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800)
"""Between one attempt and the next: eleven attempts in sixteen hours."""
SPREAD: Final = 0.2
"""So much of a wait is left to chance, so that what failed together does not come back together."""


@frozen(kw_only=True)
class Handling:
    """
    One kind of task: what does it, how many at once, how long it may take, when it is tried again.

    What does it may be asked again for the same task, also while an earlier attempt that lost its
    lease is still on its way out: it does the same once, by the task's id. A refusal, or something
    missing, is final; whatever else fails is tried again after the next wait, and given up after
    the last. Whoever says after how long to come back is not asked earlier.

    Raises:
        MalformedText: the kind is not one word.
    """

    kind: str
    do: Callable[[Claimed], Awaitable[object]]
    at_once: int = 32
    seconds_max: float = 60.0
    """An attempt that lasts longer is broken off."""
    waits_seconds: tuple[float, ...] = field(default=WAITS_SECONDS)

    def __attrs_post_init__(self) -> None:
        checked_word("kind", self.kind)

    def failed(self, claimed: Claimed, why: AltynError | str, random: Random) -> Ending:
        """What becomes of a task whose attempt ended so."""
        asked_seconds = 0.0
        if isinstance(why, Unavailable):
            asked_seconds = why.retry_after_seconds or 0.0
        elif isinstance(why, AltynError) and not isinstance(why, Conflict):
            return claimed.dead(why)
        return self._again(claimed, asked_seconds, why, random)

    def exhausted(self, claimed: Claimed) -> Ending | None:
        """Dead, when it was begun more often than it may be: whoever does it dies of it."""
        if claimed.attempt <= len(self.waits_seconds) + 1:
            return None
        return claimed.dead(f"it was begun {claimed.attempt - 1} times and never came to an end")

    def _again(self, claimed: Claimed, asked_seconds: float, why: object, random: Random) -> Ending:
        if claimed.attempt > len(self.waits_seconds):
            return claimed.dead(why)
        wait_seconds = self.waits_seconds[claimed.attempt - 1]
        spread = random.uniform(1.0, 1.0 + SPREAD)
        return claimed.put_off(max(wait_seconds, asked_seconds) * spread, why)


async def finish(tasks: Tasks, claimed: Claimed) -> None:
    """
    Say inside a transaction that the task is done: it is done if and only if that commits.

    Raises:
        ClaimLost: somebody else does it by now; the transaction has to be undone.
    """
    (kept,) = await tasks.end([claimed.done()])
    if not kept:
        raise ClaimLost(claimed.task.id)
