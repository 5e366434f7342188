"""What every update passes before it is handled, the first of them first."""

from .answered import Answered
from .counted import Counted
from .errors import Apology
from .hushed import Hushed
from .known import Known
from .private import Private
from .typing import Typing

__all__ = ["Answered", "Apology", "Counted", "Hushed", "Known", "Private", "Typing"]
