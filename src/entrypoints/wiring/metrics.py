"""Numbers about ourselves: how somebody reads them, and what is done when nobody does."""

from collections.abc import Callable

from attrs import frozen
from dishka import Provider, Scope, provide

from ...core.signals import Signals, Unheard


@frozen
class Exposition:
    """All the numbers; each call writes those of the moment."""

    media_type: str
    text: Callable[[], bytes]


class Unwatched(Provider):
    """Nobody reads them."""

    scope = Scope.APP

    @provide
    def signals(self) -> Signals:
        """Told to nobody."""
        return Unheard()
