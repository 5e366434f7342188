"""Who is asking, as the door found out, and what they may ask about."""

from typing import Any, Final

from litestar.connection import ASGIConnection

from ...core.errands import Errand, ErrandId
from ...core.identity import Caller, Permission
from .door import caller_in

Connection = ASGIConnection[Any, Any, Any, Any]

ERRAND: Final = "altyn.errand"
"""Under this name whoever carries out a POST finds in the scope what is asked for."""


SHOWN_ONCE: Final = "altyn.shown_once"
"""Routes say so by their option of that name when what they answer is shown only once."""


def caller_of(request: Connection) -> Caller:
    """Whoever sent that."""
    scope: Any = request.scope
    return caller_in(scope)


def errand_of(request: Connection) -> ErrandId:
    """What they ask for: ids of money follow from it, so that doing it again does nothing new."""
    scope: Any = request.scope
    errand: Errand = scope[ERRAND]
    return errand.id


def must_see(caller: Caller, name: str) -> None:
    """
    That they may see what is somebody's; `name` is that of an account, such as `user:42`.

    Raises:
        NotAllowed: it is not theirs, and they may not see what is others'.
    """
    if not (caller.owns(name) and caller.may(Permission.SEE_OWN)):
        caller.must(Permission.SEE_OTHERS)


def must_act(caller: Caller, own: Permission, *names: str) -> None:
    """
    That they may do such a thing for everybody who is named.

    Raises:
        NotAllowed: they may not; for others it takes the right to move money by hand.
    """
    caller.must(own)
    if not all(map(caller.owns, names)):
        caller.must(Permission.ADJUST)
