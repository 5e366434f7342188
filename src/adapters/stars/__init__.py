"""Stars of an account of our own, which pay invoices in Telegram over MTProto."""

from importlib import import_module
from typing import Any, Final

from .client import Declined, Form, Spendings, Spent, StarsClient
from .sealing import AccountClosed, SealedSession, SessionTaken, SessionUnusable
from .shared import Asks, SharedAccount
from .wallet import STARS_WALLET, StarsWallet
from .web_app import init_data_in

__all__ = [
    "STARS_WALLET",
    "AccountClosed",
    "Asks",
    "Declined",
    "Form",
    "SealedSession",
    "SessionTaken",
    "SessionUnusable",
    "SharedAccount",
    "SigningIn",
    "Spendings",
    "Spent",
    "StarsClient",
    "StarsWallet",
    "TelethonInitData",
    "TelethonStars",
    "init_data_in",
    "open_telethon",
    "sign_in",
]

OVER_TELETHON: Final = {
    "SigningIn": "signing_in",
    "TelethonInitData": "over_telethon",
    "TelethonStars": "over_telethon",
    "open_telethon": "over_telethon",
    "sign_in": "signing_in",
}
"""What speaks to Telegram, and where it is."""


def __getattr__(name: str) -> Any:
    """What speaks to Telegram comes when it is called: it takes a while, and is heavy."""
    if name not in OVER_TELETHON:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{OVER_TELETHON[name]}"), name)
