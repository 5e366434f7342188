"""Text that is never shown by accident."""

import re
from collections.abc import Sequence
from typing import Final

from attrs import field, frozen

PASSWORD_IN_QUERY: Final = re.compile(r"((?:^|[?&])[a-z]*password=)([^&]*)", re.IGNORECASE)


@frozen
class Secret:
    """A secret; whoever needs it has to reveal it in so many words."""

    _text: str = field(repr=False)

    def reveal(self) -> str:
        """The secret itself."""
        return self._text

    def __str__(self) -> str:
        return "***"


def without_password(url: str) -> str:
    """The address as it may be shown: rather hides too much than too little."""
    scheme, slashes, rest = url.partition("://")
    # A password that nobody escaped may hold / ? and @: everything up to the last @ is suspect.
    user, at, place = rest.rpartition("@")
    name, colon, _ = user.partition(":")
    shown = f"{name}{':***' if colon else ''}{at}{place}"
    return scheme + slashes + PASSWORD_IN_QUERY.sub(r"\1***", shown)


def passwords(url: str) -> Sequence[str]:
    """What is hidden of such an address."""
    user, _, place = url.partition("://")[2].rpartition("@")
    found = [user.partition(":")[2], *(each[2] for each in PASSWORD_IN_QUERY.finditer(place))]
    return [each for each in found if each]
