"""Sending one letter: begun once, at what is left of the pace, and noted how it ended."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from attrs import frozen

from ..clock import Clock
from ..errors import Missing, Refused, Unavailable
from ..identity import User, UserId, Users
from ..limits import Meter
from ..mishaps import mishap
from ..notifications import (
    ANNOUNCEMENT,
    WHAT_IS_LEFT,
    Pace,
    Preferences,
    Recipient,
    RecipientGone,
    demands,
    note_gone,
)
from ..resilience import CircuitOpen, NotExecuted, TurnedAway
from ..signals import Signals
from ..wording import one_line
from .broadcast import Broadcast, BroadcastState
from .errors import LetterMoved
from .letter import TOLD_MAX, LetterState
from .ports import Announcer, Broadcasts, Letters

TURNS_MAX: Final = 5
"""How often one letter waits for its turn before others are tried first."""
PATIENCE_SECONDS: Final = 2.0
"""Whoever has to wait for longer leaves off, and comes back."""
AGAIN_SECONDS: Final = 5.0
"""For those who are turned away and not told for how long."""


@frozen(kw_only=True)
class SendLetter:
    """
    Send a letter that waits, to whoever wants it still.

    That it is being sent is written down right before it is, and what became of it right after.
    What is found between the two was left there by somebody who died: perhaps it was sent, so it
    never is again. So nobody gets an announcement twice.
    """

    broadcasts: Broadcasts
    letters: Letters
    users: Users
    preferences: Preferences
    announcer: Announcer
    pace: Pace
    meter: Meter
    clock: Clock
    signals: Signals
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep

    async def __call__(
        self, broadcast: Broadcast, recipient: UserId, leaving: Callable[[], bool]
    ) -> bool:
        """
        Whether there is a point in going on with others now.

        Nothing is begun any more once somebody says that we are leaving.
        """
        user, to = await self.users.get(recipient), Recipient(recipient)
        known = (await self.preferences.of([to])).get(to)
        unwanted = known is not None and not known.wants(ANNOUNCEMENT)
        if unwanted or user.muted or user.blocked or user.erased_at is not None:
            await self._note(broadcast, recipient, LetterState.DECLINED)
            return True
        for _ in range(TURNS_MAX):
            seconds = await self._wait(to)
            if leaving() or seconds > PATIENCE_SECONDS:
                return False
            if seconds:
                await self.sleep(seconds)
            elif await self.letters.begin(broadcast.id, recipient, self.clock.now()):
                state, told = await self._sent(broadcast, user)
                await self._note(broadcast, recipient, state, told)
                if state is LetterState.GONE:
                    await note_gone(self.preferences, to, self.clock.now())
                return state is not LetterState.WAITING
            else:
                kept = await self.broadcasts.get(broadcast.id)
                return kept.state is BroadcastState.SENDING
        return True

    async def _wait(self, recipient: Recipient) -> float:
        """How long it is until one's turn; 0 when it is now, and counted."""
        if (until := await self.pace.held()) is not None:
            return max((until - self.clock.now()).total_seconds(), 0.001)
        admission = await self.meter.admit(*demands(recipient, WHAT_IS_LEFT))
        return admission.wait / 1_000_000

    async def _sent(self, broadcast: Broadcast, user: User) -> tuple[LetterState, str]:
        """What became of it, and why."""
        try:
            await self.announcer.announce(user.id, broadcast.announcement, user.language)
        except RecipientGone as gone:
            return LetterState.GONE, str(gone)
        except (Refused, Missing) as no:
            return LetterState.REFUSED, str(no)
        except TurnedAway as busy:
            await self.pace.hold(busy.retry_after_seconds or AGAIN_SECONDS)
            return LetterState.WAITING, str(busy)
        except (NotExecuted, CircuitOpen) as failed:
            return LetterState.WAITING, str(failed)
        except Unavailable as doubt:
            return LetterState.UNKNOWN, str(doubt)
        except Exception as bug:  # nobody knows how far it came
            return LetterState.UNKNOWN, mishap("writing to", user.id, bug)
        return LetterState.SENT, ""

    async def _note(
        self, broadcast: Broadcast, recipient: UserId, state: LetterState, told: str = ""
    ) -> None:
        now = self.clock.now()
        with suppress(LetterMoved):  # whoever was faster knows it as well
            await self.letters.end(broadcast.id, recipient, state, now, one_line(told, TOLD_MAX))
            self.signals.count("broadcast_letters_total", outcome=state.value)
