"""Watching: who may see that something happened, and how far behind they may begin."""

from typing import Final

from attrs import define

from ..errors import Refused
from ..events import Event
from ..identity import Caller, Permission
from .catalogue import PUBLIC, whose

BEHIND_MAX: Final = 10_000
"""How many events one may be behind: whoever missed more reads how everything is by now."""


@define
class TooFarBehind(Refused):
    """So much has happened since, or so long ago, that it is not told one by one."""

    place: int
    newest: int

    def __str__(self) -> str:
        return (
            f"too much has happened since {self.place}: read how everything is now, "
            "then watch from now on"
        )


def may_see(caller: Caller, event: Event) -> bool:
    """Whether they may see that: some things never leave the house."""
    if event.name not in PUBLIC:
        return False
    own = caller.owns(whose(event)) and caller.may(Permission.SEE_OWN)
    return own or caller.may(Permission.SEE_OTHERS)


def must_watch(caller: Caller) -> None:
    """
    Nothing, when they may watch at all.

    Raises:
        NotAllowed: there is nothing that they may see.
    """
    if caller.user is None or not caller.may(Permission.SEE_OWN):
        caller.must(Permission.SEE_OTHERS)


def near(place: int, newest: int, forgotten: int) -> int:
    """
    The place, if it is near enough to go on from there, and nothing was forgotten since.

    Raises:
        TooFarBehind: it is not.
    """
    if newest - place > BEHIND_MAX or place < forgotten:
        raise TooFarBehind(place, newest)
    return place
