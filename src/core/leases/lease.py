"""A lease: leave to do alone what only one may do at a time, for a while."""

from typing import Final

from attrs import define, frozen

from ..errors import Conflict
from ..wording import checked_text

NAME_MAX: Final = 128


@frozen(kw_only=True)
class Lease:
    """
    Somebody's leave, until it ends or is given back.

    The token grows with each new holder of that name: whoever is shown a smaller one than before
    knows that it comes from somebody who slept through the end of his lease.

    Raises:
        MalformedText: the name or the holder is too long or no text.
    """

    name: str
    holder: str
    """Who has it: a process, a worker; each is told from all others by this."""
    token: int

    def __attrs_post_init__(self) -> None:
        checked_text("name", self.name, NAME_MAX)
        checked_text("holder", self.holder, NAME_MAX)


@define
class LeaseLost(Conflict):
    """Its time was over, and perhaps somebody else has it by now."""

    name: str
    holder: str

    def __str__(self) -> str:
        return f"{self.holder} has lost the lease {self.name}"
