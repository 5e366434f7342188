"""The container: behind every port the adapter that the settings chose, over them the use cases."""

from dishka import AsyncContainer, Provider, Scope, make_async_container, provide

from ...adapters.system import SystemClock
from ...core.balances import (
    CaptureHold,
    CorrectTransfer,
    ExpireHolds,
    MoveMoney,
    PlaceHold,
    ReleaseHold,
)
from ...core.clock import Clock
from ...core.health import Probe
from ...core.identifiers import Identifiers, TimeOrdered
from ...core.money import Assets
from ...core.schema import Schema
from .places import PostgresServer, RedisServer, SqliteFile
from .readiness import Readiness
from .settings import Settings


class House(Provider):
    """What does not depend on the storage."""

    scope = Scope.APP

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings

    @provide
    def given(self) -> Settings:
        """The settings themselves."""
        return self.settings

    @provide
    def assets(self) -> Assets:
        """What may be named here."""
        return self.settings.assets

    @provide
    def clock(self) -> Clock:
        """The machine's time."""
        return SystemClock()

    @provide
    def identifiers(self, clock: Clock) -> Identifiers:
        """Fresh ids."""
        return TimeOrdered(clock)

    @provide
    def readiness(self, database: Probe, schema: Schema) -> Readiness:
        """Everything that has to be well."""
        if self.settings.redis is None:
            return Readiness((database,), schema)
        return Readiness((database, _redis_probe(self.settings.redis)), schema)

    move_money = provide(MoveMoney)
    correct_transfer = provide(CorrectTransfer)
    place_hold = provide(PlaceHold)
    capture_hold = provide(CaptureHold)
    release_hold = provide(ReleaseHold)
    expire_holds = provide(ExpireHolds)


def make_container(settings: Settings, *more: Provider, create: bool = False) -> AsyncContainer:
    """
    A container of these settings; nothing is opened before it is asked for.

    With `create` a database file that is not there is created. Close the container, and
    everything it opened is closed.
    """
    return make_async_container(House(settings), _storage(settings, create), *more)


# A technology is imported when it was chosen: psycopg costs a fifth of a second, redis as much.


def _storage(settings: Settings, create: bool) -> Provider:
    match settings.database:
        case SqliteFile(path):
            from .sqlite import SqliteStorage

            return SqliteStorage(path, create=create)
        case PostgresServer(url):
            from .postgres import PostgresStorage

            return PostgresStorage(url)


def _redis_probe(server: RedisServer) -> Probe:
    from ...adapters.redis import RedisProbe

    return RedisProbe(server.url.reveal())
