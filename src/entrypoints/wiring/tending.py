"""Tasks: who does which kind, and who looks after all of them."""

from collections.abc import Sequence
from typing import NewType

from dishka import Provider, Scope, provide

from ...core.bells import Bell
from ...core.clock import Clock
from ...core.identifiers import Identifiers
from ...core.signals import Signals
from ...core.tasks import CountTasks, ForgetTasks, Handling, Runner, Tasks

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
    def forget(self, tasks: Tasks, clock: Clock) -> ForgetTasks:
        """After the stated time."""
        return ForgetTasks(tasks, clock)

    count = provide(CountTasks)
