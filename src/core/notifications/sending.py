"""Telling people what happened, no faster than they and Telegram bear."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from ..clock import Clock
from ..correlation import concerning
from ..errors import Conflict, Missing, Refused, Unavailable
from ..limits import Meter
from ..mishaps import surviving
from ..resilience import CircuitOpen, NotExecuted, TurnedAway
from ..signals import Signals
from ..spans import span
from .errors import NotificationMissing, RecipientGone
from .notification import Notification, State
from .pace import EVERYBODY, Pace, demands
from .people import NEWS, Spoken
from .ports import Messenger, Notifications, Preferences
from .preferring import note_gone

AT_ONCE: Final = 10
OVER_AT_ONCE: Final = 200
UNSAID: Final = "nobody could tell it while it was news"
LEASE: Final = timedelta(minutes=2)
"""After which whoever was to send something is taken for lost; longer than any call lasts."""
DOUBTS_MAX: Final = 3
"""How often something is sent of which it is not known whether it arrived."""
WAIT: Final = timedelta(seconds=5)
WAIT_MAX: Final = timedelta(minutes=10)


@frozen
class SendNotifications:
    """
    Send what is due, within the limits of chats.

    That something is being sent is written down just before, and what became of it just after. Of
    what was left between the two it is not known whether it was sent: what somebody waits for is
    then sent again, so that it is rather told twice than never; anything else is not, so that it
    is rather never told than twice.
    """

    notifications: Notifications
    preferences: Preferences
    messenger: Messenger
    spoken: Spoken
    meter: Meter
    clock: Clock
    signals: Signals
    pace: Pace

    async def __call__(self) -> int:
        """Answers how many were sent; ends when nothing is due, or not before a while."""
        sent = 0
        while await self.pace.held() is None:
            now = self.clock.now()
            claimed = await self.notifications.claim(now, now + LEASE, AT_ONCE, self.spoken.kinds)
            if not claimed:
                break
            for ended in await asyncio.gather(*map(self._one, claimed), return_exceptions=True):
                if isinstance(ended, BaseException):
                    raise ended
                sent += ended
        unsent, now = await self.notifications.unsent(self.clock.now()), self.clock.now()
        self.signals.gauge("notifications_due", unsent.due)
        age = (now - (unsent.oldest or now)).total_seconds()
        self.signals.gauge("notifications_due_age_seconds", age)
        return sent

    async def _one(self, notification: Notification) -> bool:
        """Whether it was sent. Whatever goes wrong about it is in nobody else's way."""
        # Whoever was erased meanwhile is told nothing any more.
        with (
            suppress(Conflict, NotificationMissing),
            concerning(notification=notification.id),
            surviving("telling somebody", notification.id),
            span("tell somebody", told_of=notification.kind, event_id=str(notification.source)),
        ):
            after = await self._sent(notification)
            await self.notifications.put(after)
            if after.state is not State.WAITING:
                self.signals.count("notifications_total", outcome=after.state)
            return after.state is State.SENT
        return False

    async def _sent(self, notification: Notification) -> Notification:
        """What became of it."""
        now = self.clock.now()
        if now > notification.until:
            return notification.ended(State.EXPIRED, notification.told)
        if notification.in_doubt and not notification.repeats:
            return notification.ended(State.UNKNOWN, "it was being sent when we stopped")
        if (until := await self.pace.held()) is not None:
            return notification.put_off(until, notification.told)
        admission = await self.meter.admit(*demands(notification.recipient))
        if not admission.admitted:
            later = now + timedelta(microseconds=admission.wait)
            if admission.refused_by == EVERYBODY:
                self.pace.until = later
            return notification.put_off(later, notification.told)
        begun = notification.begun()
        await self.notifications.put(begun)
        return await self._sent_now(begun, now)

    async def _sent_now(self, begun: Notification, now: datetime) -> Notification:
        try:
            await self.messenger.send(begun)
        except RecipientGone as gone:
            await note_gone(self.preferences, begun.recipient, now)
            return begun.ended(State.REFUSED, str(gone))
        except (Refused, Missing) as no:
            return begun.ended(State.REFUSED, str(no))
        except TurnedAway as busy:
            seconds = busy.retry_after_seconds or WAIT.total_seconds()
            return begun.put_off(await self.pace.hold(seconds), str(busy))
        except (NotExecuted, CircuitOpen) as failed:
            return begun.put_off(now + _wait(begun.tries), str(failed), tried=True)
        except Unavailable as doubt:
            if not begun.repeats or begun.tries + 1 >= DOUBTS_MAX:
                return begun.ended(State.UNKNOWN, str(doubt))
            return begun.put_off(now + _wait(begun.tries), str(doubt), tried=True)
        return begun.ended(State.SENT)


@frozen
class ExpireNotifications:
    """End what nobody could tell while it was news, for nobody here or elsewhere has words."""

    notifications: Notifications
    clock: Clock
    signals: Signals

    async def __call__(self) -> int:
        """Answers how many it was; ends when there are no more."""
        ended, now = 0, self.clock.now()
        # Long enough ago that whoever has words for it has had a lease to end it by himself.
        due = now - NEWS - LEASE
        while claimed := await self.notifications.claim(due, now + LEASE, OVER_AT_ONCE):
            for each in claimed:
                if now > each.until:
                    with suppress(Conflict):
                        await self.notifications.put(each.ended(State.EXPIRED, UNSAID))
                        self.signals.count("notifications_total", outcome=State.EXPIRED)
                        ended += 1
        return ended


def _wait(tries: int) -> timedelta:
    return min(timedelta(seconds=WAIT.total_seconds() * 2.0 ** min(tries, 20)), WAIT_MAX)
