"""The outside on this machine: servers that speak as the providers do, and can be told to err."""

from .faults import Fault, Faults
from .heleket import HeleketDesk

__all__ = ["Fault", "Faults", "HeleketDesk"]
