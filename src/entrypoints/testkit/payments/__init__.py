"""The contracts of `core.payments`: every sentence of the ports that keep something."""

from .arriving import ArrivalsContract
from .keeping import PaymentsContract
from .noticing import NoticesContract

__all__ = ["ArrivalsContract", "NoticesContract", "PaymentsContract"]
