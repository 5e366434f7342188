"""Looking after the shop: figures, doubts and cases."""

from dishka import Provider, Scope, provide

from ...core.chats import Inbox
from ...core.oversight import (
    ReadCases,
    ReadDoubts,
    ReadFigures,
    ReadLimits,
    ReadPerson,
    TellVitals,
    TraceMoney,
)
from .settings import Settings


class Overseeing(Provider):
    """What operators read."""

    scope = Scope.APP

    @provide
    def read_cases(self, settings: Settings, inbox: Inbox) -> ReadCases:
        """Those of our bot."""
        return ReadCases(settings.telegram.bot, inbox)

    read_doubts = provide(ReadDoubts)
    read_figures = provide(ReadFigures)
    read_person = provide(ReadPerson)
    tell_vitals = provide(TellVitals)
    trace_money = provide(TraceMoney)
    read_limits = provide(ReadLimits)
