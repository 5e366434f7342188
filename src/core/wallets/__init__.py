"""Money going out: bills that our own wallets pay, each of them once."""

from .bill import Bill, NotABill, Part
from .cheque import CHEQUE_MOVES, Cheque, ChequeState, Draft, Look, Sight
from .chequebook import Caps, Chequebook
from .drawing import DrawCheque, RequestOutlay
from .errors import (
    BillRefused,
    BillTooLarge,
    ChequeAlive,
    ChequebookMoved,
    ChequeMissing,
    ChequeMoved,
    ChequeOpen,
    NotItsBills,
    OutlayDoubled,
    OutlayMissing,
    OutlayMoved,
    OutlayReused,
    SpentForToday,
    WalletPoor,
    WalletUnclear,
    WalletUnknown,
)
from .outlay import OUTLAY_MOVES, ChequeId, Outlay, OutlayId, OutlayState
from .paybook import Paybook, fees, purse
from .polling import PollWallets
from .ports import Cheques, Outlays, Wallet
from .presenting import CashCheque, DecideCheque
from .schedule import CLOCKS_APART, GIVEN_UP, SEND_WINDOW
from .visiting import VisitWallets
from .wallets import Wallets

__all__ = [
    "CHEQUE_MOVES",
    "CLOCKS_APART",
    "GIVEN_UP",
    "OUTLAY_MOVES",
    "SEND_WINDOW",
    "Bill",
    "BillRefused",
    "BillTooLarge",
    "Caps",
    "CashCheque",
    "Cheque",
    "ChequeAlive",
    "ChequeId",
    "ChequeMissing",
    "ChequeMoved",
    "ChequeOpen",
    "ChequeState",
    "Chequebook",
    "ChequebookMoved",
    "Cheques",
    "DecideCheque",
    "Draft",
    "DrawCheque",
    "Look",
    "NotABill",
    "NotItsBills",
    "Outlay",
    "OutlayDoubled",
    "OutlayId",
    "OutlayMissing",
    "OutlayMoved",
    "OutlayReused",
    "OutlayState",
    "Outlays",
    "Part",
    "Paybook",
    "PollWallets",
    "RequestOutlay",
    "Sight",
    "SpentForToday",
    "VisitWallets",
    "Wallet",
    "WalletPoor",
    "WalletUnclear",
    "WalletUnknown",
    "Wallets",
    "fees",
    "purse",
]
