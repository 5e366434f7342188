"""The outside on this machine: servers that speak as the providers do, and can be told to err."""

from typing import Any

from .faults import Fault, Faults
from .heleket import HeleketDesk
from .psp import PspDesk
from .telegram import TelegramDesk

__all__ = ["Fault", "Faults", "HeleketDesk", "PspDesk", "TelegramDesk", "TonDesk"]


def __getattr__(name: str) -> Any:
    """`TonDesk` comes when it is called: what it is built with is only in the extra `ton`."""
    if name != "TonDesk":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .ton import TonDesk

    return TonDesk
