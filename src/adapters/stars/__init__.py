"""Stars of an account of our own, which pay invoices in Telegram over MTProto."""

from typing import Any

from .client import Declined, Form, Spendings, Spent, StarsClient
from .sealing import SealedSession, SessionTaken, SessionUnusable
from .wallet import STARS_WALLET, StarsWallet
from .web_app import init_data_in

__all__ = [
    "STARS_WALLET",
    "Declined",
    "Form",
    "SealedSession",
    "SessionTaken",
    "SessionUnusable",
    "Spendings",
    "Spent",
    "StarsClient",
    "StarsWallet",
    "TelethonInitData",
    "TelethonStars",
    "init_data_in",
    "open_telethon",
]


def __getattr__(name: str) -> Any:
    """What speaks to Telegram comes when it is called: it takes a while, and is heavy."""
    if name not in ("TelethonInitData", "TelethonStars", "open_telethon"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import over_telethon

    return getattr(over_telethon, name)
