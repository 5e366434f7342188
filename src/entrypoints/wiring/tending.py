"""Tasks: who does which kind, and who looks after all of them."""

from collections.abc import Sequence
from typing import NewType

from dishka import Provider, Scope, provide

from ...core.bells import Bell
from ...core.broadcasts import Letters
from ...core.chats import Inbox, Windows
from ...core.clock import Clock
from ...core.errands import Errands
from ...core.events import Outbox
from ...core.identifiers import Identifiers
from ...core.identity import Sessions
from ...core.notifications import Deliveries, Notifications
from ...core.retention import ForgetOld, Forgetting
from ...core.signals import Signals
from ...core.tasks import CountTasks, Handling, Runner, Tasks
from .settings import Settings

Handlings = NewType("Handlings", Sequence[Handling])
"""One for each kind of task that is done here."""


class Tending(Provider):
    """What does tasks; whoever has kinds of his own provides `Handlings` in place of these."""

    scope = Scope.APP

    @provide
    def handlings(self) -> Handlings:
        """None yet: what Altyn itself does later, it finds by looking."""
        return Handlings(())

    @provide
    def runner(
        self,
        tasks: Tasks,
        bell: Bell,
        identifiers: Identifiers,
        handlings: Handlings,
        signals: Signals,
    ) -> Runner:
        """What claims them and does them side by side."""
        return Runner(
            tasks=tasks,
            bell=bell,
            identifiers=identifiers,
            handlings=handlings,
            signals=signals,
        )

    @provide
    def forget(
        self,
        settings: Settings,
        deliveries: Deliveries,
        outbox: Outbox,
        notifications: Notifications,
        inbox: Inbox,
        windows: Windows,
        errands: Errands,
        tasks: Tasks,
        sessions: Sessions,
        letters: Letters,
        clock: Clock,
        signals: Signals,
    ) -> ForgetOld:
        """Events after what tells of them."""
        kept = settings.retention
        these = (
            Forgetting("deliveries", kept.deliveries, deliveries.forget),
            Forgetting("events", kept.events, outbox.forget),
            Forgetting("notifications", kept.notifications, notifications.forget),
            Forgetting("updates", kept.updates, inbox.forget),
            Forgetting("windows", kept.windows, windows.forget_old),
            Forgetting("errands", kept.errands, errands.forget),
            Forgetting("tasks", kept.tasks, tasks.forget),
            Forgetting("sessions", kept.sessions, sessions.forget),
            Forgetting("letters", kept.letters, letters.forget),
        )
        return ForgetOld(these, clock, signals)

    count = provide(CountTasks)
