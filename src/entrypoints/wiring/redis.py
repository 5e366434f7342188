"""Limits that processes share through Redis, and go on counting alone while it is away."""

from collections.abc import AsyncIterator
from typing import NewType

from dishka import Provider, Scope, provide

from ...adapters.memory import MemoryMeter
from ...adapters.redis import RedisMeter, RedisProbe, open_line
from ...core.health import Probe
from ...core.limits import Meter, SteadyMeter
from ...core.notifications import OutboxProbe
from ...core.resilience import DEPENDENCIES, Guard
from ...core.schema import Schema
from ...core.signals import Signals
from .errors import SettingWrong
from .outlook import Outside
from .places import RedisServer
from .readiness import Readiness

RedisGuard = NewType("RedisGuard", Guard)
"""The guard before Redis: there will be others before others."""


class SharedThroughRedis(Provider):
    """A Redis that many processes share."""

    scope = Scope.APP

    def __init__(self, server: RedisServer) -> None:
        super().__init__()
        self.server = server

    @provide
    def guard(self, signals: Signals) -> RedisGuard:
        """What keeps calls from a Redis that is away."""
        return RedisGuard(Guard("redis", DEPENDENCIES["redis"], signals=signals))

    @provide
    async def steady(self, guard: RedisGuard, signals: Signals) -> AsyncIterator[SteadyMeter]:
        """What counts, with Redis or without; it connects when it is first asked something."""
        try:
            line = open_line(self.server.url.reveal())
        except ValueError:  # whose words would repeat a part of the address
            raise SettingWrong("redis", f"no client can read {self.server}") from None
        try:
            shared = RedisMeter(line, signals=signals, guard=guard)
            yield SteadyMeter(shared, MemoryMeter(), guard, signals)
        finally:
            await line.aclose()

    @provide
    def meter(self, steady: SteadyMeter) -> Meter:
        """The same, as the port."""
        return steady

    @provide
    def readiness(
        self,
        database: Probe,
        outbox: OutboxProbe,
        outside: Outside,
        schema: Schema,
        steady: SteadyMeter,
    ) -> Readiness:
        """Redis and what is done without it are told, beside what work needs."""
        redis = RedisProbe(self.server.url.reveal())
        return Readiness((database, outbox, redis, steady, *outside.probes), schema)
