"""The outside on this machine: servers that speak as the providers do, and can be told to err."""

from typing import Any

from .faults import Fault, Faults
from .heleket import HeleketDesk
from .listener import ListenerDesk
from .psp import PspDesk
from .stickerdom import StickerdomDesk
from .telegram import TelegramDesk

__all__ = [
    "Fault",
    "Faults",
    "FragmentDesk",
    "HeleketDesk",
    "ListenerDesk",
    "PspDesk",
    "StickerdomDesk",
    "TelegramDesk",
    "TonDesk",
]


def __getattr__(name: str) -> Any:
    """
    `FragmentDesk` and `TonDesk` come when they are called: what they are built with is only in the
    extra `ton`.
    """
    match name:
        case "FragmentDesk":
            from .fragment import FragmentDesk

            return FragmentDesk
        case "TonDesk":
            from .ton import TonDesk

            return TonDesk
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
