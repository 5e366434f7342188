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
from ...core.errands import DoOnce, Errands
from ...core.identifiers import Identifiers, TimeOrdered
from ...core.limits import AskLimits, Rulebook
from ...core.money import Assets
from .access import Access
from .broadcasting import Broadcasting
from .buying import Buying
from .chatting import Chatting
from .following import following
from .identity import Knowing
from .limits import CountedAlone
from .metrics import Unwatched
from .overseeing import Overseeing
from .paying import Paying
from .places import PostgresServer, SqliteFile
from .rules import rules
from .settings import Settings
from .supporting import Supporting
from .telling import Telling
from .tending import Tending


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
    def rulebook(self) -> Rulebook:
        """How often one may."""
        return Rulebook.of(rules(self.settings.limits))

    @provide
    def do_once(self, errands: Errands, clock: Clock, identifiers: Identifiers) -> DoOnce:
        """Who asks for the same meanwhile waits by the time of the loop."""
        return DoOnce(errands, clock, identifiers)

    ask_limits = provide(AskLimits)
    move_money = provide(MoveMoney)
    correct_transfer = provide(CorrectTransfer)
    place_hold = provide(PlaceHold)
    capture_hold = provide(CaptureHold)
    release_hold = provide(ReleaseHold)
    expire_holds = provide(ExpireHolds)


def make_container(settings: Settings, *more: Provider, create: bool = False) -> AsyncContainer:
    """
    A container of these settings; nothing is opened before it is asked for.

    With `create` a database file that is not there is created. What `more` provides takes the
    place of what is provided here. Close the container, and everything it opened is closed.
    """
    providers = [
        House(settings),
        Knowing(),
        Paying(),
        Buying(),
        Tending(),
        Access(),
        Chatting(),
        Telling(),
        Broadcasting(),
        Overseeing(),
        Supporting(),
        _storage(settings, create),
        _shared(settings),
        _watched(settings),
        *more,
    ]
    return make_async_container(*providers, *([following(providers)] if settings.traces else ()))


# A technology is imported when it was chosen: psycopg costs a fifth of a second, redis as much.


def _storage(settings: Settings, create: bool) -> Provider:
    match settings.database:
        case SqliteFile(path):
            from .sqlite import SqliteStorage

            return SqliteStorage(path, create=create)
        case PostgresServer(url):
            from .postgres import PostgresStorage

            return PostgresStorage(url)


def _shared(settings: Settings) -> Provider:
    if settings.redis is None:
        return CountedAlone()
    from .redis import SharedThroughRedis

    return SharedThroughRedis(settings.redis)


def _watched(settings: Settings) -> Provider:
    if settings.metrics.port is None:
        return Unwatched()
    from .prometheus import WatchedByPrometheus

    return WatchedByPrometheus()
