"""A launch: Telegram vouches for who opened our Mini App, and when."""

from datetime import datetime, timedelta
from typing import Final, Protocol

from attrs import field, frozen

from .errors import LaunchOver
from .user import Profile

LIFE: Final = timedelta(hours=1)
AHEAD: Final = timedelta(minutes=1)
"""How far the clock of Telegram may be before ours."""


@frozen(kw_only=True)
class Launch:
    """Somebody opened the app."""

    profile: Profile
    at: datetime
    digest: bytes = field(repr=False)
    """What tells this launch from all others."""

    def check(self, now: datetime) -> None:
        """
        Nothing, while one may sign in with it.

        Raises:
            LaunchOver: it is too old, or of a time that has not come.
        """
        if not self.at - AHEAD <= now < self.at + LIFE:
            raise LaunchOver(self.at)


class Launches(Protocol):
    """Telegram's word for who opened the app."""

    def read(self, raw: str) -> Launch:
        """
        Who it was, as the app hands it over.

        Raises:
            NotKnown: Telegram did not say so to us.
        """
        ...
