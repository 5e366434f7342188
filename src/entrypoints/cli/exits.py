"""Exit codes: what a script can do next, by the family of the answer."""

from enum import IntEnum
from typing import Final

from ...core.errors import AltynError, Conflict, Missing, Unavailable
from ..wiring import SettingsError
from .usage import WrongUsage


class Exit(IntEnum):
    """How a command ends."""

    DONE = 0
    REFUSED = 1
    WRONG = 2
    UNAVAILABLE = 3
    MISSING = 4
    CONFLICT = 5
    BUG = 70
    INTERRUPTED = 130


EXPLAINED: Final = """\
exit codes:
  0    done
  1    refused: asking again changes nothing; for `check`: a law is broken
  2    wrong usage, or a setting that stops the start
  3    unavailable: the database or a provider could not be asked, or the answer
       was lost; a transfer or a payment may be repeated with the same --id
  4    missing: what was named is not there
  5    conflict: something else came first, such as an id used for other contents
  70   a mistake inside Altyn
  130  interrupted
"""


def exit_of(error: AltynError) -> Exit:
    """The code for an error, by its family."""
    match error:
        case WrongUsage() | SettingsError():
            return Exit.WRONG
        case Unavailable():
            return Exit.UNAVAILABLE
        case Missing():
            return Exit.MISSING
        case Conflict():
            return Exit.CONFLICT
    return Exit.REFUSED
