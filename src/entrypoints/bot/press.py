"""What stands behind a button: which turn of the window it belongs to, and what it does."""

import re
from typing import Final, Self

from attrs import frozen

VERSION: Final = "1"
DATA_MAX_BYTES: Final = 64
DATA: Final = re.compile(r"1:(?P<turn>[0-9]{1,18}):(?P<action>[a-z_]{1,16}):(?P<argument>.*)")


@frozen
class Press:
    """
    A tap on one of our buttons.

    Whose window it is, is not in it: it is looked for under whoever tapped. There each turn is
    used up by the first who acts on it.
    """

    turn: int
    action: str
    argument: str = ""

    @property
    def data(self) -> str:
        """As Telegram keeps it."""
        data = f"{VERSION}:{self.turn}:{self.action}:{self.argument}"
        if len(data.encode()) > DATA_MAX_BYTES:
            raise ValueError(f"a button cannot keep {data!r}: {DATA_MAX_BYTES} bytes at most")
        return data

    @classmethod
    def of(cls, data: str) -> Self | None:
        """The tap; None of a button of another version, or of nobody's."""
        found = DATA.fullmatch(data)
        if found is None:
            return None
        return cls(int(found["turn"]), found["action"], found["argument"])
