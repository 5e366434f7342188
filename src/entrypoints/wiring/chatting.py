"""Conversations: the one stream of updates, and where they are kept."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from attrs import frozen
from dishka import Provider, Scope, provide

from ...core.bells import HandBell
from ...core.chats import Doorbell, TakeIn
from ...core.payments import TakeUpdate
from ...core.signals import Signals
from .intake import Fetching, Intake
from .settings import Settings


@frozen
class Stream:
    """How updates come: we fetch them, or Telegram brings them to the API."""

    fetching: Fetching | None = None


class Chatting(Provider):
    """What people tell a bot."""

    scope = Scope.APP

    @provide
    def bell(self) -> Doorbell:
        """Rung for those of this process."""
        return Doorbell(HandBell())

    @provide
    def intake(self, settings: Settings, take_update: TakeUpdate, take_in: TakeIn) -> Intake:
        """The one stream of updates."""
        return Intake(settings.telegram.bot, take_update, take_in)

    @provide
    async def stream(
        self, settings: Settings, intake: Intake, signals: Signals
    ) -> AsyncIterator[Stream]:
        """They are fetched where nobody outside reaches the API."""
        async with AsyncExitStack() as opened:
            if not settings.telegram.token.reveal() or settings.api.public:
                yield Stream()
                return
            from .telegram import open_polling  # a client of HTTP takes a while to import

            polling = await opened.enter_async_context(open_polling(settings, signals))
            yield Stream(Fetching(polling, intake))

    take_in = provide(TakeIn)
