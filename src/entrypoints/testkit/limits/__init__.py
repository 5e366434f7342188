"""The contract of `core.limits.Meter`: every sentence of the port and of its policies."""

from .counting import Counting
from .giving_back import GivingBack
from .ground import HandTicks
from .naming import Naming
from .pacing import Pacing
from .together import Together

__all__ = ["HandTicks", "MeterContract"]


class MeterContract(Counting, Pacing, Together, GivingBack, Naming):
    """
    What every meter does. Subclass it in a test and override two fixtures: `clock`, moved by
    hand; `meter`, that has counted nothing yet and goes by that clock alone.
    """
