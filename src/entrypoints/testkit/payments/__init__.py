"""The contracts of `core.payments`: every sentence of the ports that keep something."""

from .arriving import ArrivalsContract
from .keeping import PaymentsContract
from .noticing import NoticesContract
from .refunding import RefundsContract
from .standing import StandingsContract
from .watching import CursorsContract

__all__ = [
    "ArrivalsContract",
    "CursorsContract",
    "NoticesContract",
    "PaymentsContract",
    "RefundsContract",
    "StandingsContract",
]
