"""Limits counted by this process, which has nobody to share them with."""

from dishka import Provider, Scope, provide

from ...core.health import Probe
from ...core.limits import Meter
from ...core.notifications import OutboxProbe
from ...core.schema import Schema
from .outlook import Outside
from .readiness import Readiness


class CountedAlone(Provider):
    """One process, or several that each count their own."""

    scope = Scope.APP

    @provide
    def meter(self) -> Meter:
        """What counts."""
        from ...adapters.memory import MemoryMeter  # most commands never ask for it

        return MemoryMeter()

    @provide
    def readiness(
        self, database: Probe, outbox: OutboxProbe, outside: Outside, schema: Schema
    ) -> Readiness:
        """There is the database with what waits in it, and those with whom we buy."""
        return Readiness((database, outbox, *outside.probes), schema)
